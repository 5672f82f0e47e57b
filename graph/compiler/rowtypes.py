"""The types that a row's values are checked against, in C, by msgspec."""

from enum import Enum
from typing import Any, Literal, Optional

from graph.mapping.kinds import FLOAT, INT, Kind

__all__ = ["FLOAT", "INT", "row_type"]


def row_type(kind: Kind, nullable: bool, *, many: bool, enum: type[Enum] | None) -> Any:
    """The type of a property's value in a row."""
    found: Any = Literal[tuple(member.name for member in enum)] if enum else kind.value.row
    if many:
        return list[found]
    return Optional[found] if nullable else found  # noqa: UP045  the type is a value here
