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
from graph.schema.paths import StepDirection

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
        "All relationships of one type that a thing has, in one direction.",
        relationship=named("Their type.", "kind", "RelationshipType"),
        direction=one_of(
            "Whether the thing is where they start or where they end.", "direction", StepDirection
        ),
        totalCount=number("How many there are.", "total"),
        statements=Rows(
            "The first of them, by the name of the other thing.",
            "UNWIND pairs AS pair WITH pair[0] AS link, pair[1] AS other",
            ("link", "other"),
            statement,
        ),
    )
    return {
        "statements": Rows(
            "The relationships of one thing, grouped by their type and direction.",
            "MATCH (about:Entity {id: $about}) MATCH (about)-[link:_via_]-(other:Entity)"
            " WITH type(link) AS kind,"
            " CASE WHEN startNode(link) = about THEN 'FORWARD' ELSE 'BACKWARD' END AS direction,"
            " link, other"
            " ORDER BY kind, direction, other.nameFolded, other.slug,"
            f" {key_of(relationships, 'link')}"
            " WITH kind, direction, count(*) AS total, collect([link, other])[..$first] AS pairs"
            " ORDER BY kind, direction",
            ("kind", "direction", "total", "pairs"),
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
        )
    }
