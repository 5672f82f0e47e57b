"""The parameters of a page's address, each taken by name; what is left over is refused."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from graph.pages.page import Data, Refusal
from graph.pages.words import _, isolated

Pairs = Sequence[tuple[str, str]]
_SHOWN = 60


class Parameters:
    """Parameters by name; `done` refuses those that no page has taken."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        """All of them, for a page that reads them by itself."""
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value.strip())
        self._known: list[str] = []

    def one(self, name: str, options: Iterable[str] = ()) -> str:
        """The value of a parameter that may stand once, "" where it does not."""
        self._known.append(name)
        values = self._values.pop(name, [])
        if len(values) > 1:
            message = _("The address says “{name}” {times} times. Say it once.")
            raise refused(message.format(name=name, times=len(values)))
        value = values[0] if values else ""
        if value:
            self._check(name, value, list(options))
        return value

    def several(self, name: str, most: int, options: Iterable[str] = ()) -> tuple[str, ...]:
        """The values of a parameter that may stand several times, or hold commas."""
        self._known.append(name)
        parts = [part for value in self._values.pop(name, []) for part in value.split(",")]
        values = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if len(values) > most:
            message = _("The address gives {number} values of “{name}”; {most} is the most.")
            raise refused(message.format(number=len(values), name=name, most=most))
        allowed = list(options)
        for value in values:
            self._check(name, value, allowed)
        return values

    def is_open(self) -> bool:
        """Whether the evidence of all statements is to be shown."""
        return self.one("evidence", ("open",)) == "open"

    def done(self) -> None:
        """Refuse what nobody has asked for."""
        for name in self._values:
            message = _("This page has no setting “{name}”.").format(name=short(name))
            near = get_close_matches(name[:_SHOWN], self._known, 1)
            if near:
                message += " " + _("Did you mean “{near}”?").format(near=near[0])
            raise refused(message)

    def _check(self, name: str, value: str, allowed: Sequence[str]) -> None:
        if allowed and value not in allowed:
            raise refused(self._not_one_of(name, value, allowed))

    def _not_one_of(self, name: str, value: str, allowed: Sequence[str]) -> str:
        message = _("“{value}” is nothing that “{name}” can be.").format(
            value=short(value), name=name
        )
        near = get_close_matches(value[:_SHOWN], allowed, 3, 0.4) or allowed[:8]
        return f"{message} {_('Try {options}.').format(options=', '.join(near))}"


def grouped(pairs: Pairs) -> dict[str, list[str]]:
    """The values of each parameter, as an address is made of them."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def refused(message: str) -> Refusal:
    """The refusal of a parameter."""
    return Refusal("BAD_USER_INPUT", message)


def not_there(words: str, near: Sequence[Data]) -> Refusal:
    """The refusal of a page about something that is not there; `near` may be meant."""
    message = _("There is nothing called “{words}” here.")
    return Refusal("NOT_FOUND", message.format(words=isolated(short(words))), near)


def short(text: str) -> str:
    """A text as an error quotes it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
