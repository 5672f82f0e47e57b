"""A list of codes and names, as people paste it: what each stands for."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping.enums import MatchType
from graph.mapping.fold import words
from graph.mapping.fragment import Argument, Bound, Rows, Value, number, text, view
from graph.mapping.kinds import Kind
from graph.mapping.model import NodeType
from graph.mapping.storage import CURATED, NAME, NAMES, SEARCH_INDEX
from graph.schema.search import BEST_FIRST, code_cases, parse_identifier

MOST_TEXTS = 200
_MOST_CHARACTERS = 250


class LookUpBasis(Enum):
    """By what an entity was found."""

    CODE = "By a code of it."
    NAME = "By its name, whatever the case, accents and punctuation."
    OTHER_NAME = "By one of its other names."


_BASES = [basis.name for basis in LookUpBasis]
_BY_CODE = (
    "MATCH (code:Identifier) WHERE code.value IN asked['values']"
    " AND (asked['scheme'] = '' OR toLower(code.scheme) = asked['scheme'])"
    " AND (asked['version'] = '' OR code.schemeVersion = asked['version'])"
    " MATCH (node:Entity|Retired)-[link:IDENTIFIED_BY]->(code)"
    f" RETURN [node, 0, link, code, {BEST_FIRST}] AS meant"
)
_BY_NAME = (
    "UNWIND asked['phrases'] AS phrase"
    f" CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', phrase) YIELD node"
    f" WHERE node:Entity AND (node.{NAME} = asked['name'] OR asked['name'] IN node.{NAMES})"
    f" RETURN [node, CASE node.{NAME} WHEN asked['name'] THEN 1 ELSE 2 END, null, null, 0] AS meant"
)


def look_up(kinds: Sequence[NodeType]) -> Rows:
    """The root field `lookUp`."""
    weights = {kind.name: kind.weight for kind in kinds}
    return Rows(
        "What the codes and names of a list stand for: for each text all entities, the best first."
        " Those that have it as a code come before those that are called so, roles and professions"
        " before places, the curated before others. A text that stands for nothing has a row"
        " without an entity.",
        "UNWIND range(0, size($texts) - 1) AS place WITH place, $texts[place] AS asked"
        f" WITH place, asked, COLLECT {{ {_BY_CODE} UNION ALL {_BY_NAME} }} AS all"
        " UNWIND CASE all WHEN [] THEN [[null, null, null, null, 0]] ELSE all END AS meant"
        " WITH place, asked, meant[0] AS thing, meant[1] AS basis, meant[2] AS link,"
        f" meant[3] AS code, meant[4] AS rank ORDER BY place, basis, rank,"
        f" $textsWeights[head(split(thing.id, ':'))] DESC, NOT thing:{CURATED}, thing.id,"
        " code.scheme, code.schemeVersion, code.value",
        ("place", "asked", "thing", "basis", "link", "code"),
        view(
            "LookedUp",
            "A text of a list, and an entity that it stands for.",
            place=number("Its place in the list, from 0.", "place"),
            text=text("The text.", "asked['text']"),
            entity=Bound("Null where there is none.", "thing", "Entity", nullable=True),
            basis=Value(
                "By what it was found.",
                f"{_BASES}[basis]",
                Kind.ENUM,
                nullable=True,
                enum=LookUpBasis,
            ),
            matchType=Value(
                "Of a code: how well it matches the entity.",
                "link.matchType",
                Kind.ENUM,
                nullable=True,
                enum=MatchType,
            ),
            scheme=text("Of a code: whose it is.", "code.scheme", nullable=True),
            schemeVersion=text(
                "Of a code: its edition, where it has one.",
                "nullIf(code.schemeVersion, '')",
                nullable=True,
            ),
            label=text("Of a code: what its scheme calls it.", "code.label", nullable=True),
        ),
        arguments=(
            Argument(
                "texts",
                "[String!]!",
                f"Codes, alone or as `SCHEME:value` or `SCHEME@version:value`, and names,"
                f" {MOST_TEXTS} at most.",
                convert=_checked,
                also={"$textsWeights": lambda _: lambda _values: weights},
            ),
        ),
        weight=10_000,
        each="texts",
    )


def _checked(place: str) -> Callable[[Any], list[Mapping[str, Any]]]:
    def checked(values: list[str]) -> list[Mapping[str, Any]]:
        if len(values) > MOST_TEXTS:
            raise QueryTooComplex(
                f"{place} has {len(values)} texts; at most {MOST_TEXTS} are looked up at once.",
                "Look them up in parts.",
            )
        return [_asked(value, f"{place}[{at}]") for at, value in enumerate(values)]

    return checked


def _asked(value: str, place: str) -> Mapping[str, Any]:
    """A text as the statement takes it: as a code, and as the words of a name."""
    if not value.strip():
        raise BadUserInput(f"{place} is empty.", "Leave it out.")
    if len(value) > _MOST_CHARACTERS:
        raise QueryTooComplex(
            f"{place} has {len(value)} characters; at most {_MOST_CHARACTERS} are allowed.",
            "Look up a code or a name.",
        )
    scheme, version, code = _code(value, place)
    terms = words(value)
    fields = (" ".join(f"+{field}:{term}" for term in terms) for field in (NAME, NAMES))
    return {
        "text": value,
        "scheme": scheme.lower(),
        "version": version,
        "values": code_cases(code),
        "name": " ".join(terms),
        "phrases": [" ".join(f"({field})" for field in fields)] if terms else [],
    }


def _code(value: str, place: str) -> tuple[str, str, str]:
    """What it is as a code; a name may end with a colon."""
    try:
        return parse_identifier(value, place)
    except BadUserInput:
        return "", "", value.strip()
