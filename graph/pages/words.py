"""Texts for people: numbers, dates and plurals; every text goes through the catalogue."""

import gettext
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

CATALOGUE = gettext.translation("pages", Path(__file__).with_name("locale"), fallback=True)
_ = CATALOGUE.gettext
ngettext = CATALOGUE.ngettext


def number(value: int | float) -> str:
    """A number with separators: `1,234`, `0.5`."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,}"


def day(text: str) -> str:
    """An ISO date, or the date of an ISO time, as `29 November 2026`."""
    found = date.fromisoformat(text[:10])
    return f"{found.day} {_months()[found.month - 1]} {found.year}"


def moment(text: str) -> str:
    """An ISO time as `29 November 2026, 08:21 UTC`."""
    found = datetime.fromisoformat(text)
    return f"{day(text)}, {found:%H:%M} UTC"


def listed(names: Sequence[str], word: str = "") -> str:
    """`a, b and c`."""
    joint = f" {word or _('and')} "
    return joint.join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def counted(total: int, one: str, many: str) -> str:
    """`1 role`, `90 roles`: the words as they are given, the number with separators."""
    return f"{number(total)} {one if total == 1 else many}"


def _months() -> Sequence[str]:
    return (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
        *(_("August"), _("September"), _("October"), _("November"), _("December")),
    )
