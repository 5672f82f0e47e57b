"""Who asks, and what they may: the scopes, and the caller of the request that is being answered."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope

from graph.access import SCOPES


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; `name` is a token's or a person's, "" where it is not known."""

    name: str = ""
    may: frozenset[str] = frozenset(SCOPES)
    spends_as: str = ""
    """Whose bucket of costs is taken from; "" where there are none."""
    spend: Callable[[float], Any] | None = None
    """Takes the cost of an operation; raises RateLimited."""


Identify = Callable[[Scope], Awaitable[Caller]]
"""Finds out who asks; raises HttpRefusal where it cannot be known."""
_CALLER: ContextVar[Caller] = ContextVar("caller")
_OURSELVES = Caller()


def current_caller() -> Caller:
    """Who asks what is being answered; all that runs for a request has it."""
    return _CALLER.get(_OURSELVES)


def answer_for(caller: Caller) -> None:
    """From here on this request is answered for this caller."""
    _CALLER.set(caller)
