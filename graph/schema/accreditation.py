"""Accreditation: what a professional or statutory body says of courses."""

from graph.mapping.declare import Entity, node, prop


@node(plural="accreditations")
class Accreditation(Entity):
    """A kind of accreditation by a professional, statutory or regulatory body."""

    code: str = prop("Its code in Discover Uni.", indexed=True)
    statement: str | None = prop("What the body says.", searched=True)
    link: str | None = prop("Where the body explains it.")
