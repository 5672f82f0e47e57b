"""Root fields that look entities up -> plan: by slug, by id, by several ids, or all in a list."""

from collections.abc import Mapping
from typing import Any

from graph.compiler import convert, plan
from graph.compiler.collect import Field
from graph.compiler.scope import Scope, Selects
from graph.compiler.source import Condition, Plain, Source
from graph.compiler.values import Leaf
from graph.cypher import ast
from graph.mapping import enums
from graph.mapping import meaning as means
from graph.mapping.storage import CURATED
from graph.settings import Limits

_ENTITY_LABELS = ("Entity", "Retired")


class LookupCompiler:
    """Compiles the look-ups and lists of one operation."""

    def __init__(self, selector: Selects, limits: Limits) -> None:
        self._selector = selector
        self._limits = limits

    def value(
        self,
        meaning: means.BySlug | means.ListOf | means.ById | means.ByIds,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        """What a look-up or a list asks for."""
        match meaning:
            case means.BySlug():
                return self._by_slug(meaning, field, type_, arguments, place)
            case means.ListOf(kind, label):
                source = Source(ast.Variable(), ast.Variable(), label=label)
                restrictions = self._within(arguments, source.node)
                return self._selector.connection(
                    source, kind.name, label, field, type_, arguments, place, restrictions
                )
            case means.ById():
                ids = convert.global_id(f"{place}(id:)", self._selector.types)
                return self._by_id(_bound(arguments["id"], ids), field, type_, place)
            case means.ByIds(argument):
                return self._by_ids(argument, field, type_, arguments, place)

    def _by_slug(
        self, meaning: means.BySlug, field: Field, type_: Any, arguments: Any, place: str
    ) -> plan.Value:
        check = convert.text(f"{place}(slug:)")
        prefix = f"{meaning.type.name}:"
        slug = _bound(arguments["slug"], lambda value: prefix + check(value))
        subset = next((part for part in meaning.type.subsets if part.label == meaning.label), None)
        node = ast.Variable()
        predicates: list[ast.Expression] = (
            [ast.Operation(ast.Get(node, subset.property), "=", ast.Constant(subset.value))]
            if subset
            else []
        )
        return self._by_id(slug, field, type_, place, node, predicates)

    def _by_id(
        self,
        id_: ast.Expression,
        field: Field,
        type_: Any,
        place: str,
        node: ast.Variable | None = None,
        predicates: list[ast.Expression] | None = None,
    ) -> plan.Value:
        node = node or ast.Variable()
        pattern = ast.NodePattern(node, _ENTITY_LABELS, [("id", id_)])
        selection = self._selector.selection(Scope(node, place=place), field, type_)
        return plan.Rows((ast.Match([pattern], predicates or []),), selection, one=True)

    def _by_ids(
        self, argument: str, field: Field, type_: Any, arguments: Any, place: str
    ) -> plan.Value:
        here = f"{place}({argument}:)"
        one = convert.global_id(here, self._selector.types)
        if argument == "representations":
            one = convert.representation(one, here)
        ids = _bound(arguments[argument], convert.every(one, here, self._limits.list_items))
        member, node = ast.Variable(), ast.Variable()
        pattern = ast.NodePattern(node, _ENTITY_LABELS, [("id", member)])
        selection = self._selector.selection(Scope(node, place=place), field, type_)
        return plan.Each(ids, member, (ast.Match([pattern]),), selection)

    def _within(self, arguments: Mapping[str, Any], node: ast.Variable) -> tuple[Condition, ...]:
        """The condition of a `scope`, which decides the text."""
        leaf = arguments.get("scope")
        scope = self._selector.decided(leaf) if isinstance(leaf, Leaf) else None
        if scope in (None, enums.Scope.ALL.name):
            return ()
        curated = ast.HasLabel(node, CURATED)
        return (Plain(curated if scope == enums.Scope.CURATED.name else ast.Not(curated)),)


def _bound(leaf: Leaf, converted: convert.Convert) -> ast.Parameter:
    return ast.Parameter(leaf.bind(converted))
