"""Roles that span boundaries, and those that join professions, service areas and skills."""

import json
import re
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.page import Rendered
from tests.conftest import Runner
from tests.pages.test_history import site_over
from tests.pages.test_pages import text_of

BRIDGES = """query($ids: [ID!]!) { bridges(between: $ids, first: 50,
  orderBy: [{ boundarySpan: { total: DESC } }, { name: ASC }]) { nodes { slug } } }"""
SKILL = "{ skills(first: 1, orderBy: [{ rolesCount: DESC }]) { nodes { id } } }"


def ask(engine: Engine, run: Runner, query: str, **variables: object) -> Any:
    body = json.loads(run(engine.execute(query, variables)).body)
    assert "errors" not in body, body
    return body["data"]


def shown(database: Database, run: Runner, *between: str) -> Rendered:
    """The page, made by one statement."""
    site, pairs = site_over(database), [("between", each) for each in between]
    run(site.page("/boundaries", pairs))
    before = database.reads
    page = run(site.page("/boundaries", pairs))
    assert database.reads == before + 1, "one page is one statement"
    return page


def roles_of(page: Rendered) -> list[str]:
    table = str(page.body).partition('data-table="table-1"')[2].partition("</table>")[0]
    return re.findall(r'href="/roles/([^"]+)"', table)


@pytest.mark.parametrize(
    ("between", "ids"),
    [
        ("nursing,physiotherapy", "Profession:nursing,Profession:physiotherapy"),
        ("nursing,stroke-services", "Profession:nursing,ServiceArea:stroke-services"),
        ("stroke-services", "ServiceArea:stroke-services"),
        ("Profession:nursing,ServiceArea:theatres", "Profession:nursing,ServiceArea:theatres"),
    ],
)
def test_a_slug_alone_is_a_profession_or_an_area(
    seeded: Database, engine: Engine, run: Runner, between: str, ids: str
) -> None:
    """The page shows the roles of `bridges`, which takes ids alone."""
    page = shown(seeded, run, between)
    bridges = ask(engine, run, BRIDGES, ids=ids.split(","))["bridges"]["nodes"]
    assert page.status == 200
    assert roles_of(page) == [each["slug"] for each in bridges] != []


def test_skills_are_joined_by_their_ids(seeded: Database, engine: Engine, run: Runner) -> None:
    skill = ask(engine, run, SKILL)["skills"]["nodes"][0]["id"]
    bridges = ask(engine, run, BRIDGES, ids=[skill])["bridges"]["nodes"]
    assert roles_of(shown(seeded, run, skill)) == [each["slug"] for each in bridges] != []


def test_the_page_says_what_was_chosen_and_offers_both_kinds(seeded: Database, run: Runner) -> None:
    page = shown(seeded, run, "nursing", "stroke-services")
    total = len(roles_of(page))
    assert f"Joining Nursing and Stroke services: {total} roles." in text_of(str(page.body))
    assert 'data-completes="/search.json?kind=professions%2CserviceAreas"' in str(page.body)
    assert "data-slugs" not in str(page.body), "what is chosen is put in with its kind"
    assert "Name another" in text_of(str(shown(seeded, run, "nursing").body))


@pytest.mark.parametrize("wrong", ["nursng", "Profession:nursng", "ServiceArea:nursng"])
def test_what_is_not_there_is_not_found(seeded: Database, run: Runner, wrong: str) -> None:
    page = shown(seeded, run, "stroke-services", wrong)
    assert page.status == 404
    assert f"There is nothing called “{wrong}” here." in text_of(str(page.body))
    near = re.search(r"Nearest names(.*)</ul>", str(page.body), re.DOTALL)
    assert near and 'href="/professions/nursing"' in near[1]


@pytest.mark.parametrize("wrong", ["Role:ap-stroke", "Made:up", ":nursing"])
def test_what_roles_do_not_join_is_named(seeded: Database, run: Runner, wrong: str) -> None:
    page = run(site_over(seeded).page("/boundaries", [("between", wrong)]))
    said = text_of(str(page.body))
    assert page.status == 400 and f"“{wrong}” is nothing that roles join." in said
    assert "between:" not in said, "in plain words"


@pytest.mark.parametrize("odd", ["x" * 5_000, "Profession:", "Profession:a\x00b", "'", "--"])
def test_any_text_may_be_named(seeded: Database, run: Runner, odd: str) -> None:
    page = run(site_over(seeded).page("/boundaries", [("between", odd)]))
    assert page.status in (400, 404), page.body


def test_as_many_as_may_be_named_are_one_statement(seeded: Database, run: Runner) -> None:
    """The longest document that the page asks."""
    names = [f"made-up-{at}" for at in range(10)]
    assert shown(seeded, run, *names).status == 404
    page = run(site_over(seeded).page("/boundaries", [("between", ",".join([*names, "more"]))]))
    assert page.status == 400 and "10 is the most" in text_of(str(page.body))
