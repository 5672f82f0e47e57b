"""Where training is: providers, programmes, case studies and findings by region."""

from collections.abc import Mapping, Sequence
from typing import cast

from graph.mapping.model import End, GraphModel
from graph.pages.cells import Cell
from graph.pages.labels import end_label, list_label, value_label
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.pictures import Picture
from graph.pages.report import Table, count, report, text, thing
from graph.pages.words import _, isolated, number

PATH = "/map"
_MOST = 400
"""So many programmes are looked through; the page says where there are more."""
_PROGRAMMES = (
    f"programmes(first: {_MOST}) {{ totalCount nodes {{"
    " providers(first: 20) { nodes { region { slug } } } } }"
)


class Regions:
    """The page of one table, a row a region."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._model = model
        self._links = links
        ends = model.ends("Region")
        self._ends = [end for end in ends if not end.one and end.other != "Region"]
        counts = " ".join(f"{end.name}(first: 0) {{ totalCount }}" for end in self._ends)
        self._text = (
            f"query Regions {{ regions(first: 100, orderBy: [{{ name: ASC }}]) {{ totalCount"
            f" nodes {{ __typename slug name kind {counts} }} }} {_PROGRAMMES} {VERSION} }}"
        )

    def ask(self, parameters: Parameters) -> PageQuery:
        """All regions."""
        parameters.done()
        return PageQuery(self._text, {}, self._view)

    def _view(self, data: Data) -> View:
        taught = _taught(data["programmes"]["nodes"])
        regions: Sequence[Data] = data["regions"]["nodes"]
        heading = _("Where training is, by region")
        kind = next(each.enum for each in self._model["Region"].properties if each.name == "kind")
        assert kind
        table = Table(
            _("Regions and countries"),
            (
                _("Region"),
                list_label(self._model["Programme"]),
                *(end_label(end) for end in self._ends),
                _("Kind of area"),
            ),
            [
                (
                    thing(self._links, each),
                    self._taught(each, taught.get(each["slug"], 0)),
                    *(self._count(each, end) for end in self._ends),
                    text(value_label(kind, each["kind"])),
                )
                for each in regions
            ],
            _hint(data["programmes"]["totalCount"]),
            data["regions"]["totalCount"],
            picture=Picture("bars", _("What there is in each region"), _most(regions, taught)),
        )
        return report(heading, self._links.to(PATH), [table])

    def _taught(self, region: Data, programmes: int) -> Cell:
        wanted = {"providers.region": region["slug"]}
        return count(programmes, self._links.list("Programme", **wanted) if programmes else "")

    def _count(self, region: Data, end: End) -> Cell:
        total = region[end.name]["totalCount"]
        wanted = {end.relationship.name: region["slug"]}
        return count(total, self._links.list(end.other, **wanted) if total else "")


def _taught(programmes: Sequence[Data]) -> Mapping[str, int]:
    """How many programmes are taught in each region, each counted once where it is."""
    totals: dict[str, int] = {}
    for programme in programmes:
        places = [cast(Data | None, each["region"]) for each in programme["providers"]["nodes"]]
        for slug in {place["slug"] for place in places if place}:
            totals[slug] = totals.get(slug, 0) + 1
    return totals


def _hint(total: int) -> str:
    hint = _("A number opens what it counts. A programme counts in each region it is taught in.")
    if total <= _MOST:
        return hint
    more = _("Of the {total} programmes the first {most} are counted.")
    return f"{hint} {more.format(total=number(total), most=number(_MOST))}"


def _most(regions: Sequence[Data], taught: Mapping[str, int]) -> str:
    top = max(regions, key=lambda each: taught.get(each["slug"], 0), default=None)
    if top is None or top["slug"] not in taught:
        return ""
    return _("{region} has most programmes: {number}.").format(
        region=isolated(top["name"]), number=number(taught[top["slug"]])
    )
