"""Where there is little room, of connections or of the disk, or too many rights: it is told."""

import contextlib
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from starlette.requests import Request

from graph.database.session import Database
from graph.http import health
from graph.http.outermost import Ending
from graph.settings import Neo4jAddress, Settings
from tests.conftest import ROOT, Runner, Service, reach, serving, start_service
from tests.http.test_connections import SMALL, connect, rest, status_and_code
from tests.proxy import proxy_to

MOST = 16
"""Clients at once; as many again may come in to ask whether the service is well."""
QUERY = b'{"query": "{ roles { totalCount } }"}'
ASKED = SMALL + b"Content-Length: %d\r\n\r\n%s" % (len(QUERY), QUERY)
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def answer(service: Service, request: bytes) -> bytes:
    with connect(service) as client:
        client.sendall(request)
        return rest(client)


def test_probes_come_in_while_all_connections_are_answered(
    address: Neo4jAddress, seeded: Database, tmp_path: Path
) -> None:
    """The database says nothing, so that each of them is being answered and none makes room."""
    with proxy_to(address.uri) as proxy, contextlib.ExitStack() as clients:
        given = {
            **reach(address),
            "NEO4J_URI": f"bolt://127.0.0.1:{proxy.port}",
            "ROLEGRAPH_CONNECTIONS": str(MOST),
            "ROLEGRAPH_KEPT_MB": "0",
            "ROLEGRAPH_OPERATION_S": "60",
            "ROLEGRAPH_UNAVAILABLE_S": "60",
        }
        with serving(tmp_path, given) as service:
            proxy.fall_silent()
            for _ in range(MOST):
                clients.enter_context(connect(service)).sendall(ASKED)
            assert answer(service, LIVEZ).startswith(b"HTTP/1.1 200 ")
            assert status_and_code(answer(service, ASKED)) == (503, "SERVICE_UNAVAILABLE")
            for _ in range(MOST):  # who only waits makes room for the next
                clients.enter_context(connect(service))
            assert answer(service, LIVEZ).startswith(b"HTTP/1.1 200 ")
            service.process.kill()
            service.process.wait()


def test_a_process_that_does_not_come_to_its_end_is_ended() -> None:
    """Its main thread goes on for a minute; the text is also for who looks for the reason."""
    busy = "import time, server; server.end_anyway_after(-1.3); time.sleep(60)"
    done = subprocess.run(
        [sys.executable, "-c", busy],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout == "Not all had ended 0.5 s after the signal; it ends now.\n"


def test_a_user_that_may_write_is_told_of(
    address: Neo4jAddress, seeded: Database, tmp_path: Path
) -> None:
    """As every user of Neo4j's Community edition may."""
    service = start_service(tmp_path, reach(address), "serve")
    service.process.terminate()
    said, _ = service.process.communicate(timeout=60)
    assert f"The user {address.username} may write; the service only reads." in said
    assert "docs/operate.md" in said


async def said_of(database: Database, settings: Settings) -> dict[str, str]:
    """What `/readyz` says."""
    view = health.readiness(database, settings, Ending())
    return orjson.loads((await view(Request({"type": "http"}))).body)


@pytest.mark.parametrize("needed", [0, 2**62])
def test_little_room_on_the_disk_is_a_warning(
    needed: int, seeded: Database, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "NEEDED_BYTES", needed)
    content = run(said_of(seeded, Settings(home=tmp_path)))
    assert content["status"] == "ready", "it can be read all the same"
    assert ("Make room." in content.get("warning", "")) == bool(needed)


def test_where_the_database_is_elsewhere_its_disk_is_not_looked_at(
    address: Neo4jAddress, seeded: Database, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "NEEDED_BYTES", 2**62)
    assert "warning" not in run(said_of(seeded, Settings(neo4j=address)))
