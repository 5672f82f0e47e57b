"""A database that stops is a coded 503; when it returns there is service again, by itself.

How soon is measured by bench/hostile.py; here a limit only keeps a test from hanging.
"""

import json
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from graph.database.embedded import EmbeddedDatabase
from graph.database.lifecycle import ready
from graph.database.session import Database
from graph.errors import DatabaseUnavailable
from tests.conftest import Runner, Service, start_service, stop_service

HANGING_S = 60
QUERY = "{ roles(first: 1) { nodes { slug } } }"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """Everything, as `make up` starts it."""
    home = tmp_path_factory.mktemp("up")
    environment = {name: "" for name in os.environ if name.startswith("NEO4J_")}
    service = start_service(home, environment, "up")
    yield service, home
    stop_service(service)
    assert EmbeddedDatabase(home / "neo4j", home).status() is None, "the database ended with it"


def ask(service: Service) -> tuple[float, httpx.Response]:
    started = time.monotonic()
    response = service.post(QUERY)
    return time.monotonic() - started, response


def test_killed_database_comes_back_by_itself(up: tuple[Service, Path], cache: Path) -> None:
    service, home = up
    assert ask(service)[1].status_code == 200
    server = EmbeddedDatabase(home / "neo4j", cache)
    running = server.status()
    assert running
    os.kill(running.pid, signal.SIGKILL)
    assert _until_another_answers(service, server, running.pid) == {"DATABASE_UNAVAILABLE"}


def _until_another_answers(service: Service, server: EmbeddedDatabase, pid: int) -> set[str]:
    """The codes of the refusals until a database in a new process answers.

    An answer alone does not tell: the last may be kept for a moment.
    """
    codes: set[str] = set()
    deadline = time.monotonic() + 300
    while True:
        seconds, response = ask(service)
        assert seconds < HANGING_S
        if response.status_code != 200:
            assert response.status_code == 503
            codes.add(response.json()["errors"][0]["extensions"]["code"])
        elif (now := server.status()) and now.pid != pid:
            return codes
        readiness = httpx.get(f"{service.url}/readyz", timeout=HANGING_S)
        if readiness.status_code == 503:
            assert "Neo.DatabaseError" not in readiness.text and "critical" not in readiness.text
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_database_that_cannot_write_comes_back_by_itself(
    up: tuple[Service, Path], cache: Path, run: Runner
) -> None:
    """Its files may not grow, as on a full disk: it has to be started again, and is."""
    service, home = up
    server = EmbeddedDatabase(home / "neo4j", cache)
    running = server.status()
    assert running
    files = (file for file in (server.home / "data").rglob("*") if file.is_file())
    largest = max(file.stat().st_size for file in files)
    most = (largest + 50_000, resource.RLIM_INFINITY)
    psutil.Process(running.pid).rlimit(psutil.RLIMIT_FSIZE, most)

    async def fill() -> None:
        database = Database(server.address(running))
        try:
            while True:
                await database.run(
                    "UNWIND range(1, 500) AS n CREATE (:Filler {text: $text})", {"text": "x" * 500}
                )
        finally:
            await database.close()

    with pytest.raises(DatabaseUnavailable):
        run(fill())
    codes = _until_another_answers(service, server, running.pid)
    assert codes == {"DATABASE_UNAVAILABLE"}


def test_given_database_that_stops_and_returns(cache: Path, tmp_path: Path) -> None:
    server = EmbeddedDatabase(tmp_path / "neo4j", cache)
    address = server.start(owned=True, ready=ready)
    given = {
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": "neo4j",
        "NEO4J_PASSWORD": address.password,
    }
    service = start_service(tmp_path, given, "serve")
    try:
        assert ask(service)[1].json() == {"data": {"roles": {"nodes": []}}}
        empty = httpx.get(f"{service.url}/readyz")
        assert (empty.status_code, empty.json()["reason"]) == (
            503,
            "No data is loaded. Run `rolegraph load seed`.",
        )
        server.stop()
        for _ in range(3):
            seconds, response = ask(service)
            assert response.status_code == 503
            assert response.headers["retry-after"] == "5"
            error = response.json()["errors"][0]
            assert error["extensions"] == {"code": "DATABASE_UNAVAILABLE"}
            assert "bolt" not in json.dumps(error) and "neo4j" not in json.dumps(error).lower()
            assert seconds < HANGING_S
        assert httpx.get(f"{service.url}/livez").status_code == 200
        assert httpx.get(f"{service.url}/readyz", timeout=HANGING_S).status_code == 503
        server.start(owned=True, ready=ready)
        returned = time.monotonic()
        while ask(service)[1].status_code != 200:
            assert time.monotonic() - returned < HANGING_S
            time.sleep(0.1)
    finally:
        stop_service(service)
        server.stop()


def test_second_up_says_that_it_runs(up: tuple[Service, Path]) -> None:
    import subprocess
    import sys

    from tests.conftest import ROOT

    service, home = up
    done = subprocess.run(
        [sys.executable, "-m", "cli", "up"],
        cwd=ROOT,
        env={**os.environ, "ROLEGRAPH_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"Rolegraph is already running: {service.url}\n")


def test_port_taken(tmp_path: Path, up: tuple[Service, Path]) -> None:
    import subprocess
    import sys

    from tests.conftest import ROOT

    port = up[0].url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "cli", "up"],
        cwd=ROOT,
        env={**os.environ, "ROLEGRAPH_HOME": str(tmp_path), "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert "Set PORT to another" in done.stderr


def test_wrong_password_is_said_in_words(
    up: tuple[Service, Path], tmp_path: Path, cache: Path
) -> None:
    import subprocess
    import sys

    from tests.conftest import ROOT

    running = EmbeddedDatabase(up[1] / "neo4j", cache).status()
    assert running
    done = subprocess.run(
        [sys.executable, "-m", "cli", "load", "seed"],
        cwd=ROOT,
        env={
            **os.environ,
            "ROLEGRAPH_HOME": str(tmp_path),
            "NEO4J_URI": f"bolt://127.0.0.1:{running.port}",
            "NEO4J_PASSWORD": "made-up",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == "Neo4j refuses our user name or password. See NEO4J_USERNAME and NEO4J_PASSWORD.\n"
    )
