"""What node types are in schema.org's words; a type that is not named here has only our own."""

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    "Role": "Occupation",
    "Provider": "EducationalOrganization",
    "University": "CollegeOrUniversity",
    "Programme": "EducationalOccupationalProgram",
    "Course": "Course",
    "Organisation": "MedicalOrganization",
    "Location": "Place",
    "Region": "AdministrativeArea",
    "Skill": "DefinedTerm",
    "Source": "CreativeWork",
    "CaseStudy": "Article",
    "OccupationGroup": "CategoryCode",
    "Subject": "CategoryCode",
}
"""By the name of a node type, or of a part of one."""
