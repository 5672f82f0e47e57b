"""Roles that span boundaries; of professions and areas that are chosen, the roles that join all."""

from collections.abc import Mapping, Sequence

from graph.pages.links import Links
from graph.pages.page import NEAREST, VERSION, Data, PageQuery, View
from graph.pages.parameters import Parameters, not_there, refused, short
from graph.pages.pictures import Picture
from graph.pages.report import Field, Table, count, report, thing
from graph.pages.words import _, counted, isolated, listed, number

PATH = "/boundaries"
_MOST = 10
_SPAN = ("professions", "serviceAreas", "sectors", "total")
_JOINED = {"Profession": "professions", "ServiceArea": "serviceAreas", "Skill": "skills"}
"""What roles join, by type: how a role is related to it."""
_BARE = ("Profession", "ServiceArea")
"""Of which types a slug alone may be."""
_ROLES = (
    "orderBy: [{ boundarySpan: { total: DESC } }, { name: ASC }], first: 50)"
    f" {{ totalCount nodes {{ __typename slug name boundarySpan {{ {' '.join(_SPAN)} }} }} }}"
)
_ALL = f"query Boundaries {{ roles({_ROLES} {VERSION} }}"


class Boundaries:
    """The page; with `between` only the roles that join all that it names."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def ask(self, parameters: Parameters) -> PageQuery:
        """All roles, or those that join what is named by ids, or slugs alone."""
        between = parameters.several("between", _MOST)
        parameters.done()
        meant = {each: _meant(each) for each in between}

        def view(data: Data) -> View:
            chosen = _chosen(meant, data) if meant else ()
            return self._view(data["roles"], between, chosen)

        return PageQuery(*_question(meant), view, between)

    def _view(self, roles: Data, between: Sequence[str], chosen: Sequence[str]) -> View:
        finding = _finding(roles["totalCount"], chosen) if chosen else ""
        return report(
            _("Roles that span boundaries"),
            self._links.to(PATH),
            [self._table(roles)],
            fields=[_field(between)],
            finding=finding,
        )

    def _table(self, roles: Data) -> Table:
        return Table(
            _("Roles"),
            (_("Role"), _("Professions"), _("Service areas"), _("Sectors"), _("Together")),
            [
                (thing(self._links, each), *(count(each["boundarySpan"][part]) for part in _SPAN))
                for each in roles["nodes"]
            ],
            _("Professions, service areas and sectors that a role joins, added up."),
            roles["totalCount"],
            picture=Picture("bars", _("What the roles at the top join"), _widest(roles["nodes"])),
        )


def _field(between: Sequence[str]) -> Field:
    return Field(
        "between",
        _("Only roles that join all of these"),
        ", ".join(between),
        _(
            "Two or more professions or service areas, separated by commas,"
            " such as nursing, stroke-services"
        ),
        suggests="professions,serviceAreas",
        ids=True,
        several=True,
    )


def _meant(text: str) -> Sequence[str]:
    """The ids that a text may mean: a slug alone a profession or a service area."""
    kind, colon, _slug = text.partition(":")
    if not colon:
        return [f"{each}:{text}" for each in _BARE]
    if kind not in _JOINED:
        message = _(
            "“{id}” is nothing that roles join. Name professions, service areas or skills,"
            " such as Profession:nursing or ServiceArea:stroke-services."
        )
        raise refused(message.format(id=isolated(short(text))))
    return [text]


def _question(meant: Mapping[str, Sequence[str]]) -> tuple[str, Data]:
    """The document and its variables; one statement, whether all that is named is there or not."""
    if not meant:
        return _ALL, {}
    near = {f"near{at}": text for at, text in enumerate(meant)}
    declared = ", ".join(f"${name}: ID!" for name in near)
    # Each for itself: the nearest of a slug that is there would leave no room for the others.
    asked = " ".join(f"{name}: {NEAREST.format(ids=f'[${name}]')}" for name in near)
    ids = [id_ for each in meant.values() for id_ in each]
    where = {"and": [{"or": [_joins(id_) for id_ in each]} for each in meant.values()]}
    query = (
        f"query Boundaries($ids: [ID!]!, $where: RoleWhere!, {declared}) {{"
        f" roles(where: $where, {_ROLES} nodes(ids: $ids) {{ id ... on Entity {{ name }} }}"
        f" {asked} {VERSION} }}"
    )
    return query, {"ids": ids, "where": where, **near}


def _joins(id_: str) -> Data:
    kind, _colon, slug = id_.partition(":")
    return {_JOINED[kind]: {"some": {"node": {"slug": {"eq": slug}}}}}


def _chosen(meant: Mapping[str, Sequence[str]], data: Data) -> Sequence[str]:
    """What each text names; a page about what is not there is not found."""
    names = {node["id"]: node["name"] for node in data["nodes"] if node and "name" in node}
    chosen: list[str] = []
    for at, (text, ids) in enumerate(meant.items()):
        found = [isolated(names[id_]) for id_ in ids if id_ in names]
        if not found:
            raise not_there(text, data[f"near{at}"])
        chosen.append(listed(found, _("or")))
    return chosen


def _finding(total: int, chosen: Sequence[str]) -> str:
    roles = counted(total, "role", "roles")
    if len(chosen) == 1:
        return _("With {name}: {roles}. Name another to see which roles join the two.").format(
            name=chosen[0], roles=roles
        )
    return _("Joining {names}: {roles}.").format(names=listed(chosen), roles=roles)


def _widest(roles: Sequence[Data]) -> str:
    """Which role joins most."""
    if not roles:
        return ""
    total = roles[0]["boundarySpan"]["total"]
    return _("{role} joins most: {total} professions, service areas and sectors.").format(
        role=isolated(roles[0]["name"]), total=number(total)
    )
