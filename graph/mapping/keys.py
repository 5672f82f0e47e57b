"""What lists are grouped by: fields and relationships, each a member of an enum."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.mapping.model import EdgeType, End, GraphModel, Property
from graph.mapping.names import constant


@dataclass(frozen=True, slots=True)
class GroupTarget:
    """What one key stands for: a property, or the nodes at the other end; neither for the type."""

    name: str
    on_edge: bool = False
    property: Property | None = None
    end: End | None = None


def node_keys(model: GraphModel, kind: str) -> Mapping[str, GroupTarget]:
    """The members of a node type's enum of keys."""
    return {constant(target.name): target for target in _targets(model, kind)}


def edge_keys(edge: EdgeType) -> Mapping[str, GroupTarget]:
    """The members of the enum of keys of relationships with these fields."""
    return {
        constant(prop.name): GroupTarget(f"edge.{prop.name}", on_edge=True, property=prop)
        for prop in edge.properties
    }


def _targets(model: GraphModel, kind: str) -> Iterator[GroupTarget]:
    if kind == "Entity":
        yield GroupTarget("type")
    for prop in model[kind].properties:
        yield GroupTarget(prop.name, property=prop)
    for end in model.ends(kind):
        yield GroupTarget(end.name, end=end)
