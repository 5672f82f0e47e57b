"""What clients do wrong, too slowly or too often on the level of HTTP: raw sockets, a real service."""

import contextlib
import json
import os
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graph.database.session import Database
from graph.http.gate import connections_within
from graph.settings import Neo4jAddress
from tests.conftest import Service, reach, serving, start_service, stop_service

MOST = 40
QUERY = b'{"query": "{ __typename }"}'
SMALL = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LONG = "{ roles(first: 1000) { nodes { name summary professions { nodes { name summary } } } } }"


@pytest.fixture(scope="module")
def _hasty(address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that waits for nobody longer than a second."""
    environment = {
        **reach(address),
        "ROLEGRAPH_CONNECTIONS": str(MOST),
        "ROLEGRAPH_REQUEST_S": "1",
        "ROLEGRAPH_IDLE_S": "1",
        "ROLEGRAPH_UNREAD_S": "1",
    }
    service = start_service(tmp_path_factory.mktemp("hasty"), environment, "serve")
    yield service
    stop_service(service)


@pytest.fixture
def hasty(_hasty: Service, seeded: Database) -> Service:
    return _hasty


def connect(service: Service) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def rest(client: socket.socket) -> bytes:
    """All that comes until the service closes; a reset is an error."""
    parts = b""
    while part := client.recv(65_536):
        parts += part
    return parts


def ask(service: Service, request: bytes) -> tuple[int, str]:
    """Send bytes, end; the status and the code of the answer, after which the service closes."""
    with connect(service) as client:
        client.sendall(request)
        return status_and_code(rest(client))


def status_and_code(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"x-content-type-options: nosniff" in head, head
    assert b"connection: close" in head.lower(), head
    return int(head.split()[1]), json.loads(body)["errors"][0]["extensions"]["code"]


WRONG = {
    "two hosts": (b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "BAD_REQUEST"),
    "no host": (b"GET /livez HTTP/1.1\r\n\r\n", 400, "BAD_REQUEST"),
    "another version": (b"GET /livez HTTP/2.0\r\nHost: x\r\n\r\n", 400, "BAD_REQUEST"),
    "no HTTP": (b"\x16\x03\x01 hello\r\n\r\n", 400, "BAD_REQUEST"),
    "a bad header": (b"GET /livez HTTP/1.1\r\nHost: x\r\nb d : x\r\n\r\n", 400, "BAD_REQUEST"),
    "a bad chunk": (
        SMALL + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "BAD_REQUEST",
    ),
    "long address": (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431, "HEAD_TOO_LARGE"),
    "long value": (b"GET / HTTP/1.1\r\nHost: x\r\na: " + b"b" * 17_000 + b"\r\n\r\n", 431, "HEAD_TOO_LARGE"),
    "many lines": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 3_000 + b"\r\n", 431, "HEAD_TOO_LARGE"),
    "no end": (b"GET / HTTP/1.1\r\nHost: x\r\na: " + b"b" * 2_000_000, 431, "HEAD_TOO_LARGE"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_request(hasty: Service, name: str) -> None:
    request, status, code = WRONG[name]
    assert ask(hasty, request) == (status, code)


BROWSER = b"Host: x\r\nAccept: text/html,*/*;q=0.8\r\n"
PASTED = b"GET /lookup?list=" + b"a" * 300_000 + b" HTTP/1.1\r\n"
SHOWN = {
    "long address": PASTED + BROWSER + b"\r\n",
    "long value": b"GET / HTTP/1.1\r\n" + BROWSER + b"a: " + b"b" * 17_000 + b"\r\n\r\n",
    "a browser says so last": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 3_000 + BROWSER + b"\r\n",
}


@pytest.mark.parametrize("piece", [700, 1_000_000])
@pytest.mark.parametrize("name", SHOWN)
def test_a_browser_gets_a_page_about_a_head_that_is_too_large(
    hasty: Service, name: str, piece: int
) -> None:
    request = SHOWN[name]
    with connect(hasty) as client:
        for at in range(0, len(request), piece):
            client.sendall(request[at : at + piece])
        head, _, body = rest(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ") and b"text/html" in head
    assert head.count(b"content-security-policy") == 1 and b"style-src" in head
    assert b"<h1>This address is too long</h1>" in body and b"16384 bytes" in body


@pytest.mark.parametrize("path", [b"/roles.csv", b"/metrics"])
def test_a_program_gets_none(hasty: Service, path: bytes) -> None:
    line = b"GET " + path + b"?" + b"a" * 17_000 + b" HTTP/1.1\r\n"
    assert ask(hasty, line + BROWSER + b"\r\n") == (431, "HEAD_TOO_LARGE")


def test_head_under_its_limit(hasty: Service) -> None:
    head = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\na: "
    with connect(hasty) as client:
        client.sendall(head + b"b" * (16_000 - len(head)))
        client.sendall(b"\r\n\r\n")
        assert rest(client).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [100_001, 5_000_000])
def test_body_over_its_limit(hasty: Service, size: int) -> None:
    """The client sends all of it before it reads: the answer is there, and no reset."""
    body = b'{"query": "' + b"#" * (size - 13) + b'"}'
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    refused = (413, "PAYLOAD_TOO_LARGE")
    assert ask(hasty, SMALL + length + body) == refused
    assert (
        ask(hasty, SMALL + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n") == refused
    )


def test_who_asks_first_whether_the_body_is_wanted(hasty: Service) -> None:
    expect = SMALL + b"Expect: 100-continue\r\n"
    assert ask(hasty, expect + b"Content-Length: 1000000\r\n\r\n") == (413, "PAYLOAD_TOO_LARGE")
    with connect(hasty) as client:
        client.sendall(expect + b"Content-Length: %d\r\n\r\n" % len(QUERY))
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(QUERY)
        assert rest(client).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "part",
    [b"GET / HTTP/1.1\r\nHost: x\r\n", SMALL + b"Content-Length: 27\r\n\r\n{"],
    ids=["head", "body"],
)
def test_half_a_request(hasty: Service, part: bytes) -> None:
    assert ask(hasty, part) == (408, "REQUEST_TIMEOUT")


def test_a_head_that_trickles_in(hasty: Service) -> None:
    with connect(hasty) as client, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for _ in range(100):
            client.sendall(b"a: b\r\n")
            time.sleep(0.1)
        raise AssertionError("it waits for ever")


@pytest.mark.parametrize("request_", [b"", b"\r\n", b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_silent_connection_is_closed(hasty: Service, request_: bytes) -> None:
    """Nothing at all, nothing of a request, nothing after one."""
    with connect(hasty) as client:
        client.sendall(request_)
        answer = rest(client)
        assert not answer or answer.startswith(b"HTTP/1.1 200 ")


def test_reader_that_does_not_read_is_cut(hasty: Service) -> None:
    """Once its answers are more than the kernel takes, it has a second to take some of them."""
    request = b"GET /schema.graphql HTTP/1.1\r\nHost: x\r\n\r\n"
    with connect(hasty) as client:
        client.sendall(request * 200)
        cut = select.poll()
        cut.register(client, select.POLLHUP)
        assert cut.poll(60_000), "it is kept"


def test_half_requests_keep_nobody_out(hasty: Service) -> None:
    """More of them than there may be connections: who comes and asks is answered."""
    with contextlib.ExitStack() as stack:
        for _ in range(3 * MOST):
            stack.enter_context(connect(hasty)).sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(5):
            assert httpx.get(f"{hasty.url}/livez").status_code == 200
            assert hasty.post("{ __typename }").status_code == 200


def test_connections_fit_into_the_files_that_may_be_open() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
        assert connections_within(150, 100) == 150
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 250, "raised as far as needed"
        assert connections_within(1 << 40, 100) == before[1] - 100
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_every_answer_has_its_headers(hasty: Service) -> None:
    for method, path, body in (
        ("POST", "/graphql", b'{"query": "{ __typename }"}'),
        ("GET", "/graphql?query={", b""),
        ("GET", "/livez", b""),
        ("GET", "/readyz", b""),
        ("GET", "/schema.graphql", b""),
        ("GET", "/", b""),
        ("GET", "/nothing", b""),
        ("DELETE", "/livez", b""),
    ):
        content = {"content-type": "application/json"} if body else {}
        answer = httpx.request(method, f"{hasty.url}{path}", content=body, headers=content)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["referrer-policy"] == "no-referrer", path
        assert answer.headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["cache-control"], path


def test_addresses_are_not_echoed_whole(hasty: Service) -> None:
    answer = httpx.get(f"{hasty.url}/{'a' * 10_000}")
    assert (answer.status_code, len(answer.content) < 500) == (404, True)
    assert "(10001 characters)" in answer.json()["errors"][0]["message"]


def test_nobody_is_sent_to_another_host(hasty: Service) -> None:
    answer = httpx.get(f"{hasty.url}/graphql/", headers={"host": "elsewhere.invalid"})
    assert answer.status_code == 404


def test_clients_that_leave_log_nothing(address: Neo4jAddress, tmp_path: Path) -> None:
    """In the middle of a request, of its answer, with a reset, and asking for a websocket."""
    body = json.dumps({"query": LONG}).encode()
    request = SMALL + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with serving(tmp_path, reach(address)) as service:
        for number in range(60):
            with connect(service) as client:
                if number % 2:
                    reset = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                client.sendall(request if number % 3 else request[:-5])
                time.sleep(number / 1_000)
        with connect(service) as client:
            client.sendall(
                b"GET /graphql?query={__typename} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n\r\n"
            )
            assert rest(client).startswith(b"HTTP/1.1 200 ")
        os.kill(service.process.pid, 2)
        said, _ = service.process.communicate(timeout=30)
        assert said.rstrip().endswith("Ctrl-C stops all of it."), said
