"""Loads on a real Neo4j: repeatable, atomic, complete."""

import asyncio
import shutil
from pathlib import Path

import pytest

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.difference import difference, read_held
from loaders.digest import graph_digest
from loaders.load import Report, load, prepare, read_and_check
from loaders.writer import write
from tests.conftest import ROOT, SCHEMA, Runner


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "seed", tmp_path / "seed"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    file.write_text(text.replace(old, new), "utf-8")


def counts(report: Report) -> list[tuple[int, int, int]]:
    found = report.difference
    return [
        (len(change.added), len(change.changed), len(change.retired))
        for change in (found.nodes, found.relationships, found.identifiers)
    ]


def load_folder(database: Database, run: Runner, folder: Path) -> Report:
    return run(load(database, MODEL, read_and_check(folder, MODEL)))


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


def test_all_or_nothing(empty: Database, run: Runner) -> None:
    """A load that is cut off half way, after nodes were sent, leaves no trace."""
    run(prepare(empty, MODEL))
    records = read_and_check(ROOT / "seed", MODEL)
    found = difference(records, run(read_held(empty, MODEL, "seed")), MODEL)

    def stop(_count: int) -> None:
        raise RuntimeError("made-up failure in the middle")

    with pytest.raises(RuntimeError):
        run(write(empty, MODEL, found, "v", stop))
    assert run(empty.rows("MATCH (n) RETURN count(n)")) == [[0]]


def test_cancelled_half_way(empty: Database, run: Runner) -> None:
    run(prepare(empty, MODEL))
    records = read_and_check(ROOT / "seed", MODEL)
    found = difference(records, run(read_held(empty, MODEL, "seed")), MODEL)
    seen = 0

    async def cancelled() -> None:
        task = asyncio.current_task()
        assert task is not None

        def progress(count: int) -> None:
            nonlocal seen
            seen += count
            if seen > 600:
                task.cancel()

        await write(empty, MODEL, found, "v", progress)

    with pytest.raises(asyncio.CancelledError):
        run(cancelled())
    assert run(empty.rows("MATCH (n) RETURN count(n)")) == [[0]]


def test_what_another_source_asserts_stays(empty: Database, run: Runner, seed: Path) -> None:
    load_folder(empty, run, seed)
    run(empty.run("MATCH (n:Skill {slug: 'therapy-skills'}) SET n.digest_register = 'made up'"))
    run(
        empty.run(
            "CREATE (:Skill:Entity {id: 'Skill:other', slug: 'other', digest_register: 'made up'})"
        )
    )
    empty_folder = seed.parent / "nothing"
    empty_folder.mkdir()
    report = load_folder(empty, run, empty_folder)
    assert counts(report)[0] == (0, 0, 552)
    rows = run(empty.rows("MATCH (n:Entity) RETURN n.slug ORDER BY n.slug"))
    assert rows == [["other"], ["therapy-skills"]]
