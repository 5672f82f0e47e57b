"""URL parameters -> one GraphQL document: what they mean, what is refused, what the engine says."""

import json
from typing import Any

import pytest
from graphql import parse, validate

from graph.addresses.lists import Lists, Question
from graph.addresses.parameters import BadParameter, read_pairs
from graph.errors import QueryTooComplex
from graph.execution.engine import Engine
from graph.mapping.derive import build_schema
from graph.schema import MODEL, NODE_TYPES, graph_model
from graph.settings import Limits
from tests import test_scratch_type
from tests.conftest import SCHEMA, Runner

LISTS = Lists(SCHEMA, MODEL, Limits())
NURSING = {"professions": {"some": {"node": {"slug": {"eq": "nursing"}}}}}


def read(parameters: str, **more: Any) -> Question:
    """The question of /roles with these parameters, which the schema must allow."""
    found = LISTS.read("roles", read_pairs(parameters, 250), **more)
    assert validate(SCHEMA, parse(found.text)) == []
    return found


def answer(engine: Engine, run: Runner, asked: Question) -> dict[str, Any]:
    """What the engine answers, which must be without errors."""
    found = json.loads(run(engine.execute(asked.text, asked.variables)).body)
    assert "errors" not in found, found["errors"]
    return found["data"]


WHERES: dict[str, dict[str, Any]] = {
    "status=CURRENT": {"status": {"eq": "CURRENT"}},
    "status=CURRENT,RETIRED": {"status": {"in": ["CURRENT", "RETIRED"]}},
    "status=CURRENT&status=RETIRED": {"status": {"in": ["CURRENT", "RETIRED"]}},
    "status.ne=RETIRED": {"status": {"ne": "RETIRED"}},
    "name=one, two": {"name": {"eq": "one, two"}},
    "name.in=one, two&name.in=three": {"name": {"in": ["one, two", "three"]}},
    "name.contains=nurse&name.caseSensitive=true": {
        "name": {"contains": "nurse", "caseSensitive": True}
    },
    "readOn.gte=2026-01-01": {"readOn": {"gte": "2026-01-01"}},
    "registered=false": {"registered": {"eq": False}},
    "qualificationLevel.isNull=true": {"qualificationLevel": {"isNull": True}},
    "sources=seed-page": {"sources": {"hasAny": ["seed-page"]}},
    "collections.hasAll=a&collections.hasAll=b": {"collections": {"hasAll": ["a", "b"]}},
    "altNames.size.gte=2": {"altNames": {"size": {"gte": 2}}},
    "boundarySpan.total.gte=3": {"boundarySpan": {"total": {"gte": 3}}},
    "professionsCount=0": {"professionsCount": {"eq": 0}},
    "professions=nursing": NURSING,
    "professions=nursing,physiotherapy": {
        "professions": {"some": {"node": {"slug": {"in": ["nursing", "physiotherapy"]}}}}
    },
    "professions.and=nursing,physiotherapy": {
        "and": [NURSING, {"professions": {"some": {"node": {"slug": {"eq": "physiotherapy"}}}}}]
    },
    "professions.not=nursing": {
        "and": [{"professions": {"none": {"node": {"slug": {"eq": "nursing"}}}}}]
    },
    "professions.isNull=true": {"and": [{"professions": {"none": {}}}]},
    "careerLevel=level-4": {"careerLevel": {"slug": {"eq": "level-4"}}},
    "careerLevel.not=level-4": {"and": [{"not": {"careerLevel": {"slug": {"eq": "level-4"}}}}]},
    "careerLevel.isNull=true": {"and": [{"careerLevel": None}]},
    "careerLevel.level.gte=4": {"careerLevel": {"level": {"gte": 4}}},
    # What is said of one relationship must hold of the same related thing.
    "skills.edge.importance=ESSENTIAL&skills.name.startsWith=w": {
        "skills": {
            "some": {
                "edge": {"importance": {"eq": "ESSENTIAL"}},
                "node": {"name": {"startsWith": "w"}},
            }
        }
    },
    "programmes.providers.region=north-west": {
        "programmes": {
            "some": {
                "node": {
                    "providers": {"some": {"node": {"region": {"slug": {"eq": "north-west"}}}}}
                }
            }
        }
    },
    "where.name=x": {"name": {"eq": "x"}},
    "name=&status=": {},
}


@pytest.mark.parametrize("parameters", WHERES)
def test_filters(parameters: str) -> None:
    assert read(parameters).variables.get("where", {}) == WHERES[parameters]


REFUSED: dict[str, tuple[str, str]] = {
    "profesions=x": ("profesions", "Did you mean `professions`?"),
    "and=1": ("and", "have no parameter `and`"),
    "professions.sector.x=1": ("professions.sector.x", "no `sector` to filter by"),
    "name.contians=x": ("name.contians", "Did you mean `contains`"),
    "name.contains.x=x": ("name.contains.x", "nothing follows `contains`"),
    "professions.and.x=x": ("professions.and.x", "nothing follows `and`"),
    "professions.edge=x": ("professions.edge", "Say which: confidence"),
    "boundarySpan=3": ("boundarySpan", "Say which: professions"),
    "status=current": ("status", "Give one of: CURRENT, RETIRED"),
    "qualificationLevel=five": ("qualificationLevel", "'five', which is not a whole number"),
    "qualificationLevel=99999999999": ("qualificationLevel", "whole number"),
    "readOn.gte=2026-13-01": ("readOn.gte", "not a date such as 2026-11-23"),
    "registered=perhaps": ("registered", "true or false"),
    "professions=,": ("professions", "Give a slug"),
    "name.contains=a&name.contains=b": ("name.contains", "given 2 times"),
    "status=CURRENT&status.eq=RETIRED": ("status.eq", "says again"),
    "columns=nam": ("columns", "Did you mean `name`?"),
    "columns=name,name": ("columns", "names 'name' twice"),
    "columns=name&columns=slug": ("columns", "given 2 times"),
    "columns=boundarySpan": ("columns", "Say which part: boundarySpan.professions"),
    "columns=name.first": ("columns", "a value has no `first`"),
    "columns=skillsCount.x": ("columns", "a value has no `x`"),
    "columns=summaryCount": ("columns", "Did you mean `summary`?"),
    "columns=" + ",".join(f"c{at}" for at in range(10_000)): ("columns", "at most 250"),
    "professions=" + ",".join(f"p{at}" for at in range(251)): ("professions", "at most 250"),
    "order=nam": ("order", "there is no `nam` to order by"),
    "order=name.x": ("order", "nothing follows `name`"),
    "order=boundarySpan": ("order", "boundarySpan.total"),
    "first=0": ("first", "from 1 to 1000 (ROLEGRAPH_PAGE_SIZE)"),
    "first=1001": ("first", "ROLEGRAPH_PAGE_SIZE"),
    "first=²": ("first", "whole number"),
    "first=1&last=1": ("last", "Give one of them"),
    "last=1&after=x": ("after", "with `first`"),
    "before=x": ("before", "Give `last` too"),
    "&".join(f"a{at}=1" for at in range(251)): ("", "more than 250 parameters"),
    "name=%ff": ("", "not UTF-8"),
}


@pytest.mark.parametrize("parameters", REFUSED, ids=lambda text: text[:40])
def test_refused(parameters: str) -> None:
    parameter, words = REFUSED[parameters]
    with pytest.raises(BadParameter) as refusal:
        read(parameters)
    assert refusal.value.parameter == parameter
    assert words in str(refusal.value)


def test_values_travel_as_variables_so_that_a_shape_is_one_plan(
    engine: Engine, run: Runner
) -> None:
    def ask(slug: str, text: str) -> Any:
        asked = read(f"professions={slug}&name.contains={text}&order=-boundarySpan.total&first=3")
        return answer(engine, run, asked)

    ask("nursing", "a")
    before = engine.plans.compiled
    ask("physiotherapy", "e")
    assert engine.plans.compiled == before


def test_rows_are_what_graphql_answers(engine: Engine, run: Runner) -> None:
    """Columns of every form: a value, a to-one, a list, a relationship's, a number, evidence."""
    paths = (
        "name,careerLevel.level,careerLevel,professions,professions.edge.confidence,"
        "professionsCount,boundarySpan.total,altNames,evidence.source,programmes.providers.name"
    )
    asked = read(
        f"columns={paths}&professions.and=nursing,physiotherapy&order=-boundarySpan.total,name",
        facets=["professions"],
        beside="aggregate { count }",
    )
    found = answer(engine, run, asked)
    plain = json.loads(
        run(
            engine.execute("""{ roles(
              where: {and: [{professions: {some: {node: {slug: {eq: "nursing"}}}}}
                            {professions: {some: {node: {slug: {eq: "physiotherapy"}}}}}]}
              orderBy: [{boundarySpan: {total: DESC}}, {name: ASC}], first: 50) {
                totalCount
                nodes { name careerLevel { level name } boundarySpan { total } altNames
                  professions { edges { confidence node { name } } totalCount }
                  evidence { source { name } }
                  programmes { nodes { providers { nodes { name } } } } } } }""")
        ).body
    )["data"]["roles"]
    assert (
        plain["totalCount"] == found["roles"]["totalCount"] == found["roles"]["aggregate"]["count"]
    )
    assert plain["totalCount"] >= 3
    assert asked.rows(found) == [
        [
            role["name"],
            (role["careerLevel"] or {}).get("level"),
            (role["careerLevel"] or {}).get("name"),
            [edge["node"]["name"] for edge in role["professions"]["edges"]],
            [edge["confidence"] for edge in role["professions"]["edges"]],
            role["professions"]["totalCount"],
            role["boundarySpan"]["total"],
            role["altNames"],
            [each["source"]["name"] for each in role["evidence"]],
            [
                provider["name"]
                for programme in role["programmes"]["nodes"]
                for provider in programme["providers"]["nodes"]
            ],
        ]
        for role in plain["nodes"]
    ]
    assert [column.label for column in asked.columns][:4] == [
        "Name", "Career level: level", "Career level", "Professions",
    ]  # fmt: skip
    assert asked.things(found) == {
        ("Profession", "nursing"): "Nursing",
        ("Profession", "physiotherapy"): "Physiotherapy",
    }
    # The facet ignores the filter on itself: it has more than the two.
    assert len(found["roles"]["facets"][0]["values"]) > 2


def test_slugs_that_are_not_there_are_told(engine: Engine, run: Runner) -> None:
    asked = read("professions=nursing,nursng&careerLevel.not=x")
    found = answer(engine, run, asked)
    assert [(each.parameter, slug) for each, slug in asked.missing(found)] == [
        ("professions", "nursng"),
        ("careerLevel.not", "x"),
    ]


@pytest.mark.parametrize("name", LISTS.by_name)
def test_every_list_answers_with_all_its_columns_and_facets(
    engine: Engine, run: Runner, name: str
) -> None:
    address = LISTS.by_name[name]
    options = [path for path in address.columns.options() if "." not in path]
    asked = LISTS.read(
        name, [("columns", ",".join(options)), ("q", "a")], facets=address.facets[:5]
    )
    found = answer(engine, run, asked)
    assert all(len(row) == len(options) for row in asked.rows(found))


def test_a_cell_that_may_be_cut_is_refused(engine: Engine, run: Runner) -> None:
    lists = Lists(SCHEMA, MODEL, Limits(estimated_nodes=200))
    asked = lists.read("roles", [("columns", "name,programmes"), ("first", "90")])
    found = answer(engine, run, asked)
    with pytest.raises(QueryTooComplex, match="`programmes` has 1 values or more"):
        asked.rows(found)


def test_a_new_node_type_has_all_of_it() -> None:
    model = graph_model(*NODE_TYPES, test_scratch_type.Gadget)
    schema = build_schema(model)
    lists = Lists(schema, model, Limits())
    parameters = "cost=HIGH&roles=ap-stroke&roles.edge.hours.gt=2&order=-weight&columns=name,roles.edge.hours"
    asked = lists.read(
        "gadgets", read_pairs(parameters, 250), facets=lists.by_name["gadgets"].facets
    )
    assert validate(schema, parse(asked.text)) == []
    assert asked.variables["where"] == {
        "cost": {"eq": "HIGH"},
        "roles": {"some": {"node": {"slug": {"eq": "ap-stroke"}}, "edge": {"hours": {"gt": 2}}}},
    }
    assert lists.singular["gadgets"] == "gadget"
    assert (
        lists.read("roles", read_pairs("gadgetsCount.gte=1&columns=gadgets", 250)).columns[0].many
    )
