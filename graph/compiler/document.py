"""Text -> parsed and valid document, by graphql-core."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    parse,
    specified_rules,
    visit,
)

from graph.compiler.limits import check_document
from graph.errors import OperationUnresolved, QueryTooComplex
from graph.settings import Limits


class DocumentErrors(Exception):
    """A document that cannot be run, with graphql-core's errors and one code for all."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document."""

    node: DocumentNode
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    tokens: int = 0

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; raise OperationUnresolved where that is not clear."""
        names = ", ".join(filter(None, self.operations))
        if name:
            if name not in self.operations:
                raise OperationUnresolved(
                    f"The document has no operation named {name!r}.",
                    f"It has: {names}." if names else "Its operation has no name.",
                )
            return self.operations[name]
        if len(self.operations) != 1:
            raise OperationUnresolved(
                f"The document has {len(self.operations)} operations.",
                f"Say which to run in `operationName`: {names}.",
            )
        return next(iter(self.operations.values()))


def read_document(text: str, schema: GraphQLSchema, limits: Limits) -> Document:
    """Parse and validate; raise DocumentErrors, or QueryTooComplex where it is over a limit."""
    try:
        node = parse(text, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if "contains more than" in error.message:
            raise QueryTooComplex(
                f"The document has more than {limits.tokens} tokens; that is the most allowed.",
                "Ask in several requests.",
            ) from error
        if "nested too deeply" in error.message:
            raise QueryTooComplex(
                f"The document has too many levels of fields; at most {limits.depth} are allowed.",
                "Ask in several requests.",
            ) from error
        raise DocumentErrors("GRAPHQL_PARSE_FAILED", [error]) from error
    definitions = node.definitions
    operations = [
        definition for definition in definitions if isinstance(definition, OperationDefinitionNode)
    ]
    fragments = [
        definition for definition in definitions if isinstance(definition, FragmentDefinitionNode)
    ]
    document = Document(
        node,
        {operation.name.value if operation.name else "": operation for operation in operations},
        {fragment.name.value: fragment for fragment in fragments},
    )
    check_document(operations, document.fragments, limits)
    errors = _errors(schema, node, limits.errors)
    if errors:
        raise DocumentErrors("GRAPHQL_VALIDATION_FAILED", errors)
    return replace(document, tokens=_unlink_tokens(node))


def _errors(schema: GraphQLSchema, node: DocumentNode, most: int) -> list[GraphQLError]:
    """What graphql-core's rules find, up to so many.

    As its `validate` does, but that visitors let go of each other in the end: with the caches
    of the rules they are cycles that hold the document until the garbage collector comes.
    """
    errors: list[GraphQLError] = []

    def keep(error: GraphQLError) -> None:
        errors.append(error)
        if len(errors) >= most:
            raise _Enough

    types = TypeInfo(schema)
    context = ValidationContext(schema, node, types, keep)
    rules = [rule(context) for rule in specified_rules]
    together = ParallelVisitor(rules)
    typed = TypeInfoVisitor(types, together)
    try:
        visit(node, typed)
    except _Enough:
        pass
    finally:
        for visitor in (*rules, together, typed, context):
            vars(visitor).clear()
    return errors


class _Enough(Exception):
    """As many errors as are told."""


def _unlink_tokens(node: DocumentNode) -> int:
    """Take the chain of tokens apart, which nothing follows after validation; how many there are.

    Each knows its neighbours: a cycle, which only the garbage collector takes away.
    """
    token = node.loc.start_token if node.loc else None
    number = 0
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following
        number += 1
    return number
