"""Every kind of page is made by one statement."""

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any

from graph.addresses.lists import Lists
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.pages.page import Rendered
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner
from tests.pages.test_documents import ASSETS, FILES
from tests.pages.test_saved import QUESTIONS, examples

ROLES = ("healthcare-assistant", "registered-nurse")
SHOWN = {
    "/search": [("q", "stroke"), ("kind", "roles")],
    "/pathways": [("from", ROLES[0]), ("to", ROLES[1])],
    "/compare": [("ids", ",".join(ROLES))],
    "/connections": [("from", "Role:ap-stroke"), ("to", "Profession:nursing")],
    "/boundaries": [("between", "nursing,stroke-services")],
    "/lookup": [("list", "R0017")],
    "/careers": [("steps", "shown")],
    "/changes": [("since", "none")],
}
"""What pages with a form are asked, so that they show an answer."""
FIRST = " ".join(f"{kind.plural}(first: 1) {{ nodes {{ slug }} }}" for kind in MODEL.types)
Make = Callable[[], Coroutine[Any, Any, Rendered]]


def pages_of(site: Site, first: Mapping[str, Any]) -> Iterator[tuple[str, Make]]:
    """Every page that shows something, by its address."""
    for path in site.pages:
        yield path, lambda path=path: site.page(path, [])
        if path in SHOWN:
            yield f"{path}?...", lambda path=path: site.page(path, SHOWN[path])
    for path in site.files:
        yield path, lambda path=path: site.file(path, FILES.get(path, []))
    for name in site.lists:
        yield f"/{name}", lambda name=name: site.list(name, [])
        yield f"/{name}?q=", lambda name=name: site.list(name, [("q", "made up")])
    for name, found in first.items():
        for slug in (each["slug"] for each in found["nodes"]):
            yield f"/{name}/{slug}", lambda name=name, slug=slug: site.thing(name, slug, [])
    yield "/q", lambda: site.saved("", [])
    for saved in QUESTIONS.values():
        yield f"/q/{saved.name}", lambda saved=saved: site.saved(saved.name, examples(saved))


def test_no_page_runs_two_statements(seeded: Database, engine: Engine, run: Runner) -> None:
    lists = Lists(SCHEMA, MODEL, Limits())
    site = Site(lists, MODEL, engine.execute, ASSETS, {}, "", QUESTIONS)
    first = json.loads(run(engine.execute(f"{{ {FIRST} }}")).body)["data"]
    made = list(pages_of(site, first))
    assert len(made) > 70
    for address, make in made:
        before = seeded.reads
        page = run(make())
        assert page.status == 200, (address, page.body)
        assert seeded.reads == before + 1, address
