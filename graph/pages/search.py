"""Results over all types, with how many there are of each and why each was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.mapping.labels import list_label
from graph.mapping.model import GraphModel
from graph.mapping.names import constant
from graph.pages.links import Links
from graph.pages.page import VERSION, Asked, Data, View
from graph.pages.parameters import Parameters
from graph.pages.words import _

ROWS = 25


@dataclass(frozen=True, slots=True)
class Kind:
    """One type among the results, as a filter."""

    label: str
    count: int
    href: str
    chosen: bool


class Search:
    """The page of results."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._links = links
        self._kinds = {constant(kind.name): kind for kind in model.types}
        self._constants = {kind.plural: name for name, kind in self._kinds.items()}

    def ask(self, parameters: Parameters) -> Asked:
        """What is found for `q`, of the types that `kind` names."""
        words = parameters.one("q")
        kind = parameters.one("kind", self._constants)
        after = parameters.one("after")
        parameters.done()
        if not words:
            return Asked(f"query Search {{ {VERSION} }}", {}, lambda _data: self._nothing())
        variables = {
            "words": words,
            "types": [self._constants[kind]] if kind else None,
            "after": after or None,
        }
        return Asked(_TEXT, variables, lambda data: self._view(data, words, kind))

    def _nothing(self) -> View:
        return View("search.html", _("Search"), {"words": "", "kinds": [], "found": None})

    def _view(self, data: Data, words: str, kind: str) -> View:
        found = data["search"]
        kinds = [
            Kind(
                list_label(self._kinds[each["type"]]),
                each["count"],
                self._links.to("/search", q=words, kind=self._kinds[each["type"]].plural),
                self._kinds[each["type"]].plural == kind,
            )
            for each in found["facets"]
        ]
        info = found["pageInfo"]
        content: Mapping[str, Any] = {
            "words": words,
            "kinds": kinds,
            "chosen": next((each for each in kinds if each.chosen), None),
            "all": self._links.to("/search", q=words),
            "found": found,
            "next": self._links.to("/search", q=words, kind=kind, after=info["endCursor"])
            if info["hasNextPage"]
            else "",
        }
        heading = _("Results for “{words}”").format(words=words)
        return View("search.html", heading, content)


_TEXT = (
    "query Search($words: String!, $types: [EntityType!], $after: String) {"
    f" search(query: $words, types: $types, first: {ROWS}, after: $after) {{"
    " totalCount facets { type count } pageInfo { hasNextPage endCursor }"
    " edges { highlights node { __typename slug name altNames confidence } } }"
    f" {VERSION} }}"
)
