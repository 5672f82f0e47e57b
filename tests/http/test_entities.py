"""Entities by address over real HTTP: everything that is said of them, and the same as RDF twice."""

import csv
import io

import httpx
import pytest
from python_calamine import load_workbook
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import PROV, RDF, SKOS, XSD

from graph.schema import MODEL
from tests.conftest import Service

SCHEMA_ORG = Namespace("https://schema.org/")
OF_REGISTERS = ("occupationGroups", "subjects", "courses", "locations", "accreditations")
"""Of these the seed has none."""
OURS = Namespace("urn:rolegraph:")


def get(service: Service, path: str) -> httpx.Response:
    return httpx.get(f"{service.url}{path}", timeout=60)


def graph(service: Service, path: str, form: str) -> Graph:
    found = get(service, path)
    assert found.status_code == 200, found.text
    return Graph().parse(data=found.text, format=form, publicID=f"{service.url}/")


# rdflib reads JSON-LD by a class of its own that it calls deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("plural", [kind.plural for kind in MODEL.types])
def test_json_ld_and_turtle_have_the_same_triples(service: Service, plural: str) -> None:
    rows = get(service, f"/{plural}.json?first=1&order=-name&columns=slug,name").json()["rows"]
    if not rows:
        assert plural in OF_REGISTERS
        return
    (row,) = rows
    turtle = graph(service, f"/{plural}/{row['slug']}.ttl", "turtle")
    json_ld = graph(service, f"/{plural}/{row['slug']}.jsonld", "json-ld")
    assert set(turtle) == set(json_ld)
    me = URIRef(f"{service.url}/{plural}/{row['slug']}")
    assert (me, SKOS.prefLabel, Literal(row["name"])) in turtle
    for source in turtle.objects(me, PROV.wasDerivedFrom):
        assert str(source).startswith(f"{service.url}/sources/")


def test_what_is_said_of_a_role(service: Service) -> None:
    asked = service.post("""{ role(slug: "assistant-practitioner") {
      name altNames qualificationLevel
      careerLevel { id } narrower(first: 100) { nodes { slug } }
      professions(first: 100) { edges { confidence evidence { source { slug } } node { id name slug } } }
      identifiers { scheme schemeVersion value matchType } } }""").json()["data"]["role"]
    base = "/roles/assistant-practitioner"
    found = get(service, f"{base}.json").json()
    assert found["altNames"] == asked["altNames"]
    assert [each["id"] for each in found["professions"]] == [
        edge["node"]["id"] for edge in asked["professions"]["edges"]
    ]
    assert found["careerLevel"][0]["id"] == asked["careerLevel"]["id"]

    lines = list(csv.DictReader(io.StringIO(get(service, f"{base}.csv").text, newline="")))
    book = load_workbook(io.BytesIO(get(service, f"{base}.xlsx").content))
    sheet = book.get_sheet_by_name("Rows").to_python()
    assert sheet[0] == list(lines[0]) and len(sheet) == 1 + len(lines)
    assert [row[0] for row in sheet[1:]] == [line["field"] for line in lines]
    said = [line for line in lines if line["field"] == "professions"]
    assert [(each["value"], each["confidence"], each["sources"]) for each in said] == [
        (
            edge["node"]["name"],
            edge["confidence"],
            "; ".join(each["source"]["slug"] for each in edge["evidence"]),
        )
        for edge in asked["professions"]["edges"]
    ]

    triples = graph(service, f"{base}.ttl", "turtle")
    me = URIRef(f"{service.url}{base}")
    assert (me, RDF.type, SCHEMA_ORG.Occupation) in triples
    assert (
        me,
        OURS.qualificationLevel,
        Literal(str(asked["qualificationLevel"]), datatype=XSD.integer),
    ) in triples
    assert {str(each) for each in triples.objects(me, SKOS.narrower)} == {
        f"{service.url}/roles/{each['slug']}" for each in asked["narrower"]["nodes"]
    }
    codes = {
        str(each)
        for code in triples.objects(me, SCHEMA_ORG.identifier)
        for each in triples.objects(code, SCHEMA_ORG.value)
    }
    assert codes == {each["value"] for each in asked["identifiers"]}
    nursing = URIRef(f"{service.url}/professions/nursing")
    (statement,) = (
        each
        for each in triples.subjects(RDF.object, nursing)
        if (each, RDF.predicate, OURS.professions) in triples
    )
    assert list(triples.objects(statement, PROV.wasDerivedFrom))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/roles/nothing.json", 404, "No Role has the slug 'nothing'"),
        ("/roles/..%2fx.ttl", 404, ""),
        ("/roles/assistant-practitioner.json?x=1", 400, "'x' means nothing here"),
    ],
)
def test_refused(service: Service, path: str, status: int, words: str) -> None:
    found = get(service, path)
    assert found.status_code == status
    assert words in found.json()["errors"][0]["message"]
