"""The only quoting there is. Users' values never come here: they are parameters."""

import re

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def name(text: str) -> str:
    """A label, relationship type or property key."""
    if _PLAIN.fullmatch(text):
        return text
    return "`" + text.replace("`", "``") + "`"


def constant(value: str | int | bool | None) -> str:
    """A value that a declaration gives."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
