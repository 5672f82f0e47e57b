"""One operation -> one answer: prepare, bind, one read, project, bytes."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from graphql import GraphQLSchema

from graph.compiler.document import DocumentErrors
from graph.compiler.plan import Plan
from graph.errors import BadUserInput, QueryTooComplex, RolegraphError
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
        values = compiled.values(given)
        columns = await self._reader.read(compiled.cypher, parameters) if compiled.cypher else []
        columns = _existing(compiled.plan, columns)
        if not compiled.plan.introspects:
            try:
                return answer.data(compiled.projector.project(columns, values))
            except msgspec.ValidationError:
                pass  # the executor says which value it is, and where
        root = compiled.projector.project_unchecked(columns, values)
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


def _existing(plan: Plan, columns: list[Any]) -> list[Any]:
    """The columns of the fields; raise BadUserInput where an argument names what is not there."""
    if not plan.existing:
        return columns
    own = len(columns) - len(plan.existing)
    for found, missing in zip(plan.existing, columns[own:], strict=True):
        if missing:
            raise BadUserInput(
                f"{found.place} names {missing[0]!r}, which is not in the graph.",
                "Look for it with `search`.",
            )
    return columns[:own]
