"""The smallest parts of a page, as filters: a page has hundreds, and macros take longer."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from graph.pages.cells import Cell
from graph.pages.links import Links, is_web
from graph.pages.words import _

_THING = Markup('<a href="%s" data-node="%s:%s">%s</a>')
_CONFIDENCE = Markup('<span class="rg-confidence rg-confidence--%s">%s</span>')
_ADDRESS = Markup('<a href="%s" rel="noopener noreferrer nofollow">%s</a>')
_LEADS = Markup('<a href="%s">%s</a>')
_TEXT = Markup("<bdi>%s</bdi>")
_LIST = Markup('<ul class="nhsuk-list nhsuk-list--bullet rg-tight">%s</ul>')
_ITEM = Markup("<li>%s</li>")
_OPEN = Markup(" open")
_EVIDENCE = Markup(
    '<details class="rg-evidence"%s><summary>%s%s<span class="nhsuk-u-visually-hidden"> %s'
    " <bdi>%s</bdi></span></summary>%s</details>"
)
_BETWEEN, _NOTHING = Markup("; "), Markup()


def filters(
    links: Links, confidences: Mapping[str, str], made_once: Callable[..., Markup]
) -> Mapping[str, Callable[..., Markup]]:
    """The filters of one graph; `confidences` are the labels of confidence by name."""
    sources, for_ = _("sources"), _("for")

    def thing(node: Mapping[str, Any]) -> Markup:
        """A link to a thing, which scripts know by its id."""
        return _THING % (links.node(node), node["__typename"], node["slug"], node["name"])

    @lru_cache
    def confidence(name: str) -> Markup:
        return _CONFIDENCE % (name.lower(), confidences[name])

    def evidence(statement: Mapping[str, Any], about: str, is_open: bool = False) -> Markup:
        """What a statement rests on, folded unless `is_open`."""
        rests_on: Sequence[Any] = statement["evidence"]
        number = f", {len(rests_on)} {sources}" if len(rests_on) > 1 else ""
        basis = made_once("basis", rests_on, statement.get("readOn"))
        is_shown = _OPEN if is_open else _NOTHING
        label = confidence(statement["confidence"])
        return _EVIDENCE % (is_shown, label, number, for_, about, basis)

    def cell(shown: Cell, is_open: bool = False) -> Markup:
        """What stands in a cell of a table."""
        if shown.statement:
            return evidence(shown.statement, shown.about, is_open)
        if shown.href:
            return _LEADS % (shown.href, apart(shown.texts))
        if len(shown.texts) == 1 and not shown.is_number:
            return value(shown.texts[0])
        return apart(shown.texts)

    own = {"thing": thing, "confidence": confidence, "evidence": evidence, "cell": cell}
    return {**own, "value": value, "values": values, "apart": apart}


def value(text: str) -> Markup:
    """A text of the data: an address of the web can be followed."""
    return _ADDRESS % (text, text) if is_web(text) else _TEXT % text


def values(texts: Sequence[str]) -> Markup:
    """One text, or a list of several."""
    if len(texts) < 2:
        return value(texts[0]) if texts else _NOTHING
    return _LIST % _NOTHING.join(_ITEM % value(text) for text in texts)


def apart(texts: Sequence[str]) -> Markup:
    """Texts of the data one after the other: none turns the direction of the next."""
    if len(texts) == 1:
        return _TEXT % texts[0]
    return _BETWEEN.join(_TEXT % text for text in texts)
