"""Spans of OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT says who collects them; else none.

    with span("plan"):
        ...

The packages are an extra: `pip install 'rolegraph[telemetry]'`. Without the setting nothing of
them is imported, and a span is one comparison. Spans hold no texts and values of requests.
"""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

from graph.errors import SettingsError

_LAST_S = 1.0
"""How long the end of the service waits for the last spans to be collected."""
_NO_SPAN = nullcontext()


class _Tracing:
    """What makes spans in this process, once it has begun."""

    tracer: Any = None
    provider: Any = None
    propagator: Any = None


def span(
    name: str, parent: str | None = None, attributes: Mapping[str, str] | None = None
) -> AbstractContextManager[Any]:
    """What is done within, or None where it is off; `parent` is the client's `traceparent`."""
    if _Tracing.tracer is None:
        return _NO_SPAN
    context = _Tracing.propagator.extract({"traceparent": parent}) if parent else None
    return _Tracing.tracer.start_as_current_span(
        name,
        context,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    )


def begin(processor: Any = None) -> None:
    """Make spans from now on; they go to the collector of the environment unless said otherwise."""
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        resources = import_module("opentelemetry.sdk.resources")
        propagation = import_module("opentelemetry.trace.propagation.tracecontext")
        processor = processor or _to_collector()
    except ImportError as error:
        raise SettingsError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry is not installed.",
            "Install it: pip install 'rolegraph[telemetry]'. Or set OTEL_SDK_DISABLED=true.",
        ) from error
    resource = resources.Resource({"service.name": "rolegraph"}).merge(
        resources.OTELResourceDetector().detect()
    )
    _Tracing.provider = sdk.TracerProvider(resource=resource, shutdown_on_exit=False)
    _Tracing.provider.add_span_processor(processor)
    _Tracing.propagator = propagation.TraceContextTextMapPropagator()
    _Tracing.tracer = _Tracing.provider.get_tracer("rolegraph")


def end() -> None:
    """Make none any more; the last are sent, unless that takes too long."""
    provider, _Tracing.provider, _Tracing.tracer = _Tracing.provider, None, None
    if provider is not None:
        last = threading.Thread(target=provider.shutdown, daemon=True)
        last.start()
        last.join(_LAST_S)


def _to_collector() -> Any:
    exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    export = import_module("opentelemetry.sdk.trace.export")
    return export.BatchSpanProcessor(exporter.OTLPSpanExporter())
