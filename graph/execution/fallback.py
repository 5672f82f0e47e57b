"""The same rows through graphql-core's executor, so that errors, paths and nulls are its own.

Used where arguments cannot be used, and when a row holds what the schema does not allow.
"""

from typing import Any, cast

from graphql import (
    ExecutionResult,
    GraphQLAbstractType,
    GraphQLSchema,
    execute_sync,  # pyright: ignore[reportUnknownVariableType]
)

from graph.compiler.writer import TYPE_TAG
from graph.execution.plans import Prepared


def execute(schema: GraphQLSchema, prepared: Prepared, root: dict[str, Any]) -> ExecutionResult:
    """Execute an operation over a tree of dicts by response key."""
    return execute_sync(
        schema,
        prepared.document.node,
        root_value=root,
        variable_values=dict(prepared.raw_variables),
        operation_name=prepared.operation.name.value if prepared.operation.name else None,
        field_resolver=_by_response_key,
        type_resolver=_by_tag,
    )


def _by_response_key(source: dict[str, Any], info: Any, /, **_: Any) -> Any:
    value = source[info.path.key]
    if isinstance(value, Exception):
        raise value
    return value


def _by_tag(value: dict[str, Any], _info: Any, _type: GraphQLAbstractType) -> str:
    return cast(str, value[TYPE_TAG])
