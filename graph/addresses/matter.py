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
    matter = Matter("", "", None, {})
    for at, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.fullmatch(line.strip())
        if not comment:
            break
        word, colon, rest = comment[1].partition(":")
        if not matter.title:
            matter.title = comment[1].strip()
        elif colon and word == "answers":
            matter.description = rest.strip()
        elif colon and word == "rows":
            matter.rows = (rest.strip(), at)
        elif colon and word.startswith("column "):
            matter.columns[word.removeprefix("column ").strip()] = (rest.strip(), at)
        elif comment[1].strip():
            raise problem(
                file, at, f"{comment[1][:40]!r} is not `answers:`, `rows:` or `column NAME:`"
            )
    if not matter.title:
        raise problem(file, 1, "the first line is not a comment with the question's title")
    return matter


def problem(file: Path, line: int, what: str) -> SettingsError:
    """What is wrong with a question's file, and where."""
    return SettingsError(f"{file}:{line}: {what}.", "Correct the file, then start again.")
