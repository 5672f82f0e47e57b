"""Statements: everything that is said of a thing and others, in one small question.

A page about a thing shows all its relationships. As a list each, they are a statement that
takes Neo4j a second to plan; as one question they take a pattern.
"""

from collections.abc import Sequence
from typing import Any, cast

from graph.mapping.fragment import (
    Argument,
    Bound,
    EvidenceFor,
    Field,
    Made,
    Rows,
    Use,
    named,
    number,
    one_of,
    text,
    view,
)
from graph.mapping.model import Relationship
from graph.mapping.storage import key_of
from graph.schema.counts import TYPE_COUNT, by_type
from graph.schema.paths import StepDirection

_GROUP = ("kind", "direction", "total", "several")
_MOST = 2_000
_FIRST = (
    f"The most of each group of statements, 25 by default; none beyond the first {_MOST:,} of all."
)
_SUPPORTED = (
    "WITH about, COLLECT {{ MATCH (one:Entity)-[link]->(other:Entity)"
    " WHERE about.slug IN link.sources WITH link, one, other ORDER BY type(link),"
    f" one.nameFolded, one.slug, other.nameFolded, other.slug, {{key}} LIMIT {_MOST}"
    " RETURN [type(link), [link, one, other]] }} AS pairs,"
    " COLLECT {{ MATCH (:Entity)-[link]->(:Entity) WHERE about.slug IN link.sources"
    " WITH type(link) AS kind, count(*) AS total RETURN [kind, total] }} AS counts"
    " UNWIND counts AS part WITH part[0] AS kind, 'FORWARD' AS direction, part[1] AS total,"
    " [pair IN pairs WHERE pair[0] = part[0] | pair[1]][..$first] AS several ORDER BY kind"
)
_WEIGHT = 20_000
_TEXTS = "[String!]!"
_EVIDENCE = ("confidence", "readOn", "sources")


def _texts(value: Any) -> list[str]:
    """A stored value as texts, booleans as GraphQL writes them."""
    values = cast(list[Any], value) if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


def statement_questions(relationships: Sequence[Relationship]) -> dict[str, Field]:
    """The root field; own fields are those that any relationship declares."""
    declared = (part.name for each in relationships for part in each.edge.properties)
    names = [name for name in dict.fromkeys(declared) if name not in _EVIDENCE]
    field = view(
        "StatementField",
        "A field of a relationship's own.",
        field=text("Its name.", "name"),
        values=Made(
            "Its value as text; several of a list.", "link[name]", Any, _texts, "[String!]!"
        ),
    )
    statement = view(
        "Statement",
        "One relationship, seen from one of its ends.",
        about=Bound("The thing at this end.", "one", "Entity"),
        entity=Bound("The thing at the other end.", "other", "Entity"),
        fields=Rows(
            "The relationship's own fields, as far as they are known.",
            f"UNWIND {names} AS name WITH name WHERE link[name] IS NOT NULL",
            ("name",),
            field,
        ),
        confidence=named("How well it is supported.", "link.confidence", "Confidence"),
        readOn=named("The day its sources were read for it.", "link.readOn", "Date"),
        evidence=EvidenceFor("What it rests on.", "link"),
    )
    group = view(
        "StatementGroup",
        "All relationships of one type that a thing has in one direction, or a source supports.",
        relationship=named("Their type.", "kind", "RelationshipType"),
        direction=one_of(
            "Whether the thing is where they start or where they end.", "direction", StepDirection
        ),
        totalCount=number("How many there are.", "total"),
        statements=Rows(
            "The first of them, by name.",
            "UNWIND several AS each WITH each[0] AS link, each[1] AS one, each[2] AS other",
            ("link", "one", "other"),
            statement,
        ),
    )
    return {
        "statements": Rows(
            "The relationships of one thing, grouped by their type and direction.",
            "MATCH (about:Entity {id: $about}) MATCH (about)-[link:_via_]-(other:Entity)"
            " WITH about, type(link) AS kind,"
            " CASE WHEN startNode(link) = about THEN 'FORWARD' ELSE 'BACKWARD' END AS direction,"
            " link, other"
            " ORDER BY kind, direction, other.nameFolded, other.slug,"
            f" {key_of(relationships, 'link')}"
            " WITH kind, direction, count(*) AS total,"
            " collect([link, about, other])[..$first] AS several"
            " ORDER BY kind, direction",
            _GROUP,
            group,
            arguments=(
                Argument("about", "ID!", "The thing.", Use.ID),
                Argument(
                    "first",
                    "Int",
                    "The most of each group, 25 by default.",
                    Use.SIZE,
                    25,
                    250,
                ),
                Argument(
                    "via",
                    "[RelationshipType!]",
                    "Only these relationships.",
                    Use.RELATIONSHIPS,
                ),
            ),
        ),
        "supportedBy": Rows(
            "What rests on a source.",
            "MATCH (about:Entity {id: $source})",
            ("about",),
            view(
                "Supported",
                "What rests on a source: alone, or on others as well.",
                entities=Rows(
                    "How many things rest on it, by type.",
                    f"MATCH (node:Entity) WHERE about.slug IN node.sources {by_type('node')}",
                    ("kind", "found"),
                    TYPE_COUNT,
                ),
                statements=Rows(
                    "The relationships that rest on it, by type.",
                    _SUPPORTED.format(key=key_of(relationships, "link")),
                    _GROUP,
                    group,
                ),
            ),
            one=True,
            weight=_WEIGHT,
            arguments=(
                Argument("source", "ID!", "The source.", Use.ID, types=("Source",)),
                Argument("first", "Int", _FIRST, Use.SIZE, 25, 250),
            ),
        ),
    }
