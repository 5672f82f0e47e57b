"""What the parts of the selector know of each other: where a field is read from, and who selects.

`select` compiles all fields and hands some of them to `fragments`, `lookups` and `related`, which
select what is below them by a `Selects`: none of these imports `select` for it.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLObjectType

from graph.compiler import plan
from graph.compiler.collect import Field
from graph.compiler.source import Condition, Source
from graph.compiler.values import Leaf
from graph.cypher import ast
from graph.mapping.model import GraphModel

Names = Mapping[str, ast.Expression]


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables that a field is read from, and where it stands in the query."""

    owner: ast.Expression
    node: ast.Variable | None = None
    place: str = ""
    names: Names = dataclasses.field(default_factory=dict[str, ast.Expression])
    """What the words of hand-written fragments stand for."""

    def at(self, key: str) -> str:
        """The place of a field in this scope."""
        return f"{self.place}.{key}" if self.place else key


class Selects(Protocol):
    """Makes the plans of fields below others, for one operation."""

    types: frozenset[str]
    existing: list[plan.Existing]
    root_field: plan.RootField | None
    root_fields: frozenset[str]

    @property
    def model(self) -> GraphModel: ...

    def fields(self, field: Field, type_: GraphQLObjectType) -> Mapping[str, Field]: ...

    def conditions(
        self, where: Any, kind: str, node: ast.Variable, place: str
    ) -> ast.Expression: ...

    def decided(self, leaf: Leaf) -> Any: ...

    def selection(self, scope: Scope, field: Field, type_: Any) -> plan.Selection: ...

    def evidence(
        self, owner: ast.Expression, field: Field, type_: Any, place: str
    ) -> plan.Value: ...

    def connection(
        self,
        source: Source,
        kind: str,
        name: str,
        field: Field,
        type_: Any,
        arguments: Any,
        place: str,
        restrictions: tuple[Condition, ...] = (),
    ) -> plan.Connection: ...

    def page_member(
        self,
        source: Source,
        field: Field,
        connection: GraphQLObjectType,
        place: str,
        names: Names,
    ) -> plan.Member | None: ...
