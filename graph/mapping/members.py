"""What stands in the body of a declared class: properties, relationships, hand-written fields."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from graph.errors import DeclarationError
from graph.mapping import fragment
from graph.mapping.annotations import STORABLE, read_annotation
from graph.mapping.model import Measure, Measures

Formerly = str | tuple[str, ...]
"""One name, or several."""


def former_names(formerly: Formerly) -> tuple[str, ...]:
    """What it says, as a tuple."""
    return (formerly,) if isinstance(formerly, str) else formerly


@dataclass(frozen=True, slots=True)
class Prop:
    """What `prop` was told."""

    description: str
    indexed: bool
    exact: bool
    searched: bool
    default: Enum | None
    deprecated: str
    label: str
    shown: bool
    formerly: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What `to_many` and `to_one` were told."""

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
    deprecated: str
    label: str
    inverse_label: str
    formerly: tuple[str, ...]


def prop(
    description: str,
    *,
    indexed: bool = False,
    exact: bool = False,
    searched: bool = False,
    default: Enum | None = None,
    deprecated: str = "",
    label: str = "",
    shown: bool = True,
    formerly: Formerly = (),
) -> Any:
    """A property of a node or of a relationship.

    `indexed` gives it an index of its own. `exact` says that its text has
    neither capitals nor accents, as slugs have none: it needs no folded copy.
    `searched` lets the full-text search find it.
    `default` is used when a source does not give the value: registers know less than people.
    `deprecated` says why it should not be used any more, and what to use instead.
    `label` is what pages call it, where its name does not do; `shown` whether they show it.
    `formerly` are names that it had: what a graph holds under one of them is carried over.
    """
    return Prop(
        description,
        indexed,
        exact,
        searched,
        default,
        deprecated,
        label,
        shown,
        former_names(formerly),
    )


def to_many(  # noqa: PLR0913  a declaration says each part by its name
    target: str,
    relationship: str,
    phrase: str = "",
    *,
    inverse: str,
    description: str,
    inverse_description: str,
    fields: type | None = None,
    key: str = "",
    hierarchy: bool = False,
    deprecated: str = "",
    label: str = "",
    inverse_label: str = "",
    formerly: Formerly = (),
) -> Any:
    """A relationship from this type to any number of `target`, seen there as `inverse`.

    `fields` is an `@edge` class with the relationship's own properties; `key`
    names the one that tells parallel relationships of the same two nodes apart.
    `hierarchy` forbids cycles. `phrase` joins the names of both ends in a sentence.
    `label` and `inverse_label` are what pages call the two fields, where their names do not do.
    `formerly` are relationship types that it had: what a graph holds is carried over.
    """
    return Related(
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
        deprecated,
        label,
        inverse_label,
        former_names(formerly),
    )


def to_one(  # noqa: PLR0913  a declaration says each part by its name
    target: str,
    relationship: str,
    phrase: str = "",
    *,
    inverse: str,
    description: str,
    inverse_description: str,
    fields: type | None = None,
    deprecated: str = "",
    label: str = "",
    inverse_label: str = "",
    formerly: Formerly = (),
) -> Any:
    """A relationship from this type to at most one `target`, seen there as `inverse`.

    `fields` is an `@edge` class with the relationship's own properties.
    """
    return Related(
        target,
        relationship,
        phrase,
        inverse,
        description,
        inverse_description,
        fields,
        key="",
        one=True,
        hierarchy=False,
        deprecated=deprecated,
        label=label,
        inverse_label=inverse_label,
        formerly=former_names(formerly),
    )


def measures(type_name: str, description: str, *parts: Measure) -> Any:
    """Whole numbers about `this`, shown as one object and usable to filter, order and sum up."""
    return Measures("", type_name, description, parts)


def cypher_value(description: str, text: str, returns: Any) -> Any:
    """A field computed by a Cypher expression over `this`, such as `size(this.altNames)`."""
    annotation = read_annotation(returns)
    if annotation is None:
        raise DeclarationError(f"{text!r} has a type that cannot be told.", STORABLE)
    kind, nullable, many, enum = annotation
    return fragment.Value(description, text, kind, nullable, many, enum)


def cypher_nodes(description: str, text: str, target: str) -> Any:
    """A list field of `target` nodes: clauses that start from `this` and bind `node`.

    The clauses may MATCH, WHERE, WITH and ORDER BY; they end before a RETURN.
    """
    return fragment.Rows(description, text, ("node",), target)
