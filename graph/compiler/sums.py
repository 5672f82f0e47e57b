"""`aggregate` and `edgeAggregate` -> the aggregating functions of one WITH."""

from typing import Any, cast

from graphql import GraphQLObjectType, get_named_type

from graph.compiler import plan
from graph.compiler.collect import Collector, Field
from graph.compiler.paths import Reached, of_edge, of_node
from graph.compiler.rowtypes import FLOAT, INT, row_type
from graph.compiler.source import Source
from graph.cypher import ast
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel


class Sums:
    """The aggregating functions of one WITH, each bound to a variable."""

    def __init__(self, model: GraphModel, collector: Collector, source: Source, kind: str) -> None:
        self._model = model
        self._collector = collector
        self._source = source
        self._kind = kind
        self.count = ast.Variable()
        self.items: list[tuple[ast.Expression, ast.Variable | str | None]] = [
            (ast.Aggregate("count"), self.count)
        ]

    @property
    def variables(self) -> list[ast.Variable]:
        return [cast(ast.Variable, name) for _, name in self.items]

    def selection(self, field: Field, type_: Any) -> plan.Object:
        """What is selected of `aggregate` or `edgeAggregate`."""
        return self._object(field, type_, (field.name,))

    def _object(self, field: Field, type_: Any, path: tuple[str, ...]) -> plan.Object:
        """The selection of an aggregate; `path` leads to the value that it is over."""
        fields: list[tuple[str, plan.Value]] = []
        for key, below in self._collector.below(field, type_).items():
            if below.name == "__typename":
                fields.append((key, plan.Fixed(type_.name)))
                continue
            inner = cast(Any, get_named_type(type_.fields[below.name].type))
            if isinstance(inner, GraphQLObjectType):
                fields.append((key, plan.Same(self._object(below, inner, (*path, below.name)))))
            else:
                fields.append((key, self._scalar(below.name, path)))
        return plan.Object(tuple(fields))

    def _scalar(self, function: str, path: tuple[str, ...]) -> plan.Value:
        if len(path) == 1:
            return plan.Scalar(self.count, INT)
        reached = self._reached(path)
        distinct = function == "countDistinct"
        variable = ast.Variable()
        # Texts are different where filters tell them apart.
        over = reached.ordered if distinct and reached.kind is Kind.TEXT else reached.expression
        call = ast.Aggregate("count" if distinct else function, over, distinct)
        if function == "sum":
            self.items.append((ast.Call("toFloat", [call]), variable))
            return plan.Scalar(variable, FLOAT)
        if function == "avg" and reached.kind is Kind.INT:
            # Neo4j's avg() adds fractions up in the order of its rows: the last digits differ
            # from one load to the next.
            count = ast.Aggregate("count", reached.expression, False)
            total = ast.Call("toFloat", [ast.Aggregate("sum", reached.expression, False)])
            none = ast.Operation(count, "=", ast.Constant(0))
            call = ast.Case([(none, ast.Constant(None))], ast.Operation(total, "/", count))
        self.items.append((call, variable))
        if function in ("count", "countDistinct"):
            return plan.Scalar(variable, INT)
        kind = Kind.FLOAT if function == "avg" else reached.kind
        return plan.Scalar(variable, row_type(kind, nullable=True, many=False, enum=None))

    def _reached(self, path: tuple[str, ...]) -> Reached:
        """The value that a path of an aggregate's fields is over, `edgeAggregate` or not."""
        where, *further = path
        if where == "edgeAggregate":
            assert self._source.end
            return of_edge(self._source.end.relationship.edge, self._source.edge, further)
        return of_node(self._model, self._kind, self._source.node, further)
