"""The source of one projector: its functions, and the names that it uses.

Names are response keys (GraphQL names), type names and marks that we made.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec

from graph.compiler.order import encode_cursor
from graph.compiler.pieces import Lines, Piece, Turn, indented

Response = dict[str, Any]


class Script:
    """Source that grows function by function; `structs` have a class for each object's rows."""

    def __init__(self, *, structs: bool) -> None:
        self.functions: list[str] = []
        self.names: dict[str, Any] = {
            "cursor": encode_cursor,
            "convert": msgspec.convert,
            "ValidationError": msgspec.ValidationError,
        }
        self._structs = structs
        self._count = 0

    def source(self, body: str) -> str:
        """The whole source."""
        return "\n".join([*self.functions, f"def project(r, values):\n    return {body}\n"])

    def build(self, body: str) -> Callable[[Any, Sequence[int]], Response]:
        """The source as a function.

        Functions inside of another know each other by closure: by a common namespace they would
        be a cycle, which only the garbage collector takes away.
        """
        inner = "\n".join(f"    {line}" for line in self.source(body).split("\n"))
        exec(f"def factory():\n{inner}\n    return project", self.names)  # noqa: S102  see above
        return cast(Callable[[Any, Sequence[int]], Response], self.names.pop("factory")())

    def named(self, stem: str, value: Any) -> str:
        """A name for a value that the source uses."""
        name = self.name(stem)
        self.names[name] = value
        return name

    def name(self, stem: str = "v") -> str:
        """A name that is not used yet."""
        self._count += 1
        return f"{stem}{self._count}"

    def struct(self, fields: list[tuple[str, Any, Turn]], at: str) -> Piece:
        """A struct read by position whose class is then its parent's, which is written by name.

        Python checks less before an object takes its class's parent than a class beside it.
        """
        name = self.name("Row")
        members = [(f"f{index}", type_) for index, (_, type_, _) in enumerate(fields)]
        keys = {f"f{index}": key for index, (key, _, _) in enumerate(fields)}
        written = msgspec.defstruct(name, members, rename=keys, gc=False)
        read = msgspec.defstruct(name, [], bases=(written,), array_like=True, gc=False)
        self.names[name] = written

        def turn_it(variable: str) -> tuple[Lines, str]:
            lines = [f"{variable}.__class__ = {name}"]
            for index, (_, _, turn) in enumerate(fields):
                inner = self.name()
                statements, turned = turn(inner)
                if statements:
                    lines += [f"{inner} = {variable}.f{index}", *statements]
                if turned != inner:
                    lines.append(f"{variable}.f{index} = {turned}")
            return lines, variable

        return self.turned(read, at, turn_it)

    def wrapped(self, key: str, type_: Any, turn: Turn, at: str) -> Piece:
        """A list that is written as the one member of an object."""
        name = self.name("Row")
        self.names[name] = msgspec.defstruct(name, [("f0", type_)], rename={"f0": key}, gc=False)

        def wrap(variable: str) -> tuple[Lines, str]:
            statements, turned = turn(variable)
            return statements, f"{name}({turned})"

        return self.turned(type_, at, wrap)

    def turned(self, type_: Any, at: str, turn: Turn) -> Piece:
        """A piece that a function of its own turns where it stands among dicts."""

        def code() -> str:
            if not self._structs:
                raise AssertionError("only structs are turned")
            name, variable = self.name("turned"), self.name()
            statements, turned = turn(variable)
            lines = [f"def {name}({variable}):", *indented(statements)]
            self.functions.append("\n".join([*lines, f"    return {turned}\n"]))
            return f"{name}({at})"

        return Piece(type_, code, turn)
