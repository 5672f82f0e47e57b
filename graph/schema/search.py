"""Search over all types, and outside codes to entities."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping.enums import MatchType, Scope
from graph.mapping.fold import words
from graph.mapping.fragment import (
    Argument,
    Bound,
    Field,
    Identified,
    Key,
    Made,
    Pages,
    Rows,
    Use,
    number,
    one_of,
    real,
    view,
)
from graph.mapping.kinds import Kind
from graph.mapping.model import NodeType
from graph.mapping.names import constant
from graph.mapping.storage import CODES, CURATED, FOLDED, NAME, NAMES, SEARCH_INDEX, WORDS
from graph.schema.counts import KIND, TYPE_COUNT, by_type
from graph.schema.wording import (
    OTHER_NAME_POINTS,
    abbreviated,
    count,
    highlights,
    short,
    texts,
    typos,
    unit,
)

_MOST_CHARACTERS = 250
_MOST_WORDS = 32
_ENOUGH = 10
"""With so many entities that have all words, none are shown that have fewer."""
MOST_KEPT = 1_000
"""Hits of a question that are kept, at most: they take memory."""
_FIND = f"CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', "
_SHOWN = f"node:Entity AND _scope_ AND NOT ($folded AND node:{FOLDED})"
_VISIBLE = f"{_SHOWN} AND {KIND.format('node')} IN $types"
_EXACT_CODE, _EXACT_NAME, _EXACT_OTHER_NAME = 10_000.0, 50.0, 40.0
_CURATED_WEIGHT = 1.5


BEST_FIRST = (
    "CASE link.matchType WHEN 'EXACT' THEN 0 WHEN 'CLOSE' THEN 1 WHEN 'NARROW' THEN 2"
    " WHEN 'BROAD' THEN 3 ELSE 4 END"
)
"""What puts the best matches first, of codes joined to their entities by `link`."""


def _checked(place: str) -> Callable[[Any], list[str]]:
    def checked(value: Any) -> list[str]:
        if len(value) > _MOST_CHARACTERS:
            raise QueryTooComplex(
                f"{place} has {len(value)} characters; at most {_MOST_CHARACTERS} are allowed.",
                "Search for fewer words.",
            )
        terms = words(value)
        if not terms:
            raise BadUserInput(f"{place} has no word in it.", "Give letters or digits.")
        if len(terms) > _MOST_WORDS:
            raise QueryTooComplex(
                f"{place} has {len(terms)} words; at most {_MOST_WORDS} are allowed.",
                "Search for fewer words.",
            )
        return terms

    return checked


def _mark(terms: Sequence[str]) -> str:
    return f"{zlib.crc32(' '.join(terms).encode()):08x}"


def _marked(texts: Sequence[str | None], terms: Sequence[str]) -> list[str]:
    """The texts with what was found marked; the first has the words that abbreviations mean."""
    meant, *others = texts
    return highlights(others, [*terms, *(meant or "").split()])


def _of_words(make: Callable[[Sequence[str]], Any]) -> Callable[[str], Callable[[Any], Any]]:
    """The conversion of a parameter that is made of the words."""

    def converter(place: str) -> Callable[[Any], Any]:
        check = _checked(place)
        return lambda value: make(check(value))

    return converter


def _found(score: str) -> str:
    """How many of the words were found, see `wording.texts`."""
    return f"toInteger(({score} + 0.5) / $queryUnit)"


def _filled(text: str) -> str:
    """The text with the places of some parts filled."""
    return f"reduce(text = {text}, fill IN fills | replace(text, fill[0], fill[1]))"


_ABBREVIATIONS = (
    # An abbreviation stands for the name of what is also called so, of a curated entity best.
    f"WITH [part IN $queryShort | coalesce(head(COLLECT {{ {_FIND}part[1]) YIELD node"
    f" WHERE node:Entity WITH node ORDER BY node:{CURATED} DESC, node.id LIMIT 1 RETURN [part[0],"
    f" '(+(+{WORDS}:' + replace(node.{NAME}, ' ', '* +{WORDS}:') + '*)^'"
    f" + toString(1.0 * $queryAbbreviated / size(split(node.{NAME}, ' ')))"
    f" + ' -' + part[2] + ')', node.{NAME}] }}), [part[0], '', ''])] AS fills"
    f" WITH [text IN $queryTexts | {_filled('text')}] AS texts,"
    " reduce(names = '', fill IN fills | names + ' ' + fill[2]) AS meant"
)


def _ten(rows: str) -> str:
    """How many words the ten best of some rows have, best first."""
    return (
        f"COLLECT {{ {rows} WITH node, score WHERE {_VISIBLE} WITH score LIMIT {_ENOUGH}"
        f" RETURN {_found('score')} }}"
    )


_KEPT = "UNWIND {} AS hit WITH hit[0] AS node, hit[1] AS score"
_AGAIN = f"UNWIND {{}} AS text {_FIND}text) YIELD node, score"
_BEST_FIRST = "WITH node, score ORDER BY score DESC"
_IS_CUT = f"size(hits) = {MOST_KEPT}"
_ASKED = (
    # All words, then any: the first that finds enough. What is found has at least as many words as
    # the tenth best. Rows are made one by one, so that nothing is asked after what is enough.
    " UNWIND range(1, size(texts)) AS at"
    # A word that hardly anything has may be mistyped.
    " WITH *, COLLECT { UNWIND CASE at WHEN 1 THEN [] ELSE $queryTypos END AS part"
    f" RETURN [part[0], CASE size(COLLECT {{ {_FIND}part[1]) YIELD node WHERE node:Entity"
    f" RETURN 1 LIMIT {_ENOUGH} }}) WHEN {_ENOUGH} THEN '' ELSE part[2] END] }} AS fills"
    f" WITH at, texts, meant, {_filled('texts[at - 1]')} AS asked"
    f" WITH *, COLLECT {{ {_FIND}asked, {{limit: {MOST_KEPT}}}) YIELD node, score"
    f" {_BEST_FIRST} RETURN [node, score] }} AS hits"
    f" WITH *, {_ten(_KEPT.format('hits'))} AS ten"
    f" WITH *, {_IS_CUT} AND size(ten) < {_ENOUGH} AS few"
    " WITH *, "
    + _ten(f"{_AGAIN.format('CASE WHEN few THEN [asked] ELSE [] END')} {_BEST_FIRST}")
    + " AS others"
    " WITH *, CASE WHEN few THEN others ELSE ten END AS best"
    f" WITH * WHERE size(best) = {_ENOUGH} OR at = size(texts)"
    " WITH meant, asked, hits, coalesce(last(best), 0) AS least LIMIT 1"
    # What is kept is all there is, or has all that have enough words.
    f" WITH *, {_IS_CUT} AND {_found('last(hits)[1]')} >= least AS again"
    f" CALL (hits, again, asked) {{ {_KEPT.format('CASE WHEN again THEN [] ELSE hits END')}"
    f" RETURN node, score UNION ALL {_AGAIN.format('CASE WHEN again THEN [asked] ELSE [] END')}"
    f" RETURN node, score }} WITH node, score, meant, least, {_found('score')} AS found "
)


_SCOPES = {
    name: (scope.value, condition)
    for name, scope, condition in (
        ("CURATED", Scope.CURATED, f"node:{CURATED}"),
        ("REGISTERS", Scope.REGISTERS, f"NOT node:{CURATED}"),
        ("ALL", Scope.ALL, "true"),
    )
}


def _search(kinds: Sequence[NodeType], searched: Sequence[str]) -> Pages:
    """`searched` are the properties shown in highlights besides names."""
    shown = "".join(f" + [hit.{name}]" for name in searched)
    labels = {constant(kind.name): kind.name for kind in kinds}
    weights = {kind.name: float(kind.weight) for kind in kinds}
    fit = f"(0.7 + 0.3 * size($queryText) / (size($queryText) + size(node.{NAME})))"
    return Pages(
        "Entities of all types by words in names, other names, codes and texts. Those with most"
        " of the words come first. A word may be begun, have another ending or one wrong letter;"
        " an abbreviation stands for what is also called so. Case and accents do not count."
        " An exact code comes first. Roles and professions come before places, curated entities"
        " before those of registers.",
        "Search",
        f"{_ABBREVIATIONS}{_ASKED}WITH node, meant, least, found,"
        " (score - found * $queryUnit) / $queryCount AS place,"
        f" coalesce($queryText IN node.{CODES}, false) AS code"
        f" WHERE (code OR found >= least) AND {_SHOWN}"
        " WITH node AS hit, meant, CASE WHEN code THEN 0 ELSE $queryCount - found END AS missing,"
        f" CASE WHEN code THEN {_EXACT_CODE} ELSE 0.0 END"
        f" + $queryWeights[{KIND.format('node')}]"
        f" * CASE WHEN node:{CURATED} THEN {_CURATED_WEIGHT} ELSE 1.0 END"
        f" * {fit} * (place + CASE WHEN node.{NAME} = $queryText THEN {_EXACT_NAME}"
        # Other names take longest to read: only where all words may be one of them.
        f" WHEN found < $queryCount OR place < {OTHER_NAME_POINTS} THEN 0.0"
        f" WHEN $queryText IN node.{NAMES} THEN {_EXACT_OTHER_NAME} ELSE 0.0 END) AS points,"
        " $queryMark AS asked, node.id AS id",
        ("hit", "meant", "missing", "points", "asked", "id"),
        (
            Key("asked"),
            Key("missing", kind=Kind.INT),
            Key("points", kind=Kind.FLOAT, descending=True),
            Key("id"),
        ),
        "Entity",
        edge={
            "score": real(
                "Points for how well it fits, 10,000 and more for an exact code.", "points"
            ),
            "missingWords": number(
                "How many of the words searched for it does not have.", "missing"
            ),
            "highlights": Made(
                "The texts in which words were found, as safe HTML with what was found in"
                " `<mark>`.",
                f"[meant, hit.name] + hit.altNames{shown}",
                list[str | None],
                _marked,
                "[String!]!",
                ("queryWords",),
            ),
        },
        whole={
            "facets": Rows(
                "How many were found of each type, whatever `types` says.",
                by_type("hit"),
                ("kind", "found"),
                TYPE_COUNT,
            )
        },
        conditions={"facets": ("types", f"{KIND.format('hit')} IN $types")},
        weight=1_000,
        arguments=(
            Argument(
                "query",
                "String!",
                f"Words to look for, {_MOST_CHARACTERS} characters at most.",
                convert=_checked,
                also={
                    "$queryWords": _checked,
                    "$queryTexts": _of_words(texts),
                    "$queryTypos": _of_words(typos),
                    "$queryShort": _of_words(short),
                    "$queryAbbreviated": _of_words(abbreviated),
                    "$queryUnit": _of_words(unit),
                    "$queryCount": _of_words(count),
                    "$queryWeights": _of_words(lambda _: weights),
                    "$queryText": _of_words(" ".join),
                    "$queryMark": _of_words(_mark),
                },
            ),
            Argument(
                "types",
                "[EntityType!]",
                "Only entities of these types.",
                convert=lambda _: (
                    lambda names: [*weights] if names is None else [labels[name] for name in names]
                ),
            ),
            Argument(
                "folded",
                "Boolean",
                "Where a curated entity and one of a register stand for the same, show the curated"
                " one alone: it is found by the names of both, and has `counterparts`.",
                convert=lambda _: bool,
            ),
            Argument(
                "scope",
                "Scope",
                "Which entities; `ALL` by default.",
                Use.CHOICE,
                choices=_SCOPES,
                unless="ALL",
            ),
        ),
        scope="$queryMark",
        once=True,
    )


def search_questions(kinds: Sequence[NodeType], searched: Sequence[str]) -> dict[str, Field]:
    """The root fields over all types."""
    return {
        "search": _search(kinds, searched),
        "resolve": Rows(
            "The entities that a code stands for, the best match first; several are normal.",
            "MATCH (code:Identifier) WHERE code.value IN $identifier"
            " AND ($identifierScheme = '' OR toLower(code.scheme) = $identifierScheme)"
            " AND ($identifierVersion = '' OR code.schemeVersion = $identifierVersion)"
            " MATCH (node:Entity|Retired)-[link:IDENTIFIED_BY]->(code)"
            f" WITH node, link, code ORDER BY {BEST_FIRST},"
            " node.id, code.scheme, code.schemeVersion, code.value",
            ("node", "link", "code"),
            view(
                "Resolution",
                "An entity that a code stands for.",
                entity=Bound("The entity.", "node", "Entity"),
                matchType=one_of("How well the code matches it.", "link.matchType", MatchType),
                identifier=Identified("The code.", "link", "code"),
            ),
            arguments=(
                Argument(
                    "identifier",
                    "String!",
                    "`SCHEME:value`, `SCHEME@version:value`, or the value alone.",
                    convert=lambda place: _part(place, lambda _, __, value: code_cases(value)),
                    also={
                        "$identifierScheme": lambda place: _part(
                            place, lambda scheme, _, __: scheme.lower()
                        ),
                        "$identifierVersion": lambda place: _part(
                            place, lambda _, version, __: version
                        ),
                    },
                ),
            ),
        ),
    }


def parse_identifier(value: str, place: str) -> tuple[str, str, str]:
    """`SCHEME@version:value` -> scheme, version, value; what is not given is empty."""
    head, colon, rest = value.partition(":")
    if not colon or rest.startswith("//"):  # a URI is a value, not a scheme
        scheme, version, code = "", "", value
    else:
        scheme, _, version = head.partition("@")
        code = rest
    if not code.strip():
        raise BadUserInput(
            f"{place} is {value[:80]!r}, which is not a code.",
            "Give `SCHEME:value`, such as `UKPRN:10007842`, or the value alone.",
        )
    return scheme.strip(), version.strip(), code.strip()


def _part(place: str, take: Callable[[str, str, str], Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        return take(*parse_identifier(value, place))

    return convert


def code_cases(value: str) -> list[str]:
    """A code as people write it: letters may be capital or small."""
    return sorted({value, value.upper(), value.lower()})
