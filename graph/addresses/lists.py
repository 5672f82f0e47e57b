"""A list by address: parameters of a URL -> one GraphQL document with its variables.

    lists = Lists(schema, limits)
    question = lists.read("roles", read_pairs("professions=nursing&order=-boundarySpan.total", 250))
    answer = await engine.execute(question.text, question.variables)

Everything follows from the schema: each root field that is a list of a node type has an
address of its own, and what it is filtered by, ordered by and shown by are its `where`,
its `orderBy` and the fields of its type. The parameters:

    columns=name,careerLevel.level      paths, see `graph.addresses.columns`
    professions=nursing                 any other name is a filter, see `graph.addresses.filters`
    q=assistant stroke                  each word stands in one of the texts of the entry
    order=-boundarySpan.total,name      paths of `orderBy`; `-` for the largest first
    first=50&after=CURSOR, last=50&before=CURSOR

A value always travels in a variable, so that all requests of one shape are one plan. The
answer has under `asked.name` a connection with `totalCount`, `pageInfo` and `nodes`, `facets`
where they are asked for, and beside it `dataVersion { version loadedAt }`. `asked.rows(data)`
are the values of its columns; `asked.things(data)` the names of what filters name by slug,
and `asked.missing(data)` those slugs that are not there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import GraphQLField, GraphQLInputObjectType, GraphQLSchema

from graph.addresses.columns import NESTED, Column, Columns, Tree
from graph.addresses.filters import Filter, Filters, Where
from graph.addresses.parameters import BadParameter, Pairs, Parameters, named, unknown
from graph.errors import BadUserInput
from graph.mapping.derive import meaning_of
from graph.mapping.keys import node_keys
from graph.mapping.meaning import BySlug, ListOf
from graph.mapping.model import GraphModel, NodeType
from graph.settings import Limits

RESERVED = ("columns", "q", "order", "first", "after", "last", "before")
_ENOUGH = (250, 100, 50, 25)
"""So many values a cell may hold: the first number that leaves room for `_MANY` rows."""
_MANY = 100
_MOST = (1_000, *_ENOUGH)
"""The same where pages follow each other: they may be of `_FEW` rows."""
_FEW = 20
_SHARE = 0.9
"""How much of the estimate's limit the rows may take; facets and the like need some."""


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order."""

    path: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the list: `first` with `after`, or `last` with `before`."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def size(self) -> int:
        size = self.first or self.last
        assert size is not None
        return size


@dataclass(frozen=True, slots=True)
class Question:
    """A list as it is asked: the document, and what the parameters meant."""

    name: str
    text: str
    variables: Mapping[str, Any]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    order: tuple[OrderKey, ...]
    words: str
    """What `q` said, "" for nothing."""
    page: Page
    is_whole: bool
    """Whether neither `first` nor `last` is given: all rows are meant, if they fit."""
    nested: int
    """So many values of a cell are asked; a cell with as many may have been cut."""

    def rows(self, data: Mapping[str, Any]) -> list[list[Any]]:
        """The cells of a page, row by row; raise QueryTooComplex where one may have been cut."""
        nodes = data[self.name]["nodes"]
        return [[column.read(node, self.nested) for column in self.columns] for node in nodes]

    def things(self, data: Mapping[str, Any]) -> Mapping[tuple[str, str], str]:
        """The names of what filters name: by node type and slug."""
        return {
            (each.target, node["slug"]): node["name"]
            for at, each in enumerate(self.filters)
            if each.target
            for node in data[f"{_THINGS}{at}"]["nodes"]
        }

    def missing(self, data: Mapping[str, Any]) -> Iterator[tuple[Filter, str]]:
        """The slugs that filters name and nothing has, each with its filter."""
        things = self.things(data)
        for each in self.filters:
            for slug in each.values if each.target else ():
                if (each.target, slug) not in things:
                    yield each, slug


class ListAddress:
    """One list of the API by address: what it can be asked, and questions to it."""

    def __init__(self, name: str, field: GraphQLField, model: GraphModel, limits: Limits) -> None:
        meaning = meaning_of(field)
        assert isinstance(meaning, ListOf)
        self.name = name
        self.kind: NodeType = meaning.type
        self.label = meaning.label
        self.description = (field.description or "").split("\n")[0]
        self._limits = limits
        self._model = model
        self._where = named(field.args["where"].type)
        self._orders = named(field.args["orderBy"].type)
        self._connection = named(field.type)
        self.type = named(self._connection.fields["nodes"].type)
        self.columns = Columns(self.type)
        self.filters = Filters(self._where, self.type, limits.list_items)

    @property
    def facets(self) -> tuple[str, ...]:
        """What facets there are: names of fields and relationships."""
        return tuple(target.name for target in node_keys(self._model, self.kind.name).values())

    def read(
        self,
        pairs: Pairs,
        *,
        facets: Sequence[str] = (),
        columns: Sequence[str] = (),
        beside: str = "",
        also: Collection[str] = (),
        rows: int | None = None,
        thorough: bool = False,
        nearest: str = "",
        root: str = "",
    ) -> Question:
        """The question that parameters ask; raise BadParameter where they cannot be used.

        `facets` are asked besides, `columns` where the parameters name none, `beside` is more
        to select of the connection. `also` are names of parameters that mean something to the
        caller. `rows` is the size of a page where the parameters say none; `thorough`: pages
        are smaller instead, so that cells hold longer lists. `nearest` is more to ask where
        filters name things: what `{ids}` may have meant.
        `root` is asked beside the list.
        """
        parameters = Parameters(pairs)
        for name in also:
            parameters.leave(name)
        paths = parameters.listed("columns", self._limits.list_items)
        keys = parameters.listed("order", self._limits.list_items)
        words = parameters.one("q") or ""
        page = self._page(parameters)
        where = self._filters(parameters, words)
        tree = Tree()
        chosen = tuple(
            self.columns.column(path, tree, "columns")
            for path in paths or tuple(columns) or self.columns.default()
        )
        is_whole = page.first is None and page.last is None
        size, nested = self._sizes(tree, None if is_whole else page.size, rows, thorough=thorough)
        page = Page(size, page.after, page.last, page.before) if is_whole else page
        order, order_by = self._order(keys)
        variables = {
            "where": where.input or None,
            "orderBy": order_by or None,
            "first": page.first,
            "after": page.after,
            "last": page.last,
            "before": page.before,
            NESTED: nested if tree.is_nested else None,
        }
        variables = {name: value for name, value in variables.items() if value is not None}
        things = {f"{_THINGS}{at}": each for at, each in enumerate(where.filters) if each.target}
        nearest = f" {nearest.format(ids=f'${_IDS}')}" if things and nearest else ""
        named = (*things, _IDS) if nearest else (*things,)
        text = self._text(
            tree, variables, named, facets, beside, self._named(things) + nearest + root
        )
        variables |= {name: list(each.values) for name, each in things.items()}
        if nearest:
            ids = [f"{each.target}:{slug}" for each in things.values() for slug in each.values]
            variables |= {_IDS: ids}
        return Question(
            self.name,
            text,
            variables,
            chosen,
            tuple(where.filters),
            order,
            words,
            page,
            is_whole,
            nested,
        )

    def _page(self, parameters: Parameters) -> Page:
        most = self._limits.page_size
        page = Page(
            parameters.number("first", most, "ROLEGRAPH_PAGE_SIZE"),
            parameters.one("after"),
            parameters.number("last", most, "ROLEGRAPH_PAGE_SIZE"),
            parameters.one("before"),
        )
        if page.first and page.last:
            raise BadParameter("last", "`first` and `last` are given.", "Give one of them.")
        if page.after and page.last:
            raise BadParameter("after", "`after` stands beside `last`.", "Give it with `first`.")
        if page.before and not page.last:
            raise BadParameter("before", "`before` stands without `last`.", "Give `last` too.")
        return page

    def _filters(self, parameters: Parameters, words: str) -> Where:
        texts = parameters.rest()
        options = (*self.filters.names, *RESERVED)
        for name in texts:
            head = name.removeprefix("where.").split(".")[0]
            if head not in self.filters.names:
                raise unknown(name, head, options, f"{self.name} have no parameter `{name}`")
        where = self.filters.read(texts)
        for word in _words(words, self._limits.list_items):
            where.also({"or": [{name: {"contains": word}} for name in self._texts]})
        return where

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """The fields that words are looked for in."""
        names = [p.name for p in self.kind.properties if p.searched and not p.many]
        return tuple(names) or ("name",)

    def _sizes(
        self, tree: Tree, page_size: int | None, rows: int | None, *, thorough: bool
    ) -> tuple[int, int]:
        """How many rows to ask for, and how many values of each cell."""
        budget = int(self._limits.estimated_nodes * _SHARE)
        most = self._limits.page_size

        def fitting(nested: int) -> int:
            return max(1, min(most, budget // (1 + tree.nodes(min(nested, most)))))

        fits = [fitting(nested) for nested in (_MOST if thorough else _ENOUGH)]
        least = _FEW if thorough else _MANY
        size = page_size or rows or next((each for each in fits if each >= least), fits[-1])
        low, high = 1, most
        while low < high:
            middle = (low + high + 1) // 2
            if size * (1 + tree.nodes(middle)) <= budget:
                low = middle
            else:
                high = middle - 1
        return size, low

    def _order(self, keys: Sequence[str]) -> tuple[tuple[OrderKey, ...], list[dict[str, Any]]]:
        order = tuple(OrderKey(key.removeprefix("-"), key.startswith("-")) for key in keys)
        return order, [self._order_by(key) for key in order]

    def _order_by(self, key: OrderKey) -> dict[str, Any]:
        type_: Any = self._orders
        parts = key.path.split(".")
        for at, part in enumerate(parts):
            if part not in type_.fields:
                what = f"`order` names `{key.path}`, but there is no `{part}` to order by"
                raise unknown("order", part, type_.fields, what)
            type_ = named(type_.fields[part].type)
            if not isinstance(type_, GraphQLInputObjectType):
                if at < len(parts) - 1:
                    raise BadParameter("order", f"`order`: nothing follows `{part}`.")
                break
        if isinstance(type_, GraphQLInputObjectType):
            if "name" not in type_.fields:
                options = ", ".join(f"{key.path}.{name}" for name in type_.fields)
                raise BadParameter(
                    "order", f"`order` names `{key.path}`.", f"Say which: {options}."
                )
            parts.append("name")
        order: Any = "DESC" if key.descending else "ASC"
        for part in reversed(parts):
            order = {part: order}
        return order

    def _text(
        self,
        tree: Tree,
        variables: Mapping[str, Any],
        named: Sequence[str],
        facets: Sequence[str],
        beside: str,
        more: str,
    ) -> str:
        types = {
            "where": self._where.name,
            "orderBy": f"[{self._orders.name}!]",
            "first": "Int",
            "after": "String",
            "last": "Int",
            "before": "String",
            NESTED: "Int",
        }
        types |= dict.fromkeys(named, "[String!]") | {_IDS: "[ID!]!"}
        declared = ", ".join(f"${name}: {types[name]}" for name in (*variables, *named))
        passed = ", ".join(f"{name}: ${name}" for name in variables if name != NESTED)
        targets = {
            target.name: key for key, target in node_keys(self._model, self.kind.name).items()
        }
        for name in facets:
            if name not in targets:
                raise unknown("facets", name, targets, f"{self.name} have no facet `{name}`")
        by = ", ".join(targets[name] for name in facets)
        facets_text = f" facets(by: [{by}]) {{ {_FACET} }}" if facets else ""
        operation = self.name[0].upper() + self.name[1:]
        return (
            f"query {operation}({declared}) {{ {self.name}({passed}) {{ totalCount"
            f" pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}"
            f" nodes {{ {tree.write()} }}{facets_text}{' ' if beside else ''}{beside} }}"
            f" dataVersion {{ version loadedAt }}{more} }}"
        )

    def _named(self, things: Mapping[str, Filter]) -> str:
        """The things that filters name, to know their names and whether they are there."""
        plural = {kind.name: kind.plural for kind in self._model.types}
        return "".join(
            f" {name}: {plural[each.target]}(where: {{slug: {{in: ${name}}}}},"
            f" first: {self._limits.list_items}) {{ nodes {{ slug name }} }}"
            for name, each in things.items()
        )


class Lists:
    """All lists of a schema by address, by the name of their root field (`roles`)."""

    def __init__(self, schema: GraphQLSchema, model: GraphModel, limits: Limits) -> None:
        assert schema.query_type
        self.model = model
        fields = schema.query_type.fields
        self.by_name: Mapping[str, ListAddress] = {
            name: ListAddress(name, field, model, limits)
            for name, field in fields.items()
            if isinstance(meaning_of(field), ListOf)
        }
        self.singular: Mapping[str, str] = {
            listed: name
            for name, field in fields.items()
            if isinstance(one := meaning_of(field), BySlug)
            for listed, address in self.by_name.items()
            if (address.kind.name, address.label) == (one.type.name, one.label)
        }
        """The root field for one of a list: `roles` -> `role`."""

    def read(self, name: str, pairs: Pairs, **more: Any) -> Question:
        """The question of a list; see `ListAddress.read`."""
        return self.by_name[name].read(pairs, **more)


_THINGS = "named"
_IDS = "ids"
_FACET = "field values { value count entity { slug name } }"


def _words(text: str, most: int) -> Sequence[str]:
    words = text.split()
    if len(words) > most:
        raise BadUserInput(f"`q` has {len(words)} words; at most {most} are allowed.")
    return words
