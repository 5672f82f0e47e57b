"""All routes, and answers to what no route answers."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial

import orjson
from graphql import print_schema
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette_compress import CompressMiddleware

from graph.addresses.forms import MEDIA
from graph.addresses.lists import Lists
from graph.addresses.saved import Saved
from graph.database.session import Database
from graph.execution.answer import of_exception
from graph.execution.engine import Engine
from graph.http.access import Access, identify_by
from graph.http.barred import as_page
from graph.http.documents import Documents
from graph.http.entities import FORMS, entity_routes
from graph.http.graphql import GraphQLEndpoint
from graph.http.health import live, readiness
from graph.http.kept import KeptAnswers
from graph.http.lists import list_routes
from graph.http.outermost import Ending
from graph.http.pages import StaticPages, graphiql
from graph.http.problems import HttpRefusal, refused
from graph.http.questions import NETWORK, question_routes
from graph.http.traced import Traced
from graph.http.turns import Turns
from graph.http.views import PageViews
from graph.http.watch import Metrics, Watch, Watched
from graph.settings import Settings

_SHOWN = 100
"""How many characters of an unknown address are told."""
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_app(
    engine: Engine,
    database: Database,
    settings: Settings,
    lifespan: Lifespan | None = None,
    questions: Mapping[str, Saved] | None = None,
    terms: Mapping[str, str] | None = None,
    ending: Ending | None = None,
) -> Starlette:
    """The application over an engine and its database.

    `questions` are the saved ones by name, `terms` what node types are in schema.org's words.
    """
    sdl = print_schema(engine.schema) + "\n"
    build = hashlib.sha256(f"{sdl}{settings.limits}".encode()).hexdigest()
    cache = KeptAnswers(database, settings.kept_mb * 1_000_000, build)
    turns = Turns(engine, settings.limits)
    lists = Lists(engine.schema, engine.model, settings.limits)
    saved = (questions or {}).values()
    documents = Documents(saved, only_saved=settings.only_saved)
    watch = Watch(lists.by_name, questions or {}, {*MEDIA, *NETWORK, *FORMS}, cache)
    metrics = Metrics(watch, database)

    async def schema(_request: Request) -> Response:
        if not settings.introspection:
            return refused(HttpRefusal("INTROSPECTION_OFF", "Introspection is switched off."))
        return PlainTextResponse(sdl, media_type="text/plain; charset=utf-8")

    root = settings.access.root_path
    page = partial(graphiql, root) if settings.graphiql else None
    saved_ones = questions or {}
    views = PageViews(
        engine.model, lists, turns, cache, terms or {}, root, saved_ones, settings.limits
    )

    app = Starlette(
        debug=False,
        routes=[
            Route("/graphql", GraphQLEndpoint(turns, settings.limits, cache, documents, page)),
            Route("/schema.graphql", schema),
            Route("/livez", live),
            Route("/readyz", readiness(database, settings, ending or Ending())),
            Route("/metrics", metrics.answer),
            Mount("/static", StaticPages()),
            *question_routes(turns, saved_ones, settings.limits, cache, views.saved_or),
            *entity_routes(turns, lists, settings.limits, cache, terms or {}),
            *list_routes(turns, lists, settings.limits, cache),
            *views.routes(),
        ],
        middleware=[
            *([Middleware(Traced, watch=watch)] if settings.telemetry else []),
            Middleware(Watched, watch=watch),
            *_cors(settings),
            Middleware(Access, identify=identify_by(settings), settings=settings.access),
            Middleware(CompressMiddleware, minimum_size=1_000),
        ],
        exception_handlers={HTTPException: views.or_page(_not_found), Exception: failed},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # to an address that the client's Host header names
    return app


def _cors(settings: Settings) -> list[Middleware]:
    """Answers for pages of other hosts, where they are allowed."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("authorization", "content-type", "rolegraph-cost"),
            expose_headers=(
                "content-disposition",
                "etag",
                "link",
                "ratelimit",
                "ratelimit-policy",
                "retry-after",
                "x-total-count",
            ),
            max_age=600,
        )
    ]


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "METHOD_NOT_ALLOWED" if error.status_code == 405 else "BAD_REQUEST"
    message = (
        f"{request.method} is not for this address."
        if error.status_code == 405
        else f"There is nothing at {_shown(request)}. Try /graphql."
    )
    return refused(HttpRefusal(code, message, status=error.status_code, headers=error.headers))


def _shown(request: Request) -> str:
    path = request.scope["path"]
    return path if len(path) <= _SHOWN else f"{path[:_SHOWN]}... ({len(path)} characters)"


async def failed(request: Request, error: Exception) -> Response:
    """The answer to what went wrong on our side; the log has it under the id that is told."""
    answer = of_exception(error)
    (details,) = orjson.loads(answer.body)["errors"]
    message = f"{details['message']} errorId {details['extensions'].get('errorId', '')}"
    page = as_page(request.scope, HttpRefusal(details["extensions"]["code"], message))
    return page or Response(answer.body, 500, media_type="application/json; charset=utf-8")
