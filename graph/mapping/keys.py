"""What lists are grouped by: fields and relationships, each a member of an enum."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.mapping.model import EdgeType, End, GraphModel, Property


@dataclass(frozen=True, slots=True)
class GroupTarget:
    """What one key stands for: a property, or the nodes at the other end; neither for the type."""

    name: str
    description: str
    on_edge: bool = False
    property: Property | None = None
    end: End | None = None


def group_targets(
    model: GraphModel, kind: str, edge: EdgeType | None = None
) -> Mapping[str, GroupTarget]:
    """The keys for lists of a type, or with `edge` for those along a relationship."""
    return {_constant(found.name): found for found in _targets(model, kind, edge)}


def value_targets(
    model: GraphModel, kind: str, edge: EdgeType | None = None
) -> Mapping[str, GroupTarget]:
    """Those of the keys that are properties."""
    found = group_targets(model, kind, edge)
    return {name: target for name, target in found.items() if target.property}


def _targets(model: GraphModel, kind: str, edge: EdgeType | None) -> Iterator[GroupTarget]:
    if kind == "Entity":
        yield GroupTarget("type", "The type of the entity.")
    for found in model[kind].properties:
        yield GroupTarget(found.name, found.description, property=found)
    for end in model.ends(kind):
        yield GroupTarget(end.name, end.description, end=end)
    for found in edge.properties if edge else ():
        name = f"edge.{found.name}"
        yield GroupTarget(name, found.description, on_edge=True, property=found)


def _constant(name: str) -> str:
    """`edge.readOn` -> `EDGE_READ_ON`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name.replace(".", "_")).upper()
