"""Values that JSON has no type for."""

import re
from datetime import date

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
"""Python takes other forms of ISO 8601 too, such as `2026-W48-1`."""


def parse_date(value: object) -> str:
    """A date as it is stored; raise ValueError where it is none."""
    if isinstance(value, str) and DATE.fullmatch(value):
        return date.fromisoformat(value).isoformat()
    raise ValueError("a date is text such as 2026-11-23")
