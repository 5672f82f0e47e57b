"""The three axes of levels side by side: what roles at each Career Framework level have."""

from collections.abc import Iterator, Sequence

from graph.pages.cells import Cell
from graph.pages.links import Links
from graph.pages.page import Data
from graph.pages.report import Table, count, text
from graph.pages.words import _, counted, isolated

_GROUP = "{ count keys { value entity { slug } } }"
SELECTION = (
    "careerLevels(first: 20, orderBy: [{ level: ASC }]) { nodes { slug level name } }"
    f" roles {{ atLevels: groups(by: [CAREER_LEVEL], first: 20) {_GROUP}"
    f" qualifications: groups(by: [CAREER_LEVEL, QUALIFICATION_LEVEL], first: 1000) {_GROUP}"
    f" bands: groups(by: [CAREER_LEVEL, PAY_BAND], first: 1000) {_GROUP} }}"
)
"""What the document asks besides."""


def side_by_side(links: Links, data: Data) -> Table:
    """A row for each level of the Career Framework; more than one value, where roles differ."""
    roles = data["roles"]
    rows = [
        (
            Cell(
                [f"{level['level']} {isolated(level['name'])}"],
                links.to("/levels", axis="CAREER_FRAMEWORK", value=level["level"]),
            ),
            _values(roles["qualifications"], level["slug"]),
            _values(roles["bands"], level["slug"]),
            _total(links, roles["atLevels"], level["slug"]),
        )
        for level in data["careerLevels"]["nodes"]
    ]
    return Table(
        _("The three axes side by side"),
        (_("Career framework"), _("Qualification level"), _("Pay band"), _("Roles")),
        rows,
        _("What roles at each level have, with how many of them. Open a level to see who says so."),
        empty=_("No level is known."),
    )


def _values(groups: Sequence[Data], level: str) -> Cell:
    return text(*(_said(value, total) for value, total in _of(groups, level)))


def _said(value: object, total: int) -> str:
    roles = counted(total, "role", "roles")
    return f"{isolated(str(value))} ({roles})"


def _of(groups: Sequence[Data], level: str) -> Iterator[tuple[object, int]]:
    for group in groups:
        first, second = group["keys"]
        if first["entity"] and first["entity"]["slug"] == level and second["value"] is not None:
            yield second["value"], group["count"]


def _total(links: Links, groups: Sequence[Data], level: str) -> Cell:
    totals = [
        group["count"]
        for group in groups
        if group["keys"][0]["entity"] and group["keys"][0]["entity"]["slug"] == level
    ]
    return count(totals[0], links.list("Role", careerLevel=level)) if totals else text()
