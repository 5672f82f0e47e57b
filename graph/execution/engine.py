"""One operation -> one answer: prepare, bind, one read, project, bytes."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec
from graphql import GraphQLSchema

from graph.compiler.compile import Bound, Compiled
from graph.compiler.cost import returned
from graph.compiler.document import DocumentErrors
from graph.compiler.plan import Plan, RootField
from graph.database.profile import Measures
from graph.errors import BadUserInput, QueryTooComplex, RolegraphError
from graph.execution import answer, fallback
from graph.execution.answer import Answer
from graph.execution.facts import data_version, read_facts
from graph.execution.introspection import Introspection
from graph.execution.plans import Plans, Prepared, Request
from graph.execution.worker import Worker
from graph.mapping.model import GraphModel
from graph.settings import Limits
from graph.telemetry import span

Planned = Callable[[str | None, float], None]
"""Told the name of an operation and what it is estimated to cost; may raise RateLimited."""


class Reader(Protocol):
    """The database seam: one statement, one record."""

    async def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Any]: ...

    async def read_measured(
        self, statement: str, parameters: Mapping[str, Any], *, profiled: bool
    ) -> tuple[list[Any], Measures]: ...


class Engine:
    """Answers operations of one schema from one database; `introspection` may be refused."""

    def __init__(
        self,
        schema: GraphQLSchema,
        model: GraphModel,
        reader: Reader,
        limits: Limits,
        *,
        introspection: bool = True,
    ) -> None:
        self.schema = schema
        self.model = model
        self.plans = Plans(schema, model, limits)
        self._reader = reader
        self._model = model
        self._version: Any = None
        self._worker = Worker()
        self._compiling = asyncio.Lock()
        self.introspection = Introspection(schema, limits, self._worker, allowed=introspection)

    async def learn(self) -> None:
        """Read how large the graph is, where the data has another version than when it was read."""
        version = await data_version(self._reader)
        if version != self._version:
            self.plans.learn(await read_facts(self._reader, self._model))
            self._version = version

    async def execute(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        cost: bool = False,
        debug: bool = False,
        planned: Planned | None = None,
    ) -> Answer:
        """Answer one operation; every failure is an answer too.

        `cost` adds what it cost, `debug` to that its Cypher and what PROFILE says of it.
        `planned` is told what will be run before the database is asked, and may refuse it.
        """
        variables = variables or {}
        try:
            with span("plan"):
                prepared = await self._prepared(
                    Request.of(text, operation_name, variables), variables
                )
            if planned:
                name = prepared.operation.name
                nodes = prepared.bound.estimated if prepared.compiled.cypher else 0
                planned(name.value if name else None, nodes)
            return await self._run(prepared, cost, debug)
        except DocumentErrors as error:
            suggests = self.introspection.allowed
            return answer.refusal(
                [
                    answer.of_graphql(error.code, reported, suggests=suggests)
                    for reported in error.errors
                ]
            )
        except RecursionError:
            deep = QueryTooComplex(
                "The operation is nested too deeply.", "Ask in several requests."
            )
            return answer.of_exception(deep)
        except RolegraphError as error:
            return answer.of_exception(error)
        except Exception as error:
            return answer.of_exception(error)

    async def _prepared(self, request: Request, variables: Mapping[str, Any]) -> Prepared:
        """The plan of a request; what may take long to compile is beside the event loop.

        On it one is compiled in a turn of the loop, so that many new requests at once do not keep
        it from those that are known.
        """
        known = self.plans.known(request)
        if known is not None:
            return known
        if self.plans.is_long(request):
            return await self._worker(self.plans.make, request, variables)
        async with self._compiling:
            prepared = self.plans.known(request) or self.plans.make(request, variables)
            await asyncio.sleep(0)
            return prepared

    async def _run(self, prepared: Prepared, cost: bool, debug: bool) -> Answer:
        compiled, bound = prepared.compiled, prepared.bound
        measures = Measures()
        columns: list[Any] = []
        if compiled.plan.introspects:
            self.introspection.check()
        if compiled.cypher:
            with span("database"):
                if cost:
                    columns, measures = await self._reader.read_measured(
                        compiled.cypher, bound.parameters, profiled=debug
                    )
                else:
                    columns = await self._reader.read(compiled.cypher, bound.parameters)
        columns, missing = _missing(compiled.plan, columns)
        extensions: dict[str, Any] | None = None
        if cost:
            extensions = {"cost": _cost(compiled, bound, columns, measures, debug=debug)}
        with span("projection"):
            data = await self._data(prepared, columns)
        if data is not None:
            return (
                _without(missing, data, extensions)
                if missing
                else (answer.data(data, extensions=extensions))
            )
        root = compiled.projector.project_unchecked(columns, bound.values)
        root |= {field.key: error for field, error in missing}
        return await self._worker(self._by_executor, prepared, root, extensions)

    async def _data(self, prepared: Prepared, columns: list[Any]) -> dict[str, Any] | None:
        """The response; None where the executor has to say what is wrong, and where."""
        plan = prepared.compiled.plan
        introspected = await self.introspection.of(prepared) if plan.introspects else None
        if plan.fails or (introspected and introspected.failed):
            return None
        try:
            data = prepared.compiled.projector.project(columns, prepared.bound.values)
        except msgspec.ValidationError:
            return None
        if introspected is None:
            return data
        return {key: introspected.parts.get(key) or data[key] for key in introspected.keys}

    def _by_executor(
        self, prepared: Prepared, root: dict[str, Any], extensions: dict[str, Any] | None
    ) -> Answer:
        result = fallback.execute(self.schema, prepared, root)
        errors = [answer.of_field(error) for error in result.errors or ()]
        if result.data is None and errors[0]["extensions"]["code"] == answer.INTERNAL:
            return answer.refusal(errors)
        return answer.data(result.data, errors, extensions)


def _cost(
    compiled: Compiled, bound: Bound, columns: list[Any], measures: Measures, *, debug: bool
) -> dict[str, Any]:
    cost: dict[str, Any] = {
        "estimatedNodes": bound.estimated,
        "rows": returned(compiled.plan, columns),
        "roundTrips": measures.round_trips,
    }
    if debug:
        cost |= {
            "cypher": compiled.cypher,
            "parameters": list(bound.parameters),
            "dbHits": measures.db_hits,
        }
    return cost


_Missing = list[tuple[RootField, BadUserInput]]


def _missing(plan: Plan, columns: list[Any]) -> tuple[list[Any], _Missing]:
    """The columns of the fields, and the fields whose arguments name what is not there."""
    if not plan.existing:
        return columns, []
    own = len(columns) - len(plan.existing)
    errors: dict[str, tuple[RootField, BadUserInput]] = {}
    for existing, missing in zip(plan.existing, columns[own:], strict=True):
        if missing:
            message = f"{existing.place} names {missing[0]!r}, which is not in the graph."
            error = BadUserInput(message, existing.remedy)
            errors.setdefault(existing.field.key, (existing.field, error))
    return columns[:own], list(errors.values())


def _without(missing: _Missing, data: dict[str, Any], extensions: dict[str, Any] | None) -> Answer:
    """The answer without these fields, each of which may be null."""
    errors: list[dict[str, Any]] = []
    for field, error in missing:
        locations = [{"line": line, "column": column} for line, column in field.locations]
        errors.append(answer.entry(error.code, str(error), locations=locations, path=[field.key]))
        data[field.key] = None
    return answer.data(data, errors, extensions)
