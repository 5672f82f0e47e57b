"""Profession: what a role may work across."""

from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many


class ProfessionFamily(Enum):
    """The family that a profession belongs to."""

    ALLIED_HEALTH = "Allied health professions."
    NURSING = "Nursing."
    MIDWIFERY = "Midwifery."
    HEALTHCARE_SCIENCE = "Healthcare science."
    PHARMACY = "Pharmacy."
    SOCIAL_CARE = "Social care."
    PUBLIC_HEALTH = "Public health."
    MEDICINE = "Medicine."
    DENTISTRY = "Dentistry."
    EYE_CARE = "Eye care outside the allied health professions."
    PSYCHOLOGICAL = "Psychological professions."


@node(plural="professions", weight=4)
class Profession(Entity):
    """A profession or a branch of one, such as nursing or diagnostic radiography."""

    group: ProfessionFamily = prop("The family it belongs to.")
    regulator: str | None = prop(
        "Who keeps the statutory register in England; null where no one regulator does."
    )

    broader = to_many(
        "Profession",
        "BRANCH_OF",
        "is a branch of",
        inverse="narrower",
        hierarchy=True,
        description="Professions that it is a branch of, one step up.",
        inverse_description="Its branches, one step down.",
        label="Branch of",
        inverse_label="Branches",
    )
