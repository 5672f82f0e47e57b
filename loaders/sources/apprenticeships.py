"""Apprenticeships in England: who teaches which standard, and the standards of 2018."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from loaders.records import Record
from loaders.source import Files, FileShape, Report, Source
from loaders.sources.common import Register, day, slug, whole, words
from loaders.table import Format, Row, read_table

_LICENCE = "Open Government Licence v3.0"
_CREDIT = "Contains public sector information licensed under the Open Government Licence v3.0."
_DFE = Register("dfe-apprenticeships")
_PROVIDER = re.compile(r"(?P<name>.+) \((?P<ukprn>\d{8})\)")
_KINDS = {
    "Private Sector Public Funded": "TRAINING_COMPANY",
    "General FE College incl Tertiary": "COLLEGE",
    "Special College": "COLLEGE",
    "Sixth Form College": "COLLEGE",
    "Schools": "OTHER",
    "Local Authority": "OTHER",
    "Other": None,
}
_MEASURES = {"Starts": "starts", "Enrolments": "enrolments", "Achievements": "achievements"}
_COLUMNS = ("year", "apps_Level", "std_fwk_name", "ssa_t1_desc", "ssa_t2_desc", "provider_type",
            "provider_name", "measure", "values")  # fmt: skip


@dataclass(slots=True)
class _Provider:
    row: Row
    kind: str | None
    names: dict[str, str] = field(default_factory=dict[str, str])
    """The last year of each name."""


@dataclass(slots=True)
class _Standard:
    row: Row
    levels: set[str] = field(default_factory=set[str])
    subjects: dict[str, Row] = field(default_factory=dict[str, Row])


def _read_dfe(files: Files, report: Report) -> Iterator[Record]:
    """Rows are years and measures of a provider and a standard; equal ones are added up.

    A subject is no function of the standard, and a provider may have two names.
    """
    yield _DFE.source(DFE.title, DFE.publisher, DFE.licence, None)
    providers: dict[str, _Provider] = {}
    standards: dict[str, _Standard] = {}
    subjects: dict[str, str] = {}
    years: dict[tuple[str, str, str], tuple[Row, dict[str, int]]] = {}
    for row in read_table(files["subjects_and_standards*.csv"], _COLUMNS, report):
        match = _PROVIDER.fullmatch(row["provider_name"])
        if not match:
            remedy = "Write it as `Name (10007842)`."
            row.problem("provider_name", "The provider has no UKPRN in its name.", remedy)
            continue
        if row["measure"] not in _MEASURES or row["provider_type"] not in _KINDS:
            column = "measure" if row["measure"] not in _MEASURES else "provider_type"
            row.problem(column, f"{column} is {row[column]!r}.", "Is it another release?")
            continue
        count = whole(row, "values")
        if count is None or not row.needed("std_fwk_name", "year"):
            continue
        ukprn, name = match["ukprn"], words(match["name"])
        kind = _KINDS[row["provider_type"]]
        provider = providers.setdefault(ukprn, _Provider(row, kind))
        provider.names[name] = max(row["year"], provider.names.get(name, ""))
        title = words(row["std_fwk_name"])
        standard = standards.setdefault(slug("standard", title), _Standard(row))
        standard.levels.add(row["apps_Level"])
        for wide, narrow in ((row["ssa_t1_desc"], ""), (row["ssa_t1_desc"], row["ssa_t2_desc"])):
            if own := _subject(narrow or wide):
                subjects.setdefault(own, wide if narrow else "")
                standard.subjects.setdefault(own, row)
        counts = years.setdefault((ukprn, slug("standard", title), row["year"]), (row, {}))[1]
        measure = _MEASURES[row["measure"]]
        counts[measure] = counts.get(measure, 0) + count
    yield from _subjects(standards, subjects)
    for ukprn, provider in providers.items():
        yield from _provider(ukprn, provider)
    for own, standard in standards.items():
        yield _DFE.node(
            "Programme",
            own,
            standard.row.at("std_fwk_name"),
            name=words(standard.row["std_fwk_name"]),
            award=" / ".join(sorted(standard.levels)),
        )
        # Only the narrowest areas: the wider ones follow from them.
        for subject, row in standard.subjects.items():
            if subjects[subject]:
                place = row.at("ssa_t2_desc")
                yield _DFE.link("IN_SUBJECT", f"Programme:{own}", f"Subject:{subject}", place)
    yield from _teaching(years)


def _subject(name: str) -> str:
    return slug("ssa", name) if name else ""


def _subjects(standards: dict[str, _Standard], subjects: dict[str, str]) -> Iterator[Record]:
    rows = {own: row for standard in standards.values() for own, row in standard.subjects.items()}
    for own, wide in subjects.items():
        row = rows[own]
        column = "ssa_t2_desc" if wide else "ssa_t1_desc"
        place = row.at(column)
        name = words(row[column])
        yield _DFE.node("Subject", own, place, name=name, scheme="Sector subject areas")
        if wide and _subject(wide) != own:
            yield _DFE.link("BROADER_SUBJECT", f"Subject:{own}", f"Subject:{_subject(wide)}", place)


def _provider(ukprn: str, provider: _Provider) -> Iterator[Record]:
    names = sorted(provider.names, key=lambda name: (provider.names[name], name), reverse=True)
    place = provider.row.at("provider_name")
    own = f"ukprn-{ukprn}"
    yield _DFE.node(
        "Provider", own, place, name=names[0], altNames=names[1:], kind=provider.kind, ukprn=ukprn
    )
    yield _DFE.code(f"Provider:{own}", "UKPRN", ukprn, place)


def _teaching(
    years: dict[tuple[str, str, str], tuple[Row, dict[str, int]]],
) -> Iterator[Record]:
    """A year of teaching each, and what a provider offers at all; a year has all its measures."""
    starts: dict[tuple[str, str], tuple[Row, dict[str, int]]] = {}
    broken: set[tuple[str, str]] = set()
    for (ukprn, own, year), (row, counts) in years.items():
        start, end = f"Provider:ukprn-{ukprn}", f"Programme:{own}"
        if missing := [word for word, measure in _MEASURES.items() if measure not in counts]:
            broken.add((start, end))
            what = f"{row['provider_name']} has no {missing[0]} of {row['std_fwk_name']} in {year}."
            row.problem("measure", what, "Add that row.")
            continue
        place = row.at("provider_name")
        yield _DFE.link("TAUGHT", start, end, place, {"year": year, **counts}, key=year)
        starts.setdefault((start, end), (row, {}))[1][year] = counts["starts"]
    for (start, end), (row, counts) in starts.items():
        if (start, end) in broken:
            continue
        first, last = min(counts), max(counts)
        period = first if first == last else f"{first} to {last}"
        fields = {"apprenticeshipStarts": sum(counts.values()), "period": period}
        yield _DFE.link("OFFERS", start, end, row.at("std_fwk_name"), fields)


DFE = Source(
    name="dfe-apprenticeships",
    title="Apprenticeships by provider, subject and standard, 2022/23 to 2025/26",
    publisher="Department for Education",
    licence=_LICENCE,
    credit=_CREDIT,
    gives="training providers, standards and frameworks, and people taught in each year",
    folder="uk-apprenticeships",
    files=(FileShape("subjects_and_standards*.csv", "measures by provider and standard"),),
    read=_read_dfe,
    order=11,
)

_STANDARDS = Register("apprenticeship-standards")
_REFERENCE = re.compile(r"ST\d{4}([-_/]\d\d)?")
_STANDARD_COLUMNS = ("Name", "Reference", "Approved for Delivery Date", "Route", "Level",
                     "Integrated Degree", "Maximum Funding (£)", "Typical Duration")  # fmt: skip
_STANDARDS_FORMAT = Format(encoding="utf-16-le", titles=1, blanks=frozenset({"TBC"}))
_DAY = r"(?P<d>\d\d)-(?P<m>\d\d)-(?P<y>\d{4})"


def _read_standards(files: Files, report: Report) -> Iterator[Record]:
    source = STANDARDS
    yield _STANDARDS.source(source.title, source.publisher, source.licence, None)
    name = "ApprenticeshipStandards*.csv"
    for row in read_table(files[name], _STANDARD_COLUMNS, report, _STANDARDS_FORMAT):
        if not row.needed("Name", "Reference"):
            continue
        reference = row["Reference"]
        if not _REFERENCE.fullmatch(reference):
            remedy = "Write it as ST0215."
            row.problem("Reference", f"{reference!r} is not a reference.", remedy)
            continue
        # 0 stands for a level, and for a duration, that is not known.
        level = whole(row, "Level") or None
        months = whole(row, "Typical Duration") or None
        funding = whole(row, "Maximum Funding (£)")
        approved = day(row, "Approved for Delivery Date", _DAY)
        if row.wrong:
            continue
        own = slug("standard", reference)
        yield _STANDARDS.node(
            "Programme",
            own,
            row.place,
            name=words(row["Name"]),
            award=row["Integrated Degree"] or None,
            level=level,
            typicalMonths=months,
            standardReference=reference,
            # Commas in routes were replaced by two blanks.
            route=words(row["Route"].replace("  ", ", ")) or None,
            maximumFunding=funding,
            approvedOn=approved,
        )
        id_ = f"Programme:{own}"
        yield _STANDARDS.code(id_, "Apprenticeship-ST", reference, row.place, version="2018-05")


STANDARDS = Source(
    name="apprenticeship-standards",
    title="Apprenticeship standards, 8 May 2018",
    publisher="Institute for Apprenticeships",
    licence=_LICENCE,
    credit=_CREDIT,
    gives="apprenticeship standards with reference, level, route, funding and duration",
    folder="uk-apprenticeships",
    files=(FileShape("ApprenticeshipStandards*.csv", "standards, UTF-16, a title line before"),),
    read=_read_standards,
    order=12,
)
