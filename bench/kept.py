"""What keeping answers saves: python -m bench.kept URL (of a service that holds the seed).

Each figure is a ratio within one run, 16 clients at once: a repeated question against canned bytes
of the same server (/livez), and against the same question made different each time.
"""

import asyncio
import statistics
import sys
import time

import httpx

SMALL = "query($s: String!) { role(slug: $s) { name summary } c: dataVersion { version } }"
LARGE = """query($t: String!) { roles(first: 90, where: {slug: {ne: $t}}) { nodes {
  name professions { nodes { name } } serviceAreas { nodes { name } } } } }"""
CLIENTS, EACH = 16, 40


async def rate(url: str, bodies: "list[dict[str, object] | None]") -> float:
    """Answers a second of 16 clients that take turns in these requests; None is canned bytes."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:

        async def ask(at: int) -> None:
            for turn in range(EACH):
                body = bodies[(at * EACH + turn) % len(bodies)]
                if body is None:
                    await client.get("/livez")
                else:
                    (await client.post("/graphql", json=body)).raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(ask(at) for at in range(CLIENTS)))
        return CLIENTS * EACH / (time.perf_counter() - began)


async def main(url: str) -> None:
    for name, query, variable, value in (
        ("small", SMALL, "s", "assistant-practitioner"),
        ("90 roles with two lists", LARGE, "t", "none"),
    ):
        same = [{"query": query, "variables": {variable: value}}]
        fresh = [
            {"query": query, "variables": {variable: f"{value}-{at}"}}
            for at in range(CLIENTS * EACH)
        ]
        await rate(url, same)
        canned = statistics.median([await rate(url, [None]) for _ in range(3)])
        kept = statistics.median([await rate(url, same) for _ in range(3)])
        new = await rate(url, fresh)
        print(f"{name}: kept {kept / new:.1f} times fresh, canned {canned / kept:.2f} times kept")


asyncio.run(main(sys.argv[1]))
