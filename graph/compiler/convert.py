"""Checks and conversions of users' values, each naming the place in its error."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, cast

from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping.fold import composed, fold
from graph.mapping.scalars import DATE, parse_date

Convert = Callable[[Any], Any]


def text(place: str) -> Convert:
    """Text as it is; no NUL, no half of a surrogate pair."""

    def convert(value: Any) -> Any:
        if isinstance(value, str):
            _check_text(value, place)
        return value

    return convert


def version(place: str) -> Convert:
    """A version of the data as text, or a day; what is written as a day must be one."""
    check = text(place)

    def convert(value: Any) -> Any:
        said = check(value)
        if isinstance(said, str) and DATE.fullmatch(said):
            try:
                parse_date(said)
            except ValueError:
                raise BadUserInput(
                    f"{place} is {said!r}, which is no day.", "Give a day such as 2026-11-01."
                ) from None
        return said

    return convert


def composing(place: str) -> Convert:
    """Text as it is stored, however its accents are written."""
    check = text(place)
    return lambda value: composed(check(value))


def folded(place: str) -> Convert:
    """Text without case and accents, as the folded copies are stored.

    Null, which matches nothing, where nothing is left of it: an accent alone is in every text.
    """
    check = text(place)

    def convert(value: Any) -> str | None:
        result = fold(check(value))
        return None if value and not result else result

    return convert


def every(convert: Convert, place: str, most: int) -> Convert:
    """A list, each member converted, not longer than allowed, none null."""

    def convert_all(value: Any) -> Any:
        items = cast(list[Any], value)
        if len(items) > most:
            raise QueryTooComplex(
                f"{place} has {len(items)} members; at most {most} are allowed.", "Ask in parts."
            )
        if None in items:
            raise BadUserInput(f"{place} has null among its members.", "Leave it out.")
        return [convert(item) for item in items]

    return convert_all


def page_size(place: str, most: int) -> Convert:
    """A number of members from 0 to the limit."""

    def convert(value: Any) -> int:
        if value < 0:
            raise BadUserInput(f"{place} is {value}.", f"Give a number from 0 to {most}.")
        if value > most:
            raise QueryTooComplex(
                f"{place} is {value}; at most {most} are allowed.",
                "Ask for fewer, and for the rest with `after` and the page's `endCursor`.",
            )
        return int(value)

    return convert


def bounded(place: str, most: int, least: int = 1) -> Convert:
    """A number from the least to the most that is allowed."""

    def convert(value: Any) -> int:
        if value < least:
            raise BadUserInput(f"{place} is {value}.", f"Give a number from {least} to {most}.")
        if value > most:
            raise QueryTooComplex(
                f"{place} is {value}; at most {most} are allowed.", "Ask for less."
            )
        return int(value)

    return convert


def different(convert: Convert, place: str) -> Convert:
    """A list with at least one member, none twice."""

    def convert_all(value: Any) -> Any:
        items = convert(value)
        if not items:
            raise BadUserInput(f"{place} is empty.", "Name at least one.")
        for item in items:
            if items.count(item) > 1:
                raise BadUserInput(f"{place} names {item!r} twice.", "Name each once.")
        return items

    return convert_all


def global_id(place: str, types: frozenset[str]) -> Convert:
    """A global id `<Type>:<slug>` of a type that there is."""
    check = text(place)

    def convert(value: Any) -> str:
        kind, colon, slug = check(value).partition(":")
        if not colon or not slug or kind not in types:
            few = sorted(types) if len(types) < 4 else []
            wanted = f"the id of a {' or '.join(few)}" if few else "a global id"
            example = " or ".join(f"`{name}:<slug>`" for name in few or ["<Type>"])
            raise BadUserInput(
                f"{place} is {value[:80]!r}, which is not {wanted}.",
                f"Give {example}, as the field `id` has it.",
            )
        return str(value)

    return convert


def representation(id_: Convert, place: str) -> Convert:
    """The global id in an object with `__typename` and `id`, as a federation's router sends it."""

    def convert(value: Any) -> Any:
        members = cast(Mapping[str, Any], value if isinstance(value, Mapping) else {})
        known = members.get("id")
        if not isinstance(known, str) or known.partition(":")[0] != members.get("__typename"):
            raise BadUserInput(
                f"{place} has a member that is not an entity.",
                'Give objects such as {__typename: "<Type>", id: "<Type>:<slug>"}.',
            )
        return id_(known)

    return convert


def number(value: Any) -> Any:
    """Numbers, booleans, dates and enum values need nothing more."""
    return value


def floating(place: str) -> Convert:
    """A number for a float property, always sent as a float so that Neo4j plans it once."""

    def convert(value: Any) -> float:
        result = float(value)
        if not isfinite(result):
            raise BadUserInput(
                f"{place} is too large a number.", "Give one between -1.7e308 and 1.7e308."
            )
        return result

    return convert


def _check_text(value: str, place: str) -> None:
    if "\0" in value:
        raise BadUserInput(f"{place} holds a NUL character.", "Remove it.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise BadUserInput(
                f"{place} holds half of a surrogate pair at character {error.start + 1}.",
                "Send whole Unicode characters.",
            ) from error
