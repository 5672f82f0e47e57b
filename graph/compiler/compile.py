"""All stages in order: one valid operation under variables of one shape -> one compiled plan."""

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues

from graph.compiler import emit, rules
from graph.compiler.budget import Budget
from graph.compiler.collect import Collector
from graph.compiler.document import Document
from graph.compiler.estimate import Estimate, Facts, estimate
from graph.compiler.plan import Plan
from graph.compiler.project import Projector
from graph.compiler.select import Selector
from graph.compiler.values import Binding, Variables
from graph.compiler.where import WhereCompiler
from graph.cypher.env import Environment, StatementTooLong
from graph.errors import QueryTooComplex
from graph.mapping.model import GraphModel
from graph.settings import Limits


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan ready to run; `cypher` is empty where the database is not needed."""

    plan: Plan
    cypher: str
    parameters: tuple[tuple[str, Binding], ...]
    projector: Projector
    fixed: frozenset[str]
    """Variables whose values, not only their shape, made the plan what it is."""
    estimate: Estimate
    unused: tuple[Binding, ...] = ()
    """Of arguments that nothing in the statement takes: they are checked all the same."""

    def bind(self, variables: Variables, limits: Limits, facts: Facts) -> "Bound":
        """What one request gives to the plan; raise BadUserInput or QueryTooComplex."""
        for binding in self.unused:
            binding.value(variables)
        return Bound(
            {name: binding.value(variables) for name, binding in self.parameters},
            [binding.value(variables) for binding in self.projector.values],
            self.estimate.check(variables, limits, facts),
        )


@dataclass(frozen=True, slots=True)
class Bound:
    """The statement's parameters, what the projector needs, and the estimate of nodes."""

    parameters: dict[str, Any]
    values: list[Any]
    estimated: int


def compile_operation(
    schema: GraphQLSchema,
    model: GraphModel,
    document: Document,
    operation: OperationDefinitionNode,
    variables: VariableValues,
    limits: Limits,
    *,
    checks: bool = False,
) -> Compiled:
    """Compile an operation; the variables' shape, not their values, decides the result.

    With `checks` it is for these values alone: a field fails where they cannot be used.
    """
    budget = Budget(limits)
    collector = Collector(schema, operation, document.fragments, variables, budget)
    where = WhereCompiler(model, limits.list_items, limits.filter_levels)
    selector = Selector(schema, collector, where, limits, budget, checks=checks)
    plan = rules.apply(selector.operation())
    selector.release()
    statement = emit.statement(plan)
    environment = Environment(limits.statement_characters)
    cypher = _rendered(statement, environment, limits.statement_characters) if statement else ""
    parameters = tuple(
        (f"p{at}", binding)
        for at, binding in enumerate(environment.parameters)
        if isinstance(binding, Binding)
    )
    projector = Projector(plan)
    used = {id(binding) for binding in (*environment.parameters, *projector.values)}
    return Compiled(
        plan,
        cypher,
        parameters,
        projector,
        frozenset(selector.fixed),
        estimate(plan),
        tuple(binding for binding in selector.bound if id(binding) not in used),
    )


def _rendered(statement: emit.Statement, environment: Environment, most: int) -> str:
    """The text of a statement; raise QueryTooComplex where it is too long to be planned soon."""
    try:
        cypher = statement.render(environment)
    except StatementTooLong:
        cypher = None
    if cypher is None or len(cypher) > most:
        size = f"{len(cypher)}" if cypher else f"more than {most}"
        raise QueryTooComplex(
            f"The operation becomes a statement of {size} characters; at most {most} are allowed.",
            "Ask for fewer lists, facets and conditions on related nodes, or in several requests.",
        )
    return cypher
