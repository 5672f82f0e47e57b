"""No text of a request gets into a statement: Cypher's and Lucene's own words are values like others.

Every text of every worked question and golden case is put in the place of each payload in turn.
"""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from graph.compiler.document import DocumentErrors
from graph.cypher import escape
from graph.database.session import Database
from graph.errors import RolegraphError
from graph.execution.engine import Engine
from loaders.digest import graph_digest
from tests.conftest import ROOT, Runner

MARK = "Injected"
PAYLOADS = (
    f"x'}}) DETACH DELETE n CREATE (:{MARK}) //",
    f'x"}}) CREATE (:{MARK}) //',
    f"x`) CREATE (:{MARK}) //",
    f"x\\' OR true CREATE (:{MARK}) /*",
    f"\\u0027 CREATE (:{MARK}) //",
    f"$p0 CALL {{ CREATE (:{MARK}) }} IN TRANSACTIONS",
    f"{MARK}:* OR name:[* TO *] AND {MARK}~",
    f"{MARK}) UNION MATCH (n) DELETE n RETURN (1",
)
TEXT = re.compile(r'(?<!")"(?:[^"\\\n]|\\.)*"(?!")')
CASES = [
    file
    for folder in ("questions", "tests/cases")
    for file in sorted((ROOT / folder).glob("*.graphql"))
]


def _requests(case: Path) -> Iterator[tuple[str, Any]]:
    """The case with one of its texts replaced, once for each of them."""
    text = "\n".join(line for line in case.read_text("utf-8").splitlines() if "#" not in line)
    beside = case.with_suffix(".variables.json")
    variables = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
    payloads = cycle(PAYLOADS)
    for literal in TEXT.finditer(text):
        put = json.dumps(next(payloads), ensure_ascii=False)
        yield text[: literal.start()] + put + text[literal.end() :], variables
    for name, value in variables.items():
        if isinstance(value, str):
            yield text, {**variables, name: next(payloads)}
        elif isinstance(value, list) and value and isinstance(value[0], str):
            yield text, {**variables, name: [next(payloads), *value[1:]]}


def test_texts_of_requests_are_values(engine: Engine, seeded: Database, run: Runner) -> None:
    before = run(graph_digest(seeded))
    statements = 0
    for case in CASES:
        for text, variables in _requests(case):
            try:
                asked = engine.plans.prepare(text, variables, None)
            except (DocumentErrors, RolegraphError):
                continue  # an enum or a date, say, is refused before there is a statement
            assert MARK not in (asked.compiled.cypher or ""), (case.name, text, variables)
            statements += 1
            if statements % 4:  # Neo4j plans each for some 200 ms
                continue
            answer = json.loads(run(engine.execute(text, variables)).body)
            codes = {each["extensions"]["code"] for each in answer.get("errors", [])}
            assert codes <= {"BAD_USER_INPUT", "QUERY_TOO_COMPLEX"}, (case.name, text, answer)
    assert statements > 80
    assert run(graph_digest(seeded)) == before
    assert run(seeded.rows(f"MATCH (n:{MARK}) RETURN count(n)")) == [[0]]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_of_the_model_are_escaped(payload: str, seeded: Database, run: Runner) -> None:
    statement = (
        f"OPTIONAL MATCH (n:{escape.name(payload)}) RETURN count(n), {escape.constant(payload)}"
    )
    assert run(seeded.rows(statement)) == [[0, payload]]
