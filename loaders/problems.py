"""What is wrong with a source: every problem with its place and remedy."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import LoadError
from loaders.records import Place

_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that keeps a row, an entry or a reference from being loaded."""

    place: Place
    message: str
    remedy: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many problems a load may have and still be done without what they concern."""

    count: int = 0
    percent: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Tolerance":
        """`25` problems, or `1%` of the records read; ValueError for anything else."""
        if found := re.fullmatch(r"(\d+(?:\.\d+)?)%", text):
            percent = float(found[1])
            if percent > 100:
                raise ValueError(text)
            return cls(percent=percent)
        if not re.fullmatch(r"\d+", text):
            raise ValueError(text)
        return cls(count=int(text))

    def allows(self, problems: int, read: int) -> bool:
        return problems <= max(self.count, read * self.percent / 100)

    def __str__(self) -> str:
        return f"{self.percent:g}%" if self.percent else str(self.count)


NO_PROBLEMS = Tolerance()


class SourceRejected(LoadError):
    """A source has problems, more than are tolerated; nothing was written."""

    def __init__(self, problems: Sequence[Problem], tolerance: Tolerance | None = None) -> None:
        self.problems = tuple(sorted(set(problems)))
        self.told = False
        """Whether the problems were shown already."""
        count = len(self.problems)
        over = f" {tolerance} are tolerated." if tolerance and tolerance != NO_PROBLEMS else ""
        super().__init__(
            f"{count} problem{'s' if count != 1 else ''} found; nothing was written.{over}",
            "Mend them and load again.",
        )


class UnreadableFile(LoadError):
    """A file is of another shape than the source expects: nothing of it can be trusted."""


def write_csv(file: Path, problems: Iterable[Problem]) -> None:
    """Write problems as a table that a spreadsheet opens without running anything in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "line", "record", "column", "value", "reason", "remedy"))
        for found in problems:
            place = found.place
            column = place.field or (place.column or "")
            row = (
                place.file,
                place.line or "",
                place.record or "",
                column,
                found.value,
                found.message,
                found.remedy,
            )
            writer.writerow([inert(cell) for cell in row])


def inert(cell: object) -> object:
    """A cell in which a spreadsheet runs nothing."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
