"""Region: where in the United Kingdom."""

from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many


class RegionKind(Enum):
    """What kind of area."""

    REGION = "A region of England."
    COUNTRY = "A country, or the United Kingdom."


@node(plural="regions", weight=2)
class Region(Entity):
    """A region of England or a country of the United Kingdom."""

    kind: RegionKind = prop("What kind of area it is.")
    ons_code: str | None = prop(
        "Code of the Office for National Statistics.",
        indexed=True,
        label="ONS code",
    )

    broader = to_many(
        "Region",
        "REGION_OF",
        "lies in",
        inverse="narrower",
        hierarchy=True,
        description="Areas that it lies in, one step up.",
        inverse_description="Areas in it, one step down.",
        label="Lies in",
        inverse_label="Areas in it",
    )
