"""The career steps from a role, or to it: where one end of a way is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.pages.cells import EVIDENCE, Cell, evidence
from graph.pages.links import Links
from graph.pages.page import NEAREST, VERSION, Data, PageQuery, View
from graph.pages.parameters import Parameters, not_there
from graph.pages.pictures import Picture
from graph.pages.report import Field, Table, folded, report, text, thing
from graph.pages.words import _, counted, isolated

PATH = "/pathways"
NODE = "__typename slug name"
_MOST = 100
_STEPS = (
    f"(first: {_MOST}) {{ totalCount edges {{ how entryRequirements credit {EVIDENCE}"
    f" node {{ {NODE} }} }} }}"
)


@dataclass(frozen=True, slots=True)
class Steps:
    """The page; `fields` is the form with both ends."""

    links: Links
    heading: str
    fields: Callable[[str, str], Sequence[Field]]

    def ask(self, parameters: Parameters) -> PageQuery:
        """The steps from the role, or those that lead to it."""
        start, finish = parameters.one("from"), parameters.one("to")
        is_open = parameters.is_open()
        parameters.done()
        end = "nextSteps" if start else "feederRoles"
        id_ = role(start or finish)
        slug = id_.partition(":")[2]
        query = (
            f"query Steps($slug: String!, $id: ID!) {{ role(slug: $slug) {{ {NODE} {end}{_STEPS} }}"
            f" {NEAREST.format(ids='[$id]')} {VERSION} }}"
        )

        def view(data: Data) -> View:
            if data["role"] is None:
                raise not_there(slug, data["nearest"])
            table = self._table(data["role"], data["role"][end], is_from=bool(start))
            picture = Picture("steps", table.heading, table.hint) if table.rows else None
            address, fields = self.links.to(PATH), self.fields(start, finish)
            shown = report(self.heading, address, [table], fields=fields, picture=picture)
            return folded(shown, self.links, PATH, is_open, **{"from": start, "to": finish})

        return PageQuery(query, {"slug": slug, "id": id_}, view, (slug,))

    def _table(self, here: Data, found: Data, *, is_from: bool) -> Table:
        rows = [
            step_row(self.links, here if is_from else e["node"], e["node"] if is_from else here, e)
            for e in found["edges"]
        ]
        heading = _("Next steps from {role}") if is_from else _("Where people come from to {role}")
        total = counted(found["totalCount"], "step is known", "steps are known")
        return Table(
            heading.format(role=isolated(here["name"])),
            step_columns(),
            rows,
            _("{total}. Name the other end too for every known way.").format(total=total),
            found["totalCount"],
            _("No career step is known."),
            is_steps=True,
        )


def step_columns() -> Sequence[str]:
    """The heads of a table of career steps."""
    return (_("From"), _("To"), _("How"), _("What it asks"), _("What it credits"), _("Rests on"))


def step_row(links: Links, start: Data, finish: Data, option: Data) -> Sequence[Cell]:
    """A career step, taken one way."""
    return (
        thing(links, start),
        thing(links, finish),
        text(option["how"]),
        text(*option["entryRequirements"]),
        text(option["credit"]),
        evidence(option, f"{isolated(start['name'])} → {isolated(finish['name'])}"),
    )


def role(text_: str) -> str:
    """An id, where a slug alone means a role's."""
    return text_ if ":" in text_ else f"Role:{text_}"
