"""Lists of a saved question that may be cut, since its document says no size for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode

from graph.addresses.paged import ITEMS, response_key
from graph.compiler.wholes import DEFAULT_FACET_VALUES
from graph.settings import Limits


@dataclass(frozen=True, slots=True)
class Limited:
    """How many members a list holds where neither the document nor these variables say it."""

    most: int
    variables: tuple[str, ...]

    def cuts(self, variables: Mapping[str, Any]) -> bool:
        """Whether none of the variables says a number."""
        return all(variables.get(name) is None for name in self.variables)


def sizes_unsaid(limits: Limits) -> Mapping[str, int]:
    """How many members lists have that are no pages, by their fields' names."""
    return {
        "groups": limits.page_size,
        "distinct": limits.page_size,
        "facets": DEFAULT_FACET_VALUES,
    }


def limited_lists(node: FieldNode, here: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
    """The paths of the lists that a field's `first` is the size of."""
    name = node.name.value
    if name in ("groups", "distinct"):
        return [here]
    parts = node.selection_set.selections if node.selection_set else ()
    members = ("values",) if name == "facets" else ITEMS
    return [
        (*here, response_key(each))
        for each in parts
        if isinstance(each, FieldNode) and each.name.value in members
    ]
