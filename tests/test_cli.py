"""What a command imports before it runs: only what it needs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import cli
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


def test_what_changes_something_is_in_the_audit_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who, when, what and what came of it; never a token."""
    monkeypatch.setenv("ROLEGRAPH_HOME", str(tmp_path))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    assert cli.main(["token", "add", "made-up", "--may", "read"]) == 0
    secret = capsys.readouterr().out.strip()
    assert cli.main(["token", "add", "made-up", "--may", "read"]) == 1
    assert cli.main(["load", "made-up-source"]) != 0
    for looks in (["token", "list"], ["db", "status"], ["load", "--list"], ["schema"]):
        cli.main(looks)
    text = (tmp_path / "audit.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["what"], line["result"]) for line in lines] == [
        ("token add made-up --may read", "done"),
        ("token add made-up --may read", "failed, status 1"),
        ("load made-up-source", "failed, status 2"),
    ]
    assert all("@" in line["who"] and line["at"].startswith("20") for line in lines)
    assert secret not in text
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o777 == 0o600
