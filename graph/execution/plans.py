"""Text -> compiled plan, kept by text, operation and the shape of the variables.

Two levels: documents by their text (parsing and validation), plans by what of
the variables decides them. Both forget what was used longest ago.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities import type_from_ast  # pyright: ignore[reportUnknownVariableType]

from graph.compiler.compile import Bound, Compiled, compile_operation
from graph.compiler.document import Document, DocumentErrors, read_document
from graph.compiler.values import shape
from graph.errors import BadUserInput
from graph.mapping.model import GraphModel
from graph.settings import Limits

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_KEPT_BYTES = 10_000
_NO_VARIABLES = VariableValues({}, {})


class Kept(Generic[K, V]):
    """A mapping that forgets what was used longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[K, V] = OrderedDict()
        self.misses = 0

    def get(self, key: K) -> V | None:
        """What is kept under a key."""
        found = self._items.get(key)
        if found is None:
            self.misses += 1
        else:
            self._items.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep a value."""
        self._items[key] = value
        if len(self._items) > self._most:
            self._items.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, the operation it is of, and the variables of this request, bound."""

    compiled: Compiled
    bound: Bound
    document: Document
    operation: OperationDefinitionNode
    variables: VariableValues
    raw_variables: Mapping[str, Any]


class Plans:
    """Compiled plans of one schema."""

    def __init__(
        self, schema: GraphQLSchema, model: GraphModel, limits: Limits, most: int = 1_000
    ) -> None:
        self._schema = schema
        self._model = model
        self._limits = limits
        self._documents: Kept[str, Document] = Kept(most)
        self.compiled: Kept[tuple[str, str | None, Any, Any], Compiled] = Kept(most)
        self._whole: Kept[tuple[str, str | None, bytes], Prepared] = Kept(most)
        """What has been asked before word for word: dashboards ask the same again."""
        self._fixed: Kept[tuple[str, str | None], frozenset[str]] = Kept(most)

    def prepare(
        self, text: str, variables: Mapping[str, Any], operation_name: str | None
    ) -> Prepared:
        """The plan for a request.

        Raises DocumentErrors, OperationUnresolved, QueryTooComplex or BadUserInput.
        """
        asked = _asked(text, operation_name, variables)
        whole = self._whole.get(asked) if asked else None
        if whole is not None:
            return whole
        document = self._documents.get(text)
        if document is None:
            document = read_document(text, self._schema, self._limits)
            self._documents.put(text, document)
        operation = document.operation(operation_name)
        if operation.operation is not OperationType.QUERY:
            raise BadUserInput("The service only answers queries.", "Ask with `query`.")
        coerced, shapes = self._coerce(operation, variables)
        fixed = self._fixed.get((text, operation_name)) or frozenset()
        key = (text, operation_name, shapes, _values(coerced, fixed))
        compiled = self.compiled.get(key)
        if compiled is None:
            compiled = compile_operation(
                self._schema, self._model, document, operation, coerced, self._limits
            )
            fixed |= compiled.fixed
            self._fixed.put((text, operation_name), fixed)
            key = (text, operation_name, shapes, _values(coerced, fixed))
            self.compiled.put(key, compiled)
        bound = compiled.bind(coerced.coerced, self._limits.estimated_nodes)
        prepared = Prepared(compiled, bound, document, operation, coerced, variables)
        if asked:
            self._whole.put(asked, prepared)
        return prepared

    def _coerce(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> tuple[VariableValues, Any]:
        definitions = operation.variable_definitions
        if not definitions:
            return _NO_VARIABLES, ()
        found = get_variable_values(
            self._schema, definitions, dict(variables), max_errors=self._limits.errors
        )
        if isinstance(found, list):
            errors: list[GraphQLError] = found
            raise DocumentErrors("BAD_USER_INPUT", errors[: self._limits.errors])
        shapes: list[Any] = []
        for definition in definitions:
            name = definition.variable.name.value
            type_: Any = type_from_ast(self._schema, definition.type)
            given = name in found.coerced
            shapes.append(shape(found.coerced[name], type_) if given else "absent")
        return found, tuple(shapes)


def _asked(
    text: str, operation_name: str | None, variables: Mapping[str, Any]
) -> tuple[str, str | None, bytes] | None:
    """A whole request as a key; None where it is too long to keep many of."""
    try:
        given = msgspec.json.encode(variables) if variables else b""
    except (ValueError, OverflowError):
        return None  # half of a surrogate pair, a number too long: refused with its place later
    return (text, operation_name, given) if len(text) + len(given) < _KEPT_BYTES else None


def _values(variables: VariableValues, fixed: frozenset[str]) -> Any:
    """The values of the variables that a plan depends on, as part of a key."""
    return tuple((name, repr(variables.coerced.get(name))) for name in sorted(fixed))
