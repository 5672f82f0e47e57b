"""Pages that each answer one question of the whole graph: levels, shared roles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from graph.pages.axes import SELECTION, side_by_side
from graph.pages.boundaries import PATH as BOUNDARIES
from graph.pages.boundaries import Boundaries
from graph.pages.cells import EVIDENCE, Cell, evidence
from graph.pages.labels import readable
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, Link, PageQuery, View
from graph.pages.parameters import Parameters, refused
from graph.pages.pictures import Picture
from graph.pages.report import Field, Table, count, folded, report, text, thing
from graph.pages.words import _, counted, isolated, listed, number

NODE = "__typename slug name"
_AXES = ("CAREER_FRAMEWORK", "QUALIFICATION", "PAY_BAND")
_KINDS = (
    *("PROFESSION", "SERVICE_AREA", "CAREER_LEVEL", "SKILL", "PROGRAMME", "PROVIDER"),
    *("UNIVERSITY", "CASE_STUDY"),
)
_MATRIX_COLUMNS, _MATRIX_ROWS = 12, 40
_MOST = 1_000
"""So many rows, columns and cells of a matrix are counted at most."""
_PROVIDERS = "programmes.providers"


class Questions:
    """The pages of questions about all roles."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self.pages: Mapping[str, Callable[[Parameters], PageQuery]] = {
            "/levels": self.levels,
            "/matrix": self.matrix,
            BOUNDARIES: Boundaries(links).ask,
        }

    def levels(self, parameters: Parameters) -> PageQuery:
        """What a level of one axis is in the others, and who says so."""
        axis = parameters.one("axis", _AXES) or _AXES[0]
        value = parameters.one("value")
        is_open = parameters.is_open()
        parameters.done()
        level = _level(value)
        query = (
            f"query Levels($axis: LevelAxis!, $value: Int!) {{ levels(axis: $axis, value: $value)"
            f" {{ axis value count statedBy {{ entity {{ {NODE} }} {EVIDENCE} }} }}"
            f" {SELECTION} {VERSION} }}"
        )

        def view(data: Data) -> View:
            tables = [
                self._counts(data["levels"], axis, level),
                *(
                    Table(
                        _("{axis}: {value}").format(
                            axis=readable(each["axis"]), value=isolated(each["value"])
                        ),
                        (_("Said of"), _("Rests on")),
                        [
                            (
                                thing(self._links, statement["entity"]),
                                evidence(statement, statement["entity"]["name"]),
                            )
                            for statement in each["statedBy"]
                        ],
                        total=each["count"],
                    )
                    for each in data["levels"]
                ),
            ]
            axes = side_by_side(self._links, data)
            tables = [*tables, axes] if value else [axes, *tables]
            fields = (
                Field("axis", _("Axis"), axis, options=[Link(readable(a), a) for a in _AXES]),
                Field("value", _("Level"), str(level)),
            )
            intro = (
                _(
                    "Career Framework level, qualification level and pay band are three different"
                    " things. Here is what a level of one is in the others, and who says so."
                ),
            )
            finding = listed(
                [f"{readable(e['axis'])} {isolated(e['value'])}" for e in data["levels"][:8]]
            )
            heading = _("{axis} level {value}").format(axis=readable(axis), value=level)
            address = self._links.to("/levels")
            shown = report(heading, address, tables, intro=intro, fields=fields, finding=finding)
            return folded(shown, self._links, "/levels", is_open, axis=axis, value=level)

        return PageQuery(query, {"axis": axis, "value": level}, view)

    def _counts(self, levels: Sequence[Data], axis: str, value: int) -> Table:
        """How often each level of another axis is said together with this one."""
        heading = _("How often each is said together with {axis} {value}").format(
            axis=readable(axis).lower(), value=value
        )
        most = max(levels, key=lambda each: each["count"], default=None)
        finding = (
            _("Most often: {axis} {value}, {times}.").format(
                axis=readable(most["axis"]).lower(),
                value=isolated(most["value"]),
                times=counted(most["count"], "time", "times"),
            )
            if most
            else ""
        )
        return Table(
            heading,
            (_("Level"), _("How often")),
            [
                (text(f"{readable(e['axis'])} {isolated(e['value'])}"), count(e["count"]))
                for e in levels
            ],
            picture=Picture("bars", heading, finding),
        )

    def matrix(self, parameters: Parameters) -> PageQuery:
        """How many roles two kinds of things share."""
        rows = parameters.one("rows", _KINDS) or "PROFESSION"
        columns = parameters.one("columns", _KINDS) or "SERVICE_AREA"
        parameters.done()
        query = (
            "query Matrix($rows: OverlapAxis!, $columns: OverlapAxis!) {"
            f" overlap(rows: $rows, columns: $columns) {{ rows {{ entity {{ {NODE} }} roles }}"
            f" columns {{ entity {{ {NODE} }} roles }}"
            f" cells(first: {_MOST}) {{ row {{ slug }} column {{ slug }} roles }} truncated }}"
            f" {VERSION} }}"
        )

        def view(data: Data) -> View:
            return self._matrix(data["overlap"], rows, columns)

        return PageQuery(query, {"rows": rows, "columns": columns}, view)

    def _matrix(self, matrix: Data, rows: str, columns: str) -> View:
        finding = _most_shared(matrix)
        heading = _("How many roles two kinds of things share")
        whole = partial(self._squares, matrix, rows, columns, matrix["rows"], matrix["columns"])
        table = replace(
            self._squares(
                *(matrix, rows, columns),
                *(matrix["rows"][:_MATRIX_ROWS], matrix["columns"][:_MATRIX_COLUMNS]),
            ),
            hint=" ".join(_how_shown(matrix)),
            picture=Picture("heat", heading, finding, first=2),
            whole=whole,
        )
        options = [Link(readable(kind), kind) for kind in _KINDS]
        fields = (
            Field("rows", _("Rows"), rows, options=options),
            Field("columns", _("Columns"), columns, options=options),
        )
        return report(heading, self._links.to("/matrix"), [table], fields=fields, finding=finding)

    def _squares(
        self, matrix: Data, rows: str, columns: str, down: Sequence[Data], across: Sequence[Data]
    ) -> Table:
        """The squares of these rows and columns."""
        cells = {
            (each["row"]["slug"], each["column"]["slug"]): each["roles"] for each in matrix["cells"]
        }
        return Table(
            _("{rows} by {columns}").format(rows=readable(rows), columns=readable(columns).lower()),
            (readable(rows), _("All"), *(each["entity"]["name"] for each in across)),
            [
                (
                    thing(self._links, each["entity"]),
                    count(each["roles"]),
                    *(self._shared(cells, each["entity"], other["entity"]) for other in across),
                )
                for each in down
            ],
            total=len(matrix["rows"]) if len(matrix["rows"]) < _MOST else None,
            is_part=matrix["truncated"],
        )

    def _shared(self, cells: Mapping[tuple[str, str], int], row: Data, column: Data) -> Cell:
        roles = cells.get((row["slug"], column["slug"]))
        if roles is None:
            return text()
        return count(roles, self._links.list("Role", **_both(row, column)))


_FILTERS = {
    "Profession": "professions",
    "ServiceArea": "serviceAreas",
    "CareerLevel": "careerLevel",
    "Skill": "skills",
    "Programme": "programmes",
    "Provider": _PROVIDERS,
    "CaseStudy": "caseStudies",
}
"""How the list of roles is filtered by what is in a matrix."""


def _both(row: Data, column: Data) -> Mapping[str, str]:
    """The filters of the roles that two things share."""
    one, other = _FILTERS[row["__typename"]], _FILTERS[column["__typename"]]
    if one != other:
        # A role's programme need not be the one by which a provider teaches for it.
        apart = {_PROVIDERS: f"{_PROVIDERS}.and"} if "programmes" in (one, other) else {}
        return {apart.get(one, one): row["slug"], apart.get(other, other): column["slug"]}
    if row["slug"] == column["slug"]:
        return {one: row["slug"]}
    return {f"{one}.and": f"{row['slug']},{column['slug']}"}


def _how_shown(matrix: Data) -> Sequence[str]:
    """Which part of a matrix is shown, and what is not counted of one that is too long."""
    rows, columns = len(matrix["rows"]), len(matrix["columns"])
    said = [_("A number opens the roles behind it.")]
    if columns > _MATRIX_COLUMNS:
        text_ = _("The {shown} columns with the most roles are shown, of {all}.")
        said.append(text_.format(shown=_MATRIX_COLUMNS, all=_at_least(columns)))
    if rows >= _MOST:
        text_ = _("The {shown} rows with the most roles are shown, of {all}.")
        said.append(text_.format(shown=_MATRIX_ROWS, all=_at_least(rows)))
    return [*said, *_how_cut(matrix)] if matrix["truncated"] else said


def _at_least(total: int) -> str:
    return number(total) if total < _MOST else _("{number} or more").format(number=number(total))


def _how_cut(matrix: Data) -> Sequence[str]:
    """Of the fullest squares alone the number is known."""
    cut = _(
        "This table is cut: there are more than {most} rows, columns or squares. Only those with"
        " the most roles were counted, up to {most} of each."
    ).format(most=number(_MOST))
    if len(matrix["cells"]) < _MOST:
        return (cut,)
    least = counted(matrix["cells"][-1]["roles"], "role", "roles")
    empty = _("A square without a number may have up to {roles}.").format(roles=least)
    return cut, empty


def _most_shared(matrix: Data) -> str:
    """Which two of a matrix share most roles."""
    most = max(
        (each for each in matrix["cells"] if each["row"]["slug"] != each["column"]["slug"]),
        key=lambda each: each["roles"],
        default=None,
    )
    if most is None:
        return ""
    names = {e["entity"]["slug"]: e["entity"]["name"] for e in matrix["rows"] + matrix["columns"]}
    row, column = (names.get(most[side]["slug"], most[side]["slug"]) for side in ("row", "column"))
    roles = counted(most["roles"], "role", "roles")
    return _("{row} and {column} share most: {roles}.").format(
        row=isolated(row), column=isolated(column), roles=roles
    )


def _level(value: str) -> int:
    if not value:
        return 4
    if not (value.isascii() and value.isdigit() and len(value) < 3):
        raise refused(_("“value” is a whole number, such as 4."))
    return int(value)
