"""What a file in `graph/schema/` says: a node type, its properties and relationships.

    @node(plural="professions")
    class Profession(Entity):
        '''A profession ...'''

        regulator: str | None = prop("Who keeps the register ...")
        broader = to_many("Profession", "BRANCH_OF", "is a branch of", inverse="narrower", ...)

The class looks like a Strawberry type; `derive` makes the real ones from it.
An enum's member is stored and sent by its name; its value is its description.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from enum import Enum
from inspect import cleandoc
from typing import Any, TypeVar, cast, get_type_hints

from graph.errors import DeclarationError
from graph.mapping import fragment
from graph.mapping.annotations import STORABLE, read_annotation
from graph.mapping.labels import LABELS
from graph.mapping.members import (
    Formerly,
    Prop,
    Related,
    cypher_nodes,
    cypher_value,
    former_names,
    measures,
    prop,
    to_many,
    to_one,
)
from graph.mapping.model import (
    EdgeType,
    Measures,
    NodeType,
    Problem,
    Property,
    Relationship,
    Subset,
)
from graph.mapping.names import camel

__all__ = [
    "Confidence",
    "Entity",
    "Evidence",
    "Link",
    "cypher_nodes",
    "cypher_value",
    "declared",
    "declared_edge",
    "edge",
    "labelled",
    "measures",
    "node",
    "prop",
    "to_many",
    "to_one",
]

T = TypeVar("T")
_DECLARED = "__rolegraph__"


def labelled(**labels: str) -> Callable[[type[T]], type[T]]:
    """What pages call the members of an enum, where their names do not do."""

    def label(enum: type[T]) -> type[T]:
        unknown = set(labels) - set(cast(type[Enum], enum).__members__)
        if unknown:
            raise DeclarationError(f"{enum.__name__} has no member {min(unknown)}.")
        setattr(enum, LABELS, labels)
        return enum

    return label


class Entity:
    """What every thing in the graph has: a slug, a name, other names."""

    slug: str = prop("Our own short name for it: stable, lower case, never reused.", exact=True)
    name: str = prop("What it is called.", indexed=True, searched=True)
    alt_names: list[str] = prop(
        "Other names for the same thing, former ones too.", searched=True, label="Other names"
    )
    notes: str | None = prop("What to know about this entry and its sources.")


@labelled(
    SEED="Stated on the starting page",
    CONFIRMED="Confirmed by several sources",
    SINGLE="One source",
    UNSURE="Unsure",
)
class Confidence(Enum):
    """How well a statement is supported by its sources."""

    SEED = "Stated on the page that the graph starts from."
    CONFIRMED = "At least two sources say so."
    SINGLE = "One source says so."
    UNSURE = "A reading, a proposal or general knowledge; see the notes."


class Evidence:
    """What every statement has, a node and a relationship alike."""

    confidence: Confidence = prop("How well it is supported.")
    read_on: date = prop("The day its sources were read.")
    sources: list[str] = prop("Slugs of the sources that the statement rests on.", exact=True)


def node(
    *,
    plural: str,
    singular: str = "",
    subsets: tuple[Subset, ...] = (),
    weight: float = 1.0,
    formerly: Formerly = (),
) -> Callable[[type[T]], type[T]]:
    """Declare the class a node type; `plural` names its list field on Query.

    `weight` is how much it counts in the search over all types: a place counts 1.
    `formerly` are names that it had: what a graph holds under one of them is carried over.
    """

    def declare(cls: type[T]) -> type[T]:
        problems: list[Problem] = []
        if not issubclass(cls, Entity):
            remedy = f"Write `class {cls.__name__}(Entity)`."
            problems.append(Problem(cls.__name__, "does not inherit Entity", remedy))
        properties, relationships = _members(cls, (Entity, cls, Evidence), problems)
        setattr(
            cls,
            _DECLARED,
            NodeType(
                name=cls.__name__,
                singular=singular or cls.__name__[0].lower() + cls.__name__[1:],
                plural=plural,
                description=_documentation(cls, problems),
                properties=properties,
                relationships=relationships,
                measures=tuple(
                    replace(value, name=camel(name))
                    for name, value in vars(cls).items()
                    if isinstance(value, Measures)
                ),
                computed={
                    camel(name): value
                    for name, value in vars(cls).items()
                    if isinstance(value, fragment.Field)
                },
                subsets=subsets,
                problems=tuple(problems),
                weight=weight,
                formerly=former_names(formerly),
            ),
        )
        return cls

    return declare


def edge(cls: type[T]) -> type[T]:
    """Declare the class the own fields of a relationship."""
    problems: list[Problem] = []
    properties, relationships = _members(cls, (cls, Evidence), problems)
    text, remedy = "is a relationship of a relationship", "Declare it on a node type."
    problems += [
        Problem(f"{cls.__name__}.{relationship.name}", text, remedy)
        for relationship in relationships
    ]
    description = _documentation(cls, problems)
    setattr(cls, _DECLARED, EdgeType(cls.__name__, description, properties, tuple(problems)))
    return cls


def declared(cls: type) -> NodeType:
    """The node type that a class declares."""
    declaration = cls.__dict__.get(_DECLARED)
    if not isinstance(declaration, NodeType):
        raise DeclarationError(
            f"{cls.__name__} is not declared with @node.",
            f'Write `@node(plural="...")` above `class {cls.__name__}`.',
        )
    return declaration


def declared_edge(cls: type) -> EdgeType:
    """The relationship fields that a class declares."""
    return cast(EdgeType, vars(cls)[_DECLARED])


def _documentation(cls: type, problems: list[Problem]) -> str:
    if not cls.__doc__:
        remedy = "It becomes the description: say what it is."
        problems.append(Problem(cls.__name__, "has no docstring", remedy))
    return cleandoc(cls.__doc__ or "")


def _members(
    cls: type, parts: tuple[type, ...], problems: list[Problem]
) -> tuple[tuple[Property, ...], tuple[Relationship, ...]]:
    properties: list[Property] = []
    relationships: list[Relationship] = []
    for part in parts:
        hints = _hints(part, problems)
        for name, value in vars(part).items():
            if isinstance(value, Prop):
                properties += _property(f"{cls.__name__}.{name}", name, hints, value, problems)
            elif isinstance(value, Related):
                relationships.append(_relationship(cls, name, value, problems))
        problems += [
            Problem(
                f"{cls.__name__}.{name}",
                "is annotated, but not declared with prop()",
                f'Write `{name}: ... = prop("What it holds.")`.',
            )
            for name in part.__annotations__
            if not isinstance(vars(part).get(name), Prop)
        ]
    return tuple(properties), tuple(relationships)


def _hints(part: type, problems: list[Problem]) -> dict[str, Any]:
    try:
        return get_type_hints(part)
    except NameError as error:
        remedy = "Import what the annotations name."
        problems.append(Problem(part.__name__, f"has an annotation that fails: {error}", remedy))
        return {}


def _property(
    place: str, name: str, hints: Mapping[str, Any], value: Prop, problems: list[Problem]
) -> Iterator[Property]:
    """The property; none where its type is missing or cannot be stored."""
    if name not in hints:
        remedy = f"Annotate it, as in `{name}: str = prop(...)`."
        problems.append(Problem(place, "has no type", remedy))
        return
    annotation = read_annotation(hints[name])
    if annotation is None:
        problems.append(Problem(place, "has a type that cannot be stored", STORABLE))
        return
    kind, nullable, many, enum = annotation
    default = value.default
    if default is not None and not (enum and isinstance(default, enum)):
        text = f"has the default {default!r}, which is not one of its values"
        remedy = f"Give one of {', '.join(enum.__members__)}." if enum else "Only enums have one."
        problems.append(Problem(place, text, remedy))
        default = None
    yield Property(
        camel(name),
        value.description,
        kind,
        nullable,
        many,
        enum,
        value.indexed,
        value.exact,
        value.searched,
        default.name if default else None,
        value.deprecated,
        value.label,
        value.shown,
        tuple(map(camel, value.formerly)),
    )


def _relationship(cls: type, name: str, value: Related, problems: list[Problem]) -> Relationship:
    fields = value.fields or Link
    if not isinstance(vars(fields).get(_DECLARED), EdgeType):
        text = f"has fields={fields.__name__}, which is not declared with @edge"
        remedy = f"Write @edge above `class {fields.__name__}`."
        problems.append(Problem(f"{cls.__name__}.{name}", text, remedy))
        fields = Link
    return Relationship(
        name=camel(name),
        type=value.relationship,
        source=cls.__name__,
        target=value.target,
        inverse=camel(value.inverse),
        description=value.description,
        inverse_description=value.inverse_description,
        edge=declared_edge(fields),
        phrase=value.phrase,
        key=value.key,
        one=value.one,
        hierarchy=value.hierarchy,
        deprecated=value.deprecated,
        label=value.label,
        inverse_label=value.inverse_label,
        formerly=value.formerly,
    )


@edge
class Link:
    """A relationship with no fields of its own besides its evidence."""
