"""Location: where courses are taught."""

from graph.mapping.declare import Entity, node, prop, to_one


@node(plural="locations")
class Location(Entity):
    """A place where a provider teaches."""

    latitude: float | None = prop("Degrees north.")
    longitude: float | None = prop("Degrees east.")
    country: str | None = prop("Code of its country in Discover Uni.")

    provider = to_one(
        "Provider",
        "LOCATION_OF",
        "is a place of",
        inverse="locations",
        description="Whose place it is.",
        inverse_description="Where it teaches.",
    )
