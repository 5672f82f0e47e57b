"""Who may ask, and by which way requests come: the settings of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from graph.environment import (
    Environment,
    choice,
    flag,
    is_safe_url,
    listed,
    networks,
    number,
    path,
    words,
)
from graph.errors import SettingsError

SCOPES = ("read", "debug", "metrics")
"""What somebody may do: ask questions, see the Cypher and plans of them, read /metrics."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """Which identity provider is believed, and what its tokens say."""

    issuer: str
    audience: str
    """The name of this service at the provider."""
    keys: str = ""
    """A file or an address of the provider's keys; as its own description says where it is ""."""
    name: str = "sub"
    """The claim that says who asks."""
    scopes: str = ""
    """The claim that says what they may; "" where everybody may do the same."""
    may: frozenset[str] = frozenset({"read"})
    """The scopes of everybody who has a token, where no claim says them."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what, and by which way requests come."""

    auth: str = "none"
    """How it is known who asks: `none` (reading is open), `token`, `oidc` or `proxy`."""
    oidc: Oidc | None = None
    user_header: str = "x-forwarded-user"
    """In which header a proxy says who asks."""
    may: frozenset[str] = frozenset({"read"})
    """The scopes of everybody whom a proxy has let through."""
    rate: int = 0
    """What each caller may ask in a minute, as costs are estimated; 0: no limit."""
    token_file: Path = Path("tokens.json")
    """Where the hashes of tokens are."""
    hosts: tuple[str, ...] = ()
    """Names in the Host header that are answered, `*.example.org` for all under one; none: all."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
    root_path: str = ""
    """The path that a proxy serves all of it under, such as `/rolegraph`."""


def access_from(env: Environment, home: Path) -> Access:
    """Read it; raise SettingsError naming the variable that is wrong.

    `home` is the data folder, where tokens are unless it is said otherwise.
    """
    auth = choice(env, "ROLEGRAPH_AUTH", ("none", "token", "oidc", "proxy"))
    proxies = networks(env, "ROLEGRAPH_PROXIES")
    if auth == "proxy" and not proxies:
        raise SettingsError(
            "ROLEGRAPH_AUTH is proxy, and ROLEGRAPH_PROXIES is not set.",
            "Name the addresses of your proxies: whoever else says who asks is not believed.",
        )
    if auth != "none" and flag(env, "ROLEGRAPH_DEBUG"):
        raise SettingsError(
            f"ROLEGRAPH_DEBUG is 1, and ROLEGRAPH_AUTH is {auth}.",
            "Leave ROLEGRAPH_DEBUG out, and give the scope `debug` to who may see the Cypher.",
        )
    may = words(env, "ROLEGRAPH_MAY", SCOPES, ("read",))
    return Access(
        auth=auth,
        token_file=path(env, "ROLEGRAPH_TOKEN_FILE") or home / "tokens.json",
        hosts=_hosts(env),
        user_header=_header(env, "ROLEGRAPH_USER_HEADER", "x-forwarded-user"),
        may=may,
        oidc=_oidc(env, may) if auth == "oidc" else None,
        proxies=proxies,
        rate=number(env, "ROLEGRAPH_RATE", 0),
        root_path=_root_path(env),
    )


def _oidc(env: Environment, may: frozenset[str]) -> Oidc:
    values = {name: (env.get(f"ROLEGRAPH_OIDC_{name.upper()}") or "").strip() for name in _OIDC}
    for name in ("issuer", "audience"):
        if not values[name]:
            raise SettingsError(
                f"ROLEGRAPH_AUTH is oidc, and ROLEGRAPH_OIDC_{name.upper()} is not set.",
                f"Set it to {_OIDC[name]}.",
            )
    for name in ("issuer", "keys"):
        is_file = name == "keys" and "://" not in values[name]  # or not set
        if not is_file and not is_safe_url(values[name]):
            raise SettingsError(
                f"ROLEGRAPH_OIDC_{name.upper()} is {values[name]!r}.", f"Set it to {_OIDC[name]}."
            )
    return Oidc(**{name: value for name, value in values.items() if value}, may=may)


_OIDC = {
    "issuer": "the https address of your identity provider, as its tokens say it in `iss`",
    "audience": "the name that this service has at the provider, as its tokens say it in `aud`",
    "keys": "a file with the provider's JSON Web Key Set, or its https address",
    "name": "the claim that says who asks, such as preferred_username",
    "scopes": "the claim that says what they may, such as scope",
}


def _hosts(env: Environment) -> tuple[str, ...]:
    hosts = tuple(each.lower() for each in listed(env, "ROLEGRAPH_HOSTS"))
    for host in hosts:
        if not re.fullmatch(r"(\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\]", host):
            raise SettingsError(
                f"ROLEGRAPH_HOSTS has {host!r}.",
                "Give names without ports, such as example.org or *.example.org, with commas.",
            )
    return hosts


def _header(env: Environment, name: str, default: str) -> str:
    header = (env.get(name) or default).lower()
    if not re.fullmatch(r"[a-z0-9-]+", header):
        raise SettingsError(
            f"{name} is {header!r}.", "Set it to a header such as X-Forwarded-User."
        )
    return header


def _root_path(env: Environment) -> str:
    root = (env.get("ROOT_PATH") or "").rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", root):
        raise SettingsError(f"ROOT_PATH is {root!r}.", "Set it to a path such as /rolegraph.")
    return root
