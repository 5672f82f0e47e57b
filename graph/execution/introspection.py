"""What the schema says of itself, as bytes: each type is written once for each way it is asked for.

graphql-core's own resolvers give the values; its executor would go through the same types
again and again (0.7 s for the usual introspection query, ten times that for a nested one).
The work is bounded by the bytes that are written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    is_object_type,
    is_type,
)
from graphql.execution.values import get_argument_values

from graph.compiler.budget import Budget
from graph.compiler.collect import Collector, Field
from graph.errors import IntrospectionOff, QueryTooComplex
from graph.execution.kept import Kept
from graph.execution.plans import Prepared, Request
from graph.execution.worker import Worker
from graph.settings import Limits

_ROOTS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
_KEPT_BYTES = 24_000_000
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Introspected:
    """The response keys of an operation in order, and the introspected ones as JSON."""

    keys: tuple[str, ...]
    parts: Mapping[str, msgspec.Raw]
    failed: bool
    """Whether an argument or a directive was null by a variable: the executor says where."""

    @property
    def size(self) -> int:
        """The bytes of the parts."""
        return sum(len(memoryview(part)) for part in self.parts.values())


class Introspection:
    """Answers introspection of one schema: made beside the event loop, once, and kept."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, worker: Worker, *, allowed: bool
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._worker = worker
        self.allowed = allowed
        self.kept = Kept(_KEPT_BYTES)
        self.count = 0

    def check(self) -> None:
        """Raise IntrospectionOff where it is not allowed."""
        if not self.allowed:
            raise IntrospectionOff(
                "Introspection is switched off.", "Read the documentation of this service instead."
            )

    async def of(self, prepared: Prepared) -> Introspected:
        """The introspection in an operation; raise QueryTooComplex where it is too long."""
        request = prepared.request
        introspected: Introspected | None = self.kept.get(request)
        return introspected or await self._worker(self._introspect, request, prepared)

    def _introspect(self, request: Request, prepared: Prepared) -> Introspected:
        introspected: Introspected | None = self.kept.get(request)
        if introspected is None:  # nobody has asked the same while this one waited
            collector = Collector(
                self._schema,
                prepared.operation,
                prepared.document.fragments,
                prepared.variables,
                Budget(self._limits),
            )
            introspected = introspect(self._schema, collector, self._limits.introspection_bytes)
            self.count += 1
            self.kept.put(request, introspected, introspected.size + request.size)
        return introspected


def introspect(schema: GraphQLSchema, collector: Collector, most: int) -> Introspected:
    """Answer the introspection in an operation; raise QueryTooComplex past so many bytes."""
    writer = _Writer(schema, collector, most)
    query = cast(GraphQLObjectType, schema.query_type)
    parts: dict[str, msgspec.Raw] = {}
    failed = False
    fields = collector.root(query)
    for key, field in fields.items():
        if field.name in _ROOTS:
            try:
                written = writer.field(None, _ROOTS[field.name], field)
            except GraphQLError:
                written, failed = b"null", True
            parts[key] = msgspec.Raw(written)
    return Introspected(tuple(fields), parts, failed or collector.failed)


class _Writer:
    def __init__(self, schema: GraphQLSchema, collector: Collector, most: int) -> None:
        self._collector = collector
        self._info: Any = SimpleNamespace(schema=schema)
        self._most = most
        self._written = 0
        self._fields: dict[tuple[int, ...], list[tuple[bytes, Field, GraphQLField | None]]] = {}
        self._types: dict[tuple[tuple[int, ...], str], bytes] = {}
        self._arguments: dict[int, dict[str, Any]] = {}

    def field(self, owner: Any, definition: GraphQLField, field: Field) -> bytes:
        """What a field comes to."""
        assert definition.resolve
        arguments = self._argument_values(definition, field) if definition.args else {}
        value = definition.resolve(owner, self._info, **arguments)
        return self._value(value, definition.type, field)

    def _value(self, value: Any, type_: Any, field: Field) -> bytes:
        if isinstance(type_, GraphQLNonNull):
            type_ = cast(Any, type_).of_type
        if value is None:
            return b"null"
        if isinstance(type_, GraphQLList):
            inner = cast(Any, type_).of_type
            items = [self._value(item, inner, field) for item in cast(Sequence[Any], value)]
            return self._counted(b"[" + b",".join(items) + b"]")
        if is_object_type(type_):
            return self._object(value, type_, field)
        return _encode(type_.serialize(value))

    def _object(self, value: Any, type_: GraphQLObjectType, field: Field) -> bytes:
        nodes = tuple([id(detail.node) for detail in field.details])
        if not is_type(value):
            return self._members(value, type_, field, nodes)
        known = (nodes, str(value))
        if known not in self._types:
            self._types[known] = self._members(value, type_, field, nodes)
        return self._types[known]

    def _members(
        self, value: Any, type_: GraphQLObjectType, field: Field, nodes: tuple[int, ...]
    ) -> bytes:
        if nodes not in self._fields:
            subfields = self._collector.look_below(field, type_)
            self._fields[nodes] = [
                (_encode(key) + b":", subfield, type_.fields.get(subfield.name))
                for key, subfield in subfields.items()
            ]
        name = _encode(type_.name)
        members = [
            key + (self.field(value, definition, subfield) if definition else name)
            for key, subfield, definition in self._fields[nodes]
        ]
        return self._counted(b"{" + b",".join(members) + b"}")

    def _argument_values(self, definition: GraphQLField, field: Field) -> dict[str, Any]:
        node = field.node
        if id(node) not in self._arguments:
            variables = self._collector.variables
            self._arguments[id(node)] = get_argument_values(definition, node, variables)
        return self._arguments[id(node)]

    def _counted(self, written: bytes) -> bytes:
        """Count what is written, on each level anew: this is what it costs."""
        self._written += len(written)
        if self._written > self._most:
            raise QueryTooComplex(
                f"The introspection comes to more than {self._most} bytes, each counted once a"
                f" level; at most {self._most} are allowed.",
                "Ask for fewer fields, or take the schema from /schema.graphql.",
            )
        return written
