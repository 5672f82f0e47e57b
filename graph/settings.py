"""What can be set from outside: one frozen object, read once from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from graph.access import Access, access_from
from graph.environment import (
    choice,
    flag,
    number,
    path,
    seconds,
    secret,
    switch,
)
from graph.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one request may ask; units are in the names."""

    body_bytes: int = 100_000
    tokens: int = 2_000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 20
    directives: int = 50
    expanded_fields: int = 500
    planned_fields: int = 1_000
    """Fields that the statement is made of: what differs by type once a type, facets once a key."""
    introspection_depth: int = 20
    introspection_fields: int = 400
    introspection_bytes: int = 20_000_000
    """Written to answer it, each level's counted; the usual query comes to a third of it."""
    errors: int = 5
    default_page_size: int = 25
    page_size: int = 1_000
    list_items: int = 250
    filter_levels: int = 24
    conditions: int = 100
    """Comparisons and quantifiers of an operation, those in variables too."""
    statement_characters: int = 8_000
    """Of Cypher; the longer a new statement, the longer Neo4j plans it."""
    estimated_nodes: int = 50_000
    estimated_bytes: int = 10_000_000
    estimated_steps: int = 3_000_000
    """Relationships that conditions on related nodes may look at."""
    operations_in_flight: int = 8 * len(os.sched_getaffinity(0))
    """More a core only wait for each other: 40 dear ones on two cores all ran out of time."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for the database, each inside the next, in seconds."""

    connect_s: float = 3.0
    acquire_s: float = 4.0
    """Inside the 5 s after which a client has its answer; the driver's handshake counts in."""
    transaction_s: float = 8.0
    operation_s: float = 10.0
    write_s: float = 30.0
    """For how long a loader tries a transaction again."""
    unavailable_s: float = 4.5
    """From the first failure of a read until the client is told that the database is down."""


@dataclass(frozen=True, slots=True)
class Clients:
    """How many clients there may be and how long each is waited for."""

    connections: int = 1_000
    head_bytes: int = 16_384
    """Of the address and the headers of a request."""
    request_s: float = 10.0
    """For the head of a request to arrive, and again for its body."""
    idle_s: float = 30.0
    """Between one request of a connection and the next."""
    unread_s: float = 30.0
    """For a client to take a part of its answer."""
    notice_s: float = 1.0
    """Between saying that the service is about to end and taking no more connections."""
    ending_s: float = 10.0
    """From the signal to end until what is not answered is refused."""


@dataclass(frozen=True, slots=True)
class Tls:
    """What the service shows and knows of itself where it speaks TLS itself: files in PEM."""

    certificate: Path
    key: Path
    password: str | None


@dataclass(frozen=True, slots=True)
class Neo4jAddress:
    """A Neo4j server that is given, not started by us."""

    uri: str
    username: str
    password: str
    database: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the service, the loaders and the embedded database."""

    host: str = "127.0.0.1"
    port: int = 8000
    home: Path = Path(".rolegraph")
    heap_mb: int = 512
    """The heap of the embedded Neo4j."""
    cache: Path = Path.home() / ".cache" / "rolegraph"
    neo4j: Neo4jAddress | None = None
    data: Path | None = None
    """Where the files of registers lie, each source in a folder of its own."""
    questions: Path | None = None
    """A folder of saved questions besides the ones that come with it."""
    only_saved: bool = False
    """Whether no other GraphQL documents are answered than the saved questions."""
    cors_origins: tuple[str, ...] = ()
    """Hosts whose pages may read answers, such as `https://example.org`; `*` for all."""
    kept_mb: int = 64
    """Megabytes for answers that are kept until another release of the data is shown; 0: none."""
    debug: bool = False
    """Whether the cost of a query, where it is asked for, includes its Cypher and plan."""
    introspection: bool = True
    """Whether the schema may be asked for, by introspection and as a file."""
    graphiql: bool = True
    """Whether /graphql is a page to ask questions on, for browsers."""
    federation: bool = False
    """Whether the schema is a subgraph of Apollo Federation."""
    workers: int = 1
    """How many processes answer."""
    telemetry: bool = False
    """Whether spans are sent to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names."""
    log: str = "people"
    """How lines of the log are written: for `people`, or as `json`."""
    log_level: str = "info"
    """The least that is logged: `request`, `info` or `warning`."""
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()
    clients: Clients = Clients()
    access: Access = field(default_factory=Access)
    tls: Tls | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; raise SettingsError naming the variable that is wrong."""
        env = os.environ if environment is None else environment
        cache = env.get("ROLEGRAPH_CACHE") or Path(
            env.get("XDG_CACHE_HOME") or Path.home() / ".cache", "rolegraph"
        )
        return cls(
            host=env.get("HOST") or "127.0.0.1",
            port=_port(env.get("PORT") or "8000"),
            home=_home(env),
            heap_mb=_heap(env),
            cache=Path(cache).absolute(),
            neo4j=_neo4j(env),
            data=path(env, "ROLEGRAPH_DATA"),
            questions=path(env, "ROLEGRAPH_QUESTIONS"),
            only_saved=flag(env, "ROLEGRAPH_ONLY_SAVED"),
            cors_origins=_origins(env.get("ROLEGRAPH_CORS_ORIGINS") or ""),
            kept_mb=number(env, "ROLEGRAPH_KEPT_MB", 64),
            debug=flag(env, "ROLEGRAPH_DEBUG"),
            federation=flag(env, "ROLEGRAPH_FEDERATION"),
            introspection=switch(env, "ROLEGRAPH_INTROSPECTION"),
            graphiql=switch(env, "ROLEGRAPH_GRAPHIQL"),
            workers=_workers(env.get("WORKERS") or "1"),
            telemetry=_telemetry(env),
            log=choice(env, "ROLEGRAPH_LOG", ("people", "json")),
            log_level=choice(env, "ROLEGRAPH_LOG_LEVEL", ("info", "request", "warning")),
            limits=_limits(env),
            timeouts=Timeouts(**_values(env, Timeouts)),
            clients=Clients(**_values(env, Clients)),
            access=access_from(env, _home(env)),
            tls=_tls(env),
        )


_HERE = Path(__file__).resolve().parents[1]
_HEAP_MB = (512, 2_048)
"""A quarter of the machine's memory, within these."""


def _home(env: Mapping[str, str]) -> Path:
    """The data folder: the same from whichever folder a command is given.

    A relative one lies in the checkout; where this is an installed wheel, in the user's data.
    """
    is_checkout = (_HERE / "pyproject.toml").exists()
    if is_checkout:
        return _HERE / (env.get("ROLEGRAPH_HOME") or ".rolegraph")
    data = Path(env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share").absolute()
    return data / (env.get("ROLEGRAPH_HOME") or "rolegraph")


def _telemetry(env: Mapping[str, str]) -> bool:
    is_off = (env.get("OTEL_SDK_DISABLED") or "").lower() == "true"
    return bool(env.get("OTEL_EXPORTER_OTLP_ENDPOINT")) and not is_off


def _heap(env: Mapping[str, str]) -> int:
    """Megabytes from `1024`, `1024m` or `1g`, or from what the machine has."""
    text = (env.get("ROLEGRAPH_HEAP") or "").lower()
    if not text:
        memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        return min(max(memory_mb // 4, _HEAP_MB[0]), _HEAP_MB[1])
    number, unit = (text[:-1], text[-1]) if text[-1] in "mg" else (text, "m")
    if not (number.isascii() and number.isdigit() and int(number) * (unit == "g" or 1) >= 1):
        raise SettingsError(
            f"ROLEGRAPH_HEAP is {text!r}.", "Set it to megabytes such as 1024, or to 2g."
        )
    heap = int(number) * (1_024 if unit == "g" else 1)
    if not 256 <= heap <= 31_000:
        raise SettingsError(f"ROLEGRAPH_HEAP is {text!r}.", "Set it to 256m at least, 30g at most.")
    return heap


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65_535:
        raise SettingsError(f"PORT is {text!r}.", "Set it to a number from 0 to 65535.")
    return int(text)


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s*]+", origin):
            raise SettingsError(
                f"ROLEGRAPH_CORS_ORIGINS has {origin!r}.",
                "Give origins such as https://example.org, separated by commas, or *.",
            )
    return origins


def _workers(text: str) -> int:
    if text == "cores":
        return os.cpu_count() or 1
    if not text.isdigit() or int(text) < 1:
        raise SettingsError(
            f"WORKERS is {text!r}.", "Set it to a number from 1, or to `cores` for one a core."
        )
    return int(text)


def _limits(env: Mapping[str, str]) -> Limits:
    limits = Limits(**_values(env, Limits))
    if limits.default_page_size <= limits.page_size:
        return limits
    if env.get("ROLEGRAPH_DEFAULT_PAGE_SIZE"):
        raise SettingsError(
            f"ROLEGRAPH_DEFAULT_PAGE_SIZE is {limits.default_page_size}, over ROLEGRAPH_PAGE_SIZE,"
            f" which is {limits.page_size}.",
            "A list that says no size would be refused. Lower the one, or raise the other.",
        )
    return replace(limits, default_page_size=limits.page_size)


def _values(env: Mapping[str, str], of: type[Limits | Timeouts | Clients]) -> dict[str, Any]:
    """Numbers and seconds as ROLEGRAPH_PAGE_SIZE and so on; defaults where they are not set."""
    values: dict[str, Any] = {}
    for each in fields(of):
        name, default = f"ROLEGRAPH_{each.name.upper()}", cast(Any, each.default)
        if isinstance(default, int):
            values[each.name] = number(env, name, default, least=1)
        else:
            values[each.name] = seconds(env, name, default)
    return values


def _tls(env: Mapping[str, str]) -> Tls | None:
    certificate, key = path(env, "TLS_CERTIFICATE"), path(env, "TLS_KEY")
    if certificate and key:
        return Tls(certificate, key, secret(env, "TLS_KEY_PASSWORD"))
    if certificate or key:
        missing = "TLS_KEY" if certificate else "TLS_CERTIFICATE"
        raise SettingsError(
            f"{missing} is not set.", "TLS needs two files: TLS_CERTIFICATE and TLS_KEY."
        )
    return None


def _neo4j(env: Mapping[str, str]) -> Neo4jAddress | None:
    uri = env.get("NEO4J_URI")
    if not uri:
        return None
    password = secret(env, "NEO4J_PASSWORD")
    if password is None:
        raise SettingsError(
            "NEO4J_URI is set but NEO4J_PASSWORD is not.",
            "Set both, or neither; NEO4J_PASSWORD_FILE may name a file with the password.",
        )
    return Neo4jAddress(
        uri=uri,
        username=env.get("NEO4J_USERNAME") or "neo4j",
        password=password,
        database=env.get("NEO4J_DATABASE") or "neo4j",
    )
