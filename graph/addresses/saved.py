"""Saved questions: `.graphql` files with a few words in comments, asked by name.

    # Which roles span the most boundaries?
    # answers: Roles by how many professions, areas and sectors they stand in.
    # rows: roles
    # column roles.boundarySpan.total: Boundaries

The first comment is the title; the rest may be left out. `rows` names the list whose items
are the rows of a table, the first list unless it is said. Columns are the values of its items
and the single values on the way to them, in the order of the document, named by their path
without `nodes`, `edges` and `node`. Lists within a row are joined.
Everything is checked when the files are read: a problem names file and line.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    NonNullTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    parse,
    print_ast,
    validate,
    value_from_ast,  # pyright: ignore[reportUnknownVariableType]
)
from graphql.utilities import type_from_ast  # pyright: ignore[reportUnknownVariableType]

from graph.addresses.columns import label
from graph.addresses.limited import Limited, limited_lists, sizes_unsaid
from graph.addresses.matter import Matter, front_matter, problem
from graph.addresses.network import network_question
from graph.addresses.paged import SIZES, Paged, paged_question, response_key
from graph.addresses.parameters import (
    OPTIONS,
    BadParameter,
    Pairs,
    Parameters,
    check_number,
    is_list,
    named,
    parse_value,
    unknown,
)
from graph.addresses.rows import Cell, cell_of, plain, rows_of, walk
from graph.addresses.things import Things, things_of
from graph.errors import QueryTooComplex, SettingsError
from graph.settings import Limits

VERSION = "rolegraphDataVersion"
"""The alias under which a table's question asks for the data's version."""
_NAME = re.compile(r"(?:\d+-)?(.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a question, as a URL parameter."""

    name: str
    type: str
    """In GraphQL's notation."""
    required: bool
    default: Any
    options: tuple[str, ...]
    """The members of its enum."""
    example: Any
    scalar: Any
    many: bool
    things: Things | None
    """What it names, if that is known."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A question by name."""

    name: str
    title: str
    description: str
    text: str
    table_text: str
    """The same document, which asks for the data's version too."""
    network_text: str | None
    """What asks for the question as a network, if it has one."""
    parameters: tuple[Parameter, ...]
    rows: tuple[str, ...]
    """Response keys from the root to the list whose items are the rows."""
    cells: tuple[Cell, ...]
    pages: Paged | str
    """The question by pages, or why it has none."""
    limited: Mapping[tuple[str, ...], Limited]
    """Lists that may be cut, since the document says no size for them."""
    document_id: str

    def variables(
        self, pairs: Pairs, list_items: int, also: Sequence[str] = (), *, whole: bool = False
    ) -> dict[str, Any]:
        """The variables that URL parameters mean; raise BadParameter where they cannot be used.

        `also` are names of parameters that mean something to the caller; `whole`: all rows are
        asked, so those that choose some of them may not be given.
        """
        parameters = Parameters(pairs)
        for name in also:
            parameters.leave(name)
        texts = parameters.rest()
        known = {each.name: each for each in self.parameters}
        for name in texts:
            if name not in known:
                raise unknown(name, name, known, f"`{self.name}` has no parameter `{name}`")
        replaced = self._replaced(texts) if whole else frozenset[str]()
        return {
            each.name: _coerced(each, texts.get(each.name), list_items)
            for each in self.parameters
            if each.name in texts or (each.required and each.name not in replaced)
        }

    def _replaced(self, texts: Mapping[str, Sequence[str]]) -> frozenset[str]:
        """The parameters that choose some of the rows; raise BadParameter if one is given."""
        for name in texts:
            if name in self.by_pages().replaced:
                raise BadParameter("all", f"`all` stands beside `{name}`.", "Give one of them.")
        return self.by_pages().replaced

    def by_pages(self) -> Paged:
        """The question by pages; raise BadParameter where it has none."""
        if isinstance(self.pages, str):
            raise BadParameter("all", self.pages, "Leave `all` out.")
        return self.pages

    def table(
        self, data: Mapping[str, Any], variables: Mapping[str, Any], *, whole: bool = False
    ) -> list[list[Any]]:
        """The rows of an answer, a cell for each of `cells`; raise QueryTooComplex if it is cut.

        `whole`: the data is a page of all rows, which others follow.
        """
        for path, limited in self.limited.items():
            if limited.cuts(variables) and not (whole and path[:-1] == self.by_pages().connection):
                self._check(data, path, limited.most)
        return [
            [cell_of(row, cell.path) for cell in self.cells] for row in rows_of(data, self.rows)
        ]

    def _check(self, data: Mapping[str, Any], path: tuple[str, ...], most: int) -> None:
        for members in walk(data, path):
            if isinstance(members, list) and len(cast(list[Any], members)) >= most:
                has_all = path == self.rows and isinstance(self.pages, Paged)
                raise QueryTooComplex(
                    f"`{'.'.join(path)}` has {most} members, as many as it holds without"
                    " `first`; there may be more.",
                    f"{'Add all=1, write' if has_all else 'Write'} `first` in the question,"
                    " or filter.",
                )


def read_questions(folder: Path, schema: GraphQLSchema, limits: Limits) -> Mapping[str, Saved]:
    """The questions of a folder by name; raise SettingsError naming file and line."""
    if not folder.is_dir():
        raise SettingsError(
            f"ROLEGRAPH_QUESTIONS is {str(folder)!r}, which is not a folder.",
            "Set it to a folder of .graphql files.",
        )
    questions: dict[str, Saved] = {}
    for file in sorted(folder.glob("*.graphql")):
        saved = read_question(file, schema, limits)
        if saved.name in questions:
            raise problem(file, 1, f"there are two questions called {saved.name!r}")
        questions[saved.name] = saved
    return questions


def read_question(file: Path, schema: GraphQLSchema, limits: Limits) -> Saved:
    """The question in a file."""
    text = file.read_text()
    matter = front_matter(file, text)
    try:
        document = parse(text)
        for error in validate(schema, document):
            raise error
    except GraphQLError as error:
        line = error.locations[0].line if error.locations else 1
        raise problem(file, line, error.message) from error
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or len(document.definitions) != 1:
        raise problem(file, 1, "a question is one operation, without fragments")
    (operation,) = operations
    reader = _Reader(file, schema, limits)
    cells, lists = reader.read(operation)
    rows = _rows_path(file, matter, lists)
    version: Any = parse(f"{{ {VERSION}: dataVersion {{ version loadedAt }} }}").definitions[0]
    selected = (*operation.selection_set.selections, *version.selection_set.selections)
    table = replace(operation, selection_set=replace(operation.selection_set, selections=selected))
    match = _NAME.fullmatch(file.stem)
    assert match
    return Saved(
        name=match[1],
        title=matter.title,
        description=matter.description,
        text=text,
        table_text=print_ast(table),
        network_text=network_question(operation),
        pages=paged_question(table, rows, set(lists), schema),
        parameters=reader.parameters(operation),
        rows=rows,
        cells=_named_cells(file, matter, _seen_from(rows, cells, set(lists))),
        limited=reader.limited,
        document_id=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
    )


class _Reader:
    """Walks an operation: its values, its lists, its variables."""

    def __init__(self, file: Path, schema: GraphQLSchema, limits: Limits) -> None:
        self._file = file
        self._schema = schema
        self._default = limits.default_page_size
        self._sizes = sizes_unsaid(limits)
        self.limited: dict[tuple[str, ...], Limited] = {}

    def read(
        self, operation: OperationDefinitionNode
    ) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        """Paths of all values, and of all lists, by response keys, in the document's order."""
        self._values: list[tuple[str, ...]] = []
        self._lists: list[tuple[str, ...]] = []
        self._certain = {
            each.variable.name.value
            for each in operation.variable_definitions or ()
            if isinstance(each.type, NonNullTypeNode)
            or not isinstance(each.default_value, NullValueNode | None)
        }
        self._selection(operation.selection_set, self._schema.query_type, ())
        return self._values, self._lists

    def _selection(self, node: SelectionSetNode, type_: Any, path: tuple[str, ...]) -> None:
        for field in node.selections:
            if not isinstance(field, FieldNode):
                line = field.loc.start_token.line if field.loc else 1
                raise problem(self._file, line, "a question has no fragments")
            self._field(field, type_, path)

    def _field(self, node: FieldNode, type_: Any, path: tuple[str, ...]) -> None:
        here = (*path, response_key(node))
        if node.name.value == "__typename":
            self._values.append(here)
            return
        field = type_.fields[node.name.value]
        limited = self._limited_by(node, field)
        if limited:
            self.limited |= dict.fromkeys(limited_lists(node, here), limited)
        if not node.selection_set:
            self._values.append(here)
            return
        if is_list(field.type):
            self._lists.append(here)
        self._selection(node.selection_set, named(field.type), here)

    def _limited_by(self, node: FieldNode, field: GraphQLField) -> Limited | None:
        """How many members a list has if the document does not say it; None where it does."""
        sizes = [each.value for each in node.arguments or () if each.name.value in SIZES]
        if "first" not in field.args or any(map(self._says, sizes)):
            return None
        default = field.args["first"].default_value
        names = tuple(each.name.value for each in sizes if isinstance(each, VariableNode))
        unsaid = self._sizes.get(node.name.value, self._default)
        return Limited(default if isinstance(default, int) else unsaid, names)

    def _says(self, size: ValueNode) -> bool:
        """Whether there is always a number: written, or for a variable that is never null."""
        if isinstance(size, VariableNode):
            return size.name.value in self._certain
        return not isinstance(size, NullValueNode)

    def parameters(self, operation: OperationDefinitionNode) -> tuple[Parameter, ...]:
        """The variables of the operation; each must be a value, or a list of values."""
        file = self._file.with_suffix(".variables.json")
        examples: Mapping[str, Any] = orjson.loads(file.read_bytes()) if file.exists() else {}
        things = things_of(operation, self._schema)
        return tuple(
            self._parameter(each, examples, things) for each in operation.variable_definitions or ()
        )

    def _parameter(
        self, node: Any, examples: Mapping[str, Any], things: Mapping[str, Things]
    ) -> Parameter:
        type_ = cast(Any, type_from_ast(self._schema, node.type))
        scalar = named(type_)
        name = node.variable.name.value
        if isinstance(scalar, GraphQLInputObjectType):
            line = node.loc.start_token.line
            raise problem(self._file, line, f"${name} is neither a value nor a list of values")
        if name in OPTIONS:
            line = node.loc.start_token.line
            raise problem(self._file, line, f"${name} is what `?{name}=` means for every table")
        default: Any = value_from_ast(node.default_value, type_) if node.default_value else None
        return Parameter(
            name,
            str(type_),
            str(type_).endswith("!") and node.default_value is None,
            getattr(default, "name", default),
            tuple(getattr(scalar, "values", ())),
            examples.get(name),
            scalar,
            is_list(type_),
            things.get(name),
        )


def _example(each: Parameter) -> str:
    """The parameter as an address has it."""
    value = "..." if each.example is None else each.example
    return urlencode({each.name: value}, doseq=True, safe=":.", quote_via=quote)


def _coerced(each: Parameter, texts: Sequence[str] | None, list_items: int) -> Any:
    if texts is None:
        raise BadParameter(
            each.name,
            f"`{each.name}` is missing.",
            f"Give it, as in `?{_example(each)}`.",
        )
    if not each.many:
        if len(texts) > 1:
            raise BadParameter(
                each.name, f"`{each.name}` is given {len(texts)} times.", "Give it once."
            )
        return parse_value(each.name, texts[0], each.scalar)
    check_number(each.name, len(texts), list_items)
    return [parse_value(each.name, text, each.scalar) for text in texts]


def _rows_path(file: Path, matter: Matter, lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The list that is the rows: the one named, or the first; () where there is none."""
    if matter.rows is None:
        return lists[0] if lists else ()
    name, line = matter.rows
    for path in lists:
        if name == plain(path):
            return path
    options = ", ".join(dict.fromkeys(plain(path) for path in lists))
    raise problem(file, line, f"there is no list {name!r} in the question, but: {options}")


def _seen_from(
    rows: tuple[str, ...], paths: list[tuple[str, ...]], lists: set[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """The values below the rows, and the single ones on the way to them."""

    def is_seen(path: tuple[str, ...]) -> bool:
        pairs = zip(rows, path, strict=False)
        shared = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(rows), len(path)))
        return shared == len(rows) or not any(
            path[:end] in lists for end in range(shared + 1, len(path) + 1)
        )

    return [path for path in paths if is_seen(path)]


def _named_cells(file: Path, matter: Matter, paths: list[tuple[str, ...]]) -> tuple[Cell, ...]:
    names = {plain(path): path for path in paths}
    for name, (_, line) in matter.columns.items():
        if name not in names:
            raise problem(file, line, f"there is no value {name!r}, but: {', '.join(names)}")
    return tuple(
        Cell(path, name, matter.columns.get(name, (label(name), 0))[0])
        for name, path in names.items()
    )
