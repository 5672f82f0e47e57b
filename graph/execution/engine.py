"""One operation -> one answer: prepare, bind, one read, project, bytes."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from graphql import GraphQLSchema

from graph.compiler.document import DocumentErrors
from graph.errors import QueryTooComplex, RolegraphError
from graph.execution import answer, fallback
from graph.execution.answer import Answer
from graph.execution.plans import Plans, Prepared
from graph.mapping.model import GraphModel
from graph.settings import Limits


class Reader(Protocol):
    """The database seam: one statement, one record."""

    async def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Any]: ...


class Engine:
    """Answers operations of one schema from one database."""

    def __init__(
        self, schema: GraphQLSchema, model: GraphModel, reader: Reader, limits: Limits
    ) -> None:
        self.schema = schema
        self.plans = Plans(schema, model, limits)
        self._reader = reader

    async def execute(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> Answer:
        """Answer one operation; every failure is an answer too."""
        try:
            prepared = self.plans.prepare(text, variables or {}, operation_name)
            return await self._run(prepared)
        except DocumentErrors as error:
            return answer.refusal([answer.of_graphql(error.code, found) for found in error.errors])
        except RecursionError:
            deep = QueryTooComplex(
                "The operation is nested too deeply.", "Ask in several requests."
            )
            return answer.of_exception(deep)
        except RolegraphError as error:
            return answer.of_exception(error)
        except Exception as error:
            return answer.of_exception(error)

    async def _run(self, prepared: Prepared) -> Answer:
        compiled = prepared.compiled
        given = prepared.variables.coerced
        parameters = compiled.bind(given)
        sizes = compiled.sizes(given)
        columns = await self._reader.read(compiled.cypher, parameters) if compiled.cypher else []
        if not compiled.plan.introspects:
            try:
                return answer.data(compiled.projector.project(columns, sizes))
            except msgspec.ValidationError:
                pass  # the executor says which value it is, and where
        root = compiled.projector.project_unchecked(columns, sizes)
        return self._by_executor(prepared, root)

    def _by_executor(self, prepared: Prepared, root: dict[str, Any]) -> Answer:
        result = fallback.execute(self.schema, prepared, root)
        errors = [
            answer.masked(
                error,
                path=error.path,
                locations=[{"line": at.line, "column": at.column} for at in error.locations or ()],
            )
            for error in result.errors or ()
        ]
        if result.data is None and errors:
            return answer.refusal(errors)
        return answer.data(result.data or {}, errors)
