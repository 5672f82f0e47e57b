"""Finding: one statement of a source: a number, a definition, an evaluation result."""

from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many, to_one


class FindingKind(Enum):
    """What a finding states."""

    NUMBER = "A count or another figure."
    EVALUATION = "A result of an evaluation."
    DEFINITION = "Part of a definition."
    ROLE = "What a role is or does."
    LEVEL = "A level, in one axis."
    SERVICE_AREA = "Where a role is at work."
    PROFESSION = "Which boundary a role crosses."
    SKILL = "Which skills a role has."
    PROGRAMME = "What is taught for a role."
    REGION = "Where it holds."
    REASON = "Why something is so."
    PROGRESSION = "How people move on."
    CONTEXT = "What else the source says."


class Comparator(Enum):
    """How a value relates to the true number."""

    EXACTLY = "It is the number."
    MORE_THAN = "The number is larger."
    ABOUT = "The number is near it."


@node(plural="findings", weight=0.5)
class Finding(Entity):
    """One statement of a source; with a metric and a value where it is a number."""

    kind: FindingKind = prop("What it states.")
    statement: str = prop("The statement in our own words.", searched=True)
    metric: str | None = prop("What is counted or measured.")
    value: float | None = prop("The number.")
    comparator: Comparator | None = prop("How the number relates to the true one.")
    unit: str | None = prop("What the number is in.")
    period: str | None = prop("The time it is for.")
    place: str | None = prop("The place it is for, in the source's words.")
    sentence: int | None = prop("Which sentence of the starting page says so, counted from 1.")

    roles = to_many(
        "Role",
        "ABOUT_ROLE",
        "is about",
        inverse="findings",
        description="Roles that it is about.",
        inverse_description="Findings about it.",
    )
    professions = to_many(
        "Profession",
        "ABOUT_PROFESSION",
        "is about",
        inverse="findings",
        description="Professions that it is about.",
        inverse_description="Findings about it.",
    )
    service_areas = to_many(
        "ServiceArea",
        "ABOUT_SERVICE_AREA",
        "is about",
        inverse="findings",
        description="Service areas that it is about.",
        inverse_description="Findings about it.",
    )
    programmes = to_many(
        "Programme",
        "ABOUT_PROGRAMME",
        "is about",
        inverse="findings",
        description="Programmes that it is about.",
        inverse_description="Findings about it.",
    )
    skills = to_many(
        "Skill",
        "ABOUT_SKILL",
        "is about",
        inverse="findings",
        description="Skills that it is about.",
        inverse_description="Findings about it.",
    )
    career_levels = to_many(
        "CareerLevel",
        "ABOUT_CAREER_LEVEL",
        "is about",
        inverse="findings",
        description="Career levels that it is about.",
        inverse_description="Findings about it.",
    )
    region = to_one(
        "Region",
        "FOUND_IN",
        "holds in",
        inverse="findings",
        description="The region that it is for.",
        inverse_description="Findings for here.",
    )
