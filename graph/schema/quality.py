"""What is weak in the graph: each list can be counted and paged."""

from graph.mapping.fragment import (
    Bound,
    EvidenceFor,
    Field,
    Key,
    Listing,
    Pages,
    Rows,
    named,
    text,
    view,
)

_relationship = view(
    "Relationship",
    "A relationship between two entities.",
    **{"from": Bound("Its start.", "here", "Entity")},
    to=Bound("Its end.", "there", "Entity"),
    type=named("Its type.", "kind", "RelationshipType"),
    confidence=named("How well it is supported.", "link.confidence", "Confidence"),
    evidence=EvidenceFor("What it rests on.", "link"),
)
_code = view(
    "UnmappedCode",
    "A code that no entity matches exactly.",
    scheme=text("The register or classification.", "scheme"),
    schemeVersion=text("Its edition; empty for registers without.", "version"),
    value=text("The code.", "value"),
    label=text("What the scheme calls it.", "code.label", nullable=True),
    near=Rows(
        "Entities that it matches less than exactly.",
        "MATCH (node:Entity)-[:IDENTIFIED_BY]->(code) WITH node ORDER BY node.id",
        ("node",),
        "Entity",
    ),
)
_dangling = view(
    "DanglingReference",
    "A relationship that a load left out because one of its ends was not there.",
    source=text("The source that says it.", "source"),
    place=text("Where the source says it.", "place"),
    relationship=named("The type of the relationship.", "gap.type", "RelationshipType"),
    **{"from": text("What it starts from.", "gap.from")},
    to=text("What it leads to.", "gap.to"),
)


def _relationships(description: str, condition: str) -> Pages:
    return Pages(
        description,
        "Relationship",
        f"MATCH (here:Entity)-[link]->(there:Entity) WHERE {condition}"
        " WITH here, link, there, here.id AS start, type(link) AS kind, there.id AS finish,"
        " coalesce(link.step, '') AS step",
        ("link", "here", "there", "start", "kind", "finish", "step"),
        (Key("start"), Key("kind"), Key("finish"), Key("step")),
        _relationship,
    )


QUESTIONS: dict[str, Field] = {
    "dataQuality": Rows(
        "What is weak in the graph.",
        "",
        (),
        view(
            "DataQuality",
            "What is weak in the graph, as lists.",
            orphans=Listing(
                "Entities, other than sources, with no relationship to another.",
                "Entity",
                "NOT node:Source AND NOT EXISTS { (node)--(:Entity) }",
            ),
            withoutSource=Listing(
                "Entities that rest on no source.", "Entity", "size(node.sources) = 0"
            ),
            oneSource=Listing(
                "Entities that rest on one source only.", "Entity", "size(node.sources) = 1"
            ),
            unsure=Listing(
                "Entities that are marked as unsure.", "Entity", "node.confidence = 'UNSURE'"
            ),
            rolesWithoutProgramme=Listing(
                "Roles that no programme prepares for.",
                "Role",
                "NOT EXISTS { (node)<-[:PREPARES_FOR]-() }",
            ),
            areasWithoutCaseStudy=Listing(
                "Service areas that no case study is set in.",
                "ServiceArea",
                "NOT EXISTS { (node)<-[:SET_IN]-() }",
            ),
            relationshipsWithoutSource=_relationships(
                "Relationships that rest on no source.", "size(link.sources) = 0"
            ),
            relationshipsOnOneSource=_relationships(
                "Relationships that rest on one source only.", "size(link.sources) = 1"
            ),
            relationshipsUnsure=_relationships(
                "Relationships that are marked as unsure.", "link.confidence = 'UNSURE'"
            ),
            unmappedCodes=Pages(
                "Codes that no entity matches exactly.",
                "UnmappedCode",
                "MATCH (code:Identifier) WHERE NOT EXISTS {"
                " (:Entity)-[:IDENTIFIED_BY {matchType: 'EXACT'}]->(code) }"
                " WITH code, code.scheme AS scheme, code.schemeVersion AS version,"
                " code.value AS value",
                ("code", "scheme", "version", "value"),
                (Key("scheme"), Key("version"), Key("value")),
                _code,
            ),
            danglingReferences=Pages(
                "Relationships that loads left out because an end was missing.",
                "DanglingReference",
                "MATCH (gap:DanglingReference) WITH gap, gap.source AS source, gap.place AS place",
                ("gap", "source", "place"),
                (Key("source"), Key("place")),
                _dangling,
            ),
        ),
        one=True,
        nullable=False,
    )
}
