"""The tree between selection and Cypher: what is asked, free of GraphQL objects.

Every value that is not fixed takes one position in the list of its object; the
stages `emit` and `project` walk the same tree, so that positions agree.
"""

from dataclasses import dataclass
from typing import Any

from graph.compiler.values import Binding
from graph.cypher import ast
from graph.mapping.model import End


@dataclass(frozen=True, slots=True)
class Scalar:
    """A stored or computed value; `row_type` is the type that msgspec checks it against."""

    expression: ast.Expression
    row_type: Any


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value known without the database: `__typename`."""

    value: str


@dataclass(frozen=True, slots=True)
class Object:
    """The fields of one object type, by response key."""

    fields: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, slots=True)
class Variants:
    """An object of one of several types, told apart by the prefix of its id.

    Each entry has the type names that share a selection, and the selection per
    type name (they differ in `__typename` alone).
    """

    node: ast.Variable
    entries: tuple[tuple[str, Object], ...]


Selection = Object | Variants


@dataclass(frozen=True, slots=True)
class Same:
    """An object read from the variables in scope: the `node` of an edge."""

    selection: Object


@dataclass(frozen=True, slots=True)
class Rows:
    """What some clauses find: a list, or with `one` its first member or null."""

    clauses: tuple[ast.Clause, ...]
    selection: Selection
    one: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """One object or null for each member of a list parameter, in its order."""

    items: ast.Expression
    member: ast.Variable
    clauses: tuple[ast.Clause, ...]
    selection: Selection


# Conditions that a rule may want to see into


@dataclass(frozen=True, slots=True)
class Plain:
    """A condition that is only an expression; `selective` where an index finds few by it."""

    expression: ast.Expression
    selective: bool = False


@dataclass(frozen=True, slots=True)
class Some:
    """At least one related node meets the conditions."""

    end: End
    owner: ast.Variable
    node: ast.Variable
    edge: ast.Variable
    conditions: tuple["Condition", ...]


Condition = Plain | Some


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order, as it is asked for; null comes last."""

    expression: ast.Expression
    descending: bool
    nullable: bool
    row_type: Any


@dataclass(frozen=True, slots=True)
class Source:
    """Where the nodes of a connection come from.

    A label alone for a root list; `end` and `owner` for related nodes. `start`
    has a condition that a rule chose to begin from.
    """

    node: ast.Variable
    edge: ast.Variable
    label: str | None = None
    end: End | None = None
    owner: ast.Variable | None = None
    start: Some | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the order: `size` from the start, or from the end with `backward`."""

    size: Binding
    backward: bool
    after: ast.Expression | None
    before: ast.Expression | None


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a connection.

    `what` is `nodes`, `edges`, `totalCount`, `pageInfo` or `__typename`; nodes
    and edges have a selection, `pageInfo` the names of its members by key.
    """

    what: str
    selection: Object | None = None
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of an edge, made from its order keys by the projector."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of a list and what is said of the whole."""

    source: Source
    conditions: tuple[Condition, ...]
    order: tuple[SortKey, ...]
    page: Page
    fingerprint: str
    type_name: str
    members: tuple[tuple[str, Member], ...]

    def selects(self, *parts: str) -> bool:
        """Whether any of these members or parts of `pageInfo` is asked for."""
        return any(
            member.what in parts or any(part in parts for _, part in member.parts)
            for _, member in self.members
        )

    @property
    def lists(self) -> tuple[Object, ...]:
        """The selections of `nodes` and `edges`, in order."""
        return tuple(member.selection for _, member in self.members if member.selection)

    @property
    def needs_cursors(self) -> bool:
        return self.selects("startCursor", "endCursor") or any(
            isinstance(value, Cursor) for found in self.lists for _, value in found.fields
        )

    @property
    def needs_rows(self) -> bool:
        return bool(self.lists) or self.selects(
            "startCursor", "endCursor", "hasNextPage", "hasPreviousPage"
        )

    @property
    def peeks(self) -> bool:
        """Whether one row more than the page is fetched, to see if there is one."""
        return self.selects("hasPreviousPage" if self.page.backward else "hasNextPage")

    @property
    def asks_before(self) -> bool:
        return self.page.after is not None and self.selects("hasPreviousPage")

    @property
    def asks_after(self) -> bool:
        return self.page.before is not None and self.selects("hasNextPage")


Value = Scalar | Fixed | Same | Rows | Each | Connection | Cursor


@dataclass(frozen=True, slots=True)
class Plan:
    """One operation: a value for each root field; `introspects` where graphql-core must help."""

    fields: tuple[tuple[str, Value], ...]
    introspects: bool = False
