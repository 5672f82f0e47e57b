"""The composition root: settings -> database -> schema -> engine -> application."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from graphql import GraphQLSchema
from starlette.applications import Starlette

from graph.addresses.saved import Saved, read_questions
from graph.database.session import Database
from graph.errors import RolegraphError, SettingsError
from graph.execution.engine import Engine
from graph.http.app import build_app
from graph.mapping.derive import build_schema
from graph.mapping.federation import federated
from graph.schema import MODEL
from graph.schema.terms import TERMS
from graph.settings import Neo4jAddress, Settings

_ENDING = (signal.SIGINT, signal.SIGTERM)
_LOOK_S = 20.0
"""How often it is seen whether a load has changed the graph."""
_TURN_S = 0.0005
"""For how long work beside the event loop keeps the interpreter, instead of Python's 5 ms."""
QUESTIONS = Path(__file__).with_name("questions")


def schema_of(settings: Settings) -> GraphQLSchema:
    """The GraphQL schema that these settings ask for."""
    schema = build_schema(MODEL)
    return federated(schema) if settings.federation else schema


def build(settings: Settings, address: Neo4jAddress) -> Starlette:
    """The application over a database; its connections close when it ends."""
    database = Database(address, settings.timeouts)
    engine = _engine(settings, database)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        warming = asyncio.create_task(_follow(engine))
        quieten_garbage_collector()
        sys.setswitchinterval(_TURN_S)
        yield
        warming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await warming
        await database.close()

    questions = saved_questions(settings, engine)
    return build_app(engine, database, settings, lifespan, questions, TERMS)


def saved_questions(settings: Settings, engine: Engine) -> Mapping[str, Saved]:
    """The questions that come with it and those of the folder that is set, by name."""
    folders = [QUESTIONS, *([settings.questions] if settings.questions else [])]
    found: dict[str, Saved] = {}
    for folder in folders:
        found |= read_questions(folder, engine.schema, settings.limits)
    return found


def quieten_garbage_collector() -> None:
    """Leave what lives for ever out of collections, and collect the rest less often.

    An answer is thousands of short-lived dicts without cycles: with the defaults
    the collector walks them, and now and then the whole schema, for nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def warm(settings: Settings, database: Database) -> None:
    """Have Neo4j plan the saved questions, as after a load that made it forget its plans."""
    await _warm(_engine(settings, database))


def _engine(settings: Settings, database: Database) -> Engine:
    return Engine(
        schema_of(settings),
        MODEL,
        database,
        settings.limits,
        debug=settings.debug,
        introspection=settings.introspection,
    )


async def _follow(engine: Engine) -> None:
    """Warm up, and know the size of the graph from then on, whenever loads change it."""
    await _warm(engine)
    while True:
        with contextlib.suppress(RolegraphError):
            await engine.learn()
        await asyncio.sleep(_LOOK_S)


async def _warm(engine: Engine) -> None:
    """Ask each saved question once, so that its plan is made here and in Neo4j."""
    for file in sorted(QUESTIONS.glob("*.graphql")):
        given = file.with_suffix(".variables.json")
        variables: dict[str, Any] = orjson.loads(given.read_bytes()) if given.exists() else {}
        await engine.execute(file.read_text(), variables)


def listen(settings: Settings) -> socket.socket:
    """The socket to serve on; raise SettingsError where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((settings.host, settings.port))
    except OSError as error:
        found.close()
        raise SettingsError(
            f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}.",
            f"Set PORT to another, as in `PORT={settings.port + 1} make up`.",
        ) from error
    return found


def serve(settings: Settings, address: Neo4jAddress, on: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is being answered."""
    config = uvicorn.Config(
        build(settings, address),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _Server(config).run(sockets=[on])


class _Server(uvicorn.Server):
    """uvicorn's server, which ends on a signal without sending it on: we still have to tidy up."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        before = {each: signal.signal(each, self.handle_exit) for each in _ENDING}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
