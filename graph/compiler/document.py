"""Text -> parsed and valid document, by graphql-core."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
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

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; raise OperationUnresolved where that is not clear."""
        names = ", ".join(found for found in self.operations if found)
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
    operations = [found for found in definitions if isinstance(found, OperationDefinitionNode)]
    fragments = [found for found in definitions if isinstance(found, FragmentDefinitionNode)]
    document = Document(
        node,
        {found.name.value if found.name else "": found for found in operations},
        {found.name.value: found for found in fragments},
    )
    check_document(operations, document.fragments, limits)
    errors = validate(schema, node, max_errors=limits.errors)
    if errors:
        raise DocumentErrors("GRAPHQL_VALIDATION_FAILED", list(errors)[: limits.errors])
    return document
