"""One small class a Cypher construct; each renders itself in an environment."""

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


# Expressions


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


# Patterns


@dataclass(frozen=True, slots=True)
class NodePattern:
    """A node; with `keys` those of its properties that must equal something."""

    variable: Expression | None = None
    labels: Sequence[str] = ()
    keys: Sequence[tuple[str, Expression]] = ()

    def render(self, env: Environment) -> str:
        variable = self.variable.render(env) if self.variable else ""
        labels = f":{'|'.join(map(escape.name, self.labels))}" if self.labels else ""
        keys = ", ".join(f"{escape.name(key)}: {value.render(env)}" for key, value in self.keys)
        return f"({variable}{labels}{' {' + keys + '}' if keys else ''})"


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A relationship between two nodes; `forward` tells its direction."""

    start: NodePattern
    variable: Variable | None
    type: str
    forward: bool
    end: NodePattern

    def render(self, env: Environment) -> str:
        variable = self.variable.render(env) if self.variable else ""
        inner = f"[{variable}:{escape.name(self.type)}]"
        arrow = f"-{inner}->" if self.forward else f"<-{inner}-"
        return f"{self.start.render(env)}{arrow}{self.end.render(env)}"


Pattern = NodePattern | PathPattern


# Clauses


@dataclass(frozen=True, slots=True)
class Match:
    """Patterns to find, and what must hold."""

    patterns: Sequence[Pattern]
    where: Sequence[Expression] = ()
    optional: bool = False

    def render(self, env: Environment) -> str:
        patterns = ", ".join(pattern.render(env) for pattern in self.patterns)
        keyword = "OPTIONAL MATCH" if self.optional else "MATCH"
        if not self.where:
            return f"{keyword} {patterns}"
        return f"{keyword} {patterns} WHERE {' AND '.join(item.render(env) for item in self.where)}"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order."""

    expression: Expression
    descending: bool = False

    def render(self, env: Environment) -> str:
        return f"{self.expression.render(env)}{' DESC' if self.descending else ''}"


@dataclass(frozen=True, slots=True)
class With:
    """What goes on to the next clause, in which order, at most how many."""

    items: Sequence[tuple[Expression, Variable | str | None]]
    order: Sequence[OrderKey] = ()
    limit: Expression | None = None
    distinct: bool = False
    where: Sequence[Expression] = field(default=())

    def render(self, env: Environment) -> str:
        parts = [
            "WITH DISTINCT" if self.distinct else "WITH",
            ", ".join(_named(env, *item) for item in self.items),
        ]
        if self.order:
            parts.append(f"ORDER BY {', '.join(key.render(env) for key in self.order)}")
        if self.limit:
            parts.append(f"LIMIT {self.limit.render(env)}")
        if self.where:
            parts.append(f"WHERE {' AND '.join(item.render(env) for item in self.where)}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Unwind:
    """One row a member of a list."""

    source: Expression
    member: Variable

    def render(self, env: Environment) -> str:
        return f"UNWIND {self.source.render(env)} AS {self.member.render(env)}"


@dataclass(frozen=True, slots=True)
class CallSubquery:
    """Clauses that are run for each row, with all its variables in scope, or with none."""

    clauses: Sequence[Clause]
    alone: bool = False

    def render(self, env: Environment) -> str:
        scope = "()" if self.alone else "(*)"
        return f"CALL {scope} {{ {' '.join(clause.render(env) for clause in self.clauses)} }}"


@dataclass(frozen=True, slots=True)
class CallUnion:
    """The rows of several branches, each of which ends in a RETURN of the same names.

    What they use is imported by name: inside of a subquery expression Neo4j leaves out of `(*)`
    what the clauses around the expression have bound.
    """

    branches: Sequence[Sequence[Clause]]

    def render(self, env: Environment) -> str:
        text, imports = env.with_imports(self._render)
        return f"CALL ({', '.join(imports)}) {{ {text} }}"

    def _render(self, env: Environment) -> str:
        return " UNION ALL ".join(
            " ".join(clause.render(env) for clause in branch) for branch in self.branches
        )


@dataclass(frozen=True, slots=True)
class Return:
    """What comes out."""

    items: Sequence[tuple[Expression, "Variable | str | None"]]

    def render(self, env: Environment) -> str:
        return f"RETURN {', '.join(_named(env, *item) for item in self.items)}"


def _named(env: Environment, item: Expression, alias: Variable | str | None) -> str:
    if alias is None:
        return item.render(env)
    return f"{item.render(env)} AS {alias if isinstance(alias, str) else alias.render(env)}"
