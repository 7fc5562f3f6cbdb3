"""Settings: defaults, every kind of bad value, and all of them said at once."""

import subprocess
import sys
from dataclasses import fields

import pytest

from service.keys import Key
from service.settings import VARIABLES, Settings, SettingsError
from tests.conftest import ROOT

BAD = [
    ("BIND", "8000"),
    ("BIND", "localhost:99999"),
    ("BIND", "http://localhost:80"),
    ("WORKERS", "-1"),
    ("WORKERS", "two"),
    ("THREADS", "0"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "http://localhost"),
    ("REDIS_TIMEOUT_MS", "0.5"),
    ("CACHE_TTL_SECONDS", "0"),
    ("CACHE_MEMORY_MB", "1"),
    ("MAX_BODY_BYTES", "２"),
    ("API_KEYS", "secret"),
    ("API_KEYS", "A" * 64),
    ("API_KEYS", f"{'a' * 64}:write"),
    ("API_KEYS_FILE", "/nowhere/keys"),
    ("ALLOW_ANONYMOUS", "yes"),
    ("RATE_LIMIT", "600"),
    ("RATE_LIMIT", "0/minute"),
    ("RATE_LIMIT", "1/fortnight"),
    ("TRUSTED_PROXIES", "17"),
    ("CORS_ORIGINS", "example.org"),
    ("CORS_ORIGINS", "https://example.org/page"),
    ("CORS_ORIGINS", "https://.*"),
]


def test_each_variable_is_a_field() -> None:
    assert [variable.name.lower() for variable in VARIABLES] == [field.name for field in fields(Settings)]


def test_defaults_stand() -> None:
    settings = Settings.from_env({})
    assert (settings.bind, settings.redis_url, settings.max_body_bytes) == ("127.0.0.1:8000", None, 2 * 1024 * 1024)
    assert settings.workers >= 1


def test_value_set_to_nothing_is_the_default() -> None:
    assert Settings.from_env({"REDIS_URL": " ", "THREADS": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value", "want"),
    [
        ("BIND", "[::1]:8000", "[::1]:8000"),
        ("BIND", ":8000", ":8000"),
        ("REDIS_URL", "rediss://user:secret@cache:6380/1", "rediss://user:secret@cache:6380/1"),
        ("WORKERS", "3", 3),
        ("API_KEYS", f"{'a' * 64}, {'b' * 64}:read", (Key("a" * 64, True), Key("b" * 64, False))),
        ("ALLOW_ANONYMOUS", "1", True),
        ("RATE_LIMIT", "600/minute", "600/minute"),
        ("CORS_ORIGINS", "https://a.example.org, http://[::1]:3000", ("https://a.example.org", "http://[::1]:3000")),
    ],
)
def test_good_value_is_read(name: str, value: str, want: object) -> None:
    assert getattr(Settings.from_env({name: value}), name.lower()) == want


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must "):
        Settings.from_env({name: value})


def test_password_is_not_said() -> None:
    with pytest.raises(SettingsError) as failure:
        Settings.from_env({"REDIS_URL": "http://:secret@localhost"})
    assert "secret" not in str(failure.value)


def test_bad_values_stop_the_boot_all_at_once() -> None:
    command = [sys.executable, "-m", "service", "serve", "--bind", "nowhere"]
    run = subprocess.run(command, cwd=ROOT, env={"THREADS": "many"}, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("Settings: BIND must ")
    assert "THREADS must " in run.stderr
    assert "Traceback" not in run.stderr
