"""All routes, and answers to what no route answers."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from graphql import print_schema
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from graph.database.session import Database
from graph.execution.answer import of_exception
from graph.execution.engine import Engine
from graph.http.graphql import GraphQLEndpoint
from graph.http.health import live, readiness
from graph.http.pages import StaticPages
from graph.http.problems import HttpRefusal, refused
from graph.http.views import PageViews
from graph.settings import Settings

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_app(
    engine: Engine, database: Database, settings: Settings, lifespan: Lifespan | None = None
) -> Starlette:
    """The application over an engine and its database."""
    sdl = print_schema(engine.schema) + "\n"

    async def schema(_request: Request) -> Response:
        if not settings.introspection:
            return refused(HttpRefusal("INTROSPECTION_OFF", "Introspection is switched off."))
        return PlainTextResponse(sdl, media_type="text/plain; charset=utf-8")

    views = PageViews(engine, settings)

    return Starlette(
        debug=False,
        routes=[
            Route("/graphql", GraphQLEndpoint(engine, settings.limits)),
            Route("/schema.graphql", schema),
            Route("/livez", live),
            Route("/readyz", readiness(database)),
            Mount("/static", StaticPages()),
            *views.routes(),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4)],
        exception_handlers={HTTPException: views.or_page(_not_found), Exception: _failed},
        lifespan=lifespan,
    )


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "METHOD_NOT_ALLOWED" if error.status_code == 405 else "BAD_REQUEST"
    message = (
        f"{request.method} is not for this address."
        if error.status_code == 405
        else f"There is nothing at {request.url.path}. Try /graphql."
    )
    return refused(HttpRefusal(code, message, status=error.status_code, headers=error.headers))


async def _failed(_request: Request, error: Exception) -> Response:
    return Response(of_exception(error).body, 500, media_type="application/json; charset=utf-8")
