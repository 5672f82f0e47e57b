"""Patterns, and the clauses of a statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.cypher import escape
from graph.cypher.env import Environment
from graph.cypher.expressions import Clause, Expression, Variable


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
