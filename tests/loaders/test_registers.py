"""The real registers, loaded whole: the counts that a right load reaches, and the dirt by its place.

The files are not ours to keep here; CI has them in `../shared/data`.
"""

import asyncio
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.places import SEED
from graph.database.session import Database
from graph.execution.engine import Engine
from graph.schema import MODEL
from graph.settings import Limits
from loaders.dataset import open_seed, open_source
from loaders.digest import graph_digest
from loaders.load import Rules, check_alone, load
from loaders.problems import Problem, Tolerance
from loaders.records import IdentifierRecord, NodeRecord, Record, RelationshipRecord
from loaders.report import Report
from loaders.source import Source
from loaders.sources import REGISTERS
from tests.conftest import SCHEMA, SHARED, Runner, clear

DATA = SHARED / "data"
ANY = Tolerance(percent=100)


def source(name: str) -> Source:
    return next(found for found in REGISTERS if found.name == name)


def files(name: str, *paths: str) -> list[Path]:
    assert DATA.is_dir(), "the registers' files are not beside this checkout; CI has them"
    return [DATA / path for path in paths] or [DATA / source(name).folder]


def load_register(
    database: Database, run: Runner, name: str, *paths: str, tolerate: int = 0, **more: Any
) -> Report:
    found = source(name)
    given = open_source(found, found.find(files(name, *paths)))
    rules = Rules(Tolerance(count=tolerate), retire=ANY)
    return run(load(database, MODEL, given, rules=rules, **more))


@cache
def read(name: str, *paths: str) -> tuple[list[Record], list[Problem]]:
    """The records of the real files and the problems of reading them."""
    found = source(name)
    problems: list[Problem] = []
    records = list(found.read(found.find(files(name, *paths)), problems.append))
    return records, problems


@cache
def checked(name: str, *paths: str) -> list[Problem]:
    found = source(name)
    given = open_source(found, found.find(files(name, *paths)))
    return sorted(set(asyncio.run(check_alone(given, MODEL))[1]))


def node(records: list[Record], id_: str) -> NodeRecord:
    return next(found for found in records if isinstance(found, NodeRecord) and found.id == id_)


def at(problems: list[Problem], record: int, file: str) -> list[Problem]:
    return [p for p in problems if p.place.record == record and p.place.file.startswith(file)]


def added(report: Report) -> dict[str, int]:
    return {name: change.added for name, change in report.difference.by_type.items()}


SITES_2018 = "nhs-organisations/etrust-2018-09.csv.gz"
JANUARY, SEPTEMBER = (f"nhs-organisations/Hospital-2018-{month}.csv" for month in ("01", "09"))


def test_esco(empty: Database, run: Runner) -> None:
    """v1.1.0, itself again, then v1.1.1: what changed changes, what is gone is retired."""
    first = load_register(empty, run, "esco", "esco/v1.1.0", tolerate=10)
    assert added(first)["Role"] == 3_008
    assert added(first)["Skill"] == 13_891
    assert added(first)["REQUIRES"] == 123_852
    again = load_register(empty, run, "esco", "esco/v1.1.0", tolerate=10)
    assert again.difference.is_empty

    planned = load_register(empty, run, "esco", "esco/v1.1.1", tolerate=76, dry=True)
    report = load_register(empty, run, "esco", "esco/v1.1.1", tolerate=76)
    assert report.difference.by_type == planned.difference.by_type
    assert report.problems == planned.problems
    by_type = report.difference.by_type
    # 590 rows of the file differ: 19 in their codes alone, which are identifiers here, and 7 in how
    # they repeat other names.
    assert by_type["Role"].numbers == (0, 564, 1)
    assert by_type["Skill"].added == 5 + 640
    # The files differ by 305 and 302 pairs with a relation (347 and 344 rows, counting the type of
    # the skill that each row repeats); the retired role's 67 are gone too.
    assert by_type["REQUIRES"].numbers == (305, 0, 302 + 67)

    counts = run(
        empty.rows(
            "RETURN COUNT { (:Role) }, COUNT { (:Skill) WHERE true }, COUNT { (:OccupationGroup) },"
            " COUNT { (:Role)-[:REQUIRES]->(:Skill) }, COUNT { (:Skill)-[:NEEDS_SKILL]->() },"
            " COUNT { (n:Skill {kind: 'GROUP'}) }"
        )
    )
    assert counts == [[3_007, 13_896 + 640, 619, 123_788, 5_898, 640]]
    reasons = Counter(p.place.file for p in report.problems)
    assert reasons == {
        "occupationSkillRelations.csv.gz": 67,
        "broaderRelationsOccPillar.csv.gz": 1,
        "broaderRelationsSkillPillar.csv.gz": 7,
        "skillSkillRelations.csv.gz": 1,
    }
    relations = [p for p in report.problems if p.place.file.startswith("occupationSkill")]
    assert [p.place.record for p in relations] == list(range(84_425, 84_492))
    assert at(list(report.problems), 3_205, "broaderRelationsOcc")
    (itself,) = at(list(report.problems), 4_645, "skillSkill")
    assert "related to itself" in itself.message

    engine = Engine(SCHEMA, MODEL, empty, Limits())
    retired = "esco-a9e54177-a185-404d-b6e6-15663d31137e"
    answer = run(
        engine.execute(
            f'{{ role(slug: "{retired}") {{ name retired skills {{ totalCount }} }}'
            ' resolve(identifier: "ESCO:http://data.europa.eu/esco/occupation/a9e54177-a185-404d-b6e6-15663d31137e")'
            " { entity { id } } dataQuality { danglingReferences { totalCount } }"
            " loads { totalCount nodes { read rejected retired } } }"
        )
    ).body.decode()
    assert '{"role":{"name":"therapeutic radiographer","retired":true' in answer
    assert f'"resolve":[{{"entity":{{"id":"Role:{retired}"}}}}]' in answer
    assert '"danglingReferences":{"totalCount":75}' in answer
    assert '"loads":{"totalCount":3' in answer


def test_organisations(empty: Database, run: Runner) -> None:
    sites = load_register(empty, run, "ods-sites", SITES_2018, tolerate=1)
    assert added(sites)["Organisation"] == 234 + 29_721
    assert added(sites)["PART_OF"] == 29_720
    (orphan,) = sites.problems
    assert (orphan.place.record, orphan.value) == (5_801, "ods-rer")

    january = load_register(empty, run, "nhs-hospitals", JANUARY, tolerate=400)
    assert january.read == 1 + 1_234 * 4
    september = load_register(empty, run, "nhs-hospitals", SEPTEMBER, tolerate=345)
    assert len(september.problems) == 1_231 - 886
    assert {p.place.record for p in september.problems} >= {2, 3, 4, 5}
    held = "MATCH (n:Organisation) WHERE n.`digest_nhs-hospitals` IS NOT NULL RETURN count(n)"
    assert run(empty.rows(held)) == [[1_231]]

    trusts = load_register(empty, run, "ods-trusts")
    assert trusts.problems == ()
    part_of = run(
        empty.rows(
            "MATCH (t:Organisation)-[r:PART_OF]->(b:Organisation {kind: 'INTEGRATED_CARE_BOARD'})"
            " WHERE r.`digest_ods-trusts` IS NOT NULL RETURN count(DISTINCT t)"
        )
    )
    assert part_of == [[270]]
    # What both files know is one trust, with the name that it has now; the old one is kept.
    renamed = run(
        empty.rows(
            "MATCH (n:Organisation) WHERE n.`said_ods-trusts` IS NOT NULL"
            " AND n.`said_ods-sites` IS NOT NULL AND n.kind = 'TRUST'"
            " RETURN count(n), count(CASE WHEN size(n.altNames) > 0 THEN 1 END)"
        )
    )
    assert renamed == [[234, 34]]


def test_hospitals_of_january_and_september() -> None:
    """By OrganisationID: 1,080 kept, 151 new, 154 gone."""
    january, september = (
        {r.slug for r in read("nhs-hospitals", edition)[0] if isinstance(r, NodeRecord)}
        - {"register-nhs-hospitals"}
        for edition in (JANUARY, SEPTEMBER)
    )
    assert len(january & september) == 1_080
    assert len(september - january) == 151
    assert len(january - september) == 154


def test_apprenticeships(empty: Database, run: Runner) -> None:
    report = load_register(empty, run, "dfe-apprenticeships")
    found = added(report)
    assert (found["Provider"], found["Programme"], report.problems) == (1_602, 820, ())
    # 24,566 pairs of a provider's name and a standard are 23,651 of a provider and a standard.
    assert found["OFFERS"] == 23_651
    names = run(
        empty.rows(
            "MATCH (n:Provider) RETURN sum(1 + size(n.altNames)),"
            " count(CASE WHEN size(n.altNames) > 0 THEN 1 END)"
        )
    )
    assert names == [[1_655, 53]]
    standards = load_register(empty, run, "apprenticeship-standards", tolerate=1)
    assert added(standards)["Programme"] == 545
    # Discover Uni knows 247 of these providers: they are one each.
    institutions = load_register(empty, run, "discover-uni")
    assert institutions.problems == ()
    both = run(
        empty.rows("MATCH (n:Provider) WHERE n.`said_discover-uni` IS NOT NULL RETURN count(n)")
    )
    assert both == [[247]]
    assert added(institutions)["Course"] == 30_835
    assert added(institutions)["COVERS"] == 42_395
    pairs = run(
        empty.rows(
            "MATCH (n:Provider) WHERE n.`digest_discover-uni` IS NOT NULL"
            " RETURN count(n), sum(COUNT { (n)-[:REPORTED_BY]->() })"
        )
    )
    # 511 rows are pairs: 396 providers that report their own courses, and 115 partners' rows.
    assert pairs == [[478, 115]]


def test_name_and_standard_pairs_of_apprenticeships() -> None:
    records, _ = read("dfe-apprenticeships")
    links = [r for r in records if isinstance(r, RelationshipRecord)]
    counts = Counter(r.type for r in links)
    assert counts["TAUGHT"] == 68_203
    spread = node(records, "Provider:ukprn-10006299").properties
    assert {spread["name"], *spread["altNames"]} == {
        "Staffordshire University",
        "University Of Staffordshire",
    }


def test_role_lists(empty: Database, run: Runner) -> None:
    roles = load_register(empty, run, "nhs-job-roles")
    assert (added(roles)["Role"], roles.problems) == (459, ())
    groups = load_register(empty, run, "soc2020")
    assert (added(groups)["OccupationGroup"], added(groups)["BROADER_GROUP"]) == (551, 542)
    onet = load_register(empty, run, "onet")
    assert (added(onet)["Role"], added(onet)["RELATED_TO"], onet.problems) == (1_016, 18_460, ())


@pytest.mark.parametrize(
    ("name", "paths", "part", "whole"),
    [
        ("soc2020", (), {"OccupationGroup": 83, "BROADER_GROUP": 78}, {"OccupationGroup": 551}),
        ("onet", (), {"Role": 138, "Skill": 111, "REQUIRES": 5_331}, {"Role": 1_016}),
        ("esco", (), {"Role": 187, "Skill": 3_251, "REQUIRES": 10_858}, {"Role": 3_007}),
    ],
)
def test_what_belongs_to_health_and_care(
    name: str, paths: tuple[str, ...], part: dict[str, int], whole: dict[str, int]
) -> None:
    """Of large registers a part is read unless all is asked for, with all that the part needs."""
    found = source(name)
    problems: list[Problem] = []
    records = list(found.part.read(found.find(files(name, *paths)), problems.append))
    counts = Counter(r.type for r in records if not isinstance(r, IdentifierRecord))
    assert {type_: counts[type_] for type_ in part} == part
    assert Counter(r.type for r in read(name)[0] if isinstance(r, NodeRecord)) >= Counter(whole)
    nodes = {r.id for r in records if isinstance(r, NodeRecord)}
    ends = {end for r in records if isinstance(r, RelationshipRecord) for end in (r.start, r.end)}
    every = {r.id for r in read(name)[0] if isinstance(r, NodeRecord)}
    assert ends & every <= nodes  # what is not there is nowhere in the files
    assert len(problems) <= len(read(name)[1])


def test_codes_of_the_seed_meet_those_of_esco(empty: Database, run: Runner) -> None:
    """An exact code makes the seed's role and ESCO's one, a close one makes them counterparts."""
    run(load(empty, MODEL, open_seed(SEED, MODEL)))
    esco = source("esco").part
    run(load(empty, MODEL, open_source(esco, esco.find(files("esco"))), rules=Rules(ANY)))
    codes = run(
        empty.rows(
            "MATCH (:Role)-[l:IDENTIFIED_BY]->(i:Identifier {scheme: 'ESCO'})"
            " WHERE EXISTS { (:Role&Curated)-[:IDENTIFIED_BY]->(i) }"
            " RETURN i.schemeVersion, i.value, collect(l.matchType) AS matches"
        )
    )
    by_match = Counter(tuple(sorted(matches)) for _, _, matches in codes)
    assert by_match == {("EXACT",): 17, ("CLOSE", "EXACT"): 6, ("EXACT", "RELATED"): 2}
    assert {version for version, _, _ in codes} == {""}
    engine = Engine(SCHEMA, MODEL, empty, Limits())
    answer = run(
        engine.execute(
            '{ role(slug: "podiatrist") { skills(first: 0) { totalCount } identifiers { scheme } }'
            ' esco: role(slug: "esco-cf9b6da9-3a59-4780-bec9-500b148b8878") {'
            " retired replacedBy { id } }"
            ' close: role(slug: "ap-dietetics") { counterparts { entity { id } matchType } } }'
        )
    ).body.decode()
    # Our role has the 44 skills of ESCO's, beside codes of four other registers.
    assert answer == (
        '{"data":{"role":{"skills":{"totalCount":44},"identifiers":[{"scheme":"Apprenticeship-ST"},'
        '{"scheme":"ESCO"},{"scheme":"ESCO-code"},{"scheme":"NHS-SDS-JobRole"},{"scheme":"SOC"}]},'
        '"esco":{"retired":true,"replacedBy":{"id":"Role:podiatrist"}},"close":{"counterparts":['
        '{"entity":{"id":"Role:esco-68bc2af1-96ea-4ec2-8b2f-5cde76472135"},"matchType":"CLOSE"}]}}}'
    )


def test_the_order_of_loads_makes_no_difference(empty: Database, run: Runner) -> None:
    """Real registers with entities in common, forwards and backwards, hold one graph."""
    small = [
        ("ods-trusts", (), 0),
        ("nhs-hospitals", (SEPTEMBER,), 2_000),
        ("nhs-job-roles", (), 0),
        ("apprenticeship-standards", (), 1),
    ]
    digests: set[str] = set()
    for order in (small, small[::-1]):
        run(clear(empty))
        for name, paths, tolerate in order:
            load_register(empty, run, name, *paths, tolerate=tolerate)
        digests.add(run(graph_digest(empty)))
    assert len(digests) == 1


# NOTES.md's dirt, place by place


def test_text_survives() -> None:
    esco, _ = read("esco")
    by_record = {r.place.record: r for r in esco if isinstance(r, NodeRecord) and r.type == "Role"}
    assert "students\u2019" in by_record[170].properties["summary"]
    assert not any("\u00e2\u0080" in (r.properties["summary"] or "") for r in by_record.values())
    assert by_record[2_182].properties["name"] == "food service worker"
    assert by_record[2_684].properties["name"] == "radiation therapist"
    assert "\u00a0" not in by_record[1_487].properties["name"]
    assert by_record[2_545].properties["name"] == "healthcare assistant"
    assert "healthcare assistant" in by_record[63].properties["altNames"]
    assert "healthcare assistant" in by_record[155].properties["altNames"]
    assert any(
        "assistant practitioner in podiatry" in a for a in by_record[974].properties["altNames"]
    )
    skills = {r.place.record: r for r in esco if isinstance(r, NodeRecord) and r.type == "Skill"
              and r.place.file.startswith("skills_en")}  # fmt: skip
    for record in (3_626, 4_786, 5_421, 6_935, 10_473, 13_292):
        assert skills[record].properties["kind"] is None

    hospitals, problems = read("nhs-hospitals", SEPTEMBER)
    assert problems == []
    named = {r.place.record: r for r in hospitals if isinstance(r, NodeRecord)}
    assert "," in named[8].properties["name"]
    assert named[1_113].properties["latitude"] is None
    assert named[5].properties["website"].startswith("http://")
    assert named[6].properties["website"].startswith("http://")

    subjects, _ = read("discover-uni")
    assert node(subjects, "Subject:cah-02-05").properties["code"] == "02-05"
    assert node(subjects, "Subject:hecos-100003").properties["name"] == "ceramics"


def test_codes_are_text() -> None:
    esco, _ = read("esco")
    assert node(esco, "OccupationGroup:isco-0110").properties["code"] == "0110"
    own = [r for r in esco if isinstance(r, IdentifierRecord) and r.scheme == "ESCO-code"]
    assert {r.version for r in own} == {"1.1.1"}
    trusts, _ = read("ods-trusts")
    long = node(trusts, "Organisation:ods-g6v2s")
    assert (long.properties["odsCode"], long.properties["kind"], long.place.record) == (
        "G6V2S",
        "TRUST",
        1,
    )
    onet, _ = read("onet")
    codes = {r.value for r in onet if isinstance(r, IdentifierRecord)}
    assert "11-1011.00" in codes
    courses, _ = read("discover-uni")
    modes = Counter(
        r.properties["mode"] for r in courses if isinstance(r, NodeRecord) and r.type == "Course"
    )
    assert modes == {"FULL_TIME": 27_328, "PART_TIME": 3_507}


def test_references_that_lead_nowhere() -> None:
    trusts, problems = read("ods-trusts")
    assert problems == []
    ends = {r.start for r in trusts if isinstance(r, RelationshipRecord)}
    without = [r.place.record for r in trusts if isinstance(r, NodeRecord)
               and r.properties.get("kind") == "TRUST" and r.id not in ends]  # fmt: skip
    assert without == [151, 172, 269]
    assert checked("ods-sites", SITES_2018)[0].place.record == 5_801
    courses, _ = read("discover-uni")
    taught = sum(1 for r in courses if isinstance(r, RelationshipRecord) and r.type == "TAUGHT_AT")
    assert taught == 32_380 - 276


def test_keys_and_names_that_repeat() -> None:
    hospitals, _ = read("nhs-hospitals", JANUARY)
    codes = [r for r in hospitals if isinstance(r, IdentifierRecord) and r.scheme == "ODS"]
    broad = {r.value: r.place.record for r in codes if r.properties["matchType"] == "BROAD"}
    assert {"TAHCC", "TAJ52"} <= set(broad)
    assert {r.place.record for r in codes if r.value in ("TAHCC", "TAJ52")} == {
        727,
        926,
        851,
        1_056,
    }
    sites, _ = read("ods-sites", SITES_2018)
    dermatology = [
        r for r in sites if isinstance(r, NodeRecord) and r.properties["name"] == "Dermatology"
    ]
    assert len({r.slug for r in dermatology}) == len(dermatology) == 19
    assert {1_472, 1_597} <= {r.place.record for r in dermatology}
    (again,) = checked("apprenticeship-standards")
    assert (again.place.line, "standard-st0313" in again.message, ":70:" in again.message) == (
        531,
        True,
        True,
    )
    institutions, _ = read("discover-uni")
    partners = [r for r in institutions if isinstance(r, RelationshipRecord)
                and r.type == "REPORTED_BY" and r.start == "Provider:ukprn-10000840"]  # fmt: skip
    assert {r.place.record for r in partners} <= {22, 23}
    roles, _ = read("nhs-job-roles")
    unknown = [
        r.slug
        for r in roles
        if isinstance(r, NodeRecord) and r.properties["name"] == "Unknown" and r.type == "Role"
    ]
    assert unknown == ["sds-e1005", "sds-not-recorded"]
    tree, _ = read("esco")
    labels = Counter(
        r.properties["name"]
        for r in tree
        if isinstance(r, NodeRecord) and r.type == "OccupationGroup"
    )
    assert sum(1 for count in labels.values() if count > 1) > 30


def test_blanks_and_placeholders() -> None:
    soc, problems = read("soc2020")
    assert problems == []
    texts = [
        text for r in soc if isinstance(r, NodeRecord) for text in map(str, r.properties.values())
    ]
    assert not any("<blank>" in text or "~" in text for text in texts)
    assert node(soc, "OccupationGroup:soc2020-1111").properties["level"] == 4
    standards, problems = read("apprenticeship-standards")
    assert problems == []
    found = [r for r in standards if isinstance(r, NodeRecord) and r.type == "Programme"]
    assert sum(r.properties["approvedOn"] is None for r in found) == 267
    assert sum(r.properties["maximumFunding"] is None for r in found) == 285
    assert sum(r.properties["level"] is None for r in found) == 5
    assert sum(r.properties["typicalMonths"] is None for r in found) == 271
    assert "Legal, finance and accounting" in {r.properties["route"] for r in found}
    assistant = node(standards, "Programme:standard-st0215").properties
    assert (assistant["name"], assistant["level"]) == ("Healthcare assistant practitioner", 5)
    onet, problems = read("onet")
    assert problems == []
    scores = [
        r.properties for r in onet if isinstance(r, RelationshipRecord) and r.type == "REQUIRES"
    ]
    assert sum("levelScore" not in s and "importanceScore" in s for s in scores) == 3_302
    dfe, problems = read("dfe-apprenticeships")
    assert problems == []
    years = {
        r.properties["year"]
        for r in dfe
        if isinstance(r, RelationshipRecord) and r.type == "TAUGHT"
    }
    assert "2025/26 (Aug to Apr)" in years
