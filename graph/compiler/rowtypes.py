"""The types that a row's values are checked against, in C, by msgspec."""

from enum import Enum
from typing import Annotated, Any, Literal, Optional

from msgspec import Meta

from graph.mapping.kinds import FLOAT, INT, Kind

__all__ = ["FLOAT", "INT", "cursor_type", "row_type"]

_DATE = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]


def cursor_type(kind: Kind, nullable: bool, *, enum: type[Enum] | None) -> Any:
    """The type of a sort key in a cursor, which clients may have made themselves."""
    type_: Any = _DATE if kind is Kind.DATE else kind.value.row
    if enum:
        type_ = Literal[tuple(member.name for member in enum)]
    return Optional[type_] if nullable else type_  # noqa: UP045  the type is a value here


def row_type(kind: Kind, nullable: bool, *, many: bool, enum: type[Enum] | None) -> Any:
    """The type of a property's value in a row."""
    type_: Any = Literal[tuple(member.name for member in enum)] if enum else kind.value.row
    if many:
        return list[type_]
    return Optional[type_] if nullable else type_  # noqa: UP045  the type is a value here
