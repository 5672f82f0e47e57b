"""How much each caller may ask: costs of a minute, by token or person, else by address.

Each caller has a bucket that holds the costs of a minute and fills steadily. A request takes 1, an
operation that is run what it was estimated to cost. What it would take too much is refused before
the database is asked. Several processes have the buckets in common.

The headers are those of the IETF's draft "RateLimit header fields for HTTP".
"""

import ipaddress
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from graph.errors import RateLimited
from graph.http.callers import Caller
from graph.http.ledger import Ledger
from graph.http.workers import COUNTS

_WINDOW_S = 60
_ROUNDED = 1e-6


class Rates:
    """The buckets of all callers; `rate` is what a full one holds."""

    def __init__(
        self, rate: int, ledger: Ledger | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate = rate
        self._clock = clock
        self._full_at = ledger or Ledger()

    def take(self, who: str, cost: float) -> None:
        """Take a cost; raise RateLimited where there is not so much.

        A cost over all that a bucket holds is taken from a full one, which then fills for longer.
        """
        with self._full_at.alone():
            now = self._clock()
            full_at = max(self._full_at[who], now)
            left = self.rate - (full_at - now) * self.rate / _WINDOW_S
            # The request has taken its 1 already.
            if min(cost, self.rate - 1) <= left + _ROUNDED:
                self._full_at[who] = full_at + cost * _WINDOW_S / self.rate
                return
        raise RateLimited(
            f"This costs {cost:,.0f}; {max(left, 0):,.0f} of {self.rate:,} a minute are left.",
            "Ask again later, as Retry-After says, or ask for less.",
        )

    def tell(self, who: str, status: int, headers: MutableHeaders) -> None:
        """Write down what is left, and in how many seconds there is all of it again."""
        until = self._until(who)
        left = max(math.floor(self.rate - until * self.rate / _WINDOW_S), 0)
        headers["RateLimit-Policy"] = f'"cost";q={self.rate};w={_WINDOW_S}'
        headers["RateLimit"] = f'"cost";r={left};t={math.ceil(until)}'
        if status == 429:
            headers["Retry-After"] = str(self.wait_s(who))

    def wait_s(self, who: str) -> int:
        """In how many seconds a bucket is full, 1 at least."""
        return max(math.ceil(self._until(who)), 1)

    def _until(self, who: str) -> float:
        with self._full_at.alone():
            return max(self._full_at[who] - self._clock(), 0.0)


def common_rates(rate: int) -> Rates:
    """The buckets that all workers of a supervisor have in common; of one process, its own."""
    folder = os.environ.get(COUNTS)
    return Rates(rate, Ledger(Path(folder) / "rates" if folder else None))


def name_of(caller: Caller, scope: Scope) -> str:
    """Whose bucket is taken from: the caller's, else its address's; of IPv6 the network's."""
    if caller.name:
        return f"name {caller.name}"
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return "address unknown"
    if address.version == 6:
        return f"address {ipaddress.ip_network((address, 64), strict=False)}"
    return f"address {address}"
