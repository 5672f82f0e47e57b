"""What has a value in Cypher: a class a kind of expression, and what all constructs share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graph.cypher import escape
from graph.cypher.env import Environment


class Expression(Protocol):
    """Anything that has a value."""

    def render(self, env: Environment) -> str: ...


class Clause(Protocol):
    """A part of a statement."""

    def render(self, env: Environment) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A node, a relationship or a value; itself is its only identity."""

    def render(self, env: Environment) -> str:
        return env.variable(self)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A value that is known when the statement runs; `binding` says where from."""

    binding: object

    def render(self, env: Environment) -> str:
        return env.parameter(self.binding)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that a declaration gives."""

    value: str | int | bool | None

    def render(self, env: Environment) -> str:
        return escape.constant(self.value)


@dataclass(frozen=True, slots=True)
class Get:
    """A property of a node or relationship."""

    owner: Expression
    key: str

    def render(self, env: Environment) -> str:
        return f"{self.owner.render(env)}.{escape.name(self.key)}"


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of expressions."""

    items: Sequence[Expression]

    def render(self, env: Environment) -> str:
        return f"[{', '.join(item.render(env) for item in self.items)}]"


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a list, counted from 0."""

    owner: Expression
    at: int

    def render(self, env: Environment) -> str:
        return f"{self.owner.render(env)}[{self.at}]"


@dataclass(frozen=True, slots=True)
class ItemAt:
    """A member of a list, at a place that the statement knows; null where that is null."""

    owner: Expression
    at: Expression

    def render(self, env: Environment) -> str:
        return f"{self.owner.render(env)}[{self.at.render(env)}]"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregating function; `distinct` leaves repetitions out."""

    function: str
    argument: Expression | None = None
    distinct: bool = False

    def render(self, env: Environment) -> str:
        argument = self.argument.render(env) if self.argument else "*"
        return f"{self.function}({'DISTINCT ' if self.distinct else ''}{argument})"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of expressions."""

    function: str
    arguments: Sequence[Expression]

    def render(self, env: Environment) -> str:
        return f"{self.function}({', '.join(item.render(env) for item in self.arguments)})"


@dataclass(frozen=True, slots=True)
class Operation:
    """An infix operator between two expressions."""

    left: Expression
    operator: str
    right: Expression

    def render(self, env: Environment) -> str:
        return f"{self.left.render(env)} {self.operator} {self.right.render(env)}"


@dataclass(frozen=True, slots=True)
class Junction:
    """Expressions joined by AND or OR; none at all is true (AND) or false (OR)."""

    operator: str
    items: Sequence[Expression]

    def render(self, env: Environment) -> str:
        if not self.items:
            return escape.constant(self.operator == "AND")
        if len(self.items) == 1:
            return self.items[0].render(env)
        return f"({f' {self.operator} '.join(item.render(env) for item in self.items)})"


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; null counts as false, so that the contrary of null is true."""

    item: Expression

    def render(self, env: Environment) -> str:
        return f"NOT coalesce({self.item.render(env)}, false)"


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether there is no value, or with `negated` whether there is one."""

    item: Expression
    negated: bool = False

    def render(self, env: Environment) -> str:
        return f"{self.item.render(env)} IS {'NOT ' if self.negated else ''}NULL"


@dataclass(frozen=True, slots=True)
class HasLabel:
    """Whether a node has a label."""

    node: Expression
    label: str

    def render(self, env: Environment) -> str:
        return f"{self.node.render(env)}:{escape.name(self.label)}"


@dataclass(frozen=True, slots=True)
class Case:
    """The value beside the first condition that holds, else `otherwise`."""

    branches: Sequence[tuple[Expression, Expression]]
    otherwise: Expression

    def render(self, env: Environment) -> str:
        whens = " ".join(
            f"WHEN {condition.render(env)} THEN {value.render(env)}"
            for condition, value in self.branches
        )
        return f"CASE {whens} ELSE {self.otherwise.render(env)} END"


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A list made of another, member by member."""

    member: Variable
    source: Expression
    value: Expression
    where: Expression | None = None

    def render(self, env: Environment) -> str:
        head = f"{self.member.render(env)} IN {self.source.render(env)}"
        if self.where:
            head = f"{head} WHERE {self.where.render(env)}"
        return f"[{head} | {self.value.render(env)}]"


@dataclass(frozen=True, slots=True)
class Quantifier:
    """`any` or `all` of a list's members are among another's."""

    kind: str
    member: Variable
    source: Expression
    among: Expression

    def render(self, env: Environment) -> str:
        member, source = self.member.render(env), self.source.render(env)
        return f"{self.kind}({member} IN {source} WHERE {member} IN {self.among.render(env)})"


@dataclass(frozen=True, slots=True)
class Subquery:
    """`COLLECT`, `COUNT` or `EXISTS` over clauses."""

    kind: str
    clauses: Sequence[Clause]

    def render(self, env: Environment) -> str:
        return f"{self.kind} {{ {' '.join(clause.render(env) for clause in self.clauses)} }}"


@dataclass(frozen=True, slots=True)
class Written:
    """Cypher written by hand: an expression, or clauses.

    `names` are the words in it that stand for something of the statement: `this`,
    the columns that clauses bind, and parameters (`$first`).
    """

    text: str
    names: Mapping[str, Expression] = field(default_factory=dict[str, Expression])

    def render(self, env: Environment) -> str:
        if not self.names:
            return self.text
        words = "|".join(re.escape(name) for name in self.names)
        # A word after one dot is a property; after two it bounds a range.
        return re.sub(
            rf"(?<![\w$:])(?<!(?<!\.)\.)(?:{words})(?!\w)",
            lambda match: self.names[match[0]].render(env),
            self.text,
        )


@dataclass(frozen=True, slots=True)
class Types:
    """Relationship types in a pattern written by hand: `A|B`."""

    names: Sequence[str]

    def render(self, env: Environment) -> str:
        return "|".join(map(escape.name, self.names))
