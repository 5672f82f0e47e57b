"""Cycles along hierarchies, what other sources say of them included.

SQLite takes away what can lie on no cycle, which is mostly all, so that a
hierarchy of any size takes no memory. What is left is walked in memory.
"""

from collections import defaultdict
from collections.abc import Mapping

from loaders.problems import Problem
from loaders.records import Place
from loaders.workspace import Workspace

Step = tuple[str, Place, int]
"""Where it leads, its place and its row, which is -1 where another source says it."""

_TABLES = """
CREATE TEMP TABLE step (start TEXT, end TEXT, link INTEGER);
CREATE TEMP TABLE bare (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE beside (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX step_start ON step (start);
CREATE INDEX step_end ON step (end);
"""
_AWAY = "DROP TABLE step; DROP TABLE bare; DROP TABLE beside;"


def cycles(space: Workspace) -> None:
    """Report each cycle, and take out a step of the source's own that closes it."""
    for relationship in space.model.relationships:
        if relationship.hierarchy:
            space.db.executescript(_TABLES)
            _take_steps(space, relationship.type)
            is_cut = True
            while is_cut:  # a walk passes over what leads to a cut step
                _take_away(space, "start", "end")
                _take_away(space, "end", "start")
                is_cut = _cycles_of(space, _what_is_left(space))
            space.db.executescript(_AWAY)


def _take_steps(space: Workspace, type_: str) -> None:
    space.db.execute(
        "INSERT INTO step SELECT start, end, row FROM link WHERE type = ? ORDER BY row", (type_,)
    )
    if space.one("SELECT EXISTS (SELECT 1 FROM step)"):
        space.db.execute(
            "INSERT INTO step SELECT start, end, NULL FROM tree WHERE type = ?", (type_,)
        )
        space.db.executescript(_INDEXES)


def _take_away(space: Workspace, near: str, far: str) -> None:
    """Take away the steps to what has none onwards, until there are no more such."""
    onwards = "NOT EXISTS (SELECT 1 FROM step WHERE {near} = {it})".format
    last = onwards(near=near, it=f"s.{far}")
    space.db.execute(f"INSERT OR IGNORE INTO bare SELECT {far} FROM step s WHERE {last}")
    while space.one("SELECT EXISTS (SELECT 1 FROM bare)"):
        to_bare = f"FROM step WHERE {far} IN (SELECT id FROM bare)"
        space.db.execute(f"INSERT OR IGNORE INTO beside SELECT {near} {to_bare}")
        space.db.execute(f"DELETE {to_bare}")
        space.db.execute("DELETE FROM bare")
        last = onwards(near=near, it="beside.id")
        space.db.execute(f"INSERT INTO bare SELECT id FROM beside WHERE {last}")
        space.db.execute("DELETE FROM beside")


def _what_is_left(space: Workspace) -> Mapping[str, list[Step]]:
    steps: dict[str, list[Step]] = defaultdict(list)
    for start, end, row, *spot in space.rows(
        "SELECT s.start, s.end, l.row, l.spot, l.line, l.col, l.record"
        " FROM step s LEFT JOIN link l ON l.row = s.link ORDER BY s.rowid"
    ):
        place = Place("") if row is None else space.place(*spot)
        steps[start].append((end, place, -1 if row is None else row))
    return steps


def _cycles_of(space: Workspace, tree: Mapping[str, list[Step]]) -> bool:
    """Report cycles, each at a relationship that closes it; tell whether any was. No recursion."""
    cut: set[int] = set()
    done: set[str] = set()
    for root in sorted(tree):
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, int]] = [(root, 0)]
        steps: list[Step] = []
        while stack:
            node, at = stack.pop()
            if at == 0 and node in done:
                continue
            while len(path) > len(stack):
                on_path.discard(path.pop())
            del steps[max(len(stack) - 1, 0) :]
            if stack:
                steps.append(tree[stack[-1][0]][stack[-1][1] - 1])
            path.append(node)
            on_path.add(node)
            edges = tree.get(node, [])
            if at == len(edges):
                done.add(node)
                continue
            stack.append((node, at + 1))
            end, place, row = edges[at]
            if end not in on_path:
                stack.append((end, 0))
                continue
            begin = path.index(end)
            if any(row in cut for _, _, row in steps[begin:]):
                continue
            ring = " -> ".join([*path[begin:], end])
            # Where another source's step closes it, ours is one of the others.
            ours = (place, row) if row >= 0 else _own_step(steps[begin:])
            if ours:
                remedy = "Take one of its steps out."
                space.report(Problem(ours[0], f"A cycle: {ring}.", remedy, end, is_reference=True))
                space.db.execute("DELETE FROM link WHERE row = ?", (ours[1],))
                space.db.execute("DELETE FROM step WHERE link = ?", (ours[1],))
                cut.add(ours[1])
    return bool(cut)


def _own_step(steps: list[Step]) -> tuple[Place, int] | None:
    return next(((place, row) for _, place, row in reversed(steps) if row >= 0), None)
