"""ESCO's occupations and skills, written plainly by UNWIND: a graph of real size to measure on.

Not a loader: no checks, no difference, no provenance. `../shared/data/esco`, or
the folder in `ROLEGRAPH_DATA`, has the files; its licence is in its README.
"""

import csv
import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graph.database.session import Database
from graph.mapping.fold import cut
from graph.schema import MODEL
from loaders.preparation import plan_anew, prepare
from loaders.provenance import stored_values

ROOT = Path(__file__).parents[1]
_BATCH = 5_000
_EVIDENCE = {"sources": ["esco"], "confidence": "SINGLE", "readOn": "2022-09-13"}


def folder() -> Path:
    """Where ESCO v1.1.1 lies."""
    data = os.environ.get("ROLEGRAPH_DATA") or ROOT.parent / "shared" / "data"
    return Path(data) / "esco" / "v1.1.1"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder() / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def slug(uri: str) -> str:
    """`http://.../occupation/<uuid>` -> `esco-<uuid>`."""
    return f"esco-{uri.rsplit('/', 1)[1].lower()}"


def _node(label: str, row: dict[str, str], **more: Any) -> dict[str, Any]:
    kind = MODEL[label]
    properties = {
        "name": row["preferredLabel"],
        "altNames": [text for text in row["altLabels"].split("\n") if text],
        "summary": row["description"] or None,
    }
    return {
        **stored_values(properties, [prop for prop in kind.properties if prop.name in properties]),
        "id": f"{label}:{slug(row['conceptUri'])}",
        "slug": slug(row["conceptUri"]),
        "codes": [cut(row["conceptUri"])],
        "addedIn": 1,
        "changedIn": 1,
        **_EVIDENCE,
        **more,
    }


async def load_esco(database: Database) -> dict[str, int]:
    """Write roles, skills, what roles need, and the skills' tree; how many of each."""
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
    await prepare(database, MODEL)
    roles = [
        _node("Role", row, kind="OTHER", status="CURRENT", trainingRoutes=[], inherited=[])
        for row in _rows("occupations_en")
    ]
    skills = [
        _node("Skill", row, kind="KNOWLEDGE" if row["skillType"] == "knowledge" else "SKILL")
        for row in _rows("skills_en")
    ]
    source = {
        "id": "Source:esco",
        "slug": "esco",
        "name": "ESCO v1.1.1",
        "nameFolded": "esco v1.1.1",
        "nameWords": "esco v1 1 1",
    }
    for label, nodes in (
        ("Role", roles),
        ("Skill", skills),
        ("Source", [{**source, "altNames": [], **_EVIDENCE}]),
    ):
        for start in range(0, len(nodes), _BATCH):
            await database.run(
                f"UNWIND $rows AS row CREATE (n:Entity:{label}) SET n = row",
                {"rows": nodes[start : start + _BATCH]},
            )
    known = {node["slug"] for node in (*roles, *skills)}
    needs = [
        [slug(row["occupationUri"]), slug(row["skillUri"]), row["relationType"].upper()]
        for row in _rows("occupationSkillRelations")
        if {slug(row["occupationUri"]), slug(row["skillUri"])} <= known
    ]
    tree = [
        [slug(row["conceptUri"]), slug(row["broaderUri"])]
        for row in _rows("broaderRelationsSkillPillar")
        if {slug(row["conceptUri"]), slug(row["broaderUri"])} <= known
    ]
    codes = [
        [slug(row["conceptUri"]), row["conceptUri"].lower()]
        for name in ("occupations_en", "skills_en")
        for row in _rows(name)
    ]
    for statement, rows in (
        (
            "UNWIND $rows AS row MATCH (n:Role|Skill {slug: row[0]}) CREATE (i:Identifier"
            " {scheme: 'ESCO', schemeVersion: '1.1.1', value: row[1]})"
            " CREATE (n)-[r:IDENTIFIED_BY {matchType: 'EXACT'}]->(i) SET r += $evidence",
            codes,
        ),
        (
            "UNWIND $rows AS row MATCH (a:Role {slug: row[0]}) MATCH (b:Skill {slug: row[1]})"
            " CREATE (a)-[r:REQUIRES {importance: row[2]}]->(b) SET r += $evidence",
            needs,
        ),
        (
            "UNWIND $rows AS row MATCH (a:Skill {slug: row[0]}) MATCH (b:Skill {slug: row[1]})"
            " CREATE (a)-[r:BROADER_SKILL]->(b) SET r += $evidence",
            tree,
        ),
    ):
        for start in range(0, len(rows), _BATCH):
            batch = {"rows": rows[start : start + _BATCH], "evidence": _EVIDENCE}
            await database.run(statement, batch)
    await database.run("CALL db.awaitIndexes(120)")
    await plan_anew(database)
    return {"roles": len(roles), "skills": len(skills), "needs": len(needs), "tree": len(tree)}
