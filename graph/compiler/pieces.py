"""How one value of a row becomes part of the response: the code that `writer` puts together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Lines = list[str]
Turn = Callable[[str], tuple[Lines, str]]
"""Statements that turn what a variable holds into what is written, and the expression for that."""


@dataclass(frozen=True, slots=True)
class Piece:
    """How one value becomes part of the response.

    `code` gives an expression for it. `turn` is there where the value can stay
    what msgspec made of it.
    """

    type: Any
    code: Callable[[], str]
    turn: Turn | None = None


def comprehension(piece: Piece, row: str, rows: str) -> Callable[[], str]:
    """A list of what a piece makes of each row."""
    return lambda: f"[{piece.code()} for {row} in {rows}]"


def constant(code: str) -> Callable[[], str]:
    """Code that is known already."""
    return lambda: code


def indented(lines: Lines) -> Lines:
    """Lines as the body of a statement."""
    return [f"    {line}" for line in lines] or ["    pass"]


def nothing(variable: str) -> tuple[Lines, str]:
    """The turn of a value that is written as it is."""
    return [], variable


def each_turned(row: str, turn: Turn) -> Turn:
    """The turn of a list whose rows are turned in place."""
    return lambda name: ([f"for {row} in {name}:", *indented(turn(row)[0])], name)
