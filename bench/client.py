"""One connection in a few lines: many of httpx would be slower than what they ask."""

import asyncio
from typing import Any, Self

import orjson

_GRAPHQL = "application/graphql-response+json"


class Client:
    """Asks a service at `http://HOST:PORT`, one request after another on one connection."""

    def __init__(self, url: str) -> None:
        self._host, self._port = url.removeprefix("http://").split(":")

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, int(self._port))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def get(self, path: str) -> int:
        """The status of the answer, once all of it has arrived."""
        return (await self.whole(f"GET {path}", b""))[0]

    async def post(self, body: dict[str, Any]) -> int:
        """The same of a GraphQL operation; one that is refused has the status of its refusal."""
        return (await self.whole("POST /graphql", orjson.dumps(body)))[0]

    async def whole(self, line: str, content: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer to `GET /path` or `POST /path` with a body."""
        head = (
            f"{line} HTTP/1.1\r\nHost: {self._host}\r\nAccept: {_GRAPHQL}, */*\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in answer:
            return int(answer.split()[1]), await self._chunks()
        length = int(answer.split(b"content-length:")[1].split(b"\r")[0])
        return int(answer.split()[1]), await self._reader.readexactly(length)

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            body += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readexactly(2)
        return body
