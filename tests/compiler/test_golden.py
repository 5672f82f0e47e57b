"""Golden cases of the compiler: a query of a small made-up model, and the Cypher it becomes.

`UPDATE_CASES=1 make test-only ARGS=tests/compiler` writes them anew; read the difference
before committing it.
"""

from pathlib import Path

import pytest

from graph.execution.plans import Plans
from graph.mapping.derive import build_schema
from graph.settings import Limits
from tests.compiler.library import MODEL
from tests.test_cases import golden, variables_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.graphql"))
PLANS = Plans(build_schema(MODEL), MODEL, Limits())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_statement(case: Path) -> None:
    prepared = PLANS.prepare(case.read_text("utf-8"), variables_of(case), None)
    golden(case.with_suffix(".cypher"), prepared.compiled.cypher + "\n")
