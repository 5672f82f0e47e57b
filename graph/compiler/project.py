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
from typing import Any, Optional, cast

import msgspec

from graph.compiler.layout import has_own, has_position, is_just_rows, unwraps_rows
from graph.compiler.order import encode_cursor
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
from graph.compiler.values import Binding

Response = dict[str, Any]
TYPE_TAG = " type"
"""Key under which `project_unchecked` keeps the type of an object of several types."""

_OFTEN = 2
_KEYS = list[str | int | float | bool | None]
_Lines = list[str]
_Turn = Callable[[str], tuple[_Lines, str]]
"""Statements that turn what a variable holds into what is written, and the expression for that."""


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
        writer = _Writer(checks=True, structs=False)
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
        writer = _Writer(checks=True, structs=True)
        types, body = writer.columns(self._plan, "r.r{}")
        fields = [(f"r{at}", type_) for at, type_ in enumerate(types)]
        checked = msgspec.defstruct("Columns", fields, array_like=True)
        self.source = writer.source(body)
        self._often = _Code(checked, writer.build(body))
        return self._often

    def project_unchecked(self, columns: list[Any], values: Sequence[Any]) -> Response:
        """The same in dicts, without checks, objects of several types tagged with their type."""
        writer = _Writer(checks=False, structs=False)
        _, body = writer.columns(self._plan, "r[{}]")
        return writer.build(body)(columns, values)


@dataclass(frozen=True, slots=True)
class _Piece:
    """How one value becomes part of the response.

    `code` gives an expression for it. `turn` is there where the value can stay
    what msgspec made of it.
    """

    type: Any
    code: Callable[[], str]
    turn: _Turn | None = None


class _Writer:
    """Writes the source of one projector; `structs` have a class for each object's rows."""

    def __init__(self, *, checks: bool, structs: bool) -> None:
        self.values: list[Binding] = []
        self._checks = checks
        self._structs = structs
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
            piece = self._value(value, column.format(len(types)), "")
            if has_position(value):
                types.append(piece.type)
            entries.append(f"{key!r}: {piece.code()}")
        return types, f"{{{', '.join(entries)}}}"

    def source(self, body: str) -> str:
        """The whole source."""
        return "\n".join([*self._functions, f"def project(r, values):\n    return {body}\n"])

    def build(self, body: str) -> Callable[[Any, Sequence[int]], Response]:
        """The source as a function.

        Functions inside of another know each other by closure: by a common namespace they would
        be a cycle, which only the garbage collector takes away.
        """
        inner = "\n".join(f"    {line}" for line in self.source(body).split("\n"))
        exec(f"def factory():\n{inner}\n    return project", self._names)  # noqa: S102  see above
        return cast(Callable[[Any, Sequence[int]], Response], self._names.pop("factory")())

    def _value(self, value: Value, at: str, keys: str) -> _Piece:
        """The piece for a value that stands at `at`, in an edge whose cursor is `keys`."""
        match value:
            case Scalar(_, row_type):
                return _Piece(row_type, lambda: at, _nothing)
            case Fixed(text):
                return _Piece(None, lambda: repr(text))
            case TypeName():
                return _Piece(None, lambda: "kind")
            case Failed(error):
                return _Piece(None, _constant(self._named("failed", error)))
            case Made():
                return self._made(value, at)
            case Maybe(_, selection):
                return self._optional(selection, at)
            case Several(items):
                return self._several(items, at)
            case Column(row_type=row_type):
                return _Piece(list[row_type], lambda: at, _nothing)
            case Cursor():
                return _Piece(None, lambda: keys)
            case Same(selection):
                return self._selection(selection, at)
            case Rows(_, selection, one=True):
                return self._optional(selection, at)
            case Rows(_, selection):
                return self._list(selection, at)
            case Each(_, _, _, selection):
                row = self._name()
                piece = self._optional(selection, row)
                return _Piece(list[piece.type], lambda: f"[{piece.code()} for {row} in {at}]")
            case Connection():
                return self._connection(value, at)

    def _made(self, value: Made, at: str) -> _Piece:
        name = self._named("make", value.make)
        arguments = [at, *(self._bound(binding) for binding in value.arguments)]
        return _Piece(value.row_type, lambda: f"{name}({', '.join(arguments)})")

    def _several(self, items: Sequence[Object], at: str) -> _Piece:
        pieces = [self._object(item, f"{at}[{index}]") for index, item in enumerate(items)]
        types = tuple(piece.type for piece in pieces)
        return _Piece(
            tuple[types],  # pyright: ignore
            lambda: f"[{', '.join(piece.code() for piece in pieces)}]",
        )

    def _bound(self, binding: Binding) -> str:
        """The expression for a value of the request."""
        self.values.append(binding)
        return f"values[{len(self.values) - 1}]"

    def _list(self, selection: Selection, at: str) -> _Piece:
        row = self._name()
        piece = self._selection(selection, row)
        turn = piece.turn
        if turn is None:
            return _Piece(list[piece.type], lambda: f"[{piece.code()} for {row} in {at}]")

        return self._turned(list[piece.type], at, _each_turned(row, turn))

    def _optional(self, selection: Selection, at: str) -> _Piece:
        name = self._name()
        piece = self._selection(selection, name)
        type_ = Optional[piece.type]  # noqa: UP045  the type is a value here
        turn = piece.turn
        if turn is None:
            code = f"(None if ({name} := {at}) is None else "
            return _Piece(type_, lambda: f"{code}{piece.code()})")

        def turn_it(name: str) -> tuple[_Lines, str]:
            return [f"if {name} is not None:", *_indented(turn(name)[0])], name

        return self._turned(type_, at, turn_it)

    def _selection(self, selection: Selection, at: str, keys: str = "") -> _Piece:
        if isinstance(selection, Variants):
            return self._variants(selection, at)
        return self._object(selection, at, keys)

    def _object(self, object_: Object, at: str, keys: str = "") -> _Piece:
        pieces, row_type = self._pieces(object_, at, keys)
        turns = [(key, piece.type, piece.turn) for key, piece in pieces if piece.turn]
        if self._structs and len(turns) == len(pieces):
            return self._struct(cast(Any, turns), at)
        tag = (
            ""
            if self._checks or not object_.stands_for
            else f"{TYPE_TAG!r}: {object_.stands_for!r}, "
        )
        return _Piece(
            row_type,
            lambda: f"{{{tag}{', '.join(f'{key!r}: {piece.code()}' for key, piece in pieces)}}}",
        )

    def _pieces(
        self, object_: Object, at: str, keys: str = ""
    ) -> tuple[list[tuple[str, _Piece]], Any]:
        """The pieces of an object by response key, and the type of its row."""
        pieces: list[tuple[str, _Piece]] = []
        types: list[Any] = []
        for key, value in object_.fields:
            pieces.append((key, self._value(value, f"{at}[{len(types)}]", keys)))
            if has_position(value):
                types.append(pieces[-1][1].type)
        return pieces, tuple[tuple(types)]  # pyright: ignore

    def _struct(self, fields: list[tuple[str, Any, _Turn]], at: str) -> _Piece:
        """A struct read by position whose class is then its parent's, which is written by name.

        Python checks less before an object takes its class's parent than a class beside it.
        """
        name = self._name("Row")
        members = [(f"f{index}", type_) for index, (_, type_, _) in enumerate(fields)]
        keys = {f"f{index}": key for index, (key, _, _) in enumerate(fields)}
        written = msgspec.defstruct(name, members, rename=keys, gc=False)
        read = msgspec.defstruct(name, [], bases=(written,), array_like=True, gc=False)
        self._names[name] = written

        def turn_it(variable: str) -> tuple[_Lines, str]:
            lines = [f"{variable}.__class__ = {name}"]
            for index, (_, _, turn) in enumerate(fields):
                inner = self._name()
                statements, turned = turn(inner)
                if statements:
                    lines += [f"{inner} = {variable}.f{index}", *statements]
                if turned != inner:
                    lines.append(f"{variable}.f{index} = {turned}")
            return lines, variable

        return self._turned(read, at, turn_it)

    def _wrapped(self, key: str, type_: Any, turn: _Turn, at: str) -> _Piece:
        """A list that is written as the one member of an object."""
        name = self._name("Row")
        self._names[name] = msgspec.defstruct(name, [("f0", type_)], rename={"f0": key}, gc=False)

        def wrap(variable: str) -> tuple[_Lines, str]:
            statements, turned = turn(variable)
            return statements, f"{name}({turned})"

        return self._turned(type_, at, wrap)

    def _turned(self, type_: Any, at: str, turn: _Turn) -> _Piece:
        """A piece that a function of its own turns where it stands among dicts."""

        def code() -> str:
            if not self._structs:
                raise AssertionError("only structs are turned")
            name, variable = self._name("turned"), self._name()
            statements, turned = turn(variable)
            lines = [f"def {name}({variable}):", *_indented(statements)]
            self._functions.append("\n".join([*lines, f"    return {turned}\n"]))
            return f"{name}({at})"

        return _Piece(type_, code, turn)

    def _variants(self, variants: Variants, at: str) -> _Piece:
        """A function that looks the type up; each type's own values are checked by themselves."""
        name = self._name("variant")
        has_own_part = has_own(variants)
        lines = [f"def {name}(s, values):", f"    kind, y{', x' if has_own_part else ''} = s"]
        pieces, shared_type = self._pieces(variants.shared, "y")
        places: dict[str, str] = {}
        for key, piece in pieces:
            places[key] = self._name()
            lines.append(f"    {places[key]} = {piece.code()}")
        for entry in variants.entries:
            lines.append(f"    if kind in {entry.types!r}:")
            lines += [f"        {line}" for line in self._entry(name, entry, places)]
        lines.append("    raise ValidationError(f'no such type: {kind}')\n")
        self._functions.append("\n".join(lines))
        row = tuple[str, shared_type, list[Any]] if has_own_part else tuple[str, shared_type]
        return _Piece(row, lambda: f"{name}({at}, values)")

    def _entry(self, name: str, entry: Entry, places: dict[str, str]) -> _Lines:
        """Check what is a group of types' own, and return the object: `places` has the rest."""
        pieces, row_type = self._pieces(entry.own, "x")
        codes = {**places, **{key: piece.code() for key, piece in pieces}}
        lines: _Lines = []
        if self._checks and any(has_position(value) for _, value in entry.own.fields):
            checked = self._name(f"{name}_{entry.types[0]}")
            if self._structs:
                field = [("x", row_type)]
                self._names[checked] = msgspec.defstruct(checked, field, array_like=True)
                lines.append(f"x = convert((x,), {checked}).x")
            else:
                self._names[checked] = row_type
                lines.append(f"x = convert(x, {checked})")
        tag = "" if self._checks else f"{TYPE_TAG!r}: kind, "
        fields = ", ".join(f"{key!r}: {codes[key]}" for key in entry.keys)
        return [*lines, f"return {{{tag}{fields}}}"]

    def _connection(self, connection: Connection, at: str) -> _Piece:
        """A struct or a dict where the rows are the page as they are, else a function."""
        is_plain = not connection.page.backward and all(
            member.what != "pageInfo" for _, member in connection.members
        )
        size = self._bound(connection.page.size)
        source = at if is_plain else "s"
        just_rows = is_just_rows(connection)
        places, types = self._places(connection, source)
        wholes: dict[str, _Piece] = {}
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
            return self._wrapped(connection.members[0][0], types[0], turn, at)
        if turn and is_plain and whats in (["nodes", "totalCount"], ["edges", "totalCount"]):
            (key, _), (total, _) = connection.members
            return self._struct([(key, types[0], turn), (total, INT, _nothing)], at)

        def code() -> str:
            literal = f"{{{', '.join(f'{key!r}: {entry()}' for key, entry in entries)}}}"
            return (
                literal
                if is_plain
                else f"{self._page_function(connection, size, literal)}({at}, values)"
            )

        type_ = types[0] if just_rows else tuple[tuple(types)]  # pyright: ignore
        return _Piece(type_, code)

    def _members(
        self, connection: Connection, rows: str, places: dict[str, str], wholes: dict[str, _Piece]
    ) -> tuple[list[tuple[str, Callable[[], str]]], Any, _Turn | None]:
        """The members' code by key, the type of a row, and how rows are turned, if they can be."""
        entries: list[tuple[str, Callable[[], str]]] = []
        row_types: list[Any] = []
        bare = unwraps_rows(connection)
        turn: _Turn | None = None
        for key, member in connection.members:
            if member.selection is not None:
                row = self._name()
                keys = f"cursor({connection.fingerprint!r}, {row}[{len(connection.lists)}])"
                at = row if bare else f"{row}[{len(row_types)}]"
                piece = self._selection(member.selection, at, keys)
                row_types.append(piece.type)
                if bare and piece.turn:
                    turn = _each_turned(row, piece.turn)
                    listed = self._turned(list[piece.type], rows, turn)
                    entries.append((key, listed.code))
                else:
                    entries.append((key, _comprehension(piece, row, rows)))
            elif member.what == "__typename":
                entries.append((key, lambda: repr(connection.type_name)))
            elif member.what == "totalCount":
                entries.append((key, lambda: places["totalCount"]))
            elif key in wholes:
                entries.append((key, wholes[key].code))
            else:
                info = self._page_info(connection, member.parts, places)
                entries.append((key, _constant(info)))
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
        name = self._name("page")
        lines = [f"def {name}(s, values):"]
        if connection.needs_rows:
            lines.append(f"    rows = {'s' if is_just_rows(connection) else 's[0]'}")
        if connection.peeks:
            lines.append(f"    more = len(rows) > {size}")
            lines.append(f"    rows = rows[:{size}]")
        if connection.page.backward and connection.needs_rows:
            lines.append("    rows = rows[::-1]")
        lines.append(f"    return {code}\n")
        self._functions.append("\n".join(lines))
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

    def _named(self, stem: str, value: Any) -> str:
        """A name for a value that the source uses."""
        name = self._name(stem)
        self._names[name] = value
        return name

    def _name(self, stem: str = "v") -> str:
        self._count += 1
        return f"{stem}{self._count}"


def _comprehension(piece: _Piece, row: str, rows: str) -> Callable[[], str]:
    return lambda: f"[{piece.code()} for {row} in {rows}]"


def _constant(code: str) -> Callable[[], str]:
    return lambda: code


def _indented(lines: _Lines) -> _Lines:
    return [f"    {line}" for line in lines] or ["    pass"]


def _nothing(variable: str) -> tuple[_Lines, str]:
    return [], variable


def _each_turned(row: str, turn: _Turn) -> _Turn:
    return lambda name: ([f"for {row} in {name}:", *_indented(turn(row)[0])], name)
