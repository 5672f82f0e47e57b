"""What a document may ask, checked before validation in time linear in its length.

Each fragment is measured once, however often it is spread, and its measures are
added up where it is spread: a fan-out of fragments costs no more to refuse than
to read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.errors import QueryTooComplex
from graph.settings import Limits


@dataclass(frozen=True, slots=True)
class _Size:
    """What one selection set asks, its fragments expanded; introspection has no depth."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "_Size") -> "_Size":
        return _Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


_MEASURES = (
    ("depth", "depth", "levels of fields"),
    ("fields", "expanded_fields", "fields with its fragments expanded"),
    ("aliases", "aliases", "aliases"),
    ("directives", "directives", "directives"),
)


def check_document(
    operations: Sequence[OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    limits: Limits,
) -> None:
    """Raise QueryTooComplex naming the limit, what was asked and what is allowed."""
    measured: dict[str, _Size] = {}

    def size_of(selections: SelectionSetNode | None) -> _Size:
        found = _Size()
        for selection in selections.selections if selections else ():
            directives = _Size(directives=len(selection.directives or ()))
            if isinstance(selection, FragmentSpreadNode):
                inner = fragment(selection.name.value)
            elif isinstance(selection, FieldNode):
                inner = field(selection)
            else:
                inner = size_of(selection.selection_set)  # pyright: ignore
            found = found.beside(inner).beside(directives)
        return found

    def field(node: FieldNode) -> _Size:
        inner = size_of(node.selection_set)
        is_introspection = node.name.value.startswith("__")
        return _Size(
            0 if is_introspection else inner.depth + 1,
            0 if is_introspection else inner.fields + 1,
            inner.aliases + (node.alias is not None),
            inner.directives,
        )

    def fragment(name: str) -> _Size:
        if name not in measured:
            measured[name] = _Size()  # a cycle, which validation will name, ends here
            if name in fragments:
                measured[name] = size_of(fragments[name].selection_set)
        return measured[name]

    for operation in operations:
        size = size_of(operation.selection_set)
        for measure, limit, words in _MEASURES:
            _check(getattr(size, measure), getattr(limits, limit), words)
        _check(len(operation.selection_set.selections), limits.root_fields, "root fields")


def _check(asked: int, allowed: int, words: str) -> None:
    if asked > allowed:
        raise QueryTooComplex(
            f"The operation has {asked} {words}; at most {allowed} are allowed.",
            "Ask in several requests.",
        )
