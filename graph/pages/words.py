"""Texts for people: numbers, dates and plurals; every text goes through the catalogue."""

import gettext
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

CATALOGUE = gettext.translation("pages", Path(__file__).with_name("locale"), fallback=True)
_ = CATALOGUE.gettext
_TURNS = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters that are written from right to left, and marks that turn the direction."""
_OPEN, _CLOSE, _FIRST_STRONG = "\u2066\u2067\u2068", "\u2069", "\u2068"


def isolated(text: str) -> str:
    """A text of the data within a sentence: what turns the direction of writing turns it alone.

    Isolates of Unicode stand also where no markup can: in titles and labels. One that the text
    itself opens is closed, one that it only closes is left out.
    """
    if not _TURNS.search(text):
        return text
    depth, inner = 0, ""
    for letter in text:
        depth += (letter in _OPEN) - (letter == _CLOSE)
        inner += letter if depth >= 0 else ""
        depth = max(depth, 0)
    return f"{_FIRST_STRONG}{inner}{_CLOSE * (depth + 1)}"


def names_apart(sentence: str, names: Iterable[str]) -> str:
    """A sentence of the data, in which none of the names turns the direction of the others."""
    for name in set(names):
        sentence = sentence.replace(name, isolated(name))
    return sentence


def number(value: int | float) -> str:
    """A number with separators: `1,234`, `0.5`."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,}"


def day(text: str) -> str:
    """An ISO date, or the date of an ISO time, as `29 November 2026`."""
    return _day(text[:10])


@lru_cache(1024)
def _day(text: str) -> str:
    date_ = date.fromisoformat(text)
    return f"{date_.day} {_months()[date_.month - 1]} {date_.year}"


def moment(text: str) -> str:
    """An ISO time as `29 November 2026, 08:21 UTC`, on one line."""
    time = datetime.fromisoformat(text)
    return f"{day(text)}, {time:%H:%M} UTC".replace(" ", "\N{NO-BREAK SPACE}")


def listed(names: Sequence[str], word: str = "") -> str:
    """`a, b and c`."""
    joint = f" {word or _('and')} "
    return joint.join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def counted(total: int, one: str, many: str) -> str:
    """`1 role`, `90 roles`: the words in English, of which the catalogue has as many forms as its
    language needs."""
    return f"{number(total)} {CATALOGUE.ngettext(one, many, total)}"


def language() -> str:
    """The language of the catalogue, as `lang` of a page says it."""
    return CATALOGUE.info().get("language", "en").replace("_", "-")


def _months() -> Sequence[str]:
    return (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
        *(_("August"), _("September"), _("October"), _("November"), _("December")),
    )
