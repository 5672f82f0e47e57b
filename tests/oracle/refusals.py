"""What a client is refused, read plainly: of an argument that is not usable its field fails."""

from typing import Any

from graphql import GraphQLError, GraphQLInputObjectType, get_named_type

_SEEN_THROUGH = {"and", "or", "not", "node", "edge", "some", "all", "none", "single"}
"""Members of a filter that are no fields."""


class Refused(Exception):
    """The client asks for what cannot be answered."""


def paths(errors: list[GraphQLError] | None) -> list[Any]:
    """Where fields ended in an error that is the client's; any other error is the oracle's own."""
    for error in errors or ():
        if not isinstance(error.original_error, Refused | GraphQLError | None):
            raise error.original_error
    return [error.path for error in errors or ()]


def refuse_unusable(definition: Any, arguments: dict[str, Any]) -> None:
    """Refuse what the types of a field's arguments allow, but the service does not."""
    if "where" in definition.args:
        _no_null(definition.args["where"].type, arguments.get("where"))
        for item in arguments.get("orderBy") or ():
            _one_direction(item)


def _one_direction(item: Any) -> None:
    if isinstance(item, dict) and len(item) == 1:
        _one_direction(*item.values())
    elif isinstance(item, dict) or item is None:
        raise Refused(item)


def _no_null(type_: Any, value: Any) -> None:
    """Null in a filter says of a to-one field that there is none, and nothing elsewhere."""
    if isinstance(value, list):
        for item in value:
            _no_null(type_, item)
    elif isinstance(value, dict):
        fields = get_named_type(type_).fields
        for name, member in value.items():
            inner = get_named_type(fields[name].type)
            is_to_one = name not in _SEEN_THROUGH and inner.name.endswith("Where")
            if member is None and not is_to_one:
                raise Refused(name)
            if isinstance(inner, GraphQLInputObjectType):
                _no_null(inner, member)
