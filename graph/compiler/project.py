"""Plan -> the types that rows are checked against, and code that makes the response of them.

Rows are lists by position. msgspec turns them into structs, checking every value
in C; what the response says of an object as it stands in its row needs no more
than another class for the struct, one that is written as an object by name
instead of as a list. Where the response differs from the row (`__typename`,
cursors, `pageInfo`, types told apart) the code builds dicts.

The code is written as Python source. It holds only response keys (GraphQL
names), type names and marks that we made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from graph.compiler.plan import Plan
from graph.compiler.script import Response
from graph.compiler.writer import Writer

_OFTEN = 2


@dataclass(frozen=True, slots=True)
class _Code:
    """One way of turning the record: what it is checked against, and the function."""

    checked: Any
    function: Callable[[Any, Sequence[int]], Response]


class Projector:
    """Turns the one record of a statement into `data`.

    `values` are the page sizes and the arguments that it needs, in the order that
    `project` wants.

    What is asked once is turned without classes of its own: they cost more than they save, and only
    a full garbage collection takes a class away. From the second time on there are classes.
    """

    def __init__(self, plan: Plan) -> None:
        writer = Writer(checks=True, structs=False)
        types, body = writer.columns(plan, "r[{}]")
        self.values = tuple(writer.values)
        self.source = writer.source(body)
        self._plan = plan
        self._first = _Code(tuple[tuple(types)], writer.build(body))  # pyright: ignore
        self._calls = 0
        self._often: _Code | None = None

    def project(self, columns: list[Any], values: Sequence[Any]) -> Response:
        """The response; raise msgspec.ValidationError where a value is not as declared.

        Objects in it are dicts or structs; msgspec writes both.
        """
        code = self._often or self._next()
        return code.function(msgspec.convert(columns, code.checked), values)

    def _next(self) -> _Code:
        self._calls += 1
        if self._calls < _OFTEN:
            return self._first
        writer = Writer(checks=True, structs=True)
        types, body = writer.columns(self._plan, "r.r{}")
        fields = [(f"r{at}", type_) for at, type_ in enumerate(types)]
        checked = msgspec.defstruct("Columns", fields, array_like=True)
        self.source = writer.source(body)
        self._often = _Code(checked, writer.build(body))
        return self._often

    def project_unchecked(self, columns: list[Any], values: Sequence[Any]) -> Response:
        """The same in dicts, without checks, objects of several types tagged with their type."""
        writer = Writer(checks=False, structs=False)
        _, body = writer.columns(self._plan, "r[{}]")
        return writer.build(body)(columns, values)
