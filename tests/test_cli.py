"""What a command imports before it runs: only what it needs."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAVY = ("graphql", "strawberry", "neo4j", "starlette", "uvicorn", "rich", "graph.schema")


@pytest.mark.parametrize(
    "command", [["--help"], ["load", "--list"], ["db", "status"], ["db", "path"]]
)
def test_commands_without_a_schema_import_little(command: list[str]) -> None:
    code = f"""
import sys, cli
try:
    cli.main({command!r})
except SystemExit:
    pass
print("imported", [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "imported []"
