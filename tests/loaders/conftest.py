"""What tests of loads share."""

from pathlib import Path

import pytest

import cli
from graph.database import session
from graph.settings import Neo4jAddress


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads while these tests load: releases need no notice (tests/database has that)."""
    monkeypatch.setattr(session, "NOTICE_S", 0.0)


@pytest.fixture
def command(
    address: Neo4jAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """Runs `rolegraph` on the tests' database; gives status and what it printed."""
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_USERNAME", address.username)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    monkeypatch.setenv("ROLEGRAPH_HOME", str(tmp_path / "home"))

    def run_command(*arguments: object) -> tuple[int, str, str]:
        status = cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_command
