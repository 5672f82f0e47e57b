"""`orderBy` inputs and cursors -> sort keys, keyset conditions, pages.

A cursor holds the sort keys of its edge, so that a page begins after that place
whatever has been loaded or removed meanwhile. Null comes last in either
direction; ties are broken by slug, then by the key of the relationship.
"""

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec

from graph.compiler import convert
from graph.compiler.paths import Reached, of_edge, of_node
from graph.compiler.source import Page, SortKey, Source
from graph.compiler.values import Binding, Items, Leaf, Members, Read, constant
from graph.cypher import ast
from graph.errors import BadUserInput
from graph.mapping.model import GraphModel
from graph.settings import Limits

Path = tuple[str, ...]


def sort_keys(
    ordering: Any, source: Source, model: GraphModel, kind: str, place: str
) -> tuple[tuple[SortKey, ...], str]:
    """The keys of an `orderBy`, made unique by slug, and the order in words."""
    chosen: dict[tuple[bool, Path], bool] = {}
    items = ordering.items if isinstance(ordering, Items) else ()
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
            reached = of_edge(source.end.relationship.edge, source.edge, path)
        else:
            reached = of_node(model, kind, source.node, path)
        keys.append(_key(reached, descending))
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
    first, last = _leaf(arguments, "first"), _leaf(arguments, "last")
    if first and last:
        raise BadUserInput(f"{place} has both `first` and `last`.", "Give one of them.")
    convert_size = convert.page_size(f"{place}({'last' if last else 'first'}:)", limits.page_size)
    size = last or first
    bounds = {
        bound: _keyset(keys, leaf, scope, fingerprint, f"{place}({bound}:)", bound == "before")
        for bound in ("after", "before")
        if (leaf := _leaf(arguments, bound)) and leaf.value != ""
    }
    return Page(
        size=size.bind(convert_size)
        if size
        else Binding(constant(limits.default_page_size), convert_size),
        sized=size is not None,
        backward=last is not None,
        after=bounds.get("after"),
        before=bounds.get("before"),
    )


def order_by(keys: Sequence[SortKey], backward: bool) -> list[ast.OrderKey]:
    """The keys as an ORDER BY, null last; all of it turned round with `backward`."""
    order: list[ast.OrderKey] = []
    for key in keys:
        if key.nullable and key.descending:
            order.append(ast.OrderKey(ast.IsNull(key.expression), descending=backward))
        order.append(ast.OrderKey(key.expression, key.descending != backward))
    return order


def fingerprint(*parts: str) -> str:
    """A short mark of the list and order that a cursor belongs to."""
    return f"{zlib.crc32('|'.join(parts).encode()):08x}"


def encode_cursor(mark: str, values: Sequence[Any]) -> str:
    """The cursor of an edge with these sort keys."""
    text = json.dumps([mark, *values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_reader(mark: str, keys: Sequence[SortKey], place: str) -> Callable[[str], list[Any]]:
    """Reads the sort keys in a cursor of this list, each of the type that its key has.

    Raises BadUserInput where a cursor is broken, made by hand, or of another list.
    """
    types = tuple(key.cursor_type for key in keys)
    decoder = msgspec.json.Decoder(tuple[(str, *types)])  # pyright: ignore

    def read(cursor: str) -> list[Any]:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            decoded = cast(tuple[Any, ...], decoder.decode(raw))
        except (ValueError, msgspec.DecodeError, RecursionError):
            raise _no_cursor(cursor, mark, len(keys), place) from None
        if decoded[0] != mark:
            raise _of_another(place)
        return list(decoded[1:])

    return read


def _no_cursor(cursor: str, mark: str, size: int, place: str) -> BadUserInput:
    """What to say of a cursor that cannot be read: it may be one of another list."""
    try:
        decoded = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, msgspec.DecodeError, RecursionError):
        decoded = None
    if isinstance(decoded, list) and decoded and isinstance(decoded[0], str):
        other = cast(list[Any], decoded)
        if len(other) > 1 and (other[0] != mark or len(other) != size + 1):
            return _of_another(place)
    return BadUserInput(
        f"{place} is not a cursor.", "Give a `cursor` or `endCursor` from an earlier answer."
    )


def _of_another(place: str) -> BadUserInput:
    return BadUserInput(
        f"{place} is the cursor of another list or of another order.",
        "Use it with the field and `orderBy` that it came from, or start without it.",
    )


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


def _key(reached: Reached, descending: bool) -> SortKey:
    if not reached.computed:
        return SortKey(reached.ordered, descending, reached.nullable, reached.cursor_type)
    return SortKey(
        ast.Variable(),
        descending,
        reached.nullable,
        reached.cursor_type,
        definition=reached.ordered,
    )


def _leaf(arguments: Mapping[str, Any], name: str) -> Leaf | None:
    leaf = arguments.get(name)
    return leaf if isinstance(leaf, Leaf) and leaf.value is not None else None


def _keyset(
    keys: Sequence[SortKey], leaf: Leaf, scope: Any, mark: str, place: str, before: bool
) -> ast.Expression:
    """That a row comes after (or before) the edge of a cursor.

    For keys that are never null in the form that an index can use:
    `k1 >= v1 AND (k1 > v1 OR ...)`.
    """
    read, within = cursor_reader(mark, keys, place), _within(leaf.read, scope)
    values = [
        ast.Parameter(leaf.bind(_cursor_value(read, at, place), within)) for at in range(len(keys))
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


def _cursor_value(read: Callable[[str], list[Any]], at: int, place: str) -> convert.Convert:
    check = convert.text(place)

    def convert_one(pair: tuple[str, Any]) -> Any:
        cursor, scope = pair
        values = read(check(cursor))
        if scope is not None and values[0] != scope:
            raise BadUserInput(
                f"{place} is the cursor of another question.",
                "Use it with the arguments that it came from, or start without it.",
            )
        return check(values[at])

    return convert_one
