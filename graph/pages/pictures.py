"""Pictures: each is drawn by a script from tables of the page, which say the same without it."""

from collections.abc import Iterable
from dataclasses import dataclass

_SCRIPTS = {"heat": "charts.js", "bars": "charts.js"}
_NETWORK = "network.js"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows; `kind` is how the script draws it.

    `heat`: a table's cells as a map of squares. `bars`: a bar for each row, of the columns from
    `first` on. `steps`: from left to right, a step for each row of all tables with `is_steps`.
    `neighbours`: one thing, and what the tables of its page relate it to; it grows by what is
    chosen in it, from the tables of other pages.
    """

    kind: str
    title: str
    finding: str
    first: int = 1


def scripts(pictures: Iterable[Picture]) -> tuple[str, ...]:
    """The scripts that draw these."""
    return tuple(dict.fromkeys(_SCRIPTS.get(each.kind, _NETWORK) for each in pictures))
