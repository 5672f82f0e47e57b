"""Results over all types, with how many there are of each and why each was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from graph.mapping.model import GraphModel
from graph.mapping.names import constant
from graph.pages.labels import list_label, readable, type_label
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, File, PageQuery, View
from graph.pages.parameters import Parameters, refused
from graph.pages.words import _, isolated

ROWS = 25
SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """One type among the results, as a filter."""

    label: str
    count: int
    href: str
    chosen: bool


class Search:
    """The page of results, and what a search box offers while one types."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._links = links
        self._labels = {kind.name: type_label(kind) for kind in model.types}
        self._kinds = {constant(kind.name): kind for kind in model.types}
        self._constants = {kind.plural: name for name, kind in self._kinds.items()}

    def ask(self, parameters: Parameters) -> PageQuery:
        """What is found for `q`, of the types that `kind` names."""
        words = parameters.one("q")
        kind = parameters.one("kind", self._constants)
        after = parameters.one("after")
        parameters.done()
        if not words:
            return PageQuery(f"query Search {{ {VERSION} }}", {}, lambda _data: self._nothing())
        variables = {
            "words": words,
            "types": [self._constants[kind]] if kind else None,
            "after": after or None,
        }
        return PageQuery(RESULTS, variables, lambda data: self._view(data, words, kind))

    def suggest(self, parameters: Parameters) -> PageQuery:
        """The first that is found for what is typed so far, of all types or of some."""
        words = parameters.one("q")
        kinds = parameters.several("kind", len(self._constants), self._constants)
        parameters.done()
        if not words:
            raise refused(_("Say what to look for: ?q=stroke."))
        types = [self._constants[kind] for kind in kinds] or None
        return PageQuery(SUGGESTIONS, {"words": words, "types": types}, self._suggested)

    def _suggested(self, data: Data) -> File:
        suggestions = [
            {
                "id": f"{node['__typename']}:{node['slug']}",
                "name": node["name"],
                "kind": self._labels[node["__typename"]],
                "href": self._links.node(node),
            }
            for node in (edge["node"] for edge in data["search"]["edges"])
        ]
        return File(orjson.dumps({"found": suggestions}), "application/json")

    def _nothing(self) -> View:
        return View("search.html", _("Search"), {"words": "", "kinds": [], "found": None})

    def _view(self, data: Data, words: str, kind: str) -> View:
        results = data["search"]
        kinds = [
            Kind(
                list_label(self._kinds[each["type"]]),
                each["count"],
                self._links.to("/search", q=words, kind=self._kinds[each["type"]].plural),
                self._kinds[each["type"]].plural == kind,
            )
            for each in results["facets"]
        ]
        info = results["pageInfo"]
        content: Mapping[str, Any] = {
            "words": words,
            "kinds": kinds,
            "chosen": next((each for each in kinds if each.chosen), None),
            "all": self._links.to("/search", q=words),
            "found": results,
            "codes": {
                (each["entity"]["__typename"], each["entity"]["slug"]): _code(each)
                for each in reversed(data["resolve"])  # the best match is told
            },
            "next": self._links.to("/search", q=words, kind=kind, after=info["endCursor"])
            if info["hasNextPage"]
            else "",
        }
        heading = _("Results for “{words}”").format(words=isolated(words))
        return View("search.html", heading, content)


def _code(match: Data) -> str:
    """A code that was searched for, as it stands beside the thing that it is of."""
    code = match["identifier"]
    scheme = " ".join(filter(None, (code["scheme"], code["schemeVersion"])))
    called = f" ({isolated(code['label'])})" if code["label"] else ""
    how = readable(match["matchType"]).lower()
    return _("Code {value} of {scheme}{called}, {how} match").format(
        value=isolated(code["value"]), scheme=isolated(scheme), called=called, how=how
    )


SUGGESTIONS = (
    "query Suggest($words: String!, $types: [EntityType!]) {"
    f" search(query: $words, types: $types, folded: true, first: {SUGGESTED})"
    " { edges { node { __typename slug name } } } }"
)
RESULTS = (
    "query Search($words: String!, $types: [EntityType!], $after: String) {"
    f" search(query: $words, types: $types, folded: true, first: {ROWS}, after: $after) {{"
    " totalCount facets { type count } pageInfo { hasNextPage endCursor }"
    " edges { highlights missingWords node { __typename slug name altNames confidence"
    " counterparts { matchType entity { __typename slug name evidence { source { name } } } } } } }"
    " resolve(identifier: $words) { matchType entity { __typename slug }"
    " identifier { scheme schemeVersion value label } }"
    f" {VERSION} }}"
)
