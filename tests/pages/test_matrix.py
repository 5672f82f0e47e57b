"""A matrix: each number opens the roles that it counts, and a matrix that is cut says so."""

import html
import itertools
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from graph.addresses.lists import Lists
from graph.database.session import Database
from graph.execution.answer import Answer
from graph.pages.page import Ask
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from loaders.load import load
from tests.conftest import SCHEMA, Runner
from tests.oracle.made_up import made_up_records
from tests.pages.test_documents import ASSETS
from tests.pages.test_history import site_over
from tests.pages.test_pages import text_of

AXES = (
    *("PROFESSION", "SERVICE_AREA", "CAREER_LEVEL", "SKILL", "PROGRAMME", "PROVIDER"),
    *("UNIVERSITY", "CASE_STUDY"),
)
PAIRS = list(itertools.combinations_with_replacement(AXES, 2))

APART = """MATCH (role:Role {slug: 'made-up-role-1'})
CREATE (role)<-[:PREPARES_FOR]-(:Entity:Programme {id: 'Programme:made-up-apart-1',
    slug: 'made-up-apart-1', name: 'Made up', nameFolded: 'made up', sources: [], altNames: []}),
  (role)<-[:PREPARES_FOR]-(:Entity:Programme {id: 'Programme:made-up-apart-2',
    slug: 'made-up-apart-2', name: 'Made up', nameFolded: 'made up', sources: [], altNames: []})
    <-[:OFFERS]-(:Entity:Provider {id: 'Provider:made-up-apart', slug: 'made-up-apart',
      name: 'Made up', nameFolded: 'made up', sources: [], altNames: []})"""
"""A role of two made-up programmes, of which a provider teaches one."""


@pytest.mark.parametrize(("rows", "columns"), PAIRS)
def test_a_number_opens_the_roles_that_it_counts(
    seeded: Database, run: Runner, rows: str, columns: str
) -> None:
    """The fullest cell, and the emptiest: the list behind it finds as many."""
    site = site_over(seeded)
    page = run(site.page("/matrix", [("rows", rows), ("columns", columns)]))
    assert page.status == 200
    cells = re.findall(r'<td class="rg-number">(.*?)</td>', str(page.body))
    linked = [re.search(r'href="/roles\?([^"]*)"[^>]*><bdi>([\d,]+)<', cell) for cell in cells]
    numbers = [found for found in linked if found]
    plain = len([cell for cell in cells if re.search(r"\d", cell)]) - len(numbers)
    rows_shown = str(page.body).partition("<tbody>")[2].count("<tr>")
    assert numbers and plain == rows_shown, "all but the numbers of whole rows open a list"
    for found in {max(numbers, key=_size)[0]: max(numbers, key=_size), "": numbers[-1]}.values():
        query, total = html.unescape(found[1]), found[2]
        pairs = parse_qsl(query)
        said = text_of(str(run(site.list("roles", pairs)).body))
        assert re.search(rf"\b{total} found", said), (query, total)


def test_a_provider_may_teach_by_another_programme_of_the_role(
    empty: Database, run: Runner
) -> None:
    """A number counts the roles of both; the list behind it asks for no one programme of both."""
    run(load(empty, MODEL, made_up_records()))
    run(empty.run(APART, {}))
    asked = [("rows", "PROGRAMME"), ("columns", "PROVIDER")]
    page = str(run(site_over(empty).page("/matrix", asked)).body)
    filters = "programmes=made-up-apart-1&amp;programmes.providers.and=made-up-apart"
    assert f'href="/roles?{filters}"><bdi>1</bdi>' in page
    pairs = parse_qsl(html.unescape(filters))
    assert "1 found" in text_of(str(run(site_over(empty).list("roles", pairs)).body))


def _size(found: re.Match[str]) -> int:
    return int(found[2].replace(",", ""))


def node(kind: str, at: int) -> dict[str, Any]:
    slug = f"made-up-{at}"
    return {"entity": {"__typename": kind, "slug": slug, "name": f"Made-up {at}"}, "roles": 9}


def answers(data: Any) -> Ask:
    """An engine that always answers so."""

    async def ask(_text: str, _variables: Any) -> Answer:
        return Answer(json.dumps({"data": data}).encode())

    return ask


def said(run: Runner, rows: int, columns: int, cells: int, *, truncated: bool) -> str:
    """The page of a made-up answer as text."""
    above = [node("Skill", at) for at in range(rows)]
    beside = [node("Profession", at) for at in range(columns)]
    pairs = list(itertools.islice(itertools.product(above, beside), cells))
    matrix = {
        "rows": above,
        "columns": beside,
        "cells": [{"row": a["entity"], "column": b["entity"], "roles": 3} for a, b in pairs],
        "truncated": truncated,
    }
    data = {"overlap": matrix, "dataVersion": {"version": "made-up", "loadedAt": None}}
    site = Site(Lists(SCHEMA, MODEL, Limits()), MODEL, answers(data), ASSETS, {})
    return text_of(str(run(site.page("/matrix", [])).body))


def test_a_matrix_that_is_whole_says_what_is_shown_of_it(run: Runner) -> None:
    page = said(run, 50, 20, 1_000 - 1, truncated=False)
    assert "The 12 columns with the most roles are shown, of 20." in page
    assert "The first 40 of 50 are shown." in page and "is cut" not in page
    small = said(run, 2, 2, 4, truncated=False)
    assert "columns with the most" not in small and "of 2 are shown" not in small


def test_a_matrix_that_is_cut_says_so_and_how(run: Runner) -> None:
    page = said(run, 1_000, 12, 1_000, truncated=True)
    assert "This table is cut: there are more than 1,000 rows, columns or squares." in page
    assert "The 40 rows with the most roles are shown, of 1,000 or more." in page
    assert "A square without a number may have up to 3 roles." in page
    assert "The first 40 of 1,000" not in page, "nobody knows of how many"
    page = said(run, 1_000, 1, 999, truncated=True)
    assert "is cut" in page and "without a number" not in page, "each square is known"
