"""Plan -> the types of a record's rows, and the code that makes the response of them."""

from collections.abc import Callable, Sequence
from typing import Any, Optional, cast

import msgspec

from graph.compiler.layout import has_own, has_position, is_just_rows, unwraps_rows
from graph.compiler.pieces import (
    Lines,
    Piece,
    Turn,
    comprehension,
    constant,
    each_turned,
    indented,
    nothing,
)
from graph.compiler.plan import (
    Column,
    Connection,
    Cursor,
    Each,
    Entry,
    Failed,
    Fixed,
    Made,
    Maybe,
    Object,
    Plan,
    Rows,
    Same,
    Scalar,
    Selection,
    Several,
    TypeName,
    Value,
    Variants,
)
from graph.compiler.rowtypes import INT
from graph.compiler.script import Response, Script
from graph.compiler.values import Binding

TYPE_TAG = " type"
"""Key under which `project_unchecked` keeps the type of an object of several types."""

_KEYS = list[str | int | float | bool | None]


class Writer:
    """Writes the source of one projector; `structs` have a class for each object's rows."""

    def __init__(self, *, checks: bool, structs: bool) -> None:
        self.values: list[Binding] = []
        self._checks = checks
        self._structs = structs
        self._script = Script(structs=structs)

    def columns(self, plan: Plan, column: str) -> tuple[list[Any], str]:
        """The types of the columns, and the expression for the response."""
        types: list[Any] = []
        entries: list[str] = []
        for key, value in plan.fields:
            piece = self._value(value, column.format(len(types)), "")
            if has_position(value):
                types.append(piece.type)
            entries.append(f"{key!r}: {piece.code()}")
        return types, f"{{{', '.join(entries)}}}"

    def source(self, body: str) -> str:
        """The whole source."""
        return self._script.source(body)

    def build(self, body: str) -> Callable[[Any, Sequence[int]], Response]:
        """The source as a function."""
        return self._script.build(body)

    def _value(self, value: Value, at: str, keys: str) -> Piece:
        """The piece for a value that stands at `at`, in an edge whose cursor is `keys`."""
        match value:
            case Scalar(_, row_type):
                return Piece(row_type, lambda: at, nothing)
            case Fixed(text):
                return Piece(None, lambda: repr(text))
            case TypeName():
                return Piece(None, lambda: "kind")
            case Failed(error):
                return Piece(None, constant(self._script.named("failed", error)))
            case Made():
                return self._made(value, at)
            case Maybe(_, selection):
                return self._optional(selection, at)
            case Several(items):
                return self._several(items, at)
            case Column(row_type=row_type, make=None):
                return Piece(list[row_type], lambda: at, nothing)
            case Column(row_type=row_type, make=make):
                name = self._script.named("make", make)
                return Piece(list[row_type], lambda: f"[{name}(each) for each in {at}]")
            case Cursor():
                return Piece(None, lambda: keys)
            case Same(selection):
                return self._selection(selection, at)
            case Rows(_, selection, one=True):
                return self._optional(selection, at)
            case Rows(_, selection):
                return self._list(selection, at)
            case Each(_, _, _, selection):
                row = self._script.name()
                piece = self._optional(selection, row)
                return Piece(list[piece.type], lambda: f"[{piece.code()} for {row} in {at}]")
            case Connection():
                return self._connection(value, at)

    def _made(self, value: Made, at: str) -> Piece:
        name = self._script.named("make", value.make)
        arguments = [at, *(self._bound(binding) for binding in value.arguments)]
        return Piece(value.row_type, lambda: f"{name}({', '.join(arguments)})")

    def _several(self, items: Sequence[Object], at: str) -> Piece:
        pieces = [self._object(item, f"{at}[{index}]") for index, item in enumerate(items)]
        types = tuple(piece.type for piece in pieces)
        return Piece(
            tuple[types],  # pyright: ignore
            lambda: f"[{', '.join(piece.code() for piece in pieces)}]",
        )

    def _bound(self, binding: Binding) -> str:
        """The expression for a value of the request."""
        self.values.append(binding)
        return f"values[{len(self.values) - 1}]"

    def _list(self, selection: Selection, at: str) -> Piece:
        row = self._script.name()
        piece = self._selection(selection, row)
        turn = piece.turn
        if turn is None:
            return Piece(list[piece.type], lambda: f"[{piece.code()} for {row} in {at}]")

        return self._script.turned(list[piece.type], at, each_turned(row, turn))

    def _optional(self, selection: Selection, at: str) -> Piece:
        name = self._script.name()
        piece = self._selection(selection, name)
        type_ = Optional[piece.type]  # noqa: UP045  the type is a value here
        turn = piece.turn
        if turn is None:
            code = f"(None if ({name} := {at}) is None else "
            return Piece(type_, lambda: f"{code}{piece.code()})")

        def turn_it(name: str) -> tuple[Lines, str]:
            return [f"if {name} is not None:", *indented(turn(name)[0])], name

        return self._script.turned(type_, at, turn_it)

    def _selection(self, selection: Selection, at: str, keys: str = "") -> Piece:
        if isinstance(selection, Variants):
            return self._variants(selection, at)
        return self._object(selection, at, keys)

    def _object(self, object_: Object, at: str, keys: str = "") -> Piece:
        pieces, row_type = self._pieces(object_, at, keys)
        turns = [(key, piece.type, piece.turn) for key, piece in pieces if piece.turn]
        if self._structs and len(turns) == len(pieces):
            return self._script.struct(cast(Any, turns), at)
        tag = (
            ""
            if self._checks or not object_.stands_for
            else f"{TYPE_TAG!r}: {object_.stands_for!r}, "
        )
        return Piece(
            row_type,
            lambda: f"{{{tag}{', '.join(f'{key!r}: {piece.code()}' for key, piece in pieces)}}}",
        )

    def _pieces(
        self, object_: Object, at: str, keys: str = ""
    ) -> tuple[list[tuple[str, Piece]], Any]:
        """The pieces of an object by response key, and the type of its row."""
        pieces: list[tuple[str, Piece]] = []
        types: list[Any] = []
        for key, value in object_.fields:
            pieces.append((key, self._value(value, f"{at}[{len(types)}]", keys)))
            if has_position(value):
                types.append(pieces[-1][1].type)
        return pieces, tuple[tuple(types)]  # pyright: ignore

    def _variants(self, variants: Variants, at: str) -> Piece:
        """A function that looks the type up; each type's own values are checked by themselves."""
        name = self._script.name("variant")
        has_own_part = has_own(variants)
        lines = [f"def {name}(s, values):", f"    kind, y{', x' if has_own_part else ''} = s"]
        pieces, shared_type = self._pieces(variants.shared, "y")
        places: dict[str, str] = {}
        for key, piece in pieces:
            places[key] = self._script.name()
            lines.append(f"    {places[key]} = {piece.code()}")
        for entry in variants.entries:
            lines.append(f"    if kind in {entry.types!r}:")
            lines += [f"        {line}" for line in self._entry(name, entry, places)]
        lines.append("    raise ValidationError(f'no such type: {kind}')\n")
        self._script.functions.append("\n".join(lines))
        row = tuple[str, shared_type, list[Any]] if has_own_part else tuple[str, shared_type]
        return Piece(row, lambda: f"{name}({at}, values)")

    def _entry(self, name: str, entry: Entry, places: dict[str, str]) -> Lines:
        """Check what is a group of types' own, and return the object: `places` has the rest."""
        pieces, row_type = self._pieces(entry.own, "x")
        codes = {**places, **{key: piece.code() for key, piece in pieces}}
        lines: Lines = []
        if self._checks and any(has_position(value) for _, value in entry.own.fields):
            checked = self._script.name(f"{name}_{entry.types[0]}")
            if self._structs:
                field = [("x", row_type)]
                self._script.names[checked] = msgspec.defstruct(checked, field, array_like=True)
                lines.append(f"x = convert((x,), {checked}).x")
            else:
                self._script.names[checked] = row_type
                lines.append(f"x = convert(x, {checked})")
        tag = "" if self._checks else f"{TYPE_TAG!r}: kind, "
        fields = ", ".join(f"{key!r}: {codes[key]}" for key in entry.keys)
        return [*lines, f"return {{{tag}{fields}}}"]

    def _connection(self, connection: Connection, at: str) -> Piece:
        """A struct or a dict where the rows are the page as they are, else a function."""
        is_plain = not connection.page.backward and all(
            member.what != "pageInfo" for _, member in connection.members
        )
        size = self._bound(connection.page.size)
        source = at if is_plain else "s"
        just_rows = is_just_rows(connection)
        places, types = self._places(connection, source)
        wholes: dict[str, Piece] = {}
        for key, member in connection.members:
            if member.value is not None:
                wholes[key] = self._value(member.value, f"{source}[{len(types)}]", "")
                if has_position(member.value):
                    types.append(wholes[key].type)
        rows = "rows" if not is_plain else at if just_rows else f"{at}[0]"
        entries, row_type, turn = self._members(connection, rows, places, wholes)
        if connection.needs_rows:
            types[0] = list[row_type]
        whats = [member.what for _, member in connection.members]
        if turn and is_plain and whats in (["nodes"], ["edges"]):
            return self._script.wrapped(connection.members[0][0], types[0], turn, at)
        if turn and is_plain and whats in (["nodes", "totalCount"], ["edges", "totalCount"]):
            (key, _), (total, _) = connection.members
            return self._script.struct([(key, types[0], turn), (total, INT, nothing)], at)

        def code() -> str:
            literal = f"{{{', '.join(f'{key!r}: {entry()}' for key, entry in entries)}}}"
            return (
                literal
                if is_plain
                else f"{self._page_function(connection, size, literal)}({at}, values)"
            )

        type_ = types[0] if just_rows else tuple[tuple(types)]  # pyright: ignore
        return Piece(type_, code)

    def _members(
        self, connection: Connection, rows: str, places: dict[str, str], wholes: dict[str, Piece]
    ) -> tuple[list[tuple[str, Callable[[], str]]], Any, Turn | None]:
        """The members' code by key, the type of a row, and how rows are turned, if they can be."""
        entries: list[tuple[str, Callable[[], str]]] = []
        row_types: list[Any] = []
        bare = unwraps_rows(connection)
        turn: Turn | None = None
        for key, member in connection.members:
            if member.selection is not None:
                row = self._script.name()
                keys = f"cursor({connection.fingerprint!r}, {row}[{len(connection.lists)}])"
                at = row if bare else f"{row}[{len(row_types)}]"
                piece = self._selection(member.selection, at, keys)
                row_types.append(piece.type)
                if bare and piece.turn:
                    turn = each_turned(row, piece.turn)
                    listed = self._script.turned(list[piece.type], rows, turn)
                    entries.append((key, listed.code))
                else:
                    entries.append((key, comprehension(piece, row, rows)))
            elif member.what == "__typename":
                entries.append((key, lambda: repr(connection.type_name)))
            elif member.what == "totalCount":
                entries.append((key, lambda: places["totalCount"]))
            elif key in wholes:
                entries.append((key, wholes[key].code))
            else:
                info = self._page_info(connection, member.parts, places)
                entries.append((key, constant(info)))
        if connection.needs_cursors:
            row_types.append(_KEYS)
        row_type: Any = row_types[0] if bare else tuple[tuple(row_types)]  # pyright: ignore
        return entries, row_type, turn

    def _places(self, connection: Connection, source: str) -> tuple[dict[str, str], list[Any]]:
        """Where the parts of a connection stand that are not its rows, and their types."""
        types: list[Any] = [None] if connection.needs_rows else []
        places: dict[str, str] = {}
        for part, selected, type_ in (
            ("totalCount", connection.selects("totalCount"), INT),
            ("before", connection.asks_before, bool),
            ("after", connection.asks_after, bool),
        ):
            if selected:
                places[part] = f"{source}[{len(types)}]"
                types.append(type_)
        return places, types

    def _page_function(self, connection: Connection, size: str, code: str) -> str:
        """A function that cuts and turns the rows before it makes the dict; its name."""
        name = self._script.name("page")
        lines = [f"def {name}(s, values):"]
        if connection.needs_rows:
            lines.append(f"    rows = {'s' if is_just_rows(connection) else 's[0]'}")
        if connection.peeks:
            lines.append(f"    more = len(rows) > {size}")
            lines.append(f"    rows = rows[:{size}]")
        if connection.page.backward and connection.needs_rows:
            lines.append("    rows = rows[::-1]")
        lines.append(f"    return {code}\n")
        self._script.functions.append("\n".join(lines))
        return name

    def _page_info(
        self, connection: Connection, parts: tuple[tuple[str, str], ...], places: dict[str, str]
    ) -> str:
        last, mark = len(connection.lists), connection.fingerprint
        backward = connection.page.backward
        before, after = places.get("before", "False"), places.get("after", "False")
        codes = {
            "__typename": repr("PageInfo"),
            "hasNextPage": after if backward else f"(more or {after})",
            "hasPreviousPage": f"(more or {before})" if backward else before,
            "startCursor": f"(cursor({mark!r}, rows[0][{last}]) if rows else None)",
            "endCursor": f"(cursor({mark!r}, rows[-1][{last}]) if rows else None)",
        }
        return f"{{{', '.join(f'{key!r}: {codes[part]}' for key, part in parts)}}}"
