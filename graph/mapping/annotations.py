"""What the annotation of a property says of the values that are stored."""

import types
from enum import Enum
from typing import Any, Union, cast, get_args, get_origin

from graph.mapping.kinds import Kind

_KINDS: dict[object, Kind] = {kind.value.annotation: kind for kind in Kind}
STORABLE = "Use str, int, float, bool, date or an Enum, each also `| None`, or list[str]."


def read_annotation(hint: Any) -> tuple[Kind, bool, bool, type[Enum] | None] | None:
    """Kind, whether null, whether a list, its enum; None for what cannot be stored."""
    nullable = many = False
    if get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        nullable, hint = True, inner[0] if len(inner) == 1 else hint
    if get_origin(hint) is list:
        many, hint = True, get_args(hint)[0]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return None if many else (Kind.ENUM, nullable, many, hint)
    kind = _KINDS.get(cast(object, hint))
    if kind is None or (many and nullable) or (many and kind is not Kind.TEXT):
        return None
    return kind, nullable, many, None
