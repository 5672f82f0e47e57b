"""CaseStudy: published accounts of roles at work."""

from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many, to_one


class CaseStudyKind(Enum):
    """What kind of account."""

    CASE_STUDY = "A case study."
    NEWS = "A news item."
    ARTICLE = "An article in a magazine or on a website."
    PROJECT = "A project's own account."
    EVALUATION = "An evaluation."
    STUDY = "A piece of research."
    REPORT = "A regional or national report."


@node(plural="caseStudies", weight=2)
class CaseStudy(Entity):
    """A published account that shows a role at work; people are never named."""

    kind: CaseStudyKind = prop("What kind of account it is.")
    summary: str = prop("What came of it, as far as it was read.", searched=True)
    year: int | None = prop("The year it is from.", indexed=True)
    year_basis: str | None = prop("How the year is known.")
    place: str | None = prop(
        "Who or where it is about, where that is no organisation in the graph."
    )
    link: str | None = prop("Where it can be read.")

    roles = to_many(
        "Role",
        "DEPICTS",
        "shows",
        inverse="case_studies",
        description="Roles that it shows.",
        inverse_description="Accounts that show it.",
    )
    professions = to_many(
        "Profession",
        "CROSSES",
        "crosses into",
        inverse="case_studies",
        description="Professions that the role crosses there.",
        inverse_description="Accounts in which a role crosses it.",
    )
    service_areas = to_many(
        "ServiceArea",
        "SET_IN",
        "is set in",
        inverse="case_studies",
        description="Service areas that it is set in.",
        inverse_description="Accounts set in it.",
    )
    organisations = to_many(
        "Organisation",
        "AT_ORGANISATION",
        "is about",
        inverse="case_studies",
        description="Organisations that it is about.",
        inverse_description="Accounts about it.",
    )
    region = to_one(
        "Region",
        "REPORTED_FROM",
        "is from",
        inverse="case_studies",
        description="The region that it is from.",
        inverse_description="Accounts from here.",
    )
