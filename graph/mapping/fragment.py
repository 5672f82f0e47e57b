"""Hand-written Cypher as fields: what a question family in `graph/schema/` declares.

A fragment is clauses, or an expression, about named things: `this` (the node
that the field is on), the columns that enclosing clauses bind, and arguments
(`$first` for a value, `_via_` for what becomes part of the text). The compiler
gives each its name in the statement, so that a fragment composes with
everything else and with itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graph.mapping.kinds import Kind
from graph.mapping.names import constant

Check = Callable[[str], Callable[[Any], Any]]
"""Takes the place of an argument, gives the check and conversion of its value."""


NO_VERSION = "none"
"""The data version of a graph that nothing has been loaded into."""


class Use(Enum):
    """What an argument is to the text of a fragment."""

    ID = "`$name`: the id of an entity that must exist; `types` are those allowed"
    IDS = "`$name`: a list of such ids; `_name_`: one of the texts `texts`"
    VERSION = "`$name`: a data version that there has been, or a day"
    SIZE = "`$name`: a number from 1 to `most`"
    STEPS = "`_name_`: a number from 1 to `most`, written into the text"
    RELATIONSHIPS = "`_name_`: relationship types written into the text, all unless given"
    VALUE = "`$name`: the value, text checked, or what `convert` makes of it"
    WHERE = "`_name_`: conditions on the node `on`"
    CHOICE = "`_name_`: an enum's member that picks one of the texts `choices`"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a hand-written field; `type` in GraphQL's notation."""

    name: str
    type: str
    description: str
    use: Use = Use.VALUE
    default: int | None = None
    most: int = 0
    types: tuple[str, ...] = ()
    convert: Check | None = None
    also: Mapping[str, Check] = field(default_factory=dict[str, Check])
    """More parameters made of the same value, by name (`$words`)."""
    on: str = ""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """The members of its enum: a description, and the text that it stands for."""
    unless: str = ""
    """The member of its enum that holds where none is given."""
    texts: tuple[str, str] = ("", "")
    """Of ids that may be left out: what `_name_` stands for with them, and without."""


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar that an expression gives; `type` where it is not what its kind says."""

    description: str
    text: str
    kind: Kind
    nullable: bool = False
    many: bool = False
    enum: type[Enum] | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that is known without the database: the setting of this name in `Limits`."""

    description: str
    setting: str


@dataclass(frozen=True, slots=True)
class Made:
    """A value that Python makes of what an expression gives.

    `make` takes the value and those of the arguments named; `type` is in GraphQL's notation.
    """

    description: str
    text: str
    row_type: Any
    make: Callable[..., Any]
    type: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """The node that a column holds; `target` is a node type or `Entity`."""

    description: str
    column: str
    target: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceFor:
    """What the node or relationship in a column rests on."""

    description: str
    column: str


@dataclass(frozen=True, slots=True)
class Identified:
    """The outside code in a column, joined to its entity by the relationship in another."""

    description: str
    link: str
    identifier: str


@dataclass(frozen=True, slots=True)
class View:
    """An object type whose fields are hand-written."""

    name: str
    description: str
    fields: Mapping[str, "Field"]


@dataclass(frozen=True, slots=True)
class Rows:
    """What clauses find: a list, or with `one` the first or null; without clauses, an object.

    `of` is a view, or the name of a type whose node the first column of `binds` holds.
    `beside` are the clauses to use instead in an operation that has the root field of
    this name too: Neo4j does not take every two forms in one statement. `weight` is how many
    nodes of a plain list it costs as much as to find (`python -m bench.weights`). `each` is the
    argument, a list, each member of which has rows of its own.
    """

    description: str
    clauses: str
    binds: tuple[str, ...]
    of: "View | str"
    one: bool = False
    nullable: bool = True
    arguments: tuple[Argument, ...] = ()
    beside: tuple[str, str] | None = None
    weight: int = 0
    each: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The connection over all nodes of a type that meet a condition about `node`.

    With `clauses`, over the nodes that these bind to `node` instead.
    """

    description: str
    target: str
    condition: str = ""
    clauses: str = ""
    arguments: tuple[Argument, ...] = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """What pages are ordered by: an expression about the columns that is never null.

    Where the clauses say that a property is not null, an index may give its order, and the
    place that a page begins at.
    """

    text: str
    kind: Kind = Kind.TEXT
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """A connection over what clauses find, in the order of its keys.

    The nodes are of the type `of` in the first column, or a view over the
    columns. `edge` are fields of an edge; `whole` are fields of the connection
    over all that is found, a few rows, with clauses about the columns. `conditions` are by the
    `whole` field that leaves them out: an argument, and what holds where it is given.
    `scope` is an expression over arguments for what a cursor belongs to. `once` where it is dear
    to find: all of it is held then, where the page is not all that is asked.
    """

    description: str
    name: str
    clauses: str
    binds: tuple[str, ...]
    keys: tuple[Key, ...]
    of: "View | str"
    edge: Mapping[str, "Field"] = field(default_factory=dict[str, "Field"])
    whole: Mapping[str, "Rows"] = field(default_factory=dict[str, "Rows"])
    conditions: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    arguments: tuple[Argument, ...] = ()
    scope: str = ""
    once: bool = False
    weight: int = 0


Field = Value | Constant | Made | Bound | EvidenceFor | Identified | Rows | Listing | Pages


def view(name: str, description: str, **fields: Field) -> View:
    """A view; names of fields are written as in GraphQL."""
    return View(name, description, fields)


def text(description: str, expression: str, *, nullable: bool = False) -> Value:
    """A text that an expression gives."""
    return Value(description, expression, Kind.TEXT, nullable)


def number(description: str, expression: str, *, nullable: bool = False) -> Value:
    """A whole number that an expression gives."""
    return Value(description, expression, Kind.INT, nullable)


def real(description: str, expression: str) -> Value:
    """A number that an expression gives."""
    return Value(description, expression, Kind.FLOAT)


def flag(description: str, expression: str) -> Value:
    """A yes or no that an expression gives."""
    return Value(description, expression, Kind.BOOLEAN)


def one_of(description: str, expression: str, enum: type[Enum]) -> Value:
    """A member of an enum that an expression gives the name of."""
    return Value(description, expression, Kind.ENUM, enum=enum)


def entity_type(description: str, expression: str) -> Made:
    """A member of `EntityType`, of a label that an expression gives."""
    return Made(description, expression, str, constant, "EntityType!")


def named(description: str, expression: str, type_: str) -> Value:
    """A text of a type of its own: an id, the name of a declared type."""
    return Value(description, expression, Kind.TEXT, type=type_)
