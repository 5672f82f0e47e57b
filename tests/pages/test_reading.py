"""What helps to read a page: evidence beside statements, why a list is empty, steps from one end."""

import html
import re
from collections import Counter

import pytest

from tests.conftest import Service
from tests.pages.test_pages import get, text_of


@pytest.mark.parametrize(
    "path",
    [
        "/pathways?from=healthcare-assistant&to=registered-nurse",
        "/pathways?from=healthcare-assistant",
        "/connections?from=Role:ap-stroke&to=Profession:nursing",
        "/levels?value=4",
    ],
)
def test_statements_of_answers_have_their_evidence(service: Service, path: str) -> None:
    page = get(service, path)
    folded = re.findall(r'<details class="rg-evidence">(.*?)</details>', page, re.DOTALL)
    assert folded and "Show all evidence" in page
    for each in folded:
        assert "rg-confidence" in each and re.search(r"Read on \d+ \w+ 20\d\d", each)
        assert 'href="/sources/' in each
    other = html.unescape(re.search(r'data-evidence-switch href="([^"]+)"', page)[1])  # type: ignore[index]
    opened = get(service, other)
    assert opened.count('<details class="rg-evidence" open>') == len(folded)
    assert "Fold all evidence" in opened


def test_steps_from_one_role_and_to_one(service: Service) -> None:
    query = """{ role(slug: "assistant-practitioner") {
      nextSteps(first: 100) { totalCount nodes { name } } feederRoles(first: 100) { totalCount nodes { name } } } }"""
    role = service.post(query).json()["data"]["role"]
    for end, path, heading in (
        ("nextSteps", "from", "Next steps from Assistant Practitioner"),
        ("feederRoles", "to", "Where people come from to Assistant Practitioner"),
    ):
        page = get(service, f"/pathways?{path}=assistant-practitioner")
        assert heading in text_of(page) and role[end]["totalCount"]
        table = page.partition("data-steps")[2].partition("</table>")[0]
        assert table.count("<tr><th scope") == 1 + role[end]["totalCount"]
        assert all(html.escape(node["name"], quote=False) in table for node in role[end]["nodes"])
    missing = get(service, "/pathways?from=assistant-practitoner", 404)
    assert 'href="/roles/assistant-practitioner"' in missing


def test_lists_are_filtered_by_source(service: Service) -> None:
    page = get(service, "/roles?facet=sources")
    query = '{ source(slug: "seed-page") { name } roles(where: {sources: {has: "seed-page"}}) { totalCount } }'
    data = service.post(query).json()["data"]
    name, total = html.escape(data["source"]["name"], quote=False), data["roles"]["totalCount"]
    link = re.search(
        rf'href="(/roles\?facet=sources&amp;sources=seed-page)"[^>]*>{re.escape(name)}</a>', page
    )
    assert link
    found = text_of(get(service, html.unescape(link[1])))
    assert f"{total} found" in found and f"Sources is {data['source']['name']}" in found


def test_an_empty_list_says_what_emptied_it(service: Service) -> None:
    page = get(service, "/roles?professions=podiatry&kind=GENERIC&careerLevel=level-2")
    assert "Nothing meets all of this at once." in page
    links = re.search(r"Something is found without:</p>\s*<ul[^>]*>(.*?)</ul>", page, re.DOTALL)
    for href in re.findall(r'href="([^"]+)"', links[1] if links else ""):
        assert "<strong>0</strong>" not in get(service, html.unescape(href))
    both = get(service, "/roles?kind=GENERIC&careerLevel=level-2")
    links = re.search(r"Something is found without:</p>\s*<ul[^>]*>(.*?)</ul>", both, re.DOTALL)
    assert links
    hrefs = re.findall(r'href="([^"]+)"', links[1])
    assert sorted(hrefs) == ["/roles?careerLevel=level-2", "/roles?kind=GENERIC"]
    for href in hrefs:
        assert "<strong>0</strong>" not in get(service, html.unescape(href))
    words = get(service, "/roles?q=phisiotherapist")
    assert 'href="/search?q=phisiotherapist"' in words


def test_results_say_that_words_are_missing(service: Service) -> None:
    page = text_of(get(service, "/search?q=stroke%20nothingofthekind"))
    assert "Not in it: 1 word of yours" in page
    none = text_of(get(service, "/search?q=nothingofthekind"))
    assert "Nothing has any of these words" in none


def test_what_belongs_to_a_thing_is_a_tree(service: Service) -> None:
    query = """{ professions(first: 50) { nodes { slug narrower(first: 20) { totalCount nodes { name
      narrower(first: 6) { totalCount nodes { name } } } } } } }"""
    professions = service.post(query).json()["data"]["professions"]["nodes"]
    widest = max(professions, key=lambda each: each["narrower"]["totalCount"])
    page = get(service, f"/professions/{widest['slug']}")
    tree = page.partition('id="tree"')[2].partition("</details>")[0]
    for node in widest["narrower"]["nodes"]:
        assert node["name"] in html.unescape(tree)
        for twig in node["narrower"]["nodes"][:5]:
            assert twig["name"] in html.unescape(tree)
    leaf = next(each for each in professions if not each["narrower"]["totalCount"])
    assert 'id="tree"' not in get(service, f"/professions/{leaf['slug']}")


def test_what_was_looked_up_is_a_list_and_is_compared(service: Service) -> None:
    page = get(
        service, "/lookup?list=assistant-practitioner%0Anursing%20associate%0Anursing%0Anothing"
    )
    rows = page.partition("What was found, by kind")[2]
    link = re.search(r'href="(/roles\?slug=[^"]+)">\s*<bdi>(\d+)', rows)
    assert link
    listed = get(service, html.unescape(link[1]))
    assert f"<strong>{link[2]}</strong> found" in listed
    compared = re.search(r'href="(/compare\?ids=Role[^"]+)"', rows)
    assert compared and "Roles side by side" in text_of(get(service, html.unescape(compared[1])))


def test_the_axes_stand_side_by_side(service: Service) -> None:
    query = """{ roles(first: 100) { nodes { careerLevel { level name } qualificationLevel payBand } } }"""
    roles = [
        role for role in service.post(query).json()["data"]["roles"]["nodes"] if role["careerLevel"]
    ]
    page = get(service, "/levels")
    table = page.partition("The three axes side by side</h2>")[2].partition("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, re.DOTALL)
    assert len(rows) == 9
    for row in rows:
        said = text_of(row)
        level = int(said.split()[0])
        here = [role for role in roles if role["careerLevel"]["level"] == level]
        for field in ("qualificationLevel", "payBand"):
            values = Counter(role[field] for role in here if role[field] is not None)
            for value, total in values.items():
                assert f"{value} ({total} role{'' if total == 1 else 's'})" in said, (level, field)
        assert not here or said.split()[-1] == str(len(here))
