"""Answers kept: the bytes of a response, until another release of the data is shown.

Data changes by loads alone, so an answer stays right until the next. Before a kept answer is
given the database is asked which release is shown, once in `_FRESH_S` for all requests
together; what is not kept asks nothing besides. What was made while the release changed is not
kept. Equal requests at the same time share one run, which stops when nobody waits any more.
See docs/decisions/0025-answers-kept.md.
"""

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import brotli  # pyright: ignore[reportMissingTypeStubs]
import zstandard
from starlette.datastructures import Headers
from starlette.responses import Response

from graph.errors import DatabaseUnavailable
from graph.http.callers import current_caller

_FRESH_S = 0.2
_PATIENCE_S = 0.5
"""What fails sooner may be a connection that was lost, not a database that is down."""
_OVERHEAD = 700
"""Bytes that Python takes for an answer besides its body, about."""
_COMPRESSED = 1_000
"""Smaller bodies are not worth it."""
_LONG_BODY = 200_000
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=4).compress(body),
    "br": lambda body: brotli.compress(body, quality=4),  # pyright: ignore
    "gzip": lambda body: gzip.compress(body, 4, mtime=0),
}


class Releases(Protocol):
    """What tells which release of the data is shown."""

    @property
    def known(self) -> str | None: ...

    async def shown(self, within_s: float) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Made:
    """A response, and whether it may be kept: a whole answer, without errors."""

    response: Response
    keep: bool


Make = Callable[[], Awaitable[Made]]


@dataclass(slots=True)
class _Answer:
    """A response that is kept, in the encodings that were asked for."""

    status: int
    headers: dict[str, str]
    bodies: dict[str, bytes]
    size: int = 0
    ready: dict[str, Response] = field(default_factory=dict[str, Response])
    """What was sent, by encoding: its headers are the same until another release is shown."""


@dataclass(slots=True)
class _Flight:
    """A run that several wait for."""

    task: "asyncio.Task[Made]"
    waiting: int = 0


@dataclass(slots=True)
class Counts:
    """What has become of requests that could be answered from what is kept."""

    kept: int = 0
    missed: int = 0
    shared: int = 0
    unchanged: int = 0


class KeptAnswers:
    """Keeps answers of one release within a budget of bytes; 0 keeps none."""

    def __init__(self, releases: Releases, budget: int, build: str = "") -> None:
        self._releases = releases
        self._budget = budget
        self._build = build.encode()
        self._answers: OrderedDict[bytes, _Answer] = OrderedDict()
        self._flights: dict[tuple[bytes, str | None, str], _Flight] = {}
        self._release: str | None = None
        self.size = 0
        self.counts = Counts()

    def __len__(self) -> int:
        return len(self._answers)

    async def respond(
        self, headers: Headers, parts: tuple[str | bytes, ...], make: Make, *, reads: bool
    ) -> Response:
        """The response to a question that `parts` name; `reads`: it was asked by GET or HEAD.

        Raises what `make` raises, and DatabaseError where it cannot be known what is shown.
        """
        if not self._budget:
            return (await make()).response
        key = _digest(parts)
        if_none_match = headers.get("if-none-match") if reads else None
        release = self._releases.known
        if if_none_match or key in self._answers or self._release is None:
            began = time.monotonic()
            try:
                release = await self._releases.shown(_FRESH_S)
            except DatabaseUnavailable:
                if time.monotonic() - began > _PATIENCE_S:
                    raise
                return (await make()).response  # a read is tried again for a while
        self._forget(release)
        encoding = _encoding(headers.get("accept-encoding"))
        answer = self._answers.get(key)
        if answer and not if_none_match and encoding in answer.ready:
            self.counts.kept += 1
            self._answers.move_to_end(key)
            return _again(answer.ready[encoding])
        tag = f'"{_digest((key, (release or "").encode(), self._build)).hex()}-{encoding}"'
        if if_none_match and _names(if_none_match, tag):
            self.counts.unchanged += 1
            return Response(None, 304, _caching(tag))
        if answer is None:
            result = await self._share(key, release, make)
            # Known to be another one: the answer may be of either.
            if not result.keep or self._releases.known != release or self._release != release:
                return result.response
            answer = self._keep(key, result.response)
        else:
            self.counts.kept += 1
            self._answers.move_to_end(key)
        response = await self._written(answer, key, encoding, tag)
        answer.ready[encoding] = _again(response)
        return response

    def _forget(self, release: str | None) -> None:
        """Drop all that is of another release."""
        if release != self._release:
            self._release = release
            self._answers.clear()
            self.size = 0

    async def _share(self, key: bytes, release: str | None, make: Make) -> Made:
        """Run `make`, or wait for an equal request that runs it for the same release.

        Where costs are counted, who asks shares with its own requests alone: a refusal is of one.
        """
        name = (key, release, current_caller().spends_as)
        flight = self._flights.get(name)
        if flight is None:
            self.counts.missed += 1
            flight = _Flight(asyncio.ensure_future(make()))  # pyright: ignore
            self._flights[name] = flight
            flight.task.add_done_callback(lambda _: self._flights.pop(name, None))
        else:
            self.counts.shared += 1
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                flight.task.cancel()
                self._flights.pop(name, None)

    def _keep(self, key: bytes, response: Response) -> _Answer:
        answer = self._answers.get(key)
        if answer is not None:  # kept by another that shared the run
            return answer
        headers = {name: text for name, text in response.headers.items() if name in _SENT_AGAIN}
        answer = _Answer(response.status_code, headers, {"identity": bytes(response.body)})
        answer.size = len(answer.bodies["identity"]) + _OVERHEAD
        if answer.size <= self._budget // 8:
            self._answers[key] = answer
            self._grow(answer.size)
        return answer

    def _grow(self, by: int) -> None:
        self.size += by
        while self.size > self._budget:
            _, oldest = self._answers.popitem(last=False)
            self.size -= oldest.size

    async def _written(self, answer: _Answer, key: bytes, encoding: str, tag: str) -> Response:
        body = answer.bodies["identity"]
        if len(body) < _COMPRESSED:
            encoding = "identity"
        if encoding != "identity":
            compressed = answer.bodies.get(encoding)
            if compressed is None:
                compressed = await _compressed(body, encoding)
                if encoding not in answer.bodies and self._answers.get(key) is answer:
                    answer.size += len(compressed)
                    self._grow(len(compressed))
                answer.bodies[encoding] = compressed
            body = compressed
        headers = {**answer.headers, **_caching(tag)}
        if encoding != "identity":
            headers["content-encoding"] = encoding
        return Response(body, answer.status, headers)


def _again(response: Response) -> Response:
    """The same response, with headers of its own that others may add to."""
    copy = Response.__new__(Response)
    copy.status_code, copy.body = response.status_code, response.body
    copy.media_type, copy.background = response.media_type, None
    copy.raw_headers = list(response.raw_headers)
    return copy


_SENT_AGAIN = ("content-type", "content-disposition", "link", "x-total-count")


async def _compressed(body: bytes, encoding: str) -> bytes:
    """A body in an encoding; a long one is compressed beside the event loop."""
    if len(body) > _LONG_BODY:
        return await asyncio.to_thread(_ENCODERS[encoding], body)
    return _ENCODERS[encoding](body)


def _caching(tag: str) -> dict[str, str]:
    """A proxy may keep it, and asks each time whether it is still right."""
    return {
        "etag": tag,
        "cache-control": "public, no-cache",
        "vary": "Accept, Accept-Encoding",
    }


def _digest(parts: tuple[str | bytes, ...]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        content = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.digest()


@lru_cache(256)
def _encoding(accepted: str | None) -> str:
    """The encoding to answer in: the best of ours that the client takes."""
    weights: dict[str, float] = {}
    for part in (accepted or "").lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    rest = weights.get("*", 0.0)
    return next((name for name in _ENCODERS if weights.get(name, rest) > 0), "identity")


def _names(if_none_match: str | None, tag: str) -> bool:
    """Whether If-None-Match names this tag."""
    if not if_none_match:
        return False
    return tag in (part.strip().removeprefix("W/") for part in if_none_match.split(","))
