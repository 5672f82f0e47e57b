"""Whatever the order of loads: random releases of three made-up sources, loaded at random.

Two things hold for any of them, without a word on how a load works: a permutation of the
sources gives the same graph, and a history of releases, once each source has been loaded
again, leaves what the last release of each gives in an empty database.
"""

import dataclasses
import os
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, note, seed, settings
from hypothesis import strategies as st

from graph.database.session import Database
from loaders.digest import graph_digest
from loaders.export import lines
from tests.conftest import DRAWN, SEEDS, Runner, clear
from tests.loaders.test_identity import Said, deviations

EXAMPLES = int(os.environ.get("SEQUENCES_EXAMPLES") or 8)
# A difference is shown as it was drawn: to make it smaller takes five minutes.
SETTINGS: Any = {**DRAWN, "phases": (Phase.generate,)}
SOURCES = ("seed", "first", "second")
NAMES = st.sampled_from(["Alpha", "ALPHA", "Beta", "Gamma"])
TOWNS = st.sampled_from([None, "Here", "There"])


@dataclasses.dataclass(frozen=True)
class Release:
    """What one source says in one of its releases, so that Hypothesis can show it."""

    source: str
    nodes: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = dataclasses.field(hash=False)
    links: dict[tuple[str, str, str, str], dict[str, Any]] = dataclasses.field(hash=False)

    def without(self, ids: set[str]) -> "Release":
        """The same without what refers to these."""
        links = {link: values for link, values in self.links.items() if not ids & {*link}}
        nodes = {
            id_: (codes, match, {k: v for k, v in values.items() if v not in ids})
            for id_, (codes, match, values) in self.nodes.items()
        }
        return dataclasses.replace(self, nodes=nodes, links=links)

    def said(self) -> Said:
        found = Said(self.source)
        for id_, (codes, match, values) in self.nodes.items():
            found.node(id_, *codes, match=match, **values)
        for (type_, start, end, key), values in self.links.items():
            found.link(type_, start, end, key, **values)
        return found


def known_as(source: str, type_: str, number: int) -> str:
    return f"{type_}:{source}-{number}"


@st.composite
def releases(draw: st.DrawFn, source: str) -> Release:
    nodes: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = {}
    links: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for slug in draw(st.sets(st.sampled_from(["north", "south"]))):
        nodes[f"Region:{slug}"] = (), "", {"name": draw(NAMES), "kind": "REGION"}
    for number in draw(st.sets(st.sampled_from([1, 2]))):
        nodes[f"Programme:shared-{number}"] = (), "", {"name": draw(NAMES)}
    for type_ in ("Provider", "Organisation"):
        for number in draw(st.sets(st.sampled_from([1, 2, 3]))):
            match = draw(st.sampled_from(["EXACT", "EXACT", "EXACT", "CLOSE"]))
            codes = draw(st.sampled_from([(f"{number}",), (f"{number}", f"{number}0"), ()]))
            values: dict[str, Any] = {"name": draw(NAMES), "town": draw(TOWNS)}
            if source == "seed" and draw(st.integers(0, 3)) == 0:
                successor = draw(st.sampled_from([n for n in (1, 2, 3) if n != number]))
                values["replaced_by"] = known_as(source, type_, successor)
            nodes[known_as(source, type_, number)] = codes, match, values

    def ids(type_: str, number: int) -> str:
        return known_as(draw(st.sampled_from(SOURCES)), type_, number)

    for number in draw(st.sets(st.sampled_from([1, 2, 3]))):
        region = draw(st.sampled_from(["north", "south"]))
        links["IN_REGION", ids("Organisation", number), f"Region:{region}", ""] = {}
    for upper, lower in draw(st.sets(st.sampled_from([(1, 2), (2, 3), (1, 3)]))):
        links["PART_OF", ids("Organisation", lower), ids("Organisation", upper), ""] = {}
    for number, programme in draw(st.sets(st.tuples(st.integers(1, 3), st.integers(1, 2)))):
        provider = ids("Provider", number)
        period = draw(st.sampled_from([None, "2024", "2025"]))
        links["OFFERS", provider, f"Programme:shared-{programme}", ""] = {"period": period}
        for year in draw(st.sets(st.sampled_from(["2024", "2025"]))):
            values = {"year": year, "starts": draw(st.integers(1, 2))}
            links["TAUGHT", provider, f"Programme:shared-{programme}", year] = values
    return Release(source, nodes, links)


async def content(database: Database) -> set[str]:
    return {str(line) async for line in lines(database)}


@dataclasses.dataclass(frozen=True)
class Graph:
    """A graph of some loads: what it is compared by, and what it holds, to show where they differ."""

    digest: str
    lines: set[str]


def graph_of(database: Database, run: Runner, order: Sequence[Release]) -> Graph:
    run(clear(database))
    for release in order:
        release.said().load(database, run, tolerate=1_000)
    assert run(deviations(database)) == []
    return Graph(run(graph_digest(database)), run(content(database)))


def assert_same(wanted: Graph, found: Graph) -> None:
    note("\n".join(f"- {line}" for line in sorted(wanted.lines - found.lines)))
    note("\n".join(f"+ {line}" for line in sorted(found.lines - wanted.lines)))
    assert wanted.digest == found.digest


@pytest.mark.parametrize("number", SEEDS)
def test_the_order_of_loads_makes_no_difference(number: int, empty: Database, run: Runner) -> None:
    @seed(number)
    @settings(max_examples=EXAMPLES, **SETTINGS)
    @given(st.tuples(*map(releases, SOURCES)), st.permutations(range(3)))
    def check(said: tuple[Release, ...], order: list[int]) -> None:
        wanted = graph_of(empty, run, said)
        assert_same(wanted, graph_of(empty, run, [said[at] for at in order]))

    check()


@pytest.mark.parametrize("number", SEEDS)
def test_a_history_leaves_what_the_last_releases_say(
    number: int, empty: Database, run: Runner
) -> None:
    @seed(number)
    @settings(max_examples=EXAMPLES, **SETTINGS)
    @given(
        st.lists(st.sampled_from(SOURCES).flatmap(releases), max_size=4),
        st.tuples(*map(releases, SOURCES)),
    )
    def check(history: list[Release], last: tuple[Release, ...]) -> None:
        # A retired id goes on to what it became one with: whom it means is history.
        forgotten = {id_ for release in history for id_ in release.nodes}
        forgotten -= {id_ for release in last for id_ in release.nodes}
        said = [release.without(forgotten) for release in last]
        wanted = graph_of(empty, run, said)
        assert_same(wanted, graph_of(empty, run, [*history, *said, *said]))

    check()
