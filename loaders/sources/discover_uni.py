"""Discover Uni: who teaches undergraduates, which courses, where, about what, accredited by whom.

An institution row is a pair: the provider that teaches (PUBUKPRN) and the one
that reports its courses (UKPRN). A course is (PUBUKPRN, KISCOURSEID, KISMODE).
"""

from collections.abc import Iterator

from loaders.records import Record
from loaders.source import Files, FileShape, Report, Source
from loaders.sources.common import Register, number, slug, words
from loaders.table import Row, read_table

_REGISTER = Register("discover-uni")
_MODES = {"01": "FULL_TIME", "02": "PART_TIME", "03": "BOTH"}
_COURSE = ("PUBUKPRN", "UKPRN", "KISCOURSEID", "KISMODE")


def _provider(ukprn: str) -> str:
    return f"Provider:ukprn-{ukprn}"


def _institutions(files: Files, report: Report) -> Iterator[Record]:
    columns = ("LEGAL_NAME", "FIRST_TRADING_NAME", "OTHER_NAMES", "PROVURL", "PUBUKPRN", "UKPRN",
               "COUNTRY", "PUBUKPRNCOUNTRY")  # fmt: skip
    seen: set[str] = set()
    for row in read_table(files["INSTITUTION.csv"], columns, report):
        if not row.needed("LEGAL_NAME", "PUBUKPRN", "UKPRN"):
            continue
        ukprn, reporter = row["PUBUKPRN"], row["UKPRN"]
        if ukprn not in seen:
            seen.add(ukprn)
            legal, trading = words(row["LEGAL_NAME"]), words(row["FIRST_TRADING_NAME"])
            others = [legal, *(words(name) for name in row["OTHER_NAMES"].split("###"))]
            name = trading or legal
            yield _REGISTER.node(
                "Provider",
                f"ukprn-{ukprn}",
                row.place,
                name=name,
                altNames=[one for one in dict.fromkeys(others) if one and one != name],
                ukprn=ukprn,
                country=row["PUBUKPRNCOUNTRY"] or None,
                website=row["PROVURL"] or None,
            )
            yield _REGISTER.code(_provider(ukprn), "UKPRN", ukprn, row.place)
        if reporter != ukprn:
            yield _REGISTER.link(
                "REPORTED_BY", _provider(ukprn), _provider(reporter), row.at("UKPRN")
            )


def _locations(files: Files, report: Report) -> Iterator[Record]:
    columns = ("UKPRN", "LOCID", "LOCNAME", "LATITUDE", "LONGITUDE", "LOCCOUNTRY")
    for row in read_table(files["LOCATION.csv"], columns, report):
        latitude, longitude = number(row, "LATITUDE"), number(row, "LONGITUDE")
        if row.needed("UKPRN", "LOCID") and not row.wrong:
            own = slug("location", row["UKPRN"], row["LOCID"])
            yield _REGISTER.node(
                "Location",
                own,
                row.place,
                name=words(row["LOCNAME"]) or f"Location {row['LOCID']}",
                latitude=latitude,
                longitude=longitude,
                country=row["LOCCOUNTRY"] or None,
            )
            place = row.at("UKPRN")
            yield _REGISTER.link("LOCATION_OF", f"Location:{own}", _provider(row["UKPRN"]), place)


def _accreditations(files: Files, report: Report) -> Iterator[Record]:
    columns = ("ACCURL", "ACCTEXT", "ACCTYPE")
    for row in read_table(files["ACCREDITATIONTABLE.csv"], columns, report):
        if row.needed("ACCTEXT", "ACCTYPE"):
            text = words(row["ACCTEXT"])
            yield _REGISTER.node(
                "Accreditation",
                slug("accreditation", row["ACCTYPE"]),
                row.place,
                name=text,
                code=row["ACCTYPE"],
                statement=text,
                link=row["ACCURL"] or None,
            )


def _subjects(files: Files, report: Report) -> Iterator[Record]:
    """The tree: HECoS under CAH 3, 2 and 1."""
    steps = (("CAH1", "CAH"), ("CAH2", "CAH"), ("CAH3", "CAH"), ("HECoS", "HECoS"))
    columns = [f"{level}_{part}" for level, _ in steps for part in ("Code", "Label")]
    seen: set[str] = set()
    for row in read_table(files["HECoS_CAH_Mappings.csv"], columns, report):
        if not row.needed(*columns):
            continue
        above = ""
        for level, scheme in steps:
            code = row[f"{level}_Code"]
            own = slug(scheme, code)
            place = row.at(f"{level}_Code")
            if own not in seen:
                seen.add(own)
                label = words(row[f"{level}_Label"])
                yield _REGISTER.node("Subject", own, place, name=label, scheme=scheme, code=code)
                yield _REGISTER.code(f"Subject:{own}", scheme, code, place)
                if above:
                    yield _REGISTER.link(
                        "BROADER_SUBJECT", f"Subject:{own}", f"Subject:{above}", place
                    )
            above = own


class _Courses:
    """Courses have no file of their own: each table names them again."""

    def __init__(self, titles: dict[str, str]) -> None:
        self._titles = titles
        self._seen: set[str] = set()

    def read(self, row: Row) -> tuple[str | None, Iterator[Record]]:
        """The id of a row's course, and its records where it is named for the first time."""
        if not row.needed("PUBUKPRN", "KISCOURSEID", "KISMODE"):
            return None, iter(())
        if row["KISMODE"] not in _MODES:
            shown = row["KISMODE"]
            row.problem("KISMODE", f"The mode is {shown!r}.", "It must be 01, 02 or 03.")
            return None, iter(())
        own = course_slug(row)
        if own in self._seen:
            return f"Course:{own}", iter(())
        self._seen.add(own)
        return f"Course:{own}", self._records(row, own)

    def _records(self, row: Row, own: str) -> Iterator[Record]:
        code = row["KISCOURSEID"]
        yield _REGISTER.node(
            "Course",
            own,
            row.place,
            name=self._titles.get(own) or f"Course {code}",
            mode=_MODES[row["KISMODE"]],
            code=code,
        )
        yield _REGISTER.link("RUNS", _provider(row["PUBUKPRN"]), f"Course:{own}", row.place)


def course_slug(row: Row) -> str:
    """A slug from the key; the mode without its zero."""
    mode = row["KISMODE"].lstrip("0")
    return slug("course", row["PUBUKPRN"], row["KISCOURSEID"], mode)


def _titles(files: Files, report: Report) -> dict[str, str]:
    if "KISCOURSE*.csv" not in files:
        return {}
    columns = ("PUBUKPRN", "KISCOURSEID", "KISMODE", "TITLE")
    return {
        course_slug(row): words(row["TITLE"])
        for row in read_table(files["KISCOURSE*.csv"], columns, report)
    }


def read(files: Files, report: Report) -> Iterator[Record]:
    """All records of one edition."""
    source = DISCOVER_UNI
    yield _REGISTER.source(source.title, source.publisher, source.licence, None)
    yield from _institutions(files, report)
    yield from _locations(files, report)
    yield from _accreditations(files, report)
    yield from _subjects(files, report)
    courses = _Courses(_titles(files, report))
    for row in read_table(files["SBJ.csv"], (*_COURSE, "SBJ"), report):
        if not row.needed("SBJ"):
            continue
        course, records = courses.read(row)
        yield from records
        if course:
            subject = f"Subject:{slug('cah', row['SBJ'].removeprefix('CAH'))}"
            yield _REGISTER.link("COVERS", course, subject, row.at("SBJ"))
    for row in read_table(files["COURSELOCATION.csv"], (*_COURSE, "LOCID"), report):
        course, records = courses.read(row)
        yield from records
        # A course with no place is taught at a distance, or says nothing of it.
        if course and row["LOCID"]:
            location = f"Location:{slug('location', row['UKPRN'], row['LOCID'])}"
            yield _REGISTER.link("TAUGHT_AT", course, location, row.at("LOCID"))
    for row in read_table(files["ACCREDITATION.csv"], (*_COURSE, "ACCTYPE"), report):
        if not row.needed("ACCTYPE"):
            continue
        course, records = courses.read(row)
        yield from records
        if course:
            accreditation = f"Accreditation:{slug('accreditation', row['ACCTYPE'])}"
            yield _REGISTER.link("ACCREDITED_BY", course, accreditation, row.at("ACCTYPE"))


DISCOVER_UNI = Source(
    name="discover-uni",
    title="Discover Uni data set, August 2025, with the CAH and HECoS subjects",
    publisher="HESA / Jisc",
    licence="HESA open data, CC BY 4.0",
    credit="Contains HESA open data: Discover Uni data set and HECoS/CAH mappings.",
    gives="providers, teaching locations, courses, accreditations and subjects",
    folder="discover-uni",
    files=(
        FileShape("INSTITUTION.csv", "providers and who reports their courses"),
        FileShape("LOCATION.csv", "teaching locations"),
        FileShape("ACCREDITATIONTABLE.csv", "kinds of accreditation"),
        FileShape("HECoS_CAH_Mappings.csv", "the tree of subjects"),
        FileShape("SBJ.csv", "subjects of courses"),
        FileShape("COURSELOCATION.csv", "locations of courses"),
        FileShape("ACCREDITATION.csv", "accreditations of courses"),
        FileShape("KISCOURSE*.csv", "titles of courses", needed=False),
    ),
    read=read,
    order=10,
)
