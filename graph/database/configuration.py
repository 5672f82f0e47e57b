"""How our own Neo4j is set up: its configuration, its first user, the arguments of its Java."""

import hashlib
import secrets
from pathlib import Path

_ADD_OPENS = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
)
# Without the server's signs of life the driver does not wrap each read of a socket in a task of its
# own, a fifth of the service's CPU. They tell of a server that hangs: reads of the service have a
# deadline, and on loopback a server that died closes its connections.
# Wrong passwords would lock out the service too; the right one cannot be guessed.
# A node keeps its degrees from its first relationship on, not from the fiftieth: orders, filters
# and groups by counts take half as long (docs/performance.md).
_CONFIGURATION = """\
# Written at each start; changes made here are lost.
dbms.security.auth_enabled=true
dbms.security.auth_max_failed_attempts=0
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.bolt.telemetry.enabled=false
client.allow_telemetry=false
server.memory.pagecache.size=64m
db.memory.transaction.max={one_transaction_mb}m
dbms.memory.transaction.total.max={all_transactions_mb}m
db.relationship_grouping_threshold=1
db.tx_log.preallocate=false
db.tx_log.rotation.size=16m
db.tx_log.rotation.retention_policy=2 files
db.logs.query.enabled=OFF
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
server.bolt.connection_keep_alive_for_requests=OFF
"""
_HASHES = 1024
"""How often Neo4j hashes a password; ours are 24 random bytes."""


def transaction_memory_mb(heap_mb: int) -> tuple[int, int]:
    """What one transaction may take of a heap, and all of them together."""
    return heap_mb * 45 // 64, heap_mb * 25 // 32


def configuration(port: int, heap_mb: int) -> str:
    """The text of `neo4j.conf`."""
    one_transaction_mb, all_transactions_mb = transaction_memory_mb(heap_mb)
    return _CONFIGURATION.format(
        port=port,
        one_transaction_mb=one_transaction_mb,
        all_transactions_mb=all_transactions_mb,
    )


def first_user(name: str, password: str) -> str:
    """The text of `auth.ini`, from which Neo4j takes its first user.

    Neo4j's own tool writes the same, with a Java of its own that takes two seconds.
    """
    salt = secrets.token_bytes(32)
    digest = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(_HASHES - 1):
        digest = hashlib.sha256(digest).digest()
    return f"{name}:SHA-256,{digest.hex()},{salt.hex()},{_HASHES}:"


def server_arguments(home: Path, jars: Path, heap_mb: int) -> list[str]:
    """What the server is started with."""
    return [
        # All of the heap from the start: growing it step by step stops readers for 200 ms each;
        # so does each full collection for the sake of a small metaspace.
        *(
            f"-Xms{heap_mb}m",
            f"-Xmx{heap_mb}m",
            "-XX:MetaspaceSize=128m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
        ),
        *_ADD_OPENS,
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        f'"{jars}/*"',
        "org.neo4j.server.CommunityEntryPoint",
        f'"--home-dir={home}"',
        f'"--config-dir={home / "conf"}"',
        "--console-mode",
    ]
