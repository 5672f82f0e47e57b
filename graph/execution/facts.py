"""What is known of the graph's size, read once for each version of the data."""

from collections.abc import Mapping
from typing import Any, Protocol

from graph.compiler.estimate import Degree, Facts
from graph.mapping.model import GraphModel, NodeType

_VERSION = "OPTIONAL MATCH (l:Load) RETURN max(l.sequence)"


class Reader(Protocol):
    """The database seam."""

    async def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Any]: ...


async def data_version(reader: Reader) -> Any:
    """What changes with each load that changes anything."""
    (version,) = await reader.read(_VERSION, {})
    return version


async def read_facts(reader: Reader, model: GraphModel) -> Facts:
    """Count each type's nodes and look up their degrees: a statement a type."""
    nodes: dict[str, int] = {}
    degrees: dict[tuple[str, bool], Degree] = {}
    for kind in model.types:
        number, *ends = await reader.read(_statement(model, kind), {})
        nodes[kind.name] = number
        for end, (most, total, squares) in zip(model.ends(kind.name), ends, strict=True):
            met = squares / total if total else 0.0
            degrees[end.relationship.type, end.forward] = Degree(most or 0, met)
    return Facts(nodes, degrees)


def _statement(model: GraphModel, kind: NodeType) -> str:
    """The nodes of a type; for each of its ends the largest degree, their sum and their squares'.

    A walk meets a node the more often the more relationships it has: squares over sum.
    """
    items: list[str] = []
    results = ["count(n)"]
    for at, end in enumerate(model.ends(kind.name)):
        left, right = ("-", "->") if end.forward else ("<-", "-")
        items.append(f", COUNT {{ (n){left}[:{end.relationship.type}]{right}() }} AS d{at}")
        results.append(f"[max(d{at}), sum(d{at}), sum(d{at} * d{at})]")
    return f"MATCH (n:{kind.name}) WITH n{''.join(items)} RETURN {', '.join(results)}"
