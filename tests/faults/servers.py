"""Cache servers for fault tests, each a process of its own: one alone, a cluster, a master with sentinels.

In: command-line options of valkey-server. Out: servers on loopback that can be killed, stopped and started again on the
same port, and end with the test.
"""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import redis

from service.embedded import find_binaries
from tests.conftest import wait_until

SECONDS = 30.0


def time_until(is_true: Callable[[], bool], seconds: float = SECONDS) -> float:
    """How long it took until it was true."""
    start = time.monotonic()
    assert wait_until(is_true, seconds), "waited in vain"
    return time.monotonic() - start


def find_port() -> int:
    # The bus of a cluster listens 10000 above the port.
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
        if 1024 < port < 55000:
            return port


class Server:
    """One server process in a folder of its own."""

    def __init__(self, *options: str, port: int | None = None, folder: Path | None = None) -> None:
        self.port = port or find_port()
        self._options = options
        self._folder = folder or Path(tempfile.mkdtemp(prefix="gongkai-fault-"))
        self.start()

    def start(self) -> None:
        command = [next(iter(find_binaries())), *self._options, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self._folder), "--daemonize", "no"]
        if "--sentinel" not in self._options:
            command += ["--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.DEVNULL)
        time_until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(1) in (b"+", b"-")
        except OSError:
            return False

    def client(self, **options: str) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=5, **options)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def run_server(*options: str) -> Iterator[Server]:
    with ExitStack() as stack:
        server = Server(*options)
        stack.callback(server.close)
        yield server


def ask(server: Server, command: str) -> str:
    """The bare answer to a command, in the words of the protocol."""
    with socket.create_connection(("127.0.0.1", server.port), 5) as link:
        link.sendall(f"{command}\r\n".encode())
        time.sleep(0.01)
        return link.recv(65536).decode()


def join(servers: list[Server]) -> None:
    """Three masters, each with one replica."""
    masters, replicas = servers[:3], servers[3:]
    share = 16384 // 3 + 1
    for number, master in enumerate(masters):
        slots = range(number * share, min((number + 1) * share, 16384))
        ask(master, f"CLUSTER ADDSLOTSRANGE {slots[0]} {slots[-1]}")
        ask(master, f"CLUSTER SET-CONFIG-EPOCH {number + 1}")
    for server in servers[1:]:
        ask(server, f"CLUSTER MEET 127.0.0.1 {servers[0].port}")
    for master, replica in zip(masters, replicas, strict=True):
        name = ask(master, "CLUSTER MYID").split()[1]
        # It becomes a replica as soon as it has heard of its master.
        time_until(lambda replica=replica, name=name: "OK" in ask(replica, f"CLUSTER REPLICATE {name}"))
    time_until(lambda: all("cluster_state:ok" in ask(server, "CLUSTER INFO") for server in servers))
    time_until(lambda: all(follows(replica) for replica in replicas))


def follows(replica: Server) -> bool:
    return "master_link_status:up" in ask(replica, "INFO replication")


@contextmanager
def run_cluster() -> Iterator[list[Server]]:
    """Three masters and their replicas, in this order."""
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no")
    with ExitStack() as stack:
        servers = []
        for _ in range(6):
            servers.append(Server(*options))
            stack.callback(servers[-1].close)
        join(servers)
        yield servers


@contextmanager
def run_sentinels() -> Iterator[tuple[list[Server], list[Server]]]:
    """A master with a replica, and three sentinels that watch it as `reports`."""
    with ExitStack() as stack:
        master = Server()
        stack.callback(master.close)
        replica = Server("--replicaof", "127.0.0.1", str(master.port))
        stack.callback(replica.close)
        time_until(lambda: follows(replica))
        sentinels = []
        for _ in range(3):
            folder = Path(tempfile.mkdtemp(prefix="gongkai-fault-"))
            config = folder / "sentinel.conf"
            config.write_text(
                f"sentinel monitor reports 127.0.0.1 {master.port} 2\n"
                "sentinel down-after-milliseconds reports 1000\nsentinel failover-timeout reports 3000\n",
                "utf-8",
            )
            # A sentinel writes what it learns into its configuration.
            sentinels.append(Server(str(config), "--sentinel", folder=folder))
            stack.callback(sentinels[-1].close)
        time_until(lambda: all(_knows_others(each) for each in sentinels))
        yield [master, replica], sentinels


def _knows_others(sentinel: Server) -> bool:
    fields = ask(sentinel, "SENTINEL MASTER reports").split("\r\n")
    found = dict(zip(fields[2::4], fields[4::4], strict=False))
    return (found.get("num-other-sentinels"), found.get("num-slaves")) == ("2", "1")
