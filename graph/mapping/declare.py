"""What a file in `graph/schema/` says: a node type, its properties and relationships.

    @node(plural="professions")
    class Profession(Entity):
        '''A profession ...'''

        regulator: str | None = prop("Who keeps the register ...")
        broader = to_many("Profession", "BRANCH_OF", inverse="narrower", ...)

The class looks like a Strawberry type; `derive` makes the real ones from it.
An enum's member is stored and sent by its name; its value is its description.
"""

import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from inspect import cleandoc
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from graph.errors import DeclarationError
from graph.mapping import fragment
from graph.mapping.model import (
    EdgeType,
    Kind,
    Measure,
    Measures,
    NodeType,
    Property,
    Relationship,
    Subset,
)
from graph.mapping.names import camel

T = TypeVar("T")
_DECLARED = "__rolegraph__"
_KINDS: dict[object, Kind] = {
    str: Kind.TEXT,
    int: Kind.INT,
    float: Kind.FLOAT,
    bool: Kind.BOOLEAN,
    date: Kind.DATE,
}


@dataclass(frozen=True, slots=True)
class _Prop:
    description: str
    indexed: bool
    exact: bool
    searched: bool
    unless_said: Enum | None


@dataclass(frozen=True, slots=True)
class _Related:
    target: str
    relationship: str
    phrase: str
    inverse: str
    description: str
    inverse_description: str
    fields: type[object] | None
    key: str
    one: bool
    hierarchy: bool


def prop(
    description: str,
    *,
    indexed: bool = False,
    exact: bool = False,
    searched: bool = False,
    unless_said: Enum | None = None,
) -> Any:
    """A property of a node or of a relationship.

    `indexed` gives it an index of its own. `exact` says that its text is a code:
    never folded, compared as it is. `searched` lets the full-text search find it.
    `unless_said` stands for it where no source gives it: registers know less than people.
    """
    return _Prop(description, indexed, exact, searched, unless_said)


def to_many(
    target: str,
    relationship: str,
    phrase: str,
    *,
    inverse: str,
    description: str,
    inverse_description: str,
    fields: type | None = None,
    key: str = "",
    hierarchy: bool = False,
) -> Any:
    """A relationship from this type to any number of `target`, seen there as `inverse`.

    `fields` is an `@edge` class with the relationship's own properties; `key`
    names the one that tells parallel relationships of the same two nodes apart.
    `hierarchy` forbids cycles. `phrase` joins the names of both ends in a sentence.
    """
    return _Related(
        target,
        relationship,
        phrase,
        inverse,
        description,
        inverse_description,
        fields,
        key,
        False,
        hierarchy,
    )


def to_one(
    target: str,
    relationship: str,
    phrase: str,
    *,
    inverse: str,
    description: str,
    inverse_description: str,
) -> Any:
    """A relationship from this type to at most one `target`, seen there as `inverse`."""
    return _Related(
        target,
        relationship,
        phrase,
        inverse,
        description,
        inverse_description,
        fields=None,
        key="",
        one=True,
        hierarchy=False,
    )


def measures(type_name: str, description: str, *parts: Measure) -> Any:
    """Whole numbers about `this`, shown as one object and usable to filter, order and sum up."""
    return Measures("", type_name, description, parts)


def cypher_value(description: str, text: str, returns: Any) -> Any:
    """A field computed by a Cypher expression over `this`, such as `size(this.altNames)`."""
    kind, nullable, many, enum = _annotation(returns, description)
    return fragment.Value(description, text, kind, nullable, many, enum)


def cypher_nodes(description: str, text: str, target: str) -> Any:
    """A list field of `target` nodes: clauses that start from `this` and bind `node`.

    The clauses may MATCH, WHERE, WITH and ORDER BY; they end before a RETURN.
    """
    return fragment.Rows(description, text, ("node",), target)


class Entity:
    """What every thing in the graph has: a slug, a name, other names."""

    slug: str = prop("Our own short name for it: stable, lower case, never reused.", exact=True)
    name: str = prop("What it is called.", indexed=True, searched=True)
    alt_names: list[str] = prop("Other names for the same thing, former ones too.", searched=True)
    notes: str | None = prop("What a reader should know about this entry and its sources.")


class Confidence(Enum):
    """How well a statement is supported by its sources."""

    SEED = "Stated on the page that the graph starts from."
    CONFIRMED = "At least two sources say so."
    SINGLE = "One source says so."
    UNSURE = "A reading, a proposal or general knowledge; see the notes."


class Evidence:
    """What every statement has, a node and a relationship alike."""

    confidence: Confidence = prop("How well the statement is supported.")
    read_on: date = prop("The day the sources were read for it.")
    sources: list[str] = prop("Slugs of the sources that the statement rests on.", exact=True)


def node(
    *, plural: str, singular: str = "", subsets: tuple[Subset, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Declare the class a node type; `plural` names its list field on Query."""

    def declare(cls: type[T]) -> type[T]:
        properties, relationships = _members(cls, (Entity, cls, Evidence))
        setattr(
            cls,
            _DECLARED,
            NodeType(
                name=cls.__name__,
                singular=singular or cls.__name__[0].lower() + cls.__name__[1:],
                plural=plural,
                description=_documentation(cls),
                properties=properties,
                relationships=relationships,
                measures=tuple(
                    replace(found, name=camel(name))
                    for name, found in vars(cls).items()
                    if isinstance(found, Measures)
                ),
                computed={
                    camel(name): found
                    for name, found in vars(cls).items()
                    if isinstance(found, fragment.Field)
                },
                subsets=subsets,
            ),
        )
        return cls

    return declare


def edge(cls: type[T]) -> type[T]:
    """Declare the class the own fields of a relationship."""
    properties, _ = _members(cls, (cls, Evidence))
    setattr(cls, _DECLARED, EdgeType(cls.__name__, _documentation(cls), properties))
    return cls


def declared(cls: type) -> NodeType:
    """The node type that a class declares."""
    found = cls.__dict__.get(_DECLARED)
    if not isinstance(found, NodeType):
        raise DeclarationError(f"{cls.__name__} is not declared with @node.")
    return found


def declared_edge(cls: type) -> EdgeType:
    """The relationship fields that a class declares."""
    return cast(EdgeType, vars(cls)[_DECLARED])


def _documentation(cls: type) -> str:
    if not cls.__doc__:
        raise DeclarationError(f"{cls.__name__} has no docstring.", "It becomes the description.")
    return cleandoc(cls.__doc__)


def _members(
    cls: type, parts: tuple[type, ...]
) -> tuple[tuple[Property, ...], tuple[Relationship, ...]]:
    properties: list[Property] = []
    relationships: list[Relationship] = []
    for part in parts:
        hints = get_type_hints(part)
        for name, value in vars(part).items():
            if isinstance(value, _Prop):
                properties.append(_property(cls, name, hints.get(name), value))
            elif isinstance(value, _Related):
                relationships.append(_relationship(cls, name, value))
    return tuple(properties), tuple(relationships)


def _property(cls: type, name: str, hint: object, value: _Prop) -> Property:
    place = f"{cls.__name__}.{name}"
    if hint is None:
        raise DeclarationError(
            f"{place} has no type.", "Annotate it, as in `name: str = prop(...)`."
        )
    kind, nullable, many, enum = _annotation(hint, place)
    return Property(
        camel(name),
        value.description,
        kind,
        nullable,
        many,
        enum,
        value.indexed,
        value.exact,
        value.searched,
        value.unless_said.name if value.unless_said else None,
    )


def _annotation(hint: object, place: str) -> tuple[Kind, bool, bool, type[Enum] | None]:
    nullable = many = False
    if get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        nullable, hint = True, inner[0] if len(inner) == 1 else hint
    if get_origin(hint) is list:
        many, hint = True, get_args(hint)[0]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Kind.ENUM, nullable, many, hint
    kind = _KINDS.get(cast(object, hint))
    if kind is None or (many and nullable) or (many and kind is not Kind.TEXT):
        raise DeclarationError(
            f"{place} has a type that cannot be stored.",
            "Use str, int, float, bool, date or an Enum, each also `| None`, or list[str].",
        )
    return kind, nullable, many, None


def _relationship(cls: type, name: str, value: _Related) -> Relationship:
    fields = declared_edge(value.fields or Link)
    if value.key and value.key not in {found.name for found in fields.properties}:
        raise DeclarationError(
            f"{cls.__name__}.{name}: key {value.key!r} is not one of its fields."
        )
    return Relationship(
        name=camel(name),
        type=value.relationship,
        source=cls.__name__,
        target=value.target,
        inverse=camel(value.inverse),
        description=value.description,
        inverse_description=value.inverse_description,
        edge=fields,
        phrase=value.phrase,
        key=value.key,
        one=value.one,
        hierarchy=value.hierarchy,
    )


@edge
class Link:
    """A relationship with no fields of its own besides its evidence."""
