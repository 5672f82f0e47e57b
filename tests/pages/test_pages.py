"""Pages over real HTTP: what each says without scripts, and what a wrong address gets."""

import html
import json
import re
from xml.etree import ElementTree

import httpx
import pytest

from graph.addresses.lists import Lists
from graph.execution.engine import Engine
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner, Service

SCRIPTS = {
    name: f"/static/{name}" for name in ("pages.js", "careers.js", "charts.js", "network.js")
}
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def get(service: Service, path: str, status: int = 200) -> str:
    answer = httpx.get(f"{service.url}{path}", headers=BROWSER, timeout=80)
    assert answer.status_code == status, answer.text[:2_000]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy
    assert not re.search(r"\son\w+=|<script>|<style|\sstyle=", answer.text)
    assert not re.search(r"""(src|href)=["']?(https?:)?//[^"']*\.(js|css|woff2?)""", answer.text)
    return answer.text


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_first_page_has_a_search_box_and_a_door_for_each_kind(service: Service) -> None:
    page = get(service, "/")
    assert '<form class="rg-search" action="/search" method="get">' in page
    assert re.search(r'href="/roles".*?Roles</span> <span class="rg-door__count">90<', page)
    assert "Nothing is loaded yet of: Occupation groups" in page
    assert re.search(r"loaded on \d+\s[A-Z][a-z]+\s20\d\d,\s\d\d:\d\d\sUTC", text_of(page))


def test_search_marks_what_was_found_and_filters_by_kind(service: Service) -> None:
    page = get(service, "/search?q=stroke")
    assert "<mark>" in page and 'href="/search?q=stroke&amp;kind=roles"' in page
    only = get(service, "/search?q=stroke&kind=roles")
    assert "among roles" in text_of(only)
    kinds = re.findall(r'nhsuk-tag--grey">([^<]+)<', only)
    assert kinds and set(kinds) == {"Role"}
    assert "Nothing has any of these words" in get(service, "/search?q=xyzzyqwert")


def test_the_page_of_a_source_has_what_rests_on_it(service: Service) -> None:
    page = get(service, "/sources/seed-page")
    count = re.search(r'href="/roles\?sources=seed-page">Roles</a></th><td [^>]*>(\d+)<', page)
    assert count
    assert f"{count[1]} found" in text_of(get(service, "/roles?sources=seed-page"))
    said = text_of(page)
    assert "What rests on it" in said and "Findings: roles" in said
    assert 'data-node="Role:assistant-practitioner"' in page


def test_any_facet_is_drawn_beside_the_list(service: Service) -> None:
    """The numbers of the facet as a table and a picture; filters and pages keep it."""
    page = get(service, "/roles?picture=professions&confidence=CONFIRMED")
    assert "Roles by professions" in text_of(page) and 'data-picture="bars"' in page
    table = page[page.index('data-table="drawn"') : page.index("</table>")]
    drawn = dict(re.findall(r'<a [^>]*>([^<]+)</a></th><td class="rg-number">([\d,]+)<', table))
    answer = httpx.post(
        f"{service.url}/graphql",
        json={
            "query": """{ roles(where: {confidence: {eq: CONFIRMED}}) {
          facets(by: [PROFESSIONS]) { values { count entity { name } } } } }"""
        },
        timeout=80,
    ).json()["data"]["roles"]["facets"][0]["values"]
    assert drawn == {
        html.escape(each["entity"]["name"]): f"{each['count']:,}"
        for each in answer
        if each["entity"]
    }
    later = re.findall(r'href="([^"]*after=[^"]*)"', page)
    assert later and all("picture=professions" in each for each in later), (
        "the next page has it too"
    )
    assert 'href="/roles.csv?confidence=CONFIRMED"' in page, "files know no picture"
    assert "changes nothing here" not in page
    assert "changes nothing here" in get(service, "/roles?picture=professions&professions=nursing")


def test_a_role_says_its_facts_and_what_each_statement_rests_on(service: Service) -> None:
    page = get(service, "/roles/assistant-practitioner")
    said = text_of(page)
    assert "<h1" in page and "Assistant Practitioner" in said
    assert "Qualification level 5" in said and "Also called AP" in said
    assert 'href="/serviceAreas/stroke-services"' in page
    assert page.count('<details class="rg-evidence">') > 50
    assert page.count('<details class="rg-evidence" open>') == 1
    opened = get(service, "/roles/assistant-practitioner?evidence=open")
    assert '<details class="rg-evidence">' not in opened
    assert 'type="application/ld+json"' in page
    assert "/graphql#query=" in page


def test_a_list_has_facets_filters_in_words_columns_and_files(service: Service) -> None:
    page = get(service, "/roles?professions=nursing,physiotherapy")
    said = text_of(page)
    assert "Professions include Nursing or Physiotherapy" in said
    assert 'href="/roles?professions.and=nursing%2Cphysiotherapy"' in page
    assert 'href="/roles.csv?professions=nursing%2Cphysiotherapy"' in page
    both = text_of(get(service, "/roles?professions.and=nursing,physiotherapy"))
    assert "Professions include Nursing and Physiotherapy" in both
    counts = [int(re.search(r"(\d+) found", text)[1]) for text in (said, both)]  # type: ignore[index]
    assert counts[0] > counts[1] > 0
    narrow = get(service, "/roles?columns=name&columns=kind&order=-name&first=2")
    assert 'aria-sort="descending"' in narrow and narrow.count('<th scope="row">') == 2
    assert 'rel="next"' in narrow


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/help", "Confirmed by several sources"),
        ("/questions", "Which roles span the most boundaries?"),
        ("/levels?axis=CAREER_FRAMEWORK&value=4", "Pay band"),
        ("/matrix", "share most"),
        ("/boundaries?between=nursing,physiotherapy", "Assistant"),
        ("/pathways?from=healthcare-assistant&to=registered-nurse", "by known career steps"),
        (
            "/compare?ids=Role:healthcare-assistant,Role:occupational-therapist",
            "Programmes that help",
        ),
        ("/connections?from=Role:ap-stroke&to=Profession:nursing", "Rests on"),
        ("/careers", "Level 4"),
        ("/lookup?list=R0017%0Anothing-of-the-kind", "1 of 2 lines found"),
        ("/lookup?list=R0017", "Role Code of NHS-SDS-JobRole 2026-04, exact match"),
        ("/lookup?list=ap%0AHEALTHCARE%20assistant", "Healthcare Assistant Role Name"),
        ("/lookup?list=ap", "Assistant Practitioner Role Other name"),
        ("/search?q=R0017", "exact match"),
        ("/quality", "Roles that no programme prepares for"),
        ("/changes", "What changed"),
        ("/map", "North West has most programmes"),
    ],
)
def test_pages_that_answer_a_question(service: Service, path: str, words: str) -> None:
    assert words in text_of(get(service, path))


def test_the_map_counts_what_its_numbers_open(service: Service) -> None:
    page = get(service, "/map")
    query = """{ regions(first: 100) { nodes { slug providers { totalCount } } }
      programmes(first: 1000) { nodes { providers { nodes { region { slug } } } } } }"""
    data = service.post(query).json()["data"]
    taught = [
        {each["region"]["slug"] for each in programme["providers"]["nodes"] if each["region"]}
        for programme in data["programmes"]["nodes"]
    ]
    for region in data["regions"]["nodes"]:
        slug, providers = region["slug"], region["providers"]["totalCount"]
        programmes = sum(slug in places for places in taught)
        for name, path, total in (
            ("region", "providers", providers),
            ("providers.region", "programmes", programmes),
        ):
            link = f'<a href="/{path}?{name}={slug}"><bdi>{total}</bdi></a>'
            assert (link in page) == (total > 0), (slug, path)


def test_as_many_codes_are_looked_up_as_the_page_says(service: Service) -> None:
    most = int(re.findall(r"one a line, up to (\d+)", get(service, "/lookup"))[0])
    codes = [f"R{at:04}" for at in range(most + 1)]
    page = get(service, f"/lookup?list={'%0A'.join(codes[:-1])}")
    assert f"of {most} lines found" in text_of(page)
    assert 'href="/search?q=R0000"' in page
    assert f"{most} is the most" in get(service, f"/lookup?list={'%0A'.join(codes)}", 400)


def test_a_list_that_is_looked_up_is_a_file_too(service: Service) -> None:
    page = get(service, "/lookup?list=R0017%0Anot%20there")
    files = re.findall(r'href="(/q/look-up\.[^"]+)"', html.unescape(page))
    assert [httpx.get(f"{service.url}{file}", timeout=80).status_code for file in files] == [
        200
    ] * 3
    address = files[0]
    lines = httpx.get(f"{service.url}{address}", timeout=80).text.splitlines()
    assert lines[0].startswith("lookUp.text,lookUp.basis,")
    assert lines[1].startswith("R0017,CODE,EXACT,NHS-SDS-JobRole,2026-04,Assistant Practitioner,")
    assert lines[2] == "not there,,,,,,,"


def test_suggestions_are_json_and_their_refusals_too(service: Service) -> None:
    answer = httpx.get(f"{service.url}/search.json?q=strok", timeout=80)
    assert answer.headers["content-type"] == "application/json" and answer.headers["etag"]
    found = {"name": "Stroke services", "kind": "Service area"}
    found |= {"id": "ServiceArea:stroke-services", "href": "/serviceAreas/stroke-services"}
    assert found in answer.json()["found"]
    roles = httpx.get(f"{service.url}/search.json?q=strok&kind=roles", timeout=80).json()["found"]
    assert {each["kind"] for each in roles} == {"Role"}
    both = httpx.get(f"{service.url}/search.json?q=strok&kind=roles,serviceAreas", timeout=80)
    assert {each["kind"] for each in both.json()["found"]} == {"Role", "Service area"}
    for query in ("", "?q=...", "?q=a&kind=rolls", "?q=a&kind=roles,rolls", "?q=a&after=x"):
        wrong = httpx.get(f"{service.url}/search.json{query}", timeout=80)
        assert wrong.status_code == 400, query
        assert wrong.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_the_feed_has_each_load_and_leads_to_what_changed(service: Service) -> None:
    answer = httpx.get(f"{service.url}/changes.atom", timeout=80)
    assert answer.headers["content-type"] == "application/atom+xml"
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(answer.content)
    version = service.post("{ dataVersion { version } }").json()["data"]["dataVersion"]["version"]
    entries = feed.findall("a:entry", names)
    assert entries[0].findtext("a:id", "", names) == f"urn:rolegraph:load:{version}"
    assert re.search(r"seed: [\d,]+ added, 0 changed", entries[0].findtext("a:title", "", names))
    link = entries[0].find("a:link", names)
    assert link is not None
    assert "Nothing has changed since" not in get(service, link.attrib["href"])
    assert "Nothing has changed since" in get(service, "/changes?since=2999-12-31")
    assert "which is no day" in get(service, "/changes?since=2026-02-30", 400)
    assert 'type="application/atom+xml" href="/changes.atom"' in get(service, "/changes")


def test_the_head_of_a_thing_has_what_its_linked_data_says(service: Service) -> None:
    page = get(service, "/roles/assistant-practitioner")
    found = re.search(r'<script type="application/ld\+json">(.*)</script>', page)
    assert found and "<" not in found[1]
    whole = httpx.get(f"{service.url}/roles/assistant-practitioner.jsonld", timeout=80).json()
    here, there = (
        {each["@id"]: each for each in graph["@graph"]} for graph in (json.loads(found[1]), whole)
    )
    me = "/roles/assistant-practitioner"
    for name in ("@type", "skos:prefLabel", "skos:altLabel", "prov:wasDerivedFrom"):
        assert here[me][name] == there[me][name], name
    areas = [each["@id"] for each in here[me]["rolegraph:serviceAreas"]]
    assert sorted(areas) == sorted(each["@id"] for each in there[me]["rolegraph:serviceAreas"])
    assert set(here) < set(there)


def test_all_links_hold_under_the_path_of_a_proxy(engine: Engine, run: Runner) -> None:
    lists = Lists(SCHEMA, MODEL, Limits())
    site = Site(lists, MODEL, engine.execute, {"pages.css": "/static/a.css", **SCRIPTS}, {}, "/x")
    role = run(site.thing("roles", "assistant-practitioner", []))
    pages = [run(site.page("/", [])), run(site.list("roles", [])), role]
    pages += [run(site.page(path, [])) for path in ("/matrix", "/questions", "/changes")]
    for page in pages:
        assert page.status == 200
        found = re.findall(r'(?:href|src|action|data-suggest)="([^"]*)"', str(page.body))
        own = [each for each in found if not re.match(r"#|data:|https?:", each)]
        assert len(own) > 15 and [each for each in own if not each.startswith("/x/")] == []
    linked = re.findall(r'"@id": "(/[^"]*)"', str(role.body))
    assert linked and all(each.startswith("/x/") for each in linked)
    suggested = json.loads(run(site.file("/search.json", [("q", "stroke")])).body)
    assert all(each["href"].startswith("/x/") for each in suggested["found"])


def test_a_page_is_kept_until_the_data_changes(service: Service) -> None:
    first = httpx.get(f"{service.url}/help", headers=BROWSER, timeout=80)
    again = {**BROWSER, "if-none-match": first.headers["etag"]}
    second = httpx.get(f"{service.url}/help", headers=again, timeout=80)
    assert second.status_code == 304 and "content-security-policy" in second.headers


def test_one_relationship_alone(service: Service) -> None:
    page = get(service, "/roles/assistant-practitioner?show=narrower")
    assert "More specialised roles" in page
    assert page.count('data-relationship="More specialised roles"') == 50


@pytest.mark.parametrize("kind", MODEL.types, ids=lambda kind: kind.name)
def test_every_kind_has_its_pages(service: Service, kind: object) -> None:
    name = getattr(kind, "plural")  # noqa: B009
    query = f"{{ {name}(first: 1) {{ nodes {{ slug }} }} }}"
    nodes = service.post(query).json()["data"][name]["nodes"]
    if nodes:
        get(service, f"/{name}/{nodes[0]['slug']}")
    get(service, f"/{name}/no-such-thing-there", 404)


def test_what_is_not_there_has_the_nearest_names(service: Service) -> None:
    page = get(service, "/roles/assistant-practitoner", 404)
    assert "Nearest names" in page and 'href="/roles/assistant-practitioner"' in page
    assert "Page not found" in get(service, "/nothing-here", 404)
    assert httpx.get(f"{service.url}/nothing-here").json()["errors"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/search?q=a&q=b", "2 times"),
        ("/search?q=a&kin=roles", "Did you mean “kind”?"),
        ("/search?q=a&kind=Role", "Try roles"),
        ("/search?q=" + "x" * 300, "at most 250"),
        ("/search?q=...", "no word"),
        ("/search?q=a&after=nonsense", ""),
        ("/roles/assistant-practitioner?show=nothing", "Try"),
        ("/roles/assistant-practitioner?evidence=shut", "Try open"),
        ("/roles/assistant-practitioner?<script>alert(1)</script>=1", "has no setting"),
        ("/roles?professions=nurs", "nothing that is here"),
        ("/roles?profesions=nursing", "professions"),
        ("/roles?first=0", "whole number"),
        ("/roles?order=nothing", "order"),
        ("/roles?columns=nothing", "columns"),
        ("/roles?facet=nothing", "facet"),
        ("/roles?picture=nothing", "“picture” is nothing that this list is filtered by"),
        ("/roles?picture=professions&picture=careerLevel", "“picture” is given twice"),
        ("/levels?value=x", "whole number"),
        ("/matrix?rows=ROL", "Try"),
        ("/?q=%ff", ""),
        ("/?" + "&".join(f"a{i}=1" for i in range(300)), ""),
        ("/?" + "x" * 10_000, "has no setting"),
    ],
    ids=range(22),
)
def test_a_wrong_setting_is_named(service: Service, path: str, words: str) -> None:
    page = get(service, path, 400)
    assert words in text_of(page)
    assert "<script>alert" not in page
