"""Requests that grow with a number until they are refused, and the documents that pages ask.

`bench.hostile` measures each at the largest size that is accepted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.addresses.lists import Lists
from graph.execution.answer import Answer
from graph.mapping.derive import build_schema
from graph.pages.parameters import Pairs
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits

ROOT = Path(__file__).parents[1]
SIZES = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, 75, 100, 150, 250, 400, 1_000)
ENDS = ("professions", "serviceAreas", "skills", "broader", "narrower", "nextSteps", "feederRoles",
        "programmes", "caseStudies", "related", "occupationGroups", "findings")  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A request that grows with a number."""

    name: str
    query: Callable[[int], str]
    variables: Callable[[int], Mapping[str, Any]] = lambda _: {}
    sizes: tuple[int, ...] = SIZES


def _related(slug: object) -> str:
    return f'{{professions: {{some: {{node: {{slug: {{eq: "{slug}"}}}}}}}}}}'


def _chain(quantifier: str, levels: int) -> str:
    where = "{}"
    for level in range(levels):
        end = "roles" if level % 2 else "professions"
        where = f"{{{end}: {{{quantifier}: {{node: {where}}}}}}}"
    return where if levels % 2 else f"{{professions: {{{quantifier}: {{node: {where}}}}}}}"


def _listed(field: str) -> Callable[[int], str]:
    """Root fields with a page each, as large as its number."""
    return lambda n: "{ %s }" % " ".join(f"a{at}: {field}" for at in range(n))  # noqa: UP031


_WHERE = "query ($where: RoleWhere) { roles(where: $where) { totalCount nodes { slug } } }"
LISTED = (
    Shape("replacedBy, by type", lambda n: '{ role(slug: "x") { %s id %s } }' % ("replacedBy { slug ... on Role { kind } " * n, "}" * n)),  # noqa: UP031
    Shape("replacedBy, more for each type", lambda n: '{ node(id: "Role:x") { ... on Entity { replacedBy { id } } %s } }' % " ".join(f"... on {kind.name} {{ replacedBy {{ name replacedBy {{ slug }} }} }}" for kind in list(MODEL.types)[:n])),  # noqa: UP031
    Shape("and of some", lambda n: "{ roles(where: {and: [%s]}) { totalCount nodes { slug } } }" % " ".join(map(_related, range(n)))),  # noqa: UP031
    Shape("and of some, facets", lambda n: "{ roles(where: {and: [%s]}) { totalCount facets(by: [SKILLS, SERVICE_AREAS, PROFESSIONS]) { values { count } } } }" % " ".join(map(_related, range(n)))),  # noqa: UP031
    Shape("or of some, by variables", lambda _: _WHERE, lambda n: {"where": {"or": [{"professions": {"some": {"node": {"slug": {"eq": str(at)}}}}} for at in range(n)]}}),
    Shape("or of texts, by variables", lambda _: _WHERE, lambda n: {"where": {"or": [{"name": {"contains": str(at)}} for at in range(n)]}}),
    *(Shape(f"{kind}, deep", lambda n, kind=kind: f"{{ roles(where: {_chain(kind, n)}) {{ totalCount }} }}") for kind in ("some", "all", "none", "single")),
    Shape("lists of a role", lambda n: '{ role(slug: "assistant-practitioner") { %s } }' % " ".join(f"a{at}: {ENDS[at % len(ENDS)]} {{ totalCount nodes {{ name }} }}" for at in range(n))),  # noqa: UP031
    Shape("lists of lists", lambda n: "{ roles(first: 90) { nodes { %s } } }" % " ".join(f"{end} {{ nodes {{ name evidence {{ confidence }} }} }}" for end in ENDS[:n])),  # noqa: UP031
    Shape("facets by all keys", lambda n: "{ %s }" % " ".join(f"a{at}: roles {{ facets(by: [SKILLS, SERVICE_AREAS, PROFESSIONS, KIND]) {{ values {{ count }} }} }}" for at in range(n))),  # noqa: UP031
    Shape("changes", _listed('changes(since: "none", first: 1000) { nodes { kind entity { id name } } }')),
    Shape("search", _listed('search(query: "a", first: 100) { totalCount facets { type count } nodes { id } }')),
    Shape("paths", _listed('paths(from: "Role:assistant-practitioner", to: "Role:midwife") { length }')),
    Shape("similar, by page", lambda n: f"{{ roles(first: {n}) {{ nodes {{ similar {{ score role {{ name }} reasons {{ sentence }} }} }} }} }}"),
    Shape("all of a page", lambda n: f"{{ roles(first: {n}) {{ nodes {{ slug name summary notes altNames evidence {{ source {{ name }} }} skills(first: 100) {{ edges {{ confidence node {{ name notes }} }} }} }} }} }}"),
    Shape("groups by two", _listed("roles { groups(by: [SKILLS, PROFESSIONS], first: 1000) { count keys { value } } }")),
)  # fmt: skip

_ROLES = re.findall(r"^  - slug: (\S+)", (ROOT / "seed" / "roles.yaml").read_text(), re.MULTILINE)
_AXES = ("ROLE", "SKILL", "PROFESSION", "SERVICE_AREA", "CASE_STUDY", "PROVIDER")
_SLUGS = ("assistant-practitioner", "healthcare-assistant", "registered-nurse", "midwife")
_STATED = "relationship totalCount statements { entity { id name } about { id } confidence evidence { source { name } } }"
_QUALITY = (
    *("orphans", "withoutSource", "oneSource", "unsure", "rolesWithoutProgramme"),
    *("areasWithoutCaseStudy", "relationshipsWithoutSource", "relationshipsOnOneSource"),
    *("relationshipsUnsure", "unmappedCodes", "proposedMatches", "danglingReferences"),
    *("overruledReferences", "disagreements"),
)
"""The lists of `dataQuality`."""


def _overlaps(n: int) -> str:
    pairs = [(row, column) for row in _AXES for column in _AXES]
    cells = "rows { roles entity { id } } columns { roles entity { id } } cells { roles row { id } column { id } } truncated"
    fields = (f"a{at}: overlap(rows: {row}, columns: {column}) {{ {cells} }}" for at, (row, column) in enumerate(pairs[:n]))  # fmt: skip
    return f"{{ {' '.join(fields)} }}"


_MISSPELT = (
    *("asistant", "practitoner", "nursng", "physotherapy", "managemnt", "comunity"),
    *("healthcar", "midwifry", "education", "radiotherpy", "university", "specialst"),
)


def _ids(n: int) -> str:
    """Ids of eight misspelt words each, no two the same."""
    words = ("-".join((_MISSPELT * 2)[at % 12 :][:8]) for at in range(n))
    return ", ".join(f'"Role:{slug}-{at}"' for at, slug in enumerate(words))


def _qualities(n: int) -> str:
    """Each list once, then again by another name, with a page of 100 at each."""
    lists = (
        f"a{at}: {_QUALITY[at % len(_QUALITY)]}(first: 100) {{ totalCount nodes {{ __typename }} }}"
        for at in range(n)
    )
    return f"{{ dataQuality {{ {' '.join(lists)} }} }}"


WHOLES = (
    Shape("overlap", _overlaps),
    Shape("overlap of a role's lists, cells", _listed("overlap(rows: ROLE, columns: ROLE) { cells { roles row { id } column { id } } }")),
    Shape("subgraph, two steps", _listed('subgraph(ids: ["Role:assistant-practitioner"], hops: 2, first: 1000) { truncated nodes { id name } edges { from to relationship confidence } }')),
    Shape("subgraph, of many", lambda n: '{ subgraph(ids: [%s], hops: 2, first: 1000) { truncated nodes { id name } edges { from to relationship evidence { source { name } } } } }' % ", ".join(f'"Role:{slug}"' for slug in _ROLES[:n])),  # noqa: UP031
    Shape("bridges", lambda n: '{ bridges(between: [%s], first: 1000) { totalCount facets(by: [SKILLS, PROFESSIONS]) { values { count } } nodes { name professions { nodes { name } } } } }' % ", ".join(['"Profession:nursing"', *(f'"Profession:{each}"' for each in ("physiotherapy", "midwifery", "radiography", "paramedicine"))][:n])),  # noqa: UP031
    Shape("bridges, many of them", _listed('bridges(between: ["Profession:nursing", "Profession:physiotherapy"], first: 1000) { totalCount facets(by: [SKILLS]) { values { count } } nodes { name } }')),
    Shape("lookUp", lambda _: "query ($texts: [String!]!) { lookUp(texts: $texts) { basis label matchType entity { id name } } }", lambda n: {"texts": [f"assistant practitioner {at}" for at in range(n)]}, (200,)),
    Shape("lookUp, several", _listed('lookUp(texts: [%s]) { basis entity { id name } }' % ", ".join(f'"nurse {at}"' for at in range(200)))),  # noqa: UP031
    Shape("supportedBy", _listed(f'supportedBy(source: "Source:seed-page", first: 250) {{ entities {{ type count }} statements {{ {_STATED} }} }}')),
    Shape("statements", _listed(f'statements(about: "Profession:nursing", first: 250) {{ {_STATED} }}')),
    Shape("gap", _listed('gap(from: "Role:healthcare-assistant", to: "Role:registered-nurse") { basis missingSkills { name } sharedSkills { name } missingProfessions { name } levels { axis from to } programmes { programme { name } covers { name } providers { provider { name } region { name } } } }')),
    Shape("nearest", lambda n: "{ nearest(ids: [%s]) { id name } }" % _ids(n)),  # noqa: UP031
    Shape("nearest, several", _listed("nearest(ids: [%s]) { id }" % _ids(50))),  # noqa: UP031
    Shape("dataQuality", _qualities),
    Shape("dataQuality, several", _listed("dataQuality { orphans { totalCount } relationshipsOnOneSource(first: 1000) { totalCount nodes { from { id } } } disagreements { totalCount } }")),
    Shape("pathway", _listed('pathway(from: "Role:entry-level-support-worker", to: "Role:registered-nurse") { ways { length roles { slug } steps { options { step credit } } } }')),
)  # fmt: skip

_PAGES: Mapping[str, Pairs] = {
    "/search": [("q", "a"), ("kind", "roles")],
    "/pathways": [("from", "entry-level-support-worker"), ("to", "registered-nurse")],
    "/compare": [("ids", ",".join(f"Role:{slug}" for slug in _SLUGS))],
    "/connections": [("from", "Role:assistant-practitioner"), ("to", "Provider:sheffield-hallam-university")],
    "/boundaries": [("between", ",".join(["nursing", "physiotherapy", "midwifery", "radiography"]))],
    "/lookup": [("list", "\n".join(f"assistant practitioner {at}" for at in range(200)))],
    "/matrix": [("rows", "ROLE"), ("columns", "SKILL")],
    "/changes": [("since", "none")],
    "/search.json": [("q", "a")],
}  # fmt: skip
"""Parameters with which a page asks most; the others have none."""


async def shapes_of_pages(slugs: Mapping[str, str]) -> list[Shape]:
    """What pages ask, at their most: each as a shape that does not grow.

    `slugs` has one thing by the list of its type.
    """
    asked: list[tuple[str, Mapping[str, Any]]] = []

    async def ask(text: str, variables: Mapping[str, Any]) -> Answer:
        asked.append((text, variables))
        return Answer(b'{"errors": [{"message": "", "extensions": {"code": "DATABASE_BUSY"}}]}')

    site = Site(Lists(build_schema(MODEL), MODEL, Limits()), MODEL, ask, _NoAssets(), {})
    found: list[Shape] = []

    def take(name: str) -> None:
        found.extend(_fixed(f"page {name}", *each) for each in asked)
        asked.clear()

    for path in (*site.pages, *site.files):
        await (site.file if path in site.files else site.page)(path, _PAGES.get(path, []))
        take(path)
    for name in site.lists:
        await site.list(name, [("q", "a"), ("first", "1000")])
        take(f"/{name}?q=a&first=1000")
    for plural, slug in slugs.items():
        await site.thing(plural, slug, [])
        take(f"/{plural}/{slug}")
    return found


def _fixed(name: str, text: str, variables: Mapping[str, Any]) -> Shape:
    return Shape(name, lambda _: text, lambda _: variables, (1,))


class _NoAssets(dict[str, str]):
    """Styles and scripts that are nowhere."""

    def __missing__(self, name: str) -> str:
        return f"/{name}"


SHAPES = (*LISTED, *WHOLES)
