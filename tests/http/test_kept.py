"""Answers kept: right until another release is shown, shared while they are made, bounded."""

import asyncio
import gzip
import shutil
from pathlib import Path

import httpx
import pytest
import zstandard
from starlette.datastructures import Headers
from starlette.responses import Response

from graph.database.session import Database
from graph.http.kept import KeptAnswers, Made
from graph.schema import MODEL
from loaders.load import load, read_and_check
from tests.conftest import ROOT, Content, Runner, Service

QUERY = "{ roles(first: 50) { totalCount nodes { name summary professions { nodes { name } } } } }"
JSON = {"accept": "application/json"}


def get(service: Service, path: str = "/graphql", **headers: str) -> httpx.Response:
    parameters = {"query": QUERY} if path == "/graphql" else {}
    return httpx.get(
        f"{service.url}{path}", params=parameters or None, headers={**JSON, **headers}, timeout=30
    )


@pytest.mark.parametrize("path", ["/graphql", "/roles.csv", "/q/most-boundaries"])
def test_a_tag_that_still_holds_is_told_without_a_body(service: Service, path: str) -> None:
    get(service, path)
    first = get(service, path)
    assert first.headers["cache-control"] == "public, no-cache"
    assert "Accept-Encoding" in first.headers["vary"]
    tag = first.headers["etag"]
    again = get(service, path, **{"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = get(service, path, **{"if-none-match": '"x"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_each_encoding_is_the_same_answer(service: Service) -> None:
    plain = get(service, **{"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    tags = {plain.headers.get("etag")}
    for encoding in ("gzip", "br", "zstd"):
        for _ in range(2):
            with httpx.stream(
                "GET",
                f"{service.url}/graphql",
                params={"query": QUERY},
                headers={**JSON, "accept-encoding": encoding},
            ) as found:
                raw = b"".join(found.iter_raw())
        assert found.headers["content-encoding"] == encoding
        assert len(raw) < len(plain.content) / 2
        if encoding == "gzip":
            assert gzip.decompress(raw) == plain.content
        if encoding == "zstd":
            assert zstandard.ZstdDecompressor().decompress(raw) == plain.content
        tags.add(found.headers["etag"])
    assert len(tags) == 4


def test_errors_and_costs_are_not_kept(service: Service) -> None:
    for _ in range(2):
        found = httpx.get(f"{service.url}/graphql", params={"query": "{ rols }"}, headers=JSON)
        assert "etag" not in found.headers
        found = get(service, **{"rolegraph-cost": "true"})
        assert found.json()["extensions"]["cost"]["roundTrips"] >= 1
        assert "etag" not in found.headers


def test_another_release_is_seen_and_the_old_never_again(
    service: Service, database: Database, run: Runner, content: Content, tmp_path: Path
) -> None:
    question = "/roles.rows.json?slug=assistant-practitioner&columns=name"
    for _ in range(2):
        before = get(service, question)
        assert before.json() == [{"name": "Assistant Practitioner"}]
    shutil.copytree(ROOT / "seed", tmp_path / "seed")
    roles = tmp_path / "seed" / "roles.yaml"
    old = "name: Assistant Practitioner\n"
    text = roles.read_text()
    assert old in text
    roles.write_text(text.replace(old, "name: Made-up Practitioner\n", 1))
    content.is_seed = False

    async def loaded_while_asked() -> list[str]:
        """Load, and ask all the while and half a second longer."""
        seen: list[str] = []
        async with httpx.AsyncClient(timeout=30) as client:
            loading = asyncio.ensure_future(
                load(database, MODEL, read_and_check(tmp_path / "seed", MODEL))
            )
            after = 0
            while after < 5:
                after += loading.done()
                found = await client.get(f"{service.url}{question}")
                seen.append(found.json()[0]["name"])
                await asyncio.sleep(0.1)
            await loading
        return seen

    seen = run(loaded_while_asked())
    assert seen[-1] == "Made-up Practitioner"
    assert seen == sorted(seen), "an older release was seen after a newer one"
    assert get(service, question, **{"if-none-match": before.headers["etag"]}).status_code == 200


class Releases:
    """A database that shows what it is told to."""

    def __init__(self) -> None:
        self.known: str | None = "first"
        self.asked = 0

    async def shown(self, within_s: float) -> str | None:
        self.asked += 1
        return self.known


def ask(kept: KeptAnswers, name: str, made: list[str], wait: asyncio.Event | None = None):
    async def make() -> Made:
        made.append(name)
        if wait:
            await wait.wait()
        return Made(Response(name * 100), keep=True)

    return kept.respond(Headers({}), (name,), make, reads=True)


def test_equal_requests_share_one_run_which_stops_when_all_have_left(run: Runner) -> None:
    async def scene() -> None:
        kept, made, wait = KeptAnswers(Releases(), 1_000_000), [], asyncio.Event()
        several = [asyncio.ensure_future(ask(kept, "a", made, wait)) for _ in range(5)]
        await asyncio.sleep(0.01)
        several[0].cancel()
        await asyncio.sleep(0.01)
        wait.set()
        answers = await asyncio.gather(*several[1:])
        assert made == ["a"]
        assert {bytes(answer.body) for answer in answers} == {b"a" * 100}
        assert (kept.counts.missed, kept.counts.shared) == (1, 4)
        assert len(kept) == 1

        wait.clear()
        left = asyncio.ensure_future(ask(kept, "b", made, wait))
        await asyncio.sleep(0.01)
        left.cancel()
        await asyncio.sleep(0.01)
        wait.set()
        await ask(kept, "b", made)
        assert made == ["a", "b", "b"]

    run(scene())


def test_what_was_made_while_the_release_changed_is_not_kept(run: Runner) -> None:
    async def scene() -> None:
        releases = Releases()
        kept, made, wait = KeptAnswers(releases, 1_000_000), [], asyncio.Event()
        old = asyncio.ensure_future(ask(kept, "a", made, wait))
        await asyncio.sleep(0.01)
        releases.known = "second"
        # Who comes now does not share the run that began before.
        new = asyncio.ensure_future(ask(kept, "a", made, wait))
        await asyncio.sleep(0.01)
        wait.set()
        assert "etag" not in (await old).headers
        assert (await new).headers["etag"]
        assert made == ["a", "a"]
        await ask(kept, "a", made)
        assert made == ["a", "a"]
        releases.known = "third"
        await ask(kept, "a", made)
        assert made == ["a", "a", "a"]

    run(scene())


def test_the_budget_holds_and_none_keeps_none(run: Runner) -> None:
    async def scene() -> None:
        kept, made = KeptAnswers(Releases(), 50_000), []
        for at in range(500):
            await ask(kept, f"question {at}", made)
            assert kept.size <= 50_000
        assert 5 < len(kept) < 50
        await ask(kept, "question 499", made)
        assert len(made) == 500
        none, made = KeptAnswers(Releases(), 0), []
        for _ in range(2):
            assert "etag" not in (await ask(none, "a", made)).headers
        assert made == ["a", "a"]

    run(scene())
