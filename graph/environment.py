"""Reads values out of the environment; a wrong one is a SettingsError that names its variable."""

import ipaddress
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from graph.errors import SettingsError

Environment = Mapping[str, str]


def flag(env: Environment, name: str) -> bool:
    """1 or 0; no where it is not set."""
    text = env.get(name) or "0"
    if text not in ("0", "1"):
        raise SettingsError(f"{name} is {text!r}.", "Set it to 1 or 0, or leave it out.")
    return text == "1"


def switch(env: Environment, name: str) -> bool:
    """`on` or `off`; on where it is not set."""
    return choice(env, name, ("on", "off")) == "on"


def choice(env: Environment, name: str, among: tuple[str, ...]) -> str:
    """One of several words, the first where it is not set."""
    text = env.get(name) or among[0]
    if text not in among:
        words = f"{', '.join(among[:-1])} or {among[-1]}"
        raise SettingsError(f"{name} is {text!r}.", f"Set it to {words}, or leave it out.")
    return text


def number(env: Environment, name: str, default: int, least: int = 0) -> int:
    """A whole number."""
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise SettingsError(
            f"{name} is {text!r}.", f"Set it to a number from {least}, or leave it out."
        )
    return int(text)


def seconds(env: Environment, name: str, default: float) -> float:
    """A time, as 10 or 0.5."""
    text = env.get(name) or str(default)
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text):
        raise SettingsError(
            f"{name} is {text!r}.", "Set it to seconds, as 10 or 0.5, or leave it out."
        )
    return float(text)


def listed(env: Environment, name: str) -> tuple[str, ...]:
    """Values that are separated by commas."""
    return tuple(part.strip() for part in (env.get(name) or "").split(",") if part.strip())


def words(
    env: Environment, name: str, known: Collection[str], default: tuple[str, ...]
) -> frozenset[str]:
    """Some of the words that are known, separated by commas."""
    values = listed(env, name) or default
    for each in values:
        if each not in known:
            raise SettingsError(f"{name} has {each!r}.", f"Use some of {', '.join(known)}.")
    return frozenset(values)


def networks(env: Environment, name: str) -> tuple[str, ...]:
    """Addresses and networks, such as `10.0.0.7` and `10.0.0.0/8`."""
    addresses = listed(env, name)
    for each in addresses:
        try:
            ipaddress.ip_network(each)
        except ValueError as error:
            raise SettingsError(
                f"{name} has {each!r}, which is no address.",
                "Give addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas.",
            ) from error
    return addresses


_SAFE_URL = re.compile(r"https://[^/\s]+\S*|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/\S*)?")


def is_safe_url(text: str) -> bool:
    """Whether nobody on the way can put something else in the place of what is there."""
    return bool(_SAFE_URL.fullmatch(text))


def path(env: Environment, name: str) -> Path | None:
    """A file or a folder; None where it is not set."""
    return Path(env[name]).absolute() if env.get(name) else None


def secret(env: Environment, name: str) -> str | None:
    """A secret as it is, or from the file that NAME_FILE names; None where neither is set."""
    file = path(env, f"{name}_FILE")
    if file is None:
        return env.get(name)
    if name in env:
        raise SettingsError(f"{name} and {name}_FILE are set.", "Set one of them.")
    try:
        text = file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name}_FILE names {file}, which cannot be read: {error}.",
            "Name a text file with the secret, which this user may read.",
        ) from error
    if not text:
        raise SettingsError(f"{name}_FILE names {file}, which is empty.", "Write the secret there.")
    return text
