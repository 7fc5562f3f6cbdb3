"""The guard of the embedded cache server: a process of its own between the service and the server.

In: a folder, the server's command line, and a pipe on standard input that the service holds open. It makes
the folder, keeps the server running, and when the pipe closes, however the service ended, it stops
the server and removes the folder. Run as a file by the standard library alone; it imports nothing of the service.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

POLL_SECONDS = 0.25
RESTART_SECONDS = 1.0
PR_SET_PDEATHSIG = 1


def make_death_wish() -> Callable[[], None] | None:
    """What the server does before it starts: ask the kernel to end it with the guard. Linux alone has that."""
    if sys.platform != "linux":
        return None
    libc, guard = ctypes.CDLL(None), os.getpid()

    def wish() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # The guard may have ended before the wish: then nobody is left to fulfil it.
        if os.getppid() != guard:
            os._exit(1)

    return wish


def is_owner_gone(seconds: float) -> bool:
    """Wait that long for the pipe's end; nothing is ever written to it."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def is_stopped_by_owner(server: "subprocess.Popen[bytes]") -> bool:
    """Wait for an end: the owner's, which ends the server too, or the server's own."""
    while server.poll() is None:
        if is_owner_gone(POLL_SECONDS):
            server.kill()
            server.wait()
            return True
    return False


def guard_server(command: list[str], folder: str) -> int:
    """Keep the server running until the owner has gone; 1 when it does not even start."""
    wish, started = make_death_wish(), time.monotonic()
    while True:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=wish
        )
        if is_stopped_by_owner(server):
            return 0
        if time.monotonic() - started < RESTART_SECONDS:
            return 1
        if is_owner_gone(RESTART_SECONDS):
            return 0


def main() -> int:
    folder, *command = sys.argv[1:]
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    os.mkdir(folder, 0o700)
    try:
        return guard_server(command, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
