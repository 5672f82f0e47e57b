"""The one service of a data folder: its address told, its database watched while it answers."""

from __future__ import annotations

import fcntl
import json
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial

from cli.connection import say
from graph.settings import Neo4jAddress, Settings

EXAMPLE = "{ roles(first: 3) { totalCount nodes { name professions { nodes { name } } } } }"


def run_service(settings: Settings, address: Neo4jAddress, on: socket.socket) -> None:
    """Serve until a signal; for as long the folder says where."""
    from graph.database.embedded import embedded
    from graph.database.lifecycle import Watch
    from graph.database.services import announced

    port = on.getsockname()[1]
    url = f"{'https' if settings.tls else 'http'}://{settings.host}:{port}"

    def announce() -> None:
        (settings.home / "service.url").write_text(url)
        say(
            f"\nRolegraph answers at {url}\n"
            f"  GraphiQL, with example questions: {url}/graphql\n"
            f"  Try: curl -s {url}/graphql -H 'content-type: application/json'"
            f" -d '{json.dumps({'query': EXAMPLE})}'\n"
            "  Ctrl-C stops all of it."
        )

    with announced(settings, url):
        if settings.neo4j:
            _answer(settings, address, on, announce)
            return
        with Watch(embedded(settings)) as watch:
            _answer(settings, address, on, announce)
        watch.check()


def _answer(
    settings: Settings, address: Neo4jAddress, on: socket.socket, announce: Callable[[], None]
) -> None:
    """By this process, or by several that it looks after."""
    import server
    from graph.http.workers import Supervisor

    if settings.workers == 1:
        server.serve(address, settings, on, announce)
    else:
        serve_ = partial(server.serve, address)
        Supervisor(settings, serve_, on, announce, server.end_anyway_after).run()


@contextmanager
def only_one(settings: Settings) -> Generator[str | None]:
    """None where no other service runs from this folder, else its address."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "service.lock").open("w") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            known = settings.home / "service.url"
            yield known.read_text() if known.exists() else "it is starting"
            return
        (settings.home / "service.url").unlink(missing_ok=True)
        yield None
