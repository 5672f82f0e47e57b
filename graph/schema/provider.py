"""Provider: who teaches."""

from enum import Enum

from graph.mapping.declare import Entity, edge, node, prop, to_many, to_one
from graph.mapping.model import Subset


class ProviderKind(Enum):
    """What kind of body teaches."""

    UNIVERSITY = "A university."
    COLLEGE = "A further education college or group."
    EMPLOYER = "An employer that trains its own staff."
    TRAINING_COMPANY = "A company that trains for others."
    OTHER = "Another kind, or not known."


@edge
class Offers:
    """What is known of a provider's teaching of a programme."""

    apprenticeship_starts: int | None = prop(
        "People who started, all England, summed over the period."
    )
    period: str | None = prop("Academic years that the starts are for.")


@edge
class Taught:
    """A year of a provider's teaching of an apprenticeship, in numbers of people."""

    year: str = prop("The academic year, as the register writes it.", exact=True)
    starts: int = prop("Who started in it.")
    enrolments: int = prop("Who was enrolled in it.")
    achievements: int = prop("Who completed it.")


@node(
    plural="providers",
    weight=2,
    subsets=(
        Subset(
            "University",
            "university",
            "universities",
            "Providers that are universities.",
            "kind",
            "UNIVERSITY",
        ),
    ),
)
class Provider(Entity):
    """A university, college, employer or company that teaches."""

    kind: ProviderKind = prop("What kind of body it is.", default=ProviderKind.OTHER)
    ukprn: str | None = prop(
        "UK Provider Reference Number, eight digits.", indexed=True, label="UKPRN"
    )
    town: str | None = prop("Where its main site is.")
    country: str | None = prop("Code of its country in Discover Uni.")
    website: str | None = prop("Its own address on the web.")

    region = to_one(
        "Region",
        "LOCATED_IN",
        "is in",
        inverse="providers",
        description="The region of its main site.",
        inverse_description="Providers with their main site here.",
    )
    programmes = to_many(
        "Programme",
        "OFFERS",
        "teaches",
        inverse="providers",
        fields=Offers,
        description="Programmes that it teaches.",
        inverse_description="Who teaches it.",
    )
    teaching = to_many(
        "Programme",
        "TAUGHT",
        "taught",
        inverse="teaching",
        fields=Taught,
        key="year",
        description="Programmes that it taught, once a year of teaching.",
        inverse_description="Who taught it, once a year of teaching.",
        label="Teaching by year",
        inverse_label="Teaching by year",
    )
    courses = to_many(
        "Course",
        "RUNS",
        "runs",
        inverse="providers",
        description="Courses that it runs.",
        inverse_description="Who runs it.",
    )
    reported_by = to_many(
        "Provider",
        "REPORTED_BY",
        "has courses reported by",
        inverse="reports_for",
        description="Providers that report courses of it, as partners or validators.",
        inverse_description="Providers whose courses it reports.",
        label="Courses reported by",
        inverse_label="Reports courses for",
    )
