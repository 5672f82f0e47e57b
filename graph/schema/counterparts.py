"""Counterparts: entities that other sources have for the same, by the codes that both have."""

from collections.abc import Callable, Sequence
from typing import Any

from graph.mapping.enums import MatchType
from graph.mapping.fragment import (
    Argument,
    Bound,
    Key,
    Pages,
    Rows,
    Value,
    one_of,
    text,
    view,
)
from graph.mapping.kinds import Kind
from graph.mapping.model import NodeType
from graph.mapping.names import constant
from graph.mapping.storage import CURATED

_BEST_FIRST = [match.name for match in (
    MatchType.EXACT, MatchType.CLOSE, MatchType.NARROW, MatchType.BROAD, MatchType.RELATED
)]  # fmt: skip
_NEAR = ["EXACT", "CLOSE"]
_OTHER_WAY = "CASE {0} WHEN 'BROAD' THEN 'NARROW' WHEN 'NARROW' THEN 'BROAD' ELSE {0} END"


def _near(_place: str) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        return _NEAR if value is None else value

    return convert


def counterparts(kinds: Sequence[NodeType]) -> Rows:
    """The field of every entity."""
    labels = {constant(kind.name): kind.name for kind in kinds}
    return Rows(
        "What other sources have for the same or nearly the same, the curated first. Both have"
        " a code that is exact for one.",
        "MATCH (this)-[mine:IDENTIFIED_BY]->(code:Identifier)<-[theirs:IDENTIFIED_BY]-(node:Entity)"
        f" WHERE NOT (this:{CURATED} AND node:{CURATED})"
        " AND 'EXACT' IN [mine.matchType, theirs.matchType]"
        " AND CASE WHEN $types IS NULL THEN split(node.id, ':')[0] = split(this.id, ':')[0]"
        " ELSE split(node.id, ':')[0] IN $types END"
        " WITH node, code, CASE mine.matchType WHEN 'EXACT' THEN"
        f" {_OTHER_WAY.format('theirs.matchType')} ELSE mine.matchType END AS match"
        " WHERE match IN $matchTypes"
        " WITH node, code, match ORDER BY code.scheme, code.schemeVersion, code.value"
        " WITH node, collect(code) AS codes, min(CASE match WHEN 'EXACT' THEN 0"
        " WHEN 'CLOSE' THEN 1 WHEN 'NARROW' THEN 2 WHEN 'BROAD' THEN 3 ELSE 4 END) AS rank"
        f" ORDER BY NOT node:{CURATED}, rank, node.id",
        ("node", "codes", "rank"),
        view(
            "Counterpart",
            "An entity that another source has for the same or nearly the same.",
            entity=Bound("The other entity.", "node", "Entity"),
            matchType=one_of(
                "How well it matches: `BROAD` where it is wider than this one.",
                f"{_BEST_FIRST}[rank]",
                MatchType,
            ),
            via=Rows(
                "The codes that both have.",
                "UNWIND codes AS code",
                ("code",),
                view(
                    "SharedCode",
                    "A code that two entities have.",
                    scheme=text("The register or classification.", "code.scheme"),
                    schemeVersion=Value(
                        "Its edition; null for registers that never reassign a code.",
                        "nullIf(code.schemeVersion, '')",
                        Kind.TEXT,
                        nullable=True,
                    ),
                    value=text("The code.", "code.value"),
                ),
            ),
        ),
        arguments=(
            Argument(
                "matchTypes",
                "[MatchType!]",
                "How they match, `EXACT` and `CLOSE` by default.",
                convert=_near,
            ),
            Argument(
                "types",
                "[EntityType!]",
                "Of these types; of its own by default.",
                convert=lambda _: lambda names: names and [labels[name] for name in names],
            ),
        ),
    )


PROPOSED_MATCHES = Pages(
    "Pairs of entities of one type and different sources that are called the same and share no"
    " code. A name is no proof: they are proposals, to be accepted into the seed or not.",
    "ProposedMatch",
    # Grouped in a subquery of its own: these clauses stand in an expression.
    "CALL () { MATCH (named:Entity) WITH split(named.id, ':')[0] AS kind, named.nameFolded AS name,"
    " collect(named) AS those WHERE size(those) > 1"
    " UNWIND those AS one UNWIND those AS other RETURN one, other } WITH one, other"
    f" WHERE (one:{CURATED} AND NOT other:{CURATED} OR NOT one:{CURATED} AND NOT other:{CURATED}"
    " AND one.id < other.id)"
    " AND none(source IN one.sources WHERE source IN other.sources)"
    " AND NOT EXISTS { (one)-[:IDENTIFIED_BY]->(:Identifier)<-[:IDENTIFIED_BY]-(other) }",
    ("one", "other"),
    (
        Key(f"CASE WHEN one:{CURATED} THEN 0 ELSE 1 END", kind=Kind.INT),
        Key("one.id"),
        Key("other.id"),
    ),
    view(
        "ProposedMatch",
        "Two entities that are called the same.",
        entity=Bound("One of them, the curated one where one is.", "one", "Entity"),
        other=Bound("The other.", "other", "Entity"),
    ),
    once=True,
    weight=2_000,
)
