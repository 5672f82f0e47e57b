"""Who may do what, over real HTTP: tokens with scopes, hosts, proxies, the path they serve under."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.database.session import Database
from graph.settings import Neo4jAddress
from tests.conftest import ROOT, Service, reach, start_service, stop_service

Start = Callable[..., Service]
ASKED = {"query": "{ roles(first: 1) { totalCount } }"}
ADDRESSES = ("/", "/graphql", "/graphql?query={__typename}", "/roles.csv", "/q", "/schema.graphql",
             "/static/manifest.json", "/roles/made-up.json", "/nothing")  # fmt: skip


@pytest.fixture
def start(address: Neo4jAddress, tmp_path: Path) -> Iterator[Start]:
    """Start a service of the test's own, with these settings."""
    started: list[Service] = []

    def begin(**environment: str) -> Service:
        given = {
            **reach(address),
        }
        started.append(start_service(tmp_path, given | environment, "serve"))
        return started[-1]

    yield begin
    for service in started:
        stop_service(service)


def command(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `rolegraph` as somebody who operates it does."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "ROLEGRAPH_HOME": str(home), "NEO4J_URI": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def new_token(home: Path, name: str, may: str) -> dict[str, str]:
    """The header with a new token."""
    done = command(home, "token", "add", name, "--may", may)
    assert done.returncode == 0, done.stderr
    return {"authorization": f"Bearer {done.stdout.strip()}"}


def ask(service: Service, headers: dict[str, str], path: str = "/graphql") -> httpx.Response:
    if path == "/graphql":
        return httpx.post(f"{service.url}{path}", json=ASKED, headers=headers, timeout=20)
    return httpx.get(f"{service.url}{path}", headers=headers, timeout=20)


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def test_without_a_token_nothing_but_the_probes(start: Start, tmp_path: Path) -> None:
    reads = new_token(tmp_path, "made-up-reader", "read")
    service = start(ROLEGRAPH_AUTH="token")
    for path in ("/livez", "/readyz"):
        assert httpx.get(f"{service.url}{path}", timeout=20).json()["status"]
    for path in (*ADDRESSES, "/metrics"):
        found = httpx.get(f"{service.url}{path}", timeout=20)
        assert (found.status_code, code(found)) == (401, "UNAUTHENTICATED"), path
        assert found.headers["www-authenticate"] == 'Bearer realm="rolegraph"'
        assert found.headers["x-content-type-options"] == "nosniff"
    page = httpx.get(f"{service.url}/roles", headers={"accept": "text/html"}, timeout=20)
    assert page.status_code == 401 and "<h1>You are not signed in</h1>" in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    for wrong in ("Bearer made-up", "Basic bWFkZTp1cA==", "Bearer", "bearer\trolegraph_", ""):
        found = ask(service, {"authorization": wrong})
        assert (found.status_code, code(found)) == (401, "UNAUTHENTICATED"), wrong
    pair = [("authorization", reads["authorization"])] * 2
    found = httpx.get(f"{service.url}/q", headers=pair, timeout=20)
    assert "Send it once" in found.json()["errors"][0]["message"]

    for path in ADDRESSES:
        assert ask(service, reads, path).status_code not in (401, 403), path
    found = ask(service, reads, "/metrics")
    assert (found.status_code, code(found)) == (403, "FORBIDDEN")
    assert "the scope `metrics`" in found.json()["errors"][0]["message"]
    assert 'scope="metrics"' in found.headers["www-authenticate"]


def test_a_scope_allows_what_it_says(start: Start, tmp_path: Path) -> None:
    reads = new_token(tmp_path, "made-up-reader", "read")
    looks = new_token(tmp_path, "made-up-developer", "read,debug")
    counts = new_token(tmp_path, "made-up-counter", "metrics")
    service = start(ROLEGRAPH_AUTH="token")
    cost = {"rolegraph-cost": "true"}
    assert "cypher" not in cost_of(ask(service, reads | cost))
    assert cost_of(ask(service, looks | cost))["cypher"].startswith("RETURN")
    assert "rolegraph_requests_total" in ask(service, counts, "/metrics").text
    for path in ("/graphql", "/roles.csv", "/"):
        assert code(ask(service, counts, path)) == "FORBIDDEN"


def cost_of(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return response.json()["extensions"]["cost"]


def test_no_shared_cache_keeps_what_needs_a_token(start: Start, tmp_path: Path) -> None:
    reads = new_token(tmp_path, "made-up-reader", "read")
    service = start(ROLEGRAPH_AUTH="token", ROLEGRAPH_CORS_ORIGINS="https://example.org")
    for path in ("/roles.csv", "/q", "/graphql?query={roles{totalCount}}"):
        for _ in range(2):  # the second is kept
            found = ask(service, reads, path)
            assert "public" not in found.headers["cache-control"], path
            assert "Authorization" in found.headers["vary"], path
    preflight = {
        "origin": "https://example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    found = httpx.options(f"{service.url}/graphql", headers=preflight)
    assert found.status_code == 200
    assert "authorization" in found.headers["access-control-allow-headers"]


def test_tokens_come_and_go_while_the_service_runs(start: Start, tmp_path: Path) -> None:
    first = new_token(tmp_path, "made-up-first", "read")
    service = start(ROLEGRAPH_AUTH="token")
    second = new_token(tmp_path, "made-up-second", "read,metrics")
    assert ask(service, second).status_code == 200
    said = command(tmp_path, "token", "list").stdout
    assert "made-up-first  read  added 20" in said
    assert "made-up-second  read,metrics  added 20" in said
    file = tmp_path / "tokens.json"
    for header in (first, second):
        assert header["authorization"].removeprefix("Bearer ") not in file.read_text() + said
    assert file.stat().st_mode & 0o777 == 0o600

    again = command(tmp_path, "token", "add", "made-up-first", "--may", "read")
    assert (again.returncode, "already. Use another name" in again.stderr) == (1, True)
    assert command(tmp_path, "token", "remove", "made-up-first").returncode == 0
    assert ask(service, first).status_code == 401
    assert ask(service, second).status_code == 200
    file.write_text("made up")
    assert ask(service, second).status_code == 401, "nobody is known by a file that is broken"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "made-up", "--may", "read,all"), "no scope 'all'. Use some of read, debug, met"),
        (("add", "made up", "--may", "read"), "A token cannot be called 'made up'"),
        (("remove", "made-up"), "There is no token called 'made-up'"),
    ],
)
def test_a_wrong_token_command(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = command(tmp_path, "token", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_without_tokens_does_not_start(start: Start) -> None:
    with pytest.raises(AssertionError, match="Make one: `rolegraph token add NAME --may read`"):
        start(ROLEGRAPH_AUTH="token")


def test_a_proxy_says_who_asks(start: Start) -> None:
    service = start(
        ROLEGRAPH_AUTH="proxy",
        ROLEGRAPH_PROXIES="127.0.0.0/8",
        ROLEGRAPH_USER_HEADER="X-Made-Up-User",
        ROLEGRAPH_MAY="read,debug",
    )
    anna = {"x-made-up-user": "anna"}
    for wrong in ({}, {"x-made-up-user": ""}, {"x-forwarded-user": "anna"}):
        assert code(ask(service, wrong)) == "UNAUTHENTICATED", wrong
    twice = [("x-made-up-user", "anna"), ("x-made-up-user", "ben")]
    assert httpx.get(f"{service.url}/q", headers=twice, timeout=20).status_code == 401
    found = ask(service, anna | {"rolegraph-cost": "true", "x-forwarded-for": "192.0.2.1"})
    assert cost_of(found)["cypher"], "the peer counts, not whom it speaks for"
    assert code(ask(service, anna, "/metrics")) == "FORBIDDEN"


def test_nobody_but_the_proxy_is_believed(start: Start) -> None:
    service = start(ROLEGRAPH_AUTH="proxy", ROLEGRAPH_PROXIES="192.0.2.1,2001:db8::/32")
    forged = {"x-forwarded-user": "anna", "x-forwarded-for": "192.0.2.1"}
    found = ask(service, forged)
    assert (found.status_code, code(found)) == (401, "UNAUTHENTICATED")
    assert "this one did not" in found.json()["errors"][0]["message"]


def limit_of(response: httpx.Response) -> tuple[int, int]:
    """What is left, and in how many seconds there is all of it."""
    match = re.fullmatch(r'"cost";r=(\d+);t=(\d+)', response.headers["ratelimit"])
    assert match, response.headers
    return int(match[1]), int(match[2])


def test_costs_are_limited_for_each_caller(seeded: Database, start: Start, tmp_path: Path) -> None:
    """A dear question takes what it is estimated to cost; others are not kept from asking."""
    first = new_token(tmp_path, "made-up-first", "read")
    second = new_token(tmp_path, "made-up-second", "read")
    service = start(ROLEGRAPH_AUTH="token", ROLEGRAPH_RATE="300", ROLEGRAPH_KEPT_MB="0")
    fields = " ".join(f"r{at}: roles(first: 1000) {{ nodes {{ slug }} }}" for at in range(20))
    dear = {"query": f"{{ {fields} }}"}
    half = {"query": "{ a: roles(first: 100) { totalCount nodes { slug } }"
                     " b: roles(first: 100) { nodes { slug } } }"}  # fmt: skip

    def put(headers: dict[str, str], asked: dict[str, str]) -> httpx.Response:
        return httpx.post(f"{service.url}/graphql", json=asked, headers=headers, timeout=20)

    found = put(first, half)
    assert found.headers["ratelimit-policy"] == '"cost";q=300;w=60'
    assert limit_of(found)[0] < 300
    found = put(second | {"rolegraph-cost": "true"}, dear)
    assert cost_of(found)["estimatedNodes"] > 300, "it takes a full bucket, and longer"
    left, until = limit_of(found)
    assert (left, until > 60) == (0, True)
    for path in ("/graphql", "/roles.csv", "/roles", "/q"):
        found = ask(service, second, path)
        assert (found.status_code, code(found)) == (429, "RATE_LIMITED"), path
        assert int(found.headers["retry-after"]) > 10
    assert "0 of 300 a minute are left" in found.json()["errors"][0]["message"]
    assert put(first, dear).status_code == 429, "refused by its estimate, before it is run"
    assert ask(service, first).status_code == 200
    assert "ratelimit" not in httpx.get(f"{service.url}/livez").headers


def test_addresses_are_those_that_named_proxies_tell(start: Start) -> None:
    service = start(ROLEGRAPH_PROXIES="127.0.0.1", ROLEGRAPH_RATE="3")

    def left(*forwarded: str) -> int:
        headers = [("x-forwarded-for", each) for each in forwarded]
        return limit_of(httpx.get(f"{service.url}/q", headers=headers, timeout=20))[0]

    assert left("192.0.2.1") == 2
    assert left("192.0.2.1") < 2
    assert left("192.0.2.2") == 2
    assert left("192.0.2.9, 192.0.2.1") < 2, "what the proxy did not add itself is not believed"
    assert left("2001:db8::1") == 2
    assert left("2001:db8::2") < 2, "a network of one is one"


def test_only_the_hosts_that_are_named(start: Start) -> None:
    service = start(ROLEGRAPH_HOSTS="example.org, *.example.com,127.0.0.1")
    for host, there in {
        "example.org": True,
        "EXAMPLE.org:8000": True,
        "a.b.example.com": True,
        "example.com": False,
        "example.org.example.net": False,
        "[::1]:8000": False,
        "": False,
    }.items():
        found = httpx.get(f"{service.url}/q", headers={"host": host}, timeout=20)
        assert (found.status_code == 200) == there, (host, found.text)
        if not there:
            assert (found.status_code, code(found)) == (421, "HOST_NOT_SERVED")
        assert httpx.get(f"{service.url}/livez", headers={"host": host}).status_code == 200


def test_pages_and_files_under_the_path_of_a_proxy(start: Start) -> None:
    """Whether the proxy takes the path away or not, addresses lead back through it."""
    service = start(ROOT_PATH="/made-up")
    for path in ("", "/made-up"):
        page = httpx.get(f"{service.url}{path}/", timeout=20).text
        assert 'href="/made-up/static/' in page and 'action="/made-up/search"' in page
        graphiql = httpx.get(
            f"{service.url}{path}/graphql", headers={"accept": "text/html"}, timeout=20
        )
        assert 'src="/made-up/static/assets/graphiql' in graphiql.text
        found = httpx.get(f"{service.url}{path}/roles.csv?first=1", timeout=20)
        assert found.headers["link"].startswith("</made-up/roles.csv?")
        assert httpx.get(f"{service.url}{path}/livez").status_code == 200
    assert httpx.get(f"{service.url}/made-upon/roles.csv").status_code == 404


def test_graphiql_can_be_switched_off(start: Start) -> None:
    service = start(ROLEGRAPH_GRAPHIQL="off")
    found = httpx.get(f"{service.url}/graphql", headers={"accept": "text/html"})
    assert (found.status_code, code(found)) == (403, "GRAPHIQL_OFF")
    assert ask(service, {}).status_code == 200


def test_a_browser_with_parameters_of_others_gets_the_page(service: Service) -> None:
    html = {"accept": "text/html"}
    page = httpx.get(f"{service.url}/graphql?utm_source=made-up", headers=html, timeout=20)
    assert page.headers["content-type"].startswith("text/html") and page.status_code == 200
    asked = httpx.get(f"{service.url}/graphql?query={{__typename}}", headers=html, timeout=20)
    assert asked.headers["content-type"].startswith("application/")
