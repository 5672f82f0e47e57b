"""The graph's schema: one file a node type, one a family of questions.

A new type is one new file and one line here.
"""

from collections.abc import Sequence

from graph.mapping.checks import checked
from graph.mapping.declare import declared
from graph.mapping.fragment import Field
from graph.mapping.model import GraphModel, NodeType
from graph.schema import boundaries, careers, nearest, versions
from graph.schema.accreditation import Accreditation
from graph.schema.career_level import CareerLevel
from graph.schema.case_study import CaseStudy
from graph.schema.counterparts import counterparts
from graph.schema.course import Course
from graph.schema.finding import Finding
from graph.schema.location import Location
from graph.schema.lookup import look_up
from graph.schema.occupation_group import OccupationGroup
from graph.schema.organisation import Organisation
from graph.schema.paths import path_questions
from graph.schema.profession import Profession
from graph.schema.programme import Programme
from graph.schema.provider import Provider
from graph.schema.quality import quality_questions
from graph.schema.region import Region
from graph.schema.role import Role
from graph.schema.search import search_questions
from graph.schema.service_area import ServiceArea
from graph.schema.skill import Skill
from graph.schema.source import Source
from graph.schema.statements import statement_questions
from graph.schema.subject import Subject

NODE_TYPES: tuple[type, ...] = (
    Role,
    Profession,
    ServiceArea,
    CareerLevel,
    Provider,
    Programme,
    Organisation,
    CaseStudy,
    Skill,
    Region,
    Finding,
    Source,
    OccupationGroup,
    Subject,
    Course,
    Location,
    Accreditation,
)


def questions(types: Sequence[NodeType]) -> dict[str, Field]:
    """The root fields that are written by hand."""
    relationships = [relationship for kind in types for relationship in kind.relationships]
    searched = {
        prop.name
        for kind in types
        for prop in kind.properties
        if prop.searched and prop.name not in ("name", "altNames")
    }
    return {
        **search_questions(types, sorted(searched)),
        "lookUp": look_up(types),
        **nearest.QUESTIONS,
        **boundaries.QUESTIONS,
        **path_questions(relationships),
        **statement_questions(relationships),
        **careers.QUESTIONS,
        **quality_questions(relationships),
        **versions.QUESTIONS,
    }


def graph_model(*kinds: type) -> GraphModel:
    """The model of some node types, with all questions."""
    types = tuple(declared(kind) for kind in kinds)
    return checked(GraphModel(types, questions(types), {"counterparts": counterparts(types)}))


MODEL = graph_model(*NODE_TYPES)
