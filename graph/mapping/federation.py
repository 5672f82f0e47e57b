"""GraphQL schema -> the same as a subgraph of Apollo Federation 2.

Each node type is an entity that other subgraphs know by its `id`; `PageInfo`, which every
service with connections has, may be shared. A router asks for the SDL with these directives,
and for entities by their representations.
"""

import re
from types import SimpleNamespace

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    extend_schema,
    parse,
    print_schema,
)

from graph.mapping import meaning as means

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
    ' import: ["@key", "@shareable"])'
)
_MORE = """
"An entity as another subgraph refers to it: an object with `__typename` and `id`."
scalar _Any
"An entity that other subgraphs refer to."
union _Entity = {entities}
"What a router needs to know of this subgraph."
type _Service {{
  "The schema with the directives of federation."
  sdl: String!
}}
extend type Query {{
  "What a router needs to know of this subgraph."
  _service: _Service!
  "Entities by their representations, in their order; null where there is none."
  _entities("At most 250." representations: [_Any!]!): [_Entity]!
}}
"""


def federated(schema: GraphQLSchema) -> GraphQLSchema:
    """A built schema with what a router asks of a subgraph."""
    more = _MORE.format(entities=" | ".join(_entities(schema)))
    subgraph = extend_schema(schema, parse(more))
    query, service = subgraph.query_type, subgraph.type_map["_Service"]
    assert query and isinstance(service, GraphQLObjectType)
    _give(query.fields["_service"], means.Known(None))
    _give(query.fields["_entities"], means.ByIds("representations"))
    _give(service.fields["sdl"], means.Known(sdl(schema)))
    return subgraph


def sdl(schema: GraphQLSchema) -> str:
    """The schema's SDL with the directives of federation."""
    text = print_schema(schema)
    for name in _entities(schema):
        text = _marked(text, name, '@key(fields: "id")')
    return f"{_LINK}\n\n{_marked(text, 'PageInfo', '@shareable')}\n"


def _marked(text: str, name: str, directive: str) -> str:
    return re.sub(rf"^(type {name}\b[^{{]*) {{", rf"\1 {directive} {{", text, flags=re.MULTILINE)


def _entities(schema: GraphQLSchema) -> list[str]:
    entity = schema.type_map["Entity"]
    assert isinstance(entity, GraphQLInterfaceType)
    return [kind.name for kind in schema.get_possible_types(entity)]


def _give(field: GraphQLField, meaning: means.Meaning) -> None:
    field.extensions["strawberry-definition"] = SimpleNamespace(metadata={"meaning": meaning})
