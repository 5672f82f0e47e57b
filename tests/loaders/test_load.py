"""Loads on a real Neo4j: repeatable, atomic, complete."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any, cast

import pytest

from graph.database.session import Database
from graph.errors import DatabaseFailed
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.digest import graph_digest
from loaders.export import lines
from loaders.held import IS_SHOWN
from loaders.history import runs
from loaders.load import Rules, load, read_and_check
from loaders.preparation import plan_anew, prepare
from loaders.problems import Tolerance
from loaders.records import Records
from loaders.report import Report
from loaders.seal import seal_new
from tests.conftest import ROOT, SCHEMA, Runner
from tests.loaders.samples import CutOff
from tests.loaders.test_identity import Said, answer, deviations


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "seed", tmp_path / "seed"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    file.write_text(text.replace(old, new), "utf-8")


def counts(report: Report) -> list[tuple[int, int, int]]:
    found = report.difference
    return [found.nodes.numbers, found.relationships.numbers, found.identifiers.numbers]


def load_folder(database: Database, run: Runner, folder: Path, *, retire: int = 0) -> Report:
    rules = Rules(retire=Tolerance(retire))
    return run(load(database, MODEL, read_and_check(folder, MODEL), rules=rules))


def test_loading_twice_changes_nothing(empty: Database, run: Runner, seed: Path) -> None:
    first = load_folder(empty, run, seed)
    assert counts(first) == [(552, 0, 0), (961, 0, 0), (225, 0, 0)]
    digest = run(graph_digest(empty))
    second = load_folder(empty, run, seed)
    assert (counts(second), second.version) == ([(0, 0, 0)] * 3, None)
    assert run(graph_digest(empty)) == digest
    assert "nothing was written" in second.lines()[-1]


def test_what_changes_and_what_leaves_the_files(empty: Database, run: Runner, seed: Path) -> None:
    load_folder(empty, run, seed)
    skills = seed / "skills.yaml"
    text = skills.read_text("utf-8")
    head, *rest = text.split("  - slug: ")
    skills.write_text(
        head + "".join(f"  - slug: {part}" for part in rest if not part.startswith("therapy"))
    )
    edit(
        seed / "roles.yaml",
        "{to: therapy-skills, sources: [seed-page], confidence: SEED}",
        "social-care-skills2",
    )
    edit(seed / "roles.yaml", "      - social-care-skills2\n", "")
    edit(seed / "findings.yaml", "    skills: [therapy-skills]\n", "")
    edit(seed / "regions.yaml", "name: Scotland", "name: Scotland (made-up change)")

    report = load_folder(empty, run, seed)

    assert counts(report) == [(0, 1, 1), (0, 0, 2), (0, 0, 0)]
    engine = Engine(SCHEMA, MODEL, empty, Limits())
    answer = run(
        engine.execute(
            '{ region(slug: "scotland") { name } skills { totalCount } skill(slug: "therapy-skills") { name retired }'
            ' node(id: "Skill:therapy-skills") { id } role(slug: "assistant-practitioner") { skills { totalCount } } }'
        )
    )
    assert answer.body.decode() == (
        '{"data":{"region":{"name":"Scotland (made-up change)"},"skills":{"totalCount":3},'
        '"skill":{"name":"Therapy","retired":true},"node":{"id":"Skill:therapy-skills"},'
        '"role":{"skills":{"totalCount":3}}}}'
    )
    # What comes back is as if it had never gone.
    load_folder(empty, run, ROOT / "seed")
    fresh = run(graph_digest(empty))
    run(empty.run("MATCH (n) DETACH DELETE n"))
    load_folder(empty, run, ROOT / "seed")
    assert run(graph_digest(empty)) == fresh


class Stopping:
    """Progress that fails, or cancels its task, once so many things are written."""

    def __init__(self, after: int, *, cancel: bool = False) -> None:
        self.seen, self.after, self.cancel, self.writing = 0, after, cancel, False

    def stage(self, name: str, total: int | None) -> None:
        self.writing = name in ("write", "show")

    def advance(self, count: int) -> None:
        self.seen += count if self.writing else 0
        if self.writing and self.seen > self.after:
            if not self.cancel:
                raise RuntimeError("made-up failure in the middle")
            task = asyncio.current_task()
            assert task is not None
            task.cancel()


@pytest.mark.parametrize("after", [0, 600, 1_000])
@pytest.mark.parametrize("cancel", [False, True])
def test_readers_see_nothing_of_a_load_that_is_cut_off(
    empty: Database, run: Runner, after: int, cancel: bool
) -> None:
    records = read_and_check(ROOT / "seed", MODEL)
    with pytest.raises((RuntimeError, asyncio.CancelledError)):
        run(load(empty, MODEL, records, Stopping(after, cancel=cancel)))
    seen = "MATCH (n:Entity|Load|DataVersion|Role|Skill) RETURN count(n)"
    assert run(empty.rows(seen)) == [[0]]
    assert run(empty.rows(f"MATCH (i:Identifier) WHERE {IS_SHOWN} RETURN count(i)")) == [[0]]
    staged = run(empty.rows("MATCH (n:Staged|Identifier) RETURN elementId(n)"))
    # The next load finishes it, and leaves nothing of it out of sight.
    run(load(empty, MODEL, records))
    kept = "MATCH (n:Entity|Identifier) WHERE [elementId(n)] IN $staged RETURN count(n)"
    assert run(empty.rows(kept, {"staged": staged})) == [[len(staged)]], "written once"
    digest = run(graph_digest(empty))
    hidden = "MATCH (n:Staged|LoadLease) RETURN count(n)"
    assert run(empty.rows(hidden)) == [[0]]
    run(empty.run("MATCH (n) DETACH DELETE n"))
    run(load(empty, MODEL, records))
    assert run(graph_digest(empty)) == digest


def test_what_was_asked_before_a_large_load_is_planned_anew(empty: Database, run: Runner) -> None:
    """A question that was planned before the codes' index was sampled scans it, if nothing is done."""
    run(prepare(empty, MODEL))
    run(empty.run("CALL db.prepareForReplanning(60)"))
    engine = Engine(SCHEMA, MODEL, empty, Limits())
    asked = engine.plans.prepare('{ resolve(identifier: "MADE-UP:7") { matchType } }', {}, None)

    def hits() -> int:
        return run(empty.profile(asked.compiled.cypher, asked.bound.parameters)).db_hits

    def load_some(source: str, count: int) -> None:
        found = Said(source)
        for at in range(count):
            found.node(f"Role:{source}-{at}", f"{source}-{at}", name=f"Made-up role {at}")
        found.load(empty, run)

    assert hits() < 20
    for source, count in (("first", 300), ("second", 600)):
        load_some(source, count)
        assert hits() < 20


def test_a_load_does_not_fail_where_neo4j_will_not_plan_anew(
    run: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    class Refusing:
        async def run(self, statement: str) -> None:
            raise DatabaseFailed("Executing procedure is not allowed.", "Ask who runs it.")

    run(plan_anew(cast(Database, Refusing())))
    assert "keeps the plans of before this load" in caplog.text


def test_a_clock_that_is_set_back_does_not_change_which_load_was_the_last(
    empty: Database, run: Runner
) -> None:
    ours = Said("seed").node("Region:north", name="Made-up north", kind="REGION")
    # What it says of a region waits until the other source brings that one.
    theirs = Said("first").node("Organisation:first-1", name="Made-up Trust", kind="TRUST")
    theirs.link("IN_REGION", "Organisation:first-1", "Region:east")
    ours.load(empty, run)
    theirs.load(empty, run, tolerate=1)
    theirs.load(empty, run, tolerate=1)
    # From now on the clock is a day slow; so it became between their two loads.
    run(
        empty.run(
            "MATCH (r:LoadRun) SET r.seal = null,"
            " r.at = r.at + duration({days: CASE r.number WHEN 2 THEN 2 ELSE 1 END})"
        )
    )
    run(seal_new(empty.rows, empty.run, "LoadRun"))
    ours.node("Region:east", name="Made-up east", kind="REGION").load(empty, run)
    assert run(deviations(empty)) == []
    assert [found["source"] for found in run(runs(empty))] == ["seed", "first", "first", "seed"]
    again = Records(ours.source, tuple(ours.nodes))
    assert run(load(empty, MODEL, again, full=False)).skipped
    found = run(answer(empty, "{ loads { nodes { source added } } }"))
    assert [load_["source"] for load_ in found["loads"]["nodes"]] == [
        "seed", "first", "first", "seed",
    ]  # fmt: skip


async def exported(database: Database) -> list[dict[str, Any]]:
    return [line async for line in lines(database)]


def test_questions_leave_out_what_is_staged(empty: Database, run: Runner) -> None:
    with pytest.raises(RuntimeError):
        run(load(empty, MODEL, read_and_check(ROOT / "seed", MODEL), CutOff()))
    assert run(empty.rows("MATCH (n:Staged&Indexed) RETURN count(n)")) == [[552]]
    engine = Engine(SCHEMA, MODEL, empty, Limits())
    question = (
        '{ search(query: "assistant") { totalCount facets { count } }'
        ' resolve(identifier: "SOC:6131") { entity { id } }'
        " dataQuality { unmappedCodes { totalCount } } }"
    )
    found = run(engine.execute(question))
    assert json.loads(found.body)["data"] == {
        "search": {"totalCount": 0, "facets": []},
        "resolve": [],
        "dataQuality": {"unmappedCodes": {"totalCount": 0}},
    }
    assert [line.keys() for line in run(exported(empty))] == [{"rolegraph"}, {"model"}]
    # What is shown of a load that was killed right after is shown whole.
    run(load(empty, MODEL, read_and_check(ROOT / "seed", MODEL)))
    shown = run(engine.execute(question)).body
    assert json.loads(shown)["data"]["resolve"]
    assert json.loads(shown)["data"]["dataQuality"]["unmappedCodes"]["totalCount"] > 0
    run(empty.run("MATCH (n:Entity) SET n:Staged:Indexed"))
    assert run(engine.execute(question)).body == shown


def test_what_another_source_asserts_stays(empty: Database, run: Runner, seed: Path) -> None:
    load_folder(empty, run, seed)
    run(empty.run("MATCH (n:Skill {slug: 'therapy-skills'}) SET n.digest_register = 'made up'"))
    run(
        empty.run(
            "CREATE (:Skill:Entity {id: 'Skill:other', slug: 'other', digest_register: 'made up'})"
        )
    )
    least = seed.parent / "least"
    least.mkdir()
    shutil.copy(seed / "sources.yaml", least)
    sources = run(empty.rows("MATCH (n:Source) RETURN count(n)"))[0][0]
    report = load_folder(empty, run, least, retire=961)
    assert counts(report)[0] == (0, 0, 552 - sources)
    rows = run(empty.rows("MATCH (n:Entity) WHERE NOT n:Source RETURN n.slug ORDER BY n.slug"))
    assert rows == [["other"], ["therapy-skills"]]
