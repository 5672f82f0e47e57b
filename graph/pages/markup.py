"""The smallest parts of a page, as filters: a page has hundreds, and macros take longer.

What stands between braces is markup already, or is escaped there: `Markup` vouches for the whole.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from graph.pages.cells import Cell
from graph.pages.links import Links, is_web
from graph.pages.words import _

_NOTHING = Markup()


def filters(
    links: Links, confidences: Mapping[str, str], made_once: Callable[..., Markup]
) -> Mapping[str, Callable[..., Markup]]:
    """The filters of one graph; `confidences` are the labels of confidence by name."""
    sources, for_ = escape(_("sources")), escape(_("for"))

    def thing(node: Mapping[str, Any]) -> Markup:
        """A link to a thing, which scripts know by its id."""
        href, kind, slug = escape(links.node(node)), node["__typename"], escape(node["slug"])
        return Markup(f'<a href="{href}" data-node="{kind}:{slug}">{escape(node["name"])}</a>')

    @lru_cache
    def confidence(name: str) -> Markup:
        label = escape(confidences[name])
        return Markup(f'<span class="rg-confidence rg-confidence--{name.lower()}">{label}</span>')

    def evidence(statement: Mapping[str, Any], about: str, is_open: bool = False) -> Markup:
        """What a statement rests on, folded unless `is_open`."""
        rests_on: Sequence[Any] = statement["evidence"]
        number = f", {len(rests_on)} {sources}" if len(rests_on) > 1 else ""
        basis = made_once("basis", rests_on, statement.get("readOn"))
        return Markup(
            f'<details class="rg-evidence"{" open" if is_open else ""}>'
            f"<summary>{confidence(statement['confidence'])}{number}"
            f'<span class="nhsuk-u-visually-hidden"> {for_} <bdi>{escape(about)}</bdi></span>'
            f"</summary>{basis}</details>"
        )

    def cell(shown: Cell, is_open: bool = False) -> Markup:
        """What stands in a cell of a table."""
        if shown.statement:
            return evidence(shown.statement, shown.about, is_open)
        if shown.href:
            return Markup(f'<a href="{escape(shown.href)}">{apart(shown.texts)}</a>')
        if len(shown.texts) == 1 and not shown.is_number:
            return value(shown.texts[0])
        return apart(shown.texts)

    own = {"thing": thing, "confidence": confidence, "evidence": evidence, "cell": cell}
    return {**own, "value": value, "values": values, "apart": apart}


def value(text: str) -> Markup:
    """A text of the data: an address of the web can be followed."""
    shown = escape(text)
    if is_web(text):
        return Markup(f'<a href="{shown}" rel="noopener noreferrer nofollow">{shown}</a>')
    return Markup(f"<bdi>{shown}</bdi>")


def values(texts: Sequence[str]) -> Markup:
    """One text, or a list of several."""
    if len(texts) < 2:
        return value(texts[0]) if texts else _NOTHING
    items = "".join(f"<li>{value(text)}</li>" for text in texts)
    return Markup(f'<ul class="nhsuk-list nhsuk-list--bullet rg-tight">{items}</ul>')


def apart(texts: Sequence[str]) -> Markup:
    """Texts of the data one after the other: none turns the direction of the next."""
    return Markup("; ".join([f"<bdi>{escape(text)}</bdi>" for text in texts]))
