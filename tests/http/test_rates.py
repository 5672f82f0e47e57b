"""How much a caller may ask: the bucket itself, with a clock of the test's own."""

import pytest
from starlette.datastructures import MutableHeaders

from graph.errors import RateLimited
from graph.http import rates
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
    found = Rates(600, clock)
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
    found = Rates(600, clock)
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


def test_callers_are_forgotten_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    found = Rates(60, clock)
    found.take("gone", 1)
    clock.now += 2
    found.take("other", 60)
    assert list(found._full_at) == ["other"]
    monkeypatch.setattr(rates, "_MOST_CALLERS", 3)
    for number in range(10):
        found.take(f"made-up-{number}", 60)
    assert len(found._full_at) == 3


def test_pages_say_it_as_a_page() -> None:
    view = refusals.view(Refusal("RATE_LIMITED", "made up"))
    assert (view.status, view.heading) == (429, "You have asked for very much in a short time")
    assert view.content["advice"] == "Wait for a minute, then load the page again."
