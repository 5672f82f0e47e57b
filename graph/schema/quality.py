"""What is weak in the graph: each list can be counted and paged."""

import json
from collections.abc import Sequence

from graph.mapping.fragment import (
    Bound,
    EvidenceFor,
    Field,
    Key,
    Listing,
    Made,
    Pages,
    Rows,
    named,
    text,
    view,
)
from graph.mapping.model import Relationship
from graph.mapping.storage import key_of
from graph.schema.counterparts import PROPOSED_MATCHES

_relationship = view(
    "Relationship",
    "A relationship between two entities.",
    **{"from": Bound("Its start.", "here", "Entity")},
    to=Bound("Its end.", "there", "Entity"),
    type=named("Its type.", "type(link)", "RelationshipType"),
    confidence=named("How well it is supported.", "link.confidence", "Confidence"),
    evidence=EvidenceFor("What it rests on.", "link"),
)
_code = view(
    "UnmappedCode",
    "A code that no entity matches exactly.",
    scheme=text("The register or classification.", "code.scheme"),
    schemeVersion=text("Its edition; empty for registers without.", "code.schemeVersion"),
    value=text("The code.", "code.value"),
    label=text("What the scheme calls it.", "code.label", nullable=True),
    near=Rows(
        "Entities that it matches less than exactly.",
        "MATCH (node:Entity)-[:IDENTIFIED_BY]->(code) WITH node ORDER BY node.id",
        ("node",),
        "Entity",
    ),
)


def _values(dispute: str) -> list[str]:
    """`seed: Leeds` for each source of a stored dispute."""
    return [f"{source}: {value}" for source, value in json.loads(dispute)["says"]]


_disagreement = view(
    "Disagreement",
    "A property that sources give different values of; the first one's is shown.",
    entity=Bound("The entity.", "node", "Entity"),
    property=text("The property.", "node.disputed[at]"),
    values=Made(
        "What each source says, as `source: value`, the one shown first.",
        "node.disputes[at]",
        str,
        _values,
        "[String!]!",
    ),
)
_dangling = view(
    "DanglingReference",
    "A relationship that a load left out because one of its ends was not there.",
    source=text("The source that says it.", "gap.source"),
    relationship=named("The type of the relationship.", "gap.type", "RelationshipType"),
    place=text("Where the source says it.", "gap.place"),
    **{"from": text("What it starts from.", "gap.from")},
    to=text("What it leads to.", "gap.to"),
)


def _relationships(description: str, condition: str, key: str) -> Pages:
    return Pages(
        description,
        "Relationship",
        f"MATCH (here:Entity)-[link]->(there:Entity) WHERE here.id IS NOT NULL AND {condition}",
        ("link", "here", "there"),
        (Key("here.id"), Key("type(link)"), Key("there.id"), Key(key)),
        _relationship,
        weight=2_500,
    )


def _withheld(description: str, reason: str) -> Pages:
    return Pages(
        description,
        "DanglingReference",
        f"MATCH (gap:DanglingReference) WHERE gap.reason = '{reason}'",
        ("gap",),
        tuple(Key(f"gap.{name}") for name in ("source", "place", "from", "type", "to", "key")),
        _dangling,
    )


_ENTITIES: dict[str, Field] = {
    "orphans": Listing(
        "Entities, other than sources, with no relationship to another.",
        "Entity",
        "NOT node:Source AND NOT EXISTS { (node)--(:Entity) }",
    ),
    "withoutSource": Listing(
        "Entities that rest on no source.", "Entity", "size(node.sources) = 0"
    ),
    "oneSource": Listing(
        "Entities that rest on one source only.", "Entity", "size(node.sources) = 1"
    ),
    "unsure": Listing(
        "Entities that are marked as unsure.", "Entity", "node.confidence = 'UNSURE'"
    ),
    "rolesWithoutProgramme": Listing(
        "Roles that no programme prepares for.", "Role", "NOT EXISTS { (node)<-[:PREPARES_FOR]-() }"
    ),
    "areasWithoutCaseStudy": Listing(
        "Service areas that no case study is set in.",
        "ServiceArea",
        "NOT EXISTS { (node)<-[:SET_IN]-() }",
    ),
}
_UNMAPPED = Pages(
    "Codes that no entity matches exactly.",
    "UnmappedCode",
    "MATCH (code:Identifier) WHERE code.scheme IS NOT NULL"
    " AND code.schemeVersion IS NOT NULL AND code.value IS NOT NULL"
    " AND NOT EXISTS { (:Entity)-[:IDENTIFIED_BY {matchType: 'EXACT'}]->(code) }"
    # What a load has staged is nobody's yet.
    " AND NOT EXISTS { (:Staged&!Entity)-[:IDENTIFIED_BY]->(code) }",
    ("code",),
    (Key("code.scheme"), Key("code.schemeVersion"), Key("code.value")),
    _code,
)
_OF_SOURCES: dict[str, Field] = {
    "danglingReferences": _withheld(
        "Relationships that loads left out because an end was missing;"
        " they are loaded as soon as it is there.",
        "DANGLING",
    ),
    "overruledReferences": _withheld(
        "Relationships that are not shown because another one is: only one is possible and a source"
        " of higher rank gives it, or both together would form a cycle.",
        "OVERRULED",
    ),
    "disagreements": Pages(
        "Properties that sources give different values of.",
        "Disagreement",
        "MATCH (node:Entity) WHERE node.disputes IS NOT NULL"
        " UNWIND range(0, size(node.disputes) - 1) AS at",
        ("node", "at"),
        (Key("node.id"), Key("node.disputed[at]")),
        _disagreement,
    ),
}


def quality_questions(relationships: Sequence[Relationship]) -> dict[str, Field]:
    """The root field; parallel relationships are told apart by the keys that are declared."""
    key = key_of(relationships, "link")
    fields = {
        **_ENTITIES,
        "relationshipsWithoutSource": _relationships(
            "Relationships that rest on no source.", "size(link.sources) = 0", key
        ),
        "relationshipsOnOneSource": _relationships(
            "Relationships that rest on one source only.", "size(link.sources) = 1", key
        ),
        "relationshipsUnsure": _relationships(
            "Relationships that are marked as unsure.", "link.confidence = 'UNSURE'", key
        ),
        "unmappedCodes": _UNMAPPED,
        "proposedMatches": PROPOSED_MATCHES,
        **_OF_SOURCES,
    }
    quality = view("DataQuality", "What is weak in the graph, as lists.", **fields)
    return {
        "dataQuality": Rows("What is weak in the graph.", "", (), quality, one=True, nullable=False)
    }
