"""Spans of a request, and that there is nothing of them where they are not asked for."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from graph import telemetry
from graph.database.session import Database
from graph.errors import SettingsError
from graph.execution.engine import Engine
from graph.http.app import build_app
from graph.settings import Settings
from tests.conftest import ROOT, Runner

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    spans = InMemorySpanExporter()
    telemetry.begin(SimpleSpanProcessor(spans))
    yield spans
    telemetry.end()


def ask(run: Runner, engine: Engine, database: Database, settings: Settings) -> httpx.Response:
    app = build_app(engine, database, settings)

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post(
                "/graphql",
                json={"query": '{ role(slug: "secret-made-up") { name } }'},
                headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"},
            )

    return run(asked())


def test_spans_of_a_request(
    run: Runner, engine: Engine, seeded: Database, exporter: InMemorySpanExporter
) -> None:
    answer = ask(run, engine, seeded, Settings(telemetry=True))
    assert answer.status_code == 200, answer.text
    spans: dict[str, Any] = {each.name: each for each in exporter.get_finished_spans()}
    assert list(spans) == ["plan", "database", "projection", "request"]
    request: ReadableSpan = spans.pop("request")
    assert request.attributes == {
        "http.request.method": "POST",
        "address": "graphql",
        "form": "",
        "http.response.status_code": 200,
    }
    assert f"{request.context.trace_id:032x}" == TRACE
    for each in spans.values():
        assert each.parent.span_id == request.context.span_id
        assert request.start_time <= each.start_time <= each.end_time <= request.end_time
    assert "secret" not in "".join(each.to_json() for each in exporter.get_finished_spans())


def test_an_error_is_told_without_its_words(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="made up"), telemetry.span("plan"):
        raise ValueError("made up")
    (plan,) = exporter.get_finished_spans()
    assert "made up" not in plan.to_json()


def test_nothing_where_it_is_off(run: Runner, engine: Engine, seeded: Database) -> None:
    assert telemetry.span("plan") is telemetry.span("database")
    assert ask(run, engine, seeded, Settings()).status_code == 200
    code = "import server, sys; print([m for m in sys.modules if m.startswith('opentelemetry')])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_setting_without_the_packages_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318"}
    assert Settings.from_environment(collector).telemetry
    assert not Settings.from_environment({**collector, "OTEL_SDK_DISABLED": "true"}).telemetry
    assert not Settings.from_environment({}).telemetry
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"rolegraph\[telemetry\]"):
        telemetry.begin()
    assert telemetry.span("plan") is telemetry.span("database")


def test_a_collector_that_does_not_answer_keeps_nothing_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    telemetry.begin()
    with telemetry.span("plan"):
        pass
    telemetry.end()
    assert telemetry.span("plan") is telemetry.span("database")
