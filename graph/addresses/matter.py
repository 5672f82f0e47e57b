"""The comments at the start of a saved question's file: its title, what it answers, its rows."""

import re
from dataclasses import dataclass
from pathlib import Path

from graph.errors import SettingsError

_COMMENT = re.compile(r"#\s?(.*)")


@dataclass(slots=True)
class Matter:
    """What the comments at the start of a file say; lines are for errors."""

    title: str
    description: str
    rows: tuple[str, int] | None
    columns: dict[str, tuple[str, int]]


def front_matter(file: Path, text: str) -> Matter:
    """What the comments say; raise SettingsError naming file and line."""
    found = Matter("", "", None, {})
    for at, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.fullmatch(line.strip())
        if not comment:
            break
        word, colon, rest = comment[1].partition(":")
        if not found.title:
            found.title = comment[1].strip()
        elif colon and word == "answers":
            found.description = rest.strip()
        elif colon and word == "rows":
            found.rows = (rest.strip(), at)
        elif colon and word.startswith("column "):
            found.columns[word.removeprefix("column ").strip()] = (rest.strip(), at)
        elif comment[1].strip():
            raise problem(
                file, at, f"{comment[1][:40]!r} is not `answers:`, `rows:` or `column NAME:`"
            )
    if not found.title:
        raise problem(file, 1, "the first line is not a comment with the question's title")
    return found


def problem(file: Path, line: int, what: str) -> SettingsError:
    """What is wrong with a question's file, and where."""
    return SettingsError(f"{file}:{line}: {what}.", "Correct the file, then start again.")
