"""Brings a graph that was written with another model to the model of now, in one transaction.

What is declared under a new name is carried over, values are converted where they say the
same, and what is no longer declared leaves. What cannot be carried over is said, with what
to do. Descriptions, fields that are worked out, and new names change nothing stored.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import orjson

from graph.cypher import escape
from graph.errors import LoadError
from graph.mapping.model import GraphModel, Property
from graph.mapping.storage import CODES
from loaders import provenance
from loaders.held import CODE
from loaders.precedence import rank
from loaders.provenance import Statement
from loaders.seal import SEAL, Ask, seal_retired
from loaders.stored import Claims, Shapes
from loaders.transition import Transition
from loaders.withheld import cycle_of
from loaders.workspace import IDENTIFIED_BY, IDENTIFIER, canonical, digest_of, marked

_PAGE = 500
_OURS = ("slug", CODES, "addedIn")


class Remodel:
    """The way from the model that a graph was written with to another."""

    def __init__(self, was: str, model: GraphModel, order: Mapping[str, int]) -> None:
        self._transition = transition = Transition(was, model)
        self._was, self._now = transition.was, transition.now
        self._types, self._links = transition.types, transition.links
        self._carriers = transition.carriers
        self._order = order
        self._shapes = Shapes(model, order)
        self._overruled: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        """What happens how often, in words with a place for the number."""

    @property
    def dropped_indexes(self) -> list[str]:
        """Names of constraints and indexes that nothing needs any more."""
        return self._transition.dropped_indexes

    def sentences(self) -> list[str]:
        """All that it does, or would do."""
        texts = self._transition.sentences()
        return texts + [text.format(f"{count:,}") for text, count in self.counts.items()]

    async def run(self, ask: Ask, write: Ask, sequence: int) -> None:
        """Do it; with a `write` that does nothing only see what there is to do."""
        self._ask, self._write, self._sequence = ask, write, sequence
        await self._refuse_cycles()
        for old in self._was.links:
            await (self._carry_links(old) if old in self._links else self._drop_links(old))
        for type_, new in self._types.items():
            if type_ != new:
                await self._mark_codes(type_)
        await self._waiting()
        for old in self._was.nodes:
            await (self._carry_nodes(old) if old in self._types else self._drop_nodes(old))
        await write("MATCH (i:Identifier) WHERE NOT EXISTS { (i)<--() } DELETE i", {})
        await self._seal()

    def _id(self, id_: str) -> str:
        return self._transition.id_of(id_)

    # Relationships

    async def _refuse_cycles(self) -> None:
        for old, new in self._links.items():
            if not self._now.links[new].hierarchy or self._was.links[old].hierarchy:
                continue
            rows = await self._ask(
                f"MATCH (a:Entity)-[:{escape.name(old)}]->(b) RETURN a.id, b.id", {}
            )
            if ring := cycle_of(rows):
                raise LoadError(
                    f"{new} is a hierarchy now, and the graph has a cycle: {' -> '.join(ring)}.",
                    "Take one of its steps out of its source, load that with the version of"
                    " Rolegraph that wrote the graph, then load again.",
                )

    async def _drop_links(self, old: str) -> None:
        source, target = self._was.links[old].source, self._was.links[old].target
        rows = await self._ask(f"MATCH ()-[r:{escape.name(old)}]->() RETURN count(r)", {})
        await self._write(
            f"MATCH (a)-[r:{escape.name(old)}]->(b) SET a.changedIn = $sequence,"
            " b.changedIn = $sequence DELETE r",
            {"sequence": self._sequence},
        )
        if count := rows[0][0]:
            joined = old in self._now.links
            why = f"no longer joins {source} to {target}" if joined else "is no longer declared"
            self.counts[f"{old} {why}: {{}} relationships are taken out"] += count

    async def _carry_links(self, old: str) -> None:
        if not self._transition.restates(old):
            return
        before = self._was.links[old]
        key = f"coalesce(r.{escape.name(before.key)}, '')" if before.key else "''"
        async for start, links in self._pages(
            f"MATCH (a:Entity:{escape.name(before.source)}) WHERE a.id > $after"
            f" AND EXISTS {{ (a)-[:{escape.name(old)}]->() }}"
            f" WITH a ORDER BY a.id LIMIT {_PAGE}"
            f" MATCH (a)-[r:{escape.name(old)}]->(b) WITH a, r, b ORDER BY b.id"
            f" RETURN a.id, collect([elementId(r), b.id, {key}, properties(r)]) ORDER BY a.id"
        ):
            await self._rewrite(old, start, links)

    async def _rewrite(self, old: str, start: str, links: Sequence[Sequence[Any]]) -> None:
        """The relationships of one type that begin at one entity."""
        new = self._links[old]
        now = self._now.links[new]
        remaining: dict[tuple[str, str], tuple[str, Claims]] = {}
        gone: list[str] = []
        for element, end, key, stored in links:
            claims = self._claims(old, self._was.declared(old), stored, (start, end, key))
            carried = self._carried_links(old, claims)
            value = str(_any(carried, now.key)) if now.key and carried else ""
            place = (self._id(end), value)
            if not carried or place in remaining:
                gone.append(element)
                what = "lack what has to be said now and" if not carried else "are the same now and"
                self.counts[f"{new}: {{}} relationships {what} are taken out"] += 1
            else:
                remaining[place] = (element, carried)
        if now.one and len(remaining) > 1:
            gone += self._keep_one(new, start, remaining)
        rows = [
            [element, _filled(self._shapes.properties(new, carried, (self._id(start), *place)))]
            for place, (element, carried) in remaining.items()
        ]
        becomes = (
            "SET r = row[1]"
            if old == new
            else f"CREATE (a)-[s:{escape.name(new)}]->(b) SET s = row[1] DELETE r"
        )
        touch = "SET a.changedIn = $sequence, b.changedIn = $sequence"
        match = "MATCH (a)-[r]->(b) WHERE elementId(r) = "
        parameters = {"rows": rows, "gone": gone, "sequence": self._sequence}
        await self._write(f"UNWIND $rows AS row {match} row[0] {touch} {becomes}", parameters)
        await self._write(f"UNWIND $gone AS id {match} id {touch} DELETE r", parameters)

    def _keep_one(
        self, new: str, start: str, remaining: dict[tuple[str, str], tuple[str, Claims]]
    ) -> list[str]:
        """Of several ends the one of the source that goes first; those of others wait."""
        best = min(
            remaining,
            key=lambda place: (min(rank(self._order, s) for s in remaining[place][1]), place),
        )
        gone: list[str] = []
        sources = set(remaining[best][1])
        for place in sorted(remaining.keys() - {best}):
            element, claims = remaining.pop(place)
            gone.append(element)
            for source, (statement, digest) in claims.items():
                if source in sources:
                    self.counts[f"{new} has one end now: {{}} others are taken out"] += 1
                    continue
                sources.add(source)
                self._overruled.append(
                    {"source": source, "type": new, "from": self._id(start), "to": place[0],
                     "key": "", "given": canonical(statement).decode(), "digest": digest,
                     "place": source, "reason": "OVERRULED"}
                )  # fmt: skip
                self.counts[f"{new} has one end now: {{}} others wait, as overruled"] += 1
        return gone

    def _claims(
        self,
        old: str,
        declared: Sequence[Property],
        stored: Mapping[str, Any],
        link: tuple[str, str, str],
    ) -> Claims:
        statements = provenance.statements(stored, declared, but="")
        return {
            source: (statement, marked(stored[f"digest_{source}"], old, link))
            for source, statement in statements.items()
        }

    def _carried_links(self, old: str, claims: Claims) -> Claims:
        return {
            source: (now, digest_of(canonical(now)) if _is_true(was, digest) else digest)
            for source, (was, digest) in claims.items()
            if (now := self._carriers[old].carry(was)) is not None
        }

    async def _mark_codes(self, type_: str) -> None:
        """Codes are marked by whose they are: entities that have another type have another id."""
        async for start, links in self._pages(
            f"MATCH (a:Entity:{escape.name(type_)}) WHERE a.id > $after"
            f" AND EXISTS {{ (a)-[:{IDENTIFIED_BY}]->() }} WITH a ORDER BY a.id LIMIT {_PAGE}"
            f" MATCH (a)-[r:{IDENTIFIED_BY}]->(i)"
            f" RETURN a.id, collect([elementId(r), {CODE}, '', properties(r)]) ORDER BY a.id"
        ):
            rows = [
                [
                    element,
                    _filled(
                        self._shapes.properties(
                            IDENTIFIED_BY,
                            self._claims(IDENTIFIED_BY, IDENTIFIER, stored, (start, code, "")),
                            (self._id(start), code, ""),
                        )
                    ),
                ]
                for element, code, _, stored in links
            ]
            await self._write(
                "UNWIND $rows AS row MATCH ()-[r]->() WHERE elementId(r) = row[0] SET r = row[1]",
                {"rows": rows},
            )

    async def _waiting(self) -> None:
        """References that cannot be shown."""
        rows = await self._ask("MATCH (d:DanglingReference) RETURN elementId(d), properties(d)", {})
        changed: list[list[Any]] = []
        gone: list[str] = []
        for element, stored in rows:
            old = stored["type"]
            carrier = self._carriers.get(old)
            was = orjson.loads(stored["given"])
            now = carrier.carry(was) if carrier and old in self._links else None
            if now is None:
                gone.append(element)
                self.counts["{} references that wait are taken out"] += 1
                continue
            digest = stored["digest"]
            restated = {
                "type": self._links[old],
                "from": self._id(stored["from"]),
                "to": self._id(stored["to"]),
                "given": canonical(now).decode(),
                "digest": digest_of(canonical(now)) if _is_true(was, digest) else digest,
            }
            if any(stored[name] != value for name, value in restated.items()):
                changed.append([element, {**restated, SEAL: None}])
        match = "MATCH (d) WHERE elementId(d) = "
        await self._write(f"UNWIND $gone AS id {match} id DELETE d", {"gone": gone})
        await self._write(f"UNWIND $rows AS row {match} row[0] SET d += row[1]", {"rows": changed})
        await self._write(
            "UNWIND $rows AS row CREATE (d:DanglingReference) SET d = row",
            {"rows": self._overruled},
        )

    # Nodes

    async def _drop_nodes(self, old: str) -> None:
        rows = await self._ask(f"MATCH (n:Entity:{escape.name(old)}) RETURN count(n)", {})
        if count := rows[0][0]:
            self.counts[f"{old} is no longer declared: {{}} entities are taken out"] += count
        await self._write(
            "MATCH (n:Entity|Retired) WHERE n.id STARTS WITH $type DETACH DELETE n",
            {"type": f"{old}:"},
        )

    async def _carry_nodes(self, old: str) -> None:
        new = self._types[old]
        if not (
            self._carriers[old].changes
            or old != new
            or self._was.subsets.get(old, []) != self._now.subsets.get(new, [])
        ):
            return
        async for id_, stored, aliases, by in self._pages(
            f"MATCH (n:Entity:{escape.name(old)}) WHERE n.id > $after"
            f" WITH n ORDER BY n.id LIMIT {_PAGE} RETURN n.id, properties(n),"
            " COLLECT { MATCH (n)<-[:REPLACED_BY]-(m:Retired) RETURN m.slug },"
            " COLLECT { MATCH (n)-[:REPLACED_BY]->(m) OPTIONAL MATCH"
            " (m)<-[:REPLACED_BY]-(o:Retired) UNWIND [m.id, o.id] AS id RETURN id } ORDER BY n.id"
        ):
            claims = self._carried_node(old, stored, [id_.partition(":")[2], *aliases], by)
            if claims:
                await self._put(old, id_, self._shapes.properties(new, claims), stored)
            else:
                what = "{} entities lack what has to be said now and are taken out"
                self.counts[f"{new}: {what}; load their source again"] += 1
                await self._write("MATCH (n:Entity {id: $id}) DETACH DELETE n", {"id": id_})
        await self._carry_retired(old)

    def _carried_node(
        self,
        old: str,
        stored: Mapping[str, Any],
        slugs: Sequence[str],
        replaced_by: Iterable[str | None],
    ) -> Claims:
        carried: dict[str, tuple[Statement, int]] = {}
        successors = (None, *replaced_by)
        for source, was in provenance.statements(stored, self._was.declared(old), but="").items():
            now = self._carriers[old].carry(was)
            if now is None:
                continue
            digest = stored[f"digest_{source}"]
            for slug in slugs:
                for by in successors:
                    if digest == digest_of(canonical({**was, "slug": slug}) + (by or "").encode()):
                        after = self._id(by).encode() if by else b""
                        digest = digest_of(canonical({**now, "slug": slug}) + after)
            carried[source] = (now, digest)
        return carried

    async def _put(
        self, old: str, id_: str, properties: Mapping[str, Any], stored: Mapping[str, Any]
    ) -> None:
        new = self._types[old]
        ours = {name: stored[name] for name in _OURS if name in stored}
        parts = [label for label, name, value in self._now.subsets.get(new, [])
                 if properties.get(name) == value]  # fmt: skip
        gone = [old] if old != new else []
        gone += [label for label, _, _ in self._was.subsets.get(old, []) if label not in parts]
        remove = "".join(f":{escape.name(label)}" for label in gone)
        await self._write(
            f"MATCH (n:Entity {{id: $id}}) {f'REMOVE n{remove}' if remove else ''}"
            " SET n = $properties"
            f" SET n{''.join(f':{escape.name(label)}' for label in (new, *parts))}",
            {
                "id": id_,
                "properties": {
                    **_filled(properties),
                    **ours,
                    "id": self._id(id_),
                    "changedIn": self._sequence,
                },
            },
        )

    async def _carry_retired(self, old: str) -> None:
        new = self._types[old]
        declared = self._was.declared(old)
        rows = await self._ask(
            "MATCH (n:Retired) WHERE n.id STARTS WITH $type RETURN n.id, properties(n)",
            {"type": f"{old}:"},
        )
        for id_, stored in rows:
            was = provenance.statement(stored, declared, stored.get("unsaid") or ())
            now = self._carriers[old].carry(was, tell=False)
            if now is None:
                self.counts[f"{new}: {{}} retired entities are taken out"] += 1
                await self._write("MATCH (n:Retired {id: $id}) DETACH DELETE n", {"id": id_})
                continue
            shown = provenance.shown({"": now}, self._now.declared(new), {})
            ours = {name: stored[name] for name in (*_OURS, "changedIn") if name in stored}
            more = {"id": self._id(id_)}
            if merged := stored.get("mergedInto"):
                more["mergedInto"] = self._id(merged)
            properties = {k: v for k, v in _filled(shown).items() if not k.startswith("said_")}
            await self._write(
                "MATCH (n:Retired {id: $id}) SET n = $properties",
                {"id": id_, "properties": {**properties, **ours, **more}},
            )

    async def _seal(self) -> None:
        ids = [id_ for (id_,) in await self._ask("MATCH (n:Retired) RETURN n.id", {})]
        for at in range(0, len(ids), _PAGE):
            await seal_retired(self._ask, self._write, ids[at : at + _PAGE])

    async def _pages(self, statement: str) -> AsyncIterator[Sequence[Any]]:
        """The rows of a statement that takes some after the id `$after`."""
        after = ""
        while rows := await self._ask(statement, {"after": after}):
            for row in rows:
                yield row
            after = rows[-1][0]


def _is_true(statement: Statement, digest: int) -> bool:
    """Whether a hash is of this statement: of one that was changed by hand it stays as it is."""
    return digest == digest_of(canonical(statement))


def _any(claims: Claims, name: str) -> Any:
    return next((statement.get(name, "") for statement, _ in claims.values()), "")


def _filled(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}
