"""Nearest: what ids that nothing has may have meant: what has most of their words, or nearly.

Asked beside a question about these ids it takes a look-up of each where they are there, so that
whoever asks needs no second question where they are not.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graph.errors import QueryTooComplex
from graph.mapping.fold import words
from graph.mapping.fragment import Argument, Field, Rows
from graph.mapping.storage import NAME, SEARCH_INDEX
from graph.schema.wording import near

_MOST_IDS = 50
_SOUGHT = 3
"""How many of the ids that nothing has are looked for: eight misspelt words take 6 to 11 ms."""
_SHOWN = 6
_MOST_CHARACTERS, _MOST_WORDS = 100, 12
_OWN_KIND = 1.25
"""How much more a thing of the kind that the id names is worth."""


def _parts_of(place: str) -> Callable[[Any], list[list[str]]]:
    """Of each id: itself, its kind, its words, and what the full-text index is asked for them."""

    def convert(value: Any) -> list[list[str]]:
        if len(value) > _MOST_IDS:
            raise QueryTooComplex(
                f"{place} has {len(value)} ids; at most {_MOST_IDS} are allowed.", "Ask for fewer."
            )
        return [parts for id_ in dict.fromkeys(value) if (parts := _parts(id_))]

    return convert


def _parts(id_: str) -> list[str]:
    """Nothing of an id without a word."""
    kind, colon, slug = id_.partition(":")
    terms: Sequence[str] = words((slug if colon else kind)[:_MOST_CHARACTERS])[:_MOST_WORDS]
    return [id_, kind if colon else "", " ".join(terms), near(terms)] if terms else []


QUESTIONS: dict[str, Field] = {
    "nearest": Rows(
        "What ids that nothing has may have meant, the nearest first. None for ids that are there.",
        "UNWIND $ids AS asked WITH asked"
        " WHERE NOT EXISTS { MATCH (:Entity|Retired {id: asked[0]}) }"
        f" WITH asked LIMIT {_SOUGHT}"
        f" CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', asked[3]) YIELD node, score"
        " WHERE node:Entity"
        " WITH node AS hit, max(score * CASE WHEN head(split(node.id, ':')) = asked[1]"
        f" THEN {_OWN_KIND} ELSE 1.0 END"
        f" * (0.7 + 0.3 * size(asked[2]) / (size(asked[2]) + size(node.{NAME})))) AS points"
        f" ORDER BY points DESC, hit.id LIMIT {_SHOWN}",
        ("hit",),
        "Entity",
        weight=10,
        arguments=(
            Argument(
                "ids",
                "[ID!]!",
                f"Ids, or slugs; the first {_SOUGHT} that nothing has are looked for.",
                convert=_parts_of,
            ),
        ),
    )
}
