"""The parameters of a URL: text -> names with their values, and values by GraphQL's types.

Every refusal is a BadParameter, which names the parameter and says what to do.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl

from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull
from graphql.pyutils import did_you_mean, suggestion_list

from graph.errors import BadUserInput
from graph.mapping.scalars import parse_date

Pairs = Sequence[tuple[str, str]]
_SHOWN = 60
OPTIONS = ("all", "bom", "about")
"""Parameters of a table besides those of the list."""


class BadParameter(BadUserInput):
    """A URL parameter that cannot be used; `parameter` is its name."""

    def __init__(self, parameter: str, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.parameter = parameter


def read_pairs(query_string: str, most: int) -> Pairs:
    """What stands after the `?` of a URL, in order; at most so many parameters."""
    try:
        return parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=most)
    except UnicodeError as error:
        raise BadParameter(
            "", "The URL's parameters are not UTF-8.", "Percent-encode them as UTF-8."
        ) from error
    except ValueError as error:
        raise BadParameter(
            "", f"The URL has more than {most} parameters, the most allowed.", "Give fewer."
        ) from error


class Parameters:
    """Parameters by name, each taken once; `rest` are those that nobody has taken."""

    def __init__(self, pairs: Pairs) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def one(self, name: str) -> str | None:
        """The value of a parameter that may stand once; None where it is not there or empty."""
        values = self._values.pop(name, [])
        if len(values) > 1:
            raise BadParameter(name, f"`{name}` is given {len(values)} times.", "Give it once.")
        return values[0] if values and values[0] else None

    def listed(self, name: str, most: int) -> tuple[str, ...]:
        """The parts of a value that are separated by commas, each different."""
        parts = tuple(part.strip() for part in (self.one(name) or "").split(",") if part.strip())
        check_number(name, len(parts), most)
        for part in parts:
            if parts.count(part) > 1:
                raise BadParameter(name, f"`{name}` names {shown(part)} twice.", "Name it once.")
        return parts

    def number(self, name: str, most: int, limit: str) -> int | None:
        """A whole number from 1 to `most`, which the setting `limit` says."""
        text = self.one(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            raise BadParameter(
                name,
                f"`{name}` is {shown(text)}.",
                f"Give a whole number from 1 to {most} ({limit}).",
            )
        return int(text)

    def flag(self, name: str) -> bool:
        """Whether a parameter is 1; false where it is not there."""
        text = self.one(name)
        if text not in (None, "0", "1"):
            raise BadParameter(name, f"`{name}` is {shown(text)}.", "Give 1 or 0, or leave it out.")
        return text == "1"

    def leave(self, name: str) -> None:
        """Forget a parameter that means something to somebody else."""
        self._values.pop(name, None)

    def rest(self) -> Mapping[str, Sequence[str]]:
        """What has not been taken, by name; what is empty, as forms send it, does not count."""
        filled = {
            name: [value for value in values if value] for name, values in self._values.items()
        }
        return {name: values for name, values in filled.items() if values}


def shown(text: object) -> str:
    """A value as an error quotes it."""
    quoted = repr(text)
    return quoted if len(quoted) <= _SHOWN else f"{quoted[:_SHOWN]}...'"


def check_number(name: str, number: int, most: int) -> None:
    """Raise BadParameter where a parameter has too many values."""
    if number > most:
        raise BadParameter(
            name,
            f"`{name}` has {number} values; at most {most} are allowed (ROLEGRAPH_LIST_ITEMS).",
            "Give fewer.",
        )


def unknown(name: str, part: str, options: Iterable[str], what: str) -> BadParameter:
    """The refusal of a name that is not there, with those nearest to it."""
    nearest = did_you_mean([f"`{near}`" for near in suggestion_list(part, list(options))[:3]])
    return BadParameter(name, f"{what}.{nearest}".replace("`'", "`").replace("'`", "`"))


def named(type_: Any) -> Any:
    """A GraphQL type without lists and `!`."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = cast(Any, type_).of_type
    return type_


def is_list(type_: Any) -> bool:
    """Whether a GraphQL type is a list."""
    inner = cast(Any, type_).of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLList)


def several_of(value: Any) -> list[Any]:
    """A value as a list: itself, if it is one."""
    return cast(list[Any], value) if isinstance(value, list) else [value]


def parse_value(name: str, text: str, type_: Any) -> Any:
    """A text as a value of a scalar or an enum, as JSON has it."""
    if isinstance(type_, GraphQLEnumType):
        if text in type_.values:
            return text
        options = ", ".join(type_.values)
        raise BadParameter(name, f"`{name}` is {shown(text)}.", f"Give one of: {options}.")
    read, words = _READ.get(type_.name, (str, "a text"))
    try:
        return read(text)
    except ValueError as error:
        raise BadParameter(
            name, f"`{name}` is {shown(text)}, which is not {words}.", f"Give {words}."
        ) from error


def _int(text: str) -> int:
    if len(text) > 11 or not -(2**31) <= int(text) < 2**31:
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError from None


_READ: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "Int": (_int, "a whole number of at most 32 bits"),
    "Float": (_float, "a number"),
    "Boolean": (_boolean, "true or false"),
    "Date": (parse_date, "a date such as 2026-11-23"),
}
