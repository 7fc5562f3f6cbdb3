"""The image without a Docker engine: its own commands run here, and compose.yaml says what the image needs."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import redis
import requests
import yaml

from service.connections import connect
from service.embedded import EmbeddedServer
from tests.conftest import LISTENING_RE, ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SECONDS = 30


def read_command(instruction: str) -> list[str]:
    """The last command that the Dockerfile gives by this instruction, for the Python of the tests."""
    command = json.loads(re.findall(rf"^{instruction}.*?(\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


def test_commands_of_the_image_serve_and_stop(cache_server: EmbeddedServer, tmp_path: Path) -> None:
    log = tmp_path / "log"
    environ = os.environ | {"BIND": "127.0.0.1:0", "REDIS_URL": cache_server.url, "WORKERS": "1"}
    with log.open("w") as stream:
        process = subprocess.Popen(read_command("CMD"), cwd=ROOT, env=environ, stderr=stream)
    deadline = time.monotonic() + SECONDS
    while not (found := LISTENING_RE.search(log.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found, log.read_text()
    assert requests.get(f"{found[1]}/readyz", timeout=SECONDS).json()["status"] == "ready"
    probe = [part.replace("http://127.0.0.1:8000", found[1]) for part in read_command("HEALTHCHECK")]
    assert subprocess.run(probe, check=False).returncode == 0
    process.terminate()
    assert process.wait(SECONDS) == 0
    assert subprocess.run(probe, capture_output=True, check=False).returncode != 0


def test_image_is_pinned_and_runs_as_nobody_special() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", base) for base in bases)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001"]
    assert re.findall(r"^STOPSIGNAL (\S+)", DOCKERFILE, re.MULTILINE) == ["SIGTERM"]


def test_redis_is_not_published() -> None:
    server = COMPOSE["services"]["redis"]
    assert "ports" not in server
    assert server["networks"] == ["back"]
    assert server["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]
    assert COMPOSE["networks"]["back"] == {"internal": True}


def test_service_waits_for_redis() -> None:
    service = COMPOSE["services"]["service"]
    assert service["depends_on"] == {"redis": {"condition": "service_healthy"}}
    assert service["environment"]["REDIS_URL"].startswith("redis://redis:")


def test_only_this_machine_reaches_a_service_without_keys() -> None:
    service = COMPOSE["services"]["service"]
    assert service["environment"]["ALLOW_ANONYMOUS"] == "${ALLOW_ANONYMOUS:-1}"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    # Whoever runs the image otherwise says so or has keys.
    assert "ALLOW_ANONYMOUS" not in DOCKERFILE


def test_command_of_redis_does_what_it_says(cache_server: EmbeddedServer) -> None:
    arguments = COMPOSE["services"]["redis"]["command"][1:]
    # A path of its own that is short enough for a socket.
    with tempfile.TemporaryDirectory() as folder:
        command = [cache_server.binary, *arguments, "--port", "0", "--unixsocket", f"{folder}/s"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        try:
            with connect(f"unix://{folder}/s", SECONDS) as client:
                wait_for_answer(client)
                assert client.config_get("maxmemory*")["maxmemory"] == str(256 * 1024 * 1024)
                assert client.config_get("maxmemory*")["maxmemory-policy"] == "allkeys-lru"
                assert client.config_get("save")["save"] == ""
        finally:
            server.terminate()
            server.wait(SECONDS)


def wait_for_answer(client: redis.Redis) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(redis.ConnectionError):
            client.ping()
            return
        time.sleep(0.01)
    raise AssertionError("the server does not answer")
