"""Saved questions as pages for browsers; programs get what they always got at the same address."""

import html
import re
from pathlib import Path

import httpx
import pytest

from graph.addresses.lists import Lists
from graph.addresses.saved import Saved, read_question, read_questions
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.page import Rendered
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import ROOT, SCHEMA, Runner, Service
from tests.pages.test_nearest import ASSETS
from tests.pages.test_pages import get, text_of

LIMITS = Limits()
QUESTIONS = read_questions(ROOT / "questions", SCHEMA, LIMITS)
MADE_UP = """# Made-up question: which roles of some kinds are there?
# answers: It is made up.
query MadeUp($kinds: [RoleKind!], $words: String = "assistant", $least: Int, $kind: RoleKind) {
  roles(
    where: { kind: { in: $kinds, eq: $kind }, name: { contains: $words } }
    first: $least
  ) { nodes { name confidence } }
}
"""


def site_of(engine: Engine, questions: dict[str, Saved]) -> Site:
    lists = Lists(SCHEMA, MODEL, LIMITS)
    return Site(lists, MODEL, engine.execute, ASSETS, {}, "/x", questions, LIMITS.list_items)


def examples(saved: Saved) -> list[tuple[str, str]]:
    return [(each.name, str(each.example)) for each in saved.parameters]


def test_the_list_names_every_question(service: Service) -> None:
    page = get(service, "/q")
    for saved in QUESTIONS.values():
        assert f'href="/q/{saved.name}"' in page and html.escape(saved.title, quote=False) in page


def test_a_form_then_the_answer_with_files(service: Service) -> None:
    form = get(service, "/q/who-teaches")
    assert "Fill in Role to see the answer." in text_of(form) and "<table" not in form
    assert "for example ap-radiotherapy" in text_of(form)
    page = get(service, "/q/who-teaches?role=ap-radiotherapy")
    assert "Sheffield Hallam University" in page and 'value="ap-radiotherapy"' in page
    for ending in ("csv", "xlsx", "rows.json"):
        assert f'href="/q/who-teaches.{ending}?role=ap-radiotherapy"' in page
    assert re.search(r'href="/graphql#query=[^"]*WhoTeaches[^"]*variables=', page)
    rows = httpx.get(f"{service.url}/q/who-teaches.rows.json?role=ap-radiotherapy", timeout=80)
    assert page.count('<th scope="row">') == len(rows.json())


def test_fields_say_which_things_they_take(service: Service) -> None:
    for path, kind, is_slug in (
        ("/q/case-studies", "kind=serviceAreas", True),
        ("/q/gap", "kind=roles", False),
        ("/q/joining", "kind=professions%2CserviceAreas%2Cskills", False),
    ):
        page = get(service, path)
        (address, attributes) = re.findall(r'<input[^>]* data-completes="([^"]*)"([^>]*)', page)[0]
        assert address == f"/search.json?{kind}" and ("data-slugs" in attributes) == is_slug
        assert ("As in the address of its page" in page) == (is_slug or path == "/q/joining")
    assert "data-completes" not in get(service, "/q/look-up")


def test_programs_get_json_at_the_same_address(service: Service) -> None:
    for headers in ({}, {"accept": "application/json"}, {"accept": "*/*"}):
        listed = httpx.get(f"{service.url}/q", headers=headers, timeout=80)
        assert listed.json()["questions"] and "Accept" in listed.headers["vary"].split(", ")
        for _ in range(2):
            url = f"{service.url}/q/who-teaches?role=ap-radiotherapy"
            assert httpx.get(url, headers=headers, timeout=80).json()["data"]["role"]
    browser = {"accept": "text/html"}
    about = httpx.get(f"{service.url}/q/level-4?value=4&about=1", headers=browser, timeout=80)
    assert about.json()["title"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/q/who-teach", 404, "Did you mean who-teaches"),
        ("/q/who-teaches?rol=a", 400, "`role`"),
        ("/q/level-4?value=four", 400, "whole number"),
        ("/q/level-4?value=4&value=5", 400, "2 times"),
        ("/q/gap?from=Role:made-up&to=Role:registered-nurse", 400, "made-up"),
        ("/q?made=up", 400, "no setting"),
        ("/q/who-teaches?role=<script>alert(1)</script>", 200, "Nothing answers this"),
    ],
    ids=range(7),
)
def test_what_is_wrong_is_named(service: Service, path: str, status: int, words: str) -> None:
    page = get(service, path, status)
    assert words in text_of(page) and "<script>alert" not in page


def test_every_question_is_one_statement_and_its_links_hold_under_a_path(
    seeded: Database, engine: Engine, run: Runner
) -> None:
    site = site_of(engine, dict(QUESTIONS))
    run(seeded.read("RETURN 1", {}))
    for saved in QUESTIONS.values():
        before = seeded.reads
        page: Rendered = run(site.saved(saved.name, examples(saved)))
        assert (page.status, seeded.reads) == (200, before + 1), saved.name
        links = re.findall(r'(?:href|action)="([^"#][^"]*)"', str(page.body))
        assert not [each for each in links if not re.match(r"/x/|data:|https?:", each)]
        assert "Data version" in str(page.body)


def test_each_kind_of_parameter_has_a_field_that_says_what_it_takes(
    engine: Engine, run: Runner, tmp_path: Path
) -> None:
    file = tmp_path / "made-up.graphql"
    file.write_text(MADE_UP)
    site = site_of(engine, {"made-up": read_question(file, SCHEMA, LIMITS)})
    kinds = ("kinds", "GENERIC\n\nVARIANT")
    page = str(run(site.saved("made-up", [kinds, ("least", "60"), ("kind", "")])).body)
    assert re.search(r'<textarea[^>]*name="kinds"[^>]*>GENERIC\nVARIANT</textarea>', page)
    said = text_of(page)
    assert (
        "Any of GENERIC, VARIANT" in said
        and "one a line" in said
        and "A whole number; may be left out" in said
    )
    assert "assistant where nothing is filled in" in said and 'value="assistant"' in page
    assert '<option value="" selected>As usual</option>' in page
    cut: Rendered = run(site.saved("made-up", [kinds, ("least", "")]))
    assert cut.status == 400 and "there may be more" in text_of(str(cut.body))
    refused: Rendered = run(site.saved("made-up", [("kinds", "MADE_UP")]))
    assert refused.status == 400 and "GENERIC" in str(refused.body)


def test_an_answer_of_names_and_numbers_is_drawn(service: Service) -> None:
    page = get(service, "/q/most-boundaries")
    assert 'data-picture="bars"' in page and "Most: Assistant Practitioner, 20." in page
    for name in ("roles-by-profession-and-area", "areas-without-case-study"):
        assert "data-picture" not in get(service, f"/q/{name}"), "names alone are no bars"
