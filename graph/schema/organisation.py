"""Organisation: NHS trusts, boards and others that employ, commission or are written about."""

from datetime import date
from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many, to_one


class OrganisationKind(Enum):
    """What kind of organisation."""

    TRUST = "An NHS trust or foundation trust."
    SITE = "A place where a trust gives care."
    INTEGRATED_CARE_BOARD = "An integrated care board."
    NHS_REGION = "A region of NHS England."
    HOSPITAL = "A hospital, as the NHS website lists it."
    HEALTH_BOARD = "A health board of Scotland or Wales."
    INDEPENDENT = "An independent provider of care."
    OTHER = "Another kind."


@node(plural="organisations")
class Organisation(Entity):
    """An organisation of health or social care."""

    kind: OrganisationKind = prop("What kind it is.", default=OrganisationKind.OTHER)
    ods_code: str | None = prop(
        "Code in the Organisation Data Service.", indexed=True, label="ODS code"
    )
    open: bool | None = prop("Whether it is open; null where no register says.")
    opened_on: date | None = prop("When it opened.")
    closed_on: date | None = prop("When it closed.")
    sector: str | None = prop("NHS or independent, in the register's words.")
    town: str | None = prop("Where it is.")
    postcode: str | None = prop("Its postcode.")
    latitude: float | None = prop("Degrees north.")
    longitude: float | None = prop("Degrees east.")
    website: str | None = prop("Where it can be read about.")

    region = to_one(
        "Region",
        "IN_REGION",
        "works in",
        inverse="organisations",
        description="The region it works in.",
        inverse_description="Organisations that work here.",
    )
    broader = to_many(
        "Organisation",
        "PART_OF",
        "is part of",
        inverse="narrower",
        hierarchy=True,
        description="Organisations that it is part of, one step up.",
        inverse_description="Its parts, one step down.",
        label="Part of",
        inverse_label="Parts",
    )
