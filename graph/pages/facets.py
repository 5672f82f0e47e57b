"""Facets of a list: values to filter by with their counts, one of them drawn as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.compiler.wholes import DEFAULT_FACET_VALUES
from graph.pages.pictures import Picture
from graph.pages.words import _, isolated, number


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: what it is called, how many have it, and the list with or without."""

    label: str
    count: int
    share: int
    """Of a hundred, of the largest."""
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One field or relationship to filter by."""

    name: str
    label: str
    values: Sequence[Value]
    is_open: bool
    is_whole: bool
    """Whether it was asked for by itself, so that none of its values is folded away."""
    draw: str
    """The list with this facet drawn, or without where it is; "" where it cannot be."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A facet as a picture, and the table of the same numbers."""

    heading: str
    hints: Sequence[str]
    facet: Facet
    picture: Picture


def draw(list_label: str, facet: Facet) -> Drawn:
    """The facet of a list as bars."""
    heading = _("{list} by {facet}").format(list=list_label, facet=facet.label.lower())
    most = max(facet.values, key=lambda each: each.count, default=None)
    finding = (
        _("Most often: {name}, {count}.").format(
            name=isolated(most.label), count=number(most.count)
        )
        if most
        else ""
    )
    hints: list[str] = []
    if len(facet.values) >= DEFAULT_FACET_VALUES:
        cut = _("The {number} most frequent values are shown.")
        hints.append(cut.format(number=number(DEFAULT_FACET_VALUES)))
    if any(each.chosen for each in facet.values):
        hints.append(
            _("The filter on this field itself changes nothing here; all other filters do.")
        )
    return Drawn(heading, hints, facet, Picture("bars", heading, finding))
