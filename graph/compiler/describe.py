"""A plan as an indented outline, for people who ask how a query is compiled."""

from collections.abc import Iterator

from graph.compiler.plan import (
    Column,
    Connection,
    Cursor,
    Each,
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
)


def describe(plan: Plan) -> list[str]:
    """One line a field, nested as the answer is."""
    lines = [line for key, value in plan.fields for line in _value(key, value, 0)]
    return [*lines, "introspection"] if plan.introspects else lines


def _value(key: str, value: Value, depth: int) -> Iterator[str]:
    pad = "  " * depth
    match value:
        case Scalar() | Made():
            yield f"{pad}{key}"
        case Column():
            yield f"{pad}{key}: a list of values"
        case Maybe(_, selection):
            yield f"{pad}{key}: one object or null"
            yield from _selection(selection, depth + 1)
        case Several(items):
            yield f"{pad}{key}: {len(items)} objects"
            for item in items:
                yield from _selection(item, depth + 1)
        case Fixed(text):
            yield f"{pad}{key} = {text}"
        case TypeName():
            yield f"{pad}{key} (by the prefix of the id)"
        case Failed(error):
            yield f"{pad}{key}: an error, {error}"
        case Cursor():
            yield f"{pad}{key} (from the sort keys)"
        case Same(selection):
            yield f"{pad}{key}: the node in scope"
            yield from _selection(selection, depth + 1)
        case Rows(_, selection, one):
            yield f"{pad}{key}: {'one object or null' if one else 'a list'}"
            yield from _selection(selection, depth + 1)
        case Each(_, _, _, selection):
            yield f"{pad}{key}: one object or null for each id"
            yield from _selection(selection, depth + 1)
        case Connection():
            yield f"{pad}{key}: {_page(value)}"
            for name, member in value.members:
                yield f"{pad}  {name}"
                if member.selection:
                    yield from _selection(member.selection, depth + 2)
                if member.value:
                    yield from _value("over all", member.value, depth + 2)


def _page(connection: Connection) -> str:
    source = connection.source
    start = source.start
    if source.clauses:
        place = "what hand-written clauses find"
    elif source.end:
        place = f"those along {source.end.relationship.type}"
    elif start:
        ends = " and ".join(f"{s.end.other} along {s.end.relationship.type}" for s in start)
        place = f"{source.label}, from {ends}"
    else:
        place = f"all {source.label}"
    side = "last" if connection.page.backward else "first"
    conditions = (
        f"{len(connection.conditions)} conditions" if connection.conditions else "no condition"
    )
    once = ", gathered once" if connection.gathered else ""
    return f"{side} page of {place}, {conditions}, {len(connection.order)} sort keys{once}"


def _selection(selection: Selection, depth: int) -> Iterator[str]:
    if isinstance(selection, Object):
        for key, value in selection.fields:
            yield from _value(key, value, depth)
        return
    yield from _selection(selection.shared, depth)
    for entry in selection.entries:
        if entry.own.fields:
            yield f"{'  ' * depth}... on {' or '.join(entry.types)}"
            yield from _selection(entry.own, depth + 1)
