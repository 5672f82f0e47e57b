"""What happens here, counted: /metrics for Prometheus, and Server-Timing for who asks.

Names that clients choose never become labels: an operation counts by the name of a saved
question, any other as one. Counts are of the service: where several processes are one, they keep
them in files of the folder `PROMETHEUS_MULTIPROC_DIR`, and each adds all up.
"""

import os
import re
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import cast

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.database.session import Database
from graph.errors import DatabaseError
from graph.execution.answer import INTERNAL
from graph.http.kept import Counts, KeptAnswers
from graph.http.logs import begin, request_line
from graph.http.workers import COUNTS

_STATE = (
    "RETURN head(COLLECT { MATCH (v:DataVersion {name: 'current'})"
    " RETURN [v.version, toString(v.at)] }), COUNT { (:LoadRun) }"
)
_ADDRESS = re.compile(r"/(?:(q)/)?([A-Za-z0-9-]+)(?:/[^/]*?)?(?:\.([a-z.]+))?")
_LONGEST = 20_000
"""Bytes of an error that are looked into for its code."""


class Watch:
    """The counters of one application; `lists` and `questions` are the names that count alone."""

    def __init__(
        self,
        lists: Collection[str],
        questions: Collection[str],
        forms: Collection[str],
        cache: KeptAnswers,
    ) -> None:
        self._cache = cache
        self._noted: dict[str, int] = {}
        """The counts as they were last noted."""
        self._held = (0, 0)
        """How many answers are kept, and their bytes, as they were last noted."""
        self._forms = frozenset(forms)
        self._lists = frozenset(lists)
        self._questions = frozenset(questions)
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "rolegraph_requests",
            "Requests that were answered.",
            ("address", "form", "status"),
            registry=self.registry,
        )
        self.refusals = Counter(
            "rolegraph_refusals",
            "Requests that were refused, by the code of the error.",
            ("code",),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "rolegraph_request_seconds",
            "How long requests took.",
            ("address",),
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "rolegraph_requests_in_flight",
            "Requests that are being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        outcomes = Counter(
            "rolegraph_kept",
            "Answers by where they came from.",
            ("outcome",),
            registry=self.registry,
        )
        self._outcomes = {each.name: outcomes.labels(each.name) for each in fields(Counts)}
        self._answers, self._bytes = (
            Gauge(name, description, registry=self.registry, multiprocess_mode="livesum")
            for name, description in (
                ("rolegraph_kept_answers", "Answers kept."),
                ("rolegraph_kept_bytes", "Bytes of answers kept."),
            )
        )

    def note_kept(self) -> None:
        """Count what has become of answers that are kept since it was last asked.

        It runs with each request, and writes what has changed alone.
        """
        for outcome, counter in self._outcomes.items():
            count: int = getattr(self._cache.counts, outcome)
            if more := count - self._noted.get(outcome, 0):
                counter.inc(more)
                self._noted[outcome] = count
        held = len(self._cache), self._cache.size
        if held != self._held:
            self._held = held
            self._answers.set(held[0])
            self._bytes.set(held[1])

    def labels(self, path: str) -> tuple[str, str]:
        """The address and the form that a path counts as."""
        match = _ADDRESS.fullmatch(path)
        if not match:
            return "other", ""
        saved, name, form = match.groups()
        form = form if form in self._forms or form is None else "other"
        if saved:
            return (f"q/{name}" if name in self._questions else "other"), form or "json"
        if name in self._lists:
            return name, form or "page"
        return (name if name in ("graphql", "metrics", "livez", "readyz") else "other"), ""


class Watched:
    """The application, with each request counted."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watch = self._watch
        began = time.perf_counter()
        timed = Headers(scope=scope).get("rolegraph-cost", "").lower() == "true"
        status, code = 499, None  # the client left
        request = begin(Headers(scope=scope).get("traceparent"))

        async def send_wrapper(message: Message) -> None:
            nonlocal status, code
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request.id
                if timed:
                    took = (time.perf_counter() - began) * 1_000
                    MutableHeaders(scope=message)["server-timing"] = f"total;dur={took:.1f}"
            elif status >= 400 and len(message.get("body", b"")) < _LONGEST:
                code = _code(message.get("body", b""))
                if code:
                    watch.refusals.labels(code).inc()
            await send(message)

        watch.in_flight.inc()
        try:
            await self._app(scope, receive, send_wrapper)
        except Exception:
            status, code = 500, INTERNAL  # answered by Starlette, around us
            raise
        finally:
            took = time.perf_counter() - began
            watch.in_flight.dec()
            watch.note_kept()
            address, form = watch.labels(scope["path"])
            watch.requests.labels(address, form, str(status)).inc()
            watch.seconds.labels(address).observe(took)
            fields = {"method": scope["method"], "address": address, "form": form, "status": status}
            request_line(request, {**fields, "code": code, "ms": round(took * 1_000, 1)})


def _code(body: bytes) -> str | None:
    """The code of the first error of a body."""
    try:
        return str(orjson.loads(body)["errors"][0]["extensions"]["code"])
    except (ValueError, KeyError, IndexError, TypeError):
        return None


class Metrics:
    """The view at /metrics."""

    def __init__(self, watch: Watch, database: Database) -> None:
        self._database = database
        self._counts = watch.registry

    async def answer(self, _request: Request) -> Response:
        """All counts, and what the database says now; it is asked once."""
        registry = CollectorRegistry()
        if os.environ.get(COUNTS):
            MultiProcessCollector(registry)
        else:
            registry.register(cast("Collector", self._counts))
        registry.register(_Now(await self._now()))
        return Response(
            generate_latest(registry), media_type="text/plain; version=1.0.0; charset=utf-8"
        )

    async def _now(self) -> list[Metric]:
        up = GaugeMetricFamily("rolegraph_database_up", "Whether the database answers.", 1)
        try:
            state, loads = await self._database.read(_STATE, {})
        except DatabaseError:
            return [GaugeMetricFamily(up.name, up.documentation, 0)]
        ended = GaugeMetricFamily("rolegraph_loads", "Loads that have ended.", loads)
        return [up, ended, *(_version(*state) if state else ())]


def _version(name: str, at: str) -> Iterable[Metric]:
    since = datetime.now(UTC) - datetime.fromisoformat(at.replace("Z", "+00:00"))
    yield GaugeMetricFamily(
        "rolegraph_data_age_seconds", "Since the last change.", since.total_seconds()
    )
    version = GaugeMetricFamily("rolegraph_data_version", "1 for the version.", labels=("version",))
    version.add_metric((name,), 1)
    yield version


class _Now(Collector):
    """Metrics that were just read."""

    def __init__(self, metrics: Collection[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Each of them."""
        yield from self._metrics
