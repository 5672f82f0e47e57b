"""The types that a row's values are checked against, in C, by msgspec."""

from enum import Enum
from typing import Annotated, Any, Literal, Optional

from msgspec import Meta

from graph.mapping.model import Kind

INT = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""GraphQL's Int."""
FLOAT = Annotated[float, Meta(ge=-1.7976931348623157e308, le=1.7976931348623157e308)]
"""GraphQL's Float: finite."""

_TYPES: dict[Kind, Any] = {
    Kind.TEXT: str,
    Kind.INT: INT,
    Kind.FLOAT: FLOAT,
    Kind.BOOLEAN: bool,
    Kind.DATE: str,
    Kind.ENUM: str,
}


def row_type(kind: Kind, nullable: bool, *, many: bool, enum: type[Enum] | None) -> Any:
    """The type of a property's value in a row."""
    found: Any = Literal[tuple(member.name for member in enum)] if enum else _TYPES[kind]
    if many:
        return list[found]
    return Optional[found] if nullable else found  # noqa: UP045  the type is a value here
