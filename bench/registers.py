"""What search and counterparts need of the seed and of all registers, written plainly by UNWIND.

Not a loader: names, texts and codes alone, no relationships between entities, no provenance;
what two registers share an exact code of is written once, as the first says it. The registers'
files lie in `ROLEGRAPH_DATA`, or beside the checkout.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graph.database.session import Database
from graph.mapping.fold import cut
from graph.mapping.model import NodeType
from graph.mapping.storage import CODES, CURATED
from graph.schema import MODEL
from loaders.counterparts import mark_counterparts
from loaders.load import read_and_check
from loaders.preparation import plan_anew, prepare
from loaders.problems import Problem
from loaders.provenance import stored_values
from loaders.records import IdentifierRecord, NodeRecord, Record
from loaders.source import Source
from loaders.sources import REGISTERS
from loaders.stage import batches

ROOT = Path(__file__).parents[1]
_BATCH = 10_000
_EDITION = {"nhs-hospitals": "Hospital-2018-09.csv"}
"""Of registers that lie there in several editions, the one to read."""
Code = tuple[str, str, str]


def folder() -> Path:
    """Where the registers' files lie."""
    return Path(os.environ.get("ROLEGRAPH_DATA") or ROOT.parent / "shared" / "data")


def files_of(source: Source) -> list[Path]:
    """The files of a register, of one edition."""
    place = folder() / source.folder
    return [place / _EDITION[source.name]] if source.name in _EDITION else [place]


class _Content:
    """Nodes and codes of several sources, each entity once."""

    def __init__(self) -> None:
        self.entities: dict[str, dict[str, Any]] = {}
        self.links: list[tuple[str, Code, str]] = []
        self._exact: dict[tuple[str, Code], str] = {}

    def add(self, source: str, records: Iterable[Record]) -> None:
        """What a source says; sources come in the order in which what they say is shown."""
        nodes: dict[str, NodeRecord] = {}
        codes: list[IdentifierRecord] = []
        for record in records:
            if isinstance(record, NodeRecord):
                nodes.setdefault(record.id, record)
            elif isinstance(record, IdentifierRecord):
                codes.append(record)
        same: dict[str, str] = {}
        for code in codes:
            key = (code.owner.partition(":")[0], (code.scheme, code.version, code.value))
            if code.properties["matchType"] == "EXACT":
                same.setdefault(code.owner, self._exact.setdefault(key, code.owner))
        for id_, node in nodes.items():
            if (other := same.get(id_, id_)) in self.entities:
                self.entities[other]["altNames"] += [node.properties["name"]]
            else:
                self.entities[id_] = _properties(source, node)
        for code in codes:
            owner = same.get(code.owner, code.owner)
            if owner in self.entities:
                value = (code.scheme, code.version, code.value)
                self.links.append((owner, value, code.properties["matchType"]))
                self.entities[owner].setdefault(CODES, {})[cut(code.value)] = None

    def stored(self, kind: NodeType, *, curated: bool) -> list[dict[str, Any]]:
        """The nodes of a type as they are stored."""
        return [
            {**stored_values(entity, kind.properties), CODES: list(entity.get(CODES, ()))}
            for id_, entity in self.entities.items()
            if id_.startswith(f"{kind.name}:") and ("digest_seed" in entity) is curated
        ]


def _properties(source: str, node: NodeRecord) -> dict[str, Any]:
    own = {"id": node.id, "slug": node.slug, f"digest_{source}": 1, "addedIn": 1, "changedIn": 1}
    for prop in MODEL[node.type].properties:
        value = node.properties.get(prop.name)
        if prop.many:
            own[prop.name] = list(value or ())
        elif prop.name != "slug" and (value is not None or prop.default):
            own[prop.name] = prop.default if value is None else value
    return own


def _all() -> Iterator[tuple[str, Iterable[Record]]]:
    yield "seed", read_and_check(ROOT / "seed", MODEL)
    for source in REGISTERS:
        problems: list[Problem] = []
        yield source.name, source.read(source.find(files_of(source)), problems.append)


async def write_registers(database: Database) -> int:
    """Write them into an empty graph; how many entities there are."""
    content = _Content()
    for name, records in _all():
        content.add(name, records)
    await prepare(database, MODEL)
    for kind in MODEL.types:
        for curated in (True, False):
            label = f":{CURATED}" if curated else ""
            for batch in batches(content.stored(kind, curated=curated), _BATCH):
                await database.run(
                    f"UNWIND $rows AS row CREATE (n:Entity:{kind.name}{label}) SET n = row",
                    {"rows": batch},
                )
    for batch in batches(content.links, _BATCH):
        await database.run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row[0]}) MERGE (i:Identifier"
            " {scheme: row[1][0], schemeVersion: row[1][1], value: row[1][2]})"
            " MERGE (n)-[r:IDENTIFIED_BY {matchType: row[2]}]->(i)",
            {"rows": [list(row) for row in batch]},
        )
    await database.write(mark_counterparts)
    await database.run("CALL db.awaitIndexes(300)")
    await plan_anew(database)
    return len(content.entities)
