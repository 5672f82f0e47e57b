"""Argument values, traced back to the variables they come from.

A traced value has the form that it had when the plan was made, and at its
leaves says how to read the value again from another request's variables. A plan
may be used again for variables of the same `shape`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    coerce_input_literal,  # pyright: ignore[reportUnknownVariableType]
    get_argument_values,
    is_leaf_type,
)
from graphql.execution.values import VariableValues

Variables = Mapping[str, Any]
Read = Callable[[Variables], Any]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a Cypher parameter stands for: read from the variables, checked and converted."""

    read: Read
    convert: Callable[[Any], Any]

    def value(self, variables: Variables) -> Any:
        """The parameter's value; raise BadUserInput where it is not usable."""
        return self.convert(self.read(variables))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, an enum value, a list of those, or null; `variables` are those it is made of.

    `bound` takes what is bound of any of the field's arguments: whoever made the list checks it.
    """

    value: Any
    read: Read
    bound: list[Binding]
    variables: frozenset[str] = frozenset()

    def bind(self, convert: Callable[[Any], Any], read: Read | None = None) -> Binding:
        """A parameter of this value; with `read` of what that makes of the variables instead."""
        binding = Binding(read or self.read, convert)
        self.bound.append(binding)
        return binding


@dataclass(frozen=True, slots=True)
class Members:
    """An input object; what was not given is not there."""

    members: Mapping[str, "Leaf | Members | Items"]


@dataclass(frozen=True, slots=True)
class Items:
    """A list of input objects."""

    items: tuple["Leaf | Members | Items", ...]


def constant(value: Any) -> Read:
    """Reads the same from every request."""
    return lambda _: value


def trace_arguments(
    field: GraphQLField, node: FieldNode, variables: VariableValues, bound: list[Binding]
) -> Mapping[str, Any]:
    """The arguments given to a field, traced; those left out are not there.

    Raises GraphQLError where the executor would: null by a variable where there must be a value.
    """
    get_argument_values(field, node, variables)
    tracer = _Tracer(variables.coerced, bound)
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    traced: dict[str, Any] = {}
    for name, definition in field.args.items():
        value = tracer.trace(nodes.get(name), definition.type)
        if value is not None:
            traced[name] = value
    return traced


def shape(value: Any, type_: Any) -> Any:
    """What of a variable's value decides the plan; all else is only a parameter."""
    inner = nullable(type_)
    if value is None or value is Undefined:
        return None
    if isinstance(inner, GraphQLInputObjectType):
        members = cast(Mapping[str, Any], value)
        return tuple((name, shape(members[name], inner.fields[name].type)) for name in members)
    if isinstance(inner, GraphQLList):
        of_type = cast(Any, inner).of_type
        if is_leaf_type(nullable(of_type)):
            return "list"
        return tuple(shape(item, of_type) for item in cast(list[Any], value))
    if isinstance(inner, GraphQLEnumType) and inner.name == "OrderDirection":
        return plain(value)
    if value == "" or isinstance(value, bool):
        return value  # an empty cursor is none
    return cast(object, type(value))


def plain(value: Any) -> Any:
    """An enum's member as the text it is stored as, also inside a list."""
    if isinstance(value, list):
        return [plain(item) for item in cast(list[Any], value)]
    return value.name if isinstance(value, Enum) else value


def nullable(type_: Any) -> Any:
    """A GraphQL type without its `!`; Any, because graphql-core's own types have gaps here."""
    return cast(Any, type_).of_type if isinstance(type_, GraphQLNonNull) else type_


@dataclass(frozen=True, slots=True)
class _Tracer:
    """Traces the arguments of one field."""

    variables: Variables
    bound: list[Binding]

    def trace(self, node: ValueNode | None, type_: Any) -> Leaf | Members | Items | None:
        """The value of a node; None where it is a variable that is not given."""
        if node is None:
            return None
        if isinstance(node, VariableNode):
            name = node.name.value
            if name not in self.variables:
                return None
            of = frozenset((name,))
            return self._follow(
                self.variables[name], type_, lambda variables: variables.get(name), of
            )
        inner = nullable(type_)
        if isinstance(node, NullValueNode):
            return self._null()
        if isinstance(inner, GraphQLInputObjectType):
            return self._object(cast(ObjectValueNode, node), inner)
        if isinstance(inner, GraphQLList):
            return self._list(node, cast(Any, inner).of_type)
        constant = plain(coerce_input_literal(node, inner))
        return Leaf(constant, lambda _: constant, self.bound)

    def _null(self, of: frozenset[str] = frozenset()) -> Leaf:
        return Leaf(None, lambda _: None, self.bound, of)

    def _list(self, node: ValueNode, of_type: Any) -> Leaf | Items:
        nodes = node.values or () if isinstance(node, ListValueNode) else (node,)
        items = [self.trace(item, of_type) for item in nodes]
        values = tuple(item if item is not None else self._null() for item in items)
        if not is_leaf_type(nullable(of_type)):
            return Items(values)
        leaves = cast(tuple[Leaf, ...], values)
        return Leaf(
            [leaf.value for leaf in leaves],
            lambda variables: [leaf.read(variables) for leaf in leaves],
            self.bound,
            frozenset[str]().union(*(leaf.variables for leaf in leaves)),
        )

    def _object(self, node: ObjectValueNode, type_: GraphQLInputObjectType) -> Members:
        members: dict[str, Leaf | Members | Items] = {}
        for field in node.fields or ():
            name = field.name.value
            value = self.trace(field.value, type_.fields[name].type)
            if value is not None:
                members[name] = value
        return Members(members)

    def _follow(
        self, value: Any, type_: Any, read: Read, of: frozenset[str]
    ) -> Leaf | Members | Items:
        inner = nullable(type_)
        if value is None:
            return self._null(of)
        if isinstance(inner, GraphQLInputObjectType):
            members = cast(Mapping[str, Any], value)
            return Members(
                {
                    name: self._follow(item, inner.fields[name].type, _member(read, name), of)
                    for name, item in members.items()
                }
            )
        if isinstance(inner, GraphQLList):
            of_type = cast(Any, inner).of_type
            if not is_leaf_type(nullable(of_type)):
                items = enumerate(cast(list[Any], value))
                return Items(
                    tuple(self._follow(item, of_type, _member(read, at), of) for at, item in items)
                )
        return Leaf(plain(value), lambda variables: plain(read(variables)), self.bound, of)


def _member(read: Read, key: str | int) -> Read:
    return lambda variables: read(variables)[key]
