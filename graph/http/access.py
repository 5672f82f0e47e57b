"""Who may do what: the one place that decides it, for every request but the probes.

Takes a request; gives it on with its caller known, or refuses it: HOST_NOT_SERVED (421),
UNAUTHENTICATED (401), FORBIDDEN (403) or RATE_LIMITED (429), in the form of all errors, and as a
page to a browser that opens a page. Addresses of pages, files and GraphQL need the scope `read`,
/metrics `metrics`; what is told of Cypher and plans needs `debug`. See docs/security.md.
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.access import SCOPES
from graph.access import Access as AccessSettings
from graph.errors import RateLimited
from graph.http.barred import barred
from graph.http.callers import Caller, Identify, answer_for
from graph.http.logs import seen
from graph.http.problems import HttpRefusal
from graph.http.rates import common_rates, name_of
from graph.http.tokens import Tokens, bearer, unauthenticated
from graph.settings import Settings

if TYPE_CHECKING:
    from graph.http.oidc import Provider

PROBES = ("/livez", "/readyz")
_NEEDS: Mapping[str, str] = {"/metrics": "metrics"}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAME_LENGTH = 200
_PORT = re.compile(r":\d*$")


class Access:
    """The application behind the question who may ask it."""

    def __init__(self, app: ASGIApp, identify: Identify, settings: AccessSettings) -> None:
        self._app = app
        self._identify = identify
        self._hosts = settings.hosts
        self._is_open = settings.auth == "none"
        self._rates = common_rates(settings.rate) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return

        spends_as = ""

        async def send_wrapper(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tell(spends_as, message["status"], MutableHeaders(scope=message))
            await send(message)

        try:
            self._check_host(Headers(scope=scope).get("host", ""))
            caller = await self._identify(scope)
            _check_may(caller, _NEEDS.get(scope["path"], "read"))
            if self._rates:
                spends_as = name_of(caller, scope)
                spend = partial(self._rates.take, spends_as)
                spend(1)
                caller = replace(caller, spends_as=spends_as, spend=spend)
        except HttpRefusal as error:
            await barred(scope, error)(scope, receive, send_wrapper)
            return
        except RateLimited as error:
            await barred(scope, self._limited(error, spends_as))(scope, receive, send_wrapper)
            return
        answer_for(caller)
        seen().who = caller.name
        await self._app(scope, receive, send_wrapper)

    def _tell(self, spends_as: str, status: int, headers: MutableHeaders) -> None:
        """What an answer says of who may have it, and of how much more may be asked."""
        if not self._is_open:
            _keep_private(headers)
        if self._rates and spends_as:
            self._rates.tell(spends_as, status, headers)

    def _limited(self, error: RateLimited, spends_as: str) -> HttpRefusal:
        assert self._rates
        wait = str(self._rates.wait_s(spends_as))
        return HttpRefusal(error.code, str(error), headers={"Retry-After": wait})

    def _check_host(self, header: str) -> None:
        host = _PORT.sub("", header).lower()
        if self._hosts and not any(_is_host(host, each) for each in self._hosts):
            raise HttpRefusal(
                "HOST_NOT_SERVED",
                f"The host {host[:100]!r} is not served here."
                " Whoever operates the service names its hosts in ROLEGRAPH_HOSTS.",
            )


def identify_by(settings: Settings) -> Identify:
    """How it is found out who asks, by ROLEGRAPH_AUTH; raise SettingsError where that cannot be."""
    match settings.access.auth:
        case "token":
            return _by_token(Tokens.opened(settings.access.token_file))
        case "oidc":
            from graph.http.oidc import Provider  # noqa: PLC0415  0.1 s that others need not wait

            assert settings.access.oidc
            return _by_provider(Provider.opened(settings.access.oidc))
        case "proxy":
            return _by_proxy(settings.access)
        case _:
            return _anybody(debug=settings.debug)


def _anybody(*, debug: bool) -> Identify:
    everything = frozenset(SCOPES) if debug else frozenset(SCOPES) - {"debug"}

    async def identify(_scope: Scope) -> Caller:
        return Caller("", everything)

    return identify


def _by_token(tokens: Tokens) -> Identify:
    async def identify(scope: Scope) -> Caller:
        return tokens.caller(bearer(Headers(scope=scope)))

    return identify


def _by_provider(provider: "Provider") -> Identify:
    async def identify(scope: Scope) -> Caller:
        return await provider.caller(bearer(Headers(scope=scope)))

    return identify


def _by_proxy(settings: AccessSettings) -> Identify:
    """Who asks, as a proxy says; only one of the addresses that are named is believed."""
    networks = [ipaddress.ip_network(each) for each in settings.proxies]

    async def identify(scope: Scope) -> Caller:
        names = Headers(scope=scope).getlist(settings.user_header)
        if not _is_within(scope.get("peer"), networks):
            raise unauthenticated("Requests come through a proxy here, and this one did not.", "")
        if len(names) != 1 or not names[0].strip():
            raise unauthenticated(
                f"The proxy has to say who asks, once, in the header {settings.user_header}.", ""
            )
        return Caller(names[0].strip()[:_NAME_LENGTH], settings.may)

    return identify


def _is_within(peer: tuple[str, int] | None, networks: Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(peer[0] if peer else "")
    except ValueError:  # a socket of the file system
        return False
    return any(address in each for each in networks)


def _is_host(host: str, allowed: str) -> bool:
    """Whether a host is the one that is allowed, or one under `*.`."""
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed


def _check_may(caller: Caller, needed: str) -> None:
    if needed in caller.may:
        return
    raise HttpRefusal(
        "FORBIDDEN",
        f"{caller.name or 'This caller'} may not do this: it needs the scope `{needed}`."
        " Whoever operates the service can give it.",
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
    )


def _keep_private(headers: MutableHeaders) -> None:
    """No cache that several share may keep what not everybody may see."""
    cache_control = headers.get("cache-control", "")
    if "public" in cache_control:
        headers["cache-control"] = cache_control.replace("public", "private")
    headers.add_vary_header("Authorization")
