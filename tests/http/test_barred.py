"""Refusals before any address: a page to a browser that opens a page, JSON to all others."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.access import Access as AccessSettings
from graph.http import app
from graph.http.access import Access
from graph.http.callers import Caller, Identify
from graph.http.gate import Gate
from graph.http.outermost import Ending, Outermost
from graph.http.tokens import Tokens, bearer
from graph.pages import barred
from graph.settings import Clients
from tests.pages.test_pages import BROWSER, text_of

FIELDS = {"path": "/roles", "method": "GET", "headers": [(b"accept", b"text/html")]}
PROGRAM = {"accept": "application/json"}
AT = "http://made-up.example"


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("answered")(scope, receive, send)


async def fails(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise asyncio.CancelledError


async def nobody(_scope: Scope) -> Caller:
    return Tokens(Path("made-up.json")).caller(bearer(Headers({})))


async def counter(_scope: Scope) -> Caller:
    return Caller("made-up <b>counter</b>", frozenset({"metrics"}))


async def reader(_scope: Scope) -> Caller:
    return Caller("made-up-reader", frozenset({"read"}))


def guarded(identify: Identify, **settings: object) -> ASGIApp:
    return Access(nothing, identify, replace(AccessSettings(), **settings))  # type: ignore[arg-type]


def crowded() -> ASGIApp:
    return Gate(Clients(), 10).crowded(nothing)


def ending() -> ASGIApp:
    begun = Ending()
    begun.begun = True
    return Outermost(fails, begun, AccessSettings())


def get(app: ASGIApp, path: str, headers: dict[str, str]) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=AT) as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


REFUSALS: dict[str, tuple[int, Callable[[], ASGIApp], str]] = {
    "UNAUTHENTICATED": (401, lambda: guarded(nobody), "Sign in, then open this address again."),
    "FORBIDDEN": (403, lambda: guarded(counter), "let you see it"),
    "RATE_LIMITED": (429, lambda: guarded(reader, rate=2), "again in 60 seconds."),
    "HOST_NOT_SERVED": (421, lambda: guarded(reader, hosts=("example.org",)), "Check the first"),
    "SERVICE_UNAVAILABLE": (503, crowded, "tries again by itself in 5 seconds."),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_browser_is_told_in_plain_words_and_a_program_in_json(code: str) -> None:
    status, make, words = REFUSALS[code]
    asked = make()
    if status == 429:
        for _ in range(2):
            get(asked, "/roles", BROWSER)
    page, answer = (get(asked, "/roles?q=<i>", each) for each in (BROWSER, PROGRAM))
    assert page.status_code == answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    own = {"content-type", "content-length", "content-security-policy"}
    headers = [{k: v for k, v in each.headers.items() if k not in own} for each in (page, answer)]
    assert headers[0] == headers[1]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert words in text_of(page.text) and f"({code})" in page.text
    assert "<b>" not in page.text and not re.search(r"<script|(?:href|src)=\"[^d\"]", page.text)
    assert ('http-equiv="refresh" content="5"' in page.text) == (status == 503)


def test_an_end_of_the_service_is_a_page_too() -> None:
    page = get(ending(), "/", BROWSER)
    assert page.status_code == 503 and page.headers["connection"] == "close"
    assert "cannot answer at the moment" in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/roles.csv", "/metrics", "/static/pages.css", "/changes.atom"])
def test_files_are_refused_in_json_to_browsers_too(path: str) -> None:
    assert get(guarded(nobody), path, BROWSER).json()["errors"]


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    page = get(guarded(nobody), "/", BROWSER)
    assert f"<style>{barred.STYLE}</style>" in page.text
    assert page.headers["content-security-policy"] == barred.POLICY
    assert "unsafe" not in barred.POLICY


@pytest.mark.parametrize(("seconds", "said"), [(1, "1 second"), (99, "99 s"), (101, "2 minutes")])
def test_long_waits_are_told_in_minutes(seconds: int, said: str) -> None:
    assert f"again in {said}" in str(barred.barred("RATE_LIMITED", "", 429, seconds).body)


def test_a_fault_of_ours_is_a_page_with_the_id_that_the_log_has() -> None:
    page = asyncio.run(app.failed(Request({"type": "http", **FIELDS}), ValueError("made up")))
    assert page.status_code == 500
    assert re.search(r"errorId [0-9a-f]{32}", bytes(page.body).decode())
    plain = Request({"type": "http", **FIELDS, "headers": []})
    answer = asyncio.run(app.failed(plain, ValueError("made up")))
    assert b'"errorId":"' in answer.body
