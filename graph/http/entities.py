"""Entities by address: /roles/<slug>.json, .csv, .xlsx, .jsonld and .ttl."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.addresses import forms
from graph.addresses.entities import PATHS, Entity, read_entity
from graph.addresses.forms import MEDIA
from graph.addresses.lists import Lists
from graph.addresses.parameters import BadParameter, read_pairs, shown
from graph.addresses.shapes import shapes
from graph.addresses.triples import Triples, json_ld, turtle, turtle_head
from graph.http.kept import KeptAnswers
from graph.http.lists import Endpoint, guarded
from graph.http.problems import HttpRefusal, refused
from graph.http.turns import Turns
from graph.settings import Limits

FORMS: Mapping[str, str] = {
    "json": MEDIA["json"],
    "csv": MEDIA["csv"],
    "xlsx": MEDIA["xlsx"],
    "jsonld": "application/ld+json",
    "ttl": "text/turtle; charset=utf-8",
}


def entity_routes(
    turns: Turns, lists: Lists, limits: Limits, cache: KeptAnswers, terms: Mapping[str, str]
) -> list[Route]:
    """The routes of the entities of all lists, in each form; `terms` are schema.org's by type."""

    def endpoint(name: str, form: str) -> Endpoint:
        return guarded(_entity(turns, lists, limits, terms, name, form), cache)

    described = shapes(lists.model)

    async def shape(_request: Request) -> Response:
        return Response(described, media_type=FORMS["ttl"])

    return [
        Route("/shapes.ttl", shape),
        *(
            Route(f"/{name}/{{slug}}.{form}", endpoint(name, form))
            for name in lists.by_name
            for form in FORMS
        ),
    ]


def _entity(
    turns: Turns, lists: Lists, limits: Limits, terms: Mapping[str, str], name: str, form: str
) -> Endpoint:
    model = lists.model
    kind, field = lists.by_name[name].kind, lists.singular[name]

    async def answer(request: Request) -> Response:
        for parameter, _ in read_pairs(request.url.query, limits.list_items):
            raise BadParameter(
                parameter, f"{shown(parameter)} means nothing here.", "Leave it out."
            )
        slug = request.path_params["slug"]
        entity = await read_entity(turns, model, limits, field, kind, slug)
        if entity is None:
            message = f"No {kind.name} has the slug {shown(slug)}. /{name}.csv lists them."
            return refused(HttpRefusal("BAD_REQUEST", message, status=404))
        triples = Triples(model, terms, request.scope.get("root", ""))
        return _written(entity, form, triples, str(request.url))

    return answer


def _written(entity: Entity, form: str, triples: Triples, address: str) -> Response:
    match form:
        case "xlsx":
            body = _sheet(entity, address)
        case "csv":
            body = forms.csv_header(PATHS) + forms.csv_rows(entity.rows())
        case "jsonld":
            body = orjson.dumps(json_ld(triples.of(entity)))
        case "ttl":
            body = turtle_head() + turtle(triples.of(entity))
        case _:
            body = orjson.dumps(entity.content())
    headers: dict[str, str] = {}
    if form in ("csv", "xlsx"):
        day = (entity.loaded_at or "")[:10]
        name = f"{entity.facts['slug']}-{day}-{entity.version}.{form}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body, 200, headers, FORMS[form])


def _sheet(entity: Entity, address: str) -> bytes:
    sheet = forms.Sheet(PATHS, PATHS)
    sheet.add(list(entity.rows()))
    sources = (one["source"]["name"] for each in entity.statements for one in each.evidence)
    return sheet.finish(
        forms.About(
            entity.facts["name"],
            address,
            entity.version,
            entity.loaded_at,
            dict(zip(PATHS, PATHS, strict=True)),
            tuple(dict.fromkeys(sources)),
        )
    )
