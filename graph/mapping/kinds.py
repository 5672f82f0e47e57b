"""The kinds of values that a property can hold: all that depends on the kind, in one place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any

from msgspec import Meta

INT = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""GraphQL's Int."""
FLOAT = Annotated[float, Meta(ge=-1.7976931348623157e308, le=1.7976931348623157e308)]
"""GraphQL's Float: finite."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What follows from a kind.

    `annotation` declares it in Python; `written` are the types that a seed file may give and
    `stored` those that the graph has; `row` checks a value in an answer; `read` makes it of a
    cell of a table and raises ValueError where it is not one.
    """

    word: str
    expected: str
    scalar: str
    filter: str
    annotation: type
    written: tuple[type, ...]
    stored: tuple[type, ...]
    row: Any
    json_type: str
    read: Callable[[str], Any] = str
    json_format: str = ""
    aggregate: str = "ValueAggregate"
    is_few: bool = False
    """Whether there are few different values."""


WHOLE = re.compile(r"-?[0-9]{1,400}(\.0+)?")
"""A whole number in ASCII digits; a spreadsheet may have given it a point."""
NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


def _whole(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text.partition(".")[0])


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _yes_no(text: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


class Kind(Enum):
    """What a property holds; a date is stored as ISO text, an enum's member by its name."""

    TEXT = Traits(
        "text", "text; put numbers and dates in quotes", "String", "TextFilter",
        str, (str,), (str,), str, "string",
    )  # fmt: skip
    INT = Traits(
        "int", "a whole number", "Int", "IntFilter",
        int, (int,), (int,), INT, "integer", read=_whole, aggregate="IntAggregate",
    )  # fmt: skip
    FLOAT = Traits(
        "float", "a number", "Float", "FloatFilter",
        float, (int, float), (int, float), FLOAT, "number", read=_number,
        aggregate="FloatAggregate",
    )  # fmt: skip
    BOOLEAN = Traits(
        "boolean", "true or false", "Boolean", "BooleanFilter",
        bool, (bool,), (bool,), bool, "boolean", read=_yes_no, is_few=True,
    )  # fmt: skip
    DATE = Traits(
        "date", "a date such as 2026-11-23", "Date", "DateFilter",
        date, (date,), (str,), str, "string", json_format="date", aggregate="DateAggregate",
    )  # fmt: skip
    ENUM = Traits(
        "enum", "one of its values", "", "",
        Enum, (str,), (str,), str, "string", is_few=True,
    )  # fmt: skip

    @property
    def is_text(self) -> bool:
        """Whether it is stored as text."""
        return self.value.row is str
