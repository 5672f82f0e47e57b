"""Plans are made once, one in a turn of the event loop, for what is refused too."""

import asyncio
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from graphql import GraphQLSchema

from graph.database.profile import Measures
from graph.errors import QueryTooComplex
from graph.execution.engine import Engine
from graph.execution.plans import Plans
from graph.mapping.derive import build_schema
from graph.schema import MODEL
from graph.settings import Limits

DEAR = "query($name: String!) { roles(first: 1000, where: {name: {ne: $name}}) { nodes { skills(first: 900) { nodes { slug } } } } }"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(MODEL)


def test_refused_for_its_cost_is_compiled_once(schema: GraphQLSchema) -> None:
    plans = Plans(schema, MODEL, Limits())
    for name in ("made-up", "made-up too", "made-up"):
        with pytest.raises(QueryTooComplex):
            plans.prepare(DEAR, {"name": name}, None)
    assert plans.compiled == 1


class _Nobody:
    """A database that has nothing, at once."""

    async def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Any]:
        return [None]

    async def read_measured(
        self, statement: str, parameters: Mapping[str, Any], *, profiled: bool
    ) -> tuple[list[Any], Measures]:
        return [None], Measures()


def test_many_new_documents_leave_turns_to_what_is_known(schema: GraphQLSchema) -> None:
    """Whoever waits for one turn of the event loop waits for one compilation at most."""
    engine = Engine(schema, MODEL, _Nobody(), Limits())
    seen: list[int] = []

    async def look(asked: "asyncio.Future[Any]") -> None:
        while not asked.done():
            seen.append(engine.plans.compiled)
            await asyncio.sleep(0)

    async def ask() -> None:
        new = (engine.execute(f'{{ a{n}: role(slug: "made-up") {{ name }} }}') for n in range(20))
        asked = asyncio.gather(*new)
        await look(asked)
        await asked

    asyncio.run(ask())
    assert engine.plans.compiled == 20
    assert max(later - before for before, later in pairwise(seen)) == 1
