"""Source: what statements rest on."""

from graph.mapping.declare import Entity, node, prop


@node(plural="sources", weight=0.5)
class Source(Entity):
    """A page, report, register or note that statements rest on; its name is its title."""

    publisher: str | None = prop("Who published it.")
    year: int | None = prop("The year of publication.", indexed=True)
    link: str | None = prop("Where it was found.")
    licence: str | None = prop("The licence it may be used under, where known.")
    how_read: str | None = prop("How it was read: whole, in part, as a copy.")
