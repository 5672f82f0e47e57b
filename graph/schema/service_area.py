"""ServiceArea: where in health and care a role works."""

from enum import Enum

from graph.mapping.declare import Entity, edge, node, prop, to_many


class Sector(Enum):
    """Which of the two systems of care."""

    HEALTH = "Health care."
    SOCIAL_CARE = "Social care."


class Setting(Enum):
    """Where care is given."""

    HOSPITAL = "In a hospital."
    COMMUNITY = "At home or near it."
    PRIMARY_CARE = "At a general practice or another first place to ask."
    CARE_HOME = "In a care home."


@edge
class Within:
    """Why one area is placed within another."""

    basis: str | None = prop("What the placing rests on, such as an editorial proposal.")


@node(plural="serviceAreas", weight=3)
class ServiceArea(Entity):
    """A part of health or social care that people work in, such as theatres or stroke services."""

    setting: Setting | None = prop("Where care is given; null where it is given in several.")
    sector: Sector = prop("Health or social care, as the seed's editors read it.")

    broader = to_many(
        "ServiceArea",
        "WITHIN",
        "lies within",
        inverse="narrower",
        fields=Within,
        hierarchy=True,
        description="Areas that it lies within, one step up.",
        inverse_description="Areas within it, one step down.",
        label="Lies within",
        inverse_label="Areas within it",
    )
