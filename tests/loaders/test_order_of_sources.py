"""Whose word is shown follows from one declared order, not from commands or the order of loads."""

import random
from collections.abc import Iterable, Iterator
from itertools import permutations, repeat
from pathlib import Path
from typing import Any

import pytest

from graph.database.session import Database
from loaders.digest import graph_digest
from tests.conftest import SEEDS, Runner, clear
from tests.loaders.made_up import SEED_NAME, write_mapping, write_seed
from tests.loaders.test_identity import answer

SDS = "NHS-SDS-JobRole"
VERSION = 'schemeVersion: "2026-04"'
HEADER = "role_code,role_description,sds_role_group,practitioner_role_group"
LABEL_OF_RETIRED, SLUG_OF_NOBODY = 11, 12
"""Draws that found faults: a code was called what a retired role said; a slug stayed that no
source gave any more."""
CODES = ("R9901", "R9902", "R9903", "R9904")


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, tuple[Any, ...]]:
    """The seed, a register and two mapping files on one role; the arguments that load each."""
    seed = write_seed(tmp_path / "seed", {"made-up-role": "R9901"}, SDS)
    (seed / "roles.yaml").write_text(
        (seed / "roles.yaml").read_text().replace("scheme: ", f"{VERSION}, scheme: ")
    )
    register = tmp_path / "sds_role_groups-made-up.csv"
    register.write_text(
        f"{HEADER}\n"
        "R9901,Made-up Name of the Register,Made-up group,Made-up\n"
        "R9902,Another made-up name,Made-up group,Made-up\n"
    )
    mappings: dict[str, tuple[Any, ...]] = {}
    for name, order in (("z-first", 7), ("a-second", None), ("b-third", None)):
        file = write_mapping(tmp_path, name, {"R9901": f"Made-up Name of {name}"}, order=order)
        file.write_text(
            file.read_text().replace("scheme: MADE-UP", f'scheme: {SDS}, version: "2026-04"')
        )
        mappings[name] = (file,)
    return {"seed": ("seed", seed), "register": ("nhs-job-roles", register), **mappings}


def role(database: Database, run: Runner) -> dict[str, Any]:
    (found,) = run(
        answer(
            database,
            '{ roles(where: {slug: {eq: "made-up-role"}}) { nodes { name altNames confidence } } }',
        )
    )["roles"]["nodes"]
    return found


def test_the_order_of_commands_makes_no_difference(
    command, empty: Database, run: Runner, sources: dict[str, tuple[Any, ...]]
) -> None:
    digests: set[str] = set()
    for order in list(permutations(sources))[::29]:
        run(clear(empty))
        for name in order:
            status, said, error = command("load", *sources[name])
            assert status == 0, (order, name, said, error)
            status, said, _ = command("verify")
            assert status == 0, (order, name, said)
        digests.add(run(graph_digest(empty)))
    assert len(digests) == 1
    found = role(empty, run)
    assert found["name"] == f"{SEED_NAME} made-up-role"
    assert found["altNames"] == [
        "Made-up Name of z-first",
        "Made-up Name of the Register",
        "Made-up Name of a-second",
        "Made-up Name of b-third",
    ]


def test_a_number_that_changes_is_shown_by_the_next_load_of_its_source(
    command, empty: Database, run: Runner, sources: dict[str, tuple[Any, ...]]
) -> None:
    for name in ("a-second", "b-third", "register"):
        assert command("load", *sources[name])[0] == 0
    names = "MATCH (n:Role) WHERE n.name STARTS WITH 'Made-up Name' RETURN n.name"
    assert run(empty.rows(names)) == [["Made-up Name of the Register"]]
    (mapping,) = sources["b-third"]
    mapping.write_text("order: 3\n" + mapping.read_text())
    status, said, _ = command("load", mapping, "--dry-run")
    # The role, and the order of sources on its code.
    assert (status, "shown in the order of sources as it is now: 2" in said) == (0, True), said
    assert run(empty.rows(names)) == [["Made-up Name of the Register"]]
    assert command("load", mapping)[0] == 0
    assert run(empty.rows(names)) == [["Made-up Name of b-third"]]
    assert command("verify")[0] == 0
    status, said, _ = command("load", mapping)
    assert "these files were loaded last" in said


RENAMED = """{
  old: role(slug: "made-up-role") { slug replacedBy { id } }
  renamed: role(slug: "made-up-renamed") { name altNames identifiers { value } }
}"""


@pytest.mark.parametrize("order", [("seed", "register"), ("register", "seed")])
@pytest.mark.parametrize("leads_on", [False, True])
def test_a_slug_of_the_seed_is_renamed_though_a_register_shares_its_code(
    order: tuple[str, str],
    leads_on: bool,
    command,
    empty: Database,
    run: Runner,
    sources: dict[str, Any],
) -> None:
    for name in order:
        assert command("load", *sources[name])[0] == 0
    _, seed = sources["seed"]
    file = write_seed(seed, {"made-up-renamed": "R9901"}, SDS) / "roles.yaml"
    file.write_text(file.read_text().replace("scheme: ", f"{VERSION}, scheme: "))
    if leads_on:
        old = (
            "  - {slug: made-up-role, name: Made-up, sources: [made-up-source], confidence: SINGLE,"
        )
        more = " kind: GENERIC, status: CURRENT, replacedBy: made-up-renamed}\n"
        file.write_text(file.read_text() + old + more)
    status, said, error = command("load", "seed", seed)
    assert status == 0, (said, error)
    assert command("verify")[0] == 0
    found = run(answer(empty, RENAMED))
    assert found["renamed"] == {
        "name": f"{SEED_NAME} made-up-renamed",
        "altNames": ["Made-up Name of the Register"],
        "identifiers": [{"value": "R9901"}],
    }
    assert found["old"] == {"slug": "made-up-role", "replacedBy": {"id": "Role:made-up-renamed"}}


@pytest.mark.parametrize("number", ["0", "2000", "first", "1.5", "true"])
def test_an_order_that_is_no_place(command, tmp_path: Path, number: str) -> None:
    file = write_mapping(tmp_path, "made-up", {"A1": "Made-up"})
    file.write_text(f"order: {number}\n" + file.read_text())
    status, _, error = command("check", file)
    assert status == 2
    assert "made-up.yaml:1:8: order is" in error


def draw_release(
    draw: random.Random, folder: Path, prefixes: Iterator[str]
) -> tuple[str, tuple[Any, ...]]:
    """One source of any kind in one of its releases: its name, and the arguments that load it.

    The slugs of the seed begin with `prefixes`.
    """
    roles = {code: f"Name {draw.choice('ABC')}" for code in draw.sample(CODES, draw.randint(1, 4))}
    name = draw.choice(("seed", "nhs-job-roles", "z-first", "a-second"))
    if name == "seed":
        slugs = {f"{next(prefixes)}-{code.lower()}": code for code in roles}
        seed = write_seed(folder, slugs, SDS)
        file = seed / "roles.yaml"
        file.write_text(file.read_text().replace("scheme: ", f"{VERSION}, scheme: "))
        return name, ("seed", seed)
    if name == "nhs-job-roles":
        file = folder / "sds_role_groups-made-up.csv"
        rows = (f"{code},{title},Made-up group,Made-up\n" for code, title in roles.items())
        folder.mkdir()
        file.write_text(f"{HEADER}\n{''.join(rows)}")
        return name, (name, file)
    file = write_mapping(folder, name, roles, order=7 if name == "z-first" else None)
    file.write_text(
        file.read_text().replace("scheme: MADE-UP", f'scheme: {SDS}, version: "2026-04"')
    )
    return name, (file,)


@pytest.mark.parametrize("number", [*SEEDS, LABEL_OF_RETIRED, SLUG_OF_NOBODY])
def test_a_random_history_of_commands_leaves_what_the_last_releases_say(
    number: int, command, empty: Database, run: Runner, tmp_path: Path
) -> None:
    draw = random.Random(number)
    renames = random.Random(number)  # its own, so that what the kept numbers draw stays the same
    prefixes = repeat("made-up")
    if number not in (LABEL_OF_RETIRED, SLUG_OF_NOBODY):
        prefixes = iter(lambda: renames.choice(("made-up", "other")), "")
    history = [draw_release(draw, tmp_path / f"release-{at}", prefixes) for at in range(10)]
    last = dict(history)

    def digest_after(loads: Iterable[tuple[Any, ...]]) -> str:
        run(clear(empty))
        for arguments in loads:
            status, said, error = command("load", *arguments)
            assert status == 0, (arguments, said, error)
            status, said, _ = command("verify")
            assert status == 0, (arguments, said)
        return run(graph_digest(empty))

    other = draw.sample(list(last.values()), len(last))
    # What a source's own entity was one with is known once the source has been loaded again.
    again = 2 * [(*arguments, "--full") for arguments in last.values()]
    assert digest_after([*(arguments for _, arguments in history), *again]) == digest_after(other)
