"""Paths: how two things are connected, step by step, and what lies around a thing."""

from collections.abc import Sequence
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
    flag,
    named,
    number,
    one_of,
    view,
)
from graph.mapping.model import Relationship
from graph.mapping.storage import key_of

Step = Sequence[str]
"""The names of the start and the end of a relationship, its type between them."""


class StepDirection(Enum):
    """In which direction a path follows a relationship."""

    FORWARD = "From its start to its end, as its type reads."
    BACKWARD = "From its end to its start."


_BETWEEN = (
    Argument("from", "ID!", "Where the path begins.", Use.ID),
    Argument("to", "ID!", "Where it ends.", Use.ID),
)
_BOUNDS = (
    Argument("maxLength", "Int", "The most steps of a path, 4 by default.", Use.STEPS, 4, 8),
    Argument("via", "[RelationshipType!]", "Only along these relationships.", Use.RELATIONSHIPS),
)
_ENDS = "MATCH (start:Entity {id: $from}) MATCH (finish:Entity {id: $to}) WHERE start <> finish"
_FEW = 16
"""Relationships that a node on the way may have before it is one that connects many things."""
_RANKED = (
    # Of equally long ways the more telling one comes first: that two things lie in one region, as
    # hundreds do, says little. So those come first that pass no hub, the smaller hub before the
    # larger; of these the one whose weakest statement is the best supported, then that whose
    # inner nodes have the fewest relationships.
    " WITH p, length(p) AS steps, [n IN nodes(p)[1..-1] | COUNT { (n)--() }] AS degrees,"
    " [r IN relationships(p) | CASE r.confidence WHEN 'CONFIRMED' THEN 0 WHEN 'SEED' THEN 1"
    " WHEN 'SINGLE' THEN 2 ELSE 3 END] AS doubts, [n IN nodes(p) | n.id] AS ids"
    " ORDER BY steps, reduce(m = 0, d IN degrees | CASE WHEN d > m THEN d ELSE m END)"
    f" / {_FEW}, reduce(m = 0, d IN doubts | CASE WHEN d > m THEN d ELSE m END),"
    " reduce(sum = 0, d IN degrees | sum + d), ids"
)
_NAMES = "[startNode({0}).name, type({0}), endNode({0}).name]"


def path_questions(relationships: Sequence[Relationship]) -> dict[str, Field]:
    """The root fields; sentences are made with the phrases of relationship types."""
    phrases = {relationship.type: relationship.phrase for relationship in relationships}
    key = key_of(relationships, "r")
    order = (
        f"{_RANKED}, [r IN relationships(p) | type(r) + {key}],"
        " [r IN relationships(p) | startNode(r).id]"
    )
    # SHORTEST k takes any of the longest ways it needs, another one after each load; so more than
    # are asked for are put in order, and the first of these are taken.
    k_shortest = (
        f"{_ENDS} MATCH p = SHORTEST 100 ((start) (()-[:_via_]-(passed)){{1,_maxLength_}} (finish)"
        " WHERE all(n IN passed WHERE n <> start AND single(m IN passed WHERE m = n)))"
        f"{order} LIMIT _k_"
    )

    def sentence(steps: Sequence[Step]) -> str:
        return "; ".join(f"{start} {phrases[kind]} {end}" for start, kind, end in steps) + "."

    step = view(
        "PathStep",
        "One relationship of a path.",
        **{
            "from": Bound("Where the step begins.", "here", "Entity"),
            "to": Bound("Where it ends.", "there", "Entity"),
        },
        relationship=named("The type of the relationship.", "type(link)", "RelationshipType"),
        direction=one_of(
            "In which direction the path follows the relationship.",
            "CASE WHEN startNode(link) = here THEN 'FORWARD' ELSE 'BACKWARD' END",
            StepDirection,
        ),
        confidence=named(
            "How well the relationship is supported.", "link.confidence", "Confidence"
        ),
        evidence=EvidenceFor("What the relationship rests on.", "link"),
        sentence=Made(
            "The step in words, in the relationship's own direction.",
            f"[{_NAMES.format('link')}]",
            list[list[Any]],
            sentence,
            "String!",
        ),
    )
    path = view(
        "Path",
        "A way from one thing to another along relationships.",
        length=number("How many steps.", "length(p)"),
        nodes=Rows(
            "What it passes, both ends included.", "UNWIND nodes(p) AS node", ("node",), "Entity"
        ),
        steps=Rows(
            "Its steps.",
            "UNWIND range(0, length(p) - 1) AS i WITH relationships(p)[i] AS link,"
            " nodes(p)[i] AS here, nodes(p)[i + 1] AS there",
            ("link", "here", "there"),
            step,
        ),
        sentence=Made(
            "The path in words, each relationship in its own direction.",
            f"[r IN relationships(p) | {_NAMES.format('r')}]",
            list[list[Any]],
            sentence,
            "String!",
        ),
    )
    edge = view(
        "SubgraphEdge",
        "A relationship between two nodes of a subgraph.",
        id=named(
            "An id that no other relationship has: start, type, end, and a key where several join"
            " the same two nodes.",
            "startNode(link).id + ' ' + type(link) + ' ' + endNode(link).id"
            f" + coalesce(' ' + toString(nullIf({key_of(relationships, 'link')}, '')), '')",
            "ID",
        ),
        **{"from": named("The id of its start.", "startNode(link).id", "ID")},
        to=named("The id of its end.", "endNode(link).id", "ID"),
        relationship=named("Its type.", "type(link)", "RelationshipType"),
        confidence=named("How well it is supported.", "link.confidence", "Confidence"),
        evidence=EvidenceFor("What it rests on.", "link"),
    )
    subgraph = view(
        "Subgraph",
        "What lies around some things, ready to draw.",
        nodes=Rows(
            "The nodes, the nearest first.",
            "UNWIND found[..$first] AS node",
            ("node",),
            "Entity",
        ),
        edges=Rows(
            "All relationships between these nodes.",
            "WITH found[..$first] AS kept UNWIND kept AS here MATCH (here)-[link:_via_]->(there)"
            " WHERE there IN kept WITH link, here.id AS a, type(link) AS b, there.id AS c"
            f" ORDER BY a, b, c, {key_of(relationships, 'link')}",
            ("link",),
            edge,
        ),
        truncated=flag("Whether there are more nodes than `first`.", "size(found) > $first"),
    )
    return {
        "path": Rows(
            "The shortest path between two things, of several the most telling one; null for none.",
            f"{_ENDS} MATCH p = allShortestPaths((start)-[:_via_*1.._maxLength_]-(finish))"
            f"{order} LIMIT 1",
            ("p",),
            path,
            one=True,
            weight=500,
            arguments=(*_BETWEEN, *_BOUNDS),
            # The newer form takes three times as long, but the older one cannot stand beside it.
            beside=(
                "paths",
                f"{_ENDS} MATCH p = ALL SHORTEST (start)-[:_via_]-{{1,_maxLength_}}(finish)"
                f"{order} LIMIT 1",
            ),
        ),
        "paths": Rows(
            "The shortest paths between two things, the shortest first. No path passes the same"
            " thing twice. Of paths of one length, those that avoid things with many relationships"
            " come first, then those that are better supported.",
            k_shortest,
            ("p",),
            path,
            weight=1_500,
            arguments=(
                *_BETWEEN,
                Argument("k", "Int", "The most paths to return, 3 by default.", Use.STEPS, 3, 10),
                *_BOUNDS,
            ),
        ),
        "subgraph": Rows(
            "What lies within a number of steps of the given things; nothing of retired ones.",
            # Two minima: of a walk from several at once Neo4j takes what it found from each as it
            # comes, so that one alone holds a node twice, and a far one before a near one.
            "MATCH (start:Entity) WHERE start.id IN $ids"
            " MATCH p = (start)-[:_via_*0.._hops_]-(near)"
            " WITH start, near, min(length(p)) AS away WITH near, min(away) AS distance"
            " ORDER BY distance, near.id"
            " WITH collect(near) AS found",
            ("found",),
            subgraph,
            one=True,
            nullable=False,
            weight=2_500,
            arguments=(
                Argument("ids", "[ID!]!", "Ids of the things.", Use.IDS, most=50),
                Argument("hops", "Int", "The most steps away, 1 by default.", Use.STEPS, 1, 3),
                Argument(
                    "first",
                    "Int",
                    "The most nodes, 200 by default.",
                    Use.SIZE,
                    200,
                    1_000,
                ),
                _BOUNDS[1],
            ),
        ),
    }
