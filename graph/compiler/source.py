"""What a connection is of: where its nodes come from, conditions, order, and the page of that.

A condition on related nodes is more than an expression: a rule may want to see into it.
"""

from dataclasses import dataclass
from typing import Any

from graph.compiler.values import Binding
from graph.cypher import ast
from graph.mapping.model import End


@dataclass(frozen=True, slots=True)
class Plain:
    """A condition that is only an expression.

    `selective` where an index finds few by it: 2 for one node at most, 1 for some.
    `about` is the field that it is on, so that a facet of that field can leave it out.
    `related` where it looks at other nodes.
    """

    expression: ast.Expression
    selective: int = 0
    about: str = ""
    related: bool = False


@dataclass(frozen=True, slots=True)
class Some:
    """At least one related node meets the conditions."""

    end: End
    owner: ast.Variable
    node: ast.Variable
    edge: ast.Variable
    conditions: tuple["Condition", ...]
    about: str = ""

    @property
    def related(self) -> bool:
        """It looks at other nodes."""
        return True


Condition = Plain | Some


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order, as it is asked for; null comes last.

    With a `definition`, `expression` is the variable that its value is bound to.
    """

    expression: ast.Expression
    descending: bool
    nullable: bool
    cursor_type: Any
    definition: ast.Expression | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the nodes of a connection come from.

    A label alone for a root list; `end` and `owner` for related nodes; `clauses`
    that bind `node` and `columns` for a list written by hand, found `once` where that
    is dear. `start` has the conditions that a rule chose to begin from.
    """

    node: ast.Variable
    edge: ast.Variable
    label: str | None = None
    end: End | None = None
    owner: ast.Variable | None = None
    start: tuple[Some, ...] = ()
    clauses: tuple[ast.Clause, ...] = ()
    columns: tuple[ast.Variable, ...] = ()
    once: bool = False
    weight: int = 0

    @property
    def carried(self) -> tuple[ast.Variable, ...]:
        """The variables that make up one row."""
        if self.clauses:
            return self.columns
        return (self.node,) if self.end is None else (self.node, self.edge)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the order: `size` from the start, or from the end with `backward`.

    `sized` where the request says the size, so that it may be large.
    """

    size: Binding
    sized: bool
    backward: bool
    after: ast.Expression | None
    before: ast.Expression | None
