"""The outline that `rolegraph explain` prints."""

from graph.compiler.describe import describe
from graph.execution.plans import Plans
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA


def test_outline() -> None:
    query = """{
      roles(where: {professions: {some: {node: {slug: {eq: "nursing"}}}}}, last: 3) {
        totalCount aggregate { count }
        edges { cursor node { __typename name careerLevel { level } professions { nodes { name } } } }
      }
    }"""
    assert describe(Plans(SCHEMA, MODEL, Limits()).prepare(query, {}, None).compiled.plan) == [
        "roles: last page of Role, from Profession along WORKS_ACROSS, no condition, 1 sort keys,"
        " gathered once",
        "  totalCount",
        "  aggregate",
        "    over all: one object or null",
        "      count",
        "  edges",
        "    cursor (from the sort keys)",
        "    node: the node in scope",
        "      __typename = Role",
        "      name",
        "      careerLevel: one object or null",
        "        level",
        "      professions: first page of those along WORKS_ACROSS, no condition, 1 sort keys",
        "        nodes",
        "          name",
    ]
