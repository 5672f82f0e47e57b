"""The keys of a grouping: what each is bound by, ordered by and shown as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from graph.compiler.paths import along
from graph.compiler.source import Source
from graph.cypher import ast
from graph.mapping.keys import GroupTarget, edge_keys
from graph.mapping.kinds import Kind


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One key of a grouping: its variable, and the clause or the expression that it is bound by.

    `repeats` where the clause may give the same value twice for one row. Texts are the same
    without case and accents, as filters have them: `variable` is the folded text then, and
    `written` what is shown of it, the first of how it is written.
    """

    target: GroupTarget
    variable: ast.Variable
    clause: ast.Clause | None = None
    expression: ast.Expression | None = None
    repeats: bool = False
    written: ast.Variable | None = None
    as_written: ast.Expression | None = None

    def bound(self, scope: Sequence[ast.Variable]) -> list[ast.Clause]:
        """The clauses that bind it beside what is in scope."""
        clauses = [self.clause] if self.clause else []
        if self.expression is None:
            return clauses
        items: list[Any] = [
            *((variable, None) for variable in scope),
            (self.expression, self.variable),
        ]
        if self.written:
            items.append((self.as_written, self.written))
        return [*clauses, ast.With(items)]

    @property
    def variables(self) -> list[ast.Variable]:
        return [self.variable, *([self.written] if self.written else [])]

    @property
    def first_written(self) -> list[tuple[ast.Expression, ast.Variable]]:
        """How it is written, first in order, of those that come together."""
        return [(ast.Aggregate("min", self.written), self.written)] if self.written else []

    @property
    def is_few(self) -> bool:
        """Whether there are no more groups than members of an enum, or types."""
        property_ = self.target.property
        if property_ is None:
            return self.target.end is None
        return property_.kind.value.is_few

    @property
    def is_number(self) -> bool:
        """Whether `value` is a number with a fraction, which Neo4j as text writes as `9.33E-4`."""
        property_ = self.target.property
        return property_ is not None and property_.kind is Kind.FLOAT

    @property
    def value(self) -> ast.Expression:
        """The key as text, where it is no number: the slug of an entity, else the value."""
        if self.target.end:
            return ast.Get(self.variable, "slug")
        if self.written:
            return self.written
        property_ = self.target.property
        if property_ and (property_.many or property_.kind.is_text or self.is_number):
            return self.variable
        return ast.Call("toString", [self.variable]) if property_ else self.variable

    @property
    def order(self) -> ast.Expression:
        return ast.Get(self.variable, "slug") if self.target.end else self.variable


def number_as_text(value: float | None) -> str | None:
    """A number as JSON has it: the answers' own numbers look the same."""
    return None if value is None else msgspec.json.encode(value).decode()


def keys_of_edge(source: Source) -> Mapping[str, GroupTarget]:
    """What the relationships of a source may be grouped by."""
    return edge_keys(source.end.relationship.edge) if source.end else {}


def group_key(target: GroupTarget, source: Source) -> GroupKey:
    """The key that groups what comes from a source by a target."""
    variable = ast.Variable()
    owner = source.edge if target.on_edge else source.node
    if target.end:
        match = ast.Match([along(target.end, owner, None, variable)], optional=True)
        return GroupKey(target, variable, match, repeats=bool(target.end.relationship.key))
    property_ = target.property
    written = ast.Variable() if property_ and property_.is_folded else None
    if property_ and property_.many:
        members = ast.Get(owner, property_.name)
        empty = ast.Operation(ast.Call("size", [members]), "=", ast.Constant(0))
        nothing = ast.Lists([ast.Constant(None)])
        if written is None:
            listed = ast.Case([(empty, nothing)], members)
            return GroupKey(target, variable, ast.Unwind(listed, variable), repeats=True)
        at = ast.Variable()
        last = ast.Operation(ast.Call("size", [members]), "-", ast.Constant(1))
        places = ast.Case([(empty, nothing)], ast.Call("range", [ast.Constant(0), last]))
        return GroupKey(
            target,
            variable,
            ast.Unwind(places, at),
            ast.ItemAt(ast.Get(owner, property_.folded), at),
            repeats=True,
            written=written,
            as_written=ast.ItemAt(members, at),
        )
    if property_ and written:
        folded, members = ast.Get(owner, property_.folded), ast.Get(owner, property_.name)
        return GroupKey(target, variable, expression=folded, written=written, as_written=members)
    value: ast.Expression = (
        ast.Get(owner, property_.name)
        if property_
        else ast.Item(ast.Call("split", [ast.Get(owner, "id"), ast.Constant(":")]), 0)
    )
    return GroupKey(target, variable, expression=value)
