"""The tree between selection and Cypher: what is asked, free of GraphQL objects.

Every value that is not fixed takes one position in the list of its object; the
stages `emit` and `project` walk the same tree, so that positions agree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from graph.compiler.source import Condition, Page, SortKey, Source
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
    """A value known without the database: `__typename`, a setting."""

    value: str | int


@dataclass(frozen=True, slots=True)
class TypeName:
    """`__typename` where the object may be of several types: known as the row is read."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A field whose arguments cannot be used: an error wherever the object it is of is there."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Made:
    """A value that `make` makes of what an expression gives and of values of the request."""

    expression: ast.Expression
    row_type: Any
    make: Callable[..., Any]
    arguments: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True)
class Object:
    """The fields of one object type, by response key.

    `stands_for` is set where the type may be another of an interface's that is asked for the
    very same: no answer shows which it is, so it is not looked up.
    """

    fields: tuple[tuple[str, "Value"], ...]
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Types that are asked for the same: their response keys, and what not all types share."""

    types: tuple[str, ...]
    keys: tuple[str, ...]
    own: Object


@dataclass(frozen=True, slots=True)
class Variants:
    """An object of one of several types, told apart by the prefix of its id.

    What all of them are asked for is `shared`: planned, read and written once.
    """

    node: ast.Variable
    shared: Object
    entries: tuple[Entry, ...]


Selection = Object | Variants


@dataclass(frozen=True, slots=True)
class Same:
    """An object read from the variables in scope: the `node` of an edge."""

    selection: Selection


@dataclass(frozen=True, slots=True)
class Maybe:
    """An object read from a variable in scope, null where that is null."""

    node: ast.Expression
    selection: Selection


@dataclass(frozen=True, slots=True)
class Several:
    """A list of which each member is known by its place: one object a key."""

    items: tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A list of scalars: what an expression gives for each row that clauses find.

    `aggregates` where the clauses have aggregating functions. `make` makes each of what it gives.
    """

    clauses: tuple[ast.Clause, ...]
    expression: ast.Expression
    row_type: Any
    aggregates: bool = False
    make: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """What some clauses find: a list, or with `one` its first member or null.

    `aggregates` where the clauses have aggregating functions. `unfiltered` are other clauses
    for the same, which a rule may choose where a connection is all nodes of a type.
    """

    clauses: tuple[ast.Clause, ...]
    selection: Selection
    one: bool = False
    aggregates: bool = False
    unfiltered: tuple[ast.Clause, ...] = ()
    weight: int = 0
    """Nodes that it costs as much as to find, besides those that it gives."""
    each: ast.Expression | None = None
    """The list that the request gives, each member of which has rows of its own."""


@dataclass(frozen=True, slots=True)
class Each:
    """One object or null for each member of a list parameter, in its order."""

    items: ast.Expression
    member: ast.Variable
    clauses: tuple[ast.Clause, ...]
    selection: Selection


@dataclass(frozen=True, slots=True)
class Whole:
    """In the clauses of a connection's member: all that the connection matches.

    Conditions about the field `about` do not count. `few` where no more than some rows
    come of it: an aggregate, a group for each member of an enum.
    """

    about: str = ""
    few: bool = False

    def render(self, env: object) -> str:
        raise AssertionError("`emit` puts clauses in its place")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a connection.

    `what` is `nodes`, `edges`, `totalCount`, `pageInfo`, `whole` or `__typename`;
    nodes and edges have a selection, `pageInfo` the names of its members by key,
    `whole` a value over all that matches.
    """

    what: str
    selection: "Selection | None" = None
    parts: tuple[tuple[str, str], ...] = ()
    value: "Value | None" = None

    def changed(self, change: Callable[[Any], Any]) -> "Member":
        """The same member, what it shows changed."""
        return replace(
            self,
            selection=self.selection and change(self.selection),
            value=self.value and change(self.value),
        )


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
    walks: tuple[tuple[End, ...], ...] = ()
    """The relationships that conditions look along, one after another."""
    gathered: ast.Variable | None = None
    """The list that a rule chose to gather all matches in, to find them once."""

    def selects(self, *parts: str) -> bool:
        """Whether any of these members or parts of `pageInfo` is asked for."""
        return any(
            member.what in parts or any(part in parts for _, part in member.parts)
            for _, member in self.members
        )

    @property
    def lists(self) -> tuple[Selection, ...]:
        """The selections of `nodes` and `edges`, in order."""
        return tuple(member.selection for _, member in self.members if member.selection)

    @property
    def wholes(self) -> "tuple[Value, ...]":
        """The values over all that matches, in order."""
        values = (member.value for _, member in self.members)
        return tuple(value for value in values if value and not isinstance(value, Failed))

    @property
    def once(self) -> bool:
        """Whether what matches is dear to find: the page is cut from what is gathered then."""
        source = self.source
        return source.once or bool(source.start) or any(c.related for c in self.conditions)

    def holds(self, value: "Value | Object") -> bool:
        """Whether a value over all that matches may be made of what is gathered."""
        conditions = (*self.conditions, *self.source.start)
        filtered = {condition.about for condition in conditions} - {""}
        wholes = list(_wholes(value))
        return bool(wholes) and all(
            whole.few and (self.source.once or whole.about not in filtered) for whole in wholes
        )

    @property
    def late(self) -> tuple[Condition, ...]:
        """Conditions put to what is gathered, since a value over all that matches leaves them out.

        Only where the source is found once: else it is found again for that value.
        """
        wholes = (whole for value in self.wholes for whole in _wholes(value))
        left_out = {whole.about for whole in wholes} - {""} if self.source.once else set[str]()
        return tuple(each for each in self.conditions if each.about in left_out)

    @property
    def needs_cursors(self) -> bool:
        return self.selects("startCursor", "endCursor") or any(
            isinstance(value, Cursor)
            for selection in self.lists
            if isinstance(selection, Object)
            for _, value in selection.fields
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


def _wholes(node: "Node") -> Iterator[Whole]:
    if isinstance(node, Rows | Column):
        yield from (clause for clause in node.clauses if isinstance(clause, Whole))
    else:
        for inner in children(node):
            yield from _wholes(inner)


Value = (
    Scalar
    | Fixed
    | TypeName
    | Failed
    | Made
    | Same
    | Rows
    | Column
    | Each
    | Several
    | Maybe
    | Connection
    | Cursor
)


Node = Value | Selection
N = TypeVar("N", bound=Node)


def children(node: Node) -> tuple[Node, ...]:
    """What is inside of a node, in the order of its positions."""
    match node:
        case Same() | Maybe() | Rows() | Each():
            return (node.selection,)
        case Several(items):
            return items
        case Object(fields):
            return tuple(value for _, value in fields)
        case Variants(_, shared, entries):
            return (shared, *(entry.own for entry in entries))
        case Connection():
            return (*node.lists, *node.wholes)
        case Scalar() | Fixed() | TypeName() | Failed() | Made() | Column() | Cursor():
            return ()


def with_children(node: N, change: Callable[[Any], Any]) -> N:
    """The same node with each of its children changed."""
    changed: Any = node
    match node:
        case Same() | Maybe() | Rows() | Each():
            changed = replace(node, selection=change(node.selection))
        case Several(items):
            changed = replace(node, items=tuple(map(change, items)))
        case Object(fields):
            changed = replace(node, fields=tuple((key, change(value)) for key, value in fields))
        case Variants(_, shared, entries):
            own = tuple(replace(entry, own=change(entry.own)) for entry in entries)
            changed = replace(node, shared=change(shared), entries=own)
        case Connection(members=members):
            inner = tuple((key, member.changed(change)) for key, member in members)
            changed = replace(node, members=inner)
        case Scalar() | Fixed() | TypeName() | Failed() | Made() | Column() | Cursor():
            pass
    return cast(N, changed)


def has_sized(node: Node) -> bool:
    """Whether there is a page in it whose size the request says."""
    if isinstance(node, Connection) and node.page.sized and node.needs_rows:
        return True
    return any(map(has_sized, children(node)))


@dataclass(frozen=True, slots=True)
class Existing:
    """Names in the arguments of a root field that must be in the graph: any `missing` fail it."""

    place: str
    missing: ast.Expression
    remedy: str
    field: "RootField"


@dataclass(frozen=True, slots=True)
class RootField:
    """A root field as errors tell of it: its response key, its lines and columns."""

    key: str
    locations: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One operation: a value for each root field.

    `introspects` where the schema is asked too, `fails` where a field has failed already:
    graphql-core's executor makes the answer of the rows then.
    """

    fields: tuple[tuple[str, Value], ...]
    introspects: bool = False
    fails: bool = False
    existing: tuple[Existing, ...] = ()
