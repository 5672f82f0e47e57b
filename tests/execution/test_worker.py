"""Long work runs beside the event loop, in one thread, in the order asked; short work does not."""

import asyncio
import threading
from contextlib import suppress
from typing import Any

from graph.execution.engine import Engine
from graph.execution.plans import Prepared, Request
from graph.execution.worker import Worker
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner
from tests.execution.test_introspection import Nobody


def test_one_at_a_time_in_the_order_asked(run: Runner) -> None:
    worker, seen = Worker(), list[tuple[int, str]]()

    def note(number: int) -> int:
        seen.append((number, threading.current_thread().name))
        return number

    async def scene() -> list[int]:
        return await asyncio.gather(*(worker(note, number) for number in range(5)))

    assert run(scene()) == [0, 1, 2, 3, 4]
    assert [number for number, _ in seen] == [0, 1, 2, 3, 4]
    assert len({name for _, name in seen} - {threading.current_thread().name}) == 1


def test_what_nobody_waits_for_is_not_begun(run: Runner) -> None:
    worker, seen = Worker(), list[str]()

    async def scene() -> None:
        may_end = threading.Event()
        first = asyncio.create_task(worker(may_end.wait))
        left = asyncio.create_task(worker(seen.append, "left"))
        await asyncio.sleep(0)
        left.cancel()
        with suppress(asyncio.CancelledError):
            await left
        may_end.set()
        await first
        await worker(seen.append, "stayed")

    run(scene())
    assert seen == ["stayed"]


def test_long_documents_are_compiled_beside_the_event_loop(run: Runner, monkeypatch: Any) -> None:
    engine = Engine(SCHEMA, MODEL, Nobody(), Limits())
    make, threads = engine.plans.make, list[threading.Thread]()

    def noted(request: Request, variables: Any) -> Prepared:
        threads.append(threading.current_thread())
        return make(request, variables)

    monkeypatch.setattr(engine.plans, "make", noted)
    short = '{ role(slug: "x") { name } }'
    for query in (short, short + " # " + "long " * 300, short, short + " # " + "long " * 300):
        assert run(engine.execute(query)).body == b'{"data":{"role":null}}'
    assert [thread is threading.current_thread() for thread in threads] == [True, False]
