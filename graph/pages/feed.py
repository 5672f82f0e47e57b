"""What loads have changed, as an Atom feed (RFC 4287)."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from graph.pages.links import Links
from graph.pages.page import Data, File, PageQuery
from graph.pages.parameters import Parameters
from graph.pages.words import _, number

PATH = "/changes.atom"
MEDIA_TYPE = "application/atom+xml"
_LOADS = 20
_ATOM = "http://www.w3.org/2005/Atom"
_NOTHING: Data = {"version": "none"}
_NEVER = "1970-01-01T00:00:00Z"


class Feed:
    """The feed of one graph: an entry for each load that changed anything, the latest first."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def ask(self, parameters: Parameters) -> PageQuery:
        """The latest loads, and the one before them: an entry leads to what changed since."""
        parameters.done()
        query = (
            f"query Feed {{ loads(last: {_LOADS + 1})"
            " { nodes { source at version added changed retired } } }"
        )
        return PageQuery(query, {}, self._file)

    def _file(self, data: Data) -> File:
        nodes = data["loads"]["nodes"]
        loads = [load for load in nodes if load["version"]]
        older = [] if len(nodes) > _LOADS else [_NOTHING]
        feed = Element("feed", xmlns=_ATOM)
        SubElement(feed, "id").text = "urn:rolegraph:changes"
        SubElement(feed, "title").text = _("What changed in Rolegraph")
        SubElement(feed, "updated").text = loads[-1]["at"] if loads else _NEVER
        SubElement(SubElement(feed, "author"), "name").text = "Rolegraph"
        SubElement(feed, "link", rel="self", href=self._links.to(PATH))
        SubElement(feed, "link", rel="alternate", href=self._links.to("/changes"))
        feed.extend(reversed(list(self._entries([*older, *loads]))))
        return File(tostring(feed, "utf-8", xml_declaration=True), MEDIA_TYPE)

    def _entries(self, loads: list[Data]) -> Iterator[Element]:
        for last, load in pairwise(loads):
            entry = Element("entry")
            SubElement(entry, "id").text = f"urn:rolegraph:load:{load['version']}"
            SubElement(entry, "title").text = _(
                "{source}: {added} added, {changed} changed, {retired} retired"
            ).format(
                source=load["source"],
                **{name: number(load[name]) for name in ("added", "changed", "retired")},
            )
            SubElement(entry, "updated").text = load["at"]
            address = self._links.to("/changes", since=last["version"])
            SubElement(entry, "link", rel="alternate", href=address)
            yield entry
