"""The fields that follow from a hierarchy: everything above and below, with how many steps away."""

from graph.mapping.fragment import Argument, Bound, Field, Rows, Use, number, view
from graph.mapping.model import NodeType, Relationship

MOST_LEVELS = 20


def hierarchy_fields(kind: NodeType, up: Relationship) -> dict[str, Field]:
    """`ancestors` and `descendants` of a node type whose `up` leads to what is broader."""
    relative = view(
        f"{kind.name}AtDepth",
        f"A {kind.name} above or below another.",
        depth=number("How many steps away, by the shortest way.", "depth"),
        **{kind.singular: Bound("The one found.", "node", kind.name)},
    )
    depth = Argument(
        "maxDepth",
        "Int",
        f"The most steps, {MOST_LEVELS} by default.",
        Use.STEPS,
        default=MOST_LEVELS,
        most=MOST_LEVELS,
    )

    def rows(description: str, path: str) -> Rows:
        clauses = f"MATCH p = {path} WITH node, min(length(p)) AS depth ORDER BY depth, node.slug"
        return Rows(description, clauses, ("node", "depth"), relative, arguments=(depth,))

    step = f"[:{up.type}*1.._maxDepth_]"
    return {
        "ancestors": rows("All that it belongs to, the nearest first.", f"(this)-{step}->(node)"),
        "descendants": rows("All that belongs to it, the nearest first.", f"(this)<-{step}-(node)"),
    }
