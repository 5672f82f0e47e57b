"""Course: what Discover Uni lists of undergraduate study."""

from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many


class CourseMode(Enum):
    """How a course is studied."""

    FULL_TIME = "Full time."
    PART_TIME = "Part time."
    BOTH = "Full time or part time."


@node(plural="courses")
class Course(Entity):
    """An undergraduate course of one provider; named by its code where no title is known."""

    mode: CourseMode | None = prop("How it is studied.")
    code: str = prop("The provider's own code of it.", indexed=True)

    locations = to_many(
        "Location",
        "TAUGHT_AT",
        "is taught at",
        inverse="courses",
        description="Where it is taught.",
        inverse_description="Courses that are taught here.",
    )
    subjects = to_many(
        "Subject",
        "COVERS",
        "is about",
        inverse="courses",
        description="What it is about.",
        inverse_description="Courses about it.",
    )
    accreditations = to_many(
        "Accreditation",
        "ACCREDITED_BY",
        "is accredited by",
        inverse="courses",
        description="Accreditations that it has.",
        inverse_description="Courses that have it.",
    )
