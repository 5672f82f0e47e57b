"""Hand-written fragments -> plan: their words get their names in the statement.

A value of the request becomes a parameter; what an argument decides of the text
(numbers of steps, relationship types) comes from the declaration and from
checked numbers alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from graphql import GraphQLObjectType, get_named_type

from graph.compiler import convert, plan
from graph.compiler.collect import Field
from graph.compiler.order import fingerprint, page
from graph.compiler.rowtypes import cursor_type, row_type
from graph.compiler.scope import Scope, Selects
from graph.compiler.source import Condition, Plain, SortKey, Source
from graph.compiler.values import Binding, Leaf, constant
from graph.cypher import ast
from graph.cypher.env import Environment
from graph.errors import BadUserInput, QueryTooComplex
from graph.mapping import fragment
from graph.mapping.fragment import NO_VERSION, Argument, Check, Use
from graph.mapping.scalars import DATE
from graph.settings import Limits

_NO_NAMES = Environment()
_AGGREGATING = re.compile(r"\b(?:count|collect|min|max|avg|sum)\(")


class FragmentCompiler:
    """Compiles the hand-written fields of one operation."""

    def __init__(self, selector: Selects, limits: Limits) -> None:
        self._selector = selector
        self._limits = limits

    def value(
        self,
        handwritten: fragment.Field,
        scope: Scope,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        """What a hand-written field asks for."""
        names = {"this": scope.owner, **scope.names}
        match handwritten:
            case fragment.Value():
                checked = row_type(
                    handwritten.kind,
                    handwritten.nullable,
                    many=handwritten.many,
                    enum=handwritten.enum,
                )
                return plan.Scalar(_written(handwritten.text, names), checked)
            case fragment.Constant(_, setting):
                return plan.Fixed(getattr(self._limits, setting))
            case fragment.Made():
                bindings = tuple(
                    cast(Binding, cast(ast.Parameter, names[f"${name}"]).binding)
                    for name in handwritten.arguments
                )
                written = _written(handwritten.text, names)
                return plan.Made(written, handwritten.row_type, handwritten.make, bindings)
            case fragment.Bound(_, column, _, nullable):
                below = replace(scope, owner=names[column], place=place, names=names)
                selection = self._selector.selection(below, field, type_)
                return plan.Maybe(names[column], selection) if nullable else plan.Same(selection)
            case fragment.EvidenceFor(_, column):
                return self._selector.evidence(names[column], field, type_, place)
            case fragment.Identified(_, link, identifier):
                node = cast(ast.Variable, names[identifier])
                below = replace(scope, owner=names[link], node=node, place=place)
                return plan.Same(self._selector.selection(below, field, type_))
            case fragment.Rows():
                return self._rows(handwritten, scope, field, type_, arguments, place)
            case fragment.Listing():
                return self._listing(handwritten, scope, field, type_, arguments, place)
            case fragment.Pages():
                return self._pages(handwritten, scope, field, type_, arguments, place)

    def _rows(
        self,
        rows: fragment.Rows,
        scope: Scope,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
        before: tuple[ast.Clause, ...] = (),
    ) -> plan.Value:
        names = self._names(rows.arguments, scope, arguments, place)
        if not rows.clauses:
            return plan.Same(
                self._selector.selection(replace(scope, place=place, names=names), field, type_)
            )
        text = rows.clauses
        if rows.beside and rows.beside[0] in self._selector.root_fields:
            text = rows.beside[1]
        bound, clauses = self._bind(text, rows.binds, names)
        owner = bound[rows.binds[0]] if isinstance(rows.of, str) else scope.owner
        below = replace(scope, owner=owner, place=place, names=bound)
        selection = self._selector.selection(below, field, type_)
        aggregates = _AGGREGATING.search(text) is not None
        return plan.Rows(
            (*before, *clauses),
            selection,
            rows.one,
            aggregates,
            weight=rows.weight,
            each=names.get(f"${rows.each}"),
        )

    def _listing(
        self,
        listing: fragment.Listing,
        scope: Scope,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        names = self._names(listing.arguments, scope, arguments, place)
        node = ast.Variable()
        names["node"] = node
        source = Source(node, ast.Variable(), label=listing.target, weight=listing.weight)
        restrictions: tuple[Condition, ...] = ()
        if listing.condition:
            restrictions = (Plain(_written(listing.condition, names)),)
        if listing.clauses:
            clauses = (_written(listing.clauses, names),)
            source = replace(source, label=None, clauses=clauses, columns=(node,), once=True)
        return self._selector.connection(
            source, listing.target, field.name, field, type_, arguments, place, restrictions
        )

    def _pages(
        self,
        pages: fragment.Pages,
        scope: Scope,
        field: Field,
        type_: Any,
        arguments: Mapping[str, Any],
        place: str,
    ) -> plan.Value:
        names = self._names(pages.arguments, scope, arguments, place)
        bound, clauses = self._bind(pages.clauses, pages.binds, names)
        columns = tuple(cast(ast.Variable, bound[name]) for name in pages.binds)
        source = Source(
            columns[0],
            columns[0],
            clauses=clauses,
            columns=columns,
            once=pages.once,
            weight=pages.weight,
        )
        keys = tuple(
            SortKey(
                _written(key.text, bound),
                key.descending,
                nullable=False,
                cursor_type=cursor_type(key.kind, nullable=False, enum=None),
            )
            for key in pages.keys
        )
        mark = fingerprint(pages.name)
        conditions = tuple(
            Plain(_written(text, bound), about=about)
            for about, (argument, text) in pages.conditions.items()
            if isinstance(leaf := arguments.get(argument), Leaf) and leaf.value is not None
        )
        connection = cast(GraphQLObjectType, type_)
        members: list[tuple[str, plan.Member]] = []
        for key, below in self._selector.fields(field, connection).items():
            here = f"{place}.{key}"
            member = self._selector.page_member(source, below, connection, here, bound)
            if member is None:
                whole = pages.whole[below.name]
                inner = cast(Any, get_named_type(connection.fields[below.name].type))
                within = replace(scope, names=bound)
                start = (plan.Whole(below.name, few=True),)
                value = self._rows(whole, within, below, inner, {}, here, start)
                member = plan.Member("whole", value=value)
            members.append((key, member))
        return plan.Connection(
            source=source,
            conditions=conditions,
            order=keys,
            page=page(
                arguments, keys, mark, place, self._limits, pages.scope and names[pages.scope]
            ),
            fingerprint=mark,
            type_name=connection.name,
            members=tuple(members),
        )

    def _bind(
        self, text: str, binds: Sequence[str], names: Mapping[str, ast.Expression]
    ) -> tuple[dict[str, ast.Expression], tuple[ast.Clause, ...]]:
        """The names that clauses bind beside those known, and the clauses."""
        columns = {name: ast.Variable() for name in binds}
        bound = {**names, **columns}
        ending = ast.With([(variable, None) for variable in columns.values()])
        return bound, (_written(text, bound), ending)

    def _names(
        self,
        definitions: Sequence[Argument],
        scope: Scope,
        arguments: Mapping[str, Any],
        place: str,
    ) -> dict[str, ast.Expression]:
        names: dict[str, ast.Expression] = {"this": scope.owner, **scope.names}
        for argument in definitions:
            names.update(self._argument(argument, arguments.get(argument.name), place))
        return names

    def _argument(self, argument: Argument, value: Any, place: str) -> dict[str, ast.Expression]:
        """The names that an argument gives a meaning to."""
        here = f"{place}({argument.name}:)"
        name, part = f"${argument.name}", f"_{argument.name}_"
        leaf = value if isinstance(value, Leaf) and value.value is not None else None
        match argument.use:
            case Use.IDS if not leaf:
                return {part: ast.Written(argument.texts[1])}
            case Use.ID | Use.IDS:
                return {
                    name: self._ids(argument, leaf, here),
                    part: ast.Written(argument.texts[0]),
                }
            case Use.VERSION:
                return {name: self._version(leaf, here)}
            case Use.SIZE:
                size = convert.bounded(here, argument.most, least=0)
                return {name: _parameter(leaf, argument.default, size)}
            case Use.STEPS:
                steps = self._selector.decided(leaf) if leaf else argument.default
                number = convert.bounded(here, argument.most)(steps)
                return {part: ast.Written(str(number))}
            case Use.RELATIONSHIPS:
                return {part: self._relationships(leaf, here)}
            case Use.CHOICE:
                member = self._selector.decided(leaf) if leaf else argument.unless
                return {part: ast.Written(argument.choices[member][1])}
            case Use.WHERE:
                # The text names the node itself; here it stands for whatever that is.
                node = cast(ast.Variable, ast.Written(argument.on))
                return {part: self._selector.conditions(value, argument.types[0], node, here)}
            case Use.VALUE:
                checks = {name: argument.convert, **argument.also}
                return {
                    key: _parameter(leaf, None, _checked(check, here))
                    for key, check in checks.items()
                }

    def _ids(self, argument: Argument, leaf: Leaf | None, place: str) -> ast.Expression:
        assert leaf
        one = convert.global_id(place, frozenset(argument.types) or self._selector.types)
        if argument.use is Use.ID:
            parameter = ast.Parameter(leaf.bind(one))
            ids: ast.Expression = ast.Lists([parameter])
        else:
            several = convert.every(one, place, argument.most or self._limits.list_items)
            ids = parameter = ast.Parameter(leaf.bind(convert.different(several, place)))
        id_ = ast.Variable()
        entity = ast.NodePattern(None, ("Entity", "Retired"), [("id", id_)])
        absent = ast.Not(ast.Subquery("EXISTS", [ast.Match([entity])]))
        missing = ast.Comprehension(id_, ids, id_, where=absent)
        self._must_exist(place, missing, "Look for it with `search`.")
        return parameter

    def _version(self, leaf: Leaf | None, place: str) -> ast.Expression:
        assert leaf
        version = ast.Parameter(leaf.bind(convert.version(place)))
        known = ast.NodePattern(None, ("Load",), [("version", version)])
        there = ast.Subquery("EXISTS", [ast.Match([known])])
        never = ast.Operation(version, "=", ast.Constant(NO_VERSION))
        day = ast.Operation(version, "=~", ast.Constant(DATE.pattern))
        missing = ast.Case(
            [(ast.Junction("OR", [there, never, day]), ast.Lists([]))], ast.Lists([version])
        )
        self._must_exist(
            place,
            missing,
            "Give a `version` that `dataVersion` has told, or a day such as 2026-11-01.",
        )
        return version

    def _must_exist(self, place: str, missing: ast.Expression, remedy: str) -> None:
        field = self._selector.root_field
        assert field and place.partition("(")[0] == field.key, "root fields alone take ids"
        self._selector.existing.append(plan.Existing(place, missing, remedy, field))

    def _relationships(self, leaf: Leaf | None, place: str) -> ast.Expression:
        """Relationship types as a pattern has them: `A|B`."""
        known = [relationship.type for relationship in self._selector.model.relationships]
        types = cast("list[str]", self._selector.decided(leaf)) if leaf else known
        if not types:
            raise BadUserInput(f"{place} is empty.", "Leave it out, or name a relationship type.")
        if len(types) > self._limits.list_items:
            raise QueryTooComplex(f"{place} has too many members.", "Name fewer.")
        return ast.Types(sorted(set(types)))


def _parameter(leaf: Leaf | None, default: Any, converted: convert.Convert) -> ast.Parameter:
    if leaf:
        return ast.Parameter(leaf.bind(converted))
    return ast.Parameter(Binding(constant(default), converted))


def _checked(check: Check | None, place: str) -> convert.Convert:
    """An argument's own conversion, of text that can be sent to the database."""
    text = convert.text(place)
    if check is None:
        return text
    own = check(place)

    def checked(value: Any) -> Any:
        for member in cast("list[Any]", value) if isinstance(value, list) else ():
            text(member)
        return own(text(value))

    return checked


def _written(text: str, names: Mapping[str, ast.Expression]) -> ast.Written:
    """Hand-written text; what an argument decides of it stands in its place first."""
    for name, value in names.items():
        if name.startswith("_") and isinstance(value, ast.Written | ast.Types):
            text = text.replace(name, value.render(_NO_NAMES))
    return ast.Written(text, names)
