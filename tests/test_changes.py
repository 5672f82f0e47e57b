"""Versions of the data, what changes between them, and pages while data is reloaded."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.load import Rules, load
from loaders.problems import Tolerance
from loaders.records import Records
from tests.conftest import SCHEMA, Runner
from tests.oracle.made_up import made_up_records, made_up_register

CHANGES = """query($since: String!) { changes(since: $since, first: 1000) {
  totalCount nodes { kind version at entity { id retired } } } dataVersion { version loadedAt } }"""

SUBGRAPH = "query($ids: [ID!]!) { subgraph(ids: $ids) { nodes { id } } }"


def ask(engine: Engine, run: Runner, query: str, **variables: Any) -> Any:
    answer = json.loads(run(engine.execute(query, variables)).body)
    assert "errors" not in answer, answer
    return answer["data"]


def with_another_summary(records: Records, slug: str) -> Records:
    """What the source says next: this thing has changed."""
    nodes = tuple(
        replace(node, properties={**node.properties, "summary": "Another."})
        if node.slug == slug
        else node
        for node in records.nodes
    )
    return replace(records, nodes=nodes)


def without(records: Records, *slugs: str) -> Records:
    """The records without some roles and all that refers to them."""
    gone = {f"Role:{slug}" for slug in slugs}
    return replace(
        records,
        nodes=tuple(node for node in records.nodes if node.id not in gone),
        relationships=tuple(
            link for link in records.relationships if not {link.start, link.end} & gone
        ),
        identifiers=tuple(code for code in records.identifiers if code.owner not in gone),
    )


@pytest.fixture
def made_up(empty: Database, run: Runner) -> Engine:
    run(load(empty, MODEL, made_up_records()))
    return Engine(SCHEMA, MODEL, empty, Limits())


def test_changes_tell_what_was_added_changed_and_retired(
    made_up: Engine, empty: Database, run: Runner
) -> None:
    records = made_up_records()
    first = ask(made_up, run, CHANGES, since="none")
    assert first["changes"]["totalCount"] == len(records.nodes)
    assert {change["kind"] for change in first["changes"]["nodes"]} == {"ADDED"}
    version = first["dataVersion"]["version"]
    assert ask(made_up, run, CHANGES, since=version)["changes"]["totalCount"] == 0
    today = date.fromisoformat(first["dataVersion"]["loadedAt"][:10])
    for day, count in ((today, len(records.nodes)), (today + timedelta(1), 0)):
        since = day.isoformat()
        assert ask(made_up, run, CHANGES, since=since)["changes"]["totalCount"] == count
    wrong = json.loads(run(made_up.execute(CHANGES, {"since": "2026-02-30"})).body)["errors"][0]
    assert wrong["message"] == (
        "changes(since:) is '2026-02-30', which is no day. Give a day such as 2026-11-01."
    )

    smaller = without(records, "made-up-role-3")
    changed = with_another_summary(smaller, "made-up-role-5").nodes
    # One relationship less: both its ends count as changed, though they say what they said.
    lost = next(
        link
        for link in smaller.relationships
        if link.type == "WORKS_ACROSS" and link.start != "Role:made-up-role-5"
    )
    links = tuple(link for link in smaller.relationships if link is not lost)
    run(load(empty, MODEL, replace(smaller, nodes=changed, relationships=links)))

    found = ask(made_up, run, CHANGES, since=version)
    kinds = {change["entity"]["id"]: change["kind"] for change in found["changes"]["nodes"]}
    near = {
        end
        for link in records.relationships
        if "Role:made-up-role-3" in (link.start, link.end)
        for end in (link.start, link.end)
    } - {"Role:made-up-role-3"}
    expected = {"Role:made-up-role-3": "RETIRED", "Role:made-up-role-5": "CHANGED"}
    expected |= dict.fromkeys((*near, lost.start, lost.end), "CHANGED")
    assert kinds == expected
    retired = [c for c in found["changes"]["nodes"] if c["kind"] == "RETIRED"]
    assert retired[0]["entity"]["retired"] is True
    assert {c["version"] for c in found["changes"]["nodes"]} == {found["dataVersion"]["version"]}
    near_retired = ask(made_up, run, SUBGRAPH, ids=["Role:made-up-role-3", "Role:made-up-role-5"])
    nodes = [node["id"] for node in near_retired["subgraph"]["nodes"]]
    assert nodes[0] == "Role:made-up-role-5" and "Role:made-up-role-3" not in nodes

    # It comes back: added again for who has not seen it since.
    run(load(empty, MODEL, records))
    again = ask(made_up, run, CHANGES, since=found["dataVersion"]["version"])
    kinds = {change["entity"]["id"]: change["kind"] for change in again["changes"]["nodes"]}
    assert kinds["Role:made-up-role-3"] == "ADDED"


@pytest.mark.parametrize(
    "order",
    [
        "[]",
        "[{name: DESC}]",
        "[{professionsCount: DESC}]",
        "[{careerLevel: {level: ASC}}, {qualificationLevel: DESC}]",
        "[{boundarySpan: {total: DESC}}, {careerLevel: {rolesCount: ASC}}]",
    ],
)
@pytest.mark.parametrize("backward", [False, True])
def test_pages_stay_right_while_data_is_reloaded(
    made_up: Engine, empty: Database, run: Runner, order: str, backward: bool
) -> None:
    """Between each two pages roles go and come: nothing is shown twice, nothing that stayed is lost."""
    page, cursor = (
        ("last: 4, before", "startCursor") if backward else ("first: 4, after", "endCursor")
    )
    more = "hasPreviousPage" if backward else "hasNextPage"
    query = f"query($c: String) {{ roles(orderBy: {order}, {page}: $c) {{ nodes {{ slug }} pageInfo {{ {more} {cursor} }} }} }}"
    records = made_up_records()
    fields = "nodes { slug careerLevel { slug } }"
    whole = ask(made_up, run, f"{{ roles(first: 1000, orderBy: {order}) {{ {fields} }} }}")
    slugs = [node["slug"] for node in whole["roles"]["nodes"]]
    moving = [slugs[2], slugs[9], slugs[21], slugs[-3]]
    if "rolesCount" in order:
        # Only what keeps its place can be asked to be seen once: here that takes roles
        # that leave the counts of others' levels alone.
        free = [node["slug"] for node in whole["roles"]["nodes"] if not node["careerLevel"]]
        moving = free[:: max(1, len(free) // 4)][:4]
    staying = [slug for slug in slugs if slug not in moving]
    seen: list[str] = []
    at: str | None = None
    turn, has_more = 0, True
    while has_more:
        found = ask(made_up, run, query, c=at)["roles"]
        nodes = [node["slug"] for node in found["nodes"]]
        seen = nodes + seen if backward else seen + nodes
        at, has_more = found["pageInfo"][cursor], found["pageInfo"][more]
        turn += 1
        gone = [slug for number, slug in enumerate(moving) if (turn + number) % 2]
        run(load(empty, MODEL, without(records, *gone)))
    assert len(seen) == len(set(seen))
    if "rolesCount" not in order:
        assert [slug for slug in seen if slug in staying] == staying


ANY = Rules(Tolerance(100), Tolerance(100))
SOME = """query($since: String = "none", $ids: [ID!]) { changes(since: $since, ids: $ids, first: 1000) {
  totalCount nodes { kind at source addedAt addedBy entity { id } } } }"""
ROLES = ("Role:made-up-role-30", "Role:made-up-role-3", "Role:made-up-role-12")


def test_changes_of_some_things_tell_when_and_by_which_load(
    made_up: Engine, empty: Database, run: Runner
) -> None:
    records = made_up_records()
    version = ask(made_up, run, CHANGES, since="none")["dataVersion"]["version"]
    whole = ask(made_up, run, SOME)["changes"]
    assert whole == ask(made_up, run, SOME, ids=None)["changes"]
    assert whole["totalCount"] == len(records.nodes)
    assert all(each["at"] == each["addedAt"] for each in whole["nodes"])

    register = made_up_register()
    run(load(empty, MODEL, register, rules=ANY))
    run(load(empty, MODEL, without(records, "made-up-role-30"), rules=ANY))
    found = ask(made_up, run, SOME, ids=[*reversed(ROLES)])["changes"]
    every = {each["entity"]["id"]: each for each in ask(made_up, run, SOME)["changes"]["nodes"]}
    assert found["totalCount"] == len(ROLES)
    assert {each["entity"]["id"] for each in found["nodes"]} == {*ROLES}
    assert all(each == every[each["entity"]["id"]] for each in found["nodes"])
    retired = every[ROLES[0]]
    assert (retired["kind"], retired["addedBy"], retired["source"]) == ("RETIRED", "seed", "seed")
    assert retired["at"] > retired["addedAt"]
    later = ask(made_up, run, SOME, since=version, ids=[*ROLES])["changes"]["nodes"]
    assert {each["entity"]["id"] for each in later} == {
        id_ for id_ in ROLES if every[id_]["at"] > every[id_]["addedAt"]
    }
    assert any(
        each["addedBy"] == "seed" and each["source"] == register.source for each in every.values()
    )


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (["Role:midwife", "Role:nobody"], "names 'Role:nobody', which is not in the graph"),
        (["Role:midwife", "Role:midwife"], "names 'Role:midwife' twice"),
        ([], "is empty"),
        (["midwife"], "is not a global id"),
    ],
)
def test_ids_of_changes_that_cannot_be_used(
    engine: Engine, run: Runner, ids: list[str], words: str
) -> None:
    body = json.loads(run(engine.execute(SOME, {"ids": ids})).body)
    assert words in body["errors"][0]["message"]
    assert body["errors"][0]["path"] == ["changes"]
    assert body["data"] == {"changes": None}


def test_not_more_ids_of_changes_than_of_other_lists(engine: Engine, run: Runner) -> None:
    ids = [f"Role:a{at}" for at in range(Limits().list_items + 1)]
    error = json.loads(run(engine.execute(SOME, {"ids": ids})).body)["errors"][0]
    assert error["message"].startswith("changes(ids:) has 251 members; at most 250 are allowed.")
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"


def test_changes_of_some_things_begin_at_these(
    engine: Engine, run: Runner, seeded: Database
) -> None:
    """What is looked at does not grow with the graph."""

    def hits(ids: list[str] | None) -> int:
        asked = engine.plans.prepare(SOME, {"ids": ids} if ids else {}, None)
        assert asked.compiled
        return run(seeded.profile(asked.compiled.cypher, asked.bound.parameters)).db_hits

    few, whole = hits(["Role:midwife"]), hits(None)
    assert few < 100
    assert whole > 10 * few
