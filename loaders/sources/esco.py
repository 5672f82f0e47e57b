"""ESCO: occupations as roles, skills and their groups, ISCO groups, and what relates them.

A concept is known by its URI, which stays the same in all versions. Its code does not: it has the
version that the folder's or the ZIP's name has, and none where that has none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from loaders.records import IdentifierRecord, NodeRecord, Record, RelationshipRecord
from loaders.source import Files, FileShape, Report, Source
from loaders.sources.branches import ISCO, is_below, is_on_the_way, part, unheard
from loaders.sources.common import Register, lines, mend, slug, words
from loaders.table import Row, read_table

_REGISTER = Register("esco")
_STATUS = {"released": "CURRENT", "obsolete": "RETIRED"}
_KINDS = {"skill/competence": "SKILL", "knowledge": "KNOWLEDGE", "": None}
_NEEDS = {"essential": "ESSENTIAL", "optional": "OPTIONAL"}
_TYPES = {
    "Occupation": "Role",
    "ISCOGroup": "OccupationGroup",
    "KnowledgeSkillCompetence": "Skill",
    "SkillGroup": "Skill",
}
_BROADER = {
    ("Occupation", "Occupation"): "SPECIALISES",
    ("Occupation", "ISCOGroup"): "IN_GROUP",
    ("ISCOGroup", "ISCOGroup"): "BROADER_GROUP",
    ("KnowledgeSkillCompetence", "KnowledgeSkillCompetence"): "BROADER_SKILL",
    ("KnowledgeSkillCompetence", "SkillGroup"): "BROADER_SKILL",
    ("SkillGroup", "SkillGroup"): "BROADER_SKILL",
}
_URI = re.compile(r"http://data\.europa\.eu/esco/(.+)")
_TEXTS = ("conceptUri", "preferredLabel", "altLabels", "status", "inScheme", "description")
_LABELLED = (*_TEXTS, "hiddenLabels", "modifiedDate")


@lru_cache(maxsize=50_000)
def _slug_of(uri: str) -> str | None:
    """`.../esco/occupation/<uuid>` -> `esco-<uuid>`, `.../esco/isco/C0110` -> `isco-0110`."""
    match = _URI.fullmatch(uri)
    if not match:
        return None
    kind, _, last = match[1].rpartition("/")
    if kind == "isco":
        return slug("isco", last.removeprefix("C"))
    return slug("esco", last if kind in ("occupation", "skill") else match[1])


def _slug(row: Row, column: str) -> str | None:
    own = _slug_of(row[column])
    if own is None:
        row.problem(column, f"{column} is not an address of ESCO.", "Fetch the file again.")
    return own


def _id(row: Row, type_: str, column: str) -> str | None:
    own = _slug(row, column)
    return f"{type_}:{own}" if own else None


def _labels(row: Row) -> dict[str, Any] | None:
    """What all concepts have; None where it has no name."""
    if not row.needed("preferredLabel"):
        return None
    name = words(mend(row["preferredLabel"]))
    others = [*lines(mend(row["altLabels"]))]
    others += lines(mend(row["hiddenLabels"])) if "hiddenLabels" in row.cells else []
    return {
        "name": name,
        "altNames": [other for other in dict.fromkeys(others) if other != name],
        "summary": mend(row["description"]) or None,
    }


def _choice(row: Row, column: str, known: dict[str, Any]) -> tuple[Any, bool]:
    if row[column] in known:
        return known[row[column]], True
    shown = ", ".join(repr(one) for one in known)
    row.problem(column, f"{column} is {row[column]!r}.", f"It must be one of {shown}.")
    return None, False


def _code(owner: str, row: Row, release: str) -> IdentifierRecord:
    return _REGISTER.code(owner, "ESCO-code", row["code"], row.place, version=release)


def _occupations(files: Files, report: Report) -> Iterator[Record]:
    columns = (*_LABELLED, "iscoGroup", "scopeNote", "code")
    for row in read_table(files["occupations_en.csv"], columns, report):
        own, labels = _slug(row, "conceptUri"), _labels(row)
        status, is_known = _choice(row, "status", _STATUS)
        if own is None or labels is None or not is_known:
            continue
        yield _REGISTER.node(
            "Role",
            own,
            row.place,
            **labels,
            status=status,
            notes=mend(row["scopeNote"]) or None,
            collections=[one.rsplit("/", 1)[1] for one in re.findall(r"[^\s,]+", row["inScheme"])],
            modifiedOn=row["modifiedDate"][:10] or None,
        )
        yield _REGISTER.code(f"Role:{own}", "ESCO", row["conceptUri"], row.place)
        if row["code"] != row["iscoGroup"]:
            yield _code(f"Role:{own}", row, files.release)


def _skills(files: Files, report: Report) -> Iterator[Record]:
    columns = (*_LABELLED, "skillType", "reuseLevel", "scopeNote")
    for row in read_table(files["skills_en.csv"], columns, report):
        own, labels = _slug(row, "conceptUri"), _labels(row)
        kind, is_known = _choice(row, "skillType", _KINDS)
        if own is None or labels is None or not is_known:
            continue
        yield _REGISTER.node(
            "Skill",
            own,
            row.place,
            **labels,
            kind=kind,
            reuseLevel=row["reuseLevel"] or None,
            notes=mend(row["scopeNote"]) or None,
        )
        yield _REGISTER.code(f"Skill:{own}", "ESCO", row["conceptUri"], row.place)


def _groups(files: Files, report: Report) -> Iterator[Record]:
    if "skillGroups_en.csv" in files:
        for row in read_table(files["skillGroups_en.csv"], (*_LABELLED, "code"), report):
            own, labels = _slug(row, "conceptUri"), _labels(row)
            if own and labels:
                yield _REGISTER.node("Skill", own, row.place, **labels, kind="GROUP")
                yield _REGISTER.code(f"Skill:{own}", "ESCO", row["conceptUri"], row.place)
                if row["code"]:
                    yield _code(f"Skill:{own}", row, files.release)
    if "ISCOGroups_en.csv" in files:
        for row in read_table(files["ISCOGroups_en.csv"], (*_TEXTS, "code"), report):
            own, labels = _slug(row, "conceptUri"), _labels(row)
            if own and labels:
                code = row["conceptUri"].rpartition("/C")[2]
                if row["code"] != code:
                    what = f"The code is {row['code']!r}, and its address says {code!r}."
                    row.problem("code", what, "Zeros before it were lost: fetch the file again.")
                    continue
                more = {"scheme": "ISCO-08", "code": row["code"], "level": len(row["code"])}
                owner = f"OccupationGroup:{own}"
                yield _REGISTER.node("OccupationGroup", own, row.place, **labels, **more)
                yield _REGISTER.code(owner, "ISCO", row["code"], row.place, version="08")
                yield _REGISTER.code(owner, "ESCO", row["conceptUri"], row.place)


def _broader(files: Files, report: Report) -> Iterator[Record]:
    """Both trees. Where the files of groups are not given, steps to groups have no place."""
    here = {"Occupation", "KnowledgeSkillCompetence"}
    here |= {"ISCOGroup"} if "ISCOGroups_en.csv" in files else set()
    here |= {"SkillGroup"} if "skillGroups_en.csv" in files else set()
    columns = ("conceptType", "conceptUri", "broaderType", "broaderUri")
    for name in ("broaderRelationsOccPillar*.csv", "broaderRelationsSkillPillar*.csv"):
        for row in read_table(files[name], columns, report):
            kinds = (row["conceptType"], row["broaderType"])
            if kinds not in _BROADER:
                shown = " under ".join(repr(kind) for kind in kinds)
                row.problem("conceptType", f"{shown} does not occur in ESCO.", "Fix the type.")
                continue
            if not here.issuperset(kinds):
                continue
            start = _id(row, _TYPES[kinds[0]], "conceptUri")
            end = _id(row, _TYPES[kinds[1]], "broaderUri")
            if start and end:
                yield _REGISTER.link(_BROADER[kinds], start, end, row.at("conceptUri"))


def _needs(files: Files, report: Report) -> Iterator[Record]:
    by_word = {word: {**_REGISTER.evidence, "importance": need} for word, need in _NEEDS.items()}
    columns = ("occupationUri", "relationType", "skillUri")
    for row in read_table(files["occupationSkillRelations*.csv"], columns, report):
        start, end = _id(row, "Role", "occupationUri"), _id(row, "Skill", "skillUri")
        properties, is_known = _choice(row, "relationType", by_word)
        if start and end and is_known:
            place = row.at("occupationUri")
            yield RelationshipRecord("REQUIRES", start, end, properties, place)
    columns = ("originalSkillUri", "relationType", "relatedSkillUri")
    for row in read_table(files["skillSkillRelations*.csv"], columns, report):
        start, end = _id(row, "Skill", "originalSkillUri"), _id(row, "Skill", "relatedSkillUri")
        need, is_known = _choice(row, "relationType", _NEEDS)
        if start and end and is_known:
            place = row.at("relatedSkillUri")
            yield _REGISTER.link("NEEDS_SKILL", start, end, place, {"importance": need})


def read(files: Files, report: Report) -> Iterator[Record]:
    """All records of one version."""
    yield _REGISTER.source(ESCO.title, ESCO.publisher, ESCO.licence, "https://esco.ec.europa.eu/")
    yield from _occupations(files, report)
    yield from _skills(files, report)
    yield from _groups(files, report)
    yield from _broader(files, report)
    yield from _needs(files, report)


def _read_part(files: Files, report: Report) -> Iterator[Record]:
    """Occupations of health and care, the skills that they need, and the groups of both."""
    roles = {
        f"Role:{_slug_of(row['conceptUri'])}"
        for row in read_table(files["occupations_en.csv"], ("conceptUri", "code"), unheard)
        if is_below(row["code"], ISCO)
    }

    def is_wanted(record: NodeRecord) -> bool:
        if record.type == "OccupationGroup":
            return is_on_the_way(str(record.properties["code"]), ISCO)
        return record.id in roles

    needs = ("REQUIRES", "NEEDS_SKILL", "BROADER_SKILL", "SPECIALISES", "IN_GROUP")
    yield from part(lambda: read(files, unheard), read(files, report), is_wanted, needs)


ESCO = Source(
    name="esco",
    title="ESCO, European Skills, Competences, Qualifications and Occupations (English)",
    publisher="European Commission",
    licence="Reuse under Commission Decision 2011/833/EU, with acknowledgement",
    credit="This service uses the ESCO classification of the European Commission.",
    gives="roles, skills, skill groups, ISCO groups, and which role needs which skill",
    folder="esco/v1.1.1",
    files=(
        FileShape("occupations_en.csv", "occupations"),
        FileShape("skills_en.csv", "skills"),
        FileShape("ISCOGroups_en.csv", "ISCO groups", needed=False),
        FileShape("skillGroups_en.csv", "groups of skills", needed=False),
        FileShape("broaderRelationsOccPillar*.csv", "the tree of occupations"),
        FileShape("broaderRelationsSkillPillar*.csv", "the tree of skills"),
        FileShape("occupationSkillRelations*.csv", "which occupation needs which skill"),
        FileShape("skillSkillRelations*.csv", "which skill builds on which"),
    ),
    read=read,
    read_part=_read_part,
    order=40,
)
