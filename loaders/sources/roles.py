"""Lists of roles: the NHS staff record's job roles, SOC 2020, O*NET."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders.records import NodeRecord, Record
from loaders.source import Files, FileShape, Report, Source
from loaders.sources.branches import (
    O_NET,
    O_NET_LEFT_OUT,
    SOC_2020,
    is_below,
    is_on_the_way,
    part,
    unheard,
)
from loaders.sources.common import Register, number, slug, whole, words
from loaders.table import Format, Row, read_table, separator

_SDS = Register("nhs-job-roles")
_SDS_VERSION = "2026-04"
_SDS_SCHEME = "NHS Spine job role groups"


def _read_job_roles(files: Files, report: Report) -> Iterator[Record]:
    yield _SDS.source(JOB_ROLES.title, JOB_ROLES.publisher, JOB_ROLES.licence, None)
    groups: set[str] = set()
    columns = ("role_code", "role_description", "sds_role_group", "practitioner_role_group")
    for row in read_table(files["sds_role_groups*.csv"], columns, report):
        if not row.needed("role_code", "role_description"):
            continue
        own = slug("sds", row["role_code"])
        name = words(row["role_description"])
        yield _SDS.node(
            "Role",
            own,
            row.place,
            name=name,
            status="RETIRED" if name.endswith("(Closed)") else "CURRENT",
        )
        yield _SDS.code(
            f"Role:{own}",
            "NHS-SDS-JobRole",
            row["role_code"],
            row.place,
            version=_SDS_VERSION,
            label=name,
        )
        for column in ("sds_role_group", "practitioner_role_group"):
            group = row[column]
            if not group:
                continue
            prefix = "sds-group" if column == "sds_role_group" else "practitioner-group"
            group_slug = slug(prefix, group)
            if group_slug not in groups:
                groups.add(group_slug)
                yield _SDS.node(
                    "OccupationGroup",
                    group_slug,
                    row.at(column),
                    name=group,
                    scheme=_SDS_SCHEME,
                    level=1 if column == "sds_role_group" else None,
                )
            yield _SDS.link(
                "IN_GROUP", f"Role:{own}", f"OccupationGroup:{group_slug}", row.at(column)
            )


JOB_ROLES = Source(
    name="nhs-job-roles",
    title="NHS Spine job roles, grouped by an NHS analytics team",
    publisher="NHS Spine (SDS); West and North London ICB analytics",
    licence="Open Government Licence v3.0",
    credit="Contains public sector information licensed under the Open Government Licence v3.0.",
    gives="job roles of the NHS with their codes, and the groups they are counted in",
    folder="uk-roles",
    files=(FileShape("sds_role_groups*.csv", "job roles"),),
    read=_read_job_roles,
    order=30,
)

_SOC = Register("soc2020")
_LEVELS = ("SOC 2020 Major Group", "SOC 2020 Sub-Major Group", "SOC 2020 Minor Group",
           "SOC 2020 Unit Group")  # fmt: skip
_FRAMEWORK_LEVELS = tuple(level.replace("SOC 2020", "SOC2020") for level in _LEVELS)
_BLANK = frozenset({"<blank>"})


def _read_soc(files: Files, report: Report) -> Iterator[Record]:
    yield _SOC.source(SOC.title, SOC.publisher, SOC.licence, None)
    changes = dict(_framework(files, report))
    title = "SOC 2020 Group Title"
    columns = (*_LEVELS, title, "Group Description", "Tasks", "Related Job Titles",
               "Typical Entry Routes And Associated Qualifications")  # fmt: skip
    form = Format(blanks=_BLANK)
    for row in read_table(files["SOC2020_descriptions*.csv"], columns, report, form):
        code = _soc_code(row, _LEVELS)
        if code is None or not row.needed(title):
            continue
        yield _SOC.node(
            "OccupationGroup",
            f"soc2020-{code}",
            row.place,
            name=words(row[title]),
            altNames=_items(row["Related Job Titles"]),
            scheme="SOC 2020",
            code=code,
            level=len(code),
            summary=_paragraphs(row["Group Description"]),
            entryRoutes=_paragraphs(row["Typical Entry Routes And Associated Qualifications"]),
            tasks=_items(row["Tasks"]),
            notes=changes.get(code),
        )
        owner = f"OccupationGroup:soc2020-{code}"
        yield _SOC.code(owner, "SOC", code, row.place, version="2020")
        if len(code) > 1:
            yield _SOC.link("BROADER_GROUP", owner, owner[:-1], row.place)


def _framework(files: Files, report: Report) -> Iterator[tuple[str, str | None]]:
    """What the framework says has changed of a group."""
    if "SOC2020_framework*.csv" not in files:
        return
    columns = (*_FRAMEWORK_LEVELS, "SOC2020 Group Title", "Change")
    for row in read_table(files["SOC2020_framework*.csv"], columns, report):
        code = _soc_code(row, _FRAMEWORK_LEVELS)
        if code:
            yield code, words(row["Change"]) or None


def _soc_code(row: Row, levels: tuple[str, ...]) -> str | None:
    """The code, which stands in the column of its level: one digit more a level."""
    codes = [(level, row[level]) for level in levels if row[level]]
    if len(codes) != 1 or len(codes[0][1]) != levels.index(codes[0][0]) + 1:
        shown = ", ".join(code for _, code in codes) or "nothing"
        row.problem(
            levels[3], f"The codes of the group are {shown}.", "Give one, in its level's column."
        )
        return None
    return codes[0][1]


def _items(text: str) -> list[str]:
    """`~one\\n\\n~two` -> `one`, `two`."""
    return list(dict.fromkeys(one for part in text.split("~") if (one := words(part))))


def _paragraphs(text: str) -> str | None:
    return "\n\n".join(words(part) for part in re.split(r"\n\s*\n", text) if part.strip()) or None


def _read_soc_part(files: Files, report: Report) -> Iterator[Record]:
    """Groups of health and care, and the groups around them."""
    yield from part(
        lambda: _read_soc(files, unheard),
        _read_soc(files, report),
        lambda record: is_on_the_way(str(record.properties["code"]), SOC_2020),
        (),
    )


SOC = Source(
    name="soc2020",
    title="Standard Occupational Classification 2020, groups and descriptions",
    publisher="Office for National Statistics",
    licence="Open Government Licence v3.0",
    credit="Contains public sector information licensed under the Open Government Licence v3.0.",
    gives="occupation groups of SOC 2020 with tasks, entry routes and job titles",
    folder="uk-roles",
    files=(
        FileShape("SOC2020_descriptions*.csv", "groups with descriptions"),
        FileShape("SOC2020_framework*.csv", "what changed in groups", needed=False),
    ),
    read=_read_soc,
    read_part=_read_soc_part,
    order=31,
)

_ONET = Register("onet")
_OCCUPATION = "O*NET-SOC Code"
_NONE = frozenset({"n/a"})
_SCALES = {"IM": "importanceScore", "LV": "levelScore"}


def _table(file: Path, columns: Sequence[str], report: Report) -> Iterator[Row]:
    """A table as text, as CSV or as a workbook: the releases have all three."""
    form = Format(delimiter=separator(file), blanks=_NONE)
    return read_table(file, columns, report, form)


def _role(row: Row, column: str = _OCCUPATION) -> str | None:
    if not re.fullmatch(r"\d\d-\d{4}\.\d\d", row[column]):
        row.problem(column, f"{row[column]!r} is no O*NET code.", "Write it as 11-1011.00.")
        return None
    return f"Role:{slug('onet', row[column])}"


def _read_onet(files: Files, report: Report) -> Iterator[Record]:
    yield _ONET.source(ONET.title, ONET.publisher, ONET.licence, "https://www.onetcenter.org/")
    tasks: dict[str, list[str]] = {}
    columns = (_OCCUPATION, "Task")
    for row in _table(files["Task[_ ]Statements.*"], columns, report):
        if (role := _role(row)) and row.needed("Task"):
            tasks.setdefault(role, []).append(words(row["Task"]))
    columns = (_OCCUPATION, "Title", "Description")
    for row in _table(files["Occupation[_ ]Data.*"], columns, report):
        if (role := _role(row)) and row.needed("Title"):
            done = list(dict.fromkeys(tasks.pop(role, [])))
            properties: dict[str, Any] = {"name": words(row["Title"]), "tasks": done}
            own = role.partition(":")[2]
            yield _ONET.node(
                "Role", own, row.place, **properties, summary=row["Description"] or None
            )
            yield _ONET.code(role, "O*NET-SOC", row[_OCCUPATION], row.place, version="2019")
    yield from _related(files, report)
    yield from _ratings(files, report)
    yield from _technology(files, report)


def _related(files: Files, report: Report) -> Iterator[Record]:
    other = "Related O*NET-SOC Code"
    columns = (_OCCUPATION, other, "Relatedness Tier", "Index")
    for row in _table(files["Related[_ ]Occupations*.*"], columns, report):
        start, end = _role(row), _role(row, other)
        rank = whole(row, "Index")
        if start and end and not row.wrong:
            fields = {"tier": row["Relatedness Tier"] or None, "rank": rank}
            yield _ONET.link("RELATED_TO", start, end, row.at(other), fields)


def _ratings(files: Files, report: Report) -> Iterator[Record]:
    """Importance and level stand on two rows; a level that is not relevant is none."""
    columns = (_OCCUPATION, "Element ID", "Element Name", "Scale ID", "Data Value", "Not Relevant")
    ratings: dict[tuple[str, str], tuple[Row, dict[str, float | None]]] = {}
    for row in _table(files["Skills*.*"], columns, report):
        role = _role(row)
        scale = _SCALES.get(row["Scale ID"])
        score = number(row, "Data Value")
        if scale is None:
            shown = repr(row["Scale ID"])
            row.problem("Scale ID", f"The scale is {shown}.", "IM and LV are known.")
        if role is None or not row.needed("Element ID", "Element Name") or row.wrong:
            continue
        skill = f"Skill:{slug('onet', row['Element ID'])}"
        if (skill, "") not in ratings:
            ratings[skill, ""] = (row, {})
            yield _ONET.node(
                "Skill", skill.partition(":")[2], row.at("Element ID"), name=row["Element Name"],
                kind="SKILL",
            )  # fmt: skip
            place = row.at("Element ID")
            yield _ONET.code(skill, "O*NET-Element", row["Element ID"], place)
        scores = ratings.setdefault((role, skill), (row, {}))[1]
        if scale and row["Not Relevant"] != "Y":
            scores[scale] = score
    for (role, skill), (row, scores) in ratings.items():
        if skill:
            yield _ONET.link("REQUIRES", role, skill, row.at("Element ID"), scores)


def _technology(files: Files, report: Report) -> Iterator[Record]:
    """Tools by commodity; the products of each are its other names."""
    columns = (_OCCUPATION, "Example", "Commodity Code", "Commodity Title")
    names: dict[str, tuple[Row, dict[str, None]]] = {}
    uses: dict[tuple[str, str], Row] = {}
    for row in _table(files["Technology[_ ]Skills.*"], columns, report):
        role = _role(row)
        if role is None or not row.needed("Commodity Code", "Commodity Title"):
            continue
        own = slug("onet-commodity", row["Commodity Code"])
        names.setdefault(own, (row, {}))[1][words(row["Example"])] = None
        uses.setdefault((role, f"Skill:{own}"), row)
    for own, (row, examples) in names.items():
        properties = {"name": words(row["Commodity Title"]), "altNames": sorted(examples)}
        yield _ONET.node("Skill", own, row.at("Commodity Code"), **properties, kind="TECHNOLOGY")
        place = row.at("Commodity Code")
        yield _ONET.code(f"Skill:{own}", "UNSPSC", row["Commodity Code"], place)
    for (role, skill), row in uses.items():
        yield _ONET.link("REQUIRES", role, skill, row.at("Commodity Code"))


def _read_onet_part(files: Files, report: Report) -> Iterator[Record]:
    """Roles of health and care, the skills and the technology that they need."""

    def is_wanted(record: NodeRecord) -> bool:
        code = record.slug.removeprefix("onet-")
        return (
            record.type == "Role" and is_below(code, O_NET) and not is_below(code, O_NET_LEFT_OUT)
        )

    yield from part(
        lambda: _read_onet(files, unheard), _read_onet(files, report), is_wanted, ("REQUIRES",)
    )


ONET = Source(
    name="onet",
    title="O*NET database, parts of releases 30.2 and 29.3",
    publisher="U.S. Department of Labor, Employment and Training Administration",
    licence="CC BY 4.0",
    credit=(
        "Includes information from the O*NET 30.2 / 29.3 Database by the U.S. Department of Labor,"
        " Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license."
        " O*NET(R) is a trademark of USDOL/ETA."
    ),
    gives="roles of the United States with tasks, related roles, rated skills and technology",
    folder="onet",
    files=(
        FileShape("Occupation[_ ]Data.*", "occupations"),
        FileShape("Task[_ ]Statements.*", "what is done in them"),
        FileShape("Related[_ ]Occupations*.*", "which are related"),
        FileShape("Skills*.*", "ratings of skills", but="skills[_ ]to[_ ]*"),
        FileShape("Technology[_ ]Skills.*", "tools and programs"),
    ),
    read=_read_onet,
    read_part=_read_onet_part,
    order=45,
)
