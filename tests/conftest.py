"""What tests share: one real Neo4j, the seed loaded into it, a real service over it."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck

from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.derive import build_schema
from graph.schema import MODEL
from graph.settings import Limits, Neo4jAddress, Settings, Timeouts
from loaders.load import load, read_and_check
from loaders.preparation import plan_anew, prepare
from tests.snapshot import Snapshot

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SCHEMA = build_schema(MODEL)
DRAWN: Any = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
"""How Hypothesis draws what is asked of a real database."""

# A Neo4j of a single test lives for a minute: Java's second compiler takes more than it saves.
SHORT_LIVED = "-XX:TieredStopAtLevel=1"
os.environ.setdefault("JAVA_TOOL_OPTIONS", SHORT_LIVED)
# In the environment, so that all processes of one run share it.
FRESH = int(os.environ.setdefault("TESTS_SEED", str(random.SystemRandom().randrange(2**32))))
SEEDS = [pytest.param(20261124, id="fixed"), pytest.param(FRESH, id=f"fresh-{FRESH}")]
"""What random tests begin at: always the same, and another one each run."""


LONGEST = (
    "test_registers.py",
    "test_oracle.py",
    "test_killed.py",
    "test_load.py",
    "test_commands.py",
    "test_conformance.py",
    "test_changes.py",
    "test_search.py",
    "test_browser.py",
    "test_network.py",
    "test_golden.py",
    "test_tasks.py",
    "test_suggestions.py",
    "test_outage.py",
    "test_memory.py",
    "test_embedded.py",
    "test_forged.py",
)
"""Files that take minutes, the longest first: what comes last keeps one process waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))


def pytest_report_header() -> str:
    return f"random tests: TESTS_SEED={FRESH} repeats this run"


@pytest.fixture(scope="session", autouse=True)
def _polite_loads_alone() -> Iterator[None]:
    """A load that runs in this process must not make all later tests and services give way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "nice", lambda _: 0)
        yield


class Runner:
    """One event loop for a whole session, so that a driver's connections live on."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self._runner.close()


@pytest.fixture(scope="session")
def run() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture(scope="session")
def cache() -> Path:
    return Settings.from_environment().cache


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Neo4jAddress]:
    """A Neo4j of the tests' own, ended with them.

    With TESTS_NEO4J_HOME, a folder, it goes on running there: the next run starts sooner.
    """
    kept = os.environ.get("TESTS_NEO4J_HOME")
    stays = bool(kept) and "PYTEST_XDIST_WORKER" not in os.environ
    server = EmbeddedDatabase(
        Path(kept) if kept and stays else tmp_path_factory.mktemp("neo4j"), cache
    )
    with pytest.MonkeyPatch.context() as patch:
        if os.environ["JAVA_TOOL_OPTIONS"] == SHORT_LIVED:  # this one lives as long as the tests
            patch.delenv("JAVA_TOOL_OPTIONS")
        found = server.start(owned=not stays, ready=ready)
    yield found
    if not stays:
        server.stop()


@pytest.fixture(scope="session")
def database(address: Neo4jAddress, run: Runner) -> Iterator[Database]:
    # A slow machine is no wrong answer: what is compared has more time than clients have.
    found = Database(address, Timeouts(transaction_s=300, operation_s=330))
    yield found
    run(found.close())


def freeze(pid: int) -> None:
    """Stop a process for a while, and wait until all its threads stand still."""
    os.kill(pid, signal.SIGSTOP)

    def goes_on(stat: Path) -> bool:
        try:
            return stat.read_text().rpartition(")")[2].split()[0] != "T"
        except OSError:  # a thread that has just ended
            return True

    deadline = time.monotonic() + 10
    while any(map(goes_on, Path(f"/proc/{pid}/task").glob("*/stat"))):
        assert time.monotonic() < deadline, "it goes on"
        time.sleep(0.01)


@dataclass
class Content:
    """What the shared database holds now."""

    is_seed: bool = False
    seed: Snapshot | None = None
    """The seed as its first load of this run left it."""


@pytest.fixture(scope="session")
def content() -> Content:
    return Content()


async def clear(database: Database) -> None:
    """Take everything out, in pieces that fit into the database's memory."""
    for what in ("()-[n]->()", "(n)"):
        await database.run(f"MATCH {what} CALL (n) {{ DELETE n }} IN TRANSACTIONS OF 20000 ROWS")


@pytest.fixture
def empty(database: Database, run: Runner, content: Content) -> Database:
    """The database with nothing in it, to be written to."""
    content.is_seed = False
    run(clear(database))
    return database


@pytest.fixture
def seeded(database: Database, run: Runner, content: Content) -> Database:
    """The database with the seed in it, only to be read."""
    if not content.is_seed:
        run(clear(database))
        run(put_seed(database, content))
        content.is_seed = True
    return database


async def put_seed(database: Database, content: Content) -> None:
    """Load the seed into an empty database; the second time and later as it stood then."""
    if content.seed is None:
        await load(database, MODEL, read_and_check(ROOT / "seed", MODEL))
        content.seed = await Snapshot.take(database)
    else:
        await prepare(database, MODEL)
        await content.seed.put(database)
        await plan_anew(database)


@pytest.fixture
def engine(seeded: Database) -> Engine:
    return Engine(SCHEMA, MODEL, seeded, Limits())


@dataclass(frozen=True)
class Service:
    """A service in a process of its own."""

    url: str
    process: "subprocess.Popen[str]"

    def post(self, query: str, **more: Any) -> httpx.Response:
        """POST a query, asking for the GraphQL response media type."""
        accept = {"accept": "application/graphql-response+json"}
        return httpx.post(
            f"{self.url}/graphql", json={"query": query, **more}, headers=accept, timeout=60
        )


def reach(address: Neo4jAddress) -> dict[str, str]:
    """The settings of a service that asks this database."""
    return {
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
    }


def start_service(
    home: Path,
    environment: dict[str, str],
    *arguments: str,
    command: Sequence[str | Path] = (sys.executable, "-m", "cli"),
    folder: Path = ROOT,
) -> Service:
    """Start `rolegraph` with these arguments and wait until it says where it answers."""
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PORT": "0",
            "ROLEGRAPH_HOME": str(home),
            # Tests of deadlines ask what would be refused once the size of the graph is known.
            "ROLEGRAPH_ESTIMATED_STEPS": str(10**12),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 300
    while not (home / "service.url").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(process.communicate()[0])
        time.sleep(0.05)
    url = (home / "service.url").read_text()
    while True:
        try:
            httpx.get(f"{url}/livez", timeout=5)
            return Service(url, process)
        except httpx.TransportError:
            time.sleep(0.05)


def stop_service(service: Service) -> None:
    service.process.send_signal(signal.SIGINT)
    try:
        said, _ = service.process.communicate(timeout=30)
    finally:
        let_go(service.process)
    assert service.process.returncode == 0, said
    assert "Traceback" not in said, said


@contextmanager
def serving(home: Path, environment: dict[str, str]) -> Generator[Service]:
    """A service that is gone afterwards, however the test ended."""
    service = start_service(home, environment, "serve")
    try:
        yield service
        if service.process.poll() is None:
            stop_service(service)
    finally:
        let_go(service.process)


def once(
    start: Callable[[], Service], stop: Callable[[Service], None]
) -> Iterator[Callable[[], Service]]:
    """For a fixture: gives what starts a service when first called, and stops it in the end."""
    started: list[Service] = []

    def get() -> Service:
        if not started:
            started.append(start())
        return started[0]

    yield get
    for service in started:
        stop(service)


def let_go(process: "subprocess.Popen[Any]") -> None:
    """Leave nothing of a process, however its test ended.

    A pipe left open is a warning, and so an error, in whichever test happens to run later.
    """
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


@pytest.fixture(scope="session")
def _service(
    address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Service]]:
    """Starts the service when it is first asked for: what it reads at its start is the seed then."""
    given = {**reach(address), "NEO4J_DATABASE": address.database}
    home = tmp_path_factory.mktemp("service")
    yield from once(lambda: start_service(home, given, "serve"), stop_service)


@pytest.fixture
def service(_service: Callable[[], Service], seeded: Database) -> Service:
    """A real service over the seed."""
    return _service()
