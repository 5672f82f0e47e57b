"""Columns of a table: paths through the fields of a type -> a selection, and values from answers.

`name`, `careerLevel.level`, `professions.name`, `skills.edge.importance`, `professionsCount`.
A path that ends at a thing with a name means its name. Lists on the way make a list of values;
so many of each are asked as the selection is written with, and a list that is as long
may have been cut: reading it is refused, not shortened.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType
from graphql import is_leaf_type as is_leaf

from graph.addresses.parameters import BadParameter, is_list, named, unknown
from graph.errors import QueryTooComplex

_COUNT = "Count"
UNPAGED = 10
"""What the estimate takes a list without pages to be long."""
NESTED = "nested"
"""The variable that says how many of each list are asked."""


@dataclass(frozen=True, slots=True)
class Step:
    """One field on the way to a value; `keys` are read one after the other."""

    keys: tuple[str, ...]
    many: bool
    paged: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its path as it was asked for, a heading, what its values are.

    `type` is the name of a scalar or an enum; with `many` a cell holds a list of them.
    """

    path: str
    label: str
    type: str
    many: bool
    steps: tuple[Step, ...]

    def read(self, row: Any, most: int) -> Any:
        """The value in a row of an answer: a value, or a list where there may be several."""
        if not self.many:
            for step in self.steps:
                for key in step.keys:
                    row = None if row is None else row[key]
            return row
        return list(self._walk(row, 0, most))

    def _walk(self, value: Any, at: int, most: int) -> Iterator[Any]:
        if value is None or at == len(self.steps):
            yield from () if value is None else (value,)
            return
        step = self.steps[at]
        for key in step.keys:
            value = None if value is None else value[key]
        if step.paged:
            self._whole(value, most)
        for inner in value if step.many and value is not None else (value,):
            yield from self._walk(inner, at + 1, most)

    def _whole(self, values: Sequence[Any], most: int) -> None:
        if len(values) >= most:
            raise QueryTooComplex(
                f"A cell of the column `{self.path}` has {most} values or more, which is more"
                " than one answer holds with so many rows and columns.",
                "Ask for fewer rows with `first`, for fewer columns, or for `all=1`.",
            )


@dataclass(slots=True)
class Tree:
    """A selection while it grows: fields by name, each with what is selected of it."""

    paged: bool = False
    many: bool = False
    fields: "dict[str, Tree]" = field(default_factory=dict[str, "Tree"])

    def at(self, name: str, *, paged: bool = False, many: bool = False) -> "Tree":
        return self.fields.setdefault(name, Tree(paged, many))

    def write(self) -> str:
        """As GraphQL; lists with pages take the variable."""
        parts: list[str] = []
        for name, inner in self.fields.items():
            arguments = f"(first: ${NESTED})" if inner.paged else ""
            below = f" {{ {inner.write()} }}" if inner.fields else ""
            parts.append(f"{name}{arguments}{below}")
        return " ".join(parts)

    def nodes(self, nested: int) -> int:
        """How many nodes the estimate will see for each row, the row itself left out."""
        total = 0
        for inner in self.fields.values():
            if inner.paged:
                lists = (inner.fields[name] for name in ("nodes", "edges") if name in inner.fields)
                total += sum(nested * (1 + each.nodes(nested)) for each in lists)
            elif inner.fields:
                total += (UNPAGED if inner.many else 1) * (1 + inner.nodes(nested))
        return total

    @property
    def is_nested(self) -> bool:
        """Whether any list with pages is in it."""
        return any(inner.paged or inner.is_nested for inner in self.fields.values())


class Columns:
    """Makes columns of the fields of a type."""

    def __init__(self, type_: GraphQLObjectType) -> None:
        self._type = type_

    def column(self, path: str, tree: Tree, parameter: str) -> Column:
        """The column at a path; what must be selected for it is put into the tree."""
        parts = path.split(".")
        steps: list[Step] = []
        many = False
        type_: Any = self._type
        at = tree
        while parts:
            part = parts.pop(0)
            if is_leaf(type_):
                raise BadParameter(
                    parameter, f"`{parameter}` names `{path}`: a value has no `{part}`."
                )
            if part.endswith(_COUNT) and part not in cast(Any, type_).fields:
                step, type_, at = _count(part, type_, at, path, parameter)
                steps.append(step)
                continue
            field_ = _field(type_, part, path, parameter)
            inner, listed = named(field_.type), is_list(field_.type)
            if _is_connection(inner):
                at = at.at(part, paged=True, many=True)
                step, type_, at = _related(part, inner, parts, at)
                many = True
            else:
                at = at.at(part, many=listed)
                step, type_ = Step((part,), listed, paged=False), inner
                many = many or listed
            steps.append(step)
            if not parts and not is_leaf(type_):
                parts = [_name_of(type_, path, parameter)]
        return Column(path, label(path), type_.name, many, tuple(steps))

    def default(self) -> tuple[str, ...]:
        """Slug, name, the type's own single values, and the names of to-one relatives."""
        return tuple(self._default())

    def _default(self) -> Iterator[str]:
        yield from ("slug", "name")
        last = ("confidence", "readOn")
        for name, field_ in self._type.fields.items():
            if is_list(field_.type) or name in (*last, *_GENERAL) or field_.args:
                continue
            inner = named(field_.type)
            if is_leaf(inner):
                yield name
            elif isinstance(inner, GraphQLObjectType) and "slug" in inner.fields:
                yield f"{name}.name"
        yield from (name for name in last if name in self._type.fields)

    def options(self) -> tuple[str, ...]:
        """The paths of one and two steps that have values."""
        return tuple(self._options(self._type, "", deeper=True))

    def _options(self, type_: Any, prefix: str, *, deeper: bool) -> Iterator[str]:
        for name, field_ in type_.fields.items():
            if _needs(field_):
                continue
            inner = named(field_.type)
            if is_leaf(inner):
                yield prefix + name
                continue
            connected = _is_connection(inner)
            if connected:
                yield f"{prefix}{name}{_COUNT}"
                inner = named(inner.fields["nodes"].type)
            if deeper and isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
                yield from self._options(inner, f"{prefix}{name}.", deeper=False)


_GENERAL = ("id", "slug", "name", "notes", "retired", "replacedBy")


def label(path: str) -> str:
    """A heading for a path: `careerLevel.level` -> `Career level: level`."""
    parts = [re.sub(r"(?<!^)(?=[A-Z])", " ", part).lower() for part in path.split(".")]
    if len(parts) > 1 and parts[-1] == "name":
        parts.pop()
    text = ": ".join(parts)
    return text[0].upper() + text[1:]


def _related(part: str, connection: Any, parts: list[str], at: Tree) -> tuple[Step, Any, Tree]:
    """Into a related node, or with `edge` into the relationship; takes `edge` off the parts."""
    edge = named(connection.fields["edges"].type)
    if parts[:1] == ["edge"] and len(parts) > 1:
        parts.pop(0)
        return Step((part, "edges"), many=True, paged=True), edge, at.at("edges")
    node = named(connection.fields["nodes"].type)
    return Step((part, "nodes"), many=True, paged=True), node, at.at("nodes")


def _count(part: str, type_: Any, at: Tree, path: str, parameter: str) -> tuple[Step, Any, Tree]:
    """How many related things there are: `professionsCount`."""
    name = part.removesuffix(_COUNT)
    field_ = type_.fields.get(name)
    if field_ is None or not _is_connection(named(field_.type)):
        raise _unknown(type_, part, path, parameter)
    at.at(name, paged=True, many=True).at("totalCount")
    scalar = named(named(field_.type).fields["totalCount"].type)
    return Step((name, "totalCount"), many=False, paged=False), scalar, at


def _field(type_: Any, part: str, path: str, parameter: str) -> Any:
    field_ = type_.fields.get(part)
    if field_ is None or _needs(field_):
        raise _unknown(type_, part, path, parameter)
    return field_


def _unknown(type_: Any, part: str, path: str, parameter: str) -> BadParameter:
    what = (
        f"`{parameter}` names `{path}`, but a {type_.name} has no `{part}` that a column can show"
    )
    return unknown(parameter, part, type_.fields, what)


def _needs(field_: Any) -> bool:
    """Whether a field cannot be asked without an argument."""
    return any(isinstance(argument.type, GraphQLNonNull) for argument in field_.args.values())


def _name_of(type_: Any, path: str, parameter: str) -> str:
    if "name" in type_.fields and is_leaf(named(type_.fields["name"].type)):
        return "name"
    options = ", ".join(f"{path}.{name}" for name in type_.fields)
    raise BadParameter(parameter, f"`{parameter}` names `{path}`.", f"Say which part: {options}.")


def _is_connection(type_: Any) -> bool:
    fields = getattr(type_, "fields", {})
    return not isinstance(type_, GraphQLEnumType) and "pageInfo" in fields and "nodes" in fields
