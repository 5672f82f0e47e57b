"""Every document that pages ask is valid, also of a type that was added to the declarations."""

import asyncio
from typing import Any

from graphql import parse, validate

from graph.addresses.lists import Lists
from graph.execution.answer import Answer
from graph.mapping.derive import build_schema
from graph.pages.site import Site
from graph.schema import NODE_TYPES, graph_model
from graph.settings import Limits
from tests.test_scratch_type import Gadget

MODEL = graph_model(*NODE_TYPES, Gadget)
SCHEMA = build_schema(MODEL)
ASSETS = {
    name: f"/{name}" for name in ("pages.css", "pages.js", "careers.js", "charts.js", "network.js")
}
FILES = {"/search.json": [("q", "stroke")]}
PARAMETERS = {
    "/search": [("q", "stroke"), ("kind", "roles")],
    "/pathways": [("from", "a"), ("to", "b")],
    "/compare": [("ids", "a,b,c,d")],
    "/connections": [("from", "a"), ("to", "b")],
    "/boundaries": [("between", "nursing")],
    "/lookup": [("list", "R0017")],
}


def test_every_document_is_valid() -> None:
    asked: list[str] = []

    async def ask(text: str, _variables: Any) -> Answer:
        asked.append(text)
        return Answer(b'{"errors": [{"message": "", "extensions": {"code": "DATABASE_BUSY"}}]}')

    site = Site(Lists(SCHEMA, MODEL, Limits()), MODEL, ask, ASSETS, {})

    async def all_pages() -> None:
        for path in site.pages:
            page = await site.page(path, PARAMETERS.get(path, []))
            assert page.status == 503, path
        for path in site.files:
            assert (await site.file(path, FILES.get(path, []))).status == 503, path
        for name in site.lists:
            assert (await site.list(name, [("q", "words")])).status == 503
        for name in site.plurals:
            assert (await site.thing(name, "made-up-hoist", [])).status == 503
        for kind in MODEL.types:
            ids = ",".join(f"{kind.name}:{slug}" for slug in "abcd")
            assert (await site.page("/compare", [("ids", ids)])).status == 503

    asyncio.run(all_pages())
    pages = len(site.pages) + len(site.files) + len(site.lists)
    assert len(asked) == pages + 2 * len(site.plurals)
    assert "gadgets" in site.lists and any("query GadgetPage" in text for text in asked)
    for text in asked:
        assert validate(SCHEMA, parse(text)) == [], text
