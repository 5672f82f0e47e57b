"""Text -> compiled plan, kept by text, operation and the shape of the variables.

Three levels: documents by their text (parsing and validation), plans by what of
the variables decides them, whole requests word for word. Of what the variables or its estimated
cost refuse, the document and the plan are kept: asked again, it costs no more than an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import msgspec
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities import type_from_ast  # pyright: ignore[reportUnknownVariableType]

from graph.compiler.compile import Bound, Compiled, compile_operation
from graph.compiler.document import Document, DocumentErrors, read_document
from graph.compiler.estimate import Facts
from graph.compiler.values import shape
from graph.errors import BadUserInput
from graph.execution.kept import Kept
from graph.mapping.model import GraphModel
from graph.settings import Limits

_KEPT_BYTES = 48_000_000
_REQUEST_BYTES = 10_000
_LONG = 1_000
"""Characters of text and variables from which on a new request takes 10 to 20 ms to compile."""
_NO_VARIABLES = VariableValues({}, {})

# Bytes in memory, measured with tracemalloc (tests/execution/test_kept.py compares).
_OF_DOCUMENT = 3_000
_OF_TOKEN = 600
_OF_CHARACTER = 4
_OF_PLAN = 12_000
_OF_CYPHER = 60
_OF_REQUEST = 3_000
_OF_VARIABLES = 20


class Request(NamedTuple):
    """What is asked, as a key; `variables` is None where they are no JSON: told later, by place."""

    text: str
    operation_name: str | None
    variables: bytes | None

    @classmethod
    def of(cls, text: str, operation_name: str | None, variables: Mapping[str, Any]) -> "Request":
        try:
            encoded = msgspec.json.encode(variables) if variables else b""
        except (ValueError, OverflowError):
            encoded = None  # half of a surrogate pair, a number too long
        return cls(text, operation_name, encoded)

    @property
    def size(self) -> int:
        """Its characters; those of variables that are no JSON are not known, and many."""
        return len(self.text) + (_REQUEST_BYTES if self.variables is None else len(self.variables))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, the operation it is of, and the variables of this request, bound."""

    request: Request
    compiled: Compiled
    bound: Bound
    document: Document
    operation: OperationDefinitionNode
    variables: VariableValues
    raw_variables: Mapping[str, Any]


class Plans:
    """Compiled plans of one schema; threads may share it."""

    def __init__(
        self, schema: GraphQLSchema, model: GraphModel, limits: Limits, most: int = _KEPT_BYTES
    ) -> None:
        self._schema = schema
        self._model = model
        self._limits = limits
        self.kept = Kept(most)
        self._facts = Facts()
        self.compiled = 0
        """How many plans were made."""

    def learn(self, facts: Facts) -> None:
        """Estimate by this from now on; what was within limits before may not be any more."""
        self._facts = facts
        self.kept.clear()

    def known(self, request: Request) -> Prepared | None:
        """What has been asked before word for word: dashboards ask the same again."""
        return cast("Prepared | None", self.kept.get(request))

    def is_long(self, request: Request) -> bool:
        """Whether a request that is not known may take long to compile."""
        return request.size > _LONG

    def prepare(
        self, text: str, variables: Mapping[str, Any], operation_name: str | None
    ) -> Prepared:
        """The plan for a request.

        Raises DocumentErrors, OperationUnresolved, QueryTooComplex or BadUserInput.
        """
        request = Request.of(text, operation_name, variables)
        return self.known(request) or self.make(request, variables)

    def make(self, request: Request, variables: Mapping[str, Any]) -> Prepared:
        """The plan for a request that is not known."""
        text, name = request.text, request.operation_name
        document = self._document(text)
        operation = document.operation(name)
        if operation.operation is not OperationType.QUERY:
            raise BadUserInput("The service only answers queries.", "Ask with `query`.")
        coerced, shapes = self._coerce(operation, variables)
        decided: tuple[Any, ...] = ("decided", text, name)
        fixed: frozenset[str] = self.kept.get(decided) or frozenset()
        key = (text, name, shapes, _values(coerced, fixed))
        compiled: Compiled | None = self.kept.get(key)
        if compiled is None:
            compiled = self._compile(document, operation, coerced)
            fixed |= compiled.fixed
            key = (text, name, shapes, _values(coerced, fixed))
            size = _OF_PLAN + _OF_CYPHER * len(compiled.cypher)
            self.kept.put(key, compiled, size, (text,))
            self.kept.put(decided, fixed, _OF_REQUEST, (text,))
        plan = compiled
        try:
            bound = compiled.bind(coerced.coerced, self._limits, self._facts)
        except BadUserInput:
            # One field cannot be answered, or some: the others can.
            plan = self._compile(document, operation, coerced, checks=True)
            bound = plan.bind(coerced.coerced, self._limits, self._facts)
        prepared = Prepared(request, plan, bound, document, operation, coerced, variables)
        if plan is not compiled:
            return prepared  # this request is not kept
        if request.size < _REQUEST_BYTES:
            size = _OF_REQUEST + len(text) + _OF_VARIABLES * len(request.variables or b"")
            self.kept.put(request, prepared, size, (key, text))
        return prepared

    def _document(self, text: str) -> Document:
        known: Document | None = self.kept.get(text)
        if known is None:
            known = read_document(text, self._schema, self._limits)
            size = _OF_DOCUMENT + _OF_TOKEN * known.tokens + _OF_CHARACTER * len(text)
            self.kept.put(text, known, size)
        return known

    def _compile(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        *,
        checks: bool = False,
    ) -> Compiled:
        self.compiled += 1
        return compile_operation(
            self._schema, self._model, document, operation, variables, self._limits, checks=checks
        )

    def _coerce(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> tuple[VariableValues, Any]:
        definitions = operation.variable_definitions
        if not definitions:
            return _NO_VARIABLES, ()
        coerced = get_variable_values(
            self._schema, definitions, dict(variables), max_errors=self._limits.errors
        )
        if isinstance(coerced, list):
            errors: list[GraphQLError] = coerced
            raise DocumentErrors("BAD_USER_INPUT", errors[: self._limits.errors])
        shapes: list[Any] = []
        for definition in definitions:
            name = definition.variable.name.value
            type_: Any = type_from_ast(self._schema, definition.type)
            present = name in coerced.coerced
            shapes.append(shape(coerced.coerced[name], type_) if present else "absent")
        return coerced, tuple(shapes)


def _values(variables: VariableValues, fixed: frozenset[str]) -> Any:
    """The values of the variables that a plan depends on, as part of a key."""
    return tuple((name, repr(variables.coerced.get(name))) for name in sorted(fixed))
