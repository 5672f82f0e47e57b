"""The seed holds what the facts hold, each statement with its source, confidence and date."""

import json
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from graph.schema import MODEL
from loaders.load import read_and_check
from loaders.sources.seed import file_name
from tests.conftest import ROOT, SHARED

SEED = ROOT / "seed"
FACTS = SHARED / "facts"
RECORDS = read_and_check(SEED, MODEL)


def slugs(kind: str) -> set[str]:
    return {node.slug for node in RECORDS.nodes if node.type == kind}


def facts(name: str) -> dict[str, Any]:
    assert FACTS.is_dir(), "the notes with the facts are not beside this checkout; CI has them"
    return YAML(typ="safe").load((FACTS / f"{name}.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("file", "key", "kind"),
    [
        ("roles", "roles", "Role"),
        ("professions", "professions", "Profession"),
        ("service_areas", "service_areas", "ServiceArea"),
        ("universities", "providers", "Provider"),
        ("programmes", "programmes", "Programme"),
        ("case_studies", "case_studies", "CaseStudy"),
        ("sources", "sources", "Source"),
    ],
)
def test_every_entry_of_the_facts_is_there(file: str, key: str, kind: str) -> None:
    assert {entry["id"] for entry in facts(file)[key]} <= slugs(kind)


def test_all_51_facts_of_the_starting_page() -> None:
    page = [node for node in RECORDS.nodes if node.slug.startswith("page-")]
    known = {f"page-{entry['id']}": entry for entry in facts("seed_page_facts")["facts"]}
    assert len(page) == len(known) == 51
    for node in page:
        assert node.properties["statement"] == known[node.slug]["fact"]
        assert node.properties["sentence"] == known[node.slug]["sentence"]
        assert node.properties["sources"] == ["seed-page"]
        assert node.properties["confidence"] == "SEED"


def test_the_page_is_relationships_too() -> None:
    links = {(found.type, found.start, found.end) for found in RECORDS.relationships}
    ap = "Role:assistant-practitioner"
    assert ("AT_CAREER_LEVEL", ap, "CareerLevel:level-4") in links
    assert {end for type_, start, end in links if (type_, start) == ("WORKS_ACROSS", ap)} == {
        f"Profession:{slug}"
        for slug in (
            "allied-health",
            "social-work",
            "healthcare-science",
            "nursing",
            "pharmacy",
            "public-health",
        )
    }
    assert len({end for type_, start, end in links if (type_, start) == ("WORKS_IN", ap)}) == 12
    assert len({end for type_, start, end in links if (type_, start) == ("REQUIRES", ap)}) == 4
    assert (
        "OFFERS",
        "Provider:sheffield-hallam-university",
        "Programme:shu-clinical-diploma-oncology",
    ) in links


def test_every_statement_has_source_confidence_and_date() -> None:
    for found in (*RECORDS.nodes, *RECORDS.relationships, *RECORDS.identifiers):
        assert found.properties["sources"] and found.properties["confidence"], found
        assert len(found.properties["readOn"]) == 10


def test_what_is_inherited_or_our_reading_is_marked() -> None:
    inherited = {
        entry["id"]
        for entry in facts("roles")["roles"]
        if "career_framework_level" in entry.get("inherited_from_generic", [])
    }
    assert len(inherited) == 49
    for found in RECORDS.relationships:
        if found.type == "AT_CAREER_LEVEL" and found.start.partition(":")[2] in inherited:
            assert found.properties["confidence"] == "UNSURE"
        if found.type == "WITHIN":
            assert (found.properties["basis"], found.properties["confidence"]) == (
                "editorial proposal",
                "UNSURE",
            )
    marked = {
        node.slug
        for node in RECORDS.nodes
        if node.type == "Role" and "careerLevel" in node.properties["inherited"]
    }
    assert marked == inherited


def test_codes_have_scheme_and_version() -> None:
    unversioned = {found.scheme for found in RECORDS.identifiers if not found.version}
    assert unversioned == {"UKPRN", "ODS", "ONS", "NHS-Region", "ESCO"}, (
        "registers that never reassign a code"
    )


CURATED = [kind for kind in MODEL.types if (SEED / file_name(kind)).exists()]


def test_what_only_registers_have_has_no_file() -> None:
    registers = {kind.name for kind in MODEL.types} - {kind.name for kind in CURATED}
    assert registers == {"OccupationGroup", "Subject", "Course", "Location", "Accreditation"}


@pytest.mark.parametrize("kind", CURATED, ids=lambda kind: kind.name)
def test_files_fit_the_schemas_that_editors_use(kind: Any) -> None:
    schema = json.loads(
        (SEED / "schema" / file_name(kind).replace(".yaml", ".schema.json")).read_text()
    )
    loader = YAML(typ="safe")
    loader.constructor.yaml_constructors = {
        **loader.constructor.yaml_constructors,
        "tag:yaml.org,2002:timestamp": lambda self, node: str(node.value),
    }
    jsonschema.validate(loader.load((SEED / file_name(kind)).read_text("utf-8")), schema)
