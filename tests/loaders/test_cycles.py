"""Cycles of hierarchies: each is found, nothing else is, and large ones take no memory."""

import itertools
import tracemalloc
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.schema import MODEL
from loaders.cycles import cycles
from loaders.records import Place, RelationshipRecord
from loaders.withheld import settle
from loaders.workspace import Workspace

TYPE = "BROADER_SKILL"
PLACE = Place("made-up.csv", 2, 0, 1)
Steps = list[tuple[int, int]]
STEPS: st.SearchStrategy[Steps] = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14, unique=True
)


def workspace(own: Iterable[tuple[int, int]], others: Steps) -> Workspace:
    space = Workspace(MODEL, "made-up")
    for start, end in own:
        space.add(RelationshipRecord(TYPE, f"Skill:{start}", f"Skill:{end}", {}, PLACE))
    space.finish()
    steps = [(TYPE, f"Skill:{start}", f"Skill:{end}") for start, end in others]
    space.many("INSERT INTO tree VALUES (?, ?, ?)", steps)
    return space


def ids(steps: Steps) -> list[tuple[str, str]]:
    return [(f"Skill:{start}", f"Skill:{end}") for start, end in steps]


def has_cycle(steps: Iterable[tuple[str, str]]) -> bool:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in steps:
        sorter.add(start, end)
    try:
        sorter.prepare()
    except CycleError:
        return True
    return False


@settings(deadline=None)
@example(own=[(0, 1), (0, 2), (2, 1)], others=[(1, 0)])
@given(own=STEPS, others=STEPS)
def test_each_cycle_is_told_and_what_is_left_has_none(own: Steps, others: Steps) -> None:
    others = [] if has_cycle(ids(others)) else others
    with workspace(own, others) as space:
        cycles(space)
        left = list(space.rows("SELECT start, end FROM link"))
        told = [problem.message for problem in space.problems]
    assert not has_cycle(left + ids(others))
    assert bool(told) == has_cycle(ids(own + others))
    for message in told:
        ring = message.removeprefix("A cycle: ").removesuffix(".").split(" -> ")
        assert ring[0] == ring[-1]
        assert set(itertools.pairwise(ring)) <= {*ids(own), *ids(others)}


@pytest.mark.parametrize("children", [1, 8])
def test_a_hierarchy_without_a_cycle_takes_no_memory(children: int) -> None:
    """Deep or wide: SQLite takes it away whole."""
    with workspace(_tree(20_000, children), []) as space:
        tracemalloc.start()
        try:
            cycles(space)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert space.problems == []
    assert most < 2_000_000


def test_references_that_wait_for_a_large_hierarchy_take_no_memory() -> None:
    """What another source says waits no longer, unless it would close a cycle."""
    things, children = 20_000, 8
    with workspace(_tree(things, children), []) as space:
        space.many(
            "INSERT INTO entity VALUES (?, NULL, 'visible', 0, 0, NULL)",
            ((f"Skill:{number}",) for number in range(things)),
        )
        waits = [(0, 9), (9, 20), (10, 9), (20, 9), (21, 22)]
        space.many(
            "INSERT INTO withheld VALUES ('other', ?, ?, ?, '', '', 0, 'here', 'DANGLING', 0)",
            [(TYPE, f"Skill:{start}", f"Skill:{end}") for start, end in waits],
        )
        tracemalloc.start()
        try:
            settle(space, {})
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert list(space.rows("SELECT start, end FROM adopted")) == ids(
            [(9, 20), (10, 9), (21, 22)]
        )
        restated = list(space.rows("SELECT start, end, reason FROM restated"))
    assert restated == [(*step, "OVERRULED") for step in ids([(0, 9), (20, 9)])]
    assert most < 2_000_000


def _tree(things: int, children: int) -> Iterator[tuple[int, int]]:
    return ((number, (number - 1) // children) for number in range(1, things))
