"""The first page: what there is, how much of it, and where to begin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.mapping.model import GraphModel
from graph.pages.labels import list_label, summary
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, Link, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.words import _


@dataclass(frozen=True, slots=True)
class Door:
    """All things of one type, as a way in."""

    label: str
    href: str
    hint: str
    total: int


class Home:
    """The first page."""

    def __init__(self, model: GraphModel, links: Links, worked: Sequence[Link]) -> None:
        self._model = model
        self._links = links
        self._worked = worked
        counts = " ".join(f"{kind.plural}: {kind.plural} {{ totalCount }}" for kind in model.types)
        self._text = f"query Home {{ {counts} {VERSION} }}"

    def ask(self, parameters: Parameters) -> PageQuery:
        """The counts of all types."""
        parameters.done()
        return PageQuery(self._text, {}, self._view)

    def _view(self, data: Data) -> View:
        doors = [
            Door(
                list_label(kind),
                self._links.list(kind.name),
                summary(kind),
                data[kind.plural]["totalCount"],
            )
            for kind in self._model.types
        ]
        content: Mapping[str, object] = {
            "doors": [door for door in doors if door.total],
            "empty": [door.label for door in doors if not door.total],
            "worked": self._worked,
        }
        return View("home.html", _("Roles, training and evidence in health and care"), content)
