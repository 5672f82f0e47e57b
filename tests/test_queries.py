"""How well search finds: what people type, and the result that they expect among the first three."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from ruamel.yaml import YAML

from bench.registers import write_registers
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.fold import fold
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, SHARED, Runner

QUERIES: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("queries.yaml"))
LEAST_FOUND, LEAST_RANK = 0.9, 0.8
_SEARCH = "query($q: String!) { search(query: $q, first: 3) { nodes { __typename name } } }"


@dataclass
class Finding:
    """How much of a set of queries was found."""

    places: dict[str, int | None]

    @property
    def found(self) -> float:
        return sum(place is not None for place in self.places.values()) / len(self.places)

    @property
    def rank(self) -> float:
        """The mean reciprocal rank."""
        ranks = (0 if place is None else 1 / place for place in self.places.values())
        return sum(ranks) / len(self.places)

    def __str__(self) -> str:
        worse = {query: place for query, place in self.places.items() if place != 1}
        return f"{self.found:.3f} found, mean reciprocal rank {self.rank:.3f}; not first: {worse}"


async def look_up(engine: Engine, queries: list[dict[str, Any]]) -> Finding:
    """The place of what is expected, from 1, by query."""
    places: dict[str, int | None] = {}
    for case in queries:
        answer = orjson.loads((await engine.execute(_SEARCH, {"q": case["query"]})).body)
        nodes = answer["data"]["search"]["nodes"]
        shown = [fold(f"{node['__typename']}/{node['name']}") for node in nodes]
        expected = set(map(fold, case["expects"]))
        hits = (at for at, one in enumerate(shown, 1) if one in expected)
        places[case["query"]] = next(hits, None)
    return Finding(places)


def check(finding: Finding) -> None:
    print(finding)
    assert finding.found >= LEAST_FOUND, str(finding)
    assert finding.rank >= LEAST_RANK, str(finding)


def test_the_set_is_large_and_says_why() -> None:
    assert len(QUERIES) >= 60
    assert len({case["query"] for case in QUERIES}) == len(QUERIES)
    assert all(case["why"] and case["expects"] for case in QUERIES)


def test_what_people_type_is_found_in_the_seed(engine: Engine, run: Runner) -> None:
    of_seed = [case for case in QUERIES if not case.get("registers")]
    assert len(of_seed) >= 60
    check(run(look_up(engine, of_seed)))


def test_what_people_type_is_found_among_all_registers(empty: Database, run: Runner) -> None:
    assert SHARED.is_dir(), "the registers' files are not beside this checkout; CI has them"
    assert run(write_registers(empty)) > 80_000
    check(run(look_up(Engine(SCHEMA, MODEL, empty, Limits()), QUERIES)))
