"""All pages of one graph: an address's parts and parameters in, a page out.

    site = Site(lists, model, ask, assets, terms)
    page = await site.thing("roles", "assistant-practitioner", parameters)

Every page is one document and one statement, one that is not found too: documents about named
things ask what may have been meant.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from graph.addresses.lists import ListAddress, Lists
from graph.addresses.saved import Saved
from graph.mapping.model import GraphModel
from graph.pages import refusals, takeaway
from graph.pages.about import About
from graph.pages.careers import PATH as CAREERS
from graph.pages.careers import CareerMap
from graph.pages.compare import Compare
from graph.pages.entity import EntityPages
from graph.pages.feed import PATH as FEED
from graph.pages.feed import Feed
from graph.pages.home import Home
from graph.pages.labels import list_label, readable
from graph.pages.links import Links
from graph.pages.lists import ListPage
from graph.pages.page import Ask, Data, Elsewhere, File, Link, PageQuery, Refusal, Rendered, View
from graph.pages.parameters import Pairs, Parameters, grouped, not_there
from graph.pages.questions import Questions
from graph.pages.regions import PATH as MAP
from graph.pages.regions import Regions
from graph.pages.render import environment
from graph.pages.saved import SavedPages
from graph.pages.search import Search
from graph.pages.ways import Ways

NAVIGATION = ("Role", "Profession", "ServiceArea", "Programme", "Provider", "CaseStudy")
Assets = Mapping[str, str]
"""The built styles and scripts: what each is called, and its address under the root."""
Page = Callable[[Parameters], PageQuery]
_NOTHING: Data = {}


class Site:
    """The pages; `terms` are schema.org's by type, `root` is the path that a proxy serves under.

    `questions` are the saved ones by name, `list_items` the most values of one parameter.
    """

    def __init__(
        self,
        lists: Lists,
        model: GraphModel,
        ask: Ask,
        assets: Assets,
        terms: Mapping[str, str],
        root: str = "",
        questions: Mapping[str, Saved] | None = None,
        list_items: int = 250,
    ) -> None:
        self.links = Links(model, root)
        self._ask = ask
        self._assets = assets
        self._templates = environment(model, self.links)
        self._kinds = {kind.plural: kind for kind in model.types}
        self._entities = {
            kind.plural: EntityPages(model, kind, self.links, terms) for kind in model.types
        }
        self._lists = {
            name: ListPage(model, address, _list_name(address), self.links)
            for name, address in lists.by_name.items()
        }
        self._navigation = [
            Link(list_label(model[name]), self.links.list(name))
            for name in NAVIGATION
            if name in model
        ]
        self._saved = SavedPages(model, self.links, questions or {}, list_items)
        about = About(model, self.links)
        search = Search(model, self.links)
        careers = CareerMap(model, lists.by_name["roles"], self.links)
        self.pages: Mapping[str, Page] = {
            "/": Home(model, self.links, about.worked).ask,
            **about.pages,
            **Questions(self.links).pages,
            **Ways(self.links).pages,
            "/compare": Compare(model, self.links).ask,
            "/search": search.ask,
            CAREERS: lambda parameters: careers.ask(parameters.pairs),
            MAP: Regions(model, self.links).ask,
        }
        """The pages with an address of their own."""
        self.files: Mapping[str, Page] = {
            "/search.json": search.suggest,
            FEED: Feed(self.links).ask,
        }
        """What is made for programs, each with an address of its own."""

    @property
    def plurals(self) -> tuple[str, ...]:
        """The names of the types' lists, which their addresses begin with."""
        return tuple(self._kinds)

    async def page(self, path: str, pairs: Pairs) -> Rendered:
        """A page with an address of its own."""
        return await self._answer(lambda: self.pages[path](Parameters(pairs)), path, pairs)

    async def table(self, path: str, form: str, pairs: Pairs) -> Rendered:
        """A table of such a page as a file; its refusals are JSON, as those of other files."""
        try:
            at, own = takeaway.split(pairs)
            query = self.pages[path](Parameters(own))
            data = await self._page_data(query)
            view = query.view(data)
            assert isinstance(view, View)
            address = self.links.to(f"{path}.{form}", **grouped(pairs))
            file = takeaway.file_of(view, at, form, data[query.version], address)
        except Refusal as refusal:
            return refusals.as_json(refusal)
        name = f'attachment; filename="{path[1:]}.{form}"'
        headers = {} if form == "json" else {"Content-Disposition": name}
        return Rendered(file.body, 200, headers, file.media_type)

    async def file(self, path: str, pairs: Pairs) -> Rendered:
        """A file with an address of its own; its refusals are JSON, as those of other files."""
        try:
            query = self.files[path](Parameters(pairs))
            file = query.view(await self._data(query.text, query.variables))
        except Refusal as refusal:
            return refusals.as_json(refusal)
        assert isinstance(file, File)
        return Rendered(file.body, 200, media_type=file.media_type)

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists, which are their addresses."""
        return tuple(self._lists)

    async def list(self, name: str, pairs: Pairs) -> Rendered:
        """The page of a list."""
        return await self._answer(lambda: self._lists[name].ask(pairs))

    async def thing(self, plural: str, slug: str, pairs: Pairs) -> Rendered:
        """The page of one thing."""
        return await self._answer(lambda: self._entities[plural].ask(slug, Parameters(pairs)))

    async def saved(self, name: str, pairs: Pairs) -> Rendered:
        """The page of a saved question; of all of them where none is named."""
        if not name:
            return await self._answer(lambda: self._saved.index(Parameters(pairs)))
        return await self._answer(lambda: self._saved.ask(name, pairs))

    async def refuse(self, code: str, message: str, last: str = "") -> Rendered:
        """The page of a refusal from outside of the pages; `last` is the end of its address."""
        near: list[Data] = []
        try:
            if last:
                near = (await self._data(refusals.NEAREST, {"id": last}))["nearest"]
        except Refusal as second:
            if second.code not in ("BAD_USER_INPUT", "QUERY_TOO_COMPLEX"):
                return self._refused(second)
        return self._refused(Refusal(code, message, near))

    async def _answer(
        self, ask: Callable[[], PageQuery], path: str = "", pairs: Pairs = ()
    ) -> Rendered:
        try:
            query = ask()
            data = await self._page_data(query)
            view = query.view(data)
        except Refusal as refusal:
            return self._refused(refusal)
        if isinstance(view, Elsewhere):
            return Rendered("", 301, {"Location": view.href})
        assert isinstance(view, View)
        question = self.links.question(
            query.text, orjson.dumps(_without_nulls(query.variables)).decode()
        )
        files = takeaway.links_of(self.links, path, pairs, view)
        return self._render(view, data[query.version], question, files)

    def _refused(self, refusal: Refusal) -> Rendered:
        return self._render(refusals.view(refusal), None, "")

    async def _page_data(self, query: PageQuery) -> Data:
        """The answer; a page about something that is not there is not found."""
        try:
            return await self._data(query.text, query.variables)
        except Refusal as refusal:
            if query.about and refusal.code == "BAD_USER_INPUT":
                named = [each for each in query.about if f"{each}'" in refusal.message]
                words = max(named, key=len) if named else query.about[0]
                raise not_there(words, refusal.near) from refusal
            raise

    async def _data(self, text: str, variables: Mapping[str, Any]) -> Data:
        answer = await self._ask(text, _without_nulls(variables))
        content: Data = orjson.loads(answer.body)
        for error in content.get("errors", ()):
            near: Sequence[Data] = (content.get("data") or _NOTHING).get("nearest", ())
            raise Refusal(error["extensions"]["code"], error["message"], near)
        return content["data"]

    def _render(
        self, view: View, version: Any, question: str, files: Sequence[Sequence[Link]] = ()
    ) -> Rendered:
        template = self._templates.get_template(view.template)
        body = template.render(
            **view.content,
            view=view,
            version=version,
            question=question,
            table_files=files,
            navigation=self._navigation,
            assets=self._assets,
        )
        return Rendered(body, view.status, refusals.waiting(view.status))


def _list_name(address: ListAddress) -> str:
    return (
        list_label(address.kind) if address.name == address.kind.plural else readable(address.name)
    )


def _without_nulls(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in variables.items() if value is not None}
