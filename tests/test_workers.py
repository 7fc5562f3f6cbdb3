"""Workers that make way for new ones without a failed request, and what a killed master, or killed tests, leave."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
import requests

from service.metrics import FOLDER_PREFIX, STALE_SECONDS, make_folder
from tests.conftest import ROOT, LiveService, RunService, find_workers, wait_until
from tests.samples import REPORT

SECONDS = 10


def send_many(service: LiveService, path: str, client: int, outcomes: Counter[object]) -> None:
    with requests.Session() as session:
        for number in range(60):
            text = f"{client}年收到政府信息公开申请{number}件。".encode()
            try:
                outcomes[session.get(service.url + path, timeout=30).status_code] += 1
                answer = session.post(f"{service.url}/v1/reports", data=text, headers={"Content-Type": "text/plain"})
                outcomes[answer.status_code] += 1
            except requests.RequestException as error:
                outcomes[type(error).__name__] += 1


def test_workers_are_recycled_without_a_failed_request(run_service: RunService) -> None:
    with run_service(MAX_REQUESTS="40", THREADS="8") as service:
        before = find_workers(service)
        path = service.post_text(REPORT).headers["Location"]
        outcomes: Counter[object] = Counter()
        clients = [threading.Thread(target=send_many, args=(service, path, number, outcomes)) for number in range(3)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        # Three hundred and sixty requests: each of the first two has had its forty-four at most.
        assert outcomes == {200: 180, 201: 180}
        assert wait_until(lambda: not set(before) & set(find_workers(service)))
        assert service.read_log().count("Booting worker") >= 4


def make_old(folder: Path) -> None:
    long_ago = time.time() - 2 * STALE_SECONDS
    os.utime(folder, (long_ago, long_ago))


@pytest.mark.parametrize("is_chunked", [False, True])
def test_an_unread_body_ends_the_connection_with_a_word(live_service: LiveService, is_chunked: bool) -> None:
    body = b"x" * 2_300_000
    with requests.Session() as session:
        for _ in range(3):
            data = iter([body[:1_200_000], body[1_200_000:]]) if is_chunked else body
            headers = {"Content-Type": "text/plain"}
            answer = session.post(f"{live_service.url}/v1/reports", data=data, headers=headers, timeout=30)
            assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
            # The client makes another connection; on the old one this would fail.
            assert session.get(f"{live_service.url}/healthz", timeout=30).headers["Connection"] == "keep-alive"


def find_folder(service: LiveService) -> Path:
    links = [Path(os.readlink(path)) for path in Path(f"/proc/{service.process.pid}/fd").iterdir()]
    (folder,) = {path for path in links if path.name.startswith(FOLDER_PREFIX)}
    return folder


def test_a_folder_of_a_killed_master_is_removed_by_the_next(run_service: RunService) -> None:
    with run_service() as service:
        folder = find_folder(service)
        make_old(folder)
        os.rmdir(make_folder())
        # Old, and yet in use.
        assert folder.is_dir()
        workers = find_workers(service)
        service.process.send_signal(signal.SIGKILL)
        service.process.wait(SECONDS)
        assert wait_until(lambda: not any(map(psutil.pid_exists, workers)))
    # A worker that came up late may have made a file in it since. Any service that starts removes it from now on, be it
    # that of another test.
    with contextlib.suppress(FileNotFoundError):
        make_old(folder)
    with run_service(WORKERS="1"):
        assert not folder.exists()


def test_a_stopped_service_leaves_no_folder(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        folder = find_folder(service)
        assert folder.is_dir()
    assert not folder.exists()


def is_gone(pid: int) -> bool:
    """Whether a process has ended; where nobody waits for it, its number stays."""
    try:
        return not psutil.Process(pid).cmdline()
    except psutil.NoSuchProcess:
        return True


def test_killed_tests_leave_no_service() -> None:
    script = (
        "import os, signal; from tests.conftest import LiveService; service = LiveService({'WORKERS': '1'}); "
        "print(service.process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL
    assert wait_until(lambda: is_gone(int(run.stdout)))
