"""A hostile mix at full speed, for twenty minutes: `python -m bench.soak` (SOAK_MINUTES).

What must hold: the service's memory is flat once it is warm, each request is answered as JSON with a
code or as a page, and the probes answer in time. Prints a line a minute and a table in the end.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import psutil

from bench.client import Client
from bench.hostile import MIDDLING, SMALL, introspections, load_seed, percentiles
from bench.real_size import service
from bench.shapes import SHAPES, SIZES
from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.settings import Settings

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
CLIENTS = 24
_PAGES = ("/", "/roles", "/roles/assistant-practitioner", "/search?q=stroke", "/matrix", "/levels")
_FILES = ("/roles.csv", "/roles.xlsx", "/q/who-teaches.csv?role=ap-radiotherapy", "/roles.ndjson")
_WRONG = (
    {"query": "{ roles { nodes { nothing } } }"},
    {"query": "{ roles(first: 1e400) { totalCount } }"},
    {"query": '{ roles(after: "forged") { nodes { id } } }'},
    {"query": "query($n: Int!) { roles(first: $n) { totalCount } }", "variables": {"n": None}},
    {"query": "{" * 300},
    {"query": "{ a }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
)


class Mix:
    """What the clients ask, at random, and what came of it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = count()
        self._words = introspections()
        self.statuses: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        """What must not be: a request without an answer, a refusal without a code, any 500."""
        self.probes: list[float] = []

    async def client(self, end: float, draw: random.Random) -> None:
        """Ask until the end; a connection that is closed, as it may be between answers, is made anew."""
        while time.monotonic() < end:
            async with Client(self._url) as client:
                for _ in range(draw.randrange(1, 60)):
                    if time.monotonic() > end:
                        return
                    await self._ask(client, draw)
            if draw.random() < 0.2:
                await self._leave()

    async def _ask(self, client: Client, draw: random.Random) -> None:
        line, body = draw.choice(tuple(self._requests(draw)))()
        status, content = await client.whole(line, body)
        self.statuses[str(status)] += 1
        if status >= 500 and b'"code":"' not in content and b"<html" not in content[:200]:
            self.faults[f"a bare {status}"] += 1
        if status == 500:
            self.faults[f"500: {body[:200]!r}"] += 1

    def _requests(self, draw: random.Random) -> Iterator[Callable[[], tuple[str, bytes]]]:
        def post(body: dict[str, Any]) -> tuple[str, bytes]:
            return "POST /graphql", orjson.dumps(body)

        shape = draw.choice(SHAPES)
        size = draw.choice(SIZES)
        name = f"made-up-{next(self._numbers)}"
        yield lambda: post({"query": next(self._words)})
        yield lambda: post({"query": SMALL})
        yield lambda: post({"query": SMALL.replace("assistant-practitioner", name)})
        yield lambda: post({"query": MIDDLING, "variables": {"t": name}})
        yield lambda: post({"query": shape.query(size), "variables": shape.variables(size)})
        yield lambda: post(draw.choice(_WRONG))
        yield lambda: ("POST /graphql", draw.randbytes(draw.randrange(2_000)))
        yield lambda: (f"GET {draw.choice(_PAGES)}", b"")
        yield lambda: (f"GET /search?q={name}", b"")
        yield lambda: (f"GET {draw.choice(_FILES)}", b"")

    async def _leave(self) -> None:
        """Ask for much, and be gone before the answer."""
        host, port = self._url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /roles.csv HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
        writer.close()

    async def probe(self, end: float) -> None:
        """What `/livez` takes, ten times a second."""
        async with Client(self._url) as client:
            while time.monotonic() < end:
                before = time.perf_counter()
                assert await client.get("/livez") == 200
                self.probes.append(time.perf_counter() - before)
                await asyncio.sleep(0.1)


async def soak(url: str) -> None:
    """Print what came of it."""
    mix, process = Mix(url), _process(url)
    begun = time.monotonic()
    end = begun + MINUTES * 60
    memory: list[float] = []

    async def watch() -> None:
        while time.monotonic() < end:
            await asyncio.sleep(min(60, end - time.monotonic() + 1))
            memory.append(process.memory_info().rss / 1e6)
            passed = (time.monotonic() - begun) / 60
            print(
                f"{passed:.0f} min: {memory[-1]:.0f} MB, {mix.statuses.total():,} answers, "
                f"/livez {percentiles(mix.probes)}",
                flush=True,
            )

    clients = [mix.client(end, random.Random(number)) for number in range(CLIENTS)]
    results = await asyncio.gather(*clients, mix.probe(end), watch(), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            mix.faults[repr(result)] += 1
    half = memory[len(memory) // 4 :]
    print(f"answers by status: {dict(sorted(mix.statuses.items()))}")
    print(f"what must not be: {dict(mix.faults) or 'none'}")
    print(
        f"memory after a quarter of the time: {half[0]:.0f} to {half[-1]:.0f} MB, most {max(half):.0f}"
    )


def _process(url: str) -> psutil.Process:
    port = int(url.rpartition(":")[2])
    pid = next(
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port
    )
    return psutil.Process(pid)


def main() -> None:
    """Start a database with the seed and a service, and ask."""
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory() as home:
        server = EmbeddedDatabase(Path(home), settings.cache)
        address = server.start(owned=True, ready=ready)
        try:
            asyncio.run(load_seed(address))
            with service(address) as url:
                asyncio.run(soak(url))
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
