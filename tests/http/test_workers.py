"""Several processes at one address: one that dies is replaced, all are renewed, nothing is lost."""

import collections
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from graph.database.session import Database
from graph.http.workers import share
from graph.settings import Clients, Limits, Neo4jAddress, Settings
from tests.conftest import Service, let_go, once, reach, start_service, stop_service

HANGING_S = 400
QUERY = {"query": "{ roles(first: 20) { nodes { slug professions { nodes { name } } } } }"}


@pytest.fixture(scope="module")
def _pair(
    address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Service]]:
    """Starts two workers when they are first asked for, over the seed."""
    given = {**reach(address), "WORKERS": "2"}
    home = tmp_path_factory.mktemp("pair")
    yield from once(
        lambda: start_service(home, given, "serve"), lambda service: let_go(service.process)
    )


@pytest.fixture
def counting(address: Neo4jAddress, tmp_path: Path) -> Iterator[Service]:
    """Two workers that let an address ask six times a minute."""
    given = {**reach(address), "WORKERS": "2", "ROLEGRAPH_RATE": "6"}
    service = start_service(tmp_path, given, "serve")
    yield service
    stop_service(service)


@pytest.fixture
def pair(_pair: Callable[[], Service], seeded: Database) -> Service:
    return _pair()


def workers_of(service: Service) -> set[int]:
    children = psutil.Process(service.process.pid).children()
    return {each.pid for each in children if "spawn_main" in _command(each)}


def _command(process: psutil.Process) -> str:
    """The command line; empty of a process that has ended and was not waited for yet."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie too
        return ""


def wait_until_renewed(service: Service, before: set[int]) -> None:
    """Until there are two workers and none of those before."""
    deadline = time.monotonic() + HANGING_S
    while len(now := workers_of(service)) != 2 or now & before:
        assert time.monotonic() < deadline, (before, now)
        time.sleep(0.1)


class Asking:
    """Clients that ask on and on; what became of each request."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._end = threading.Event()
        self._pool = ThreadPoolExecutor(6)
        self.came: collections.Counter[str] = collections.Counter()
        for number in range(6):
            self._pool.submit(self._ask, number % 2 == 0)

    def _ask(self, kept: bool) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._end.is_set():
                post = client.post if kept else httpx.post
                try:
                    answer = post(f"{self._service.url}/graphql", json=QUERY, timeout=30)
                    self.came[str(answer.status_code)] += 1
                except httpx.ConnectError:
                    return
                except httpx.TransportError as error:
                    self.came[repr(error)] += 1

    def end(self) -> dict[str, int]:
        self._end.set()
        self._pool.shutdown()
        return dict(self.came)


def test_one_that_dies_is_replaced(pair: Service) -> None:
    before = workers_of(pair)
    assert len(before) == 2
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    wait_until_renewed(pair, {killed})
    for _ in range(10):
        assert httpx.post(f"{pair.url}/graphql", json=QUERY, timeout=30).status_code == 200


def test_metrics_are_those_of_all_workers(pair: Service) -> None:
    """Whichever worker is asked, and when one of them has died."""

    def counted() -> dict[str, float]:
        text = httpx.get(f"{pair.url}/metrics", timeout=20).text
        return {
            sample.labels["status"]: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "rolegraph_requests_total" and sample.labels["address"] == "graphql"
        }

    before = counted().get("200", 0)
    for _ in range(30):  # each on a connection of its own
        httpx.post(f"{pair.url}/graphql", json=QUERY, timeout=30).raise_for_status()
    assert {counted()["200"] for _ in range(10)} == {before + 30}
    workers = workers_of(pair)
    lost = next(iter(workers))
    os.kill(lost, signal.SIGKILL)
    deadline = time.monotonic() + HANGING_S
    while len(now := workers_of(pair)) != 2 or lost in now:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert counted()["200"] == before + 30


def test_what_a_caller_may_ask_is_counted_for_all_workers(counting: Service) -> None:
    """Twelve of eighteen are too many; one more may be let in each ten seconds."""
    with ThreadPoolExecutor(18) as pool:
        asked = [pool.submit(httpx.get, f"{counting.url}/q", timeout=60) for _ in range(18)]
    answers = [each.result() for each in asked]
    # Were each worker to count for itself, six at most would be.
    assert collections.Counter(each.status_code for each in answers)[429] >= 8


def test_renewed_and_ended_without_losing_a_request(pair: Service) -> None:
    asking = Asking(pair)
    before = workers_of(pair)
    pair.process.send_signal(signal.SIGHUP)
    wait_until_renewed(pair, before)
    last = workers_of(pair)
    pair.process.send_signal(signal.SIGTERM)
    said, _ = pair.process.communicate(timeout=60)
    came = asking.end()
    assert set(came) <= {"200", "503"}, came
    assert came["200"] > 20
    assert pair.process.returncode == 0, said
    assert not any(map(psutil.pid_exists, last))
    assert "Traceback" not in said, said


def test_they_share_what_there_may_be_at_once() -> None:
    settings = Settings(
        workers=3, limits=Limits(operations_in_flight=40), clients=Clients(connections=1_000)
    )
    part = share(settings)
    assert (part.limits.operations_in_flight, part.clients.connections) == (14, 334)
    assert replace(part, limits=settings.limits, clients=settings.clients) == settings
