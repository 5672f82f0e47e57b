"""What requests leave behind: bounded by bytes, none of what is refused, gone with no collector."""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from graph.compiler.document import DocumentErrors
from graph.errors import QueryTooComplex
from graph.execution.kept import Kept
from graph.execution.plans import Plans, Request
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA

SMALL = '{ role(slug: "made-up-%s") { name } }'
LISTS = """query Q%s($where: RoleWhere) { roles(where: $where, orderBy: [{name: ASC}]) { totalCount
  pageInfo { endCursor } facets(by: [KIND]) { values { count } }
  nodes { name professions(first: 2) { edges { confidence node { slug } } } replacedBy { id ... on Role { kind } } } } }"""
LARGE = (
    '{ role(slug: "made-up-%s") { ' + " ".join(f"{'a' * 600}{n}: name" for n in range(29)) + " } }"
)
FIELDS = '{ role(slug: "made-up-%s") { ' + "name slug kind " * 150 + " } }"


def plans(most: int = 1_000_000_000) -> Plans:
    return Plans(SCHEMA, MODEL, Limits(), most)


def test_the_oldest_goes_first_and_a_part_never_before_the_whole() -> None:
    kept = Kept(100)
    kept.put("document", 1, 20)
    kept.put("plan", 2, 20, ("document",))
    kept.put("other", 3, 20)
    kept.put("request", 4, 20, ("plan", "document"))
    assert kept.get("request") == 4
    kept.put("more", 5, 25)
    kept.put("still more", 6, 25)
    # "other" and then the request went; what it was made of was used with it, after it.
    assert kept.get("other") is kept.get("request") is None
    assert (kept.get("document"), kept.get("plan"), kept.bytes) == (1, 2, 90)
    kept.put("too large", 7, 26)
    assert kept.get("too large") is None
    kept.put("orphan", 8, 1, ("other",))
    assert kept.get("orphan") is None


@pytest.mark.parametrize(
    "text", [SMALL, LISTS, LARGE, FIELDS], ids=["small", "lists", "large", "fields"]
)
def test_what_is_counted_is_what_is_held(text: str) -> None:
    """Within a half: what is counted for a request is no less than it takes, and not far more."""
    found = plans()
    found.prepare(text % "warm", {}, None)
    gc.collect()
    tracemalloc.start()
    try:
        before, counted = tracemalloc.get_traced_memory()[0], found.kept.bytes
        for n in range(8):
            found.prepare(text % n, {}, None)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert held <= (found.kept.bytes - counted) <= 4 * held


def test_kept_requests_stay_within_their_bytes() -> None:
    found = plans(600_000)
    for n in range(40):
        found.prepare(SMALL % n, {}, None)
        found.prepare(FIELDS % n, {}, None)
    assert found.kept.bytes <= 600_000 < 40 * 291_000
    assert found.compiled == 80
    found.prepare(SMALL % 39, {}, None)
    assert found.compiled == 80


@pytest.mark.parametrize(
    ("query", "variables", "error"),
    [
        ("query ($n: Int) { roles(first: $n) { totalCount nodes { name } } }", {"n": -1}, None),
        ("query { a: __typename } mutation M { b: __typename }", {}, DocumentErrors),
        ("{ roles(first: 1000) { nodes { skills(first: 1000) { nodes { name } } } } }", {}, QueryTooComplex),
    ],
)  # fmt: skip
def test_request_that_is_refused_or_fails_is_not_kept(
    query: str, variables: Any, error: type[Exception] | None
) -> None:
    found = plans()
    with pytest.raises(error) if error else nullcontext():
        found.prepare(query, variables, None)
    assert found.known(Request.of(query, None, variables)) is None
    assert (found.kept.bytes == 0) == (error is DocumentErrors), "its document and plan are"


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("text", [SMALL, LISTS, FIELDS], ids=["small", "lists", "fields"])
def test_what_is_let_go_needs_no_collector(text: str, no_collector: None) -> None:
    """With the collector off: all but some objects of graphql-core's, however long the document."""
    found = plans(0)
    for n in range(3):
        found.prepare(text % n, {}, None)
    gc.collect()
    found.prepare(text % "again", {}, None)
    assert gc.collect() < 200
