"""Building blocks of the GraphQL schema: fields, types, inputs and enums, made with Strawberry.

Types are written in GraphQL's own notation (`[Role!]!`). No field has a
resolver: what it stands for is its meaning, kept in the field's metadata.
"""

import keyword
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NewType, Optional, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.mapping import meaning as means
from graph.mapping.model import Kind

Date = NewType("Date", str)
SCALARS = {
    Kind.TEXT: "String",
    Kind.INT: "Int",
    Kind.FLOAT: "Float",
    Kind.BOOLEAN: "Boolean",
    Kind.DATE: "Date",
}
_LATER = StrawberryAnnotation(Any)


class Blocks:
    """Makes the pieces of a schema and knows them by name."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "List": list,
            "Optional": Optional,
            "String": str,
            "Int": int,
            "Float": float,
            "Boolean": bool,
            "ID": strawberry.ID,
            "Date": Date,
        }
        self._annotations: dict[str, StrawberryAnnotation] = {}

    def annotation(self, type_: str) -> StrawberryAnnotation:
        """A type in GraphQL's notation, evaluated once for all fields that are of it."""
        found = self._annotations.get(type_)
        if found is None:
            found = StrawberryAnnotation(python_type(type_), namespace=self.names)
            self._annotations[type_] = found
        return found

    def field(
        self,
        name: str,
        type_: str,
        description: str,
        meaning: means.Meaning | None = None,
        arguments: Sequence[StrawberryArgument] = (),
        *,
        is_input: bool = False,
    ) -> StrawberryField:
        field = StrawberryField(
            python_name=f"{name}_" if keyword.iskeyword(name) else name,
            graphql_name=name,
            type_annotation=self.annotation(type_),
            description=description,
            metadata={"meaning": meaning},
            default=strawberry.UNSET if is_input else None,
        )
        field.arguments = list(arguments)
        return field

    def input_field(self, name: str, type_: str, description: str) -> StrawberryField:
        return self.field(name, type_, description, is_input=True)

    def argument(
        self, name: str, type_: str, description: str, default: object = strawberry.UNSET
    ) -> StrawberryArgument:
        return StrawberryArgument(
            python_name=name,
            graphql_name=name,
            type_annotation=self.annotation(type_),
            description=description,
            default=default,
        )

    def object_type(
        self,
        name: str,
        description: str,
        fields: Iterable[StrawberryField],
        bases: tuple[type, ...] = (),
        **kind: bool,
    ) -> type:
        own = list(fields)
        body: dict[str, Any] = {field.python_name: field for field in own}
        body["__annotations__"] = dict.fromkeys(body, Any)
        declare = cast(Callable[..., type], strawberry.type)
        annotations = {field.python_name: field.type_annotation for field in own}
        for field in own:
            # Strawberry resolves these at once, and the types that they name may not exist yet.
            field.type_annotation = _LATER
        built = declare(type(name, bases, body), name=name, description=description, **kind)
        for field in cast(Any, built).__strawberry_definition__.fields:
            field.type_annotation = annotations.get(field.python_name, field.type_annotation)
        self.names[name] = built
        return built

    def input_type(self, name: str, description: str, fields: Iterable[StrawberryField]) -> None:
        self.object_type(name, description, fields, is_input=True)

    def enum(self, declared: type[Enum]) -> None:
        if declared.__name__ in self.names:
            return
        self.choice(declared.__name__, declared.__doc__ or "", members_of(declared))
        self.comparison_filter(f"{declared.__name__}Filter", declared.__name__, ordered=False)

    def choice(self, name: str, description: str, members: Mapping[str, str]) -> None:
        """An enum that decides what is asked: its members' descriptions by name."""
        if name in self.names:
            return
        values = {
            member: strawberry.enum_value(member, description=text)
            for member, text in members.items()
        }
        built = cast(Any, Enum)(name, values)
        self.names[name] = strawberry.enum(built, description=description)

    def comparison_filter(self, name: str, scalar: str, *, ordered: bool) -> None:
        bounds = (
            ("lt", "Is less than this."),
            ("lte", "Is at most this."),
            ("gt", "Is more than this."),
            ("gte", "Is at least this."),
        )
        self.input_type(
            name,
            "Conditions on a value; all that are given must hold.",
            [
                self.input_field("eq", scalar, "Is this."),
                self.input_field("ne", scalar, "Is not this; null counts as not."),
                self.input_field("in", f"[{scalar}!]", "Is one of these."),
                self.input_field("notIn", f"[{scalar}!]", "Is none of these; null counts as none."),
                *(self.input_field(bound, scalar, text) for bound, text in bounds if ordered),
                self.input_field("isNull", "Boolean", "Is unknown (true) or known (false)."),
            ],
        )


def python_type(type_: str) -> str:
    """GraphQL's notation to Python's: `[Role!]` -> `Optional[List[Role]]`."""
    if not type_.endswith("!"):
        return f"Optional[{python_type(type_ + '!')}]"
    bare = type_[:-1]
    match = re.fullmatch(r"\[(.*)\]", bare)
    return f"List[{python_type(match[1])}]" if match else bare


def output_type(found: Any) -> str:
    """The GraphQL type of a property or a hand-written value."""
    scalar = found.enum.__name__ if found.enum else SCALARS[found.kind]
    scalar = getattr(found, "type", "") or scalar
    if found.many:
        return f"[{scalar}!]!"
    return scalar if found.nullable else f"{scalar}!"


def enums_of(declared: Any) -> list[type[Enum]]:
    """The enums that the properties of a declaration use."""
    return [found.enum for found in declared.properties if found.enum]


def members_of(declared: type[Enum]) -> dict[str, str]:
    """The members of a declared enum with their descriptions."""
    return {member.name: str(member.value) for member in declared}
