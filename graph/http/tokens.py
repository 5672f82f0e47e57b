"""Bearer tokens: a file with the hash of each, its name and what it may; never the token itself.

A token is 256 random bits, so one round of SHA-256 keeps it: there is nothing to guess. The file is
read again when it has changed, so a token that is removed is refused from the next request on.
"""

import fcntl
import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers

from graph.access import SCOPES
from graph.errors import SettingsError
from graph.files import written_whole
from graph.http.callers import Caller
from graph.http.problems import HttpRefusal

_LOG = logging.getLogger("rolegraph")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_PREFIX = "rolegraph_"
"""So that a token is known for one where it has been left by mistake."""
_CHALLENGE = 'Bearer realm="rolegraph"'


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token."""

    name: str
    sha256: str
    may: tuple[str, ...]
    added: str


def bearer(headers: Headers) -> str:
    """The token of a request; raise HttpRefusal where there is none, or several."""
    values = headers.getlist("authorization")
    if not values:
        raise unauthenticated(
            "Who asks has to say so. Send the header `Authorization: Bearer TOKEN`.", ""
        )
    scheme, _, token = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated(
            "The header Authorization is not understood. Send it once, as `Bearer TOKEN`.",
            "invalid_request",
        )
    return token.strip()


def unauthenticated(message: str, error: str = "invalid_token") -> HttpRefusal:
    """The refusal of who cannot be known; `error` after RFC 6750."""
    challenge = f'{_CHALLENGE}, error="{error}"' if error else _CHALLENGE
    return HttpRefusal("UNAUTHENTICATED", message, headers={"WWW-Authenticate": challenge})


class Tokens:
    """The tokens of a file, as they are now."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, ...] = ()
        self._tokens: tuple[Token, ...] = ()

    @classmethod
    def opened(cls, file: Path) -> "Tokens":
        """Read it; raise SettingsError where it has no token, or cannot be read."""
        tokens = cls(file)
        if not read_tokens(file):
            raise SettingsError(
                f"ROLEGRAPH_AUTH is token, and there is no token in {file}.",
                "Make one: `rolegraph token add NAME --may read`.",
            )
        return tokens

    def caller(self, secret: str) -> Caller:
        """Whose token it is; raise HttpRefusal where it is nobody's."""
        self._refresh()
        digest = _digest(secret)
        token: Token | None = None
        for each in self._tokens:  # all of them, so that time tells nothing
            if hmac.compare_digest(each.sha256, digest):
                token = each
        if token is None:
            raise unauthenticated("The token is not known here. It may have been removed.")
        return Caller(token.name, frozenset(token.may))

    def _refresh(self) -> None:
        """Read the file where it has changed; without it nobody is known."""
        try:
            stat = self._file.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except OSError:
            stamp = (-1,)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._tokens = read_tokens(self._file)
        except SettingsError as error:
            self._tokens = ()
            _LOG.error("Every token is refused: %s", error)


def read_tokens(file: Path) -> tuple[Token, ...]:
    """The tokens of a file, none where there is no file; raise SettingsError where it is wrong."""
    try:
        content: Any = json.loads(file.read_text("utf-8"))
        return tuple(_token(each) for each in content["tokens"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"The file of tokens {file} cannot be read: {error!r}.",
            "Put it back from a copy, or remove it and make the tokens anew.",
        ) from error


def _token(entry: dict[str, Any]) -> Token:
    token = Token(entry["name"], entry["sha256"], tuple(entry["may"]), entry["added"])
    if not re.fullmatch("[0-9a-f]{64}", token.sha256) or not set(token.may) <= set(SCOPES):
        raise ValueError(f"the token {token.name!r} is none of ours")
    return token


def add_token(file: Path, name: str, may: Iterable[str]) -> str:
    """Make a token and write down its hash; the token, which nobody can read again.

    Raises SettingsError where the name is taken or no name, or a scope is not known.
    """
    scopes = tuple(scope for scope in SCOPES if scope in set(may))
    unknown = sorted(set(may) - set(SCOPES))
    if unknown or not scopes:
        raise SettingsError(
            f"There is no scope {(unknown or [''])[0]!r}.", f"Use some of {', '.join(SCOPES)}."
        )
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"A token cannot be called {name!r}.",
            "Use letters, digits and any of . _ @ -; 64 characters at most.",
        )
    secret = _PREFIX + secrets.token_urlsafe(32)
    added = datetime.now(UTC).isoformat(timespec="seconds")
    with _changed(file) as tokens:
        if any(each.name == name for each in tokens):
            raise SettingsError(
                f"There is a token called {name} already.",
                f"Use another name, or remove it: `rolegraph token remove {name}`.",
            )
        tokens.append(Token(name, _digest(secret), scopes, added))
    return secret


def remove_token(file: Path, name: str) -> None:
    """Take a token away; raise SettingsError where there is none of this name."""
    with _changed(file) as tokens:
        matches = [each for each in tokens if each.name == name]
        if not matches:
            raise SettingsError(
                f"There is no token called {name!r} in {file}.",
                "`rolegraph token list` shows them.",
            )
        tokens.remove(matches[0])


@contextmanager
def _changed(file: Path) -> Generator[list[Token]]:
    """The tokens, to be changed by one process at a time; written whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(file.name + ".lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        tokens = list(read_tokens(file))
        yield tokens
        content = json.dumps({"tokens": [asdict(each) for each in tokens]}, indent=2) + "\n"
        with written_whole(file, 0o600) as stream:
            stream.write(content.encode())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
