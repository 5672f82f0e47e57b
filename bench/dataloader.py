"""A peer to measure against: the same answers by Strawberry with resolvers and DataLoaders."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import neo4j
import strawberry
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig


def strawberry_peer(driver: neo4j.AsyncDriver) -> Callable[[str], Awaitable[Any]]:
    """A function that executes a query of `bench` and gives its data."""

    async def rows(statement: str, **parameters: Any) -> list[Any]:
        result = await driver.execute_query(statement, parameters, database_="neo4j", routing_="r")
        return [record.data() for record in result.records]

    def related(type_: str) -> Callable[[list[str]], Awaitable[list[Any]]]:
        async def fetch(slugs: list[str]) -> list[Any]:
            by_slug = defaultdict(list)
            for row in await rows(
                f"UNWIND $slugs AS s MATCH (:Role {{slug: s}})-[:{type_}]->(n)"
                " RETURN s AS role, n.slug AS slug, n.name AS name ORDER BY s, n.slug",
                slugs=slugs,
            ):
                by_slug[row["role"]].append(Named(slug=row["slug"], name=row["name"]))
            return [NamedConnection(nodes=by_slug[slug][:25]) for slug in slugs]

        return fetch

    @strawberry.type
    class Named:
        slug: str
        name: str

    @strawberry.type
    class NamedConnection:
        nodes: list[Named]

    @strawberry.type
    class Role:
        id: str
        slug: str
        name: str
        status: str
        qualification_level: int | None
        pay_band: str | None

        @strawberry.field
        async def professions(self, info: strawberry.Info) -> NamedConnection:
            return await info.context["professions"].load(self.slug)

        @strawberry.field
        async def service_areas(self, info: strawberry.Info) -> NamedConnection:
            return await info.context["areas"].load(self.slug)

    @strawberry.type
    class RoleConnection:
        nodes: list[Role]

    columns = (
        "RETURN r.id AS id, r.slug AS slug, r.name AS name, r.status AS status,"
        " r.qualificationLevel AS qualification_level, r.payBand AS pay_band"
    )

    @strawberry.type
    class Query:
        @strawberry.field
        async def role(self, slug: str) -> Role | None:
            records = await rows(f"MATCH (r:Role {{slug: $slug}}) {columns}", slug=slug)
            return Role(**records[0]) if records else None

        @strawberry.field
        async def roles(self, first: int) -> RoleConnection:
            records = await rows(f"MATCH (r:Role) {columns} ORDER BY r.slug LIMIT $n", n=first)
            return RoleConnection(nodes=[Role(**row) for row in records])

    namespace = {
        "Named": Named,
        "NamedConnection": NamedConnection,
        "Role": Role,
        "RoleConnection": RoleConnection,
    }
    globals().update(namespace)
    schema = strawberry.Schema(Query, config=StrawberryConfig())

    async def execute(query: str) -> Any:
        context = {
            "professions": DataLoader(related("WORKS_ACROSS")),
            "areas": DataLoader(related("WORKS_IN")),
        }
        result = await schema.execute(query, context_value=context)
        assert not result.errors, result.errors
        return result.data

    return execute
