"""Values that JSON has no type for."""

from datetime import date


def parse_date(value: object) -> str:
    """An ISO 8601 date as it is stored; raise ValueError where it is none."""
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value).isoformat()
    raise ValueError("a date is text such as 2026-11-23")
