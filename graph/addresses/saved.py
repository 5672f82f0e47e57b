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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
    validate,
    value_from_ast,  # pyright: ignore[reportUnknownVariableType]
)
from graphql.utilities import type_from_ast  # pyright: ignore[reportUnknownVariableType]

from graph.addresses.columns import label
from graph.addresses.network import network_question
from graph.addresses.parameters import (
    BadParameter,
    Pairs,
    Parameters,
    check_number,
    is_list,
    named,
    several_of,
    unknown,
    value,
)
from graph.errors import QueryTooComplex, SettingsError
from graph.settings import Limits

VERSION = "rolegraphDataVersion"
"""The alias under which a table's question asks for the data's version."""
_WRAPPERS = ("nodes", "edges", "node")
_NAME = re.compile(r"(?:\d+-)?(.+)")
_COMMENT = re.compile(r"#\s?(.*)")


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


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that a document asks for: response keys from the root, and its name."""

    path: tuple[str, ...]
    name: str
    heading: str


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
    limited: Mapping[tuple[str, ...], int]
    """Lists that no `first` is written for, and how many they hold then."""
    document_id: str

    def variables(self, given: Pairs, list_items: int, also: Sequence[str] = ()) -> dict[str, Any]:
        """The variables that URL parameters mean; raise BadParameter where they cannot be used."""
        parameters = Parameters(given)
        for name in also:
            parameters.leave(name)
        texts = parameters.rest()
        known = {each.name: each for each in self.parameters}
        for name in texts:
            if name not in known:
                raise unknown(name, name, known, f"`{self.name}` has no parameter `{name}`")
        found: dict[str, Any] = {}
        for each in self.parameters:
            if each.name in texts:
                found[each.name] = _coerced(each, texts[each.name], list_items)
            elif each.required:
                raise BadParameter(
                    each.name,
                    f"`{each.name}` is missing.",
                    f"Give it, as in `?{each.name}={each.example or '...'}`.",
                )
        return found

    def table(self, data: Mapping[str, Any]) -> list[list[Any]]:
        """The rows of an answer to `table_text`, a cell for each of `cells`."""
        for path, most in self.limited.items():
            for found in _walk(data, path):
                if isinstance(found, list) and len(cast(list[Any], found)) >= most:
                    raise QueryTooComplex(
                        f"`{'.'.join(path)}` has {most} members, as many as it holds without"
                        " `first`; there may be more.",
                        "Write `first` in the question, or filter.",
                    )
        return [[_cell(row, cell.path) for cell in self.cells] for row in _rows(data, self.rows)]


def read_questions(folder: Path, schema: GraphQLSchema, limits: Limits) -> Mapping[str, Saved]:
    """The questions of a folder by name; raise SettingsError naming file and line."""
    if not folder.is_dir():
        raise SettingsError(
            f"ROLEGRAPH_QUESTIONS is {str(folder)!r}, which is not a folder.",
            "Set it to a folder of .graphql files.",
        )
    found: dict[str, Saved] = {}
    for file in sorted(folder.glob("*.graphql")):
        saved = read_question(file, schema, limits)
        if saved.name in found:
            raise _problem(file, 1, f"there are two questions called {saved.name!r}")
        found[saved.name] = saved
    return found


def read_question(file: Path, schema: GraphQLSchema, limits: Limits) -> Saved:
    """The question in a file."""
    text = file.read_text()
    matter = _front_matter(file, text)
    try:
        document = parse(text)
        for error in validate(schema, document):
            raise error
    except GraphQLError as error:
        line = error.locations[0].line if error.locations else 1
        raise _problem(file, line, error.message) from error
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or len(document.definitions) != 1:
        raise _problem(file, 1, "a question is one operation, without fragments")
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
        parameters=reader.parameters(operation),
        rows=rows,
        cells=_named_cells(file, matter, _seen_from(rows, cells, set(lists))),
        limited=reader.limited,
        document_id=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
    )


@dataclass(slots=True)
class _Matter:
    """What the comments at the start of a file say; lines are for errors."""

    title: str
    description: str
    rows: tuple[str, int] | None
    columns: dict[str, tuple[str, int]]


def _front_matter(file: Path, text: str) -> _Matter:
    found = _Matter("", "", None, {})
    for at, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.fullmatch(line.strip())
        if not comment:
            break
        word, colon, rest = comment[1].partition(":")
        if not found.title:
            found.title = comment[1].strip()
        elif colon and word == "answers":
            found.description = rest.strip()
        elif colon and word == "rows":
            found.rows = (rest.strip(), at)
        elif colon and word.startswith("column "):
            found.columns[word.removeprefix("column ").strip()] = (rest.strip(), at)
        elif comment[1].strip():
            raise _problem(
                file, at, f"{comment[1][:40]!r} is not `answers:`, `rows:` or `column NAME:`"
            )
    if not found.title:
        raise _problem(file, 1, "the first line is not a comment with the question's title")
    return found


class _Reader:
    """Walks an operation: its values, its lists, its variables."""

    def __init__(self, file: Path, schema: GraphQLSchema, limits: Limits) -> None:
        self._file = file
        self._schema = schema
        self._default = limits.default_page_size
        self.limited: dict[tuple[str, ...], int] = {}

    def read(
        self, operation: OperationDefinitionNode
    ) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        """Paths of all values, and of all lists, by response keys, in the document's order."""
        self._values: list[tuple[str, ...]] = []
        self._lists: list[tuple[str, ...]] = []
        self._selection(operation.selection_set, self._schema.query_type, ())
        return self._values, self._lists

    def _selection(self, node: SelectionSetNode, type_: Any, path: tuple[str, ...]) -> None:
        for field in node.selections:
            if not isinstance(field, FieldNode):
                line = field.loc.start_token.line if field.loc else 1
                raise _problem(self._file, line, "a question has no fragments")
            self._field(field, type_, path)

    def _field(self, node: FieldNode, type_: Any, path: tuple[str, ...]) -> None:
        key = (node.alias or node.name).value
        here = (*path, key)
        if node.name.value == "__typename" or not node.selection_set:
            self._values.append(here)
            return
        field = type_.fields[node.name.value]
        inner = named(field.type)
        if is_list(field.type):
            self._lists.append(here)
        given = {each.name.value: each.value for each in node.arguments or ()}
        if "first" in field.args and not {"first", "last"} & given.keys():
            default = field.args["first"].default_value
            most = default if isinstance(default, int) else self._default
            below = [each for each in node.selection_set.selections if isinstance(each, FieldNode)]
            self.limited |= {
                (*here, (each.alias or each.name).value): most
                for each in below
                if each.name.value in ("nodes", "edges")
            }
        self._selection(node.selection_set, inner, here)

    def parameters(self, operation: OperationDefinitionNode) -> tuple[Parameter, ...]:
        """The variables of the operation; each must be a value, or a list of values."""
        file = self._file.with_suffix(".variables.json")
        examples: Mapping[str, Any] = orjson.loads(file.read_bytes()) if file.exists() else {}
        return tuple(
            self._parameter(each, examples) for each in operation.variable_definitions or ()
        )

    def _parameter(self, node: Any, examples: Mapping[str, Any]) -> Parameter:
        type_ = cast(Any, type_from_ast(self._schema, node.type))
        scalar = named(type_)
        name = node.variable.name.value
        if isinstance(scalar, GraphQLInputObjectType):
            line = node.loc.start_token.line
            raise _problem(self._file, line, f"${name} is neither a value nor a list of values")
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
        )


def _coerced(each: Parameter, texts: Sequence[str], list_items: int) -> Any:
    if not each.many:
        if len(texts) > 1:
            raise BadParameter(
                each.name, f"`{each.name}` is given {len(texts)} times.", "Give it once."
            )
        return value(each.name, texts[0], each.scalar)
    check_number(each.name, len(texts), list_items)
    return [value(each.name, text, each.scalar) for text in texts]


def _plain(path: Sequence[str]) -> str:
    return ".".join(part for part in path if part not in _WRAPPERS)


def _rows_path(file: Path, matter: _Matter, lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The list that is the rows: the one named, or the first; () where there is none."""
    if matter.rows is None:
        return lists[0] if lists else ()
    name, line = matter.rows
    for path in lists:
        if name == _plain(path):
            return path
    options = ", ".join(dict.fromkeys(_plain(path) for path in lists))
    raise _problem(file, line, f"there is no list {name!r} in the question, but: {options}")


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


def _named_cells(file: Path, matter: _Matter, paths: list[tuple[str, ...]]) -> tuple[Cell, ...]:
    names = {_plain(path): path for path in paths}
    for name, (_, line) in matter.columns.items():
        if name not in names:
            raise _problem(file, line, f"there is no value {name!r}, but: {', '.join(names)}")
    return tuple(
        Cell(path, name, matter.columns.get(name, (label(name), 0))[0])
        for name, path in names.items()
    )


def _problem(file: Path, line: int, what: str) -> SettingsError:
    return SettingsError(f"{file}:{line}: {what}.", "Correct the file, then start again.")


def _rows(data: Any, path: tuple[str, ...]) -> Iterator[Mapping[tuple[str, ...], Any]]:
    """For each item of the list at a path: the objects on the way to it, by their paths."""

    def walk(
        found: Any, at: int, around: Mapping[tuple[str, ...], Any]
    ) -> Iterator[Mapping[tuple[str, ...], Any]]:
        if isinstance(found, list):
            for item in cast(list[Any], found):
                yield from walk(item, at, around)
            return
        around = {**around, path[:at]: found}
        if at == len(path) or found is None:
            if at == len(path):
                yield around
            return
        yield from walk(found[path[at]], at + 1, around)

    return walk(data, 0, {})


def _cell(row: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    """The value at a path as a row sees it; several where a list lies beside the rows."""
    at = len(path)
    while path[:at] not in row:
        at -= 1
    found = list(_walk(row[path[:at]], path[at:]))
    several = isinstance(_first_list(row[path[:at]], path[at:]), list)
    if several:
        return [item for each in found for item in several_of(each) if item is not None]
    return found[0] if found else None


def _first_list(found: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if found is None or isinstance(found, list):
            return cast(Any, found)
        found = found[key]
    return found


def _walk(found: Any, path: Sequence[str]) -> Iterator[Any]:
    """What lies at a path, once for each item of the lists on the way."""
    if not path:
        yield found
    elif isinstance(found, list):
        for item in cast(list[Any], found):
            yield from _walk(item, path)
    elif found is not None:
        yield from _walk(found[path[0]], path[1:])
