"""The career map: against what the API says, filtered as lists are."""

import html
import re
from collections import Counter
from typing import Any

import pytest

from tests.conftest import Service
from tests.pages.test_pages import get, text_of

ROLES = """{ roles(first: 100) { nodes { slug careerLevel { level } professions(first: 20) { nodes { slug name } }
  serviceAreas(first: 20) { nodes { slug name } } nextSteps(first: 10) { nodes { slug } } } } }"""


def on_the_map(page: str) -> Counter[tuple[str, str]]:
    """How often each role stands in each row, by the row's name and the role's slug."""
    rows = re.findall(r'<tr><th scope="row"><bdi>(.*?)</bdi></th>(.*?)</tr>', page, re.DOTALL)
    return Counter(
        (html.unescape(name), slug)
        for name, cells in rows
        for slug in re.findall(r'data-role="([^"]+)"', cells)
    )


def roles_of(service: Service) -> list[Any]:
    return service.post(ROLES).json()["data"]["roles"]["nodes"]


@pytest.mark.parametrize("rows", ["professions", "serviceAreas"])
def test_each_role_stands_at_its_level_in_each_of_its_rows(service: Service, rows: str) -> None:
    roles = [role for role in roles_of(service) if role["careerLevel"]]
    expected = Counter(
        (row["name"], role["slug"])
        for role in roles
        for row in role[rows]["nodes"] or [{"name": "None is named"}]
    )
    page = get(service, f"/careers?rows={rows}")
    assert on_the_map(page) == expected
    levels = Counter(role["careerLevel"]["level"] for role in roles)
    heads = re.findall(r"Level (\d+) <span class=\"rg-count\">(\d+)</span>", page)
    assert {int(level): int(count) for level, count in heads} == levels
    (level, count) = levels.most_common(1)[0]
    assert (
        f"{len(roles)} roles at {len(levels)} levels. Most are at level {level}: {count}." in page
    )


def test_roles_without_a_level_are_listed(service: Service) -> None:
    none = [role for role in roles_of(service) if not role["careerLevel"]]
    page = get(service, "/careers")
    href = "/roles?careerLevel.isNull=true"
    assert f'<a href="{href}">roles of which no source says a level</a>' in page
    assert f"{len(none)} found" in text_of(get(service, href))


def test_a_map_is_filtered_as_the_list_is(service: Service) -> None:
    page = get(service, "/careers?professions=physiotherapy&q=assistant")
    roles = {
        role["slug"]
        for role in service.post(
            '{ roles(first: 100, where: {professions: {some: {node: {slug: {eq: "physiotherapy"}}}},'
            ' name: {contains: "assistant"}}) { nodes { slug careerLevel { level } } } }'
        ).json()["data"]["roles"]["nodes"]
        if role["careerLevel"]
    }
    slugs = {slug for _row, slug in on_the_map(page)}
    assert roles and roles <= slugs
    assert "Professions include Physiotherapy" in text_of(page) and "known" not in text_of(page)
    assert 'href="/careers?q=assistant"' in page, "the filter can be taken off"
    assert 'href="/roles.csv?professions=physiotherapy&amp;q=assistant"' in page
    empty = get(service, "/careers?q=nothing-of-the-kind")
    assert "Nothing meets all of this at once" in empty and "<table" not in empty


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?professions=nursing,physiotherapy",
        "?professions.and=nursing,physiotherapy",
        "?professions.not=nursing&rows=serviceAreas",
        "?careerLevel=level-4&rows=serviceAreas",
    ],
)
def test_all_of_a_cell_is_a_list(service: Service, query: str) -> None:
    page = get(service, f"/careers{query}")
    cells = re.findall(r'class="rg-map__all" href="([^"]+)">All (\d+) as a list', page)
    assert cells
    for href, total in cells[:12]:
        assert f"<strong>{total}</strong> found" in get(service, html.unescape(href)), href


def test_what_a_map_does_not_take_is_refused_by_name(service: Service) -> None:
    for query, words in {
        "order=name": "The career map has no setting “order”.",
        "picture=professions": "The career map has no setting “picture”.",
        "rows=skills": "“skills” is nothing that “rows” can be. Try",
        "steps=all": "“all” is nothing that “steps” can be. Try shown.",
        "rows=professions&rows=professions": "The address says “rows” 2 times.",
        "profesions=nursing": "profesions",
    }.items():
        assert words in text_of(get(service, f"/careers?{query}", 400)), query
    assert "nursng" in text_of(get(service, "/careers?professions=nursng", 400))
