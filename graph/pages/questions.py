"""Pages that each answer one question of the graph: ways, gaps, levels, boundaries, connections."""

from collections.abc import Callable, Mapping, Sequence

from graph.mapping.declare import Confidence
from graph.mapping.labels import readable, value_label
from graph.pages.links import Links
from graph.pages.lists import Cell
from graph.pages.page import VERSION, Asked, Data, Link, View
from graph.pages.parameters import Parameters, refused
from graph.pages.report import Field, Table, count, report, sources, text, thing, things
from graph.pages.words import _, counted, listed

NODE = "__typename slug name"
_EVIDENCE = "confidence evidence { source { slug name } }"
_AXES = ("CAREER_FRAMEWORK", "QUALIFICATION", "PAY_BAND")
_KINDS = (
    *("PROFESSION", "SERVICE_AREA", "CAREER_LEVEL", "SKILL", "PROGRAMME", "PROVIDER"),
    *("UNIVERSITY", "CASE_STUDY"),
)
_MATRIX_COLUMNS = 12


class Questions:
    """The pages of questions about roles and how things hang together."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self.pages: Mapping[str, Callable[[Parameters], Asked]] = {
            "/levels": self.levels,
            "/matrix": self.matrix,
            "/boundaries": self.boundaries,
            "/pathways": self.pathways,
            "/compare": self.compare,
            "/connections": self.connections,
        }

    def levels(self, parameters: Parameters) -> Asked:
        """What a level of one axis is in the others, and who says so."""
        axis = parameters.one("axis", _AXES) or _AXES[0]
        value = parameters.one("value")
        parameters.done()
        level = _level(value)
        query = (
            f"query Levels($axis: LevelAxis!, $value: Int!) {{ levels(axis: $axis, value: $value)"
            f" {{ axis value count statedBy {{ entity {{ {NODE} }} {_EVIDENCE} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            tables = [
                Table(
                    _("{axis}: {value}").format(axis=readable(each["axis"]), value=each["value"]),
                    (_("Said of"), _("Confidence"), _("Rests on")),
                    [
                        (
                            thing(self._links, said["entity"]),
                            text(value_label(Confidence, said["confidence"])),
                            sources(said["evidence"]),
                        )
                        for said in each["statedBy"]
                    ],
                    total=each["count"],
                )
                for each in data["levels"]
            ]
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
            finding = listed([f"{readable(e['axis'])} {e['value']}" for e in data["levels"][:8]])
            heading = _("{axis} level {value}").format(axis=readable(axis), value=level)
            address = self._links.to("/levels")
            return report(heading, address, tables, intro=intro, fields=fields, finding=finding)

        return Asked(query, {"axis": axis, "value": level}, view)

    def matrix(self, parameters: Parameters) -> Asked:
        """How many roles two kinds of things share."""
        rows = parameters.one("rows", _KINDS) or "PROFESSION"
        columns = parameters.one("columns", _KINDS) or "SERVICE_AREA"
        parameters.done()
        query = (
            "query Matrix($rows: OverlapAxis!, $columns: OverlapAxis!) {"
            f" overlap(rows: $rows, columns: $columns) {{ rows {{ entity {{ {NODE} }} roles }}"
            f" columns {{ entity {{ {NODE} }} roles }}"
            " cells(first: 1000) { row { slug } column { slug } roles } truncated }"
            f" {VERSION} }}"
        )

        def view(data: Data) -> View:
            return self._matrix(data["overlap"], rows, columns)

        return Asked(query, {"rows": rows, "columns": columns}, view)

    def _matrix(self, found: Data, rows: str, columns: str) -> View:
        cells = {
            (each["row"]["slug"], each["column"]["slug"]): each["roles"] for each in found["cells"]
        }
        shown = found["columns"][:_MATRIX_COLUMNS]
        table = Table(
            _("{rows} by {columns}").format(rows=readable(rows), columns=readable(columns).lower()),
            (readable(rows), _("All"), *(each["entity"]["name"] for each in shown)),
            [
                (
                    thing(self._links, each["entity"]),
                    count(each["roles"]),
                    *(self._shared(cells, each["entity"], other["entity"]) for other in shown),
                )
                for each in found["rows"][:40]
            ],
            _("The columns with the most roles are shown; a number opens the roles behind it."),
            total=len(found["rows"]),
        )
        options = [Link(readable(kind), kind) for kind in _KINDS]
        fields = (
            Field("rows", _("Rows"), rows, options=options),
            Field("columns", _("Columns"), columns, options=options),
        )
        most = max(
            (each for each in found["cells"] if each["row"]["slug"] != each["column"]["slug"]),
            key=lambda each: each["roles"],
            default=None,
        )
        names = {e["entity"]["slug"]: e["entity"]["name"] for e in found["rows"] + found["columns"]}
        finding = (
            _("{row} and {column} share most: {roles}.").format(
                row=names.get(most["row"]["slug"], most["row"]["slug"]),
                column=names.get(most["column"]["slug"], most["column"]["slug"]),
                roles=counted(most["roles"], _("role"), _("roles")),
            )
            if most
            else ""
        )
        heading = _("How many roles two kinds of things share")
        return report(heading, self._links.to("/matrix"), [table], fields=fields, finding=finding)

    def _shared(self, cells: Mapping[tuple[str, str], int], row: Data, column: Data) -> Cell:
        roles = cells.get((row["slug"], column["slug"]))
        if roles is None:
            return text()
        names = {each["__typename"]: _FILTERS.get(each["__typename"]) for each in (row, column)}
        if len(names) < 2 or None in names.values():
            same = _FILTERS.get(row["__typename"])
            both = f"{row['slug']},{column['slug']}"
            wanted = {f"{same}.and": both} if same and row["slug"] != column["slug"] else {}
            return count(roles, self._links.list("Role", **wanted) if wanted else "")
        wanted = {
            str(names[row["__typename"]]): row["slug"],
            str(names[column["__typename"]]): column["slug"],
        }
        return count(roles, self._links.list("Role", **wanted))

    def boundaries(self, parameters: Parameters) -> Asked:
        """Roles by how many boundaries they span; with `between`, those that join these."""
        between = parameters.several("between", 10)
        parameters.done()
        ids = [each if ":" in each else f"Profession:{each}" for each in between]
        span = "boundarySpan { professions serviceAreas sectors total }"
        nodes = f"totalCount nodes {{ {NODE} {span} }}"
        order = "orderBy: [{ boundarySpan: { total: DESC } }, { name: ASC }], first: 50"
        asked = f"bridges(between: $between, {order})" if ids else f"roles({order})"
        head = "query Boundaries($between: [ID!]!)" if ids else "query Boundaries"
        name = "bridges" if ids else "roles"

        def view(data: Data) -> View:
            found = data[name]
            rows = [
                (
                    thing(self._links, each),
                    *(count(each["boundarySpan"][part]) for part in _SPAN),
                )
                for each in found["nodes"]
            ]
            columns = (_("Role"), _("Professions"), _("Service areas"), _("Sectors"), _("Together"))
            hint = _("Professions, service areas and sectors that a role joins, added up.")
            tables = [Table(_("Roles"), columns, rows, hint, found["totalCount"])]
            fields = [
                Field(
                    "between",
                    _("Only roles that join all of these"),
                    ", ".join(between),
                    _("Professions by slug, such as nursing, physiotherapy."),
                )
            ]
            heading = _("Roles that span boundaries")
            return report(heading, self._links.to("/boundaries"), tables, fields=fields)

        return Asked(
            f"{head} {{ {asked} {{ {nodes} }} {VERSION} }}", {"between": ids} if ids else {}, view
        )

    def pathways(self, parameters: Parameters) -> Asked:
        """Every known way from one role to another by career steps."""
        start, finish = parameters.one("from"), parameters.one("to")
        parameters.done()
        fields = _two_roles(start, finish)
        heading, address = _("Ways from role to role"), self._links.to("/pathways")
        if not (start and finish):
            return Asked(
                f"query Pathways {{ {VERSION} }}",
                {},
                lambda _data: report(heading, address, intro=(_NAME_TWO,), fields=fields),
            )
        query = (
            "query Pathways($from: ID!, $to: ID!) { pathway(from: $from, to: $to) {"
            f" from {{ {NODE} }} to {{ {NODE} }} ways {{ roles {{ name }} steps {{"
            f" from {{ {NODE} }} to {{ {NODE} }} options {{ how entryRequirements credit"
            f" {_EVIDENCE} }} }} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            found: Data = data["pathway"] or {"ways": []}
            ways: list[Data] = found["ways"]
            tables = [self._way(way) for way in ways]
            finding = (
                _("{ways} by known career steps.").format(
                    ways=counted(len(ways), _("way"), _("ways"))
                )
                if ways
                else _("No way is known from the one to the other by career steps.")
            )
            return report(heading, address, tables, fields=fields, finding=finding)

        return Asked(query, {"from": _role(start), "to": _role(finish)}, view, start)

    def _way(self, way: Data) -> Table:
        return Table(
            " → ".join(role["name"] for role in way["roles"]),
            (_("From"), _("To"), _("How"), _("What it asks"), _("What it credits"), _("Rests on")),
            [
                (
                    thing(self._links, step["from"]),
                    thing(self._links, step["to"]),
                    text(option["how"]),
                    text(*option["entryRequirements"]),
                    text(option["credit"]),
                    sources(option["evidence"]),
                )
                for step in way["steps"]
                for option in step["options"]
            ],
        )

    def compare(self, parameters: Parameters) -> Asked:
        """What is missing between two roles, and who teaches it."""
        start, finish = parameters.one("from"), parameters.one("to")
        parameters.done()
        fields = _two_roles(start, finish)
        heading, address = _("How far one role is from another"), self._links.to("/compare")
        if not (start and finish):
            return Asked(
                f"query Compare {{ {VERSION} }}",
                {},
                lambda _data: report(heading, address, intro=(_NAME_TWO,), fields=fields),
            )
        lists = " ".join(f"{name} {{ {NODE} }}" for name in _GAP)
        query = (
            "query Compare($from: ID!, $to: ID!) { gap(from: $from, to: $to) {"
            f" from {{ {NODE} }} to {{ {NODE} }} {lists} levels {{ axis from to }}"
            f" programmes {{ programme {{ {NODE} award }} preparesFor covers {{ name }}"
            f" providers {{ provider {{ name }} region {{ name }} }} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            return self._gap(data["gap"], heading, address, fields)

        return Asked(query, {"from": _role(start), "to": _role(finish)}, view, start)

    def _gap(self, gap: Data, heading: str, address: str, fields: Sequence[Field]) -> View:
        levels = Table(
            _("Levels"),
            (_("Axis"), gap["from"]["name"], gap["to"]["name"]),
            [(text(readable(e["axis"])), text(e["from"]), text(e["to"])) for e in gap["levels"]],
        )
        parts = Table(
            _("What the two share, and what is missing"),
            (_("What"), _("Which")),
            [(text(readable(name)), things(gap[name])) for name in _GAP],
        )
        programmes = Table(
            _("Programmes that help"),
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
        tables = [levels, parts, programmes]
        heading = _("From {start} to {finish}").format(
            start=gap["from"]["name"], finish=gap["to"]["name"]
        )
        return report(heading, address, tables, fields=fields)

    def connections(self, parameters: Parameters) -> Asked:
        """How two things are connected, in sentences."""
        start, finish = parameters.one("from"), parameters.one("to")
        parameters.done()
        hint = _("Kind and slug, such as Role:assistant-practitioner")
        fields = (Field("from", _("From"), start, hint), Field("to", _("To"), finish, hint))
        heading, address = _("How two things are connected"), self._links.to("/connections")
        if not (start and finish):
            return Asked(
                f"query Connections {{ {VERSION} }}",
                {},
                lambda _data: report(heading, address, fields=fields),
            )
        query = (
            "query Connections($from: ID!, $to: ID!) { paths(from: $from, to: $to, k: 3) {"
            f" length sentence steps {{ sentence {_EVIDENCE} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            tables = [
                Table(
                    each["sentence"],
                    (_("Step"), _("Confidence"), _("Rests on")),
                    [
                        (
                            text(step["sentence"]),
                            text(value_label(Confidence, step["confidence"])),
                            sources(step["evidence"]),
                        )
                        for step in each["steps"]
                    ],
                )
                for each in data["paths"]
            ]
            finding = "" if tables else _("They are not connected within four steps.")
            return report(heading, address, tables, fields=fields, finding=finding)

        return Asked(query, {"from": _role(start), "to": _role(finish)}, view, start)


_SPAN = ("professions", "serviceAreas", "sectors", "total")
_GAP = (
    *("sharedSkills", "missingSkills", "sharedProfessions", "missingProfessions"),
    "missingServiceAreas",
)
_FILTERS = {
    "Profession": "professions",
    "ServiceArea": "serviceAreas",
    "CareerLevel": "careerLevel",
    "Skill": "skills",
    "Programme": "programmes",
    "CaseStudy": "caseStudies",
}
_NAME_TWO = _("Name two roles by their slug: the last part of the address of a role page.")


def _level(value: str) -> int:
    if not value:
        return 4
    if not (value.isascii() and value.isdigit() and len(value) < 3):
        raise refused(_("“value” is a whole number, such as 4."))
    return int(value)


def _role(text_: str) -> str:
    """An id, where a slug alone means a role's."""
    return text_ if ":" in text_ else f"Role:{text_}"


def _two_roles(start: str, finish: str) -> Sequence[Field]:
    hint = _("Such as healthcare-assistant")
    return (
        Field("from", _("From the role"), start, hint),
        Field("to", _("To the role"), finish, hint),
    )
