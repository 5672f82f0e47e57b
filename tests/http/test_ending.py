"""The service ends, and the database falls silent or is cut off: nobody is left without an answer."""

import collections
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from graph.database.session import Database
from graph.settings import Neo4jAddress
from tests.conftest import Service, let_go, start_service
from tests.proxy import Proxy, proxy_to

QUERY = "{ roles(first: 50) { nodes { slug professions { nodes { name } } } } }"
Start = Callable[..., Service]


@pytest.fixture
def proxy(address: Neo4jAddress) -> Iterator[Proxy]:
    with proxy_to(address.uri) as found:
        yield found


@pytest.fixture
def start(address: Neo4jAddress, seeded: Database, proxy: Proxy, tmp_path: Path) -> Iterator[Start]:
    """Start a service of the test's own, whose way to the database is the proxy."""
    started: list[Service] = []

    def begin(**environment: str) -> Service:
        given = {
            "NEO4J_URI": f"bolt://127.0.0.1:{proxy.port}",
            "NEO4J_USERNAME": address.username,
            "NEO4J_PASSWORD": address.password,
            "ROLEGRAPH_KEPT_MB": "0",  # each request is to need the database
        }
        started.append(start_service(tmp_path, given | environment, "serve"))
        return started[-1]

    yield begin
    for service in started:
        let_go(service.process)


def ended(service: Service) -> str:
    """What it said, once it has ended by itself in good order."""
    said, _ = service.process.communicate(timeout=60)
    assert service.process.returncode == 0, said
    assert "Traceback" not in said, said
    return said


def what_came(response: httpx.Response) -> str:
    if response.status_code == 200:
        assert "data" in response.json()
        return "answered"
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP], ids=lambda kind: kind.name)
def test_ends_under_load_without_losing_a_request(start: Start, kind: signal.Signals) -> None:
    service = start()
    came: collections.Counter[str] = collections.Counter()
    gone = threading.Event()

    def ask(kept: bool) -> None:
        with httpx.Client(timeout=30) as client:
            while not gone.is_set():
                try:
                    post = client.post if kept else httpx.post
                    body = {"query": QUERY}
                    came[what_came(post(f"{service.url}/graphql", json=body, timeout=30))] += 1
                except httpx.ConnectError:
                    gone.set()
                except httpx.TransportError as error:
                    came[f"lost: {error!r}"] += 1

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, number % 2 == 0) for number in range(8)]
        while came["answered"] < 50:
            time.sleep(0.01)
        service.process.send_signal(kind)
        while True:
            with contextlib.suppress(httpx.TransportError):
                ready = httpx.get(f"{service.url}/readyz")
                assert ready.status_code in (200, 503)
                if ready.status_code == 503:
                    assert ready.json()["reason"] == "The service is about to end."
                    break
            assert not gone.is_set(), "it never said that it is not ready"
        for each in asking:
            each.result()
    assert set(came) <= {"answered", "SERVICE_UNAVAILABLE"}, came
    ended(service)


def test_what_takes_too_long_for_the_end_is_told_so(start: Start, proxy: Proxy) -> None:
    service = start(
        ROLEGRAPH_ENDING_S="1.5", ROLEGRAPH_UNAVAILABLE_S="60", ROLEGRAPH_OPERATION_S="60"
    )
    assert service.post(QUERY).status_code == 200
    proxy.fall_silent()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(service.post, QUERY) for _ in range(3)]
        time.sleep(1)
        service.process.send_signal(signal.SIGTERM)
        for each in waiting:
            response = each.result()
            assert (response.status_code, what_came(response)) == (503, "SERVICE_UNAVAILABLE")
            assert response.headers["retry-after"]
    ended(service)


def test_silent_database_is_no_slow_question(start: Start, proxy: Proxy) -> None:
    """Those who wait, and those who come later, are told that it does not answer."""
    service = start(ROLEGRAPH_OPERATION_S="60", ROLEGRAPH_UNAVAILABLE_S="2")
    assert service.post(QUERY).status_code == 200
    proxy.fall_silent()
    with ThreadPoolExecutor(6) as pool:
        for response in pool.map(lambda _: service.post(QUERY), range(6)):
            assert (response.status_code, what_came(response)) == (503, "DATABASE_UNAVAILABLE")
            assert response.headers["retry-after"]
    assert service.post(QUERY).status_code == 503
    proxy.speak()
    while service.post(QUERY).status_code != 200:
        time.sleep(0.1)
    service.process.send_signal(signal.SIGINT)
    ended(service)


def test_cut_connections_are_nobodys_fault(start: Start, proxy: Proxy) -> None:
    service = start()
    for _ in range(3):
        with ThreadPoolExecutor(6) as pool:
            assert {
                what_came(each) for each in pool.map(lambda _: service.post(QUERY), range(6))
            } == {"answered"}
        assert proxy.cut() > 1
        for _ in range(8):
            assert what_came(service.post(QUERY)) == "answered"
    service.process.send_signal(signal.SIGINT)
    assert "error" not in ended(service).lower()
