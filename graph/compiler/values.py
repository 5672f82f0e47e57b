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
    is_leaf_type,
    value_from_ast,  # pyright: ignore[reportUnknownVariableType]
)

Variables = Mapping[str, Any]
Read = Callable[[Variables], Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, an enum value, a list of those, or null; `variables` are those it is made of."""

    value: Any
    read: Read
    variables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Members:
    """An input object; what was not given is not there."""

    members: Mapping[str, "Leaf | Members | Items"]


@dataclass(frozen=True, slots=True)
class Items:
    """A list of input objects."""

    items: tuple["Leaf | Members | Items", ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a Cypher parameter stands for: read from the variables, checked and converted."""

    read: Read
    convert: Callable[[Any], Any]

    def value(self, variables: Variables) -> Any:
        """The parameter's value; raise BadUserInput where it is not usable."""
        return self.convert(self.read(variables))


def constant(value: Any) -> Read:
    """Reads the same from every request."""
    return lambda _: value


def arguments(field: GraphQLField, node: FieldNode, variables: Variables) -> Mapping[str, Any]:
    """The arguments given to a field, traced; those left out are not there."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    traced: dict[str, Any] = {}
    for name, definition in field.args.items():
        found = _trace(given.get(name), definition.type, variables)
        if found is not None:
            traced[name] = found
    return traced


def shape(value: Any, type_: Any) -> Any:
    """What of a variable's value decides the plan; all else is only a parameter."""
    inner = nullable(type_)
    if value is None or value is Undefined:
        return None
    if isinstance(inner, GraphQLInputObjectType):
        given = cast(Mapping[str, Any], value)
        return tuple((name, shape(given[name], inner.fields[name].type)) for name in given)
    if isinstance(inner, GraphQLList):
        of_type = cast(Any, inner).of_type
        if is_leaf_type(nullable(of_type)):
            return "list"
        return tuple(shape(item, of_type) for item in cast(list[Any], value))
    if isinstance(inner, GraphQLEnumType) and inner.name == "OrderDirection":
        return plain(value)
    return value if isinstance(value, bool) else cast(object, type(value))


def plain(value: Any) -> Any:
    """An enum's member as the text it is stored as, also inside a list."""
    if isinstance(value, list):
        return [plain(item) for item in cast(list[Any], value)]
    return value.name if isinstance(value, Enum) else value


def nullable(type_: Any) -> Any:
    """A GraphQL type without its `!`; Any, because graphql-core's own types have gaps here."""
    return cast(Any, type_).of_type if isinstance(type_, GraphQLNonNull) else type_


def _trace(
    node: ValueNode | None, type_: Any, variables: Variables
) -> "Leaf | Members | Items | None":
    if node is None:
        return None
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return None
        return _follow(variables[name], type_, lambda given: given.get(name), frozenset((name,)))
    inner = nullable(type_)
    if isinstance(node, NullValueNode):
        return Leaf(None, lambda _: None)
    if isinstance(inner, GraphQLInputObjectType):
        return _trace_object(cast(ObjectValueNode, node), inner, variables)
    if isinstance(inner, GraphQLList):
        of_type = cast(Any, inner).of_type
        nodes = node.values or () if isinstance(node, ListValueNode) else (node,)
        items = [_trace(item, of_type, variables) for item in nodes]
        found = tuple(item if item is not None else Leaf(None, lambda _: None) for item in items)
        if is_leaf_type(nullable(of_type)):
            leaves = cast(tuple[Leaf, ...], found)
            return Leaf(
                [leaf.value for leaf in leaves],
                lambda given: [leaf.read(given) for leaf in leaves],
                frozenset[str]().union(*(leaf.variables for leaf in leaves)),
            )
        return Items(found)
    constant = plain(value_from_ast(node, inner))
    return Leaf(constant, lambda _: constant)


def _trace_object(
    node: ObjectValueNode, type_: GraphQLInputObjectType, variables: Variables
) -> Members:
    members: dict[str, Leaf | Members | Items] = {}
    for field in node.fields or ():
        name = field.name.value
        found = _trace(field.value, type_.fields[name].type, variables)
        if found is not None:
            members[name] = found
    return Members(members)


def _follow(value: Any, type_: Any, read: Read, of: frozenset[str]) -> "Leaf | Members | Items":
    inner = nullable(type_)
    if value is None:
        return Leaf(None, lambda _: None, of)
    if isinstance(inner, GraphQLInputObjectType):
        given = cast(Mapping[str, Any], value)
        return Members(
            {
                name: _follow(item, inner.fields[name].type, _member(read, name), of)
                for name, item in given.items()
            }
        )
    if isinstance(inner, GraphQLList):
        of_type = cast(Any, inner).of_type
        if not is_leaf_type(nullable(of_type)):
            items = cast(list[Any], value)
            return Items(
                tuple(
                    _follow(item, of_type, _member(read, at), of) for at, item in enumerate(items)
                )
            )
    return Leaf(plain(value), lambda given: plain(read(given)), of)


def _member(read: Read, key: str | int) -> Read:
    return lambda given: read(given)[key]
