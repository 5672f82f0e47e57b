"""Two to four roles side by side, what is missing from the first to the others, who teaches it."""

from collections.abc import Iterable, Mapping, Sequence

from graph.mapping.model import End, GraphModel, Property
from graph.pages.entity import shown
from graph.pages.labels import end_label, property_label, readable
from graph.pages.links import Links
from graph.pages.lists import Cell
from graph.pages.page import NEAREST, VERSION, Data, PageQuery, Refusal, View
from graph.pages.parameters import Parameters
from graph.pages.report import Field, Table, report, text, thing, things
from graph.pages.words import _, isolated, number

MOST = 4
_NAMES = 12
"""So many names stand in a cell."""
_NODE = "__typename slug name"
_LONG = frozenset(("slug", "name", "notes", "summary"))
GAP = (
    *("sharedSkills", "missingSkills", "sharedProfessions", "missingProfessions"),
    "missingServiceAreas",
)
_MISSING = f"from {{ name }} to {{ name }} {' '.join(f'{name} {{ name }}' for name in GAP)}"
_PROGRAMMES = (
    f"programmes {{ programme {{ {_NODE} award }} covers {{ name }}"
    " providers { provider { name } } }"
)


class Compare:
    """The page of roles compared; what is compared follows from the declaration."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._links = links
        kind = model["Role"]
        self._own = [p for p in kind.properties if p.shown and not p.many and p.name not in _LONG]
        self._ends = [end for end in model.ends("Role") if end.forward and end.name != "broader"]
        parts = [each.name for each in self._own] + [_of(end) for end in self._ends]
        self._roles = (
            f"roles(where: {{ slug: {{ in: $slugs }} }}, first: {MOST})"
            f" {{ nodes {{ {_NODE} {' '.join(parts)} }} }}"
        )

    def ask(self, parameters: Parameters) -> PageQuery:
        """The form; where two or more roles are named, with the answer."""
        slugs = parameters.several("roles", MOST)
        parameters.done()
        hint = _("Two to four, separated by commas, each as in the address of its page")
        chosen = ", ".join(slugs)
        fields = [
            Field("roles", _("Roles to compare"), chosen, hint, suggests="roles", several=True)
        ]
        heading, address = _("Roles compared"), self._links.to("/compare")
        if len(slugs) < 2:
            form = report(heading, address, fields=fields)
            return PageQuery(f"query Compare {{ {VERSION} }}", {}, lambda _data: form)

        def view(data: Data) -> View:
            roles = _in_order(data, slugs)
            gaps = [gap for name, gap in data.items() if name.startswith("gap")]
            tables = [self._beside(roles), *(t for gap in gaps for t in self._gap(gap))]
            return report(heading, address, tables, fields=fields)

        return PageQuery(*self._question(slugs), view, slugs)

    def _question(self, slugs: Sequence[str]) -> tuple[str, Mapping[str, object]]:
        """All roles at once, and the gaps from the first; of two also the way back.

        Programmes are asked for once alone: each time more takes Neo4j long to plan.
        """
        first, *others = (f"Role:{slug}" for slug in slugs)
        pairs = [(first, other) for other in others]
        pairs += [(others[0], first)] if len(others) == 1 else []
        gaps = [
            f"gap{at}: gap(from: $from{at}, to: $to{at})"
            f" {{ {_MISSING}{'' if at else f' {_PROGRAMMES}'} }}"
            for at in range(len(pairs))
        ]
        declared = [f"$from{at}: ID!, $to{at}: ID!" for at in range(len(pairs))]
        variables = {f"from{at}": pair[0] for at, pair in enumerate(pairs)}
        variables |= {f"to{at}": pair[1] for at, pair in enumerate(pairs)}
        ids = f"[{', '.join(f'${name}' for name in variables)}]"
        head = f"query Compare($slugs: [String!]!, {', '.join(declared)})"
        text_ = f"{head} {{ {self._roles} {' '.join(gaps)} {NEAREST.format(ids=ids)} {VERSION} }}"
        return text_, {"slugs": list(slugs), **variables}

    def _beside(self, roles: Sequence[Data]) -> Table:
        rows = [
            *(self._row(property_label(p), [_own(p, role) for role in roles]) for p in self._own),
            *(self._row(end_label(end), [_others(end, r) for r in roles]) for end in self._ends),
        ]
        columns = (_("What"), *(thing(self._links, role) for role in roles), _("Same?"))
        hint = _("Where nothing stands, no source says anything.")
        return Table(_("Side by side"), columns, [row for row in rows if row], hint)

    def _row(self, label: str, cells: Sequence[Sequence[str]]) -> Sequence[Cell]:
        """A line of the table; none where nobody says anything."""
        if not any(cells):
            return ()
        same = _("Same") if len(set(map(tuple, cells))) == 1 else _("Differs")
        return (text(label), *(text(*cell) for cell in cells), text(same))

    def _gap(self, gap: Data) -> Iterable[Table]:
        ends = {"start": isolated(gap["from"]["name"]), "finish": isolated(gap["to"]["name"])}
        yield Table(
            _("From {start} to {finish}").format(**ends),
            (_("What"), _("Which")),
            [(text(readable(name)), things(gap[name])) for name in GAP],
        )
        if "programmes" not in gap:
            return
        yield Table(
            _("Programmes that help from {start} to {finish}").format(**ends),
            (_("Programme"), _("Award"), _("Covers"), _("Taught by")),
            [
                (
                    thing(self._links, each["programme"]),
                    text(each["programme"]["award"]),
                    things(each["covers"]),
                    text(*(p["provider"]["name"] for p in each["providers"])),
                )
                for each in gap["programmes"]
            ],
        )


def _of(end: End) -> str:
    one = f"{end.name} {{ name }}"
    return one if end.one else f"{end.name}(first: {_NAMES}) {{ totalCount nodes {{ name }} }}"


def _own(each: Property, role: Data) -> Sequence[str]:
    return shown(each, role[each.name])


def _others(end: End, role: Data) -> Sequence[str]:
    """The names of what a role is related to, with how many more there are."""
    related: Data | None = role[end.name]
    if related is None:
        return ()
    if end.one:
        return (related["name"],)
    more = related["totalCount"] - len(related["nodes"])
    names = [node["name"] for node in related["nodes"]]
    return [*names, _("and {count} more").format(count=number(more))] if more else names


def _in_order(data: Data, slugs: Sequence[str]) -> Sequence[Data]:
    """The roles as the address names them; one that is not there is refused by name."""
    by_slug = {role["slug"]: role for role in data["roles"]["nodes"]}
    for slug in slugs:
        if slug not in by_slug:
            message = _("There is no role called “{slug}” here.").format(slug=slug)
            raise Refusal("NOT_FOUND", message, data["nearest"])
    return [by_slug[slug] for slug in slugs]
