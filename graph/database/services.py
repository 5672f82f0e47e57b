"""Which services run on this machine, each over the graph of its own data folder."""

import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from graph.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs: its data folder and where it answers."""

    home: Path
    url: str


@contextmanager
def announced(settings: Settings, url: str) -> Generator[None]:
    """Let other commands of this user know of a service, as long as it runs."""
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{os.getpid()}.json"
    started = psutil.Process().create_time()
    file.write_text(json.dumps({"home": str(settings.home), "url": url, "started": started}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def others(settings: Settings) -> list[Service]:
    """The services of other data folders; those of processes that ended are forgotten."""
    return [service for service in _running(settings) if service.home != settings.home]


def _running(settings: Settings) -> Iterator[Service]:
    for file in sorted(_folder(settings).glob("*.json")):
        try:
            content = json.loads(file.read_text())
            if psutil.Process(int(file.stem)).create_time() == content["started"]:
                yield Service(Path(content["home"]), content["url"])
                continue
        except (OSError, ValueError, KeyError, psutil.Error):
            pass
        file.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.cache / "services"
