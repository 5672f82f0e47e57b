"""Slugs that no source gives any more: the next source that is loaded puts its own in their place.

What a source says of an entity is hashed with the slug that the source itself gives it, so the
hash tells whether an entity's slug is that source's.
"""

from collections.abc import Sequence

from graph.database.session import Database
from loaders.provenance import Statement
from loaders.stage import batches
from loaders.stored import Shapes
from loaders.workspace import Workspace, canonical, digest_of

REPLACEMENTS = (
    "COLLECT { MATCH (n)-[r:REPLACED_BY]->(m)"
    " RETURN [r.source, m.id] + COLLECT { MATCH (m)<-[:REPLACED_BY]-(o:Retired) RETURN o.id } }"
)
"""What came in the place of an entity `n`: each source, and the ids that it may have said."""


_IN_QUESTION = (  # a curated source says what it says under its own slug, always
    "SELECT DISTINCT id FROM exact WHERE NOT curated AND id NOT IN (SELECT id FROM node)"
)


def is_said_under(
    slug: str | None, statement: Statement, digest: int, replaced_by: Sequence[str]
) -> bool:
    """Whether a statement with this hash was said of an entity under this slug."""
    said = canonical({**statement, "slug": slug})
    return any(digest == digest_of(said + by.encode()) for by in replaced_by or ("",))


async def note_disowned(database: Database, space: Workspace, shapes: Shapes) -> None:
    """Mark in `exact` the entities whose slug no other source gives them."""
    rows = space.rows(_IN_QUESTION)
    for batch in batches(id_ for (id_,) in rows):
        stored = await database.rows(
            "UNWIND $ids AS id MATCH (n:Entity {id: id})"
            f" RETURN id, properties(n), {REPLACEMENTS}",
            {"ids": batch},
        )
        disowned: list[tuple[str]] = []
        for id_, properties, replacements in stored:
            type_, _, slug = id_.partition(":")
            replaced_by = {source: ids for source, *ids in replacements}
            claims = shapes.of(type_, properties, but=space.source)
            if not any(
                is_said_under(slug, *claim, replaced_by.get(source, ()))
                for source, claim in claims.items()
            ):
                disowned.append((id_,))
        space.many("UPDATE exact SET disowned = 1 WHERE id = ?", disowned)
