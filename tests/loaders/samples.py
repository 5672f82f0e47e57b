"""Made-up files in the shape of each register, a few rows each. Nothing in them is claimed to exist.

Codes begin with 99 or Z where a register's do not, so that none is a real one.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_ESCO = "http://data.europa.eu/esco"
_OCCUPATION, _SKILL = f"{_ESCO}/occupation/made-up-", f"{_ESCO}/skill/made-up-"
_CONCEPT = "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,inScheme,description,code"


@dataclass(frozen=True)
class Edit:
    """A file with one piece of text changed."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Sample:
    """Files of a source by name, and what can be done to them."""

    files: dict[str, str]
    drop: Edit
    """Takes a row out; something is retired by it."""
    rename: Edit | None
    """Renames a column, where there are names."""
    dangling: Edit | None = None
    """Makes a reference whose end is missing."""
    doubled: Edit | None = None
    """Writes a row twice."""
    bad: Edit | None = None
    """A value that cannot be."""
    encodings: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path, *edits: Edit) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, original in self.files.items():
            text = original
            for edit in edits:
                if edit.file == name:
                    assert text.count(edit.old) == 1, (edit, text.count(edit.old))
                    text = text.replace(edit.old, edit.new)
            (folder / name).write_bytes(text.encode(self.encodings.get(name, "utf-8")))
        return folder


def twice(file: str, row: str) -> Edit:
    return Edit(file, row, row * 2)


def _ods(*cells: str) -> str:
    code, name, region, board, town = cells
    row = [code, name, region, board, "", "", "", town, "", "ZZ9 9ZZ", "20200101", *[""] * 16]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(row)
    return out.getvalue()


def _hospital(id_: str, code: str, name: str, parent: str) -> str:
    cells = [id_, code, "Hospital", "Hospital", "NHS Sector", "Visible", "True", name, "", "", "",
             "Made-up town", "", "ZZ9 9ZZ", "53.5", "-2.25", parent, "Made-up", "", "",
             "www.made-up.example", ""]  # fmt: skip
    return "¬".join(cells) + "\r\n"


_HOSPITAL_HEADER = "OrganisationID¬OrganisationCode¬OrganisationType¬SubType¬Sector¬OrganisationStatus¬IsPimsManaged¬OrganisationName¬Address1¬Address2¬Address3¬City¬County¬Postcode¬Latitude¬Longitude¬ParentODSCode¬ParentName¬Phone¬Email¬Website¬Fax\r\n"
_DFE_HEADER = "year,apps_Level,std_fwk_name,ssa_t1_desc,ssa_t2_desc,std_fwk_flag,provider_type,provider_name,measure,values\n"


def _dfe(standard: str, provider: str, year: str = "2024/25", starts: int = 3) -> str:
    rows = [
        f"{year},Higher Apprenticeship,{standard},Made-up area,Made-up narrow area,Standard,Other,{provider},{measure},{count}\n"
        for measure, count in (("Starts", starts), ("Enrolments", 9), ("Achievements", 1))
    ]
    return "".join(rows)


def _course(code: str, *more: str) -> str:
    return ",".join(("99900001", "99900001", code, "01", *more)) + "\n"


_COURSE = "PUBUKPRN,UKPRN,KISCOURSEID,KISMODE"

SAMPLES: dict[str, Sample] = {
    "esco": Sample(
        {
            "occupations_en.csv": "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,regulatedProfessionNote,scopeNote,definition,inScheme,description,code\r\n"
            f'Occupation,{_OCCUPATION}1,0110,made-up assistant,"made-up helper\nmade-up aide",,released,2016-07-05T13:58:41Z,,,,,"Helps,\nwith students\u00e2\u0080\u0099 needs.",0110.1\r\n'
            f"Occupation,{_OCCUPATION}2,0110,made-up practitioner,,,released,2016-07-05T13:58:41.5Z,,,,,Does.,0110.2\r\n",
            "skills_en.csv": "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,definition,inScheme,description\r\n"
            f"KnowledgeSkillCompetence,{_SKILL}a,skill/competence,cross-sector,made-up skill,,,released,,,,,\r\n"
            f"KnowledgeSkillCompetence,{_SKILL}b,knowledge,,made-up knowledge,,,released,,,,,\r\n"
            f"KnowledgeSkillCompetence,{_SKILL}c,,,made-up thing,,,released,,,,,\r\n",
            "ISCOGroups_en.csv": "conceptType,conceptUri,code,preferredLabel,status,altLabels,inScheme,description\r\n"
            f"ISCOGroup,{_ESCO}/isco/C0,0,Made-up major group,released,,,\r\n"
            f"ISCOGroup,{_ESCO}/isco/C0110,0110,Made-up unit group,released,,,\r\n",
            "skillGroups_en.csv": f"{_CONCEPT}\r\n"
            f"SkillGroup,{_SKILL}group,made-up group,,,released,,,,,S9\r\n",
            "broaderRelationsOccPillar.csv": "conceptType,conceptUri,broaderType,broaderUri\r\n"
            f"ISCOGroup,{_ESCO}/isco/C0110,ISCOGroup,{_ESCO}/isco/C0\r\n"
            f"Occupation,{_OCCUPATION}1,ISCOGroup,{_ESCO}/isco/C0110\r\n"
            f"Occupation,{_OCCUPATION}2,Occupation,{_OCCUPATION}1\r\n",
            "broaderRelationsSkillPillar.csv": "conceptType,conceptUri,broaderType,broaderUri\r\n"
            f"KnowledgeSkillCompetence,{_SKILL}a,SkillGroup,{_SKILL}group\r\n",
            "occupationSkillRelations.csv": "occupationUri,relationType,skillType,skillUri\r\n"
            f"{_OCCUPATION}1,essential,skill/competence,{_SKILL}a\r\n"
            f"{_OCCUPATION}1,optional,knowledge,{_SKILL}b\r\n"
            f"{_OCCUPATION}2,essential,,{_SKILL}c\r\n",
            "skillSkillRelations.csv": "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\r\n"
            f"{_SKILL}a,skill/competence,optional,knowledge,{_SKILL}b\r\n",
        },
        drop=Edit(
            "occupationSkillRelations.csv", f"{_OCCUPATION}1,optional,knowledge,{_SKILL}b\r\n", ""
        ),
        rename=Edit("skills_en.csv", "preferredLabel", "label"),
        dangling=Edit("occupationSkillRelations.csv", f"{_SKILL}c", f"{_SKILL}gone"),
        doubled=twice(
            "skills_en.csv",
            f"KnowledgeSkillCompetence,{_SKILL}b,knowledge,,made-up knowledge,,,released,,,,,\r\n",
        ),
        bad=Edit(
            "occupationSkillRelations.csv", f"{_OCCUPATION}2,essential", f"{_OCCUPATION}2,needed"
        ),
    ),
    "ods-trusts": Sample(
        {
            "etr-made-up.csv": _ods("Z9A", "MADE-UP NHS TRUST", "Y99", "QZ9", "MADE-UP TOWN")
            + _ods("Z9LONG", "MADE-UP'S LONG CODE NHS TRUST", "Y99", "QZ9", "")
            + _ods("Z9W", "MADE-UP WELSH TRUST", "", "", ""),
            "icb_made_up.csv": "ICB24CD,ICB24CDH,ICB24NM,ObjectId\nE99000009,QZ9,Made-up Integrated Care Board,1\n",
        },
        drop=Edit(
            "etr-made-up.csv", _ods("Z9LONG", "MADE-UP'S LONG CODE NHS TRUST", "Y99", "QZ9", ""), ""
        ),
        rename=Edit("icb_made_up.csv", "ICB24NM", "NAME"),
        dangling=Edit("icb_made_up.csv", "E99000009,QZ9,", "E99000009,QZ8,"),
        doubled=twice("etr-made-up.csv", _ods("Z9W", "MADE-UP WELSH TRUST", "", "", "")),
        bad=Edit(
            "etr-made-up.csv", '"Z9A","MADE-UP NHS TRUST"', '"Z9a!","MADE-UP NHS TRUST"'
        ),
    ),
    "ods-sites": Sample(
        {
            "etrust-made-up.csv": _ods("Z9A", "MADE-UP NHS TRUST", "", "", "MADE-UP TOWN")
            + _ods("Z9A01", "DERMATOLOGY", "", "", "")
            + _ods("Z9A02", "DERMATOLOGY", "", "", ""),
        },
        drop=Edit("etrust-made-up.csv", _ods("Z9A02", "DERMATOLOGY", "", "", ""), ""),
        rename=None,
        dangling=Edit("etrust-made-up.csv", "Z9A02", "Z8A02"),
        doubled=twice("etrust-made-up.csv", _ods("Z9A01", "DERMATOLOGY", "", "", "")),
        bad=Edit("etrust-made-up.csv", '"Z9A02"', '""'),
    ),
    "nhs-hospitals": Sample(
        {
            "Hospital-made-up.csv": _HOSPITAL_HEADER
            + _hospital("990001", "Z9A01", "Made-up, Hospital \u2013 caf\u00e9", "")
            + _hospital("990002", "Z9A02", "Made-up Infirmary", ""),
        },
        drop=Edit(
            "Hospital-made-up.csv", _hospital("990002", "Z9A02", "Made-up Infirmary", ""), ""
        ),
        rename=Edit("Hospital-made-up.csv", "ParentODSCode", "Parent"),
        dangling=Edit(
            "Hospital-made-up.csv",
            _hospital("990002", "Z9A02", "Made-up Infirmary", ""),
            _hospital("990002", "Z9A02", "Made-up Infirmary", "Z9A"),
        ),
        doubled=twice(
            "Hospital-made-up.csv", _hospital("990002", "Z9A02", "Made-up Infirmary", "")
        ),
        bad=Edit(
            "Hospital-made-up.csv",
            _hospital("990002", "Z9A02", "Made-up Infirmary", ""),
            _hospital("990002", "Z9A02", "Made-up Infirmary", "").replace("53.5", "north"),
        ),
        encodings={"Hospital-made-up.csv": "cp1252"},
    ),
    "dfe-apprenticeships": Sample(
        {
            "subjects_and_standards-made-up.csv": _DFE_HEADER
            + _dfe("Made-up Practitioner", "Made-up College (99900001)")
            + _dfe("Made-up Practitioner", "Made-up College (99900001)", "2023/24", 4)
            + _dfe("Made-up Practitioner", "Made-Up Old College (99900001)", "2022/23", 5)
            + _dfe("Made-up Manager", "Made-up Training (99900002)"),
        },
        drop=Edit(
            "subjects_and_standards-made-up.csv",
            _dfe("Made-up Manager", "Made-up Training (99900002)"),
            "",
        ),
        rename=Edit("subjects_and_standards-made-up.csv", "provider_name", "provider"),
        bad=Edit(
            "subjects_and_standards-made-up.csv",
            "Made-Up Old College (99900001),Starts",
            "Made-Up Old College,Starts",
        ),
    ),
    "apprenticeship-standards": Sample(
        {
            "ApprenticeshipStandards-made-up.csv": "Made-up title line\n"
            "Name, Reference, Standard Approved, Assessment Plan Approved, Approved for Delivery Date, Route, Level, Integrated Degree, Maximum Funding (£), Funding Band, Typical Duration, Trailblazer Contact, LARS code for providers only, Link\n"
            "Made-up worker,ST9901,Y,Y,12-11-2014,Legal  finance and accounting,4,,18000,12,24,,TBC,\n"
            "Made-up assistant,ST9902,Y,,TBC,Digital,0,,TBC,,0,,TBC,\n",
        },
        drop=Edit(
            "ApprenticeshipStandards-made-up.csv",
            "Made-up assistant,ST9902,Y,,TBC,Digital,0,,TBC,,0,,TBC,\n",
            "",
        ),
        rename=Edit("ApprenticeshipStandards-made-up.csv", " Reference", " Ref"),
        doubled=twice(
            "ApprenticeshipStandards-made-up.csv",
            "Made-up assistant,ST9902,Y,,TBC,Digital,0,,TBC,,0,,TBC,\n",
        ),
        bad=Edit("ApprenticeshipStandards-made-up.csv", "12-11-2014", "31-02-2014"),
        encodings={"ApprenticeshipStandards-made-up.csv": "utf-16-le"},
    ),
    "soc2020": Sample(
        {
            "SOC2020_descriptions-made-up.csv": '"SOC\n2020 Major Group","SOC\n2020 Sub-Major Group","SOC\n2020 Minor Group",SOC 2020 Unit Group,"SOC\n2020 \nGroup Title",Groups Classified Within Sub-Groups ,Group  Description,Typical Entry Routes And Associated Qualifications,Tasks,Related Job Titles\n'
            "9,<blank>,<blank>,<blank>,Made-up major group,,Made up.,<blank>,<blank>,<blank>\n"
            '<blank>,99,<blank>,<blank>,Made-up sub-major group,,"One.\n\nTwo.",<blank>,"~does this\n\n~does that","~Made-up worker\n\n~Made-up aide"\n',
            "SOC2020_framework-made-up.csv": 'Unique ID,"SOC2020\nMajor Group","SOC2020\nSub-Major Group","SOC2020\nMinor Group",SOC2020 Unit Group,SOC2020 Group Title,Change,VERSNO\n'
            ",9,,,,MADE-UP MAJOR GROUP,,\n,,,,,,,\n,,99,,,Made-up sub-major group,Was another,V7\n",
        },
        drop=Edit(
            "SOC2020_descriptions-made-up.csv",
            '<blank>,99,<blank>,<blank>,Made-up sub-major group,,"One.\n\nTwo.",<blank>,"~does this\n\n~does that","~Made-up worker\n\n~Made-up aide"\n',
            "",
        ),
        rename=Edit("SOC2020_descriptions-made-up.csv", "Related Job Titles", "Titles"),
        dangling=Edit("SOC2020_descriptions-made-up.csv", "<blank>,99,", "<blank>,89,"),
        doubled=twice(
            "SOC2020_descriptions-made-up.csv",
            "9,<blank>,<blank>,<blank>,Made-up major group,,Made up.,<blank>,<blank>,<blank>\n",
        ),
        bad=Edit("SOC2020_descriptions-made-up.csv", "<blank>,99,", "99,<blank>,"),
    ),
    "nhs-job-roles": Sample(
        {
            "sds_role_groups-made-up.csv": "role_code,role_description,sds_role_group,practitioner_role_group,is_arrs_role\n"
            "R9901,Made-up Practitioner,Made-up group,Made-up,false\n"
            "R9902,Made-up Clerk (Closed),Made-up group,Made-up,false\n"
            "Not Recorded,Unknown,Unknown,Unknown,false\n",
        },
        drop=Edit("sds_role_groups-made-up.csv", "Not Recorded,Unknown,Unknown,Unknown,false\n", ""),
        rename=Edit("sds_role_groups-made-up.csv", "role_code", "code"),
        doubled=twice(
            "sds_role_groups-made-up.csv",
            "R9901,Made-up Practitioner,Made-up group,Made-up,false\n",
        ),
        bad=Edit("sds_role_groups-made-up.csv", "R9901,Made-up Practitioner", "R9901,"),
    ),
    "onet": Sample(
        {
            "Occupation_Data.txt": "O*NET-SOC Code\tTitle\tDescription\r\n99-1011.00\tMade-up Chiefs\tLead.\r\n99-1011.03\tMade-up Officers\tServe.\r\n",
            "Task_Statements.txt": "O*NET-SOC Code\tTask ID\tTask\tTask Type\tIncumbents Responding\tDate\tDomain Source\r\n99-1011.00\t1\tDecide.\tCore\tn/a\t08/2023\tMade up\r\n99-1011.03\t2\tDecide.\tCore\t9\t08/2023\tMade up\r\n",
            "Related_Occupations-made-up.csv": "O*NET-SOC Code,Title,Related O*NET-SOC Code,Related Title,Relatedness Tier,Index\n99-1011.00,Made-up Chiefs,99-1011.03,Made-up Officers,Primary-Short,1\n",
            "Skills-made-up.csv": "O*NET-SOC Code,Title,Element ID,Element Name,Scale ID,Scale Name,Data Value,N,Standard Error,Lower CI Bound,Upper CI Bound,Recommend Suppress,Not Relevant,Date,Domain Source\n"
            "99-1011.00,Made-up Chiefs,9.A.1.a,Made-up Reading,IM,Importance,4.12,8,0,0,0,N,,08/2023,Made up\n"
            "99-1011.00,Made-up Chiefs,9.A.1.a,Made-up Reading,LV,Level,4,8,0,0,0,N,Y,08/2023,Made up\n",
            "Technology_Skills.txt": "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand\r\n99-1011.00\tMade-up Writer\t99232202\tMade-up software\tY\tN\r\n99-1011.03\tMade-up Editor\t99232202\tMade-up software\tY\tN\r\n",
        },
        drop=Edit(
            "Technology_Skills.txt",
            "99-1011.03\tMade-up Editor\t99232202\tMade-up software\tY\tN\r\n",
            "",
        ),
        rename=Edit("Technology_Skills.txt", "Commodity Code", "Code"),
        dangling=Edit("Related_Occupations-made-up.csv", "99-1011.03", "99-1011.04"),
        doubled=twice("Occupation_Data.txt", "99-1011.03\tMade-up Officers\tServe.\r\n"),
        bad=Edit("Skills-made-up.csv", "4.12", "high"),
    ),
    "discover-uni": Sample(
        {
            "INSTITUTION.csv": "LEGAL_NAME,FIRST_TRADING_NAME,OTHER_NAMES,PROVADDRESS,PROVTEL,PROVURL,PUBUKPRN,UKPRN,COUNTRY,PUBUKPRNCOUNTRY,QAA_Report_Type,QAA_URL,SUURL,SUURLW\n"
            "Made-up University,,,,,www.made-up.example,99900001,99900001,XF,XF,,,,\n"
            "Made-up College Limited,Made-up College,Made-up Arts###Made-up Dance,,,,99900003,99900001,XF,XF,,,,\n",
            "LOCATION.csv": "UKPRN,ACCOMURL,ACCOMURLW,LOCID,LOCNAME,LOCNAMEW,LATITUDE,LONGITUDE,LOCUKPRN,LOCCOUNTRY,SUURL,SUURLW\n99900001,,,AE,Made-up Campus,,50.5,-1.5,,XF,,\n",
            "ACCREDITATIONTABLE.csv": "ACCURL,ACCTEXT,ACCTEXTW,ACCTYPE\nhttp://made-up.example,Made-up accreditation.,,09901\n",
            "HECoS_CAH_Mappings.csv": "\ufeffHECoS_Code,HECoS_Label,CAH3_Code,CAH3_Label,CAH2_Code,CAH2_Label,CAH1_Code,CAH1_Label\r\n999003,made-up therapy,99-01-03,made-up studies,99-01,made-up arts,99,made up\r\n",
            "SBJ.csv": f"{_COURSE},SBJ\n" + _course("MU-1", "CAH99-01-03") + _course("MU-2", "CAH99-01-03"),
            "COURSELOCATION.csv": f"{_COURSE},LOCID\n" + _course("MU-1", "AE") + _course("MU-2", ""),
            "ACCREDITATION.csv": f"{_COURSE},ACCTYPE,ACCDEPEND,ACCDEPENDURL,ACCDEPENDURLW\n"
            + _course("MU-1", "09901", "0", "", ""),
            "KISCOURSE-made-up.csv": "PUBUKPRN,UKPRN,JACS,JACS,KISCOURSEID,KISMODE,TITLE\n99900001,99900001,,,MU-1,01,Made-up Therapy\n",
        },
        drop=Edit("SBJ.csv", _course("MU-2", "CAH99-01-03"), ""),
        rename=Edit("LOCATION.csv", "LATITUDE", "LAT"),
        dangling=Edit("SBJ.csv", _course("MU-2", "CAH99-01-03"), _course("MU-2", "CAH99-01-04")),
        doubled=twice(
            "LOCATION.csv", "99900001,,,AE,Made-up Campus,,50.5,-1.5,,XF,,\n"
        ),
        bad=Edit("COURSELOCATION.csv", _course("MU-2", ""), _course("MU-2", "").replace("01", "07", 3)),
    ),
}  # fmt: skip

MAPPING = """\
# A made-up mapping file.
source: made-up-trust
title: Made-up roles of a made-up trust
publisher: Made-up trust
licence: none, made up
file: roles.csv
table: {delimiter: ";", blanks: ["?"]}
nodes:
  - type: Role
    key: Code
    properties:
      name: Title
      summary: {column: What}
      altNames: {column: Also, split: "|"}
      qualificationLevel: Level
      status: {column: State, values: {active: CURRENT, closed: RETIRED}}
    identifiers:
      - {scheme: MADE-UP, column: Code}
    relationships:
      broader: {column: Under, to: "made-up-trust-{}"}
"""
SAMPLES["made-up-trust"] = Sample(
    {
        "roles.csv": "Code;Title;What;Also;Level;State;Under\n"
        "A1;Made-up Helper;Helps;Aide|Assistant;5;active;\n"
        "A2;Made-up Leader;?;;?;closed;A1\n",
    },
    drop=Edit("roles.csv", "A2;Made-up Leader;?;;?;closed;A1\n", ""),
    rename=Edit("roles.csv", "Title", "Name"),
    dangling=Edit("roles.csv", "closed;A1", "closed;A9"),
    doubled=twice("roles.csv", "A2;Made-up Leader;?;;?;closed;A1\n"),
    bad=Edit("roles.csv", ";5;", ";five;"),
)

Write = Callable[[Path], Path]


class CutOff:
    """Progress that fails when all is staged and nothing is shown."""

    def stage(self, name: str, total: int | None) -> None:
        if name == "show":
            raise RuntimeError("made-up failure before anything is shown")

    def advance(self, count: int) -> None: ...
