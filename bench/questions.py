"""Golden cases and worked questions beside the same asked in Cypher by hand.

`bench/handwritten/` has the statements; each gives the answer as one map, and is
compared with ours before anything is measured. Printed as Markdown.
"""

import json
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import neo4j
import orjson

from graph.database.session import Database
from graph.execution.engine import Engine

ROOT = Path(__file__).parents[1]
HANDWRITTEN = Path(__file__).with_name("handwritten")
# What a statement by hand would not make: places in a list, sentences, marked words.
_OURS_ALONE = {"cursor", "startCursor", "endCursor", "sentence", "highlights"}
_TIMES = 150


def cases() -> list[Path]:
    """All questions and golden cases."""
    files = [*(ROOT / "questions").glob("*.graphql"), *(ROOT / "tests" / "cases").glob("*.graphql")]
    return sorted(files, key=lambda file: (file.parent.name != "questions", file.stem))


def _variables(case: Path) -> dict[str, Any]:
    file = case.with_suffix(".variables.json")
    return json.loads(file.read_text()) if file.exists() else {}


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _comparable(v) for k, v in value.items() if k not in _OURS_ALONE}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return round(value, 9) if isinstance(value, float) else value


async def measure_hits(engine: Engine, database: Database) -> None:
    """A table of db hits: ours, by hand, and the ratio."""
    print("\n| case | db hits | by hand | ratio |\n|---|---|---|---|")
    for case in cases():
        text, variables = case.read_text("utf-8"), _variables(case)
        prepared = engine.plans.prepare(text, variables, None)
        ours = (await database.profile(prepared.compiled.cypher, prepared.bound.parameters)).db_hits
        file = HANDWRITTEN / f"{case.stem}.cypher"
        if not file.exists():
            print(f"| {case.stem} | {ours} | | |")
            continue
        statement = file.read_text("utf-8")
        parameters = variables if "$" in statement else {}
        answer = orjson.loads((await engine.execute(text, variables)).body)["data"]
        by_hand = (await database.rows(statement, parameters))[0][0]
        if _comparable(answer) != _comparable(by_hand):
            print(f"| {case.stem} | {ours} | the answer by hand is another | |")
            continue
        theirs = (await database.profile(statement, parameters)).db_hits
        print(f"| {case.stem} | {ours} | {theirs} | {ours / theirs:.2f} |")


async def measure_questions(engine: Engine, driver: neo4j.AsyncDriver) -> None:
    """The worked questions: CPU of this process and latency, ours against the bare driver's."""
    print(
        "\n| question | CPU us | by hand | ratio | latency ms | by hand | ratio |\n|---|---|---|---|---|---|---|"
    )
    for case in cases():
        file = HANDWRITTEN / f"{case.stem}.cypher"
        if case.parent.name != "questions" or not file.exists():
            continue
        text, variables, statement = (
            case.read_text("utf-8"),
            _variables(case),
            file.read_text("utf-8"),
        )
        parameters = variables if "$" in statement else {}

        async def ours() -> bytes:
            return (await engine.execute(text, variables)).body

        async def by_hand() -> bytes:
            async with driver.session(database="neo4j", default_access_mode="READ") as session:
                result = await session.run(statement, parameters)
                record = await result.single(strict=True)
                return orjson.dumps(record.values())

        cpu, latency = await in_turns({"ours": ours, "by hand": by_hand})
        print(
            f"| {case.stem} | {cpu['ours']:.0f} | {cpu['by hand']:.0f} | {cpu['ours'] / cpu['by hand']:.2f}"
            f" | {latency['ours']:.2f} | {latency['by hand']:.2f} | {latency['ours'] / latency['by hand']:.2f} |"
        )


async def in_turns(
    asks: dict[str, Callable[[], Awaitable[Any]]], times: int = _TIMES
) -> tuple[dict[str, float], dict[str, float]]:
    """Medians of CPU (us) and of latency (ms), all asked in turn."""
    for ask in asks.values():
        for _ in range(times // 2):
            await ask()
    cpu: dict[str, list[float]] = {name: [] for name in asks}
    latency: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(times):
        for name, ask in asks.items():
            cpu_before, before = time.process_time(), time.perf_counter()
            await ask()
            latency[name].append((time.perf_counter() - before) * 1e3)
            cpu[name].append((time.process_time() - cpu_before) * 1e6)
    return (
        {name: statistics.median(values) for name, values in cpu.items()},
        {name: statistics.median(values) for name, values in latency.items()},
    )
