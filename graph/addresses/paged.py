"""A saved question page by page: the same document, whose rows are asked with a cursor.

    paged = paged_question(operation, rows, lists, schema)
    data = await ask(engine, paged.text, {**variables, FIRST: 100, AFTER: cursor})
    total, after = paged.read(data)

The rows must be a list with pages that stands alone, not within another list, and the question
must leave to variables how many there are, or say nothing of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLSchema,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from graph.addresses.parameters import named
from graph.addresses.rows import plain, walk

FIRST = "rolegraphFirst"
AFTER = "rolegraphAfter"
"""The variables that say which page is asked."""
_PAGE = "rolegraphPage"
_TOTAL = "rolegraphTotal"
SIZES = ("first", "last")
_ARGUMENTS = (*SIZES, "after", "before")
ITEMS = ("nodes", "edges")

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paged:
    """A question whose rows can be asked by pages."""

    text: str
    connection: _Path
    """Response keys from the root to the list with pages."""
    replaced: frozenset[str]
    """Variables of the question that chose the page, and so have no meaning here."""

    def read(self, data: Mapping[str, Any]) -> tuple[int, str | None]:
        """How many rows there are in all, and the cursor of what follows a page."""
        connection = next(walk(data, self.connection), None)
        if connection is None:
            return 0, None
        page = connection[_PAGE]
        return connection[_TOTAL], page["endCursor"] if page["hasNextPage"] else None


def paged_question(
    operation: OperationDefinitionNode,
    rows: _Path,
    lists: Collection[_Path],
    schema: GraphQLSchema,
) -> Paged | str:
    """The question by pages, or why it has none, as a sentence."""
    if not rows:
        return "`all` is for lists, and this question asks for none."
    path = rows[:-1]
    if not _has_pages(schema, operation, rows):
        return f"`all` is for lists that have pages; `{plain(rows)}` has none."
    if any(path[:end] in lists for end in range(1, len(path) + 1)):
        return f"`all` is for one list; there is a `{plain(rows)}` in each item of another list."
    fields = _fields_at(operation.selection_set, path)
    for argument in (each for field in fields for each in field.arguments or ()):
        if argument.name.value in _ARGUMENTS and not _is_left(argument):
            return f"The question itself says which rows it gives: `{print_ast(argument)}`."
    selections = _with_page(operation.selection_set, path)
    variables = {each.variable.name.value: each for each in operation.variable_definitions or ()}
    used = variables_in(selections)
    declarations = (each for name, each in variables.items() if name in used)
    query = replace(
        operation, selection_set=selections, variable_definitions=(*declarations, *_DECLARED)
    )
    return Paged(print_ast(query), path, frozenset(variables.keys() - used))


def variables_in(node: FieldNode | SelectionSetNode) -> set[str]:
    """The names of the variables that are used below a node."""
    names: set[str] = set()

    class Names(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            names.add(node.name.value)

    visit(node, Names())
    return names


def response_key(field: FieldNode) -> str:
    """The name under which a field is answered."""
    return (field.alias or field.name).value


def _fields(selections: SelectionSetNode | None) -> list[FieldNode]:
    every = selections.selections if selections else ()
    return [each for each in every if isinstance(each, FieldNode)]


def _fields_at(selections: SelectionSetNode | None, path: Sequence[str]) -> list[FieldNode]:
    """The fields that are answered at a path; one may be written several times."""
    fields = [each for each in _fields(selections) if response_key(each) == path[0]]
    if len(path) == 1:
        return fields
    return [inner for each in fields for inner in _fields_at(each.selection_set, path[1:])]


def _has_pages(schema: GraphQLSchema, operation: OperationDefinitionNode, rows: _Path) -> bool:
    """Whether a path leads to the items of a connection that takes a cursor."""
    type_: Any = schema.query_type
    arguments: Collection[str] = ()
    for end in range(1, len(rows)):
        field = _fields_at(operation.selection_set, rows[:end])[0]
        arguments = type_.fields[field.name.value].args
        type_ = named(type_.fields[field.name.value].type)
    item = _fields_at(operation.selection_set, rows)[0]
    return item.name.value in ITEMS and {"first", "after"} <= set(arguments)


def _is_left(argument: ArgumentNode) -> bool:
    """Whether an argument's value is left to who asks."""
    return isinstance(argument.value, VariableNode | NullValueNode)


def _with_page(selections: SelectionSetNode, path: Sequence[str]) -> SelectionSetNode:
    """The same selections, where the connection at a path takes a page and tells of it."""
    return replace(
        selections,
        selections=tuple(
            _page_of(each, path[1:])
            if isinstance(each, FieldNode) and response_key(each) == path[0]
            else each
            for each in selections.selections
        ),
    )


def _page_of(field: FieldNode, path: Sequence[str]) -> FieldNode:
    assert field.selection_set
    if path:
        return replace(field, selection_set=_with_page(field.selection_set, path))
    arguments = field.arguments or ()
    own = tuple(each for each in arguments if each.name.value not in _ARGUMENTS)
    selected = (*field.selection_set.selections, *_TOLD.selections)
    return replace(
        field,
        arguments=(*own, *_TAKEN),
        selection_set=replace(field.selection_set, selections=selected),
    )


def _parsed(text: str) -> OperationDefinitionNode:
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


_EXAMPLE = _parsed(
    f"query (${FIRST}: Int, ${AFTER}: String) {{ list(first: ${FIRST}, after: ${AFTER})"
    f" {{ {_TOTAL}: totalCount {_PAGE}: pageInfo {{ hasNextPage endCursor }} }} }}"
)
_DECLARED = tuple(_EXAMPLE.variable_definitions or ())
(_LIST,) = _fields(_EXAMPLE.selection_set)
_TAKEN = tuple(_LIST.arguments or ())
_TOLD = cast(SelectionSetNode, _LIST.selection_set)
