"""The one table of operators: what a filter offers, and what each of its members means.

An operator has its meaning twice: as Cypher, and plainly in Python. The tests' oracle reads
the second and compares. A condition on a null value does not hold, and its contrary does.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graph.cypher import ast

Cypher = Callable[[ast.Expression, ast.Expression], ast.Expression]
"""The stored value and the one asked for -> an expression."""
VALUE, VALUES = "value", "[value!]"
"""Arguments of the filter's own type."""


def _never(_: Any) -> bool:
    return False


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """One condition on a value.

    `holds` says whether a stored value meets it, `on_null` whether a missing one does.
    A `literal` argument becomes part of the statement; others are parameters.
    """

    name: str
    argument: str
    description: str
    cypher: Cypher
    holds: Callable[[Any, Any], bool]
    on_null: Callable[[Any], bool] = _never
    literal: bool = False

    @property
    def many(self) -> bool:
        """Whether its argument is a list."""
        return self.argument.startswith("[")

    def type_for(self, value: str) -> str:
        """The argument's type in a filter of values of this type."""
        return self.argument.replace(VALUE, value)


def _operation(symbol: str) -> Cypher:
    return lambda stored, operand: ast.Operation(stored, symbol, operand)


def _contrary(cypher: Cypher) -> Cypher:
    return lambda stored, operand: ast.Not(cypher(stored, operand))


def _is_null(stored: ast.Expression, operand: ast.Expression) -> ast.Expression:
    assert isinstance(operand, ast.Constant)
    return ast.IsNull(stored, negated=not operand.value)


def _quantified(quantifier: str, stored_first: bool) -> Cypher:
    def cypher(stored: ast.Expression, operand: ast.Expression) -> ast.Expression:
        outer, inner = (stored, operand) if stored_first else (operand, stored)
        return ast.Quantifier(quantifier, ast.Variable(), outer, inner)

    return cypher


_EQUAL, _WITHIN = _operation("="), _operation("IN")
EQ = Operator(
    "eq", VALUE, "Equal to this value.", _EQUAL, lambda stored, operand: stored == operand
)
NE = Operator(
    "ne",
    VALUE,
    "Not equal to this value; null matches.",
    _contrary(_EQUAL),
    lambda stored, operand: stored != operand,
    _always,
)
IN = Operator("in", VALUES, "One of these.", _WITHIN, lambda stored, operand: stored in operand)
NOT_IN = Operator(
    "notIn",
    VALUES,
    "None of these; null matches.",
    _contrary(_WITHIN),
    lambda stored, operand: stored not in operand,
    _always,
)
IS_NULL = Operator(
    "isNull",
    "Boolean",
    "Whether the value is unknown.",
    _is_null,
    lambda _stored, operand: not operand,
    lambda operand: operand is True,
    literal=True,
)
_BOUNDS = (
    Operator("lt", VALUE, "Less than this.", _operation("<"), operator.lt),
    Operator("lte", VALUE, "At most this.", _operation("<="), operator.le),
    Operator("gt", VALUE, "More than this.", _operation(">"), operator.gt),
    Operator("gte", VALUE, "At least this.", _operation(">="), operator.ge),
)
CONTAINS = Operator(
    "contains",
    VALUE,
    "Contains this.",
    _operation("CONTAINS"),
    lambda stored, operand: operand in stored,
)
STARTS_WITH = Operator(
    "startsWith",
    VALUE,
    "Starts with this.",
    _operation("STARTS WITH"),
    lambda stored, operand: stored.startswith(operand),
)
_ENDS_WITH = Operator(
    "endsWith",
    VALUE,
    "Ends with this.",
    _operation("ENDS WITH"),
    lambda stored, operand: stored.endswith(operand),
)
_MEMBERS = (
    Operator(
        "has",
        VALUE,
        "Has this member.",
        lambda stored, operand: ast.Operation(operand, "IN", stored),
        lambda stored, operand: operand in stored,
    ),
    Operator(
        "hasAny",
        VALUES,
        "Has at least one of these members.",
        _quantified("any", stored_first=True),
        lambda stored, operand: any(item in stored for item in operand),
    ),
    Operator(
        "hasAll",
        VALUES,
        "Has all of these members.",
        _quantified("all", stored_first=False),
        lambda stored, operand: all(item in stored for item in operand),
    ),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter's input type: its operators, and members that are no operators.

    `value` is the GraphQL type of what is compared. `more` are name, type and description.
    """

    name: str
    value: str
    description: str
    operators: tuple[Operator, ...]
    more: tuple[tuple[str, str, str], ...] = ()

    def __getitem__(self, name: str) -> Operator:
        return {known.name: known for known in self.operators}[name]


_GIVEN = "all that are given must hold."
CASE_SENSITIVE, SIZE = "caseSensitive", "size"
EQUALITY: tuple[Operator, ...] = (EQ, NE, IN, NOT_IN, IS_NULL)
ORDERED: tuple[Operator, ...] = (EQ, NE, IN, NOT_IN, *_BOUNDS, IS_NULL)
COMPARISONS = {known.name: known for known in ORDERED}
"""All that values other than text are compared by."""
TEXT = Filter(
    "TextFilter",
    "String",
    f"Conditions on text; {_GIVEN}",
    (EQ, NE, IN, NOT_IN, CONTAINS, STARTS_WITH, _ENDS_WITH, IS_NULL),
    ((CASE_SENSITIVE, "Boolean", "Compare case and accents too; by default neither counts."),),
)
TEXT_LIST = Filter(
    "TextListFilter",
    "String",
    f"Conditions on a list of texts; {_GIVEN} Case and accents do not count.",
    _MEMBERS,
    ((SIZE, "IntFilter", "On the number of its members."),),
)
FILTERS: Sequence[Filter] = (
    Filter("IntFilter", "Int", f"Conditions on a whole number; {_GIVEN}", ORDERED),
    Filter("FloatFilter", "Float", f"Conditions on a number; {_GIVEN}", ORDERED),
    Filter("DateFilter", "Date", f"Conditions on a date; {_GIVEN}", ORDERED),
    Filter("BooleanFilter", "Boolean", f"Conditions on a yes or no; {_GIVEN}", (EQ, NE, IS_NULL)),
    TEXT,
    TEXT_LIST,
)
"""Those that every schema has; each enum has one of its own."""


def enum_filter(name: str) -> Filter:
    """The filter of an enum."""
    return Filter(f"{name}Filter", name, f"Conditions on the value; {_GIVEN}", EQUALITY)
