"""CareerLevel: the nine levels of the Career Framework for Health."""

from graph.mapping.declare import Entity, node, prop


@node(plural="careerLevels", weight=3)
class CareerLevel(Entity):
    """A level of the Career Framework for Health: not a pay band, not a qualification level."""

    level: int = prop("From 1 to 9.", indexed=True)
    summary: str = prop("What is expected at this level.")
    pay_band: str | None = prop("The bands that one source sets beside it.")
    example_roles: list[str] = prop("Roles that sources name as examples.")
