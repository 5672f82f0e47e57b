"""Plan -> the type that rows are checked against, and code that makes the response of them.

The code is written as Python source, one expression an object, because a dict
display in a comprehension is the fastest thing Python can do here. It holds
only response keys (GraphQL names), type names and marks that we made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional, cast

import msgspec

from graph.compiler.emit import has_position
from graph.compiler.order import encode_cursor
from graph.compiler.plan import (
    Connection,
    Cursor,
    Each,
    Fixed,
    Object,
    Plan,
    Rows,
    Same,
    Scalar,
    Selection,
    Value,
    Variants,
)
from graph.compiler.rowtypes import INT
from graph.compiler.values import Binding

Response = dict[str, Any]
TYPE_TAG = " type"
"""Key under which `project_unchecked` keeps the type of an object of several types."""

_KEYS = list[str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Projector:
    """Turns the one record of a statement into `data`.

    `sizes` are the page sizes of the connections, in the order that `project` wants.
    """

    sizes: tuple[Binding, ...]
    _checked: type
    _project: Callable[[Any, Sequence[int]], Response]
    _unchecked: Callable[[Any, Sequence[int]], Response]
    source: str

    def project(self, columns: list[Any], sizes: Sequence[int]) -> Response:
        """The response; raise msgspec.ValidationError where a value is not as declared."""
        return self._project(msgspec.convert(columns, self._checked), sizes)

    def project_unchecked(self, columns: list[Any], sizes: Sequence[int]) -> Response:
        """The same without checks, objects of several types tagged with their type."""
        return self._unchecked(columns, sizes)


def projector(plan: Plan) -> Projector:
    """The projector of a plan."""
    writer = _Writer(tagged=False)
    types, body = writer.columns(plan, "r.r{}")
    checked = msgspec.defstruct(
        "Columns", [(f"r{at}", type_) for at, type_ in enumerate(types)], array_like=True
    )
    tagged = _Writer(tagged=True)
    _, tagged_body = tagged.columns(plan, "r[{}]")
    return Projector(
        tuple(writer.sizes),
        checked,
        writer.build(body),
        tagged.build(tagged_body),
        writer.source(body),
    )


class _Writer:
    """Writes the source of one projector."""

    def __init__(self, *, tagged: bool) -> None:
        self.sizes: list[Binding] = []
        self._tagged = tagged
        self._functions: list[str] = []
        self._names: dict[str, Any] = {
            "cursor": encode_cursor,
            "convert": msgspec.convert,
            "ValidationError": msgspec.ValidationError,
        }
        self._count = 0

    def columns(self, plan: Plan, column: str) -> tuple[list[Any], str]:
        """The types of the columns, and the expression for the response."""
        types: list[Any] = []
        entries: list[str] = []
        for key, value in plan.fields:
            code, type_ = self._value(value, column.format(len(types)), "")
            if has_position(value):
                types.append(type_)
            entries.append(f"{key!r}: {code}")
        return types, f"{{{', '.join(entries)}}}"

    def source(self, body: str) -> str:
        """The whole source."""
        return "\n".join([*self._functions, f"def project(r, sizes):\n    return {body}\n"])

    def build(self, body: str) -> Callable[[Any, Sequence[int]], Response]:
        """The source as a function."""
        exec(self.source(body), self._names)  # noqa: S102  source of our own making, see above
        return cast(Callable[[Any, Sequence[int]], Response], self._names["project"])

    def _value(self, value: Value, at: str, keys: str) -> tuple[str, Any]:
        """The expression for a value that stands at `at`, and the type it is checked against."""
        match value:
            case Scalar(_, row_type):
                return at, row_type
            case Fixed(text):
                return repr(text), None
            case Cursor():
                return keys, None
            case Same(selection):
                return self._object(selection, at)
            case Rows(_, selection, one=True):
                return self._optional(selection, at)
            case Rows(_, selection):
                row = self._name()
                code, type_ = self._selection(selection, row)
                return f"[{code} for {row} in {at}]", list[type_]
            case Each(_, _, _, selection):
                row = self._name()
                code, type_ = self._optional(selection, row)
                return f"[{code} for {row} in {at}]", list[type_]
            case Connection():
                return self._connection(value, at)

    def _optional(self, selection: Selection, at: str) -> tuple[str, Any]:
        name = self._name()
        code, type_ = self._selection(selection, name)
        return f"(None if ({name} := {at}) is None else {code})", Optional[type_]  # noqa: UP045

    def _selection(self, selection: Selection, at: str) -> tuple[str, Any]:
        return (
            self._variants(selection, at)
            if isinstance(selection, Variants)
            else self._object(selection, at)
        )

    def _object(self, found: Object, at: str, keys: str = "") -> tuple[str, Any]:
        types: list[Any] = []
        entries: list[str] = []
        for key, value in found.fields:
            code, type_ = self._value(value, f"{at}[{len(types)}]", keys)
            if has_position(value):
                types.append(type_)
            entries.append(f"{key!r}: {code}")
        return f"{{{', '.join(entries)}}}", tuple[tuple(types)]  # pyright: ignore

    def _variants(self, variants: Variants, at: str) -> tuple[str, Any]:
        """A function that looks the type up; each type's values are checked by themselves."""
        name = self._name("variant")
        lines = [f"def {name}(s, sizes):", "    kind, x = s"]
        for type_name, found in variants.entries:
            code, type_ = self._object(found, "x")
            checked = f"{name}_{type_name}"
            self._names[checked] = msgspec.defstruct(checked, [("x", type_)], array_like=True)
            lines.append(f"    if kind == {type_name!r}:")
            if self._tagged:
                lines.append(f"        return {{{TYPE_TAG!r}: kind, **{code}}}")
            else:
                lines.append(f"        x = convert((x,), {checked}).x")
                lines.append(f"        return {code}")
        lines.append("    raise ValidationError(f'no such type: {kind}')\n")
        self._functions.append("\n".join(lines))
        return f"{name}({at}, sizes)", tuple[str, list[Any]]

    def _connection(self, found: Connection, at: str) -> tuple[str, Any]:
        """A dict written in place where the rows are the page as they are, else a function."""
        is_plain = not found.page.backward and all(
            member.what != "pageInfo" for _, member in found.members
        )
        size = f"sizes[{len(self.sizes)}]"
        self.sizes.append(found.page.size)
        source = at if is_plain else "s"
        places, types = self._places(found, source)
        rows = f"{source}[0]" if is_plain else "rows"
        row_types: list[Any] = []
        entries: list[str] = []
        for key, member in found.members:
            if member.selection is not None:
                row = self._name()
                keys = f"cursor({found.fingerprint!r}, {row}[{len(found.lists)}])"
                code, type_ = self._object(member.selection, f"{row}[{len(row_types)}]", keys)
                row_types.append(type_)
                entries.append(f"{key!r}: [{code} for {row} in {rows}]")
            elif member.what == "__typename":
                entries.append(f"{key!r}: {found.type_name!r}")
            elif member.what == "totalCount":
                entries.append(f"{key!r}: {places['totalCount']}")
            else:
                entries.append(f"{key!r}: {self._page_info(found, member.parts, places)}")
        if found.needs_cursors:
            row_types.append(_KEYS)
        if found.needs_rows:
            types[0] = list[tuple[tuple(row_types)]]  # pyright: ignore
        code = f"{{{', '.join(entries)}}}"
        if not is_plain:
            code = f"{self._page_function(found, size, code)}({at}, sizes)"
        return code, tuple[tuple(types)]  # pyright: ignore

    def _places(self, found: Connection, source: str) -> tuple[dict[str, str], list[Any]]:
        """Where the parts of a connection stand that are not its rows, and their types."""
        types: list[Any] = [None] if found.needs_rows else []
        places: dict[str, str] = {}
        for part, asked, type_ in (
            ("totalCount", found.selects("totalCount"), INT),
            ("before", found.asks_before, bool),
            ("after", found.asks_after, bool),
        ):
            if asked:
                places[part] = f"{source}[{len(types)}]"
                types.append(type_)
        return places, types

    def _page_function(self, found: Connection, size: str, code: str) -> str:
        """A function that cuts and turns the rows before it makes the dict; its name."""
        name = self._name("page")
        lines = [f"def {name}(s, sizes):"]
        if found.needs_rows:
            lines.append("    rows = s[0]")
        if found.peeks:
            lines.append(f"    more = len(rows) > {size}")
            lines.append(f"    rows = rows[:{size}]")
        if found.page.backward and found.needs_rows:
            lines.append("    rows = rows[::-1]")
        lines.append(f"    return {code}\n")
        self._functions.append("\n".join(lines))
        return name

    def _page_info(
        self, found: Connection, parts: tuple[tuple[str, str], ...], places: dict[str, str]
    ) -> str:
        last = len(found.lists)
        backward = found.page.backward
        before, after = places.get("before", "False"), places.get("after", "False")
        codes = {
            "__typename": repr("PageInfo"),
            "hasNextPage": after if backward else f"(more or {after})",
            "hasPreviousPage": f"(more or {before})" if backward else before,
            "startCursor": f"(cursor({found.fingerprint!r}, rows[0][{last}]) if rows else None)",
            "endCursor": f"(cursor({found.fingerprint!r}, rows[-1][{last}]) if rows else None)",
        }
        return f"{{{', '.join(f'{key!r}: {codes[part]}' for key, part in parts)}}}"

    def _name(self, stem: str = "v") -> str:
        self._count += 1
        return f"{stem}{self._count}"
