"""What a program does with the client that ariadne-codegen makes: its types are checked."""

from typing import assert_type

from client import Client, OrderDirection, RoleOrder, RoleWhere, TextFilter
from client.enums import Confidence, RoleKind
from client.thing_by_id import ThingByIdNodeRole


async def matching(client: Client, word: str) -> list[str]:
    """The names of all roles with a word in their name, page by page."""
    names: list[str] = []
    after: str | None = None
    while True:
        answer = await client.matching_roles(
            first=50,
            where=RoleWhere(name=TextFilter(contains=word)),
            order_by=[RoleOrder(name=OrderDirection.ASC)],
            after=after,
        )
        assert_type(answer.roles.total_count, int)
        for role in answer.roles.nodes:
            assert_type(role.id, str)
            assert_type(role.read_on, str)
            assert_type(role.kind, RoleKind)
            assert_type(role.career_level.level if role.career_level else None, int | None)
            assert_type([each.confidence for each in role.professions.edges], list[Confidence])
            names.append(role.name)
        after = assert_type(answer.roles.page_info.end_cursor, str | None)
        if not assert_type(answer.roles.page_info.has_next_page, bool):
            return names


async def questions(client: Client) -> None:
    """Some of the saved questions."""
    for role in (await client.most_boundaries()).roles.nodes:
        assert_type(role.boundary_span.total, int)
    teaches = await client.who_teaches(role="assistant-practitioner")
    if teaches.role:
        for programme in teaches.role.programmes.nodes:
            assert_type(programme.award, str | None)
            assert_type([each.name for each in programme.providers.nodes], list[str])
    thing = (await client.thing_by_id(id="Role:assistant-practitioner")).node
    if isinstance(thing, ThingByIdNodeRole):
        assert_type(thing.name, str)
