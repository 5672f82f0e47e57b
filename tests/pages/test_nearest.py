"""What an address that nothing has may have meant: told by the statement that finds it missing."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from graph.addresses.lists import Lists
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.page import Rendered
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner

ASSETS = {name: f"/{name}" for name in ("pages.css", "pages.js", "charts.js", "network.js")}
NEAREST = "query($ids: [ID!]!) { nearest(ids: $ids) { __typename slug } }"


def ask(engine: Engine, run: Runner, *ids: str) -> Any:
    answer = run(engine.execute(NEAREST, {"ids": list(ids)}))
    return json.loads(answer.body)


def slugs(engine: Engine, run: Runner, *ids: str) -> list[str]:
    return [each["slug"] for each in ask(engine, run, *ids)["data"]["nearest"]]


def test_the_nearest_is_what_was_mistyped_and_nothing_of_what_is_there(
    engine: Engine, run: Runner
) -> None:
    assert slugs(engine, run, "Role:assistant-practitoner")[0] == "assistant-practitioner"
    assert slugs(engine, run, "Role:stroke-service")[0] != "stroke-services"
    assert "stroke-services" in slugs(engine, run, "Role:stroke-service")
    assert slugs(engine, run, "nursng")[0] == "nursing"
    assert slugs(engine, run, "Role:assistant-practitioner", "Role:---", "", "Role:") == []
    both = slugs(engine, run, "Role:assistant-practitioner", "Profession:nursng")
    assert both[0] == "nursing"
    assert len(slugs(engine, run, "Role:assistant", "assistant")) == 6


@pytest.mark.parametrize("id_", ["x" * 10_000, "a-" * 5_000, 'Role:") OR *:*', "Role:a\x00b"])
def test_any_text_is_an_id(engine: Engine, run: Runner, id_: str) -> None:
    assert "INTERNAL" not in json.dumps(ask(engine, run, id_))


def test_too_many_ids_are_refused(engine: Engine, run: Runner) -> None:
    (error,) = ask(engine, run, *(f"Role:{at}" for at in range(51)))["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX" and "51 ids" in error["message"]


def test_the_first_three_that_are_missing_are_looked_for(engine: Engine, run: Runner) -> None:
    """So that nobody has Neo4j search for hundreds of misspelt names; those that are there are free."""
    there, missing = ["Role:assistant-practitioner"] * 2, [f"Role:zzzz{at}" for at in range(2)]
    assert slugs(engine, run, *there, *missing, "Profession:nursng")[0] == "nursing"
    assert "nursing" not in slugs(engine, run, *missing, "Role:zzzz2", "Profession:nursng")


MISSING: dict[str, Callable[[Site], Coroutine[Any, Any, Rendered]]] = {
    "thing": lambda site: site.thing("roles", "assistant-practitoner", []),
    "compared": lambda site: site.page(
        "/compare", [("ids", "Role:healthcare-assistant,Role:assistant-practitoner")]
    ),
    "way": lambda site: site.page(
        "/pathways", [("from", "assistant-practitoner"), ("to", "registered-nurse")]
    ),
    "connection": lambda site: site.page(
        "/connections", [("from", "Role:assistant-practitoner"), ("to", "Profession:nursing")]
    ),
    "address": lambda site: site.refuse("NOT_FOUND", "", "assistant-practitoner"),
    "filter": lambda site: site.list("programmes", [("roles", "assistant-practitoner")]),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_page_about_what_is_not_there_is_one_statement(
    seeded: Database, engine: Engine, run: Runner, name: str
) -> None:
    site = Site(Lists(SCHEMA, MODEL, Limits()), MODEL, engine.execute, ASSETS, {})
    run(MISSING[name](site))
    before = seeded.reads
    page: Rendered = run(MISSING[name](site))
    assert seeded.reads == before + 1
    assert page.status == (400 if name == "filter" else 404)
    near = re.search(r"Nearest names(.*)</ul>", str(page.body), re.DOTALL)
    assert near and 'href="/roles/assistant-practitioner"' in near[1]
