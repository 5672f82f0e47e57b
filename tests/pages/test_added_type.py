"""A type that was added to the declarations has its pages, made from a real database."""

import re

import pytest

from graph.addresses.lists import Lists
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.page import Rendered
from graph.pages.site import Site
from graph.settings import Limits
from loaders.load import load, read_and_check
from tests.conftest import ROOT, Content, Runner, clear
from tests.pages.test_documents import ASSETS, MODEL, SCHEMA
from tests.pages.test_pages import text_of
from tests.test_scratch_type import SEED


@pytest.fixture(scope="module")
def gadgets(
    database: Database, run: Runner, content: Content, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """The pages of a graph with a type more, over the seed and two made-up things of that type."""
    folder, content.is_seed = tmp_path_factory.mktemp("seed"), False
    for file in (ROOT / "seed").glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "gadgets.yaml").write_text(SEED)
    run(clear(database))
    run(load(database, MODEL, read_and_check(folder, MODEL)))
    engine = Engine(SCHEMA, MODEL, database, Limits())
    return Site(Lists(SCHEMA, MODEL, Limits()), MODEL, engine.execute, ASSETS, {})


def body(page: Rendered, status: int = 200) -> str:
    assert page.status == status, page.body
    return str(page.body)


def row_of(page: str, link: str) -> str:
    """The line of a table that leads somewhere, as text."""
    return text_of(next(row for row in re.split(r"<tr\b", page)[1:] if f'href="{link}"' in row))


def test_a_type_that_is_declared_has_its_list(gadgets: Site, run: Runner) -> None:
    page = body(run(gadgets.list("gadgets", [])))
    assert re.search(r"<h1[^>]*>\s*Gadgets", page) and "2 found" in text_of(page)
    assert "High North West" in row_of(page, "/gadgets/made-up-hoist")
    assert 'href="/gadgets/made-up-lamp"' in page
    assert 'href="/gadgets?cost=HIGH"' in page and 'href="/gadgets.csv"' in page
    heavy = body(run(gadgets.list("gadgets", [("columns", "name,weight")])))
    assert re.search(r"\b12\b", row_of(heavy, "/gadgets/made-up-hoist"))
    dear = body(run(gadgets.list("gadgets", [("cost", "HIGH"), ("serviceAreas", "theatres")])))
    assert "1 found" in text_of(dear) and 'href="/gadgets/made-up-lamp"' not in dear
    unknown = body(run(gadgets.list("gadgets", [("roles", "made-up-not-there")])), 400)
    assert "made-up-not-there" in unknown


def test_a_type_that_is_declared_has_its_pages(gadgets: Site, run: Runner) -> None:
    page = body(run(gadgets.thing("gadgets", "made-up-hoist", [])))
    said = text_of(page)
    assert re.search(r"<h1[^>]*>.*Made-up Hoist", page, re.DOTALL)
    assert "Cost High" in said and "Weight 12" in said
    assert re.search(r"\b9\b", row_of(page, "/roles/ap-theatres"))
    assert re.search(r"\b3\b", row_of(page, "/roles/ap-stroke"))
    assert re.search(r'data-relationship="Region".*?href="/regions/north-west"', page, re.DOTALL)
    assert "North West Since: 1,999 " in said, "what a relationship to one thing says of itself"
    assert row_of(page, "/serviceAreas/theatres")
    assert 'href="/sources/seed-page"' in page and "Added:" in said
    body(run(gadgets.thing("gadgets", "made-up-hoost", [])), 404)
    role = body(run(gadgets.thing("roles", "ap-stroke", [])))
    assert re.search(r"\b3\b", row_of(role, "/gadgets/made-up-hoist")), "from the other end"


def test_a_type_that_is_declared_is_found_compared_and_counted(gadgets: Site, run: Runner) -> None:
    start = body(run(gadgets.page("/", [])))
    assert re.search(r'href="/gadgets".*?Gadgets</span> <span class="rg-door__count">2<', start)
    found = body(run(gadgets.page("/search", [("q", "hoist"), ("kind", "gadgets")])))
    assert 'href="/gadgets/made-up-hoist"' in found
    ids = "Gadget:made-up-hoist,Gadget:made-up-lamp"
    compared = text_of(body(run(gadgets.page("/compare", [("ids", ids)]))))
    assert "Gadgets side by side" in compared and "Cost High Low Differs" in compared
    alone = body(run(gadgets.page("/quality", [("show", "orphans")])))
    assert 'href="/gadgets/made-up-lamp"' in alone, "what is connected to nothing"
