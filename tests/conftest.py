"""Real parts for the tests: a gunicorn with its embedded server over HTTP, and a server of the Redis protocol.

`live_service` is one service for the whole run; `run_service(NAME="value")` makes another with settings of its own;
`cache_server` is a server alone. All end with the tests, however those end, and nothing of them is left.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests

from service.embedded import EmbeddedServer, start_server

# A busy machine is no fault of a text: what an example may cost is the benchmark's matter.
# The same examples in each run: a change fails by itself alone. `make fuzz` is what looks for new ones.
hypothesis.settings.register_profile("gongkai", deadline=None, derandomize=True)
hypothesis.settings.load_profile("gongkai")

ROOT = Path(__file__).resolve().parent.parent
LISTENING_RE = re.compile(r"Listening at: (http://\S+)")
START_SECONDS = 60
# A run of the tests may be killed; on Linux the kernel then ends its services. What this starts stays the same process.
LEASH = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
SETTINGS = {"WORKERS": "2", "THREADS": "4", "CACHE_MEMORY_MB": "16", "REDIS_URL": ""}


class LiveService:
    """A running service: its address, its process, and what it logged."""

    def __init__(self, settings: dict[str, str]) -> None:
        # Opened to append: whoever reads does so by a handle of its own, and moves nobody's place of writing.
        self._log = tempfile.NamedTemporaryFile("ab")  # noqa: SIM115  # `stop` closes it.
        leashed = [sys.executable, "-I", "-S", "-c", LEASH]
        command = [*leashed, "-m", "service", "serve", "--bind", "127.0.0.1:0"]
        environ = os.environ | SETTINGS | settings
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=self._log)
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _wait_until_ready(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := LISTENING_RE.search(self.read_log()):
                # The listening socket queues the request until a worker is there.
                requests.get(f"{found[1]}/healthz", timeout=START_SECONDS).raise_for_status()
                return found[1]
            time.sleep(0.02)
        raise AssertionError(f"the service did not start:\n{self.read_log()}")

    def read_log(self) -> str:
        return Path(self._log.name).read_text("utf-8")

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        return requests.request(method, self.url + path, timeout=30, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post_text(self, text: str, **options: Any) -> requests.Response:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        return self.request("POST", "/v1/reports", data=text.encode(), headers=headers, **options)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self._log.close()


@contextmanager
def start_service(**settings: str) -> Iterator[LiveService]:
    service = LiveService(settings)
    try:
        yield service
    finally:
        service.stop()


def read_memory(pid: int) -> int:
    """The most that a process ever held, in KiB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


def find_workers(service: LiveService) -> list[int]:
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def wait_until(is_true: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    """Whether it came true within seconds; what a server does after its answer is not there with the answer."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


RunService = Callable[..., AbstractContextManager[LiveService]]


@pytest.fixture(scope="session")
def run_service() -> RunService:
    return start_service


@pytest.fixture(scope="session")
def live_service() -> Iterator[LiveService]:
    with start_service() as service:
        yield service


@pytest.fixture(scope="session")
def cache_server() -> Iterator[EmbeddedServer]:
    server = start_server(memory_mb=16)
    yield server
    server.stop()
