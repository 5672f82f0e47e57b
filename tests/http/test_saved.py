"""Saved questions by address over real HTTP: the answer, its table in all forms, its parameters."""

import csv
import io
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from graphql import parse, validate
from python_calamine import CalamineWorkbook

from graph.addresses.network import read_network
from graph.addresses.saved import read_questions
from graph.errors import QueryTooComplex, SettingsError
from graph.http.documents import Documents
from graph.http.problems import HttpRefusal
from graph.settings import Limits, Settings
from tests.conftest import ROOT, SCHEMA, Service

QUESTIONS = read_questions(ROOT / "questions", SCHEMA, Limits())


def get(service: Service, path: str) -> httpx.Response:
    return httpx.get(f"{service.url}{path}", timeout=30)


def example(name: str) -> str:
    """The question's parameters as its example has them."""
    return urlencode({p.name: p.example for p in QUESTIONS[name].parameters}, doseq=True)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_answers_in_every_form(service: Service, name: str) -> None:
    saved = QUESTIONS[name]
    variables = {p.name: p.example for p in saved.parameters}
    asked = service.post(saved.text, variables=variables).json()
    assert get(service, f"/q/{name}?{example(name)}").json() == asked

    rows = get(service, f"/q/{name}.rows.json?{example(name)}").json()
    assert rows
    paths = [cell.name for cell in saved.cells]
    assert all(list(row) == paths for row in rows)
    lines = get(service, f"/q/{name}.ndjson?{example(name)}").text.splitlines()
    assert [json.loads(line) for line in lines] == rows
    written = get(service, f"/q/{name}.csv?{example(name)}")
    header, *read = csv.reader(io.StringIO(written.text, newline=""))
    assert header == paths
    assert len(read) == len(rows)
    assert f'filename="{name}-20' in written.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(get(service, f"/q/{name}.xlsx?{example(name)}").content)
    )
    assert len(book.get_sheet_by_name("Rows").to_python()) == len(rows) + 1
    assert book.get_sheet_by_name("About").to_python()[0][1] == saved.title


def test_rows_are_the_leaves_of_the_named_list(service: Service) -> None:
    """Each option of each step of each way is a row; lists within it are joined."""
    found = get(
        service, f"/q/ways-to-registered-nurse?{example('ways-to-registered-nurse')}"
    ).json()
    expected = [
        (way["length"], step["from"]["name"], option["how"], "; ".join(option["entryRequirements"]))
        for way in found["data"]["pathway"]["ways"]
        for step in way["steps"]
        for option in step["options"]
    ]
    rows = get(
        service, f"/q/ways-to-registered-nurse.rows.json?{example('ways-to-registered-nurse')}"
    ).json()
    steps = "pathway.ways.steps"
    assert expected == [
        (
            row["pathway.ways.length"],
            row[f"{steps}.from.name"],
            row[f"{steps}.options.how"],
            row[f"{steps}.options.entryRequirements"],
        )
        for row in rows
    ]


def test_the_list_of_questions_says_how_to_ask(service: Service) -> None:
    listed = {each["name"]: each for each in get(service, "/q").json()["questions"]}
    assert listed.keys() == QUESTIONS.keys()
    level = listed["level-4"]
    assert level["parameters"] == [
        {
            "name": "value", "type": "Int!", "required": True, "default": None, "values": [],
            "example": 4,
        }
    ]  # fmt: skip
    assert level["title"].startswith("What is a level")
    assert get(service, f"{level['addresses'][1]}?value=4").status_code == 200


REFUSED: dict[str, tuple[str, int, str]] = {
    "an unknown question": ("/q/nothing", 404, "There are: across-nursing"),
    "an unknown form": ("/q/level-4.pdf?value=4", 404, "Use one of"),
    "a missing list": (
        "/q/look-up.csv",
        400,
        "`texts` is missing. Give it, as in `?texts=R0017&texts=Healthcare%20assistant&",
    ),
    "a missing parameter": ("/q/level-4.csv", 400, "`value` is missing. Give it, as in `?value=4`"),
    "an unknown parameter": ("/q/level-4?vale=4", 400, "Did you mean `value`?"),
    "a wrong type": ("/q/level-4?value=four", 400, "'four', which is not a whole number"),
    "two of one": ("/q/level-4?value=4&value=5", 400, "Give it once"),
    "all": ("/q/level-4.csv?value=4&all=1", 400, "`all` is for lists that have pages"),
    "an id that is not there": ("/q/gap.csv?from=Role:x&to=Role:y", 400, "Role:x"),
    "a path": ("/q/..%2f..%2fetc%2fpasswd", 404, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(service: Service, name: str) -> None:
    path, status, words = REFUSED[name]
    found = get(service, path)
    assert found.status_code == status, found.text
    assert words in found.json()["errors"][0]["message"]


FAULTY: dict[str, tuple[str, str]] = {
    "no title": ("query A { __typename }", "q.graphql:1: the first line is not a comment"),
    "not GraphQL": ("# Title\nquery A {", "q.graphql:2: Syntax Error"),
    "an unknown field": (
        "# Title\nquery A {\n  rols { totalCount } }",
        "q.graphql:3: Cannot query",
    ),
    "two operations": ("# Title\nquery A { __typename } query B { __typename }", "one operation"),
    "a word that means nothing": ("# Title\n# rws: roles\nquery A { __typename }", "q.graphql:2:"),
    "rows that are no list": (
        "# Title\n# rows: role\nquery A { roles { nodes { name } } }",
        "q.graphql:2: there is no list 'role' in the question, but: roles",
    ),
    "a column that is no value": (
        "# Title\n# column roles: Roles\nquery A { roles { nodes { name } } }",
        "q.graphql:2: there is no value 'roles'",
    ),
    "a variable that is a map": (
        "# Title\nquery A($w: RoleWhere) { roles(where: $w) { totalCount } }",
        "q.graphql:2: $w is neither a value",
    ),
    "a variable that an address cannot say": (
        "# Title\nquery A($all: Int) { roles(first: $all) { totalCount } }",
        "q.graphql:2: $all is what `?all=` means for every table",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_file_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    text, words = FAULTY[name]
    (tmp_path / "q.graphql").write_text(text)
    with pytest.raises(SettingsError) as problem:
        read_questions(tmp_path, SCHEMA, Limits())
    assert words in str(problem.value)


def test_headings_and_rows_are_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "9-own.graphql").write_text(
        "# Own\n# answers: Something.\n# column roles.name: Role\n"
        "query Own($kinds: [RoleKind!] = [GENERIC]) {\n"
        "  roles(where: {kind: {in: $kinds}}) { nodes { name professions { nodes { name } } } } }"
    )
    (own,) = read_questions(tmp_path, SCHEMA, Limits()).values()
    assert (own.name, own.title, own.description) == ("own", "Own", "Something.")
    assert [cell.heading for cell in own.cells] == ["Role", "Roles: professions"]
    assert own.variables([("kinds", "GENERIC"), ("kinds", "OTHER")], 250) == {
        "kinds": ["GENERIC", "OTHER"]
    }
    assert own.variables([], 250) == {}
    data: Any = {
        "roles": {
            "nodes": [{"name": "A", "professions": {"nodes": [{"name": "B"}, {"name": "C"}]}}]
        }
    }
    assert own.table(data, {}) == [["A", ["B", "C"]]]


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingsError, match="not a folder"):
        read_questions(Path("nowhere"), SCHEMA, Limits())


@pytest.mark.parametrize("text", ["example.org", "https://example.org/path", "https://*.org"])
def test_origins_are_checked(text: str) -> None:
    with pytest.raises(SettingsError, match="ROLEGRAPH_CORS_ORIGINS"):
        Settings.from_environment({"ROLEGRAPH_CORS_ORIGINS": text})


def test_a_saved_question_by_its_document_id(service: Service) -> None:
    saved = QUESTIONS["most-boundaries"]
    expected = service.post(saved.text).json()

    def post(**body: Any) -> httpx.Response:
        headers = {"accept": "application/graphql-response+json"}
        return httpx.post(f"{service.url}/graphql", json=body, headers=headers, timeout=30)

    assert post(documentId=saved.document_id).json() == expected
    hashed = saved.document_id.removeprefix("sha256:")
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hashed}}
    assert post(extensions=extensions).json() == expected
    by_url = get(service, f"/graphql?{urlencode({'documentId': saved.document_id})}")
    assert by_url.json() == expected
    unknown = post(documentId="sha256:0")
    assert (unknown.status_code, unknown.json()["errors"][0]["message"]) == (
        400,
        "No saved question has the documentId 'sha256:0'. /q lists them.",
    )
    assert post(documentId=saved.document_id, query=saved.text).status_code == 400
    assert post(documentId=["x"]).status_code == 400


def test_only_saved_questions_where_that_is_set() -> None:
    documents = Documents(QUESTIONS.values(), only_saved=True)
    saved = QUESTIONS["level-4"]
    assert documents.text({"query": saved.text}) == saved.text
    assert documents.text({"documentId": saved.document_id}) == saved.text
    with pytest.raises(HttpRefusal, match="Only saved questions") as refusal:
        documents.text({"query": "{ __typename }"})
    assert refusal.value.status == 403


def test_a_question_of_ways_is_a_network_too(service: Service) -> None:
    """Its nodes and edges are those of the ways, each once, from the start to the end."""
    name = "how-are-they-connected"
    assert f"/q/{name}.edges.json" in str(get(service, "/q").json())
    ways = service.post(
        "query($from: ID!, $to: ID!) { paths(from: $from, to: $to, k: 3) { nodes { id name }"
        " steps { direction relationship from { id } to { id } } } }",
        variables={p.name: p.example for p in QUESTIONS[name].parameters},
    ).json()["data"]["paths"]
    steps = {
        (step["relationship"], *sorted((step["from"]["id"], step["to"]["id"])))
        for way in ways
        for step in way["steps"]
    }
    nodes = get(service, f"/q/{name}.nodes.json?{example(name)}").json()
    edges = get(service, f"/q/{name}.edges.json?{example(name)}").json()
    assert {(node["id"], node["title"]) for node in nodes} == {
        (node["id"], node["name"]) for way in ways for node in way["nodes"]
    }
    assert len(edges) == len({edge["id"] for edge in edges}) == len(steps)
    assert {(e["mainstat"], *sorted((e["source"], e["target"]))) for e in edges} == steps
    first = ways[0]["steps"][0]
    start = first["from" if first["direction"] == "FORWARD" else "to"]["id"]
    assert (start, first["relationship"]) in {(e["source"], e["mainstat"]) for e in edges}
    assert sum(node["mainstat"] for node in nodes) == 2 * len(edges)
    assert get(service, "/q/most-boundaries.nodes.json").status_code == 404


@pytest.mark.parametrize("first", [2, 200])
def test_a_network_of_what_lies_around(first: int, tmp_path: Path) -> None:
    """Asked with the variables that it needs; what is cut is refused."""
    (tmp_path / "around.graphql").write_text(
        f"# What is made up around it?\nquery($ids: [ID!]!, $slug: String!) {{"
        f" role(slug: $slug) {{ name }} subgraph(ids: $ids, first: {first}) {{ nodes {{ id }} }} }}"
    )
    saved = read_questions(tmp_path, SCHEMA, Limits())["around"]
    assert saved.network_text
    assert "$slug" not in saved.network_text
    assert validate(SCHEMA, parse(saved.network_text)) == []
    data: dict[str, Any] = {"subgraph": {"truncated": first == 2, "nodes": [], "edges": []}}
    with pytest.raises(QueryTooComplex) if first == 2 else nullcontext():
        assert read_network(data).nodes == []


def test_what_a_directive_leaves_out_is_empty(tmp_path: Path) -> None:
    (tmp_path / "own.graphql").write_text(
        "# Own\nquery($roles: Boolean!, $more: Boolean!) { roles @include(if: $roles) { nodes {"
        " name kind @include(if: $more) careerLevel @include(if: $more) { level } } } }"
    )
    own = read_questions(tmp_path, SCHEMA, Limits())["own"]
    variables = {"roles": False, "more": False}
    assert own.table({}, variables) == []
    assert own.table({"roles": {"nodes": [{"name": "A"}]}}, variables) == [["A", None, None]]
    assert own.by_pages().read({}) == (0, None)


def test_a_network_that_a_directive_leaves_out_is_empty() -> None:
    assert read_network({}).nodes == read_network({}).edges == []


@pytest.mark.parametrize(
    ("query", "data", "path"),
    [
        (
            "{ roles { groups(by: [KIND]) { count keys { value } } } }",
            {"roles": {"groups": [{"count": 1, "keys": []}] * 1_000}},
            "roles.groups",
        ),
        (
            "{ roles { distinct(field: KIND) } }",
            {"roles": {"distinct": ["A"] * 1_000}},
            "roles.distinct",
        ),
        (
            "{ roles { facets(by: [KIND]) { values { count } } } }",
            {"roles": {"facets": [{"values": [{"count": 1}] * 25}]}},
            "roles.facets.values",
        ),
    ],
)
def test_groups_and_values_that_may_be_cut_are_refused(
    tmp_path: Path, query: str, data: dict[str, Any], path: str
) -> None:
    """As lists are: a table of the first 1,000 groups would look whole."""
    file = tmp_path / "own.graphql"
    file.write_text(f"# Own\n{query}")
    with pytest.raises(QueryTooComplex, match=f"`{path}` has .* there may be more"):
        read_questions(tmp_path, SCHEMA, Limits())["own"].table(data, {})
    file.write_text(f"# Own\n{query.replace(')', ', first: 1000)')}")
    assert read_questions(tmp_path, SCHEMA, Limits())["own"].limited == {}
