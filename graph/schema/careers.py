"""Careers: which roles are alike, ways from one to another, what is missing between them."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from graph.mapping.fragment import (
    Argument,
    Bound,
    EvidenceFor,
    Field,
    Made,
    Rows,
    Use,
    Value,
    flag,
    named,
    number,
    one_of,
    real,
    text,
    view,
)
from graph.mapping.kinds import Kind

_SHARED = "[:WORKS_ACROSS|WORKS_IN|REQUIRES]"
_JACCARD = f"toFloat(both) / (own + COUNT {{ (node)-{_SHARED}->() }} - both)"
_MOST_ALIKE = (
    f"MATCH (this)-{_SHARED}->(common)<-{_SHARED}-(node)"
    " WITH node, count(common) AS both ORDER BY both DESC"
    f" WITH collect([node, both]) AS found WITH found, COUNT {{ (this)-{_SHARED}->() }} AS own"
    # What either has is no less than what this one has, so a score is at most both / own: where
    # that is under the least score of as many as are asked for, all that the other has need not
    # be counted. Halves, so that no rounding loses one that is as good.
    " WITH found, own, head(COLLECT { UNWIND found[..$first] AS pair"
    f" WITH pair[0] AS node, pair[1] AS both WITH {_JACCARD} AS score ORDER BY score LIMIT 1"
    " RETURN score }) AS least"
    " UNWIND found AS pair WITH own, pair[0] AS node, pair[1] AS both"
    " WHERE both > least * own - 0.5"
    f" WITH node, {_JACCARD} AS score ORDER BY score DESC, node.slug LIMIT $first"
)
_MOST_WAYS = 100
_MOST_STEPS = 6


def similar_field(phrases: Mapping[str, str]) -> Field:
    """Roles like this one, with reasons; sentences are made with the phrases of relationships."""

    def sentence(values: Sequence[Any]) -> str:
        kind, one, other, names = values
        return f"{one} {phrases[kind]} {', '.join(names)}, and so does {other}."

    reason = view(
        "SimilarityReason",
        "What two roles share.",
        relationship=named("How both relate to it.", "kind", "RelationshipType"),
        entities=Rows("What they share.", "UNWIND shared AS entity", ("entity",), "Entity"),
        sentence=Made(
            "The reason in words.",
            "[kind, this.name, node.name, [x IN shared | x.name]]",
            list[Any],
            sentence,
            "String!",
        ),
    )
    similar_role = view(
        "SimilarRole",
        "A role that shares professions, service areas or skills with another.",
        role=Bound("The role.", "node", "Role"),
        score=real(
            "What they share, divided by all that either has (Jaccard): from 0 to 1.", "score"
        ),
        reasons=Rows(
            "What they share, by kind.",
            f"MATCH (this)-[link{_SHARED[1:]}->(common)<-{_SHARED}-(node)"
            " WITH type(link) AS kind, common ORDER BY common.slug"
            " WITH kind, collect(common) AS shared ORDER BY kind",
            ("kind", "shared"),
            reason,
        ),
    )
    return Rows(
        "Roles like this one: those that share professions, service areas or skills with it.",
        _MOST_ALIKE,
        ("node", "score"),
        similar_role,
        weight=500,
        arguments=(
            Argument("first", "Int", "The most to return, 10 by default.", Use.SIZE, 10, 100),
        ),
    )


_ROLES = (
    Argument("from", "ID!", "The role to start from.", Use.ID, types=("Role",)),
    Argument("to", "ID!", "The role to get to.", Use.ID, types=("Role",)),
)
_START = "MATCH (start:Entity|Retired {id: $from}) MATCH (finish:Entity|Retired {id: $to})"

_option = view(
    "CareerOption",
    "One known way of taking a career step.",
    step=text("Names it among others between the same roles.", "link.step"),
    how=text("The course, apprenticeship or job in between.", "link.how"),
    entryRequirements=Value(
        "What is asked of those who start.", "link.entryRequirements", Kind.TEXT, many=True
    ),
    credit=text("What earlier learning counts for.", "link.credit", nullable=True),
    seenIn=text("Where this way was seen.", "link.seenIn", nullable=True),
    notes=text("What a reader should know about it.", "link.notes", nullable=True),
    confidence=named("How well it is supported.", "link.confidence", "Confidence"),
    evidence=EvidenceFor("What it rests on.", "link"),
)
_career_step = view(
    "CareerStep",
    "From one role to the next.",
    **{
        "from": Bound("The role before.", "here", "Role"),
        "to": Bound("The role after.", "there", "Role"),
    },
    options=Rows(
        "The known ways of taking it.",
        "MATCH (here)-[link:LEADS_TO]->(there) WITH link ORDER BY link.step",
        ("link",),
        _option,
    ),
)
_way = view(
    "CareerWay",
    "A series of career steps that passes no role twice.",
    length=number("How many steps.", "size(passed) - 1"),
    roles=Rows("The roles, both ends included.", "UNWIND passed AS role", ("role",), "Role"),
    steps=Rows(
        "Its steps.",
        "UNWIND range(0, size(passed) - 2) AS i WITH passed[i] AS here, passed[i + 1] AS there",
        ("here", "there"),
        _career_step,
    ),
)
_CAREER = f"(start)-[:LEADS_TO*1..{_MOST_STEPS}]->(finish)"
_pathway = view(
    "Pathway",
    "The ways from one role to another by career steps alone.",
    **{
        "from": Bound("The role to start from.", "start", "Role"),
        "to": Bound("The role to get to.", "finish", "Role"),
    },
    ways=Rows(
        f"The ways, the shortest first: of at most {_MOST_STEPS} steps, at most {_MOST_WAYS}.",
        f"MATCH p = {_CAREER}"
        " WHERE all(n IN nodes(p) WHERE single(m IN nodes(p) WHERE m = n))"
        " WITH DISTINCT nodes(p) AS passed"
        " WITH passed, size(passed) AS steps, [n IN passed | n.slug] AS slugs"
        f" ORDER BY steps, slugs LIMIT {_MOST_WAYS}",
        ("passed",),
        _way,
    ),
)

_MISSING = "(finish)-[:REQUIRES]->(node) WHERE NOT EXISTS { (start)-[:REQUIRES]->(node) }"


class GapBasis(Enum):
    """What a gap is worked out from."""

    SKILLS = "Sources say which skills both roles need."
    PROFESSIONS_LEVELS_PROGRAMMES = (
        "No source says which skills one of the roles needs, so professions, levels and programmes"
        " are compared instead."
    )


class LevelAxis(Enum):
    """The three axes of level; they are never the same thing."""

    CAREER_FRAMEWORK = "The Career Framework for Health, from 1 to 9."
    QUALIFICATION = "The level of the usual qualification (RQF or FHEQ, England)."
    PAY_BAND = "The usual Agenda for Change band, in the source's words."


def _differing(description: str, type_: str, relationship: str, *, missing: bool) -> Rows:
    absent = "NOT " if missing else ""
    return Rows(
        description,
        f"MATCH (finish)-[:{relationship}]->(node)"
        f" WHERE {absent}EXISTS {{ (start)-[:{relationship}]->(node) }}"
        " WITH node ORDER BY node.slug",
        ("node",),
        type_,
    )


_gap_provider = view(
    "GapProvider",
    "Who teaches a programme, and where.",
    provider=Bound("Who teaches it.", "provider", "Provider"),
    region=Bound("The region of its main site, where known.", "region", "Region", nullable=True),
)
_gap_programme = view(
    "GapProgramme",
    "A programme that helps from one role to another.",
    programme=Bound("The programme.", "programme", "Programme"),
    preparesFor=flag(
        "Whether it prepares for the role to get to.",
        "EXISTS { (programme)-[:PREPARES_FOR]->(finish) }",
    ),
    covers=Rows(
        "The missing skills that it develops.",
        f"MATCH {_MISSING} AND EXISTS {{ (programme)-[:DEVELOPS]->(node) }}"
        " WITH node ORDER BY node.slug",
        ("node",),
        "Skill",
    ),
    providers=Rows(
        "Who teaches it.",
        "MATCH (provider)-[:OFFERS]->(programme)"
        " OPTIONAL MATCH (provider)-[:LOCATED_IN]->(region)"
        " WITH provider, region ORDER BY provider.slug",
        ("provider", "region"),
        _gap_provider,
    ),
)
_level_gap = view(
    "LevelGap",
    "Where two roles stand in one axis.",
    axis=one_of("The axis.", "axis[0]", LevelAxis),
    **{
        "from": text(
            "Where the first stands; null where no source says.", "axis[1]", nullable=True
        ),
        "to": text("Where the second stands; null where no source says.", "axis[2]", nullable=True),
    },
)
_KNOWN = "EXISTS { (start)-[:REQUIRES]->() } AND EXISTS { (finish)-[:REQUIRES]->() }"


def _career_level(role: str) -> str:
    return f"toString(head(COLLECT {{ MATCH ({role})-[:AT_CAREER_LEVEL]->(l) RETURN l.level }}))"


_gap = view(
    "Gap",
    "What is missing between two roles, and what covers it.",
    **{
        "from": Bound("The role to start from.", "start", "Role"),
        "to": Bound("The role to get to.", "finish", "Role"),
    },
    basis=one_of(
        "What the gap is worked out from.",
        f"CASE WHEN {_KNOWN} THEN 'SKILLS' ELSE 'PROFESSIONS_LEVELS_PROGRAMMES' END",
        GapBasis,
    ),
    missingSkills=_differing(
        "Skills that only the second needs.", "Skill", "REQUIRES", missing=True
    ),
    sharedSkills=_differing("Skills that both need.", "Skill", "REQUIRES", missing=False),
    missingProfessions=_differing(
        "Professions that only the second works across.",
        "Profession",
        "WORKS_ACROSS",
        missing=True,
    ),
    sharedProfessions=_differing(
        "Professions that both work across.", "Profession", "WORKS_ACROSS", missing=False
    ),
    missingServiceAreas=_differing(
        "Service areas that only the second works in.", "ServiceArea", "WORKS_IN", missing=True
    ),
    levels=Rows(
        "Where both stand in each of the three axes.",
        "UNWIND ["
        f"['CAREER_FRAMEWORK', {_career_level('start')}, {_career_level('finish')}],"
        " ['QUALIFICATION', toString(start.qualificationLevel),"
        " toString(finish.qualificationLevel)],"
        " ['PAY_BAND', start.payBand, finish.payBand]] AS axis",
        ("axis",),
        _level_gap,
    ),
    programmes=Rows(
        "Programmes that prepare for the second or develop what is missing.",
        "CALL (start, finish) { MATCH (programme)-[:PREPARES_FOR]->(finish) RETURN programme"
        " UNION MATCH (finish)-[:REQUIRES]->(skill)<-[:DEVELOPS]-(programme)"
        " WHERE NOT EXISTS { (start)-[:REQUIRES]->(skill) } RETURN programme }"
        " WITH programme ORDER BY programme.slug",
        ("programme",),
        _gap_programme,
    ),
)

_statement = view(
    "LevelStatement",
    "An entry that says so.",
    entity=Bound("The career level or the role.", "node", "Entity"),
    confidence=named("How well the entry is supported.", "node.confidence", "Confidence"),
    evidence=EvidenceFor("What the entry rests on.", "node"),
)
_reading = view(
    "LevelReading",
    "What a level is in one axis, and who says so.",
    axis=one_of("The axis.", "axis", LevelAxis),
    value=text("The level or band, as the entries have it.", "value"),
    count=number("How many entries say so.", "size(entries)"),
    statedBy=Rows(
        "The entries that say so.",
        "UNWIND entries AS node",
        ("node",),
        _statement,
    ),
)
_BAND = (
    "any(part IN split(replace(replace(replace(replace({0}, '/', ' '), '(', ' '), ')', ' '),"
    " ':', ' '), ' ') WHERE part = toString($value))"
)
_AT = {
    "CAREER_FRAMEWORK": (
        "MATCH (level:CareerLevel {level: $value}) RETURN level, null AS role"
        " UNION MATCH (level:CareerLevel {level: $value})<-[:AT_CAREER_LEVEL]-(role)"
        " RETURN null AS level, role"
    ),
    "QUALIFICATION": (
        "MATCH (role:Role) WHERE role.qualificationLevel = $value RETURN null AS level, role"
    ),
    "PAY_BAND": (
        f"MATCH (level:CareerLevel) WHERE {_BAND.format('level.payBand')}"
        " RETURN level, null AS role"
        f" UNION MATCH (role:Role) WHERE {_BAND.format('role.payBand')}"
        " RETURN null AS level, role"
    ),
}
_LEVELS = (
    "CALL () { _axis_ }"
    " CALL (level, role) {"
    " UNWIND CASE WHEN level IS NULL THEN [] ELSE"
    " [['CAREER_FRAMEWORK', toString(level.level)], ['PAY_BAND', level.payBand]] END AS found"
    " RETURN found, level AS node"
    " UNION ALL UNWIND CASE WHEN role IS NULL THEN [] ELSE [['CAREER_FRAMEWORK',"
    " toString(head(COLLECT { MATCH (role)-[:AT_CAREER_LEVEL]->(l) RETURN l.level }))],"
    " ['QUALIFICATION', toString(role.qualificationLevel)], ['PAY_BAND', role.payBand]] END"
    " AS found RETURN found, role AS node }"
    " WITH found[0] AS axis, found[1] AS value, node WHERE value IS NOT NULL"
    " WITH axis, value, node ORDER BY node.id"
    " WITH axis, value, collect(node) AS entries"
    " ORDER BY axis, size(entries) DESC, value"
)

QUESTIONS: dict[str, Field] = {
    "pathway": Rows(
        "The ways from one role to another by career steps; null where there is none.",
        f"{_START} WITH start, finish WHERE start <> finish AND EXISTS {{ {_CAREER} }}",
        ("start", "finish"),
        _pathway,
        one=True,
        weight=500,
        arguments=_ROLES,
    ),
    "gap": Rows(
        "What the second role needs beyond the first, which programmes cover it, who teaches them.",
        _START,
        ("start", "finish"),
        _gap,
        one=True,
        nullable=False,
        weight=750,
        arguments=_ROLES,
    ),
    "levels": Rows(
        "What a level of one axis corresponds to in the others, by the entries that state both.",
        _LEVELS,
        ("axis", "value", "entries"),
        _reading,
        arguments=(
            Argument(
                "axis",
                "LevelAxis!",
                "The axis asked in.",
                Use.CHOICE,
                choices={axis.name: (axis.value, _AT[axis.name]) for axis in LevelAxis},
            ),
            Argument("value", "Int!", "The level or band."),
        ),
    ),
}
