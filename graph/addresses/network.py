"""The answer to a saved question as a network: nodes and edges under the names that Grafana reads.

A question with a `paths` or a `subgraph` at its root has one, whatever else it asks:

    text = network_question(operation)
    network = read_network(await ask(engine, text, variables))

Nodes are `{id, title, subtitle, mainstat, detail__slug}`: name, type, and how many edges meet
there. Edges are `{id, source, target, mainstat, secondarystat, detail__sources}`: ids of the
nodes, the relationship, how well it is supported, and the names of its sources. Each stands once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from graph.addresses.paged import variables_in
from graph.errors import QueryTooComplex

_NODE = "{ __typename id slug name }"
_SAID = "relationship confidence evidence { source { name } }"
_SELECTIONS = {
    "paths": f"{{ nodes {_NODE} steps {{ direction from {{ id }} to {{ id }} {_SAID} }} }}",
    "subgraph": f"{{ truncated nodes {_NODE} edges {{ id from to {_SAID} }} }}",
}

_NOTHING: tuple[str, Any] = ("paths", [])


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and edges, each as Grafana's node graph wants them."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


def network_question(operation: OperationDefinitionNode) -> str | None:
    """The document that asks for the network of a question; None where it has none."""
    for field in operation.selection_set.selections:
        if isinstance(field, FieldNode) and field.name.value in _SELECTIONS:
            root_field = replace(
                field,
                alias=None,
                selection_set=_selection(_SELECTIONS[field.name.value]),
            )
            names = variables_in(root_field)
            return print_ast(
                replace(
                    operation,
                    selection_set=SelectionSetNode(selections=(root_field,)),
                    variable_definitions=tuple(
                        each
                        for each in operation.variable_definitions or ()
                        if each.variable.name.value in names
                    ),
                )
            )
    return None


def read_network(data: Mapping[str, Any]) -> Network:
    """The network of an answer to `network_question`; raise QueryTooComplex where it is cut."""
    # A directive may have left the field out: then there is nothing to draw.
    field, value = next(iter(data.items()), _NOTHING)
    if field == "subgraph":
        if value["truncated"]:
            raise QueryTooComplex(
                "The network has more nodes than the question's `first`.",
                "Raise `first` in the question, or lower its `hops`.",
            )
        nodes, links = value["nodes"], value["edges"]
    else:
        nodes = [node for path in value for node in path["nodes"]]
        links = [_forward(step) for path in value for step in path["steps"]]
    edges = {edge["id"]: edge for edge in map(_edge, links)}
    degrees = Counter(_ends(edges.values()))
    return Network(
        list({node["id"]: _node(node, degrees[node["id"]]) for node in nodes}.values()),
        list(edges.values()),
    )


def _selection(text: str) -> SelectionSetNode:
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.selection_set


def _forward(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step of a path as the relationship that it goes along, from its start to its end."""
    ends = step["from"]["id"], step["to"]["id"]
    start, end = ends if step["direction"] == "FORWARD" else reversed(ends)
    return {**step, "from": start, "to": end, "id": f"{start} {step['relationship']} {end}"}


def _node(node: Mapping[str, Any], degree: int) -> dict[str, Any]:
    return {
        "id": node["id"],
        "title": node["name"],
        "subtitle": node["__typename"],
        "mainstat": degree,
        "detail__slug": node["slug"],
    }


def _edge(link: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": link["id"],
        "source": link["from"],
        "target": link["to"],
        "mainstat": link["relationship"],
        "secondarystat": link["confidence"],
        "detail__sources": "; ".join(each["source"]["name"] for each in link["evidence"]),
    }


def _ends(edges: Any) -> Iterator[str]:
    for edge in edges:
        yield from (edge["source"], edge["target"])
