"""The history of a thing on its page: when it was added, changed or retired, and by which load."""

import html
import re

from graph.addresses.lists import Lists
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.history import history
from graph.pages.links import Links
from graph.pages.site import Site
from graph.pages.words import moment
from graph.schema import MODEL
from graph.settings import Limits
from loaders.load import load
from tests.conftest import SCHEMA, Runner, Service
from tests.oracle.made_up import made_up_records
from tests.pages.test_pages import SCRIPTS, get, text_of
from tests.test_changes import with_another_summary, without

LATER = "2026-11-30T09:30:00Z"
CHANGE = {
    "kind": "ADDED",
    "at": LATER,
    "source": "esco",
    "addedAt": "2026-11-29T08:21:00Z",
    "addedBy": "seed",
}


def site_over(database: Database) -> Site:
    assets = {"pages.css": "/static/a.css", **SCRIPTS}
    engine = Engine(SCHEMA, MODEL, database, Limits())
    return Site(Lists(SCHEMA, MODEL, Limits()), MODEL, engine.execute, assets, {}, "")


def told(site: Site, run: Runner, plural: str, slug: str) -> str:
    """The section of a page as text; nothing where the page has none."""
    page = run(site.thing(plural, slug, []))
    assert page.status == 200
    found = re.search(r'id="history".*?(?=<h2)', str(page.body), re.DOTALL)
    return text_of(f"<h2 {found[0]}") if found else ""


def test_the_page_of_what_never_changed(seeded: Database, run: Runner) -> None:
    site = site_over(seeded)
    run(seeded.read("RETURN 1", {}))
    before = seeded.reads
    page = str(run(site.thing("roles", "assistant-practitioner", [])).body)
    assert seeded.reads == before + 1, "one page is one statement"
    said = told(site, run, "roles", "assistant-practitioner")
    assert re.search(
        r"History Added: \d+\s\w+\s20\d\d,\s\d\d:\d\d\sUTC , by the load of seed", said
    )
    assert "Not changed since then" in said
    link = re.search(r'href="(/changes\?since=20\d\d-\d\d-\d\d)"', page)
    assert link
    changes = run(site.page("/changes", [("since", link[1].partition("=")[2])]))
    assert "Nothing has changed since" not in str(changes.body)


def test_a_change_and_a_retirement_are_told(empty: Database, run: Runner) -> None:
    records = made_up_records()
    run(load(empty, MODEL, records))
    smaller = without(records, "made-up-role-3")
    run(load(empty, MODEL, with_another_summary(smaller, "made-up-role-5")))
    site = site_over(empty)
    changed = told(site, run, "roles", "made-up-role-5")
    assert re.search(r"Added: .* by the load of seed Last changed: .* by the load of seed", changed)
    retired = told(site, run, "roles", "made-up-role-3")
    assert re.search(r"Added: .* by the load of seed Retired: .* by the load of seed", retired)
    assert "Last changed" not in retired
    for said in (changed, retired):
        assert "Not changed since" not in said


def test_every_kind_has_a_history(empty: Database, run: Runner) -> None:
    run(load(empty, MODEL, made_up_records()))
    site = site_over(empty)
    for kind in MODEL.types:
        said = told(site, run, kind.plural, f"made-up-{kind.singular.lower()}-1")
        assert "Added:" in said, kind.name


def test_the_latest_of_what_is_known() -> None:
    events = history([CHANGE], Links(MODEL, "/x"))
    assert [(each.label, each.source) for each in events] == [
        ("Added", "seed"),
        ("Last changed", "esco"),
    ]
    assert events[1].when == moment(LATER)
    assert events[1].href == "/x/changes?since=2026-11-30"
    retired = history([{**CHANGE, "kind": "RETIRED"}], Links(MODEL, ""))
    assert [each.label for each in retired] == ["Added", "Retired"]
    assert len(history([{**CHANGE, "at": CHANGE["addedAt"]}], Links(MODEL, ""))) == 1
    assert history([], Links(MODEL, "")) == []


def test_all_changes_are_seen_page_by_page(service: Service) -> None:
    total = service.post('{ changes(since: "none", first: 1) { totalCount } }').json()["data"]
    path, seen = "/changes", set[str]()
    while path:
        page = get(service, path)
        assert (
            f"{total['changes']['totalCount']:,} in all. The latest first, 100 at a time." in page
        )
        table = page.partition("What changed</h2>")[2].partition("</table>")[0]
        rows = re.findall(r'<tr><th scope="row">(.*?)</th>', table)
        before = len(seen)
        seen.update(re.findall(r'href="([^"]+)"', "".join(rows)))
        more = re.search(r'href="(/changes\?before=[^"]+)"[^>]*>Earlier changes', page)
        assert len(seen) > before, path
        path = html.unescape(more[1]) if more else ""
    assert len(seen) == total["changes"]["totalCount"]
