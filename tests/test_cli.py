"""What a command imports before it runs, whose graph it speaks to, and what it leaves in the log."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from graph.database.services import announced
from graph.settings import Settings
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


def test_a_command_is_about_the_same_graph_from_whichever_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Settings.from_environment({"ROLEGRAPH_HOME": "made-up"}).home
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"ROLEGRAPH_HOME": "made-up"}).home == here
    assert here == ROOT / "made-up"
    assert Settings.from_environment({}).home == ROOT / ".rolegraph"


def test_a_load_beside_the_service_of_another_graph_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for home, is_told in (("other", True), ("own", False)):
        monkeypatch.setenv("ROLEGRAPH_HOME", str(tmp_path / home))
        with announced(Settings.from_environment(os.environ), "http://127.0.0.1:8765"):
            monkeypatch.setenv("ROLEGRAPH_HOME", str(tmp_path / "own"))
            cli.main(["load", "made-up-source"])
        said = capsys.readouterr().err
        assert is_told == (
            "A service at http://127.0.0.1:8765 shows another graph, in"
            f" {tmp_path / 'other'}. To load into that one, set ROLEGRAPH_HOME to it." in said
        )


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
