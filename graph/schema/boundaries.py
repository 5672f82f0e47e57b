"""Boundaries: how many a role crosses, which roles bridge them, where two things overlap."""

from graph.mapping.declare import measures
from graph.mapping.fragment import (
    Argument,
    Bound,
    Field,
    Listing,
    Rows,
    Use,
    flag,
    number,
    view,
)
from graph.mapping.model import Measure

_PROFESSIONS = "COUNT { (this)-[:WORKS_ACROSS]->() }"
_AREAS = "COUNT { (this)-[:WORKS_IN]->() }"
_SECTORS = "COUNT { MATCH (this)-[:WORKS_IN]->(area) RETURN DISTINCT area.sector }"

boundary_span = measures(
    "BoundarySpan",
    "How many boundaries it crosses.",
    Measure("professions", "Professions that it works across.", _PROFESSIONS),
    Measure("serviceAreas", "Service areas that it works in.", _AREAS),
    Measure("sectors", "Sectors of those areas: health care, social care.", _SECTORS),
    Measure("total", "The three together.", f"{_PROFESSIONS} + {_AREAS} + {_SECTORS}"),
)

_JOINS = "[:WORKS_ACROSS|WORKS_IN|REQUIRES]"

_AXES = {
    "ROLE": ("Roles.", "-[:WORKS_ACROSS*0..0]->"),
    "PROFESSION": ("Professions that roles work across.", "-[:WORKS_ACROSS]->"),
    "SERVICE_AREA": ("Service areas that roles work in.", "-[:WORKS_IN]->"),
    "CAREER_LEVEL": ("Career levels that roles are at.", "-[:AT_CAREER_LEVEL]->"),
    "SKILL": ("Skills that roles need.", "-[:REQUIRES]->"),
    "PROGRAMME": ("Programmes that prepare for roles.", "<-[:PREPARES_FOR]-"),
    "PROVIDER": (
        "Providers that teach for roles.",
        "<-[:PREPARES_FOR]-(:Programme)<-[:OFFERS]-",
    ),
    "UNIVERSITY": (
        "Universities that teach for roles.",
        # A step of no length is what lets the label stand before the end of the pattern.
        "<-[:PREPARES_FOR]-(:Programme)<-[:OFFERS]-(:University)-[:LOCATED_IN*0..0]->",
    ),
    "CASE_STUDY": ("Case studies that show roles.", "<-[:DEPICTS]-"),
}
_MOST = 1_000
_FULLEST = 40
"""Rows that tell how many roles a cell has at least that can be shown of a long matrix."""


def _roles(axis: str, node: str) -> str:
    return f"MATCH (role:Role) WHERE _where_ MATCH (role)_{axis}_({node})"


def _headings(axis: str, name: str) -> str:
    return (
        f"CALL () {{ {_roles(axis, 'node')}"
        " WITH node, count(DISTINCT role) AS roles"
        f" ORDER BY roles DESC, node.id LIMIT {_MOST + 1}"
        f" RETURN collect([node, roles]) AS {name} }} "
    )


def _heading(name: str) -> str:
    return f"UNWIND {name}[..{_MOST}] AS pair WITH pair[0] AS node, pair[1] AS roles"


_ROW = _roles("rows", "across")
_MEETINGS = f"{_ROW} MATCH (role)_columns_(down)"


def _long(axis: str) -> str:
    """Goes on where an axis has more than can be shown."""
    nodes = f"{_roles(axis, 'node')} RETURN DISTINCT node LIMIT {_MOST + 1}"
    return f"WITH COUNT {{ {nodes} }} AS many WHERE many > {_MOST} "


# Skills and skills meet in millions of cells, more than the memory of a transaction holds: of a
# matrix that is long both ways, cells are counted row by row. The fullest rows come first: as
# many of their cells as are shown have `least` roles or more, so no cell with fewer is shown,
# nor any of a row with fewer. `least` holds one number, and is null of another matrix.
_LEAST = (
    f"CALL () {{ WITH COUNT {{ (:Role) }} AS many WHERE many > {_MOST} "
    + _long("columns")
    + _long("rows")
    + _ROW
    + f" WITH across, count(DISTINCT role) AS most ORDER BY most DESC LIMIT {_FULLEST}"
    f" CALL (across) {{ {_MEETINGS} WITH down, count(DISTINCT role) AS roles RETURN roles }}"
    f" WITH roles ORDER BY roles DESC LIMIT {_MOST + 1}"
    f" RETURN CASE WHEN count(*) > {_MOST} THEN [min(roles)]"
    " WHEN count(*) > 0 THEN [0] END AS least } "
)
_CELLS = (
    f"WITH least WHERE least IS NULL {_MEETINGS}"
    " RETURN across, down, count(DISTINCT role) AS roles"
    f" UNION ALL UNWIND least AS fewest {_ROW}"
    " WITH fewest, across, count(DISTINCT role) AS most WHERE most >= fewest"
    f" CALL (fewest, across) {{ {_MEETINGS}"
    " WITH fewest, down, count(DISTINCT role) AS roles WHERE roles >= fewest RETURN down, roles }"
    " RETURN across, down, roles"
)
# Each by itself: a list beside another would be counted for each row that is sorted (decision 6).
_MATRIX = (
    f"{_LEAST} CALL (least) {{ CALL (least) {{ {_CELLS} }}"
    " WITH across, down, roles"
    f" ORDER BY roles DESC, across.id, down.id LIMIT {_MOST + 1}"
    " RETURN collect([across, down, roles]) AS found } "
    + _headings("rows", "above")
    + _headings("columns", "beside")
)
_heading_view = view(
    "OverlapHeading",
    "A row or a column of a matrix.",
    entity=Bound("The entity that it stands for.", "node", "Entity"),
    roles=number("How many roles it has.", "roles"),
)
_cell_view = view(
    "OverlapCell",
    "Where a row and a column meet.",
    row=Bound("The row.", "across", "Entity"),
    column=Bound("The column.", "down", "Entity"),
    roles=number("How many roles they share.", "roles"),
)
_overlap_view = view(
    "Overlap",
    "How many roles two kinds of things share, cell by cell.",
    rows=Rows(
        "The rows, the one with the most roles first.",
        _heading("above"),
        ("node", "roles"),
        _heading_view,
    ),
    columns=Rows(
        "The columns, the one with the most roles first.",
        _heading("beside"),
        ("node", "roles"),
        _heading_view,
    ),
    cells=Rows(
        "Cells with at least one role, the fullest first.",
        "UNWIND found[..$first] AS cell WITH cell[0] AS across, cell[1] AS down, cell[2] AS roles",
        ("across", "down", "roles"),
        _cell_view,
        arguments=(
            Argument(
                "first",
                "Int",
                f"The most cells to return, {_MOST} by default.",
                Use.SIZE,
                default=_MOST,
                most=_MOST,
            ),
        ),
    ),
    truncated=flag(
        f"Whether there are more than {_MOST} rows, columns or cells.",
        f"any(list IN [above, beside, found] WHERE size(list) > {_MOST})",
    ),
)

QUESTIONS: dict[str, Field] = {
    "bridges": Listing(
        "Roles that join two or more professions, service areas or skills: all of them.",
        "Role",
        weight=500,
        clauses=(
            f"MATCH (node)-{_JOINS}->(:Entity {{id: $between[0]}})"
            " WHERE all(other IN $between[1..]"
            f" WHERE EXISTS {{ (node)-{_JOINS}->(:Entity {{id: other}}) }})"
        ),
        arguments=(
            Argument(
                "between",
                "[ID!]!",
                "Ids of professions, service areas or skills.",
                Use.IDS,
                types=("Profession", "ServiceArea", "Skill"),
            ),
        ),
    ),
    "overlap": Rows(
        "A matrix: how many roles two kinds of things share.",
        _MATRIX,
        ("above", "beside", "found"),
        _overlap_view,
        one=True,
        weight=2_500,
        nullable=False,
        arguments=(
            Argument("rows", "OverlapAxis!", "What the rows are.", Use.CHOICE, choices=_AXES),
            Argument("columns", "OverlapAxis!", "What the columns are.", Use.CHOICE, choices=_AXES),
            Argument(
                "where",
                "RoleWhere",
                "Only roles that meet these conditions.",
                Use.WHERE,
                types=("Role",),
                on="role",
            ),
        ),
    ),
}
