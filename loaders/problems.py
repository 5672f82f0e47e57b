"""What is wrong with a source: every problem with its place and remedy."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.errors import LoadError
from loaders.records import Place


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that keeps a source from being loaded."""

    place: Place
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}"


class SourceRejected(LoadError):
    """A source has problems; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        super().__init__(
            f"{count} problem{'s' if count != 1 else ''} found; nothing was written.",
            "Mend them and load again.",
        )
