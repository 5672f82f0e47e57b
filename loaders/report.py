"""What a load did, or would do: as text, and as an entry of the history."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from loaders.dataset import Dataset
from loaders.difference import Change, Difference
from loaders.problems import Problem, count_left_out

_MANY = 500
"""From so many nodes and codes that come or go, Neo4j's plans are for another graph.

The seed's first load is one: what was asked in the moments after it would go on to scan.
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did, or would do."""

    difference: Difference
    version: str | None
    seconds: float
    read: int
    problems: tuple[Problem, ...] = ()
    dry: bool = False
    skipped: bool = False
    """Whether the same files had been loaded last, so that nothing had to be compared."""
    stops: str = ""
    """Why a load would stop here, where this is a dry run."""
    remodelled: tuple[str, ...] = ()
    """What had to change in the graph because it was written with another model."""

    @property
    def left_out(self) -> int:
        """How many records and references are not in the graph."""
        return count_left_out(self.problems)

    @property
    def outdates_plans(self) -> bool:
        """Whether Neo4j's plans are for a graph of another size, so that it forgets them."""
        moved = self.difference.nodes + self.difference.identifiers
        return self.version is not None and moved.added + moved.retired >= _MANY

    @property
    def written(self) -> int:
        total = self.difference.nodes + self.difference.relationships + self.difference.identifiers
        return total.added + total.changed + total.retired

    @property
    def rows_per_s(self) -> int:
        return round(self.read / self.seconds) if self.seconds else 0

    def lines(self, *, examples: bool = False) -> list[str]:
        """The report as text."""
        difference = self.difference
        if self.remodelled:
            head = "The graph was written with another model. To bring it to this one:"
            lines = [head, *(f"  {text}." for text in self.remodelled)]
            if self.dry:
                lines.append(
                    "A load does this first; what else it would change shows once that is done."
                    f" Nothing was written ({self.seconds:.1f} s)."
                )
                return lines
            return [*lines, *replace(self, remodelled=()).lines(examples=examples)]
        if self.skipped:
            return [
                f"{difference.source}: these files were loaded last and nothing has changed since;"
                f" nothing was written ({self.seconds:.1f} s). --full compares all the same."
            ]
        lines = [f"{difference.source}: {self.read:,} records read, {self.rows_per_s:,} a second."]
        for name, change in difference.by_type.items():
            if change.is_empty and not examples:
                continue
            lines.append(f"  {name}: {_numbers(change)}")
            if examples:
                for what, some in change.examples.items():
                    if some:
                        lines.append(f"      {what}: {', '.join(some)}")
        for what, change in (
            ("nodes", difference.nodes),
            ("relationships", difference.relationships),
            ("identifiers", difference.identifiers),
        ):
            lines.append(f"{what}: {_numbers(change)}")
        if difference.renewed:
            lines.append(f"shown in the order of sources as it is now: {difference.renewed:,}")
        if self.problems:
            lines.append(
                f"left out: {self.left_out:,} records or references,"
                f" with {len(self.problems):,} problems"
            )
            lines += [f"  {count:,} x {text}" for text, count in reasons(self.problems)]
        if self.dry:
            lines.append(
                f"This is what a load would do; nothing was written ({self.seconds:.1f} s)."
            )
            if self.stops:
                lines.append(f"A load stops here: {self.stops}")
        elif self.version is None:
            lines.append(
                f"The graph says all of it already; nothing was written ({self.seconds:.1f} s)."
            )
        else:
            lines.append(f"Data version {self.version}, written in {self.seconds:.1f} s.")
        return lines


def _numbers(change: Change) -> str:
    return (
        f"{change.added:,} added, {change.changed:,} changed,"
        f" {change.retired:,} retired, {change.unchanged:,} unchanged"
    )


def reasons(problems: Iterable[Problem], most: int = 10) -> list[tuple[str, int]]:
    """The kinds of problems and how many there are of each, without what differs."""
    counts: Counter[str] = Counter()
    for problem in problems:
        words = [word for word in problem.message.split() if not word.startswith(("'", '"'))]
        counts[" ".join(words)] += 1
    return counts.most_common(most)


def run_of(report: Report, dataset: Dataset) -> dict[str, Any]:
    """The load as an entry of the history."""
    total = (
        report.difference.nodes + report.difference.relationships + report.difference.identifiers
    )
    return {
        "source": dataset.source,
        "version": report.version,
        "files": list(dataset.files),
        "filesDigest": dataset.files_digest,
        "read": report.read,
        "written": report.written,
        "added": total.added,
        "changed": total.changed,
        "retired": total.retired,
        "unchanged": total.unchanged,
        "rejected": report.left_out,
        "reasons": [f"{count} x {text}" for text, count in reasons(report.problems)],
        "seconds": round(report.seconds, 3),
        "rowsPerSecond": report.rows_per_s,
    }
