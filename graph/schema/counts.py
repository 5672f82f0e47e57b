"""What several questions count."""

from graph.mapping.fragment import entity_type, number, view

KIND = "head(split({}.id, ':'))"
"""The type of an entity, in Cypher."""
TYPE_COUNT = view(
    "TypeCount",
    "How many things there are of one type.",
    type=entity_type("The type.", "kind"),
    count=number("How many.", "found"),
)


def by_type(node: str) -> str:
    """The clauses that count what is bound to a variable by its type, for `TYPE_COUNT`."""
    return f"WITH {KIND.format(node)} AS kind, count(*) AS found ORDER BY found DESC, kind"
