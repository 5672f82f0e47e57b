"""Fields of a node or relationship that lead beyond it -> plan.

The one node at an end, what a node is replaced by, the evidence, the identifiers.
"""

from typing import Any

from graph.compiler import convert, plan
from graph.compiler.collect import Field
from graph.compiler.paths import along
from graph.compiler.rowtypes import row_type
from graph.compiler.scope import Scope, Selects
from graph.compiler.values import Leaf
from graph.cypher import ast
from graph.mapping import enums
from graph.mapping.kinds import Kind
from graph.mapping.model import End
from graph.mapping.storage import SOURCE
from graph.settings import Limits


class RelatedCompiler:
    """Compiles these fields of one operation."""

    def __init__(self, selector: Selects, limits: Limits) -> None:
        self._selector = selector
        self._limits = limits

    def to_one(
        self, end: End, is_edge: bool, scope: Scope, field: Field, type_: Any, place: str
    ) -> plan.Value:
        """The one node at the other end, or the relationship to it."""
        node, edge = ast.Variable(), ast.Variable()
        if is_edge:
            path = along(end, scope.owner, edge)
            selection = self._selector.selection(Scope(edge, place=place), field, type_)
        else:
            path = along(end, scope.owner, None, node)
            selection = self._selector.selection(Scope(node, place=place), field, type_)
        return plan.Rows((ast.Match([path]),), selection, one=True)

    def replacement(self, scope: Scope, field: Field, type_: Any, place: str) -> plan.Value:
        """The node that one was replaced by."""
        node = ast.Variable()
        path = ast.PathPattern(
            ast.NodePattern(scope.owner), None, "REPLACED_BY", True, ast.NodePattern(node)
        )
        selection = self._selector.selection(Scope(node, place=place), field, type_)
        return plan.Rows((ast.Match([path]),), selection, one=True)

    def evidence(self, owner: ast.Expression, field: Field, type_: Any, place: str) -> plan.Value:
        """The sources that a node or relationship rests on."""
        slug, source = ast.Variable(), ast.Variable()
        clauses = (
            ast.Unwind(ast.Get(owner, "sources"), slug),
            ast.Match([ast.NodePattern(source, (SOURCE,), [("slug", slug)])]),
        )
        below = Scope(owner, source, place)
        return plan.Rows(clauses, self._selector.selection(below, field, type_))

    def identifiers(
        self, scope: Scope, field: Field, type_: Any, arguments: Any, place: str
    ) -> plan.Value:
        """The identifiers of a node, of some schemes where the request names them."""
        edge, identifier = ast.Variable(), ast.Variable()
        path = ast.PathPattern(
            ast.NodePattern(scope.owner), edge, "IDENTIFIED_BY", True, ast.NodePattern(identifier)
        )
        predicates: list[ast.Expression] = []
        schemes = arguments.get("schemes")
        if isinstance(schemes, Leaf) and schemes.value is not None:
            here = f"{place}(schemes:)"
            several = convert.every(convert.folded(here), here, self._limits.list_items)
            scheme = ast.Call("toLower", [ast.Get(identifier, "scheme")])
            predicates = [ast.Operation(scheme, "IN", ast.Parameter(schemes.bind(several)))]
        order = [
            ast.OrderKey(ast.Get(identifier, key)) for key in ("scheme", "schemeVersion", "value")
        ]
        clauses = (
            ast.Match([path], predicates),
            ast.With([(edge, None), (identifier, None)], order=order),
        )
        below = Scope(edge, identifier, place)
        return plan.Rows(clauses, self._selector.selection(below, field, type_))

    def identifier_part(self, scope: Scope, name: str, nullable: bool) -> plan.Value:
        """A field of an identifier, or of the relationship to it."""
        assert scope.node is not None
        if name == "matchType":
            checked = row_type(Kind.ENUM, False, many=False, enum=enums.MatchType)
            return plan.Scalar(ast.Get(scope.owner, name), checked)
        stored = ast.Get(scope.node, name)
        if nullable:
            return plan.Scalar(ast.Call("nullIf", [stored, ast.Constant("")]), str | None)
        return plan.Scalar(stored, str)
