"""What a page costs over the answer that it is made of: python -m bench.pages URL.

The service at URL holds the seed and keeps no answers (`ROLEGRAPH_KEPT_MB=0`), so that both are made
anew. For each page, in turns: the time to the first byte of the page, and of its own question, which
its link to GraphiQL has, asked of `/graphql` on the same connection. Medians in milliseconds.
"""

import html
import http.client
import json
import re
import statistics
import sys
import time
from urllib.parse import parse_qs

PAGES = (
    "/",
    "/search?q=stroke",
    "/roles",
    "/roles?professions=nursing&professions=physiotherapy",
    "/roles/assistant-practitioner",
    "/professions/nursing",
    "/programmes",
    "/levels",
    "/matrix",
    "/boundaries",
    "/careers",
    "/compare?ids=assistant-practitioner,healthcare-assistant",
    "/pathways?from=healthcare-assistant&to=registered-nurse",
    "/quality",
    "/map",
    "/changes?since=none",
)
WARM, TURNS = 40, 100
_QUESTION = re.compile(r'href="[^"]*/graphql#([^"]+)"')
_JSON = {"accept": "application/graphql-response+json", "content-type": "application/json"}


class Asker:
    """Asks over one connection, and takes the time."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[float, str]:
        """Milliseconds to the first byte, and the text."""
        begun = time.perf_counter()
        headers = _JSON if body else {"accept": "text/html"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        took = (time.perf_counter() - begun) * 1000
        text = answer.read().decode()
        assert answer.status == 200, (path, answer.status, text[:500])
        return took, text


def question_of(page: str) -> str:
    """The body that asks what a page asks."""
    link = _QUESTION.search(page)
    assert link, "the page has no link to its question"
    parameters = {name: values[0] for name, values in parse_qs(html.unescape(link[1])).items()}
    variables = json.loads(parameters.get("variables", "{}"))
    return json.dumps({"query": parameters["query"], "variables": variables})


def main(url: str) -> None:
    """Print a line for each page."""
    asker = Asker(url)
    print(f"{'page':58} page ms  answer ms  more ms")
    for path in PAGES:
        body = question_of(asker.ask("GET", path)[1])
        both = [
            (asker.ask("GET", path)[0], asker.ask("POST", "/graphql", body)[0])
            for _ in range(WARM + TURNS)
        ][WARM:]
        page, answer = (statistics.median(times) for times in zip(*both, strict=True))
        more = statistics.median(one - other for one, other in both)
        print(f"{path:58} {page:7.1f} {answer:10.1f} {more:8.1f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
