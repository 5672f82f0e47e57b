"""What is logged of requests: a line each, for people or as JSON, without values and tokens."""

import io
import json
import logging
import re
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from graph.execution.answer import masked
from graph.http import logs
from graph.settings import Neo4jAddress, Settings
from tests.conftest import Service, reach, serving
from tests.http.test_access import new_token

QUERY = "query MadeUpName($words: String!) { search(query: $words) { totalCount } }"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def service_with(
    address: Neo4jAddress, home: Path, **environment: str
) -> AbstractContextManager[Service]:
    return serving(home, {**reach(address), "ROLEGRAPH_AUTH": "token"} | environment)


def said_by(service: Service) -> str:
    service.process.send_signal(signal.SIGINT)
    said, _ = service.process.communicate(timeout=60)
    assert service.process.returncode == 0, said
    return said


def ask(service: Service, headers: dict[str, str]) -> httpx.Response:
    asked = {"query": QUERY, "variables": {"words": "made-up-value"}}
    return httpx.post(f"{service.url}/graphql", json=asked, headers=headers, timeout=20)


def test_a_line_a_request_as_json(address: Neo4jAddress, tmp_path: Path) -> None:
    token = new_token(tmp_path, "made-up-reader", "read")
    settings = {"ROLEGRAPH_LOG": "json", "ROLEGRAPH_LOG_LEVEL": "request"}
    with service_with(address, tmp_path, **settings) as service:
        traced = ask(service, token | {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
        assert traced.headers["x-request-id"] == TRACE
        listed = httpx.get(f"{service.url}/roles.csv?name=made-up-value", headers=token, timeout=20)
        refused = ask(service, {"traceparent": "made up"})
        said = said_by(service)

    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    found = {line["requestId"]: line for line in lines if line["message"] == "request"}
    line = found[TRACE]
    assert line["level"] == "request"
    assert (line["method"], line["address"], line["status"]) == ("POST", "graphql", 200)
    assert (line["operation"], line["who"]) == ("MadeUpName", "made-up-reader")
    assert line["cost"] >= 1 and line["ms"] > 0 and line["at"].startswith("20")
    line = found[listed.headers["x-request-id"]]
    assert (line["address"], line["form"]) == ("roles", "csv")
    line = found[refused.headers["x-request-id"]]
    assert (line["status"], line["code"]) == (401, "UNAUTHENTICATED")
    assert "who" not in line
    secret = token["authorization"].removeprefix("Bearer ")
    assert "made-up-value" not in said and secret not in said


def test_lines_for_people_and_none_unless_asked_for(address: Neo4jAddress, tmp_path: Path) -> None:
    token = new_token(tmp_path, "made-up-reader", "read")
    with service_with(address, tmp_path, ROLEGRAPH_LOG_LEVEL="request") as service:
        found = ask(service, token)
        said = said_by(service)
    [line] = [each for each in said.splitlines() if found.headers["x-request-id"] in each]
    assert re.match(r"20\d\d-.* REQUEST request requestId=\w+ method=POST address=graphql", line)
    assert "operation=MadeUpName" in line and "who=made-up-reader" in line

    (tmp_path / "service.url").unlink(missing_ok=True)
    with service_with(address, tmp_path) as service:
        ask(service, token)
        assert "REQUEST" not in said_by(service)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What this process logs, as a service that is set to JSON writes it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure(Settings(log="json", log_level="request"))
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger("rolegraph").setLevel(logging.NOTSET)


def test_an_error_id_finds_its_trace(written: io.StringIO) -> None:
    try:
        raise ValueError("made-up failure")
    except ValueError as error:
        told = masked(error)
    assert "made-up failure" not in json.dumps(told)
    line = json.loads(written.getvalue())
    assert line["errorId"] == told["extensions"]["errorId"]
    assert "ValueError: made-up failure" in line["trace"]
    assert "test_an_error_id_finds_its_trace" in line["trace"]
    assert line["level"] == "error"


def test_a_name_of_a_client_stays_on_its_line() -> None:
    record = logging.LogRecord("rolegraph", logging.INFO, "", 0, "request", None, None)
    record.said = {"operation": "made\nup=1 status=200", "who": "anna@example.org"}
    line = logs._ForPeople().format(record)
    assert "\n" not in line
    assert r'operation="made\nup=1 status=200" who=anna@example.org' in line
