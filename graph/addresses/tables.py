"""Tables by address: a question is asked, its rows come page by page, of one release.

    table = await list_table(engine, lists, "roles", given)
    async for rows in table.pages(): ...

Everything that can be refused is refused before the first page is given: a parameter, a slug
that is not there, more rows than one answer holds. Later pages can still fail, so whoever
writes them must show that the end is missing.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

import orjson
from graphql.pyutils import did_you_mean

from graph.addresses.lists import Lists, Page, Question
from graph.addresses.paged import AFTER, FIRST
from graph.addresses.parameters import OPTIONS, BadParameter, Pairs, shown
from graph.addresses.saved import VERSION, Saved
from graph.addresses.sources import CREDITS, credits
from graph.errors import QueryTooComplex, RolegraphError
from graph.execution.answer import Answer
from graph.mapping.names import constant

_SOURCES = "distinct(field: SOURCES)"
_SMALLER = 4
"""A page that is too large is asked again with so many times fewer rows."""
_SEARCH = """query Nearest($query: String!, $types: [EntityType!]) {
  search(query: $query, types: $types, first: 3) { nodes { slug } }
}"""


class Asks(Protocol):
    """What answers operations: the engine, or who gives each its turn."""

    async def execute(self, text: str, variables: Mapping[str, Any] | None = None) -> Answer: ...


class AnswerRefused(RolegraphError):
    """The engine refused; `answer` says why, with its code."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"The question was refused: {answer.code}.")
        self.answer = answer


class ReleaseChanged(RolegraphError):
    """Another release of the data was shown between two pages."""

    code = "DATABASE_BUSY"


async def ask(engine: Asks, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an answer; raise AnswerRefused where it has errors."""
    answer = await engine.execute(text, variables)
    content = orjson.loads(answer.body)
    if "errors" in content:
        code = answer.code or content["errors"][0]["extensions"]["code"]
        raise AnswerRefused(Answer(orjson.dumps({"errors": content["errors"]}), code))
    return content["data"]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a table: its rows, its release, and the cursor of what follows."""

    rows: list[list[Any]]
    version: str
    after: str | None


@dataclass(kw_only=True)
class Table(ABC):
    """Rows with what is to be said of them."""

    title: str
    name: str
    paths: tuple[str, ...]
    headings: tuple[str, ...]
    total: int
    version: str
    loaded_at: str | None
    first: list[list[Any]]
    next: str | None = None
    """The cursor of what follows, where that is another table."""
    after: str | None = None
    """The cursor of what belongs to this table and has not been read yet."""

    async def pages(self) -> AsyncGenerator[list[list[Any]]]:
        """The rows page by page; the first is there already."""
        yield self.first
        while self.after:
            part = await self._part(self.after)
            if part.version != self.version:
                raise ReleaseChanged(
                    "The data changed while its pages were read.", "Ask again from the start."
                )
            self.after = part.after
            yield part.rows

    @abstractmethod
    async def _part(self, after: str) -> Part:
        """The page after a cursor."""

    @abstractmethod
    async def credits(self) -> list[str]:
        """How the sources want to be named."""


@dataclass(kw_only=True)
class QuestionTable(Table):
    """The answer to a saved question as a table."""

    sources: set[str]
    """The names of the sources that the answer shows as its evidence."""
    _engine: Asks
    _saved: Saved
    _variables: Mapping[str, Any]
    """What is asked; where the rows come by pages, the size of a page is among them."""

    async def _part(self, after: str) -> Part:
        paged = self._saved.by_pages()
        data = await ask(self._engine, paged.text, {**self._variables, AFTER: after})
        self.sources.update(_evidence(data))
        rows = self._saved.table(data, self._variables, whole=True)
        return Part(rows, data[VERSION]["version"], paged.read(data)[1])

    async def credits(self) -> list[str]:
        """The names of the sources of all rows, in order."""
        async for _ in self.pages():
            pass  # until no page is left that may name another
        return sorted(self.sources)


async def question_table(
    engine: Asks, saved: Saved, variables: Mapping[str, Any], size: int | None = None
) -> Table:
    """The table of a saved question; with the size of a page, all of its rows by pages."""
    if size:
        paged = saved.by_pages()
        data, size = await _first_page(engine, paged.text, variables, size)
        variables = {**variables, FIRST: size}
        total, after = paged.read(data)
    else:
        data = await ask(engine, saved.table_text, variables)
        total, after = None, None
    rows = saved.table(data, variables, whole=size is not None)
    version = data[VERSION]
    return QuestionTable(
        title=saved.title,
        name=saved.name,
        paths=tuple(cell.name for cell in saved.cells),
        headings=tuple(cell.heading for cell in saved.cells),
        total=len(rows) if total is None else total,
        version=version["version"],
        loaded_at=version["loadedAt"],
        sources=set(_evidence(data)),
        first=rows,
        after=after,
        _engine=engine,
        _saved=saved,
        _variables=variables,
    )


async def _first_page(
    engine: Asks, text: str, variables: Mapping[str, Any], size: int
) -> tuple[dict[str, Any], int]:
    """The first page, of so many rows or as many as one answer may hold, and how many those are."""
    try:
        return await ask(engine, text, {**variables, FIRST: size}), size
    except AnswerRefused as error:
        if size == 1 or error.answer.code != QueryTooComplex.code:
            raise
    return await _first_page(engine, text, variables, max(size // _SMALLER, 1))


def _evidence(value: Any) -> Iterator[str]:
    """The names of all sources that an answer shows as evidence."""
    if isinstance(value, list):
        for item in cast(list[Any], value):
            yield from _evidence(item)
    elif isinstance(value, dict):
        for key, item in cast(dict[str, Any], value).items():
            if key == "source" and isinstance(item, dict) and "name" in item:
                yield str(cast(dict[str, Any], item)["name"])
            else:
                yield from _evidence(item)


@dataclass(kw_only=True)
class ListTable(Table):
    """Rows of a list."""

    sources: Sequence[str]
    """The slugs of the sources that all rows rest on."""
    _engine: Asks
    _question: Question

    async def _part(self, after: str) -> Part:
        variables = {**self._question.variables, "after": after}
        data = await ask(self._engine, _with_after(self._question.text), variables)
        following = _next(data[self._question.name])
        return Part(self._question.rows(data), data["dataVersion"]["version"], following)

    async def credits(self) -> list[str]:
        """How the sources of the entries want to be named."""
        variables = {"slugs": self.sources, "first": max(len(self.sources), 1)}
        data = await ask(self._engine, CREDITS, variables)
        return credits(data["sources"]["nodes"])


async def list_table(
    engine: Asks,
    lists: Lists,
    name: str,
    pairs: Pairs,
    *,
    all_: bool = False,
    tells_next: bool = False,
) -> ListTable:
    """The table of a list.

    `all_` goes on to the last page. `tells_next`: the form says what follows a page, so it need
    not hold all that the address means; other forms are refused where they would be cut.
    """
    question = lists.read(name, pairs, also=OPTIONS, beside=_SOURCES, thorough=all_)
    if all_ and not question.is_whole:
        raise BadParameter("all", "`all` stands beside `first` or `last`.", "Give one of them.")
    data = await ask(engine, question.text, question.variables)
    for each, slug in question.missing(data):
        raise await _not_there(engine, each.parameter, slug, each.target)
    connection = data[question.name]
    cut = connection["totalCount"] > len(connection["nodes"])
    if cut and question.is_whole and not (all_ or tells_next):
        raise QueryTooComplex(
            f"{question.name} has {connection['totalCount']} such rows; one answer with these"
            f" columns holds {question.page.size}"
            " (ROLEGRAPH_PAGE_SIZE, ROLEGRAPH_ESTIMATED_NODES).",
            "Add all=1 to have them all, first=... for so many of them, or filter.",
        )
    return ListTable(
        title=lists.by_name[name].description,
        name=name,
        paths=tuple(column.path for column in question.columns),
        headings=tuple(column.label for column in question.columns),
        total=connection["totalCount"],
        version=data["dataVersion"]["version"],
        loaded_at=data["dataVersion"]["loadedAt"],
        sources=[slug for slug in connection["distinct"] if slug],
        next=_next(connection) if question.page.last is None and not all_ else None,
        after=_next(connection) if all_ else None,
        first=question.rows(data),
        _engine=engine,
        _question=replace(question, page=Page(first=question.page.size)),
    )


def _next(connection: Mapping[str, Any]) -> str | None:
    info = connection["pageInfo"]
    return info["endCursor"] if info["hasNextPage"] else None


def _with_after(text: str) -> str:
    """The document of the next page: as the first, with a cursor."""
    if "$after: String" in text:
        return text
    return text.replace("$first: Int", "$first: Int, $after: String", 1).replace(
        "first: $first", "first: $first, after: $after", 1
    )


async def _not_there(engine: Asks, parameter: str, slug: str, kind: str) -> BadParameter:
    """The refusal of a slug that nothing has, with the nearest."""
    near: list[str] = []
    try:
        words = {"query": slug.replace("-", " "), "types": [constant(kind)]}
        data = await ask(engine, _SEARCH, words)
        near = [f"`{node['slug']}`" for node in data["search"]["nodes"]]
    except AnswerRefused:
        pass  # a slug without a word in it: nothing is near
    hint = did_you_mean(near).replace("`'", "`").replace("'`", "`").strip()
    message = f"`{parameter}` names {shown(slug)}, which no {kind} has for its slug."
    return BadParameter(parameter, message, hint)
