"""Records against what the graph holds from the same source: what a load has to do.

node.state   new        there is no such entity: it is staged, then shown
             returns    it was retired and is said again
             joins      other sources have it; this one says something of it too
             changed, same
link.state   staged     both its ends are new
             added      an end is there already
             changed, same
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loaders.workspace import IDENTIFIED_BY, SEPARATOR, Workspace

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of thing: how many to add, change and retire, how many stay, and examples."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def __add__(self, other: "Change") -> "Change":
        return Change(
            self.added + other.added,
            self.changed + other.changed,
            self.retired + other.retired,
            self.unchanged + other.unchanged,
        )

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.retired)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Added, changed, retired."""
        return self.added, self.changed, self.retired


@dataclass(frozen=True, slots=True)
class Difference:
    """What a load has to do, by type of node and of relationship."""

    source: str
    by_type: Mapping[str, Change]
    node_types: frozenset[str]
    withheld_changes: bool = False
    """Whether another set of relationships than before cannot be shown."""
    touches_others: bool = False
    """Whether what other sources say is shown otherwise than before."""
    renewed: int = 0
    """What is shown otherwise because the order of sources is another than before."""

    @property
    def is_empty(self) -> bool:
        moved = self.withheld_changes or self.renewed
        return not moved and all(change.is_empty for change in self.by_type.values())

    def retirements(self) -> tuple[tuple[str, int, int], ...]:
        """Of nodes, relationships and codes: how many it retires, and how many its source has."""
        kinds = (
            ("nodes", self.nodes),
            ("relationships", self.relationships),
            ("codes", self.identifiers),
        )
        return tuple(
            (name, kind.retired, kind.retired + kind.changed + kind.unchanged)
            for name, kind in kinds
        )

    @property
    def nodes(self) -> Change:
        return _sum(change for name, change in self.by_type.items() if name in self.node_types)

    @property
    def relationships(self) -> Change:
        return _sum(
            change
            for name, change in self.by_type.items()
            if name not in self.node_types and name != IDENTIFIED_BY
        )

    @property
    def identifiers(self) -> Change:
        return self.by_type.get(IDENTIFIED_BY, Change())


def _sum(changes: Iterable[Change]) -> Change:
    return sum(changes, Change())


def compare(space: Workspace) -> Difference:
    """Say of each record what has to be done with it."""
    db = space.db
    db.execute(
        "UPDATE node SET state = coalesce((SELECT CASE WHEN e.kind IN ('retired', 'alias')"
        " THEN 'returns' WHEN e.kind = 'staged' THEN 'new' WHEN e.digest IS NULL THEN 'joins'"
        " WHEN e.digest = node.digest THEN 'same' ELSE 'changed' END"
        " FROM entity e WHERE e.id = node.id), 'new')"
    )
    # An entity that becomes one with another has to be written, whatever was said of it.
    db.execute(
        "UPDATE node SET state = 'changed'"
        " WHERE state = 'same'"
        " AND id IN (SELECT into_id FROM absorbed UNION SELECT id FROM absorbed)"
    )
    db.execute(
        "UPDATE link SET state = coalesce((SELECT CASE WHEN h.digest = link.digest THEN 'same'"
        " ELSE 'changed' END FROM held h WHERE h.hash = link.hash AND NOT h.staged), 'added')"
    )
    is_new = "(SELECT id FROM node WHERE state = 'new')"
    db.execute(
        f"UPDATE link SET state = 'staged' WHERE state = 'added' AND start IN {is_new}"
        f" AND CASE type WHEN '{IDENTIFIED_BY}' THEN end NOT IN code ELSE end IN {is_new} END"
    )
    return Difference(
        space.source,
        {**_node_changes(space), **_link_changes(space)},
        frozenset(kind.name for kind in space.model.types),
        _withheld_changes(space),
        bool(
            space.one(
                "SELECT (SELECT count(*) FROM overruled) + (SELECT count(*) FROM adopted)"
                f" + (SELECT count(*) FROM absorbed) + (SELECT count(*) FROM ({RETIRED_NODES}))"
            )
        ),
        space.one(
            "SELECT (SELECT count(*) FROM renewed_node) + (SELECT count(*) FROM renewed_link)"
        ),
    )


RETIRED_NODES = (
    "SELECT id FROM entity WHERE kind = 'visible' AND digest IS NOT NULL"
    " AND id NOT IN (SELECT id FROM node)"
)
RETIRED_LINKS = (
    "SELECT type, start, end, key FROM held WHERE NOT staged"
    " AND hash NOT IN (SELECT hash FROM link)"
    # The codes of an entity that is retired stay with it: it can be looked up by them.
    f" AND NOT (type = '{IDENTIFIED_BY}'"
    f" AND start IN ({RETIRED_NODES} AND NOT shared))"
)


def _node_changes(space: Workspace) -> dict[str, Change]:
    by_type: dict[str, dict[str, int]] = {}
    for type_, state, count in space.rows("SELECT type, state, count(*) FROM node GROUP BY 1, 2"):
        kind = {"new": "added", "returns": "added", "joins": "added", "same": "unchanged"}
        _count(by_type, str(type_), kind.get(state, str(state)), count)
    for type_, count in space.rows(
        f"SELECT substr(id, 1, instr(id, ':') - 1), count(*) FROM ({RETIRED_NODES}) GROUP BY 1"
    ):
        _count(by_type, type_, "retired", count)
    return {
        type_: Change(
            **counts,
            examples={
                "added": _few(
                    space,
                    "SELECT id FROM node WHERE type = ? AND state IN ('new', 'returns', 'joins')",
                    type_,
                ),
                "changed": _few(
                    space, "SELECT id FROM node WHERE type = ? AND state = 'changed'", type_
                ),
                "retired": _few(
                    space,
                    f"SELECT id FROM ({RETIRED_NODES}) WHERE substr(id, 1, instr(id, ':') - 1) = ?",
                    type_,
                ),
            },
        )
        for type_, counts in sorted(by_type.items())
    }


def _link_changes(space: Workspace) -> dict[str, Change]:
    by_type: dict[str, dict[str, int]] = {}
    kind = {"staged": "added", "same": "unchanged"}
    for type_, state, count in space.rows("SELECT type, state, count(*) FROM link GROUP BY 1, 2"):
        _count(by_type, str(type_), kind.get(state, str(state)), count)
    for type_, count in space.rows(f"SELECT type, count(*) FROM ({RETIRED_LINKS}) GROUP BY 1"):
        _count(by_type, type_, "retired", count)
    shown = "start || ' -> ' || end"
    return {
        type_: Change(
            **counts,
            examples={
                "added": _few(
                    space,
                    f"SELECT {shown} FROM link WHERE type = ? AND state IN ('added', 'staged')",
                    type_,
                ),
                "changed": _few(
                    space,
                    f"SELECT {shown} FROM link WHERE type = ? AND state = 'changed'",
                    type_,
                ),
                "retired": _few(
                    space,
                    f"SELECT {shown} FROM ({RETIRED_LINKS}) WHERE type = ?",
                    type_,
                ),
            },
        )
        for type_, counts in sorted(by_type.items())
    }


def _count(by_type: dict[str, dict[str, int]], type_: str, kind: str, count: int) -> None:
    counts = by_type.setdefault(type_, {})
    counts[kind] = counts.get(kind, 0) + count


def _few(space: Workspace, query: str, type_: str) -> tuple[str, ...]:
    return tuple(
        text.replace(SEPARATOR, "@", 1).replace(SEPARATOR, ":")
        for (text,) in space.rows(f"{query} LIMIT {_EXAMPLES}", type_)
    )


def _withheld_changes(space: Workspace) -> bool:
    columns = "type, start, end, key, digest, place, reason"
    before, now = (
        set(
            space.rows(
                f"SELECT {columns} FROM withheld WHERE source = ? AND now = ?",
                space.source,
                is_now,
            )
        )
        for is_now in (0, 1)
    )
    pending = (
        "SELECT (SELECT count(*) FROM overruled) + (SELECT count(*) FROM adopted)"
        " + (SELECT count(*) FROM restated)"
    )
    return now != before or bool(space.one(pending))
