"""What an operation may cost, before it runs, and what it did, after.

The estimate is the number of nodes that it may return: the sizes of the pages
on the way to each list multiplied, and these products added up. Lists without
pages (`ancestors`, `evidence`) count as if they had `UNPAGED` members.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph.compiler.emit import has_position, is_just_rows, unwraps_rows
from graph.compiler.plan import (
    Connection,
    Each,
    Maybe,
    Object,
    Plan,
    Rows,
    Same,
    Selection,
    Several,
    Value,
    Variants,
)
from graph.compiler.values import Binding, Variables
from graph.cypher import ast
from graph.errors import QueryTooComplex

UNPAGED = 10


@dataclass(frozen=True, slots=True)
class Term:
    """One product: a number times the sizes that a request gives."""

    times: int
    sizes: tuple[Binding, ...]

    def value(self, variables: Variables) -> int:
        found = self.times
        for size in self.sizes:
            given: int | list[Any] = size.value(variables)
            found *= len(given) if isinstance(given, list) else given
        return found


Estimate = tuple[Term, ...]


def estimate(plan: Plan) -> Estimate:
    """The products whose sum is the number of nodes that a plan may return."""
    one = Term(1, ())
    return tuple(term for _, value in plan.fields for term in _value(value, one))


def check_estimate(found: Estimate, variables: Variables, most: int) -> int:
    """The estimate for one request; raise QueryTooComplex where it is over what is allowed."""
    total = sum(term.value(variables) for term in found)
    if total > most:
        raise QueryTooComplex(
            f"The operation may return {total} nodes (page sizes multiplied, then added up);"
            f" at most {most} are allowed.",
            "Ask for smaller pages with `first`, or in several requests.",
        )
    return total


def _value(value: Value, outer: Term) -> Iterator[Term]:
    match value:
        case Connection():
            size = value.page.size
            inner = Term(outer.times, (*outer.sizes, size))
            if value.lists:
                yield inner
            for selection in value.lists:
                yield from _selection(selection, inner)
            for whole in value.wholes:
                yield from _value(whole, outer)
        case Rows(clauses, selection, one):
            inner = outer if one else _longer(outer, clauses)
            yield inner
            yield from _selection(selection, inner)
        case Each(items, _, _, selection):
            assert isinstance(items, ast.Parameter) and isinstance(items.binding, Binding)
            inner = Term(outer.times, (*outer.sizes, items.binding))
            yield inner
            yield from _selection(selection, inner)
        case Same(selection) | Maybe(_, selection):
            yield from _selection(selection, outer)
        case Several(items):
            for item in items:
                yield from _selection(item, outer)
        case _:
            pass


def _longer(outer: Term, clauses: tuple[ast.Clause, ...]) -> Term:
    """As long as the clauses' limit says, if it is the request's, else as if of `UNPAGED`."""
    last = clauses[-1] if clauses else None
    if isinstance(last, ast.With) and isinstance(last.limit, ast.Parameter):
        binding = last.limit.binding
        if isinstance(binding, Binding):
            return Term(outer.times, (*outer.sizes, binding))
    return Term(outer.times * UNPAGED, outer.sizes)


def _selection(selection: Selection, outer: Term) -> Iterator[Term]:
    if isinstance(selection, Variants):
        # An object is of one of the types: the dearest of them counts.
        yield from _selection(selection.shared, outer)
        dearest: list[Term] = []
        for entry in selection.entries:
            terms = list(_selection(entry.own, outer))
            dearest = max(dearest, terms, key=len)
        yield from dearest
        return
    for _, value in selection.fields:
        yield from _value(value, outer)


def returned(plan: Plan, columns: list[Any]) -> int:
    """How many rows the lists of an answer have in all."""
    found = 0
    position = 0
    for _, value in plan.fields:
        if has_position(value):
            found += _rows_of(value, columns[position])
            position += 1
    return found


def _rows_of(value: Value, given: Any) -> int:
    if given is None:
        return 0
    match value:
        case Connection():
            return _rows_of_connection(value, given)
        case Rows(_, selection, one):
            rows = [given] if one else given
            return len(rows) + sum(_rows_of_selection(selection, row) for row in rows)
        case Each(_, _, _, selection):
            rows = [row for row in given if row is not None]
            return len(rows) + sum(_rows_of_selection(selection, row) for row in rows)
        case Same(selection) | Maybe(_, selection):
            return _rows_of_selection(selection, given)
        case Several(items):
            return sum(
                _rows_of_selection(item, part) for item, part in zip(items, given, strict=True)
            )
        case _:
            return 0


def _rows_of_connection(found: Connection, given: Any) -> int:
    total = 0
    if found.lists:
        rows = given if is_just_rows(found) else given[0]
        total = len(rows)
        bare = unwraps_rows(found)
        for at, selection in enumerate(found.lists):
            total += sum(_rows_of_selection(selection, row if bare else row[at]) for row in rows)
    wholes = found.wholes
    for whole, part in zip(wholes, given[len(given) - len(wholes) :], strict=True):
        total += _rows_of(whole, part)
    return total


def _rows_of_selection(selection: Selection, row: Any) -> int:
    if isinstance(selection, Variants):
        kind, shared, *own = row
        entry = next(entry for entry in selection.entries if kind in entry.types)
        return _rows_of_selection(selection.shared, shared) + sum(
            _rows_of_selection(entry.own, values) for values in own
        )
    assert isinstance(selection, Object)
    total = position = 0
    for _, value in selection.fields:
        if has_position(value):
            total += _rows_of(value, row[position])
            position += 1
    return total
