"""The embedded server: bounded, private, and gone with the service however that ends."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import redis

from service import embedded, embedded_guard
from service.connections import connect
from service.embedded import EmbeddedServer, NoServerError, start_server
from tests.conftest import LiveService, RunService, wait_until
from tests.samples import REPORT
from tests.test_reading import find_readers

SECONDS = 10.0


def find_processes(word: str) -> list[int]:
    """The processes whose command line holds a word, such as the folder of a server's socket; a guard comes first."""
    return sorted(
        process.pid for process in psutil.process_iter(["cmdline"]) if word in " ".join(process.info["cmdline"] or ())
    )


def find_folder(service: LiveService) -> Path:
    """The folder of a running service's cache: the first argument of its guard, a child of the master."""
    commands = [child.cmdline() for child in psutil.Process(service.process.pid).children()]
    (guard,) = [command for command in commands if embedded_guard.__file__ in command]
    return Path(guard[guard.index(embedded_guard.__file__) + 1])


def is_gone(folder: Path) -> bool:
    return not folder.exists() and not find_processes(folder.name)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGQUIT", "SIGKILL"])
def test_nothing_is_left_when_the_master_ends(run_service: RunService, name: str) -> None:
    with run_service() as service:
        folder, readers = find_folder(service), find_readers(service, workers=2)
        service.post_text(REPORT)
        assert len(find_processes(folder.name)) == 2
        service.process.send_signal(getattr(signal, name))
        service.process.wait(SECONDS)
        assert wait_until(lambda: is_gone(folder))
        assert wait_until(lambda: not any(process.is_running() for process in readers))


def test_nothing_runs_on_when_guard_and_master_are_killed(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        folder = find_folder(service)
        guard, _ = find_processes(folder.name)
        os.kill(guard, signal.SIGKILL)
        assert wait_until(lambda: not find_processes(folder.name))
        assert service.post_text(REPORT).status_code == 201
    assert is_gone(folder)


def test_killed_server_comes_back_without_a_restart(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        _, server = find_processes(find_folder(service).name)
        time.sleep(1.1)
        os.kill(server, signal.SIGKILL)
        assert service.post_text(REPORT).status_code == 201
        assert wait_until(lambda: service.get("/readyz").json()["status"] == "ready")
        assert service.post_text(REPORT).headers["Cache-Status"] == "gongkai; fwd=uri-miss; stored"
        assert service.post_text(REPORT).headers["Cache-Status"] == "gongkai; hit"


def test_restarted_worker_finds_the_cache(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        service.post_text(REPORT)
        service.process.send_signal(signal.SIGHUP)
        assert wait_until(lambda: service.read_log().count("Booting worker") == 2)
        assert service.post_text(REPORT).headers["Cache-Status"] == "gongkai; hit"


def test_memory_is_bounded_and_the_newest_stays() -> None:
    server = start_server(memory_mb=4)
    try:
        with connect(server.url, 5) as client:
            for number in range(120):
                client.set(f"report:{number}", os.urandom(65536))
            assert client.info("memory")["used_memory"] < 5 * 1024 * 1024
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "allkeys-lru"
            assert client.exists("report:119") == 1
            # Which of the old ones go is the server's sample: its clock tells no two keys of one second apart.
            assert client.dbsize() < 70
    finally:
        server.stop()


def test_server_is_private(cache_server: EmbeddedServer) -> None:
    path = Path(urlsplit(cache_server.url).path)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    with connect(cache_server.url, 5) as client:
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("save")["save"] == ""


def make_program(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)


def test_server_on_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, shipped = embedded.find_binaries()
    make_program(tmp_path, "valkey-server", f'exec {shipped} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    server = start_server(memory_mb=4)
    assert server.binary == str(tmp_path / "valkey-server")
    server.stop()


def test_broken_server_on_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(tmp_path, "valkey-server", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    server = start_server(memory_mb=4)
    assert not server.binary.startswith(str(tmp_path))
    server.stop()


def test_without_any_server_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_binaries", lambda: iter(()))
    with pytest.raises(NoServerError, match="Set REDIS_URL, or install Valkey"):
        start_server(memory_mb=4)


def test_long_temporary_folder_is_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("深" * 40)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    server = start_server(memory_mb=4)
    with connect(server.url, 5) as client:
        assert client.ping()
    server.stop()


def test_guard_outlives_no_owner() -> None:
    # Where the kernel has no parent-death signal, the end of the pipe alone must do.
    script = (
        "import os, signal; from service.embedded import start_server; server = start_server(4); "
        "print(server.url, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    folder = Path(urlsplit(run.stdout.strip()).path).parent
    assert run.returncode == -signal.SIGKILL
    assert wait_until(lambda: is_gone(folder))
    with pytest.raises(redis.ConnectionError), connect(run.stdout.strip(), 1) as client:
        client.ping()
