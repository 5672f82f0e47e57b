"""Markup in every text of the data: it is shown as it is, on all pages and in all files."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from neo4j import GraphDatabase
from playwright.sync_api import Page, expect
from python_calamine import load_workbook

from graph.mapping.kinds import Kind
from graph.schema import MODEL
from graph.settings import Neo4jAddress
from tests.conftest import Content, Service
from tests.pages.test_browser import KINDS, ROLE

SOWN = (
    'Made up <script>window.sown=1</script><img src=x onerror="window.sown=1">\'"&lt;b&gt;'
    "\u202etfel ot thgir \u2067 {{7*7}} </title></textarea>"
)


PROPERTIES = (
    *(each for kind in MODEL.types for each in kind.properties),
    *(each for relationship in MODEL.relationships for each in relationship.edge.properties),
)
OTHERS = {each.name for each in PROPERTIES if each.kind is not Kind.TEXT}
TEXTS = sorted({each.name for each in PROPERTIES} - OTHERS - {"slug", "sources"} | {"label"})
"""Every text of a declaration, and what a code is called."""
READ: dict[str, Callable[[bytes], Any]] = {
    "csv": lambda body: list(csv.reader(io.StringIO(body.decode()))),
    "json": json.loads,
    "jsonld": json.loads,
    "xlsx": lambda body: load_workbook(io.BytesIO(body)).get_sheet_by_index(0).to_python(),
    "ndjson": lambda body: [json.loads(line) for line in body.splitlines()],
    "atom": ElementTree.fromstring,
    "ttl": lambda body: body.decode(),
}
DOWNLOADS = (
    *(
        f"/{kind.plural}.{form}"
        for kind in MODEL.types
        for form in ("csv", "json", "xlsx", "ndjson")
    ),
    *(f"{ROLE}.{form}" for form in ("csv", "json", "jsonld", "ttl")),
    *(
        f"{path}.{form}"
        for path in ("/matrix", "/quality", "/map")
        for form in ("csv", "json", "xlsx")
    ),
    *(f"/q/who-teaches.{form}?role=ap-radiotherapy" for form in ("csv", "xlsx", "ndjson")),
    *(
        "/changes.atom",
        "/search.json?q=stroke",
        "/compare.csv?ids=Role:ap-stroke,Role:ap-radiotherapy",
    ),
)
SOW = """MATCH {} UNWIND [key IN keys(x) WHERE key IN $texts] AS key
SET x[key] = CASE WHEN x[key] IS :: STRING THEN $sown ELSE [$sown] END"""


@pytest.fixture
def sown(page: Page, address: Neo4jAddress, content: Content) -> Page:
    """The seed with made-up markup for each name and each text, as another version of the data."""
    content.is_seed = False
    with GraphDatabase.driver(address.uri, auth=(address.username, address.password)) as driver:
        for pattern in ("(x:Entity)", "(x:Identifier)", "()-[x]->()"):
            driver.execute_query(SOW.format(pattern), texts=TEXTS, sown=SOWN)  # type: ignore[arg-type]
        driver.execute_query("MATCH (r:Release {name: 'announced'}) SET r.token = 'sown'")
    return page


def test_made_up_markup_in_the_data_is_shown_and_does_nothing(sown: Page) -> None:
    for path in KINDS:
        answer = sown.goto(path)
        assert answer
        assert "<script>window" not in answer.text() and "<img src=x" not in answer.text()
        assert "49" not in sown.title()
        assert sown.evaluate("window.sown") is None, path
        assert sown.evaluate(NOT_ISOLATED) == [], path
        assert sown.evaluate(BESIDE, ["\u202e", SOWN]) == [], path
    sown.goto(ROLE)
    expect(sown.get_by_role("heading", level=1)).to_have_text(SOWN)
    box = sown.get_by_role("combobox", name=re.compile("^Search"))
    box.press_sequentially("strok")
    expect(sown.get_by_role("option").first).to_contain_text("<script>window.sown=1</script>")
    assert sown.evaluate("window.sown") is None


def test_made_up_markup_in_files_is_text(sown: Page, patient: Service) -> None:
    for path in DOWNLOADS:
        answer = httpx.get(f"{patient.url}{path}", timeout=80)
        assert answer.status_code == 200, (path, answer.text[:300])
        kind = answer.headers["content-type"]
        assert "html" not in kind and answer.headers["x-content-type-options"] == "nosniff", path
        READ[path.partition("?")[0].rpartition(".")[2]](answer.content)
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{patient.url}/roles.csv").text)))
    assert {row["name"] for row in rows} == {SOWN}
    assert httpx.get(f"{patient.url}{ROLE}.json").json()["name"] == SOWN


BESIDE = """([mark, sown]) => {
  const shown = (each) => getComputedStyle(each);
  const alone = (each) =>
    shown(each).unicodeBidi.startsWith('isolate') || !shown(each).display.startsWith('inline');
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const beside = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.data.includes(mark) || text.parentElement.closest('script, textarea, select')) continue;
    let around = text.parentElement;
    while (!alone(around)) around = around.parentElement;
    // In Unicode's own isolates it may stand in a sentence.
    const rest = around.textContent.replaceAll(/\\u2068Made up.*?\\u2069+/gs, '').trim();
    if (rest.includes(mark) && rest !== sown) beside.push(around.outerHTML);
  }
  return beside;
}"""
"""Where a mark that turns the direction of writing stands in one line with words around it."""
NOT_ISOLATED = """() => [...document.querySelectorAll('main a, main mark, main strong')]
  .filter((each) => getComputedStyle(each).unicodeBidi !== 'isolate')
  .map((each) => each.outerHTML)"""
