"""The composition root: settings -> database -> schema -> engine -> application."""

import asyncio
import contextlib
import functools
import gc
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any, cast

import orjson
import uvicorn
from graphql import GraphQLSchema
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE

from graph import telemetry
from graph.addresses.dump import dump
from graph.addresses.lists import Lists
from graph.addresses.saved import Saved, read_questions
from graph.addresses.triples import Triples
from graph.database.faults import quieten_abandoned
from graph.database.session import Database
from graph.errors import RolegraphError, SettingsError
from graph.execution.engine import Engine
from graph.files import written_whole
from graph.http.app import build_app
from graph.http.connection import Connection
from graph.http.gate import Gate
from graph.http.logs import configure
from graph.http.outermost import Ending, Outermost
from graph.mapping.derive import build_schema
from graph.mapping.federation import federated
from graph.pages.search import RESULTS, SUGGESTIONS
from graph.schema import MODEL
from graph.schema.terms import TERMS
from graph.settings import Neo4jAddress, Settings, Tls

_LOOK_S = 20.0
"""How often it is seen whether a load has changed the graph."""
_LEARNING_S = 8.0
"""For how long a start waits to know the size of the graph: 5 s where Neo4j has just begun."""
_TURN_S = 0.0005
"""For how long work beside the event loop keeps the interpreter, instead of Python's 5 ms."""
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REFUSING_S = 0.5
_CLOSING_S = 0.5
_TURNS_S = 0.1
"""A few turns of the event loop."""
_TIDYING_S = 1.8
"""From the last refusal to the end of the process, the embedded database's too."""
QUESTIONS = Path(__file__).with_name("questions")


def schema_of(settings: Settings) -> GraphQLSchema:
    """The GraphQL schema that these settings ask for."""
    schema = build_schema(MODEL)
    return federated(schema) if settings.federation else schema


def build(settings: Settings, address: Neo4jAddress, ending: Ending) -> Starlette:
    """The application over a database; its connections close when it ends."""
    database = Database(address, settings.timeouts)
    engine = _engine(settings, database)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        quieten_abandoned(asyncio.get_running_loop())
        with contextlib.suppress(RolegraphError, TimeoutError):
            # What is in bounds for this graph would else be refused until its size is known.
            async with asyncio.timeout(_LEARNING_S):
                await engine.learn()
        warming = asyncio.create_task(_follow(engine))
        quieten_garbage_collector()
        sys.setswitchinterval(_TURN_S)
        yield
        warming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await warming
        await database.close()
        await asyncio.to_thread(telemetry.end)

    if settings.telemetry:
        telemetry.begin()
    questions = saved_questions(settings, engine)
    return build_app(engine, database, settings, lifespan, questions, TERMS, ending)


def saved_questions(settings: Settings, engine: Engine) -> Mapping[str, Saved]:
    """The questions that come with it and those of the folder that is set, by name."""
    folders = [QUESTIONS, *([settings.questions] if settings.questions else [])]
    questions: dict[str, Saved] = {}
    for folder in folders:
        questions |= read_questions(folder, engine.schema, settings.limits)
    return questions


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


async def export_rdf(
    settings: Settings, database: Database, folder: Path, form: str, base: str
) -> None:
    """Write the whole graph as `graph.ttl` or `graph.jsonld`; `base` is where the service is."""
    engine = _engine(settings, database)
    lists = Lists(engine.schema, engine.model, settings.limits)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"graph.{form}"
    with written_whole(file) as stream:
        triples = Triples(engine.model, TERMS, base)
        async for piece in dump(engine, lists, settings.limits, triples, form):
            stream.write(piece)
    print(f"Wrote {file}.")


def _engine(settings: Settings, database: Database) -> Engine:
    return Engine(
        schema_of(settings),
        MODEL,
        database,
        settings.limits,
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
    """Ask each saved question once, and search, so that their plans are made here and in Neo4j."""
    for file in sorted(QUESTIONS.glob("*.graphql")):
        variables_file = file.with_suffix(".variables.json")
        variables: dict[str, Any] = (
            orjson.loads(variables_file.read_bytes()) if variables_file.exists() else {}
        )
        await engine.execute(file.read_text(), variables)
    for text in (SUGGESTIONS, RESULTS):
        await engine.execute(text, {"words": "nurse"})


def listen(settings: Settings) -> socket.socket:
    """The socket to serve on; raise SettingsError where the port is taken, or TLS cannot be."""
    if settings.tls:
        secured(settings.tls)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}.",
            f"Set PORT to another, as in `PORT={settings.port + 1} make up`.",
        ) from error
    return listener


def secured(tls: Tls) -> ssl.SSLContext:
    """What TLS is spoken with; raise SettingsError where the files cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # Without a password nobody is asked for one: this may not be a terminal.
        context.load_cert_chain(tls.certificate, tls.key, tls.password or "")
    except (OSError, ValueError) as error:  # an error of TLS is an OSError
        raise SettingsError(
            f"TLS_CERTIFICATE ({tls.certificate}) and TLS_KEY ({tls.key}) cannot be used: {error}.",
            "Name the certificate with its chain and the key that belongs to it, in PEM;"
            " TLS_KEY_PASSWORD opens a key that is locked.",
        ) from error
    return context


def serve(
    address: Neo4jAddress,
    settings: Settings,
    on: socket.socket,
    announce: Callable[[], None],
    beat: Callable[[], None] | None = None,
) -> None:
    """Serve until a signal, then finish what is being answered; `announce` once clients may come.

    `beat` is called once a second while requests are answered.

    SIGINT ends at once, SIGTERM and SIGHUP after a notice in which `/readyz` says no.
    """
    configure(settings)
    ending = Ending()
    gate = Gate(settings.clients, settings.limits.operations_in_flight)
    config = uvicorn.Config(
        Outermost(build(settings, address, ending), ending, settings.access),
        http=cast(Any, functools.partial(Connection, gate)),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `Outermost` believes those that are named, and nobody else
        timeout_keep_alive=cast(Any, settings.clients.idle_s),
    )
    _Server(config, settings, ending, announce, beat).run(sockets=[on])


class _Server(uvicorn.Server):
    """uvicorn's server, which ends without losing a request and within a known time."""

    def __init__(
        self,
        config: uvicorn.Config,
        settings: Settings,
        ending: Ending,
        announce: Callable[[], None],
        beat: Callable[[], None] | None,
    ) -> None:
        super().__init__(config)
        self._clients = settings.clients
        self._tls = secured(settings.tls) if settings.tls else None
        self._handshake_s = self._clients.request_s if self._tls else None
        self._ending = ending
        self._announce = announce
        self._beat = beat
        self._notice = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own, which would wait a minute for each handshake of TLS."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(STARTUP_FAILURE)
        loop = asyncio.get_running_loop()
        self.servers = [
            await loop.create_server(
                self._protocol,
                sock=listener,
                backlog=self.config.backlog,
                ssl=self._tls,
                ssl_handshake_timeout=self._handshake_s,
            )
            for listener in sockets or ()
        ]
        self.started = True
        self._announce()

    async def on_tick(self, counter: int) -> bool:
        if self._beat and counter % 10 == 0:
            self._beat()
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Do not send signals on when it has ended: we still have to tidy up."""
        before = {each: signal.signal(each, self.handle_exit) for each in _ENDING}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            self._ending.begun = True
            self._notice = sig != signal.SIGINT
            end_anyway_after(self._clients.ending_s)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that it ends, take no more connections, answer what was taken, refuse the rest."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._clients.ending_s
        gc.disable()  # one collection of a large heap may take longer than is left
        if self._notice:
            await asyncio.sleep(self._clients.notice_s)
        await self._take_the_last(sockets or ())
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._until_answered(end)
        for task in self.server_state.tasks:
            task.cancel()
        await self._until_answered(loop.time() + _REFUSING_S)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.lifespan.shutdown(), _CLOSING_S)

    async def _take_the_last(self, listeners: Sequence[socket.socket]) -> None:
        """Take no more connections, but those that were made: they would be reset otherwise.

        The event loop closes a listener in a later turn, and whoever connects until then is lost;
        a copy of it is closed in the moment in which nobody waits.
        """
        copies = [each.dup() for each in listeners]
        for server in self.servers:
            server.close()
        await asyncio.sleep(_TURNS_S)
        loop = asyncio.get_running_loop()
        for copy in copies:
            for taken in _waiting(copy):
                await loop.connect_accepted_socket(
                    self._protocol,
                    taken,
                    ssl=self._tls,
                    ssl_handshake_timeout=self._handshake_s,
                )
        await asyncio.sleep(_TURNS_S)  # what they asked is read by then

    def _protocol(self) -> asyncio.Protocol:
        make = cast(Any, self.config.http_protocol_class)
        state = self.lifespan.state
        return make(config=self.config, server_state=self.server_state, app_state=state)

    async def _until_answered(self, end: float) -> None:
        state, loop = self.server_state, asyncio.get_running_loop()
        while (state.tasks or state.connections) and loop.time() < end and not self.force_exit:
            await asyncio.sleep(0.05)


def _waiting(listener: socket.socket) -> list[socket.socket]:
    """The connections that nobody has taken; the listener is closed behind the last."""
    listener.setblocking(False)
    waiting: list[socket.socket] = []
    with listener, contextlib.suppress(OSError):
        while True:
            waiting.append(listener.accept()[0])
    return waiting


def end_anyway_after(ending_s: float) -> None:
    """However busy this process is then: who supervises it would kill it and say nothing."""
    seconds = ending_s + _TIDYING_S

    def end() -> None:
        print(f"Not all had ended {seconds:g} s after the signal; it ends now.", flush=True)
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
