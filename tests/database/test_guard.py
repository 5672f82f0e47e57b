"""The process between us and Neo4j, with a made-up program in Neo4j's place."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT


def test_it_ends_however_often_it_is_told_to(tmp_path: Path) -> None:
    """Told again while it is being told: a lock in the handler would be waited for for ever."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    command = [str(program), "arguments", str(tmp_path / "log"), "owned"]
    guards = [
        subprocess.Popen(
            [sys.executable, "-m", "graph.database.guard", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        for _ in range(24)
    ]
    for guard in guards:
        assert guard.stdout and int(guard.stdout.readline())
    for guard in guards:
        # Some fifty microseconds later the first one is being handled.
        for _ in range(500):
            os.kill(guard.pid, signal.SIGTERM)
            time.sleep(0)
    for guard in guards:
        try:
            guard.communicate(timeout=10)
        finally:
            guard.kill()
