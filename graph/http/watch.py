"""What happens here, counted: /metrics for Prometheus, and Server-Timing for who asks.

Names that clients choose never become labels: an operation counts by the name of a saved
question, any other as one. Counts are of this process.
"""

import re
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.database.session import Database
from graph.errors import DatabaseError
from graph.execution.answer import INTERNAL
from graph.http.kept import KeptAnswers
from graph.http.logs import begin, request_line

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
        self, lists: Collection[str], questions: Collection[str], forms: Collection[str]
    ) -> None:
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
        )

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

        async def counted(message: Message) -> None:
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
            await self._app(scope, receive, counted)
        except Exception:
            status, code = 500, INTERNAL  # answered by Starlette, around us
            raise
        finally:
            took = time.perf_counter() - began
            watch.in_flight.dec()
            address, form = watch.labels(scope["path"])
            watch.requests.labels(address, form, str(status)).inc()
            watch.seconds.labels(address).observe(took)
            said = {"method": scope["method"], "address": address, "form": form, "status": status}
            request_line(request, {**said, "code": code, "ms": round(took * 1_000, 1)})


def _code(body: bytes) -> str | None:
    """The code of the first error of a body."""
    try:
        return str(orjson.loads(body)["errors"][0]["extensions"]["code"])
    except (ValueError, KeyError, IndexError, TypeError):
        return None


class _Kept(Collector):
    """What has become of answers that are kept."""

    def __init__(self, kept: KeptAnswers) -> None:
        self._kept = kept

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The counts as they are now."""
        counts = self._kept.counts
        outcomes = CounterMetricFamily(
            "rolegraph_kept", "Answers by where they came from.", labels=("outcome",)
        )
        for outcome in ("kept", "missed", "shared", "unchanged"):
            outcomes.add_metric((outcome,), getattr(counts, outcome))
        yield outcomes
        yield GaugeMetricFamily("rolegraph_kept_answers", "Answers kept.", len(self._kept))
        yield GaugeMetricFamily("rolegraph_kept_bytes", "Bytes of answers kept.", self._kept.size)


class Metrics:
    """The view at /metrics."""

    def __init__(self, watch: Watch, kept: KeptAnswers, database: Database) -> None:
        self._database = database
        self._registry = watch.registry
        self._registry.register(_Kept(kept))
        self._up = Gauge(
            "rolegraph_database_up", "Whether the database answers.", registry=self._registry
        )
        self._loads = Gauge("rolegraph_loads", "Loads that have ended.", registry=self._registry)
        self._age = Gauge(
            "rolegraph_data_age_seconds", "Since the last change.", registry=self._registry
        )
        self._version = Gauge(
            "rolegraph_data_version", "1 for the version.", ("version",), registry=self._registry
        )

    async def answer(self, _request: Request) -> Response:
        """All counts; asks the database once."""
        try:
            state, loads = await self._database.read(_STATE, {})
        except DatabaseError:
            self._up.set(0)
        else:
            self._up.set(1)
            self._loads.set(loads)
            self._version.clear()
            if state:
                self._version.labels(state[0]).set(1)
                at = datetime.fromisoformat(state[1].replace("Z", "+00:00"))
                self._age.set((datetime.now(UTC) - at).total_seconds())
        content = generate_latest(self._registry)
        return Response(content, media_type="text/plain; version=1.0.0; charset=utf-8")
