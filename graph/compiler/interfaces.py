"""What is asked of an object that may be of several types, so that nothing is planned twice.

Takes the field nodes below a field of an interface, gives the fields that all types share
and those of each group of types that are asked for the same besides. Types that no fragment
is about are one group: the fields are collected once for them, not once a type.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import GraphQLField, GraphQLObjectType

from graph.compiler.collect import Collector, Field, Fields
from graph.mapping.derive import meaning_of


@dataclass(frozen=True, slots=True)
class Group:
    """Types that are asked for the same: all their response keys, and what not all types share."""

    types: tuple[GraphQLObjectType, ...]
    keys: tuple[str, ...]
    own: Fields


@dataclass(frozen=True, slots=True)
class ByType:
    """The fields asked of every type, and the groups."""

    shared: Fields
    groups: tuple[Group, ...]


def by_type(collector: Collector, field: Field, possible: Sequence[GraphQLObjectType]) -> ByType:
    """Divide the fields below a field of an interface by the types that are asked for them."""
    subfields = {
        kind.name: fields
        for kinds in collector.alike(field, possible)
        for fields in [collector.look_below(field, kinds[0])]
        for kind in kinds
    }
    same = _Sameness()
    marks = {
        kind.name: {key: same.mark(kind, below) for key, below in subfields[kind.name].items()}
        for kind in possible
    }
    first, *others = marks.values()
    shared = [key for key in first if all(first[key] == other.get(key) for other in others)]
    grouped: dict[Any, list[GraphQLObjectType]] = {}
    for kind in possible:
        grouped.setdefault(tuple(marks[kind.name].items()), []).append(kind)
    groups = tuple(_groups(grouped.values(), subfields, frozenset(shared)))
    collector.count(len(shared) + sum(len(group.own) for group in groups))
    return ByType({key: subfields[possible[0].name][key] for key in shared}, groups)


def _groups(
    grouped: Iterable[Sequence[GraphQLObjectType]],
    subfields: Mapping[str, Fields],
    shared: frozenset[str],
) -> Iterator[Group]:
    for kinds in grouped:
        fields = subfields[kinds[0].name]
        own = {key: field for key, field in fields.items() if key not in shared}
        yield Group(tuple(kinds), tuple(fields), own)


class _Sameness:
    """Marks that are equal where a field is asked for by the same nodes and means the same."""

    def __init__(self) -> None:
        self._meanings: dict[str, list[GraphQLField]] = {}

    def mark(self, kind: GraphQLObjectType, field: Field) -> tuple[int, ...]:
        nodes = (id(detail.node) for detail in field.details)
        return (self._meaning(kind, field.name), *nodes)

    def _meaning(self, kind: GraphQLObjectType, name: str) -> int:
        definition = kind.fields.get(name)
        if definition is None:
            return -1  # `__typename`
        known = self._meanings.setdefault(name, [])
        for at, other in enumerate(known):
            if meaning_of(other) == meaning_of(definition) and _type(other) == _type(definition):
                return at
        known.append(definition)
        return len(known) - 1


def _type(definition: GraphQLField) -> str:
    return str(cast(object, definition.type))
