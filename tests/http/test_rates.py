"""How much a caller may ask: the bucket itself, with a clock of the test's own."""

import multiprocessing
from pathlib import Path

import pytest
from starlette.datastructures import MutableHeaders

from graph.errors import RateLimited
from graph.http.ledger import Ledger
from graph.http.rates import Rates
from graph.pages import refusals
from graph.pages.page import Refusal


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def said(found: Rates, who: str, status: int = 200) -> dict[str, str]:
    headers = MutableHeaders()
    found.tell(who, status, headers)
    return dict(headers)


def test_it_fills_steadily() -> None:
    clock = Clock()
    found = Rates(600, clock=clock)
    found.take("a", 500)
    assert said(found, "a")["ratelimit"] == '"cost";r=100;t=50'
    with pytest.raises(RateLimited, match=r"This costs 101; 100 of 600 a minute are left."):
        found.take("a", 101)
    found.take("b", 600)
    clock.now += 1
    found.take("a", 110)
    assert said(found, "a", 429)["retry-after"] == "60"
    clock.now += 3_600
    assert said(found, "a")["ratelimit"] == '"cost";r=600;t=0'


def test_what_costs_more_than_a_bucket_holds_takes_a_full_one_and_longer() -> None:
    clock = Clock()
    found = Rates(600, clock=clock)
    found.take("a", 1_200)
    assert said(found, "a", 429) == {
        "ratelimit-policy": '"cost";q=600;w=60',
        "ratelimit": '"cost";r=0;t=120',
        "retry-after": "120",
    }
    clock.now += 61
    with pytest.raises(RateLimited):
        found.take("a", 1_200)
    clock.now += 60
    found.take("a", 1)
    found.take("a", 1_200)


def test_callers_are_many_and_memory_is_bounded() -> None:
    found = Rates(60, clock=Clock())
    for number in range(100_000):
        found.take(f"made-up-{number}", 60 if number < 5_000 else 1)
    spent = [said(found, f"made-up-{number}")["ratelimit"] for number in range(5_000)]
    assert spent.count('"cost";r=0;t=60') > 4_900, "who asked much is remembered longest"


def test_processes_have_the_buckets_in_common(tmp_path: Path) -> None:
    clock = Clock()
    one, two = (Rates(60, Ledger(tmp_path / "rates"), clock) for _ in range(2))
    one.take("a", 40)
    assert said(two, "a") == said(one, "a")
    with pytest.raises(RateLimited, match="This costs 21; 20 of 60 a minute are left"):
        two.take("a", 21)
    two.take("a", 20)
    assert said(one, "a")["ratelimit"] == '"cost";r=0;t=60'


def _ask(file: Path, times: int) -> None:
    found = Rates(1_000_000, Ledger(file), Clock())
    for _ in range(times):
        found.take("a", 1)


def test_no_cost_is_lost_between_processes(tmp_path: Path) -> None:
    file, spawn = tmp_path / "rates", multiprocessing.get_context("spawn")
    asking = [spawn.Process(target=_ask, args=(file, 20_000)) for _ in range(2)]
    for each in asking:
        each.start()
    for each in asking:
        each.join(120)
        assert each.exitcode == 0
    assert said(Rates(1_000_000, Ledger(file), Clock()), "a")["ratelimit"] == '"cost";r=960000;t=3'


def test_pages_say_it_as_a_page() -> None:
    view = refusals.view(Refusal("RATE_LIMITED", "made up"))
    assert (view.status, view.heading) == (429, "You have asked for very much in a short time")
    assert view.content["advice"] == "Wait for a minute, then load the page again."
