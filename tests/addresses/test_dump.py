"""The whole graph as RDF: both forms hold what each entity's address says."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, URIRef

import cli
import server
from graph.addresses.entities import read_entity
from graph.addresses.shapes import shapes
from graph.addresses.triples import Triples, turtle, turtle_head
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.schema.terms import TERMS
from graph.settings import Limits, Settings
from tests.conftest import Runner

BASE = "https://made-up.example"


# rdflib reads JSON-LD by a class of its own that it calls deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_both_forms_are_all_of_it(
    seeded: Database, engine: Engine, run: Runner, tmp_path: Path
) -> None:
    settings = Settings.from_environment()
    for form in ("ttl", "jsonld"):
        run(server.export_rdf(settings, seeded, tmp_path, form, BASE))
    whole = Graph().parse(tmp_path / "graph.ttl", format="turtle")
    assert set(whole) == set(Graph().parse(tmp_path / "graph.jsonld", format="json-ld"))
    types = run(seeded.rows("MATCH (n:Entity) RETURN split(n.id, ':')[0], count(n)"))
    for name, count in types:
        of_type = whole.subjects(None, URIRef(f"urn:rolegraph:{name}"))
        assert len({each for each in of_type if str(each).startswith(BASE)}) == count, name
    one = run(read_entity(engine, MODEL, Limits(), "role", MODEL["Role"], "assistant-practitioner"))
    assert one
    alone = turtle_head() + turtle(Triples(MODEL, TERMS, BASE).of(one))
    assert set(Graph().parse(data=alone, format="turtle")) < set(whole)
    held, _, text = validate(whole, shacl_graph=Graph().parse(data=shapes(MODEL)))
    assert held, text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('skos:prefLabel "Made-up"', 'skos:altLabel "Made-up"'),  # no name
        ('"5"^^xsd:integer', '"five"'),
        ('"CURRENT"', '"MADE_UP"'),
        ("</professions/made-up>", '"nursing"'),
        ("; prov:wasDerivedFrom </sources/made-up>", ""),
    ],
)
def test_shapes_hold_what_the_declarations_say(old: str, new: str) -> None:
    text = turtle_head().decode() + (
        '</roles/made-up> a rolegraph:Role ; skos:prefLabel "Made-up" ; dcterms:identifier "made-up"'
        ' ; rolegraph:kind "GENERIC" ; rolegraph:qualificationLevel "5"^^xsd:integer ; rolegraph:status "CURRENT"'
        " ; rolegraph:professions </professions/made-up> ; prov:wasDerivedFrom </sources/made-up> ."
    )
    assert text.count(old) == 1
    described = Graph().parse(data=shapes(MODEL))
    for data, holds in ((text, True), (text.replace(old, new), False)):
        found = Graph().parse(data=data, publicID=BASE)
        assert validate(found, shacl_graph=described)[0] is holds


def test_rdf_needs_an_address(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["export", str(tmp_path), "--format", "ttl"]) == 1
    assert "Give it, as in `--base https://roles.example.org`." in capsys.readouterr().err
