"""A span of each request, for OpenTelemetry; only where spans are collected."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.http.watch import Watch
from graph.telemetry import span


class Traced:
    """The application, with a span of each request; those of its work lie within."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in its span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address, form = self._watch.labels(scope["path"])
        labels = {"http.request.method": scope["method"], "address": address, "form": form}
        with span("request", Headers(scope=scope).get("traceparent"), labels) as traced:

            async def send_wrapper(message: Message) -> None:
                if message["type"] == "http.response.start":
                    traced.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, send_wrapper)
