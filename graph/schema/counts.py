"""What several questions count."""

from graph.mapping.fragment import entity_type, number, view

TYPE_COUNT = view(
    "TypeCount",
    "How many things there are of one type.",
    type=entity_type("The type.", "kind"),
    count=number("How many.", "found"),
)
