"""What is wrong with a source: every problem with its place and remedy."""

import csv
import errno
import io
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TextIO

from graph.errors import LoadError
from graph.files import written_whole
from loaders.records import Place

_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that keeps a record, or a reference alone, from being loaded."""

    place: Place
    message: str
    remedy: str
    value: str = ""
    is_reference: bool = field(default=False, compare=False)
    """Whether a reference alone is left out, and not the whole record that makes it."""
    follows: bool = field(default=False, compare=False)
    """Whether it is there only because another record is left out."""
    record: Place | None = field(default=None, compare=False)
    """Where the record that is left out begins, if that is elsewhere."""

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many things, as a number or as a part of all, a load may leave out or retire."""

    count: int = 0
    percent: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Tolerance":
        """`25`, or `1%` of all; ValueError for anything else."""
        if match := re.fullmatch(r"(\d+(?:\.\d+)?)%", text):
            percent = float(match[1])
            if percent > 100:
                raise ValueError(text)
            return cls(percent=percent)
        if not re.fullmatch(r"\d+", text):
            raise ValueError(text)
        return cls(count=int(text))

    def allows(self, count: int, of: int) -> bool:
        """Whether so many of so many are allowed."""
        return count <= max(self.count, of * self.percent / 100)

    def __bool__(self) -> bool:
        return bool(self.count or self.percent)

    def __str__(self) -> str:
        return f"{self.percent:g}%" if self.percent else str(self.count)


NO_PROBLEMS = Tolerance()


def count_left_out(problems: Iterable[Problem]) -> int:
    """How many records and references are not loaded: a record with three problems is one."""
    records: dict[tuple[str, int, int, int], set[Problem]] = {}
    whole: set[tuple[str, int, int, int]] = set()
    for problem in problems:
        place = problem.record or problem.place
        key = (place.file, place.line, place.column, place.record)
        records.setdefault(key, set()).add(problem)
        if not problem.is_reference:
            whole.add(key)
    return sum(1 if key in whole else len(here) for key, here in records.items())


class SourceRejected(LoadError):
    """A source has problems, more than are tolerated; nothing was written."""

    def __init__(self, problems: Iterable[Problem], tolerance: Tolerance | None = None) -> None:
        all_of_them = sorted(set(problems))
        own = [problem for problem in all_of_them if not problem.follows]
        # What follows from others goes away with them; it counts where the others are tolerated.
        self.problems = tuple(own if own and not tolerance else all_of_them)
        self.is_shown = False
        """Whether the problems were shown already."""
        count = len(self.problems)
        message = f"{count:,} problem{'s' if count != 1 else ''} found; nothing was written."
        if tolerance is None:
            super().__init__(message, "Fix them and load again.")
            return
        left_out = count_left_out(all_of_them)
        super().__init__(
            f"{message} {left_out:,} records or references would be left out, and"
            f" {tolerance} may be.",
            f"Fix them and load again, or load the rest with `--tolerate {left_out}`.",
        )


class RetiresTooMuch(LoadError):
    """A load would take away more than anybody expects; nothing was written."""


class CannotWrite(LoadError):
    """The file for the problems cannot be written."""


class UnreadableFile(LoadError):
    """A file is of another shape than the source expects: nothing of it can be trusted."""


def see_writable(file: Path) -> None:
    """Raise CannotWrite where a file could not be written."""
    with _writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if file.is_file() or not file.exists():
            with NamedTemporaryFile(dir=file.resolve().parent):
                pass


def write_csv(file: Path, problems: Iterable[Problem]) -> None:
    """Write problems as a table that a spreadsheet opens without running anything in it.

    Raises CannotWrite; the file is then as it was.
    """
    with _writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(file) as stream:
            text = io.TextIOWrapper(stream, "utf-8", "backslashreplace", newline="")
            _write(text, problems)
            text.flush()
            text.detach()


def _write(stream: TextIO, problems: Iterable[Problem]) -> None:
    writer = csv.writer(stream)
    writer.writerow(("file", "line", "record", "column", "value", "reason", "remedy"))
    for problem in problems:
        place = problem.place
        row = (
            place.file,
            place.line or "",
            place.record or "",
            place.field or (place.column or ""),
            problem.value,
            problem.message,
            problem.remedy,
        )
        writer.writerow([inert(cell) for cell in row])


@contextmanager
def _writing(file: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            f"The problems cannot be written to {file}: {error.strerror}.",
            "Name another file with `--rejected FILE`.",
        ) from error


def inert(cell: object) -> object:
    """A cell in which a spreadsheet runs nothing."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
