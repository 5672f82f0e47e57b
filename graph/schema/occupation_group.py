"""Occupation group: how classifications sort roles."""

from graph.mapping.declare import Entity, node, prop, to_many


@node(plural="occupationGroups", weight=2)
class OccupationGroup(Entity):
    """A group of a classification: ISCO, SOC, or the job role groups of the NHS.

    A code means nothing without its classification and edition.
    """

    scheme: str = prop("The classification and its edition.", indexed=True)
    code: str | None = prop("Its code there; zeros in front count.", indexed=True)
    level: int | None = prop("How many steps from the top, 1 for the widest groups.")
    summary: str | None = prop("What belongs in it.", searched=True)
    entry_routes: str | None = prop("How people usually get in.")
    tasks: list[str] = prop("What is done in it.")

    broader = to_many(
        "OccupationGroup",
        "BROADER_GROUP",
        "is part of",
        inverse="narrower",
        hierarchy=True,
        description="Groups that it is part of, one step up.",
        inverse_description="Groups that are part of it, one step down.",
        label="Part of",
        inverse_label="Groups in it",
    )
