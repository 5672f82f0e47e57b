"""Golden cases: a query and the answer of the seed; each run for real.

What Cypher becomes of a query is in `tests/compiler/cases`, on a model that stays as it is.

`UPDATE_CASES=1 make test-only ARGS=tests/test_cases.py` writes them anew; read the
difference before committing it.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from graph.database.session import Database
from graph.execution import fallback
from graph.execution.engine import Engine
from graph.mapping.handwritten import declared_properties
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import SCHEMA, Runner
from tests.oracle.questions import READ_ELSEWHERE, READINGS

CASES = Path(__file__).parent / "cases"
QUESTIONS = CASES.parents[1] / "questions"
WITHOUT_CASE = {
    "dataVersion": "tests/test_changes.py: it is made up anew by each load",
    "loads": "tests/loaders/test_load.py: it has the times of loads",
}
"""Questions whose answers no file can keep, and who looks at them."""
ALL = sorted([*CASES.glob("*.graphql"), *QUESTIONS.glob("*.graphql")])
KNOWN = declared_properties(MODEL)
UPDATE = bool(os.environ.get("UPDATE_CASES"))


class Counting:
    """The database, with every round trip at the driver kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.columns: list[list[Any]] = []

    async def read(self, statement: str, parameters: Any) -> list[Any]:
        found = await self._database.read(statement, parameters)
        self.columns.append(found)
        return found


def variables_of(case: Path) -> dict[str, Any]:
    file = case.with_suffix(".variables.json")
    return json.loads(file.read_text()) if file.exists() else {}


def golden(file: Path, found: str) -> None:
    if UPDATE:
        file.write_text(found, "utf-8")
    assert file.exists(), f"{file.name} is missing: run with UPDATE_CASES=1 and read it"
    assert found == file.read_text("utf-8")


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.stem)
def test_case(case: Path, seeded: Database, run: Runner) -> None:
    counting = Counting(seeded)
    engine = Engine(SCHEMA, MODEL, counting, Limits())
    text, variables = case.read_text("utf-8"), variables_of(case)
    run(seeded.read("RETURN 1", {}))
    before = seeded.reads, seeded.looks
    answer = run(engine.execute(text, variables))

    assert answer.code is None, answer.body.decode()
    assert (seeded.reads, seeded.looks) == (before[0] + 1, before[1]), (
        "one operation is one round trip"
    )
    golden(
        case.with_suffix(".json"),
        json.dumps(json.loads(answer.body), indent=2, ensure_ascii=False) + "\n",
    )
    prepared = engine.plans.prepare(text, variables, None)

    # The same rows through graphql-core's own executor give the same answer.
    values = prepared.bound.values
    root = prepared.compiled.projector.project_unchecked(counting.columns[0], values)
    result = fallback.execute(SCHEMA, prepared, root)
    assert result.errors is None
    assert result.data == json.loads(answer.body)["data"]


def test_no_deprecation_or_warning_in_any_statement(
    engine: Engine, seeded: Database, run: Runner
) -> None:
    """EXPLAIN every statement on the real database and look at what it notes."""
    import neo4j

    driver = neo4j.GraphDatabase.driver(
        seeded.address.uri, auth=(seeded.address.username, seeded.address.password)
    )
    noted: dict[str, list[str]] = {}
    with driver, driver.session() as session:
        for case in ALL:
            prepared = engine.plans.prepare(case.read_text("utf-8"), variables_of(case), None)
            parameters = prepared.bound.parameters
            summary = session.run(f"EXPLAIN {prepared.compiled.cypher}", parameters).consume()
            # The seed has nodes neither of all labels (01N50) nor of all relationship types
            # (01N51); a property that is not there (01N52) would be a slip.
            notes = [
                f"{note.gql_status} {note.status_description}"
                for note in summary.gql_status_objects
                if note.is_notification and not _is_missing(note)
            ]
            if notes:
                noted[case.stem] = notes
    assert noted == {}


def _is_missing(note: Any) -> bool:
    """Whether it says that the seed has nothing of what the model declares."""
    if note.gql_status in ("01N50", "01N51"):
        return True
    named = re.findall(r"`(\w+)`", note.status_description)
    return note.gql_status == "01N52" and not KNOWN.isdisjoint(named)


def test_every_question_has_a_case_and_a_reading() -> None:
    """What is written by hand is asked in a golden case, and read plainly by the oracle."""
    asked: set[str] = set()
    for case in ALL:
        text = re.sub(r"#.*", "", case.read_text("utf-8"))
        asked |= set(re.findall(r"\w+(?= *[({])", text))
    written = {*MODEL.questions, *(name for kind in MODEL.types for name in kind.computed)}
    assert written - asked == WITHOUT_CASE.keys(), "add a case to tests/cases, or say why not"
    read = READINGS.keys() | READ_ELSEWHERE.keys()
    assert MODEL.questions.keys() ^ read == set(), "add a reading to tests/oracle/questions.py"
    for reason in (*WITHOUT_CASE.values(), *READ_ELSEWHERE.values()):
        assert (CASES.parents[1] / reason.partition(":")[0]).exists()
