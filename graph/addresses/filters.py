"""URL parameters -> a `where` input: `professions=nursing`, `name.contains=nurse`.

A name is a path through the `where` input of a list, without `some` and `node`; all that is
said of one relationship must hold of the same related thing. What a path ends at decides:

- a field: `qualificationLevel=5`, `readOn.gte=2026-01-01`; several values are alternatives
- a list of texts: `collections=x`, `collections.hasAll=x`, `altNames.size.gte=2`
- a related thing, by its slug: `professions=nursing,physiotherapy` is one or the other,
  `professions.and=` all of them, `professions.not=` none of them, `careerLevel.isNull=true`
- a number of related things: `professionsCount.gte=2`
- the relationship itself: `skills.edge.importance=ESSENTIAL`

Several values are separated by commas, or the parameter stands several times; texts hold
commas, so for them it is the latter alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLBoolean, GraphQLInputObjectType

from graph.addresses.parameters import (
    BadParameter,
    check_number,
    is_list,
    named,
    parse_value,
    unknown,
)

WHERE = "where."
"""Before a filter whose name means something else to a list: `where.order=...`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter that is active: `parameter` with its `values`, as JSON has them.

    `operator` is `is`, `and`, `not`, or the member of the GraphQL filter (`gte`, `contains`).
    `target` is the node type that slugs are of, "" where the values are no slugs.
    """

    parameter: str
    path: tuple[str, ...]
    operator: str
    values: tuple[Any, ...]
    target: str = ""


@dataclass(slots=True)
class _Place:
    """How far a path has been followed."""

    type: GraphQLInputObjectType
    output: Any
    steps: tuple[str, ...] = ()
    target: str = ""
    """The node type of the related thing that the path is at."""
    edge: Any = None
    """The `where` of the relationship, where the thing is one of several."""


@dataclass(slots=True)
class Where:
    """A `where` input that conditions are added to."""

    input: dict[str, Any] = field(default_factory=dict[str, Any])
    filters: list[Filter] = field(default_factory=list[Filter])

    def also(self, condition: Mapping[str, Any]) -> None:
        """Add a condition that must hold besides."""
        self.input.setdefault("and", []).append(condition)

    def put(self, steps: Sequence[str], members: Mapping[str, Any], parameter: str) -> None:
        """Add members of the filter that lies at the end of some steps."""
        at = self.input
        for step in steps:
            at = at.setdefault(step, {})
        for name, content in members.items():
            if name in at:
                raise BadParameter(
                    parameter, f"`{parameter}` says again what another parameter says.",
                    "Give one of them.",
                )  # fmt: skip
            at[name] = content


class Filters:
    """Reads the filters of one list: its `where` input and the type of its nodes."""

    def __init__(self, where: GraphQLInputObjectType, output: Any, list_items: int) -> None:
        self._where = where
        self._output = output
        self._list_items = list_items

    @property
    def names(self) -> tuple[str, ...]:
        """What a filter may begin with."""
        return tuple(name for name in self._where.fields if name not in _COMBINATORS)

    def read(self, parameters: Mapping[str, Sequence[str]]) -> Where:
        """The `where` of some parameters."""
        where = Where()
        for parameter, texts in parameters.items():
            check_number(parameter, len(texts), self._list_items)
            self._add(where, parameter, texts)
        return where

    def _add(self, where: Where, parameter: str, texts: Sequence[str]) -> None:
        parts = tuple(parameter.removeprefix(WHERE).split("."))
        place = _Place(self._where, self._output)
        for at, part in enumerate(parts):
            if _is_leaf(place.type):
                self._leaf(where, place, parameter, parts, parts[at:], texts)
                return
            if place.target and (part in _OF_THINGS or (part == "isNull" and at == len(parts) - 1)):
                if at != len(parts) - 1:
                    raise BadParameter(parameter, f"`{parameter}`: nothing follows `{part}`.")
                self._things(where, place, parameter, parts, part, texts)
                return
            place = _step(place, part, parameter)
        if _is_leaf(place.type):
            self._leaf(where, place, parameter, parts, (), texts)
        elif place.target:
            self._things(where, place, parameter, parts, "is", texts)
        else:
            options = ", ".join(_members(place))
            raise BadParameter(
                parameter, f"`{parameter}` has parts of its own.", f"Say which: {options}."
            )

    def _leaf(
        self,
        where: Where,
        place: _Place,
        parameter: str,
        parts: tuple[str, ...],
        operators: tuple[str, ...],
        texts: Sequence[str],
    ) -> None:
        """A condition on a field; `operators` is what follows the field in the name."""
        type_, steps = place.type, list(place.steps)
        while operators and isinstance(
            inner := named(_field(type_, operators[0], parameter)), GraphQLInputObjectType
        ):  # `size` of a list of texts
            steps.append(operators[0])
            type_, operators = inner, operators[1:]
        if len(operators) > 1:
            raise BadParameter(parameter, f"`{parameter}`: nothing follows `{operators[0]}`.")
        operator = operators[0] if operators else _default(type_, texts, parts[-1])
        member = _field(type_, operator, parameter)
        scalar, many = named(member), is_list(member)
        if many:
            texts = _split(texts, scalar, parts[-1])
            check_number(parameter, len(texts), self._list_items)
        elif len(texts) > 1:
            raise BadParameter(
                parameter, f"`{parameter}` is given {len(texts)} times.", "Give it once."
            )
        values = tuple(parse_value(parameter, text, scalar) for text in texts)
        where.put(steps, {operator: list(values) if many else values[0]}, parameter)
        path = parts[: len(parts) - len(operators)]
        word = "is" if not operators else operator
        where.filters.append(Filter(parameter, path, word, values))

    def _things(
        self,
        where: Where,
        place: _Place,
        parameter: str,
        parts: tuple[str, ...],
        operator: str,
        texts: Sequence[str],
    ) -> None:
        """A condition on which things are related, by their slugs."""
        path = parts if operator == "is" else parts[:-1]
        if operator == "isNull":
            if len(texts) > 1:
                raise BadParameter(parameter, f"`{parameter}` is given twice.", "Give it once.")
            is_null = parse_value(parameter, texts[0], GraphQLBoolean)
            where.also(_is_null(place, wanted=is_null))
            where.filters.append(Filter(parameter, path, operator, (is_null,)))
            return
        slugs = tuple(dict.fromkeys(_split(texts, None, "slug")))
        check_number(parameter, len(slugs), self._list_items)
        if not slugs:
            raise BadParameter(parameter, f"`{parameter}` is {texts[0]!r}.", "Give a slug.")
        one_of: dict[str, Any] = {"eq": slugs[0]} if len(slugs) == 1 else {"in": list(slugs)}
        if operator == "is":
            where.put((*place.steps, "slug"), one_of, parameter)
        elif operator == "not":
            if place.edge:
                where.also(_nested((*place.steps[:-2], "none", "node", "slug"), one_of))
            else:
                where.also({"not": _nested((*place.steps, "slug"), one_of)})
        else:
            for slug in slugs:
                where.also(_nested((*place.steps, "slug"), {"eq": slug}))
        where.filters.append(Filter(parameter, path, operator, slugs, place.target))


_COMBINATORS = ("and", "or", "not")
_OF_THINGS = ("and", "not")


def _is_leaf(type_: GraphQLInputObjectType) -> bool:
    return any(name in type_.fields for name in ("eq", "has"))


def _is_quantifier(type_: GraphQLInputObjectType) -> bool:
    return "some" in type_.fields


def _members(place: _Place) -> tuple[str, ...]:
    return tuple(name for name in place.type.fields if name not in _COMBINATORS)


def _step(place: _Place, part: str, parameter: str) -> _Place:
    """One step along a path: into a field, a related thing, a relationship, a measure."""
    if place.edge and part == "edge":
        return _Place(place.edge, None, (*place.steps[:-1], "edge"))
    if part in _COMBINATORS or part not in place.type.fields:
        what = f"`{parameter}`: there is no `{part}` to filter by"
        raise unknown(parameter, part, _members(place), what)
    type_ = named(place.type.fields[part].type)
    steps = (*place.steps, part)
    if _is_leaf(type_):
        return _Place(type_, None, steps)
    output = node_type(place.output, part)
    if _is_quantifier(type_):
        related = named(type_.fields["some"].type)
        node, edge = named(related.fields["node"].type), named(related.fields["edge"].type)
        return _Place(node, output, (*steps, "some", "node"), output.name, edge)
    return _Place(type_, output, steps, output.name if "slug" in type_.fields else "")


def node_type(output: Any, field_name: str) -> Any:
    """The type of what a field gives; of a connection, of its nodes."""
    type_ = named(output.fields[field_name].type)
    nodes = type_.fields.get("nodes")
    return named(nodes.type) if nodes and "pageInfo" in type_.fields else type_


def _field(type_: GraphQLInputObjectType, name: str, parameter: str) -> Any:
    """The type of a member of a filter."""
    if name not in type_.fields:
        what = f"`{parameter}`: there is no comparison `{name}`"
        raise unknown(parameter, name, type_.fields, what)
    return type_.fields[name].type


def _default(type_: GraphQLInputObjectType, texts: Sequence[str], field_name: str) -> str:
    """The comparison that is meant where none is named."""
    if "hasAny" in type_.fields:
        return "hasAny"
    scalar = named(type_.fields["eq"].type)
    several = len(_split(texts, scalar, field_name)) > 1
    return "in" if several and "in" in type_.fields else "eq"


def _split(texts: Sequence[str], scalar: Any, field_name: str) -> list[str]:
    """The values in some texts: texts hold commas, all else is separated by them."""
    if scalar is not None and scalar.name == "String" and field_name != "slug":
        return list(texts)
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def _nested(steps: Sequence[str], members: Mapping[str, Any]) -> Mapping[str, Any]:
    for step in reversed(steps):
        members = {step: members}
    return members


def _is_null(place: _Place, *, wanted: bool) -> Mapping[str, Any]:
    """The condition that there is no related thing, or that there is one."""
    if place.edge:
        quantifier = "none" if wanted else "some"
        return _nested((*place.steps[:-2], quantifier), {})
    none: Any = _nested(place.steps[:-1], {place.steps[-1]: None})
    return none if wanted else {"not": none}
