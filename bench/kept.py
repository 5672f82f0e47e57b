"""What keeping answers saves: python -m bench.kept URL (of a service that holds the seed).

Each figure is a ratio within one run, 16 clients at once: a repeated question against canned bytes
of the same server (/livez), and against the same question made different each time. The middle of
five turns of all three.
"""

import asyncio
import itertools
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from bench.client import Client

SMALL = "query($s: String!) { role(slug: $s) { name summary } c: dataVersion { version } }"
LARGE = """query($t: String!) { roles(first: 90, where: {slug: {ne: $t}}) { nodes {
  name professions { nodes { name } } serviceAreas { nodes { name } } } } }"""
CLIENTS, SECONDS, TURNS = 16, 3, 5
_NEVER_ASKED = (f"made-up-{uuid.uuid4().hex[:8]}-{number}" for number in itertools.count())


async def rate(url: str, body: Callable[[], dict[str, Any]] | None) -> float:
    """Answers a second that 16 clients get; without a body, of canned bytes."""
    end = time.perf_counter() + SECONDS
    answers = 0

    async def ask() -> None:
        nonlocal answers
        async with Client(url) as client:
            while time.perf_counter() < end:
                status = await (client.post(body()) if body else client.get("/livez"))
                assert status == 200, status
                answers += 1

    await asyncio.gather(*(ask() for _ in range(CLIENTS)))
    return answers / SECONDS


async def main(url: str) -> None:
    """Print a line for a small question and one for a large."""
    for name, query, variable in (
        ("small", SMALL, "s"),
        ("90 roles with two lists", LARGE, "t"),
    ):
        same = {"query": query, "variables": {variable: "assistant-practitioner"}}
        turns = [
            (
                await rate(url, None),
                await rate(url, lambda same=same: same),
                await rate(
                    url,
                    lambda query=query, variable=variable: {
                        "query": query,
                        "variables": {variable: next(_NEVER_ASKED)},
                    },
                ),
            )
            for _ in range(TURNS)
        ]
        canned = statistics.median(canned / kept for canned, kept, _ in turns)
        fresh = statistics.median(kept / new for _, kept, new in turns)
        print(f"{name}: kept {fresh:.1f} times fresh, canned {canned:.2f} times kept")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
