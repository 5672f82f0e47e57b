"""The whole graph as RDF, piece by piece: what each entity's address says, of one release.

async for piece in dump(engine, lists, limits, Triples(model, terms, "https://..."), "ttl"): ...
"""

from collections.abc import AsyncGenerator

import orjson

from graph.addresses.entities import Entity, read_entity
from graph.addresses.lists import Lists
from graph.addresses.tables import Asks, ReleaseChanged, ask
from graph.addresses.triples import PREFIXES, Triples, json_ld, turtle, turtle_head
from graph.settings import Limits


async def dump(
    asks: Asks, lists: Lists, limits: Limits, triples: Triples, form: str
) -> AsyncGenerator[bytes]:
    """All entities as `ttl` or `jsonld`; raise ReleaseChanged where the data changes meanwhile."""
    entities = _entities(asks, lists, limits)
    if form == "ttl":
        yield turtle_head()
        async for entity in entities:
            yield turtle(triples.of(entity))
        return
    opening = b'{"@context":' + orjson.dumps(PREFIXES) + b',"@graph":['
    async for entity in entities:
        yield opening + orjson.dumps(json_ld(triples.of(entity))["@graph"])[1:-1]
        opening = b",\n"
    yield b"]}\n" if opening == b",\n" else opening + b"]}\n"


async def _entities(asks: Asks, lists: Lists, limits: Limits) -> AsyncGenerator[Entity]:
    version = ""
    for kind in lists.model.types:
        field = lists.singular[kind.plural]
        async for slug in _slugs(asks, kind.plural, limits.page_size):
            entity = await read_entity(asks, lists.model, limits, field, kind, slug)
            version = version or (entity.version if entity else "")
            if entity is None or entity.version != version:
                raise ReleaseChanged("The data changed while it was read.", "Export it again.")
            yield entity


async def _slugs(asks: Asks, name: str, size: int) -> AsyncGenerator[str]:
    text = (
        f"query Slugs($size: Int, $after: String) {{ {name}(first: $size, after: $after,"
        " orderBy: [{slug: ASC}]) { nodes { slug } pageInfo { hasNextPage endCursor } } }"
    )
    after = None
    while True:
        connection = (await ask(asks, text, {"size": size, "after": after}))[name]
        for node in connection["nodes"]:
            yield node["slug"]
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]
