"""A server's process: whether it lives, and which port it listens on."""

import socket
from dataclasses import dataclass
from typing import Any, cast

import psutil

_WALL_CLOCK_S = 1e9


@dataclass(frozen=True, slots=True)
class Running:
    """What is known of a server that runs: process ids and Bolt port."""

    guard_pid: int
    pid: int
    created: float
    port: int


def created_at(pid: int) -> float:
    """When a process began, by a clock that nobody sets; 0 where it is no more."""
    try:
        # Its own words of the time go by the wall clock, which may have been set since.
        return float(cast(Any, psutil.Process(pid))._proc.create_time(monotonic=True))
    except psutil.NoSuchProcess:
        return 0.0


def is_alive(running: Running) -> bool:
    """Whether it is still the same process, and running."""
    try:
        process = psutil.Process(running.pid)
        # One that a Rolegraph before this one started is known by the wall clock.
        by_wall_clock = running.created > _WALL_CLOCK_S
        created = process.create_time() if by_wall_clock else created_at(running.pid)
        same = abs(created - running.created) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_free(port: int) -> bool:
    """Whether a port of this machine can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listening_port(pid: int) -> int | None:
    """The port that a process listens on; None where there is none yet."""
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return None
    ports = [
        connection.laddr.port
        for connection in connections
        if connection.status == psutil.CONN_LISTEN
    ]
    return ports[0] if ports else None
