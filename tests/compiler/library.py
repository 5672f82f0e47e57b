"""A small made-up model for the compiler's golden cases: books, who wrote them, where they stand.

It has one of everything that the compiler treats in a way of its own, and stays as it is when
the graph's own types change.
"""

from datetime import date
from enum import Enum

from graph.mapping.checks import checked
from graph.mapping.declare import (
    Entity,
    cypher_nodes,
    cypher_value,
    declared,
    edge,
    measures,
    node,
    prop,
    to_many,
    to_one,
)
from graph.mapping.fragment import (
    Argument,
    Bound,
    EvidenceFor,
    Key,
    Listing,
    Pages,
    Rows,
    Use,
    number,
    view,
)
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel, Measure, Subset


class Form(Enum):
    """What a book is."""

    NOVEL = "A long story."
    POEMS = "Poems."


@edge
class Wrote:
    """How somebody wrote a book."""

    part: str = prop("Names the part that was written.", exact=True)
    pages: int | None = prop("How many pages.")


@edge
class Standing:
    """How a book stands on its shelf."""

    since: date | None = prop("Since when.")


@node(plural="books", subsets=(Subset("Novel", "novel", "novels", "Novels.", "form", "NOVEL"),))
class Book(Entity):
    """A book."""

    form: Form = prop("What it is.")
    code: str | None = prop("Its number in the catalogue.", exact=True)
    year: int | None = prop("When it came out.")
    price: float | None = prop("What it costs.")
    lent: bool | None = prop("Whether it is lent.")

    size = measures(
        "Size",
        "How large it is.",
        Measure("authors", "How many wrote it.", "COUNT { (this)<-[:WROTE]-() }"),
        Measure("names", "How many names it has.", "size(this.altNames)"),
    )
    loud = cypher_value("Its name, louder.", "toUpper(this.name)", str)
    likely = cypher_nodes(
        "Books by who wrote this one.",
        "MATCH (this)<-[:WROTE]-()-[:WROTE]->(node) WHERE node <> this"
        " WITH DISTINCT node ORDER BY node.slug",
        "Book",
    )
    shelf = to_one(
        "Shelf",
        "STANDS_ON",
        "stands on",
        inverse="books",
        fields=Standing,
        description="Where it stands.",
        inverse_description="What stands there.",
    )
    subjects = to_many(
        "Subject",
        "IS_ABOUT",
        "is about",
        inverse="books",
        description="What it is about.",
        inverse_description="Books about it.",
    )


@node(plural="authors")
class Author(Entity):
    """Somebody who writes."""

    books = to_many(
        "Book",
        "WROTE",
        "wrote",
        inverse="authors",
        fields=Wrote,
        key="part",
        description="What they wrote.",
        inverse_description="Who wrote it.",
    )


@node(plural="shelves", singular="shelf")
class Shelf(Entity):
    """A shelf."""


@node(plural="subjects")
class Subject(Entity):
    """What books are about."""

    broader = to_many(
        "Subject",
        "WITHIN",
        "lies within",
        inverse="narrower",
        hierarchy=True,
        description="One step up.",
        inverse_description="One step down.",
    )


@node(plural="sources")
class Source(Entity):
    """Where statements come from."""


_STEP = view(
    "Step",
    "One relationship.",
    to=Bound("Where it leads.", "there", "Entity"),
    evidence=EvidenceFor("What it rests on.", "link"),
)
_QUESTIONS = {
    "bothAbout": Listing(
        "Books about all of these.",
        "Book",
        "all(s IN $subjects WHERE EXISTS { (node)-[:IS_ABOUT]->(:Subject {id: s}) })",
        arguments=(Argument("subjects", "[ID!]!", "Their ids.", Use.IDS, types=("Subject",)),),
    ),
    "around": Rows(
        "What lies around something.",
        "MATCH (start:Entity {id: $id}) MATCH (start)-[link:_via_*1.._steps_]->(there)"
        " WITH last(link) AS link, there ORDER BY there.id LIMIT $first",
        ("link", "there"),
        _STEP,
        arguments=(
            Argument("id", "ID!", "Its id.", Use.ID),
            Argument("steps", "Int", "How far.", Use.STEPS, 1, 3),
            Argument("first", "Int", "How many.", Use.SIZE, 10, 100),
            Argument("via", "[RelationshipType!]", "Along these.", Use.RELATIONSHIPS),
        ),
    ),
    "counted": Pages(
        "Subjects by how many books are about them.",
        "Counted",
        "MATCH (subject:Subject)<-[:IS_ABOUT]-(book:Book) WHERE _where_"
        " WITH subject, count(book) AS many, subject.id AS id",
        ("subject", "many", "id"),
        (Key("many", kind=Kind.INT, descending=True), Key("id")),
        "Subject",
        edge={"many": number("How many.", "many")},
        whole={
            "total": Rows(
                "How many in all.",
                "WITH sum(many) AS books",
                ("books",),
                view("Total", "How many in all.", books=number("How many.", "books")),
                one=True,
                nullable=False,
            )
        },
        conditions={"total": ("least", "many >= $least")},
        arguments=(
            Argument("least", "Int", "At least so many."),
            Argument("where", "BookWhere", "Only such.", Use.WHERE, on="book", types=("Book",)),
        ),
        once=True,
    ),
}

MODEL = checked(
    GraphModel(tuple(map(declared, (Book, Author, Shelf, Subject, Source))), _QUESTIONS)
)
