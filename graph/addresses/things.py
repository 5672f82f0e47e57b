"""What the variables of a document name: things of some types, by slug or by id.

    things = things_of(operation, schema)
    things["role"]  # Things(("Role",), by_slug=True)

It follows from where a variable stands: the slug of a look-up, a condition on a slug, an id that
a field takes. A variable that stands elsewhere too, as among words to search for, names nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from graph.addresses.parameters import named
from graph.mapping.derive import meaning_of
from graph.mapping.fragment import Argument, Use
from graph.mapping.meaning import ById, ByIds, BySlug, HandWritten, Meaning

_WHOLE = ("eq", "ne", "in", "notIn")
"""Conditions on a text that compare all of it."""
_WHERE = "Where"


@dataclass(frozen=True, slots=True)
class Things:
    """Things of these types, of all where none is named; by slug they are of one type."""

    types: tuple[str, ...] = ()
    by_slug: bool = False

    def also(self, other: "Things | None") -> "Things | None":
        """What a variable names that stands in two places; None if nothing can be both."""
        if other is None or self.by_slug != other.by_slug:
            return None
        if not (self.types and other.types):
            return self if self.types else other
        shared = tuple(name for name in self.types if name in other.types)
        return Things(shared, self.by_slug) if shared else None


Found = Iterator[tuple[str, Things | None]]


def things_of(operation: OperationDefinitionNode, schema: GraphQLSchema) -> Mapping[str, Things]:
    """What each variable names, by name; one that may be anything else is left out."""
    things: dict[str, Things | None] = {}
    for name, found in _selected(operation.selection_set, schema.query_type, schema):
        known = things.get(name, found)
        things[name] = known.also(found) if known else None
    return {name: found for name, found in things.items() if found}


def _selected(node: SelectionSetNode, type_: Any, schema: GraphQLSchema) -> Found:
    """The variables below fields of a type; a saved question has no fragments."""
    for field in node.selections:
        if not isinstance(field, FieldNode) or field.name.value not in type_.fields:
            continue
        definition = type_.fields[field.name.value]
        for argument in field.arguments or ():
            name = argument.name.value
            things = _taken(meaning_of(definition), name)
            yield from _given(argument.value, definition.args[name].type, things, schema)
        if field.selection_set:
            yield from _selected(field.selection_set, named(definition.type), schema)


def _taken(meaning: Meaning, argument: str) -> Things | None:
    """What an argument of a field takes."""
    match meaning:
        # Suggestions know no subsets of a type, and others would find nothing.
        case BySlug(type=kind, label=label) if label == kind.name:
            return Things((kind.name,), by_slug=True)
        case ById() | ByIds():
            return Things()
        case HandWritten(field=field):
            arguments: tuple[Any, ...] = getattr(field, "arguments", ())
            return next((_ids(each) for each in arguments if each.name == argument), None)
        case _:
            return None


def _ids(argument: Any) -> Things | None:
    is_id = isinstance(argument, Argument) and argument.use in (Use.ID, Use.IDS)
    return Things(argument.types) if is_id else None


def _given(node: ValueNode, type_: Any, things: Things | None, schema: GraphQLSchema) -> Found:
    """The variables in a value of a type, which names these things itself."""
    if isinstance(node, VariableNode):
        yield node.name.value, things
    elif isinstance(node, ListValueNode):
        for value in node.values:
            yield from _given(value, type_, things, schema)
    elif isinstance(node, ObjectValueNode):
        yield from _conditions(node, named(type_), things, schema)


def _conditions(
    node: ObjectValueNode, type_: GraphQLInputObjectType, slugs: Things | None, schema: Any
) -> Found:
    """The variables in conditions; `slugs` are those of the text that these are conditions on."""
    for field in node.fields:
        name = field.name.value
        things = slugs if name in _WHOLE else None
        if name == "slug" and _is_type(type_.name.removesuffix(_WHERE), schema):
            things = Things((type_.name.removesuffix(_WHERE),), by_slug=True)
        yield from _given(field.value, type_.fields[name].type, things, schema)


def _is_type(name: str, schema: GraphQLSchema) -> bool:
    """Whether this is a type of things."""
    entity: Any = schema.type_map["Entity"]
    return name in {kind.name for kind in schema.get_possible_types(entity)}
