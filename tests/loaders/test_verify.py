"""`verify` is told of any change that no load has made: of every kind of thing that is stored."""

import os
import random
from typing import Any

import pytest

from graph.database.session import Database
from graph.errors import LoadError
from graph.mapping.storage import schema_names
from graph.schema import MODEL
from tests.conftest import FRESH, Runner
from tests.loaders.test_identity import Said, deviations, first, second, seed

CHANGES = int(os.environ.get("VERIFY_CHANGES") or 200)
# These say how reads and loads go on, and nothing of the data: any text in them is as good.
PASSING = ("Release", "LoadLease")


def everything(database: Database, run: Runner) -> None:
    """A small graph with all kinds of things in it."""
    seed().node("Role:made-up-old", name="Made-up old role", replaced_by="Role:made-up").node(
        "Role:made-up", "R1", name="Made-up role"
    ).load(database, run)
    first().node("Provider:first-96", "96", name="Made-up Institute").load(database, run)
    first().link("OFFERS", "Provider:first-98", "Programme:nowhere").load(database, run, tolerate=1)
    second().load(database, run)
    assert run(deviations(database)) == []
    kinds = run(
        database.rows(
            "RETURN COUNT { (:Retired)-[:REPLACED_BY]->() } > 0, COUNT { (:Retired) } > 2,"
            " COUNT { (:Entity)-[:REPLACED_BY]->() } > 0, COUNT { (:DanglingReference) } > 1,"
            " COUNT { (n:Entity) WHERE n.disputes IS NOT NULL } > 0"
        )
    )
    assert kinds == [[True] * 5]


class Hand:
    """Changes one thing behind the loads' back, and changes it back."""

    def __init__(self, database: Database, run: Runner, draw: random.Random) -> None:
        self.draw = draw
        self._database = database
        self._run = run
        passing = "|".join(PASSING)
        self._nodes = self._rows(
            f"MATCH (n) WHERE NOT n:{passing} RETURN elementId(n), labels(n), properties(n)"
        )
        self._links = self._rows(
            "MATCH (a)-[r]->(b) RETURN elementId(r), elementId(a), type(r), elementId(b),"
            " properties(r)"
        )

    def _rows(self, statement: str, **given: Any) -> list[list[Any]]:
        return self._run(self._database.rows(statement, given))

    def _do(self, statement: str, **given: Any) -> None:
        self._run(self._database.run(statement, given))

    def property(self) -> tuple[str, Any]:
        """Another value, no value, or one that is not there."""
        is_node = self.draw.random() < 0.5
        id_, said = self.draw.choice(
            [(row[0], row[-1]) for row in (self._nodes if is_node else self._links)]
        )
        name = self.draw.choice([*sorted(said), "madeUp"])
        value = said.get(name)
        match = "MATCH (x)" if is_node else "MATCH ()-[x]->()"
        new = self.draw.choice([None, _another(value, self.draw)]) if name in said else "made up"
        if name in ("id", "token") or (name == "name" and value == "current"):
            new = _another(value, self.draw)
        if isinstance(new, list) and not isinstance(value, list):
            new = "made up"
        change = f"{match} WHERE elementId(x) = $id SET x[$name] = $value"
        self._do(change, id=id_, name=name, value=new)
        back = change.replace("$value", "datetime($value)") if name == "at" else change
        value = str(value) if name == "at" else value
        return f"{name} of {said} is {new!r}", lambda: self._do(
            back, id=id_, name=name, value=value
        )

    def label(self) -> tuple[str, Any]:
        """One more, or one less."""
        id_, labels, said = self.draw.choice(self._nodes)
        label = self.draw.choice([*labels, "MadeUp"])
        add, drop = (f"{word} n:`{label}`" for word in ("SET", "REMOVE"))
        there, back = (drop, add) if label in labels else (add, drop)
        match = "MATCH (n) WHERE elementId(n) = $id"
        self._do(f"{match} {there}", id=id_)
        return f"{there} of {said}", lambda: self._do(f"{match} {back}", id=id_)

    def new_node(self) -> tuple[str, Any]:
        label = self.draw.choice(["Role", "Entity", "Identifier", "Retired", "MadeUp", "LoadRun"])
        self._do(f"CREATE (:{label} {{id: 'Role:by-hand', slug: 'by-hand', byHand: true}})")
        return f"a new {label}", lambda: self._do("MATCH (n {byHand: true}) DELETE n")

    def gone_link(self) -> tuple[str, Any]:
        id_, start, type_, end, said = self.draw.choice(self._links)
        self._do("MATCH ()-[r]->() WHERE elementId(r) = $id DELETE r", id=id_)
        return f"no {type_} {said}", lambda: self._link(start, type_, end, said)

    def copied_link(self) -> tuple[str, Any]:
        _, start, type_, end, said = self.draw.choice(self._links)
        self._link(start, type_, end, {**said, "byHand": True}, "byHand")
        return f"{type_} twice {said}", self._undo_made

    def moved_link(self) -> tuple[str, Any]:
        """Another end of the same kind."""
        id_, start, type_, end, said = self.draw.choice(self._links)
        ((labels,),) = self._rows("MATCH (n) WHERE elementId(n) = $id RETURN labels(n)", id=end)
        others = [row[0] for row in self._nodes if row[1] == labels and row[0] not in (end, start)]
        if not others:
            return self.gone_link()
        self._do("MATCH ()-[r]->() WHERE elementId(r) = $id DELETE r", id=id_)
        self._link(start, type_, self.draw.choice(others), said, "moved")

        def back() -> None:
            self._undo_made()
            self._link(start, type_, end, said)

        return f"{type_} elsewhere {said}", back

    def gone_node(self) -> tuple[str, Any]:
        id_, labels, said = self.draw.choice(self._nodes)
        around = [row for row in self._links if id_ in (row[1], row[3])]
        self._do("MATCH (n) WHERE elementId(n) = $id DETACH DELETE n", id=id_)

        def back() -> None:
            names = "".join(f":`{label}`" for label in labels)
            new = self._run(self._made(names, said))
            for _, start, type_, end, properties in around:
                ends = [new if one == id_ else one for one in (start, end)]
                self._link(ends[0], type_, ends[1], properties)

        return f"no {labels} {said}", back

    async def _made(self, names: str, said: dict[str, Any]) -> Any:
        # The driver gives back a time in another form than it took it.
        plain = {name: value for name, value in said.items() if name != "at"}
        return await self._database.write_one(
            f"CREATE (n{names}) SET n = $said SET n.at = datetime($at) RETURN elementId(n)",
            {"said": plain, "at": str(said["at"]) if "at" in said else None},
        )

    def _link(self, start: str, type_: str, end: str, said: Any, mark: str = "") -> None:
        made = self._run(
            self._database.write_one(
                "MATCH (a) WHERE elementId(a) = $start MATCH (b) WHERE elementId(b) = $end"
                f" CREATE (a)-[r:`{type_}`]->(b) SET r = $said REMOVE r.byHand"
                " RETURN elementId(r)",
                {"start": start, "end": end, "said": said},
            )
        )
        if mark:
            self._last = made

    def _undo_made(self) -> None:
        self._do("MATCH ()-[r]->() WHERE elementId(r) = $id DELETE r", id=self._last)


def _another(value: Any, draw: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw.choice([-1, 1, 1000])
    if isinstance(value, float):
        return value + 0.5
    if isinstance(value, list):
        return [*value, "made up"] if all(isinstance(one, str) for one in value) else [1]
    return f"{value} "


KINDS = ("property", "property", "property", "label", "new_node", "gone_link", "copied_link",
         "moved_link", "gone_node")  # fmt: skip


@pytest.mark.parametrize("number", [20261129, FRESH])
def test_any_change_behind_the_loads_back_is_told(
    number: int, empty: Database, run: Runner
) -> None:
    everything(empty, run)
    draw = random.Random(number)
    for _ in range(CHANGES // 2):
        hand = Hand(empty, run, draw)
        kind = draw.choice(KINDS)
        what, back = getattr(hand, kind)()
        try:
            assert run(deviations(empty)), f"{kind}: {what}"
        except LoadError as error:  # told before all else
            assert "The graph is stored in format" in str(error), f"{kind}: {what}"
        back()
    assert run(deviations(empty)) == []


def test_text_that_a_source_writes_decomposed_is_no_deviation(empty: Database, run: Runner) -> None:
    Said("third").node("Role:third-1", name="Made-up cafe\u0301").load(empty, run)
    assert run(deviations(empty)) == []


def test_a_code_that_lost_its_value_is_told(empty: Database, run: Runner) -> None:
    everything(empty, run)
    run(empty.run("MATCH (i:Identifier)<-[:IDENTIFIED_BY]-() WITH i LIMIT 1 REMOVE i.value", {}))
    assert run(deviations(empty))


def test_a_missing_index_is_told(empty: Database, run: Runner) -> None:
    everything(empty, run)
    name = next(name for name in sorted(schema_names(MODEL)) if name.endswith("range"))
    run(empty.run(f"DROP INDEX `{name}`"))
    assert run(deviations(empty)) == [f"index {name}: it is missing"]
    Said("third").node("Role:third-1", name="Made-up").load(empty, run)
    assert run(deviations(empty)) == []


def test_a_load_does_not_bless_what_was_changed_before_it(empty: Database, run: Runner) -> None:
    everything(empty, run)
    run(empty.run("MATCH (:Entity)-[r:OFFERS]->() WHERE r.digest_second IS NOT NULL DELETE r"))
    run(empty.run("MATCH (n:Retired) WITH n LIMIT 1 DETACH DELETE n"))
    # One more source that brings an end for what waits: it touches what others say.
    Said("third").node("Programme:nowhere", name="Made-up").load(empty, run)
    told = run(deviations(empty))
    assert any(text.startswith("second: ") for text in told), told
    assert any(text.startswith("all retired: ") for text in told), told
