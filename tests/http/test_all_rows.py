"""`all=1` of saved questions: every row once, of one release, or a refusal that says why not."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import parse, validate
from python_calamine import CalamineWorkbook

from graph.addresses.paged import AFTER, FIRST, Paged
from graph.addresses.parameters import BadParameter
from graph.addresses.saved import Saved, read_questions
from graph.addresses.tables import ReleaseChanged, question_table
from graph.database.session import Database
from graph.errors import QueryTooComplex
from graph.execution.answer import Answer
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress
from tests.conftest import SCHEMA, Runner, Service, reach, start_service, stop_service

ROLES = """# All roles, with the professions of each
# column roles.name: Role
query AllRoles($kinds: [RoleKind!], $first: Int, $cursor: String) {
  roles(where: {kind: {in: $kinds}}, orderBy: [{name: DESC}], first: $first, after: $cursor) {
    nodes { name professions(first: 25) { nodes { name } } evidence { source { name } } } } }"""
OF_ONE = """# The skills of a role
query SkillsOf($role: String!, $size: Int!) {
  role(slug: $role) { name skills(first: $size) { edges { importance node { name } } } } }"""
PLAIN = "# Roles\nquery { roles { nodes { slug } } }"
PAGE = 25


def read(folder: Path, text: str) -> Saved:
    (folder / "own.graphql").write_text(text)
    return read_questions(folder, SCHEMA, Limits())["own"]


@pytest.fixture(scope="module")
def _pages(address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("questions")
    for name, text in {"roles": ROLES, "skills": OF_ONE, "plain": PLAIN}.items():
        (folder / f"{name}.graphql").write_text(text)
    settings = {
        **reach(address),
        "NEO4J_DATABASE": address.database,
        "ROLEGRAPH_QUESTIONS": str(folder),
        "ROLEGRAPH_PAGE_SIZE": str(PAGE),
    }
    service = start_service(tmp_path_factory.mktemp("pages"), settings, "serve")
    yield service
    stop_service(service)


@pytest.fixture
def pages(_pages: Service, seeded: Database) -> Service:
    """A service whose pages are small, so that the seed has several."""
    return _pages


def get(service: Service, path: str) -> httpx.Response:
    return httpx.get(f"{service.url}{path}", timeout=30)


def names(service: Service) -> list[str]:
    """The names of all roles, asked by GraphQL page by page."""
    collected: list[str] = []
    after: str | None = None
    while True:
        roles = service.post(
            "query($after: String) { roles(orderBy: [{name: DESC}], first: 20, after: $after) {"
            " pageInfo { hasNextPage endCursor } nodes { name } } }",
            variables={"after": after},
        ).json()["data"]["roles"]
        collected += [node["name"] for node in roles["nodes"]]
        after = roles["pageInfo"]["endCursor"]
        if not roles["pageInfo"]["hasNextPage"]:
            return collected


def test_every_form_has_every_row_once(pages: Service) -> None:
    expected = names(pages)
    assert len(expected) > 3 * PAGE
    rows = get(pages, "/q/roles.rows.json?all=1").json()
    assert [row["roles.name"] for row in rows] == expected
    lines = get(pages, "/q/roles.ndjson?all=1").text.splitlines()
    assert [json.loads(line) for line in lines] == rows
    written = get(pages, "/q/roles.csv?all=1")
    assert [line[0] for line in csv.reader(io.StringIO(written.text, newline=""))] == [
        "roles.name",
        *expected,
    ]
    assert written.headers["x-total-count"] == str(len(expected))
    assert 'rel="next"' not in written.headers["link"]
    assert get(pages, "/q/roles.csv?%61ll=%31").text == written.text
    book = CalamineWorkbook.from_filelike(io.BytesIO(get(pages, "/q/roles.xlsx?all=1").content))
    assert len(book.get_sheet_by_name("Rows").to_python()) == len(expected) + 1
    about = book.get_sheet_by_name("About").to_python()
    shown = {row[1] for row in about if row[0] == "Source"}
    assert shown == {name for row in rows for name in row["roles.evidence.source.name"].split("; ")}


def test_what_is_told_of_all_rows_is_of_all(pages: Service) -> None:
    answer = get(pages, "/q/roles.csv?all=1&bom=1")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    about = get(pages, answer.headers["link"].split(">")[0][1:])
    assert about.status_code == 200, about.text
    rows = get(pages, "/q/roles.rows.json?all=1").json()
    assert about.json()["sources"] == sorted(
        {name for row in rows for name in row["roles.evidence.source.name"].split("; ")}
    )


def test_all_of_a_list_is_followed_by_nothing(pages: Service) -> None:
    answer = get(pages, "/roles.csv?columns=slug&all=1")
    assert len(answer.text.splitlines()) > 3 * PAGE
    assert 'rel="next"' not in answer.headers["link"]
    assert 'rel="next"' in get(pages, "/roles.csv?columns=slug&first=9").headers["link"]


def test_two_clients_of_one_address_both_get_all(pages: Service) -> None:
    """They share no run, however the parameter is written."""

    async def both() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=pages.url, timeout=30) as client:
            return await asyncio.gather(*(client.get("/q/roles.csv?%61ll=1") for _ in range(4)))

    first, *others = asyncio.run(both())
    assert len(first.text.splitlines()) > 3 * PAGE
    assert all(other.text == first.text for other in others)


def test_parameters_still_filter(pages: Service) -> None:
    generic = get(pages, "/q/roles.ndjson?all=1&kinds=GENERIC").text.splitlines()
    every = get(pages, "/q/roles.ndjson?all=1").text.splitlines()
    assert generic
    assert set(generic) < set(every)
    skills = get(pages, "/q/skills.rows.json?all=1&role=assistant-practitioner").json()
    assert skills
    assert {row["role.name"] for row in skills} == {"Assistant Practitioner"}
    assert get(pages, "/q/skills.csv?all=1&role=nobody").text.splitlines() == [
        "role.name,role.skills.importance,role.skills.name"
    ]


def test_the_list_of_questions_says_which_have_all(pages: Service) -> None:
    listed = {each["name"]: each["all"] for each in get(pages, "/q").json()["questions"]}
    assert listed["roles"] is listed["across-nursing-and-physiotherapy"] is True
    assert listed["most-boundaries"] is listed["level-4"] is False


REFUSED: dict[str, tuple[str, str]] = {
    "beside the number of rows": ("/q/roles.csv?all=1&first=5", "`all` stands beside `first`"),
    "beside a cursor": ("/q/roles.csv?all=1&cursor=x", "`all` stands beside `cursor`"),
    "GraphQL's form": ("/q/roles?all=1", "Ask for .rows.json"),
    "a missing parameter": ("/q/skills.csv?all=1", "`role` is missing"),
    "neither yes nor no": ("/q/roles.csv?all=2", "Give 1 or 0"),
    "rows that are a number": (
        "/q/most-boundaries.csv?all=1",
        "The question itself says which rows it gives: `first: 10`",
    ),
    "rows without pages": (
        "/q/roles-by-profession-and-area.csv?all=1",
        "`all` is for lists that have pages; `overlap.cells` has none.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(pages: Service, name: str) -> None:
    path, words = REFUSED[name]
    answer = get(pages, path)
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["errors"][0]["message"]


def test_a_table_that_may_be_cut_names_the_way_to_have_all(pages: Service) -> None:
    """Also where the size of the list is a variable that nobody gave."""
    for name in ("plain", "roles"):
        refused = get(pages, f"/q/{name}.csv")
        assert refused.status_code == 400, refused.text
        assert "Add all=1" in refused.json()["errors"][0]["message"]
    assert len(get(pages, "/q/roles.csv?first=5").text.splitlines()) == 6


UNPAGED: dict[str, tuple[str, str]] = {
    "no list": ('query { role(slug: "x") { name } }', "this question asks for none"),
    "a list of values beside": ("query { roles { groups(by: [KIND]) { count } } }", "pages"),
    "a list within another": (
        "query { roles { nodes { professions { nodes { name } } } } }",
        "`roles.professions` in each item of another list",
    ),
    "a number from the end": ("query { roles(last: 5) { nodes { name } } }", "`last: 5`"),
    "a cursor": ('query { roles(after: "x") { nodes { name } } }', '`after: "x"`'),
}


@pytest.mark.parametrize("name", UNPAGED)
def test_a_question_without_pages_says_why(tmp_path: Path, name: str) -> None:
    text, words = UNPAGED[name]
    rows = "# rows: roles.professions\n" if "professions" in text else ""
    saved = read(tmp_path, f"# Title\n{rows}{text}")
    with pytest.raises(BadParameter, match="Leave `all` out") as refusal:
        saved.variables([], 250, whole=True)
    assert words in str(refusal.value)


PAGED: dict[str, str] = {
    "nothing written": "query { roles { nodes { name } } }",
    "aliases": "query { a: roles { b: nodes { name } totalCount } }",
    "twice": "query { roles(first: null) { nodes { name } } roles(first: null) { nodes { slug } } }",
    "all four": "query($a: Int, $b: String, $c: Int, $d: String)"
    " { roles(first: $a, after: $b, last: $c, before: $d) { nodes { name } } }",
    "a variable of two lists": "query($n: Int = 5) { roles(first: $n) { nodes { name"
    " professions(first: $n) { nodes { name } } } } }",
    "on the way": "query($s: String!) { role(slug: $s) { skills { edges { importance } } } }",
}


@pytest.mark.parametrize("name", PAGED)
def test_a_question_by_pages_is_a_valid_document(tmp_path: Path, name: str) -> None:
    saved = read(tmp_path, f"# Title\n{PAGED[name]}")
    assert isinstance(saved.pages, Paged)
    assert validate(SCHEMA, parse(saved.pages.text)) == []
    assert {"variable of two lists": {"n"}}.get(name[2:], set()) == {
        each.name for each in saved.parameters if each.name not in saved.pages.replaced
    } - {"s"}


class Pages:
    """Answers three pages of one row, of the releases it is told."""

    def __init__(self, *releases: str) -> None:
        self._releases = releases
        self.asked: list[tuple[int, str | None]] = []

    async def execute(self, text: str, variables: Mapping[str, Any] | None = None) -> Answer:
        assert variables
        self.asked.append((variables[FIRST], variables.get(AFTER)))
        at = len(self.asked)
        page = {"hasNextPage": at < 3, "endCursor": f"cursor {at}"}
        roles = {"rolegraphTotal": 3, "rolegraphPage": page, "nodes": [{"slug": f"made-up {at}"}]}
        version = {"version": self._releases[at - 1], "loadedAt": None}
        data = {"roles": roles, "rolegraphDataVersion": version}
        return Answer(json.dumps({"data": data}).encode())


async def rows_of(asked: Pages | Engine, saved: Saved, size: int) -> list[Any]:
    table = await question_table(asked, saved, {}, size)
    return [row for page in [page async for page in table.pages()] for row in page]


def test_all_pages_are_of_one_release(run: Runner, tmp_path: Path) -> None:
    saved = read(tmp_path, PLAIN)
    pages = Pages("a", "a", "a")
    assert run(rows_of(pages, saved, 7)) == [["made-up 1"], ["made-up 2"], ["made-up 3"]]
    assert pages.asked == [(7, None), (7, "cursor 1"), (7, "cursor 2")]
    with pytest.raises(ReleaseChanged, match="Ask again from the start"):
        run(rows_of(Pages("a", "b"), saved, 7))


def test_pages_are_as_large_as_one_answer_may_be(
    seeded: Database, run: Runner, tmp_path: Path
) -> None:
    """What is refused as too large is asked in smaller pages, down to one row."""
    saved = read(tmp_path, ROLES)
    whole = run(rows_of(Engine(SCHEMA, MODEL, seeded, Limits()), saved, 1_000))
    assert len(whole) > 80
    small = Engine(SCHEMA, MODEL, seeded, Limits(estimated_nodes=10_000))
    assert run(rows_of(small, saved, 1_000)) == whole


def test_another_list_beside_the_rows_may_not_be_cut(tmp_path: Path) -> None:
    saved = read(tmp_path, "# T\nquery { roles { nodes { slug professions { nodes { name } } } } }")
    cut: Any = {"nodes": [{"name": "x"}] * 25}
    data: Any = {"roles": {"nodes": [{"slug": "x", "professions": cut}] * 25}}
    with pytest.raises(QueryTooComplex, match=r"roles\.nodes\.professions\.nodes"):
        saved.table(data, {}, whole=True)
