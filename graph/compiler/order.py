"""`orderBy` inputs and cursors -> sort keys, keyset conditions, pages.

A cursor holds the sort keys of its edge, so that a page begins after that place
whatever has been loaded or removed meanwhile. Null comes last in either
direction; ties are broken by slug, then by the key of the relationship.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from graph.compiler import convert
from graph.compiler.paths import Reached, of_edge, of_node
from graph.compiler.plan import Page, SortKey, Source
from graph.compiler.values import Binding, Items, Leaf, Members, Read
from graph.cypher import ast
from graph.errors import BadUserInput
from graph.mapping.model import GraphModel
from graph.settings import Limits

Path = tuple[str, ...]


def sort_keys(
    given: Any, source: Source, model: GraphModel, kind: str, place: str
) -> tuple[tuple[SortKey, ...], str]:
    """The keys of an `orderBy`, made unique by slug, and the order in words."""
    chosen: dict[tuple[bool, Path], bool] = {}
    items = given.items if isinstance(given, Items) else ()
    for at, item in enumerate(items):
        on_edge, path, descending = _one(item, source.end is not None, f"{place}.orderBy[{at}]")
        if (on_edge, path) in chosen:
            raise BadUserInput(
                f"{place}.orderBy[{at}] orders by {'.'.join(path)} again.", "Name each key once."
            )
        chosen[on_edge, path] = descending
    # A slug is unique within a type only; lists of any type are told apart by id.
    chosen.setdefault((False, ("slug",)), False)
    if source.end and source.end.relationship.key:
        chosen.setdefault((True, (source.end.relationship.key,)), False)
    keys: list[SortKey] = []
    for (on_edge, path), descending in chosen.items():
        if on_edge:
            assert source.end
            found = of_edge(source.end.relationship.edge, source.edge, path)
        else:
            found = of_node(model, kind, source.node, path)
        keys.append(_key(found, descending))
    if kind == "Entity":
        keys.append(SortKey(ast.Get(source.node, "id"), False, False, str))
    words = ",".join(f"{edge:d}{'.'.join(path)}{down:d}" for (edge, path), down in chosen.items())
    return tuple(keys), words


def page(
    arguments: Mapping[str, Any],
    keys: Sequence[SortKey],
    fingerprint: str,
    place: str,
    limits: Limits,
    scope: Any = None,
) -> Page:
    """The part of an order that `first`, `after`, `last` and `before` ask for.

    `scope` is a parameter that the first key must be equal to in a cursor.
    """
    first, last = _given(arguments, "first"), _given(arguments, "last")
    if first and last:
        raise BadUserInput(f"{place} has both `first` and `last`.", "Give one of them.")
    name = "last" if last else "first"
    size = last or first
    read: Read = size.read if size else lambda _: limits.default_page_size
    bounds = {
        bound: _keyset(
            keys, _within(leaf.read, scope), fingerprint, f"{place}({bound}:)", bound == "before"
        )
        for bound in ("after", "before")
        if (leaf := _given(arguments, bound))
    }
    return Page(
        size=Binding(read, convert.page_size(f"{place}({name}:)", limits.page_size)),
        sized=size is not None,
        backward=last is not None,
        after=bounds.get("after"),
        before=bounds.get("before"),
    )


def order_by(keys: Sequence[SortKey], backward: bool) -> list[ast.OrderKey]:
    """The keys as an ORDER BY, null last; all of it turned round with `backward`."""
    found: list[ast.OrderKey] = []
    for key in keys:
        if key.nullable and key.descending:
            found.append(ast.OrderKey(ast.IsNull(key.expression), descending=backward))
        found.append(ast.OrderKey(key.expression, key.descending != backward))
    return found


def fingerprint(*parts: str) -> str:
    """A short mark of the list and order that a cursor belongs to."""
    return f"{zlib.crc32('|'.join(parts).encode()):08x}"


def encode_cursor(mark: str, values: Sequence[Any]) -> str:
    """The cursor of an edge with these sort keys."""
    text = json.dumps([mark, *values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, mark: str, size: int, place: str) -> list[Any]:
    """The sort keys in a cursor; raise BadUserInput where it is broken or of another list."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found: Any = json.loads(raw)
    except (ValueError, binascii.Error, UnicodeError, RecursionError):
        found = None
    values = cast(list[Any], found) if isinstance(found, list) else []
    if not values or not all(isinstance(item, str | int | float | None) for item in values):
        raise BadUserInput(
            f"{place} is not a cursor.", "Give a `cursor` or `endCursor` from an earlier answer."
        )
    if values[0] != mark or len(values) != size + 1:
        raise BadUserInput(
            f"{place} is the cursor of another list or of another order.",
            "Use it with the field and `orderBy` that it came from, or start without it.",
        )
    return values[1:]


def _one(item: Any, related: bool, place: str) -> tuple[bool, Path, bool]:
    """Whether it is of the edge, the path of names, whether it is descending."""
    path: list[str] = []
    value = item
    while not isinstance(value, Leaf):
        name, value = _only(value, place)
        place = f"{place}.{name}"
        path.append(name)
    if value.value is None:
        raise BadUserInput(f"{place} is null.", "Give ASC or DESC.")
    if related:
        return path[0] == "edge", tuple(path[1:]), value.value == "DESC"
    return False, tuple(path), value.value == "DESC"


def _only(item: Any, place: str) -> tuple[str, Any]:
    members = list(item.members.items()) if isinstance(item, Members) else []
    if len(members) != 1:
        raise BadUserInput(
            f"{place} has {len(members)} keys.",
            "Give exactly one key in each member of the list: [{name: ASC}, {slug: DESC}].",
        )
    return members[0]


def _key(found: Reached, descending: bool) -> SortKey:
    if not found.computed:
        return SortKey(found.ordered, descending, found.nullable, found.row_type)
    return SortKey(
        ast.Variable(), descending, found.nullable, found.row_type, definition=found.ordered
    )


def _given(arguments: Mapping[str, Any], name: str) -> Leaf | None:
    leaf = arguments.get(name)
    return leaf if isinstance(leaf, Leaf) and leaf.value is not None else None


def _keyset(
    keys: Sequence[SortKey], read: Read, mark: str, place: str, before: bool
) -> ast.Expression:
    """That a row comes after (or before) the edge of a cursor.

    For keys that are never null in the form that an index can use:
    `k1 >= v1 AND (k1 > v1 OR ...)`.
    """
    values = [
        ast.Parameter(Binding(read, _cursor_value(mark, len(keys), at, place)))
        for at in range(len(keys))
    ]
    condition: ast.Expression | None = None
    for key, value in reversed(list(zip(keys, values, strict=True))):
        further = _further(key, value, before)
        if condition is None:
            condition = further
        elif key.nullable:
            within = ast.Junction("AND", [_same(key, value), condition])
            condition = ast.Junction("OR", [further, within])
        else:
            operator = "<=" if key.descending != before else ">="
            reached = ast.Operation(key.expression, operator, value)
            condition = ast.Junction("AND", [reached, ast.Junction("OR", [further, condition])])
    assert condition is not None
    return condition


def _further(key: SortKey, value: ast.Parameter, before: bool) -> ast.Expression:
    operator = "<" if key.descending != before else ">"
    beyond = ast.Operation(key.expression, operator, value)
    if not key.nullable:
        return beyond
    nulls = (
        [ast.IsNull(value), ast.IsNull(key.expression, negated=True)]
        if before
        else [ast.IsNull(value, negated=True), ast.IsNull(key.expression)]
    )
    return ast.Junction("OR", [beyond, ast.Junction("AND", nulls)])


def _same(key: SortKey, value: ast.Parameter) -> ast.Expression:
    both_null = ast.Junction("AND", [ast.IsNull(key.expression), ast.IsNull(value)])
    return ast.Junction("OR", [ast.Operation(key.expression, "=", value), both_null])


def _within(read: Read, scope: Any) -> Read:
    """Reads a cursor, and the value that its first key must have, if any."""
    if not scope:
        return lambda variables: (read(variables), None)
    binding = cast(Binding, scope.binding)
    return lambda variables: (read(variables), binding.value(variables))


def _cursor_value(mark: str, size: int, at: int, place: str) -> convert.Convert:
    check = convert.text(place)

    def convert_one(given: tuple[str, Any]) -> Any:
        cursor, scope = given
        values = decode_cursor(check(cursor), mark, size, place)
        if scope is not None and values[0] != scope:
            raise BadUserInput(
                f"{place} is the cursor of another question.",
                "Use it with the arguments that it came from, or start without it.",
            )
        return check(values[at])

    return convert_one
