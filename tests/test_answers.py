"""Filters against a plain reading of the seed's files: no compiler, no Cypher; groups of one size."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from ruamel.yaml import YAML

from graph.database.session import Database
from graph.execution.engine import Engine
from tests.conftest import ROOT, Runner
from tests.loaders.test_identity import Said, answer

Entry = dict[str, Any]


def entries(plural: str, file: str) -> dict[str, Entry]:
    found = YAML(typ="safe").load((ROOT / "seed" / f"{file}.yaml").read_text("utf-8"))
    return {entry["slug"]: entry for entry in found[plural]}


ROLES = entries("roles", "roles")
PROFESSIONS = entries("professions", "professions")
AREAS = entries("serviceAreas", "service-areas")


def to(entry: Entry, field: str) -> list[str]:
    return [item if isinstance(item, str) else item["to"] for item in entry.get(field, [])]


def group(slug: str) -> str:
    return PROFESSIONS[slug]["group"]


CASES: dict[str, Callable[[Entry], bool]] = {
    '{professions: {some: {node: {slug: {eq: "nursing"}}}}}': lambda e: (
        "nursing" in to(e, "professions")
    ),
    "{professions: {all: {node: {group: {eq: ALLIED_HEALTH}}}}}": lambda e: all(
        group(slug) == "ALLIED_HEALTH" for slug in to(e, "professions")
    ),
    "{professions: {none: {node: {group: {in: [NURSING, MEDICINE]}}}}}": lambda e: (
        not any(group(slug) in ("NURSING", "MEDICINE") for slug in to(e, "professions"))
    ),
    "{professions: {single: {node: {group: {eq: NURSING}}}}}": lambda e: (
        [group(slug) for slug in to(e, "professions")].count("NURSING") == 1
    ),
    "{professionsCount: {gte: 2}, serviceAreasCount: {lt: 2}}": lambda e: (
        len(to(e, "professions")) >= 2 and len(to(e, "serviceAreas")) < 2
    ),
    '{serviceAreas: {some: {node: {broader: {some: {node: {slug: {eq: "community"}}}}}}}}': lambda e: (
        any("community" in to(AREAS[slug], "broader") for slug in to(e, "serviceAreas"))
    ),
    "{careerLevel: null}": lambda e: "careerLevel" not in e,
    "{careerLevel: {level: {gte: 5}}}": lambda e: e.get("careerLevel") == "level-5",
    "{not: {careerLevel: {level: {eq: 4}}}}": lambda e: (
        (
            e.get("careerLevel")
            if isinstance(e.get("careerLevel"), str | None)
            else e["careerLevel"]["to"]
        )
        != "level-4"
    ),
    "{qualificationLevel: {ne: 5}}": lambda e: e.get("qualificationLevel") != 5,
    "{qualificationLevel: {notIn: [5, 6]}}": lambda e: e.get("qualificationLevel") not in (5, 6),
    "{registered: {eq: true}}": lambda e: e.get("registered") is True,
    "{registered: {isNull: true}}": lambda e: e.get("registered") is None,
    '{payBand: {startsWith: "3"}}': lambda e: str(e.get("payBand", "")).startswith("3"),
    '{or: [{kind: {eq: FEEDER}}, {name: {contains: "NURS"}}]}': lambda e: (
        e["kind"] == "FEEDER" or "nurs" in e["name"].lower()
    ),
    '{inherited: {hasAll: ["careerLevel", "payBand"]}}': lambda e: (
        {"careerLevel", "payBand"} <= set(e.get("inherited", []))
    ),
    "{altNames: {size: {eq: 0}}, confidence: {eq: SINGLE}}": lambda e: (
        not e.get("altNames") and e["confidence"] == "SINGLE"
    ),
}


@pytest.mark.parametrize("where", CASES)
def test_filter(where: str, engine: Engine, run: Runner) -> None:
    query = f"{{ roles(where: {where}, first: 100) {{ totalCount nodes {{ slug }} }} }}"
    found = json.loads(run(engine.execute(query)).body)["data"]["roles"]
    expected = sorted(slug for slug, entry in ROLES.items() if CASES[where](entry))
    assert [node["slug"] for node in found["nodes"]] == expected
    assert found["totalCount"] == len(expected)
    assert 0 < len(expected) < 90


def test_the_same_filter_in_a_variable(engine: Engine, run: Runner) -> None:
    query = "query($w: RoleWhere, $n: Int) { roles(where: $w, first: $n) { totalCount nodes { slug } } }"
    where = {"professions": {"some": {"node": {"slug": {"in": ["pharmacy", "public-health"]}}}}}
    found = json.loads(run(engine.execute(query, {"w": where, "n": 1})).body)["data"]["roles"]
    expected = sorted(
        slug
        for slug, e in ROLES.items()
        if {"pharmacy", "public-health"} & set(to(e, "professions"))
    )
    assert found == {"totalCount": len(expected), "nodes": [{"slug": expected[0]}]}


def test_a_plan_serves_other_values_of_the_same_shape(engine: Engine, run: Runner) -> None:
    query = "query($s: String!, $n: Int) { role(slug: $s) { name professions(first: $n) { nodes { slug } } } }"
    names = []
    for slug, n in (("midwife", 5), ("paramedic", 1)):
        names.append(
            json.loads(run(engine.execute(query, {"s": slug, "n": n})).body)["data"]["role"]["name"]
        )
    assert names == ["Midwife", "Paramedic"]
    assert engine.plans.compiled == 1


def test_groups_as_large_as_others_are_cut_in_the_order_of_their_keys(
    empty: Database, run: Runner
) -> None:
    """With so many relationships that groups are made of degrees, and nodes against their order."""
    made_up = Said("seed")
    for letter in "dcba":
        made_up.node(f"Programme:{letter}", name=f"Made-up {letter}")
    for number in range(9):
        made_up.node(f"Provider:{number}", name=f"Made-up {number}")
        for letter in "dcba" if number else "a":
            made_up.link("OFFERS", f"Provider:{number}", f"Programme:{letter}")
    made_up.load(empty, run)
    largest = "groups(by: [PROGRAMMES], first: 3) { count keys { value } }"
    smallest = "groups(by: [PROGRAMMES], orderBy: COUNT_ASC, first: 2) { count keys { value } }"
    found = run(answer(empty, f"{{ providers {{ largest: {largest} smallest: {smallest} }} }}"))
    groups = {
        name: [(group["keys"][0]["value"], group["count"]) for group in several]
        for name, several in found["providers"].items()
    }
    assert groups == {"largest": [("a", 9), ("b", 8), ("c", 8)], "smallest": [("b", 8), ("c", 8)]}


def test_numbers_as_text_are_as_json_writes_them(empty: Database, run: Runner) -> None:
    """Neo4j's own text of these is 9.33E-4 and -1.234E-5."""
    made_up = Said("seed")
    for slug, number in {"a": 0.000933, "b": -0.00001234, "c": 51.5, "d": None}.items():
        made_up.node(f"Location:{slug}", name=f"Made-up {slug}", longitude=number)
    made_up.load(empty, run)
    keys = "by: [LONGITUDE]) { keys { value } }"
    asked = f"{{ locations {{ distinct(field: LONGITUDE) groups(orderBy: KEY_ASC, {keys} }} }}"
    found = run(answer(empty, asked))["locations"]
    texts = ["-0.00001234", "0.000933", "51.5"]
    assert found["distinct"] == texts
    assert [group["keys"][0]["value"] for group in found["groups"]] == [*texts, None]
