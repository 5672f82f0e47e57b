"""Saved questions by address: /q, /q/<name>, and their tables as files."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.addresses.forms import MEDIA
from graph.addresses.network import read_network
from graph.addresses.paged import Paged
from graph.addresses.parameters import OPTIONS, BadParameter, Pairs, read_pairs
from graph.addresses.saved import Saved
from graph.addresses.tables import ask, question_table
from graph.http.kept import KeptAnswers
from graph.http.lists import Endpoint, guarded, read_options, response, unknown_form
from graph.http.problems import HttpRefusal, refused
from graph.http.turns import Turns
from graph.settings import Limits

_TABLES = {form: media for form, media in MEDIA.items() if form != "json"}
NETWORK: Mapping[str, str] = dict.fromkeys(("nodes.json", "edges.json"), MEDIA["json"])
"""The forms of a question that is a network."""


def question_routes(
    engine: Turns,
    questions: Mapping[str, Saved],
    limits: Limits,
    cache: KeptAnswers,
    or_page: Callable[[Endpoint], Endpoint],
) -> list[Route]:
    """The routes of all saved questions; `or_page` gives browsers a page."""
    listed = orjson.dumps({"questions": [_listed(each) for each in questions.values()]})

    async def index(_request: Request) -> Response:
        return Response(listed, headers={"Vary": "Accept"}, media_type=MEDIA["json"])

    one = guarded(_question(engine, questions, limits), cache)
    return [
        Route("/q", or_page(index)),
        Route("/q/{name}.{form}", one),
        Route("/q/{name}", or_page(one)),
    ]


def _listed(saved: Saved) -> dict[str, Any]:
    address = f"/q/{saved.name}"
    return {
        "name": saved.name,
        "title": saved.title,
        "description": saved.description,
        "documentId": saved.document_id,
        "parameters": [
            {
                "name": each.name,
                "type": each.type,
                "required": each.required,
                "default": each.default,
                "values": list(each.options),
                "example": each.example,
            }
            for each in saved.parameters
        ],
        "columns": [{"path": cell.name, "label": cell.heading} for cell in saved.cells],
        "all": isinstance(saved.pages, Paged),
        "addresses": [address, *(f"{address}.{form}" for form in _forms(saved))],
    }


def _forms(saved: Saved) -> dict[str, str]:
    """The media type of each form that a question has besides GraphQL's."""
    return {**_TABLES, **(NETWORK if saved.network_text else {})}


def _question(engine: Turns, questions: Mapping[str, Saved], limits: Limits) -> Endpoint:
    async def answer(request: Request) -> Response:
        # The last part may hold points: `.rows.json` is one form.
        name, _, form = request.url.path.rpartition("/")[2].partition(".")
        saved = questions.get(name)
        if saved is None:
            names = ", ".join(questions) or "none"
            message = f"There is no saved question {name[:60]!r}. There are: {names}."
            return refused(HttpRefusal("BAD_REQUEST", message, status=404))
        if form not in ("", "json", *_forms(saved)):
            return unknown_form(form, {**MEDIA, **_forms(saved)})
        pairs = read_pairs(request.url.query, limits.list_items)
        if form in NETWORK:
            return await _network(engine, saved, form, pairs, limits)
        options = read_options(pairs)
        if options.all and form in ("", "json"):
            raise BadParameter("all", "`all` is for tables.", "Ask for .rows.json.")
        variables = saved.variables(pairs, limits.list_items, OPTIONS, whole=options.all)
        if form in ("", "json") and not options.about:
            data = await ask(engine, saved.text, variables)
            return Response(orjson.dumps({"data": data}), media_type=MEDIA["json"])
        size = limits.page_size if options.all else None
        table = await question_table(engine, saved, variables, size)
        return await response(request, table, form or "json", pairs, options)

    return answer


async def _network(
    engine: Turns, saved: Saved, form: str, pairs: Pairs, limits: Limits
) -> Response:
    assert saved.network_text
    variables = saved.variables(pairs, limits.list_items)
    network = read_network(await ask(engine, saved.network_text, variables))
    part = network.nodes if form == "nodes.json" else network.edges
    return Response(orjson.dumps(part), media_type=MEDIA["json"])
