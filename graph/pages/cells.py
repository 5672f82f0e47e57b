"""The cells of tables, and what a statement in one rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.pages.page import Data

EVIDENCE = "confidence evidence { confidence readOn source { slug name publisher year } }"
"""What documents ask of statements whose evidence they show."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `href` where it leads somewhere."""

    texts: Sequence[str]
    href: str = ""
    is_number: bool = False
    statement: Data | None = None
    """What a statement rests on, as the documents ask it; `texts` are the names of its sources."""
    about: str = ""
    """Of what the statement is, for those who hear the page."""


def evidence(statement: Data, about: str) -> Cell:
    """The cell of what a statement rests on: sources, confidence and date, folded."""
    texts = [each["source"]["name"] for each in statement["evidence"]]
    return Cell(texts, statement=statement, about=about)
