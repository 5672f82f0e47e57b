"""The declarations as plain frozen objects; `checks` says what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from graph.mapping.kinds import Kind


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a declaration, and what to do about it."""

    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place} {self.message}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Property:
    """One stored value of a node or a relationship; a date is stored as ISO text."""

    name: str
    description: str
    kind: Kind
    nullable: bool
    many: bool
    enum: type[Enum] | None = None
    indexed: bool = False
    exact: bool = False
    searched: bool = False
    default: str | None = None
    """Used when a source does not give the value; the name of an enum's member."""
    deprecated: str = ""
    """Why it should not be used any more, and what to use instead."""
    label: str = ""
    """What people read instead of its name, where the name does not do."""
    shown: bool = True
    """Whether pages show it: a name that only tells things apart says nothing to a reader."""
    formerly: tuple[str, ...] = ()
    """Names that it had: a graph that was written with one of them is carried over."""

    @property
    def is_folded(self) -> bool:
        """Whether a folded copy is stored beside it, for comparison and order."""
        return self.kind is Kind.TEXT and not self.exact

    @property
    def folded(self) -> str:
        """The name of the folded copy, or its own where there is none."""
        return f"{self.name}Folded" if self.is_folded else self.name


@dataclass(frozen=True, slots=True)
class EdgeType:
    """The fields of a relationship; `name` is the stem of its GraphQL inputs."""

    name: str
    description: str
    properties: tuple[Property, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship type, declared at its start and seen from both ends.

    `phrase` makes a sentence between the names of start and end: `works across`.
    """

    name: str
    type: str
    source: str
    target: str
    inverse: str
    description: str
    inverse_description: str
    edge: EdgeType
    phrase: str
    key: str = ""
    one: bool = False
    hierarchy: bool = False
    deprecated: str = ""
    label: str = ""
    inverse_label: str = ""
    formerly: tuple[str, ...] = ()
    """Relationship types that it had."""

    @property
    def place(self) -> str:
        """Where it is declared."""
        return f"{self.source}.{self.name}"


@dataclass(frozen=True, slots=True)
class End:
    """A relationship as one of its two ends sees it: the field `owner.name`."""

    relationship: Relationship
    forward: bool

    @property
    def owner(self) -> str:
        return self.relationship.source if self.forward else self.relationship.target

    @property
    def other(self) -> str:
        return self.relationship.target if self.forward else self.relationship.source

    @property
    def name(self) -> str:
        return self.relationship.name if self.forward else self.relationship.inverse

    @property
    def one(self) -> bool:
        return self.relationship.one and self.forward

    @property
    def description(self) -> str:
        relationship = self.relationship
        return relationship.description if self.forward else relationship.inverse_description

    @property
    def deprecated(self) -> str:
        return self.relationship.deprecated

    @property
    def stem(self) -> str:
        """The stem of the types of a list of it: `Role.professions` -> `ProfessionLink`.

        Relationships to the same type with the same fields share them.
        """
        return self.other + self.relationship.edge.name

    @property
    def edge_name(self) -> str:
        """The field that the relationship to the one node is read from: `careerLevelEdge`."""
        return f"{self.name}Edge"

    @property
    def place(self) -> str:
        """Where it is read from: `Role.professions`."""
        return f"{self.owner}.{self.name}"


@dataclass(frozen=True, slots=True)
class Measure:
    """A whole number worked out by a hand-written expression about `this`; never null."""

    name: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures shown as one object, that lists are also filtered, ordered and summed up by."""

    name: str
    type_name: str
    description: str
    parts: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Subset:
    """A named part of a node type, marked by a label of its own: universities among providers."""

    label: str
    singular: str
    plural: str
    description: str
    property: str
    value: str


@dataclass(frozen=True, slots=True)
class NodeType:
    """A kind of thing; its name is its label and its GraphQL type."""

    name: str
    singular: str
    plural: str
    description: str
    properties: tuple[Property, ...]
    relationships: tuple[Relationship, ...]
    measures: tuple[Measures, ...] = ()
    computed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Hand-written fields (`graph.mapping.fragment.Field`) by name."""
    subsets: tuple[Subset, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What was seen while its class was read."""
    weight: float = 1.0
    """How much it counts in the search over all types, beside a place, which counts 1."""
    formerly: tuple[str, ...] = ()
    """Names that it had."""

    def property(self, name: str) -> Property:
        return next(prop for prop in self.properties if prop.name == name)


@dataclass(frozen=True)
class GraphModel:
    """All node types of a graph; `checks.checked` looks for mistakes."""

    types: tuple[NodeType, ...]
    questions: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Hand-written root fields (`graph.mapping.fragment.Field`) by name."""
    of_all: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Hand-written fields that all node types have, by name."""

    def __getitem__(self, name: str) -> NodeType:
        return self.entity if name == "Entity" else self._by_name[name]

    @cached_property
    def entity(self) -> NodeType:
        """What all node types have in common, as a type for lists of any of them."""
        properties = (frozenset(kind.properties) for kind in self.types)
        shared = frozenset[Property].intersection(*properties)
        return NodeType(
            name="Entity",
            singular="entity",
            plural="entities",
            description="A thing in the graph.",
            properties=tuple(prop for prop in self.types[0].properties if prop in shared),
            relationships=(),
        )

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> dict[str, NodeType]:
        return {kind.name: kind for kind in self.types}

    @cached_property
    def relationships(self) -> tuple[Relationship, ...]:
        """Every relationship, once."""
        return tuple(relationship for kind in self.types for relationship in kind.relationships)

    def hierarchy(self, name: str) -> Relationship | None:
        """The relationship along which a node type is a hierarchy, from narrower to broader."""
        return next(
            (relationship for relationship in self[name].relationships if relationship.hierarchy),
            None,
        )

    def ends(self, name: str) -> tuple[End, ...]:
        """The relationships that a node type sees: its own, then those declared elsewhere."""
        return self._ends.get(name, ())

    @cached_property
    def _ends(self) -> dict[str, tuple[End, ...]]:
        return {
            kind.name: (
                *(
                    End(relationship, True)
                    for relationship in self.relationships
                    if relationship.source == kind.name
                ),
                *(
                    End(relationship, False)
                    for relationship in self.relationships
                    if relationship.target == kind.name
                ),
            )
            for kind in self.types
        }
