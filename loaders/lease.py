"""One loader at a time: a lease in the graph, renewed while its loader lives.

Each transaction of a load checks that the lease is still its own and counts
itself on it, so that neither a second loader nor a repeated transaction can
write. A killed loader's lease ends by itself after `LEASE_S`, or at once where
the next loader sees that its process is gone from the same machine.
"""

import asyncio
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Never

import psutil

from graph.database.session import Database, Parameters, Transaction
from graph.errors import DatabaseError, LoadError

LEASE_S = 30
_RENEW_S = 5
# The write locks it: a repeated transaction waits here for the first one, where that still runs.
_LOCKED = "MATCH (l:LoadLease {token: $token}) SET l.locked = true"


class AlreadyLoading(LoadError):
    """Another loader is at work on the same graph."""


class LeaseLost(LoadError):
    """The lease went to another loader, or the graph was cleared; nothing more is written."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lease."""

    source: str
    host: str
    pid: int
    since: str

    @property
    def is_gone(self) -> bool:
        """Whether it ran on this machine and runs no more."""
        return self.host == socket.gethostname() and not psutil.pid_exists(self.pid)


class Lease:
    """The right to load, for as long as the context lasts."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source
        self._token = secrets.token_hex(16)
        self._batch = 0
        self._renewal: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Lease":
        rows = await self._take(None)
        if rows and (holder := Holder(*rows[0][:4])).is_gone:
            rows = await self._take(rows[0][4])
        if rows:
            holder = Holder(*rows[0][:4])
            raise AlreadyLoading(
                f"{holder.source} is being loaded by process {holder.pid} on {holder.host},"
                f" since {holder.since[:19]}.",
                f"Wait until it has ended; where it was killed, for {LEASE_S} s at most.",
            )
        self._renewal = asyncio.create_task(self._renew())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._renewal:
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
        with suppress(DatabaseError):
            await self._database.run(
                "MATCH (l:LoadLease {token: $token}) DELETE l", {"token": self._token}
            )

    async def check(self, transaction: Transaction) -> bool:
        """Begin a transaction; False where it was done already and only its answer was lost.

        Raises LeaseLost where another loader has the lease now.
        """
        rows = await transaction.run(
            f"{_LOCKED} WITH l, l.batch AS before SET l.batch = $batch + 1 RETURN before",
            self._identity,
        )
        if not rows:
            self._lost()
        return rows[0][0] == self._batch

    def passed(self) -> None:
        """The transaction is written."""
        self._batch += 1

    async def write(self, statement: str, parameters: Parameters) -> None:
        """Run a statement as a transaction of its own, once, in one round trip.

        Raises LeaseLost where another loader has the lease now.
        """
        written = await self._database.write_one(
            f"{_LOCKED} WITH l WHERE l.batch = $batch SET l.batch = $batch + 1 WITH l"
            f" {statement} RETURN count(*)",
            {**parameters, **self._identity},
        )
        if not written:  # lost, or done already, or there was nothing to do
            rows = await self._database.rows(
                "MATCH (l:LoadLease {token: $token}) RETURN l.batch", self._identity
            )
            if rows != [[self._batch + 1]]:
                self._lost()
        self.passed()

    @property
    def _identity(self) -> dict[str, Any]:
        return {"token": self._token, "batch": self._batch}

    def _lost(self) -> Never:
        raise LeaseLost(
            f"{self._source} lost its right to load while it was loading.",
            "Load again: what was written stays hidden until a load ends.",
        )

    async def _take(self, from_token: str | None) -> list[list[Any]]:
        """Nothing where the lease is ours now, else who holds it."""
        parameters = {
            "token": self._token,
            "from": from_token,
            "source": self._source,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "seconds": LEASE_S,
        }
        holders: list[list[Any]] = []

        async def steps(transaction: Transaction) -> None:
            await transaction.run("MERGE (l:LoadLease {name: 'lease'}) SET l.touched = timestamp()")
            holders[:] = await transaction.run(
                "MATCH (l:LoadLease {name: 'lease'})"
                " WHERE l.token IS NOT NULL AND l.until > datetime() AND l.token <> $token"
                " AND ($from IS NULL OR l.token <> $from)"
                " RETURN l.source, l.host, l.pid, toString(l.since), l.token",
                parameters,
            )
            if not holders:
                await transaction.run(
                    "MATCH (l:LoadLease {name: 'lease'}) SET l = {name: 'lease', token: $token,"
                    " source: $source, host: $host, pid: $pid, since: datetime(), batch: 0,"
                    " until: datetime() + duration({seconds: $seconds})}",
                    parameters,
                )

        await self._database.write(steps)
        return holders

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            # A failure is left to the next batch, which checks the lease in any case.
            with suppress(DatabaseError):
                await self._database.run(
                    "MATCH (l:LoadLease {token: $token})"
                    " SET l.until = datetime() + duration({seconds: $seconds})",
                    {"token": self._token, "seconds": LEASE_S},
                )
