"""Search over all types, and outside codes to entities."""

import html
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping.enums import MatchType
from graph.mapping.fold import WORD, fold, words
from graph.mapping.fragment import (
    Argument,
    Bound,
    Field,
    Identified,
    Key,
    Made,
    Pages,
    Rows,
    entity_type,
    number,
    one_of,
    real,
    view,
)
from graph.mapping.kinds import Kind
from graph.mapping.names import constant
from graph.mapping.storage import CODES, NAME, NAMES, SEARCH_INDEX, TEXTS

_MOST_CHARACTERS = 250
_MOST_WORDS = 32
_MOST_FUZZY_WORDS = 6
"""A word that may be misspelt becomes up to 50 words, and Lucene takes 1,024 in all."""
_PIECES = re.compile(r"([^\W_]+)")
_MARK, _MOST_MARKS = "<mark>", 4_096
_AROUND = 80
"""Characters of a long text that are shown on each side of what was found."""


def _checked(place: str) -> Callable[[Any], list[str]]:
    def checked(value: Any) -> list[str]:
        if len(value) > _MOST_CHARACTERS:
            raise QueryTooComplex(
                f"{place} has {len(value)} characters; at most {_MOST_CHARACTERS} are allowed.",
                "Search for fewer words.",
            )
        found = words(value)
        if not found:
            raise BadUserInput(f"{place} has no word in it.", "Give letters or digits.")
        if len(found) > _MOST_WORDS:
            raise QueryTooComplex(
                f"{place} has {len(found)} words; at most {_MOST_WORDS} are allowed.",
                "Search for fewer words.",
            )
        return found

    return checked


_NOT_ASKED = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is"),
        *("it", "no", "not", "of", "on", "or", "s", "such", "that", "the", "their", "then"),
        *("there", "these", "they", "this", "to", "was", "will", "with"),
    )
)
"""Words that say nothing of what is looked for, where others are asked for with them."""


def lucene_query(asked: Sequence[str]) -> str:
    """Every word must be found, in a name best of all; the last may be the start of one.

    Words hold letters and digits alone, in lower case, so that nothing in them
    is query syntax.
    """
    groups: list[str] = []
    asked = _telling(asked)
    for at, word in enumerate(asked):
        parts = [f"{NAME}:{word}^8", f"{NAMES}:{word}^6", f"{CODES}:{word}^8", f"{TEXTS}:{word}^2"]
        if len(word) > 3 and len(asked) <= _MOST_FUZZY_WORDS:
            # One typo a word: two take three times as long and find much that nobody meant.
            parts += [f"{NAME}:{word}~1^2", f"{NAMES}:{word}~1"]
        if at == len(asked) - 1:
            parts += [f"{NAME}:{word}*^4", f"{NAMES}:{word}*^2", f"{CODES}:{word}*"]
        groups.append(f"+({' '.join(parts)})")
    return " ".join(groups)


def _telling(asked: Sequence[str]) -> Sequence[str]:
    return [word for word in asked if word not in _NOT_ASKED] or asked


def _is_match(word: str, words: tuple[str, ...]) -> bool:
    token = fold(word)
    if token in words or token.startswith(words[-1]):
        return True
    return any(len(word) > 3 and _one_typo(word, token) for word in words)


def _one_typo(one: str, other: str) -> bool:
    """Whether one letter more, less, other, or two changed places make one of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return True
    left, right = one[same:], other[same:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )


def highlights(texts: Sequence[str | None], asked: Sequence[str]) -> list[str]:
    """The texts that words were found in, marked, as HTML that is safe to show."""
    marks = _marks(tuple(_telling(asked)))
    shown = [text if len(text) <= _AROUND else _excerpt(text, marks) for text in texts if text]
    # All at once: an entity has a dozen names, and most of the time would go into calls.
    pieces = _PIECES.split("\0".join(shown))
    marked = "".join(map(marks.__getitem__, pieces))
    return [text for text in marked.split("\0") if _MARK in text]


class _Marks(dict[str, str]):
    """What is shown of a word, or of what stands between two: marked where it is looked for."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, piece: str) -> str:
        is_hit = WORD.match(piece) and _is_match(piece, self._words)
        found = f"{_MARK}{piece}</mark>" if is_hit else html.escape(piece)
        if len(self) < _MOST_MARKS:
            self[piece] = found
        return found


_marks = lru_cache(maxsize=64)(_Marks)


def _excerpt(text: str, marks: _Marks) -> str:
    """What stands around the first word that is looked for; nothing where there is none."""
    first = next((word for word in WORD.finditer(text) if _MARK in marks[word[0]]), None)
    if first is None:
        return ""
    start, end = first.start() - _AROUND, first.end() + _AROUND
    start = 0 if start < 10 else _end_of_word(text, start)
    end = _end_of_word(text, end)
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


def _end_of_word(text: str, at: int) -> int:
    word = WORD.match(text, at)
    return word.end() if word else at


def _folded(place: str) -> Callable[[Any], str]:
    check = _checked(place)
    return lambda value: fold(value.strip()) if check(value) else ""


def _text(place: str) -> Callable[[Any], str]:
    check = _checked(place)
    return lambda value: " ".join(check(value))


def _mark(place: str) -> Callable[[Any], str]:
    text = _text(place)
    return lambda value: f"{zlib.crc32(text(value).encode()):08x}"


def search_questions(searched: Sequence[str], types: Sequence[str]) -> dict[str, Field]:
    """The root fields; `searched` are the properties shown in highlights besides names."""
    labels = {constant(name): name for name in types}

    def query(place: str) -> Callable[[Any], str]:
        check = _checked(place)
        return lambda value: lucene_query(check(value))

    texts = "".join(f" + [hit.{name}]" for name in searched)
    marked = Made(
        "The texts in which words were found, as HTML: safe to show, what was found in `<mark>`.",
        f"[hit.name] + hit.altNames{texts}",
        list[str | None],
        highlights,
        "[String!]!",
        ("queryWords",),
    )
    facet = view(
        "SearchFacet",
        "How many of one type were found.",
        type=entity_type("The type.", "kind"),
        count=number("How many, whatever `types` says.", "found"),
    )
    return {
        "search": Pages(
            "Entities of all types by words in names, other names, codes and texts."
            " Case and accents do not count, the last word may be unfinished, letters may be wrong."
            " An exact code comes first, then an exact name.",
            "Search",
            f"CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', $query)"
            " YIELD node, score WITH node, score WHERE node:Entity WITH node AS hit, score + CASE"
            f" WHEN $queryText IN node.{CODES} THEN 3000.0"
            " WHEN node.nameFolded = $queryFolded THEN 2000.0"
            f" WHEN node.{NAME} = $queryText THEN 1500.0"
            f" WHEN $queryText IN node.{NAMES} THEN 1000.0"
            " ELSE 0.0 END AS points, $queryMark AS asked, node.id AS id",
            ("hit", "points", "asked", "id"),
            (Key("asked"), Key("points", kind=Kind.FLOAT, descending=True), Key("id")),
            "Entity",
            edge={
                "score": real("How well it fits: 3000 and more for an exact code.", "points"),
                "highlights": marked,
            },
            whole={
                "facets": Rows(
                    "How many were found of each type, whatever `types` says.",
                    "WITH head(split(hit.id, ':')) AS kind, count(*) AS found"
                    " ORDER BY found DESC, kind",
                    ("kind", "found"),
                    facet,
                )
            },
            conditions={
                "facets": ("types", "head(split(hit.id, ':')) IN $types"),
            },
            weight=250,
            arguments=(
                Argument(
                    "query",
                    "String!",
                    f"Words to look for, {_MOST_CHARACTERS} characters at most.",
                    convert=query,
                    also={
                        "$queryWords": _checked,
                        "$queryFolded": _folded,
                        "$queryText": _text,
                        "$queryMark": _mark,
                    },
                ),
                Argument(
                    "types",
                    "[EntityType!]",
                    "Only entities of these types.",
                    convert=lambda _: lambda asked: asked and [labels[name] for name in asked],
                ),
            ),
            scope="$queryMark",
            once=True,
        ),
        "resolve": Rows(
            "The entities that a code stands for, the best match first; several are normal.",
            "MATCH (code:Identifier) WHERE code.value IN $identifier"
            " AND ($identifierScheme = '' OR toLower(code.scheme) = $identifierScheme)"
            " AND ($identifierVersion = '' OR code.schemeVersion = $identifierVersion)"
            " MATCH (node:Entity|Retired)-[link:IDENTIFIED_BY]->(code)"
            " WITH node, link, code ORDER BY CASE link.matchType WHEN 'EXACT' THEN 0"
            " WHEN 'CLOSE' THEN 1 WHEN 'NARROW' THEN 2 WHEN 'BROAD' THEN 3 ELSE 4 END,"
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
                    convert=lambda place: _part(place, lambda _, __, value: _cases(value)),
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
            f"{place} is {value[:80]!r}, which is no code.",
            "Give `SCHEME:value`, such as `UKPRN:10007842`, or the value alone.",
        )
    return scheme.strip(), version.strip(), code.strip()


def _part(place: str, take: Callable[[str, str, str], Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        return take(*parse_identifier(value, place))

    return convert


def _cases(value: str) -> list[str]:
    return sorted({value, value.upper(), value.lower()})
