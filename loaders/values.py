"""Values against the type that will read them, in one place for all sources.

A value that gets past here can be stored, indexed, and answered: GraphQL's Int has 32 bits,
JSON knows no infinity, an index holds some kilobytes, and a name must not turn round what
is printed beside it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any, cast

from graph.mapping.fold import cut, fold
from graph.mapping.kinds import Kind
from graph.mapping.model import Property

MOST_INDEXED = 4_000
"""Bytes of a text that stands in an index; Neo4j's hold about 8,000 for all parts of a key."""
MOST_SLUG = 400
"""Bytes of a slug, which stands in keys together with names."""
MOST_WORD = 30_000
"""Bytes of one word of a text that is searched; Lucene's terms have 32,766."""
_INT = range(-(2**31), 2**31)
_OVERRIDES = "\u202a-\u202e\u2066-\u2069"
_IN_NAMES = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f{_OVERRIDES}\ud800-\udfff]")
_IN_TEXTS = re.compile(f"[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f{_OVERRIDES}\ud800-\udfff]")
_NAMES = ("name", "altNames", "label", "slug")
Check = Callable[[Mapping[str, Any]], tuple[str, str] | None]
"""Gives the property that is wrong, and a sentence on it."""


def check_of(declared: Iterable[Property]) -> Check:
    """What checks values of these properties."""
    known = {prop.name: (prop, prop.kind.value.stored, _value_check(prop)) for prop in declared}

    def check(values: Mapping[str, Any]) -> tuple[str, str] | None:
        for name, value in values.items():
            prop, types, is_wrong = known.get(name, (None, (), None))
            if prop is None:
                return name, f"There is no property {name}."
            if value is None:
                continue
            if prop.many:
                if not isinstance(value, list | tuple):
                    return name, f"{name} is {_shown(value)}, which is not a list."
                parts = cast(Sequence[Any], value)
            else:
                parts = (value,)
            for part in parts:
                if type(part) not in types:
                    return (
                        name,
                        f"{name} is {_shown(part)}, which is not {prop.kind.value.expected}.",
                    )
                if is_wrong and (wrong := is_wrong(part)):
                    return name, f"{name} {wrong}"
        return None

    return check


def _value_check(prop: Property) -> Callable[[Any], str | None] | None:
    match prop.kind:
        case Kind.INT:
            return _whole
        case Kind.FLOAT:
            return _finite
        case Kind.DATE:
            return _day
        case Kind.ENUM:
            members = tuple(prop.enum.__members__) if prop.enum else ()
            return lambda value: (
                None
                if value in members
                else f"is {_shown(value)}. It must be one of {', '.join(members)}."
            )
        case Kind.TEXT:
            return _text_check(prop)
        case Kind.BOOLEAN:
            return None


def _whole(value: int) -> str | None:
    return (
        None
        if value in _INT
        else f"is {_shown(value)}. It must be a whole number from {_INT[0]:,} to {_INT[-1]:,}."
    )


def _finite(value: float) -> str | None:
    try:
        if isfinite(value):
            return None
    except OverflowError:
        pass
    return f"is {_shown(value)}. It must be a number that a double can hold."


def _day(value: str) -> str | None:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and date.fromisoformat(value):
            return None
    except ValueError:
        pass
    return f"is {_shown(value)}. It must be a day of the calendar, such as 2026-11-25."


def _text_check(prop: Property) -> Callable[[str], str | None]:
    is_name = prop.name in _NAMES
    forbidden = _IN_NAMES if is_name else _IN_TEXTS
    is_indexed = prop.indexed or prop.name == "name"
    most = MOST_SLUG if prop.name == "slug" else MOST_INDEXED

    def check(value: str) -> str | None:
        if not value.isprintable() and (stray := forbidden.search(value)):
            return _stray(stray[0])
        if len(value) * 4 <= MOST_SLUG:
            return None
        if is_indexed or prop.name == "slug":
            size = len(fold(value).encode())
            if size > most:
                return f"has {len(value):,} characters: {size:,} bytes, and {most:,} are the most."
        if prop.searched and len(value) > MOST_WORD // 4:
            longest = max(map(len, cut(value).encode().split()), default=0)
            if longest > MOST_WORD:
                return f"has a word of {longest:,} bytes, and {MOST_WORD:,} are the most."
        return None

    return check


def code_is_wrong(scheme: str, version: str, value: str) -> str | None:
    """What is wrong with an outside code, in a sentence, or None."""
    if not scheme or not value:
        return "A code has no scheme or no value."
    for part in (scheme, version, value):
        if not part.isprintable() and (stray := _IN_NAMES.search(part)):
            return f"The code {_shown(value)} {_stray(stray[0])}"
    size = sum(len(part.encode()) for part in (scheme, version, value))
    if size > MOST_INDEXED:
        return f"A code has {size:,} bytes, and {MOST_INDEXED:,} are the most."
    return None


def _stray(letter: str) -> str:
    kind = (
        "half of a character (a lone surrogate)"
        if "\ud800" <= letter <= "\udfff"
        else "a character that turns text round"
        if letter > "\u2000"
        else "a control character"
    )
    return f"has U+{ord(letter):04X}, {kind}."


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than Python writes out
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:57]}..."
