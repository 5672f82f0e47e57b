"""The rows of docs/reliability.md that are a time, in one run: `python -m bench.bar`.

Starts `rolegraph up` in a folder of its own, asks what each row is about, kills the database, and
ends the service under load. Prints a line a row.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import psutil

from bench.client import Client
from bench.hostile import MIDDLING, SMALL, percentiles

ROOT = Path(__file__).parents[1]
_STARTS_S, _ENDS_S = 180, 60
UNKNOWN = "{ " + " ".join(f"made{number}" for number in range(1_900)) + " }"
MISSPELT = "{ roles { nodes { " + " ".join(f"nam{number}" for number in range(50)) + " } } }"
FAN_OUT = "{ ...f0 } " + " ".join(
    f"fragment f{at} on Query {{ ...f{at + 1} ...f{at + 1} }}" for at in range(40)
) + " fragment f40 on Query { __typename }"  # fmt: skip
HEAVY = "{ overlap(rows: SKILL, columns: SKILL) { cells(first: 1000) { roles } } }"


class Bar:
    """A service that was started for this run, and what is asked of it."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self._process = process
        self._url = url

    async def refusals(self) -> None:
        """Rows 4 and 5."""
        async with Client(self._url) as client:
            await client.post({"query": SMALL})
            for name, query in (
                ("4 1,900 unknown fields", UNKNOWN),
                ("4 50 misspelt fields", MISSPELT),
                ("5 a fan-out of 40 levels", FAN_OUT),
            ):
                begun = time.perf_counter()
                status = await client.post({"query": query})
                _say(name, f"{status} in {(time.perf_counter() - begun) * 1e3:.0f} ms")

    async def overload(self, clients: int = 200, seconds: float = 10) -> None:
        """Rows 7 and 17: probes, and how soon who is not served knows it."""
        end = time.monotonic() + seconds
        taken: dict[int, list[float]] = {}
        probes: list[float] = []

        async def ask(number: int) -> None:
            async with Client(self._url) as client:
                while time.monotonic() < end:
                    begun = time.perf_counter()
                    body = {"query": MIDDLING, "variables": {"t": f"{number}-{begun}"}}
                    status = await client.post(body)
                    taken.setdefault(status, []).append(time.perf_counter() - begun)

        async def probe() -> None:
            async with Client(self._url) as client:
                while time.monotonic() < end:
                    begun = time.perf_counter()
                    assert await client.get("/livez") == 200
                    probes.append(time.perf_counter() - begun)
                    await asyncio.sleep(0.05)

        await asyncio.gather(probe(), *(ask(number) for number in range(clients)))
        _say(f"7 /livez beside {clients} clients", percentiles(probes))
        for status, seconds_ in sorted(taken.items()):
            _say(f"17 {clients} clients: {status}", percentiles(seconds_))

    async def leaving(self) -> None:
        """Row 16: an operation whose client has left is in flight no longer."""
        host, port = self._url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        body = f'{{"query": "{HEAVY}"}}'.encode()
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        begun = time.perf_counter()
        while await self._in_flight() > 1 and time.perf_counter() - begun < 30:
            await asyncio.sleep(0.01)
        _say("16 nothing in flight after leaving", f"{time.perf_counter() - begun:.2f} s")

    async def _in_flight(self) -> float:
        """How many requests are being answered, this one with them."""
        async with Client(self._url) as client:
            text = (await client.whole("GET /metrics", b""))[1].decode()
        values = [
            float(line.split()[-1]) for line in text.splitlines() if line.startswith(_IN_FLIGHT)
        ]
        return values[-1]

    async def silence(self) -> None:
        """Row 25: a head that does not end."""
        host, port = self._url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n")
        begun = time.perf_counter()
        await asyncio.wait_for(reader.read(), 60)
        _say("25 a head that does not end is closed", f"{time.perf_counter() - begun:.1f} s")
        writer.close()

    async def death(self) -> None:
        """Rows 14 and 15: the database is killed, and comes back."""
        (java,) = [each for each in self._children() if "java" in each.name()]
        java.kill()
        begun, slowest, codes = time.perf_counter(), 0.0, set[int]()
        while True:
            asked = time.perf_counter()
            async with Client(self._url) as client:
                fresh = SMALL.replace("assistant-practitioner", f"made-up-{asked}")
                status = await client.post({"query": fresh})
            slowest = max(slowest, time.perf_counter() - asked)
            if status == 200 and codes:
                break
            codes.add(status)
            await asyncio.sleep(0.1)
        _say("14 answers while it is dead", f"{sorted(codes)}, the slowest in {slowest:.2f} s")
        _say("15 answers again", f"{time.perf_counter() - begun:.1f} s after it was killed")

    async def ending(self) -> None:
        """Row 18: SIGTERM under load."""
        came: dict[str, int] = {}

        async def ask(number: int) -> None:
            with contextlib.suppress(ConnectionRefusedError):
                while True:
                    async with Client(self._url) as client:
                        body = {"query": MIDDLING, "variables": {"t": f"{number}"}}
                        try:
                            answer = str(await client.post(body))
                        except (asyncio.IncompleteReadError, ConnectionResetError):
                            answer = "lost" if self._process.poll() is None else "closed"
                    came[answer] = came.get(answer, 0) + 1

        asking = [asyncio.create_task(ask(number)) for number in range(20)]
        await asyncio.sleep(2)
        begun = time.perf_counter()
        self._process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.wait, _ENDS_S)
        _say("18 it has ended", f"{time.perf_counter() - begun:.1f} s after SIGTERM, {came}")
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)


_IN_FLIGHT = "rolegraph_requests_in_flight "


def _say(row: str, found: str) -> None:
    print(f"{row}: {found}", flush=True)


async def measure(process: "subprocess.Popen[bytes]", url: str) -> None:
    """All rows, the end last."""
    bar = Bar(process, url)
    rows: tuple[Callable[[], Awaitable[None]], ...] = (
        *(bar.refusals, bar.overload, bar.leaving, bar.silence, bar.death, bar.ending),
    )
    for row in rows:
        await row()


def main() -> None:
    """Start a service with its own database, measure, end it."""
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PORT": "0", "ROLEGRAPH_HOME": home},
        )
        try:
            asyncio.run(measure(process, _ready(Path(home, "service.url"))))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(_ENDS_S)


def _ready(file: Path) -> str:
    end = time.monotonic() + _STARTS_S
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError, FileNotFoundError):
            url = file.read_text()
            if httpx.get(f"{url}/readyz").is_success:
                return url
        time.sleep(0.2)
    raise SystemExit("The service did not start.")


if __name__ == "__main__":
    sys.exit(main())
