"""Programme: what is taught."""

from datetime import date

from graph.mapping.declare import Entity, node, prop, to_many


@node(plural="programmes", weight=2.5)
class Programme(Entity):
    """A course, apprenticeship or other way to a qualification."""

    award: str | None = prop("What is awarded, in the source's words.")
    level: int | None = prop("Level of the award (RQF or FHEQ, England).")
    subject: str | None = prop("What it is about, where a source says so apart from the title.")
    mode: str | None = prop("How it is studied.")
    duration: str | None = prop("How long it takes, in the source's words.")
    years_seen: str | None = prop("When sources show it running.")
    standard_reference: str | None = prop(
        "Reference of the apprenticeship standard, such as ST0215.", indexed=True
    )
    route: str | None = prop("The occupational route that a standard belongs to.")
    maximum_funding: int | None = prop("Most that is paid for an apprentice, in pounds.")
    typical_months: int | None = prop("How long it usually takes, in months.")
    approved_on: date | None = prop("When the standard was approved for delivery.")
    scope: str | None = prop("For which area it is provided, in the source's words.")

    roles = to_many(
        "Role",
        "PREPARES_FOR",
        "prepares for",
        inverse="programmes",
        description="Roles that it prepares for.",
        inverse_description="Programmes that prepare for it.",
    )
    skills = to_many(
        "Skill",
        "DEVELOPS",
        "develops",
        inverse="programmes",
        description="Skills that it develops.",
        inverse_description="Programmes that develop it.",
    )
    subjects = to_many(
        "Subject",
        "IN_SUBJECT",
        "is in",
        inverse="programmes",
        description="Subject areas that it belongs to.",
        inverse_description="Programmes in this area.",
    )
