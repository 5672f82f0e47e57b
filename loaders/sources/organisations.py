"""The Organisation Data Service: NHS trusts, their sites, boards and regions, and hospitals.

Codes are text: a trust usually has three characters, but not always. Files of
the service have 27 columns and no header.
"""

import re
from collections.abc import Iterator

from loaders.records import Record
from loaders.source import Files, FileShape, Report, Source
from loaders.sources.common import Register, day, number, slug, words
from loaders.table import Format, Row, read_table

_LICENCE = "Open Government Licence v3.0"
_CREDIT = "Contains public sector information licensed under the Open Government Licence v3.0."
_COLUMNS = ("code", "name", "region", "board", *(f"address {n}" for n in range(1, 6)), "postcode",
            "opened", "closed", *(f"column {n}" for n in range(13, 28)))  # fmt: skip
_READ = ("code", "name", "region", "board", "address 4", "postcode", "opened", "closed")
_FORMAT = Format(columns=_COLUMNS)
_DAY = r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"
_CODE = re.compile(r"[A-Z0-9]{2,9}")
_ACRONYMS = {"Nhs": "NHS", "Hq": "HQ", "Ft": "FT", "Uk": "UK", "Nhsft": "NHSFT"}


def ods(code: str) -> str:
    """The id of an organisation that the service knows."""
    return f"Organisation:{slug('ods', code)}"


def _title(text: str) -> str:
    """Names are in capitals: `LEEDS NHS TRUST` -> `Leeds NHS Trust`."""
    if text != text.upper():
        return words(text)
    named = re.sub(r"[A-Z]+('[A-Z]+)?", lambda match: match[0].capitalize(), words(text))
    return re.sub(r"[A-Za-z]+", lambda match: _ACRONYMS.get(match[0], match[0]), named)


def _organisation(register: Register, row: Row, kind: str) -> Iterator[Record]:
    """A row of the service as an organisation; nothing where it has no code or name."""
    if not row.needed("code", "name"):
        return
    code = row["code"]
    if not _CODE.fullmatch(code):
        row.problem("code", f"The code is {code!r}.", "Codes are capitals and digits.")
        return
    opened, closed = day(row, "opened", _DAY), day(row, "closed", _DAY)
    if row.wrong:
        return
    yield register.node(
        "Organisation",
        slug("ods", code),
        row.place,
        name=_title(row["name"]),
        kind=kind,
        odsCode=code,
        open=not closed,
        openedOn=opened,
        closedOn=closed,
        town=_title(row["address 4"]) or None,
        postcode=row["postcode"] or None,
    )
    yield register.code(ods(code), "ODS", code, row.place)


_TRUSTS = Register("ods-trusts")


def _read_trusts(files: Files, report: Report) -> Iterator[Record]:
    yield _TRUSTS.source(TRUSTS.title, TRUSTS.publisher, TRUSTS.licence, None)
    boards: dict[str, Row] = {}
    for row in read_table(files["icb*.csv"], ("ICB24CD", "ICB24CDH", "ICB24NM"), report):
        if row.needed("ICB24CDH", "ICB24NM"):
            boards[row["ICB24CDH"]] = row
            code = row["ICB24CDH"]
            name = words(row["ICB24NM"])
            yield _TRUSTS.node(
                "Organisation",
                slug("ods", code),
                row.place,
                name=name,
                kind="INTEGRATED_CARE_BOARD",
                odsCode=code,
            )
            yield _TRUSTS.code(ods(code), "ODS", code, row.place)
            yield _TRUSTS.code(ods(code), "ONS", row["ICB24CD"], row.place)
    regions: dict[str, str] = {}
    for row in read_table(files["etr*.csv"], _READ, report, _FORMAT):
        region, board = row["region"], row["board"]
        if board and region and regions.get(board, region) != region:
            row.problem(
                "region",
                f"{board} is in {region} here and in {regions[board]} before.",
                "Keep one of the two.",
            )
            continue
        yield from _organisation(_TRUSTS, row, "TRUST")
        if row.wrong:
            continue
        if region and region not in regions.values():
            # The file has the codes of regions only.
            yield _TRUSTS.node(
                "Organisation",
                slug("ods", region),
                row.at("region"),
                name=f"NHS England region {region}",
                kind="NHS_REGION",
                odsCode=region,
            )
            yield _TRUSTS.code(ods(region), "ODS", region, row.at("region"))
        if board:
            yield _TRUSTS.link("PART_OF", ods(row["code"]), ods(board), row.at("board"))
            if region:
                regions[board] = region
        if region and region not in regions.values():
            regions[f"none of {region}"] = region
    for board, region in regions.items():
        if board in boards:
            place = boards[board].at("ICB24CDH")
            yield _TRUSTS.link("PART_OF", ods(board), ods(region), place)


TRUSTS = Source(
    name="ods-trusts",
    title="NHS trusts with their integrated care boards and regions (ODS file etr)",
    publisher="NHS England, Organisation Data Service; Office for National Statistics",
    licence=_LICENCE,
    credit=_CREDIT,
    gives="trusts, integrated care boards, regions of NHS England",
    folder="nhs-organisations",
    files=(
        FileShape("etr*.csv", "trusts, 27 columns without a header", but="etrust*"),
        FileShape("icb*.csv", "names of integrated care boards"),
    ),
    read=_read_trusts,
    order=20,
)

_SITES = Register("ods-sites")


def _read_sites(files: Files, report: Report) -> Iterator[Record]:
    yield _SITES.source(SITES.title, SITES.publisher, SITES.licence, None)
    for row in read_table(files["etrust*.csv"], _READ, report, _FORMAT):
        code = row["code"]
        is_site = len(code) > 3
        yield from _organisation(_SITES, row, "SITE" if is_site else "TRUST")
        if is_site and not row.wrong:
            yield _SITES.link("PART_OF", ods(code), ods(code[:3]), row.at("code"))


SITES = Source(
    name="ods-sites",
    title="NHS trusts and their sites (ODS file etrust)",
    publisher="NHS Digital, Organisation Data Service",
    licence=_LICENCE,
    credit=_CREDIT,
    gives="trusts and the sites where they give care",
    folder="nhs-organisations",
    files=(FileShape("etrust*.csv", "trusts and sites, 27 columns without a header"),),
    read=_read_sites,
    order=22,
)

_HOSPITALS = Register("nhs-hospitals")
_HOSPITAL_FORMAT = Format(encoding="cp1252", delimiter="¬", quoted=False)
_HOSPITAL_COLUMNS = ("OrganisationID", "OrganisationCode", "Sector", "OrganisationName", "City",
                     "Postcode", "Latitude", "Longitude", "ParentODSCode", "Website")  # fmt: skip


def _read_hospitals(files: Files, report: Report) -> Iterator[Record]:
    yield _HOSPITALS.source(HOSPITALS.title, HOSPITALS.publisher, HOSPITALS.licence, None)
    rows = [
        row
        for row in read_table(files["hospital*.csv"], _HOSPITAL_COLUMNS, report, _HOSPITAL_FORMAT)
        if row.needed("OrganisationID", "OrganisationCode", "OrganisationName")
    ]
    codes = [row["OrganisationCode"] for row in rows]
    doubled = {code for code in codes if codes.count(code) > 1}
    for row in rows:
        latitude, longitude = number(row, "Latitude"), number(row, "Longitude")
        if row.wrong:
            continue
        own, code = slug("nhs-hospital", row["OrganisationID"]), row["OrganisationCode"]
        website = row["Website"]
        if website and "://" not in website:
            website = f"http://{website}"
        yield _HOSPITALS.node(
            "Organisation",
            own,
            row.place,
            name=words(row["OrganisationName"]),
            kind="HOSPITAL",
            odsCode=code,
            sector=row["Sector"] or None,
            town=words(row["City"]) or None,
            postcode=row["Postcode"] or None,
            latitude=latitude,
            longitude=longitude,
            website=website or None,
        )
        id_ = f"Organisation:{own}"
        yield _HOSPITALS.code(id_, "NHS-Hospital", row["OrganisationID"], row.place)
        # A code that stands on several hospitals says which they belong to, not what they are.
        match = "BROAD" if code in doubled else "EXACT"
        yield _HOSPITALS.code(id_, "ODS", code, row.place, match=match)
        if row["ParentODSCode"]:
            place = row.at("ParentODSCode")
            yield _HOSPITALS.link("PART_OF", id_, ods(row["ParentODSCode"]), place)


HOSPITALS = Source(
    name="nhs-hospitals",
    title="Hospitals as the NHS website lists them",
    publisher="NHS Choices (NHS website data sets)",
    licence=_LICENCE,
    credit=_CREDIT,
    gives="hospitals, their places and whom they belong to",
    folder="nhs-organisations",
    files=(FileShape("hospital*.csv", "hospitals, fields separated by ¬, Windows-1252"),),
    read=_read_hospitals,
    order=21,
)
