"""Run Neo4j as a child that cannot outlive its owner.

Started as `python -m graph.database.guard JAVA ARGFILE LOG MODE`. Neo4j ends
when this process is told to (SIGTERM), and, where MODE is `owned`, when the
owner's end of standard input closes, which happens however the owner dies. On
Linux the kernel kills Neo4j too if this process is killed itself.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_TERMINATE_S = 15
_PR_SET_PDEATHSIG = 1


class _Order:
    """The order to end Neo4j.

    No `threading.Event`: to set one takes a lock, and where a second SIGTERM comes while a first
    one is being handled its handler waits for that for ever.
    """

    is_given = False

    def give(self) -> None:
        self.is_given = True


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main(java: str, argument_file: str, log: str, mode: str) -> int:
    """Start Neo4j, wait for its end or for the order to end it; return its exit status."""
    order = _Order()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: order.give())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(log).open("ab", buffering=0) as output:
        server = subprocess.Popen(
            [java, f"@{argument_file}"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509  no threads yet
        )
    print(server.pid, flush=True)
    os.close(sys.stdout.fileno())  # nobody should wait for the end of our output
    if mode == "owned":
        threading.Thread(target=_wait_for_owner, args=(order,), daemon=True).start()
    while server.poll() is None:
        if order.is_given:
            return _end(server)
        time.sleep(0.1)
    return server.returncode


def _wait_for_owner(order: _Order) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    order.give()


def _end(server: subprocess.Popen[bytes]) -> int:
    server.terminate()
    try:
        return server.wait(_TERMINATE_S)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
