"""The history of a thing: the load that added it, and the latest that changed or retired it."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.mapping.fragment import NO_VERSION
from graph.pages.links import Links
from graph.pages.page import Data
from graph.pages.words import _, moment

HISTORY = (
    f'changes(since: "{NO_VERSION}", ids: [$id], first: 1)'
    " { nodes { kind at source addedAt addedBy } }"
)
"""What the document of a thing's page asks besides; `$id` is the thing."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a load did to a thing; `href` leads to all that loads changed on that day and later."""

    label: str
    when: str
    source: str
    href: str


def history(changes: Sequence[Data], links: Links) -> Sequence[Event]:
    """The first event and the latest; none of an id that only leads to another thing."""
    return [event for change in changes for event in _events(change, links)]


def _events(change: Data, links: Links) -> Sequence[Event]:
    added = _event(_("Added"), change["addedAt"], change["addedBy"], links)
    if change["kind"] == "RETIRED":
        return added, _event(_("Retired"), change["at"], change["source"], links)
    if change["at"] == change["addedAt"]:
        return (added,)
    return added, _event(_("Last changed"), change["at"], change["source"], links)


def _event(label: str, at: str, source: str, links: Links) -> Event:
    return Event(label, moment(at), source, links.to("/changes", since=at[:10]))
