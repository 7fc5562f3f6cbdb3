"""Who may use it: keys, from environment and file; where nobody needs one; pages of other origins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from service.keys import Key, KeyRing, hash_secret, is_loopback, read_keys
from service.settings import Settings
from tests.conftest import ROOT, LiveService, RunService
from tests.samples import make_text
from tests.test_errors import assert_problem

ALL, READING, UNKNOWN = "gongkai_all", "gongkai_reading", "gongkai_unknown"
KEYS = f"{hash_secret(ALL)},{hash_secret(READING)}:read"
ROUTES = [
    ("POST", "/v1/reports"),
    ("POST", "/v1/reports/batch"),
    ("POST", "/v1/comparisons"),
    ("GET", f"/v1/reports/{'0' * 64}"),
    ("DELETE", f"/v1/reports/{'0' * 64}"),
    ("GET", "/v1/indicators"),
    ("HEAD", "/v1/forms/2021"),
    ("GET", "/v1/nothing"),
]


def bear(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def keyed(run_service: RunService) -> LiveService:
    with run_service(WORKERS="1", API_KEYS=KEYS) as service:
        yield service


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_asks_for_a_key(keyed: LiveService, method: str, path: str) -> None:
    answer = keyed.request(method, path, data=b"x")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="gongkai"')
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert keyed.request(method, path, data=b"x", headers=bear(ALL)).status_code not in (401, 403)


@pytest.mark.parametrize(
    "shown", [f"Bearer {UNKNOWN}", f"Bearer {hash_secret(ALL)}", "Bearer \u00e9".encode().decode("latin-1")]
)
def test_unknown_key_is_refused(keyed: LiveService, shown: str) -> None:
    answer = keyed.get("/v1/indicators", headers={"Authorization": shown})
    assert_problem(answer, 401, "key_unknown")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="gongkai", error="invalid_token"'


@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", f"Basic {ALL}", ALL, f"Token {ALL}"])
def test_what_is_no_key_is_none(keyed: LiveService, shown: str) -> None:
    assert_problem(keyed.get("/v1/indicators", headers={"Authorization": shown}), 401, "key_missing")


def test_scheme_has_no_case(keyed: LiveService) -> None:
    assert keyed.get("/v1/indicators", headers={"Authorization": f"bearer {ALL}"}).status_code == 200


def test_reading_key_may_not_forget(keyed: LiveService) -> None:
    headers = {"Content-Type": "text/plain"} | bear(READING)
    posted = keyed.request("POST", "/v1/reports", data=make_text("钥匙").encode(), headers=headers)
    path = posted.headers["Location"]
    answer = keyed.request("DELETE", path, headers=bear(READING))
    assert_problem(answer, 403, "key_may_not")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert keyed.get(path, headers=bear(READING)).status_code == 200
    assert keyed.request("DELETE", path, headers=bear(ALL)).status_code == 204


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/"])
def test_what_is_no_data_asks_for_none(keyed: LiveService, path: str) -> None:
    assert keyed.get(path).status_code == 200


def test_secrets_reach_no_log_and_no_answer(keyed: LiveService) -> None:
    assert UNKNOWN not in keyed.get("/v1/indicators", headers=bear(UNKNOWN)).text
    assert not any(secret in keyed.read_log() for secret in (ALL, READING, UNKNOWN))


def test_keys_of_a_file_come_and_go(run_service: RunService, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# the archive\n{hash_secret(ALL)}\n\n", "utf-8")

    def ask(service: LiveService) -> list[int]:
        return [service.get("/v1/indicators", headers=bear(secret)).status_code for secret in (ALL, READING)]

    # While the file cannot be read, a worker keeps what it has read itself: one alone is sure to have seen it all.
    with run_service(WORKERS="1", API_KEYS_FILE=str(path)) as service:
        assert ask(service) == [200, 401]
        new = tmp_path / "new"
        new.write_text(f"{hash_secret(READING)}:read # since May\n", "utf-8")
        new.replace(path)
        assert ask(service) == [401, 200]
        path.write_text("nonsense", "utf-8")
        assert ask(service) == [401, 200]
        path.unlink()
        assert ask(service) == [401, 200]
        assert "API_KEYS_FILE must hold SHA-256 hashes" in service.read_log()
        assert "nonsense" not in service.read_log()
        path.write_text("", "utf-8")
        assert ask(service) == [401, 401]


def test_keys_of_both_places_count(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(hash_secret(READING), "utf-8")
    ring = KeyRing(read_keys(hash_secret(ALL)), path)
    assert ring.find(ALL) == Key(hash_secret(ALL), True)
    assert ring.find(READING) == Key(hash_secret(READING), True)
    assert ring.find(UNKNOWN) is None
    # Read at the start, what the file held stays when it breaks before the first question.
    late = KeyRing((), path)
    path.write_text("nonsense", "utf-8")
    assert late.find(READING) == Key(hash_secret(READING), True)


def test_command_makes_a_key() -> None:
    command = [sys.executable, "-m", "service", "key"]
    runs = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    words = [run.split() for run in runs]
    for name, secret, other, digest in words:
        assert (name, other) == ("key", "hash")
        assert (len(secret), hash_secret(secret)) == (51, digest)
    assert words[0][1] != words[1][1]


@pytest.mark.parametrize(
    ("address", "want"),
    [
        (("127.0.0.1", 80), True),
        (("127.8.8.8", 80), True),
        (("::1", 80), True),
        (("localhost", 80), True),
        ("/run/gongkai.sock", True),
        (("0.0.0.0", 80), False),
        (("::", 80), False),
        (("", 80), False),
        (("192.168.1.4", 80), False),
        (("gongkai.example.org", 80), False),
        (3, False),
    ],
)
def test_loopback_is_known(address: object, want: bool) -> None:
    assert is_loopback(address) is want


@pytest.mark.parametrize("command", [["service", "serve", "--bind", "0.0.0.0:0"], ["gunicorn", "--bind", "[::]:0"]])
def test_other_machines_need_keys(command: list[str]) -> None:
    command = [sys.executable, "-m", *command]
    command += ["--config", "python:service.gunicorn_conf"] if "gunicorn" in command else []
    run = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=30)
    assert run.returncode == 1
    assert "Settings: BIND is reached from other machines" in run.stderr
    assert "Traceback" not in run.stderr
    assert "Listening" not in run.stderr


def test_keys_or_a_word_free_from_loopback(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("", "utf-8")
    assert Settings.from_env({}).needs_loopback
    for environ in ({"API_KEYS": KEYS}, {"API_KEYS_FILE": str(path)}, {"ALLOW_ANONYMOUS": "1"}):
        assert not Settings.from_env(environ).needs_loopback


PREFLIGHT = {"Origin": "https://a.example.org", "Access-Control-Request-Method": "POST"}


def read_cors(answer: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}


def test_other_origins_are_off(live_service: LiveService) -> None:
    for method in ("GET", "OPTIONS"):
        assert read_cors(live_service.request(method, "/v1/indicators", headers=PREFLIGHT)) == {}


def test_named_origins_may_ask(run_service: RunService) -> None:
    origins = "https://a.example.org,http://127.0.0.1:3000"
    with run_service(WORKERS="1", CORS_ORIGINS=origins, API_KEYS=KEYS) as service:
        asked = PREFLIGHT | {"Access-Control-Request-Headers": "authorization, content-type"}
        before = service.request("OPTIONS", "/v1/reports", headers=asked)
        allowed = read_cors(before)
        assert (before.status_code, allowed["access-control-allow-origin"]) == (200, "https://a.example.org")
        assert {"GET", "POST", "DELETE"} <= set(allowed["access-control-allow-methods"].split(", "))
        assert allowed["access-control-allow-headers"].lower() == "authorization, content-type"
        answer = service.get("/v1/indicators", headers=PREFLIGHT | bear(ALL))
        assert read_cors(answer)["access-control-allow-origin"] == "https://a.example.org"
        assert {"ETag", "X-Request-Id"} <= set(read_cors(answer)["access-control-expose-headers"].split(", "))
        assert "Origin" in answer.headers["Vary"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        # A page must be able to read why it was refused.
        assert "access-control-allow-origin" in read_cors(service.get("/v1/indicators", headers=PREFLIGHT))
        other = PREFLIGHT | {"Origin": "https://b.example.org"}
        assert "access-control-allow-origin" not in read_cors(service.get("/v1/indicators", headers=other | bear(ALL)))
        assert "access-control-allow-origin" not in read_cors(service.get("/healthz", headers=PREFLIGHT))
