"""One time limit for many operations: what takes too long ends, and nothing else does."""

import asyncio

import pytest

from graph.database.deadline import Deadline, Silence
from tests.conftest import Runner


def test_what_takes_too_long_is_cancelled(run: Runner) -> None:
    async def slow(cancelled: asyncio.Event) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def ended() -> None:
        deadline, cancelled = Deadline(0.05), asyncio.Event()
        with pytest.raises(TimeoutError):
            await deadline.wait(slow(cancelled))
        assert cancelled.is_set()
        assert await deadline.wait(asyncio.sleep(0, "in time")) == "in time"
        with pytest.raises(TimeoutError):
            await deadline.wait(asyncio.sleep(60))
        task = asyncio.current_task()
        assert task is not None
        assert not task.cancelling(), "what is over no longer cancels"

    run(asyncio.wait_for(ended(), 30))


def test_what_ends_in_its_own_way_when_cancelled_is_heard(run: Runner) -> None:
    async def stubborn() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "ended"
        return "too late"

    async def ended() -> int:
        task = asyncio.current_task()
        assert task is not None
        assert await Deadline(0.05).wait(stubborn()) == "ended"
        return task.cancelling()

    assert run(asyncio.wait_for(ended(), 30)) == 0


def test_each_has_its_own_end(run: Runner) -> None:
    async def beside() -> list[object]:
        deadline = Deadline(2.0)
        first = asyncio.create_task(deadline.wait(asyncio.sleep(60, "first")))
        await asyncio.sleep(1.5)
        others = [deadline.wait(asyncio.sleep(0.7, number)) for number in range(3)]
        return await asyncio.gather(*others, first, return_exceptions=True)

    *others, first = run(asyncio.wait_for(beside(), 30))
    assert others == [0, 1, 2]
    assert isinstance(first, TimeoutError)


def test_who_waits_may_leave(run: Runner) -> None:
    async def left() -> None:
        task = asyncio.create_task(Deadline(60).wait(asyncio.sleep(60)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(asyncio.wait_for(left(), 30))


def test_cancelled_again_by_the_work_itself(run: Runner) -> None:
    """As the driver does where it cannot stop at once: what comes after is not ended by it."""

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            task = asyncio.current_task()
            assert task
            task.cancel()

    async def after() -> str:
        with pytest.raises(TimeoutError):
            await Deadline(0.05).wait(stubborn())
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task and not task.cancelling()
        return "goes on"

    assert run(asyncio.wait_for(after(), 30)) == "goes on"


def test_all_end_where_who_is_asked_is_silent(run: Runner) -> None:
    async def silent() -> list[BaseException | None]:
        def end() -> None:
            deadline.end_all()

        deadline = Deadline(60, 0.1, end)
        works = (deadline.wait(asyncio.sleep(60)) for _ in range(3))
        return await asyncio.gather(*works, return_exceptions=True)

    assert [type(found) for found in run(asyncio.wait_for(silent(), 30))] == [Silence] * 3
