"""Building blocks of the GraphQL schema: fields, types, inputs and enums, made with Strawberry.

Types are written in GraphQL's own notation (`[Role!]!`). No field has a
resolver: what it stands for is its meaning, kept in the field's metadata.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NewType, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument as Argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    StrawberryType,
)
from strawberry.types.field import StrawberryField

from graph.mapping import meaning as means
from graph.mapping import operators

Date = NewType("Date", str)
Resolved = StrawberryType | type


class Annotation(StrawberryAnnotation):
    """A type in GraphQL's notation, looked up when Strawberry asks: it may not exist before."""

    def __init__(self, notation: str, blocks: "Blocks") -> None:
        super().__init__(Any)
        self._notation = notation
        self._blocks = blocks

    def resolve(self, **_: Any) -> Resolved:
        return self._blocks.resolved(self._notation)


class Field(StrawberryField):
    """A field whose type is looked up, not evaluated: a third of the time to build the schema."""

    def resolve_type(self, **_: Any) -> Resolved:
        return cast(Annotation, self.type_annotation).resolve()


class Blocks:
    """Makes the pieces of a schema and knows them by name."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "String": str,
            "Int": int,
            "Float": float,
            "Boolean": bool,
            "ID": strawberry.ID,
            "Date": Date,
        }
        self._resolved: dict[str, Resolved] = {}

    def resolved(self, notation: str) -> Resolved:
        """What a type in GraphQL's notation is for Strawberry: `[Role!]` -> optional list."""
        known = self._resolved.get(notation)
        if known is None:
            known = self._resolved[notation] = self._resolve(notation)
        return known

    def _resolve(self, notation: str) -> Resolved:
        if not notation.endswith("!"):
            return StrawberryOptional(self.resolved(f"{notation}!"))
        bare = notation[:-1]
        if bare.startswith("["):
            return StrawberryList(self.resolved(bare[1:-1]))
        return StrawberryAnnotation(self.names[bare]).resolve()

    def field(
        self,
        name: str,
        type_: str,
        description: str,
        meaning: means.Meaning | None = None,
        arguments: Sequence[Argument] = (),
        *,
        is_input: bool = False,
        deprecated: str = "",
    ) -> Field:
        field = Field(
            python_name=name,
            graphql_name=name,
            type_annotation=Annotation(type_, self),
            description=description,
            deprecation_reason=deprecated or None,
            metadata={"meaning": meaning},
            default=strawberry.UNSET if is_input else None,
        )
        field.arguments = list(arguments)
        return field

    def input_field(self, name: str, type_: str, description: str, deprecated: str = "") -> Field:
        return self.field(name, type_, description, is_input=True, deprecated=deprecated)

    def argument(self, name: str, type_: str, description: str) -> Argument:
        return Argument(
            python_name=name,
            graphql_name=name,
            type_annotation=Annotation(type_, self),
            description=description,
        )

    def object_type(
        self,
        name: str,
        description: str,
        fields: Iterable[Field],
        interfaces: Sequence[str] = (),
        *,
        is_input: bool = False,
        is_interface: bool = False,
    ) -> type:
        """An object type; what an interface has, it has too."""
        above = [self._definition(interface) for interface in interfaces]
        inherited = {field.python_name: field for one in reversed(above) for field in one.fields}
        own = {field.python_name: field for field in fields}
        built = type(name, (), {})
        definition = StrawberryObjectDefinition(
            name=name,
            is_input=is_input,
            is_interface=is_interface,
            origin=built,
            description=description,
            interfaces=above,
            extend=False,
            directives=(),
            is_type_of=None,
            resolve_type=None,
            fields=[],
        )
        # Strawberry looks at the types of fields given to it at once; these may not exist yet.
        definition.fields = list({**inherited, **own}.values())
        cast(Any, built).__strawberry_definition__ = definition
        self.names[name] = built
        return built

    def _definition(self, name: str) -> StrawberryObjectDefinition:
        return cast(StrawberryObjectDefinition, self.names[name].__strawberry_definition__)

    def input_type(self, name: str, description: str, fields: Iterable[Field]) -> None:
        self.object_type(name, description, fields, is_input=True)

    def enum(self, declared: type[Enum]) -> None:
        if declared.__name__ in self.names:
            return
        self.choice(declared.__name__, declared.__doc__ or "", members_of(declared))
        self.filter(operators.enum_filter(declared.__name__))

    def choice(
        self,
        name: str,
        description: str,
        members: Mapping[str, str],
        deprecated: Mapping[str, str] | None = None,
    ) -> None:
        """An enum that decides what is asked: its members' descriptions by name."""
        reasons = deprecated or {}
        if name in self.names:
            return
        values = {
            member: strawberry.enum_value(
                member, description=text, deprecation_reason=reasons.get(member) or None
            )
            for member, text in members.items()
        }
        built = cast(Any, Enum)(name, values)
        self.names[name] = strawberry.enum(built, description=description)

    def filter(self, filter_: operators.Filter) -> None:
        """The input type of a filter."""
        entries = [
            (operator.name, operator.type_for(filter_.value), operator.description)
            for operator in filter_.operators
        ]
        fields = [self.input_field(*entry) for entry in (*entries, *filter_.more)]
        self.input_type(filter_.name, filter_.description, fields)


def output_type(own: Any) -> str:
    """The GraphQL type of a property or a hand-written value."""
    scalar = own.enum.__name__ if own.enum else own.kind.value.scalar
    scalar = getattr(own, "type", "") or scalar
    if own.many:
        return f"[{scalar}!]!"
    return scalar if own.nullable else f"{scalar}!"


def enums_of(declared: Any) -> list[type[Enum]]:
    """The enums that the properties of a declaration use."""
    return [prop.enum for prop in declared.properties if prop.enum]


def members_of(declared: type[Enum]) -> dict[str, str]:
    """The members of a declared enum with their descriptions."""
    return {member.name: str(member.value) for member in declared}
