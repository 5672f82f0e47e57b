"""Role: the node type the graph is about."""

from datetime import date
from enum import Enum

from graph.mapping.declare import Entity, edge, labelled, node, prop, to_many, to_one
from graph.schema.boundaries import boundary_span
from graph.schema.careers import similar_field
from graph.schema.skill import SkillImportance


@labelled(
    GENERIC="Assistant practitioner, any field",
    VARIANT="Assistant practitioner, one field",
    NEIGHBOUR="Beside it, at a similar level",
    FEEDER="Where people come from",
    DESTINATION="Registered role to go on to",
    OTHER="Known from a register only",
)
class RoleKind(Enum):
    """Where a role stands around the assistant practitioner."""

    GENERIC = "Assistant or associate practitioner as such, in no one profession."
    VARIANT = "An assistant or associate practitioner of one field."
    NEIGHBOUR = "A role beside it, at a similar level."
    FEEDER = "A role that people come from."
    DESTINATION = "A registered role that people go on to."
    OTHER = "A role that only a register knows."


class RoleStatus(Enum):
    """Whether a role is still in use."""

    CURRENT = "In use."
    RETIRED = "No longer in use."


@edge
class LeadsTo:
    """How people get from one role to the next."""

    step: str = prop("Names this way among others between the same roles.", exact=True, shown=False)
    how: str = prop("The way: the course, apprenticeship or job in between.")
    entry_requirements: list[str] = prop("What is asked of those who start.")
    credit: str | None = prop("What earlier learning counts for.")
    seen_in: str | None = prop("Where this way was seen.")
    notes: str | None = prop("What a reader should know about it and its sources.")


@edge
class Requires:
    """How much the role needs the skill."""

    importance: SkillImportance | None = prop(
        "How much the role needs it; null where no source says."
    )
    importance_score: float | None = prop("O*NET's rating of the importance, from 1 to 5.")
    level_score: float | None = prop("O*NET's rating of the level needed, from 0 to 7.")


@edge
class RelatedTo:
    """How near a register puts two roles."""

    tier: str | None = prop("The register's word for how near they are.")
    rank: int | None = prop("The place among all related to the role, 1 for the nearest.")


@node(plural="roles", weight=4)
class Role(Entity):
    """A job or a kind of job in health and care.

    Career Framework level, qualification level and pay band are three different
    axes: an assistant practitioner is at 4, 5 and usually 4.
    """

    kind: RoleKind = prop(
        "Where it stands around the assistant practitioner.", default=RoleKind.OTHER
    )
    summary: str | None = prop("What the role does.", searched=True)
    status: RoleStatus = prop("Whether it is still in use.", default=RoleStatus.CURRENT)
    registered: bool | None = prop("Whether it needs registration with a statutory regulator.")
    qualification_level: int | None = prop(
        "Level of the usual qualification (RQF or FHEQ, England)."
    )
    pay_band: str | None = prop("Usual Agenda for Change band, in the source's words.")
    collections: list[str] = prop("Collections of its register that it belongs to.")
    modified_on: date | None = prop("The day its register last changed it.")
    tasks: list[str] = prop("What is done in it, in a register's words.")
    training_routes: list[str] = prop("Ways to qualify for it.")
    inherited: list[str] = prop(
        "Fields taken over from the generic assistant practitioner, with no source of their own.",
    )

    boundary_span = boundary_span
    similar = similar_field(
        {"WORKS_ACROSS": "works across", "WORKS_IN": "works in", "REQUIRES": "needs"}
    )
    career_level = to_one(
        "CareerLevel",
        "AT_CAREER_LEVEL",
        "is at",
        inverse="roles",
        description="Its level in the Career Framework for Health.",
        inverse_description="Roles at this level.",
    )
    professions = to_many(
        "Profession",
        "WORKS_ACROSS",
        "works across",
        inverse="roles",
        description="Professions that it works across; a role that crosses boundaries has several.",
        inverse_description="Roles that work across this profession.",
    )
    service_areas = to_many(
        "ServiceArea",
        "WORKS_IN",
        "works in",
        inverse="roles",
        description="Service areas that it works in.",
        inverse_description="Roles that work in this area.",
    )
    broader = to_many(
        "Role",
        "SPECIALISES",
        "specialises",
        inverse="narrower",
        hierarchy=True,
        description="Roles that this one specialises, one step up.",
        inverse_description="Roles that specialise this one, one step down.",
        label="More general roles",
        inverse_label="More specialised roles",
    )
    occupation_groups = to_many(
        "OccupationGroup",
        "IN_GROUP",
        "is classified in",
        inverse="roles",
        description="Groups of a classification that it belongs to.",
        inverse_description="Roles that are classified here.",
    )
    related = to_many(
        "Role",
        "RELATED_TO",
        "is like",
        inverse="related_from",
        fields=RelatedTo,
        description="Roles that a register calls related, one way.",
        inverse_description="Roles that a register calls this one related to.",
        label="Related roles",
        inverse_label="Named as related by",
    )
    next_steps = to_many(
        "Role",
        "LEADS_TO",
        "leads to",
        inverse="feeder_roles",
        fields=LeadsTo,
        key="step",
        description="Roles that people go on to from here, one career step.",
        inverse_description="Roles that people come from, one career step.",
        label="Next steps",
        inverse_label="Where people come from",
    )
    skills = to_many(
        "Skill",
        "REQUIRES",
        "needs",
        inverse="roles",
        fields=Requires,
        description="Skills that it needs.",
        inverse_description="Roles that need this skill.",
    )
