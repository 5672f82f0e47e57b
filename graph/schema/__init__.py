"""The graph's schema: one file a node type. A new type is one new file and one line here."""

from graph.mapping.declare import declared
from graph.mapping.model import GraphModel
from graph.schema.career_level import CareerLevel
from graph.schema.case_study import CaseStudy
from graph.schema.finding import Finding
from graph.schema.organisation import Organisation
from graph.schema.profession import Profession
from graph.schema.programme import Programme
from graph.schema.provider import Provider
from graph.schema.region import Region
from graph.schema.role import Role
from graph.schema.service_area import ServiceArea
from graph.schema.skill import Skill
from graph.schema.source import Source

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
)

MODEL = GraphModel(tuple(declared(kind) for kind in NODE_TYPES))
