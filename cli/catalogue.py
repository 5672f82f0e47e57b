"""The names and descriptions of the declarations that pages show, for translators."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLSchema

from graph.mapping.derive import build_schema
from graph.mapping.labels import readable
from graph.pages.gaps import GAP
from graph.pages.labels import texts_of
from graph.schema import MODEL

Message = tuple[int, str, str, list[str]]


def declared(*_file: Any, options: Any) -> Iterator[Message]:  # noqa: ARG001  Babel names it
    """Each text once, as an extractor of Babel gives it: line, function, text, comments."""
    schema = build_schema(MODEL)
    texts = [*texts_of(MODEL), *map(readable, GAP), *_values(schema), *_lists(schema)]
    for text in dict.fromkeys(filter(None, texts)):
        yield 1, "", text, []


def _lists(schema: GraphQLSchema) -> Iterator[str]:
    """What lists are called, and what their pages say of them."""
    assert schema.query_type
    for name, field in schema.query_type.fields.items():
        if str(field.type).rstrip("!").endswith("Connection"):
            yield from (readable(name), (field.description or "").removeprefix("A list: "))


def _values(schema: GraphQLSchema) -> Iterator[str]:
    """Members of enums, but for keys, which no page shows."""
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLEnumType) and not name.startswith("__") | name.endswith("Key"):
            yield from map(readable, type_.values)
