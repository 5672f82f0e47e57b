"""What a document may ask, checked before validation in time linear in its length.

Each fragment is measured once, however often it is spread, and its measures are
added up where it is spread: a fan-out of fragments costs no more to refuse than
to read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.errors import QueryTooComplex
from graph.settings import Limits

_INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class _Size:
    """What one selection set asks, its fragments expanded.

    `root_fields` are those that stand side by side, without what is below them.
    """

    depth: int = 0
    fields: int = 0
    introspection_depth: int = 0
    introspection_fields: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0

    def beside(self, other: "_Size") -> "_Size":
        return _Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            max(self.introspection_depth, other.introspection_depth),
            self.introspection_fields + other.introspection_fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.root_fields + other.root_fields,
        )


_MEASURES = (
    ("depth", "levels of fields"),
    ("fields", "fields with its fragments expanded"),
    ("introspection_depth", "levels of introspection"),
    ("introspection_fields", "introspection fields with its fragments expanded"),
    ("aliases", "aliases"),
    ("directives", "directives"),
    ("root_fields", "root fields"),
)
_LIMITS = {"fields": "expanded_fields"}


def check_document(
    operations: Sequence[OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    limits: Limits,
) -> None:
    """Raise QueryTooComplex naming the limit, what was asked and what is allowed."""
    measured = _Measured(fragments)
    for operation in operations:
        size = measured.selections(operation.selection_set)
        for measure, words in _MEASURES:
            _check(getattr(size, measure), getattr(limits, _LIMITS.get(measure, measure)), words)


class _Measured:
    """The sizes of one document's fragments, each measured once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._sizes: dict[str, _Size] = {}

    def selections(self, selection_set: SelectionSetNode | None) -> _Size:
        size = _Size()
        for selection in selection_set.selections if selection_set else ():
            directives = _Size(directives=len(selection.directives or ()))
            if isinstance(selection, FragmentSpreadNode):
                inner = self._fragment(selection.name.value)
            elif isinstance(selection, FieldNode):
                inner = self._field(selection)
            else:
                inner = self.selections(selection.selection_set)  # pyright: ignore
            size = size.beside(inner).beside(directives)
        return size

    def _field(self, node: FieldNode) -> _Size:
        inner = self.selections(node.selection_set)
        inner = replace(inner, aliases=inner.aliases + (node.alias is not None), root_fields=1)
        if node.name.value == "__typename":
            return inner
        if node.name.value in _INTROSPECTION:
            # Below it all are introspection's: no field of the graph can be.
            return replace(
                inner,
                depth=0,
                fields=0,
                introspection_depth=inner.depth + 1,
                introspection_fields=inner.fields + 1,
            )
        return replace(inner, depth=inner.depth + 1, fields=inner.fields + 1)

    def _fragment(self, name: str) -> _Size:
        if name not in self._sizes:
            self._sizes[name] = _Size()  # a cycle, which validation will name, ends here
            if name in self._fragments:
                self._sizes[name] = self.selections(self._fragments[name].selection_set)
        return self._sizes[name]


def _check(amount: int, allowed: int, words: str) -> None:
    if amount > allowed:
        raise QueryTooComplex(
            f"The operation has {amount} {words}; at most {allowed} are allowed.",
            "Ask in several requests.",
        )
