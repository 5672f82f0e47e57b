"""JSON Web Tokens of an identity provider (OpenID Connect): who asks, and what they may.

A token is believed where the provider has signed it with a key that it publishes, it names this
provider and this service, and its time has come and is not over. See docs/security.md.
"""

import asyncio
import http.client
import json
import logging
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jwt

from graph.access import SCOPES, Oidc
from graph.environment import is_safe_url
from graph.errors import SettingsError
from graph.http.callers import Caller
from graph.http.problems import HttpRefusal
from graph.http.tokens import unauthenticated

_LOG = logging.getLogger("rolegraph")
_ALGORITHMS = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
)
"""Signatures with a key that the provider alone has; who can check a shared secret can sign."""
_LEEWAY_S = 30
"""So far the provider's clock and ours may be apart."""
_OLD_S = 600.0
"""Keys are read again after this, so that one that was taken back is not believed for long."""
_PATIENCE_S = 10.0
"""The provider is asked no more often, however many tokens name keys that are not known."""
_WAIT_S = 5.0
_MOST_BYTES = 1_000_000
_NAME_LENGTH = 200
_UNREADABLE = (
    OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError,
)  # fmt: skip
_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "Its time is over. Sign in again.",
    jwt.ImmatureSignatureError: "Its time has not come yet.",
    jwt.InvalidIssuedAtError: "It says that it is made in the future.",
    jwt.InvalidAudienceError: "It is meant for another service.",
    jwt.InvalidIssuerError: "It is another provider's.",
    jwt.InvalidSignatureError: "Its signature is wrong.",
    jwt.InvalidAlgorithmError: "The way it is signed is not accepted here.",
    jwt.MissingRequiredClaimError: "It has to say iss, aud and exp.",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the signatures that it may have made."""

    public: Any
    algorithms: tuple[str, ...]


Keys = Mapping[str | None, Key]
"""Keys by their ids; a key without one has the id None."""


class Provider:
    """The provider whose tokens are believed."""

    def __init__(self, settings: Oidc, keys: "PublishedKeys") -> None:
        self._settings = settings
        self._keys = keys

    @classmethod
    def opened(cls, settings: Oidc) -> "Provider":
        """The provider; raise SettingsError where its keys are a file that cannot be read.

        A provider at an address may be away for a while, so it is asked when it is needed.
        """
        where = settings.keys or settings.issuer
        if not _is_url(where):
            try:
                read_keys(settings)
            except _UNREADABLE as error:
                raise SettingsError(
                    f"ROLEGRAPH_OIDC_KEYS is {where}, whose keys cannot be read: {error}.",
                    "Name the provider's JSON Web Key Set: a file, or its https address.",
                ) from error
        return cls(settings, PublishedKeys(lambda: read_keys(settings), where))

    async def caller(self, token: str) -> Caller:
        """Who asks with a token; raise HttpRefusal where it is not believed."""
        try:
            key = await self._keys.find(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token,
                key.public,
                key.algorithms,
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=_LEEWAY_S,
                options={"require": ["iss", "aud", "exp"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            reason = _REASONS.get(type(error), "It is no JSON Web Token, or a damaged one.")
            raise unauthenticated(f"The token is refused. {reason}") from error
        return Caller(self._name(claims), self._scopes(claims))

    def _name(self, claims: Mapping[str, Any]) -> str:
        name = claims.get(self._settings.name)
        if not isinstance(name, str) or not name.strip():
            raise unauthenticated(
                f"The token is refused. It does not say who asks, in its claim"
                f" `{self._settings.name}`."
            )
        return name.strip()[:_NAME_LENGTH]

    def _scopes(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """What the token allows; where no claim is set, the same for everybody."""
        if not self._settings.scopes:
            return self._settings.may
        claim: Any = claims.get(self._settings.scopes)
        names = cast(list[Any], claim.split() if isinstance(claim, str) else claim)
        if not isinstance(claim, str | list):
            return frozenset()
        return frozenset(each for each in SCOPES if {each, f"rolegraph:{each}"} & _texts(names))


class PublishedKeys:
    """The keys of a provider, as it published them a short while ago."""

    def __init__(self, read: Callable[[], Keys], where: str) -> None:
        self._read = read
        self._where = where
        self._keys: Keys = {}
        self._read_at = self._tried_at = -_OLD_S
        self._reading: asyncio.Task[None] | None = None

    async def find(self, key_id: str | None) -> Key:
        """The key of an id; raise HttpRefusal where there is none, or none can be read."""
        now = time.monotonic()
        is_known = key_id in self._keys
        if now - self._tried_at > _PATIENCE_S and (not is_known or now - self._read_at > _OLD_S):
            self._tried_at = now
            self._reading = asyncio.create_task(self._renew())
        if not is_known and self._reading:
            await asyncio.shield(self._reading)
        if not self._keys:
            raise HttpRefusal(
                "IDENTITY_UNAVAILABLE",
                "The identity provider's keys cannot be read now, so nobody is known."
                " Ask again in a moment.",
            )
        if key_id in self._keys:
            return self._keys[key_id]
        raise unauthenticated("The token is refused. It is signed with a key that is not known.")

    async def _renew(self) -> None:
        """Read the keys; where that cannot be, those of before are good for longer."""
        try:
            self._keys = await asyncio.to_thread(self._read)
            self._read_at = time.monotonic()
        except _UNREADABLE as error:
            _LOG.warning("The keys of the identity provider %s: %r", self._where, error)


def read_keys(settings: Oidc) -> Keys:
    """The keys of a provider, from where the settings or its own description say.

    Raises OSError, ValueError or the like where they cannot be read.
    """
    where = settings.keys
    if not where:
        address = settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        described = _json(address)
        if described["issuer"] != settings.issuer:
            raise ValueError(f"{address} describes another issuer, {described['issuer']!r}")
        where = str(described["jwks_uri"])
    keys = {each.get("kid"): key for each in _json(where)["keys"] if (key := _key(each))}
    if not keys:
        raise ValueError(f"{where} has no key that can be used")
    return keys


def _key(jwk: dict[str, Any]) -> Key | None:
    """A public key of a set; None for a secret, other purposes, or what is not known here."""
    if jwk.get("use", "sig") != "sig" or jwk.get("kty") == "oct" or "d" in jwk:
        return None
    try:
        public = jwt.PyJWK(jwk).key
    except jwt.PyJWTError:
        return None
    algorithms = {jwk["alg"]} & _ALGORITHMS if "alg" in jwk else _ALGORITHMS
    return Key(public, tuple(algorithms))


def _texts(values: Iterable[Any]) -> set[str]:
    return {each for each in values if isinstance(each, str)}


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """Another address than the one that was set, or described, is not asked."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """No request to where an answer leads: the answer is an error."""


_OPENER = urllib.request.build_opener(_NoDetours)


def _json(where: str) -> Any:
    if not _is_url(where):
        return json.loads(Path(where).read_bytes())
    if not is_safe_url(where):
        raise ValueError(f"{where} is no https address")
    with _OPENER.open(where, timeout=_WAIT_S) as answer:
        return json.loads(answer.read(_MOST_BYTES))


def _is_url(where: str) -> bool:
    return "://" in where
