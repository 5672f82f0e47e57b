"""The audit log: who did what to a graph or a service by a command, when, and what came of it."""

import getpass
import json
import os
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from graph.settings import Settings

AUDITED = ("load", "restore", "backup", "token", "db")
_LOOKS = (["token", "list"], ["db", "status"], ["db", "path"], ["load", "--list"])
"""Commands that change nothing."""


def record(settings: Settings, command: Sequence[str], status: int) -> None:
    """Add a line to `audit.jsonl` in the data folder; say so where that cannot be."""
    if not command or command[0] not in AUDITED or list(command[:2]) in _LOOKS:
        return
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": _who(),
        "what": " ".join(command),
        "graph": settings.neo4j.uri if settings.neo4j else str(settings.home),
        "result": "done" if status == 0 else f"failed, status {status}",
    }
    file = settings.home / "audit.jsonl"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        print(f"The audit log {file} cannot be written: {error.strerror}.", file=sys.stderr)


def _who() -> str:
    """The user of this machine, and the machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        name = f"user {os.getuid()}"
    return f"{name}@{socket.gethostname()}"
