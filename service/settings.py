"""Settings: every environment variable that the service reads, with default and meaning.

In: an environment. Out: a frozen `Settings`, or a `SettingsError` that names every bad value at once,
which stops the boot. Nothing else in the service reads the environment, but `metrics` the folder that the master names.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.addresses import check_address
from service.keys import Key, read_keys, read_keys_file


class SettingsError(ValueError):
    """One line for each value that cannot be used."""


def _read_bind(value: str) -> str:
    if not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]*):\d{1,5}", value) or int(value.rpartition(":")[2]) > 65535:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8000")
    return value


def _read_redis_url(value: str) -> str | None:
    if value:
        check_address(value)
    return value or None


def _read_whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", value) or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _read_flag(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return value == "1"


def _read_keys_path(value: str) -> Path | None:
    if not value:
        return None
    read_keys_file(Path(value))
    return Path(value)


def _read_rate(value: str) -> str | None:
    if value and not re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour|day)", value):
        raise ValueError("must be a number of requests and a time, such as 600/minute")
    return value or None


def _read_origins(value: str) -> tuple[str, ...]:
    origins = tuple(origin.strip() for origin in value.split(",")) if value else ()
    if not all(re.fullmatch(r"\*|https?://(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?", origin) for origin in origins):
        raise ValueError("must be *, or origins such as https://example.org apart by commas")
    return origins


def count_cores() -> int:
    # A container may be allowed fewer cores than the machine has; macOS cannot say so.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable; the field of `Settings` has its name in lower case."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any]


VARIABLES = (
    Variable("BIND", "127.0.0.1:8000", "address and port to listen on", _read_bind),
    Variable("WORKERS", "0", "processes that serve; 0 is one for each core", _read_whole(0, 256)),
    Variable("THREADS", "8", "requests that one process works on at a time", _read_whole(1, 256)),
    Variable(
        "MAX_REQUESTS",
        "20000",
        "requests after which a process makes way for a new one; 0 is never",
        _read_whole(0, 10**9),
    ),
    Variable("REDIS_URL", "", "the cache, redis://… or unix://…; empty starts an embedded server", _read_redis_url),
    Variable("REDIS_TIMEOUT_MS", "250", "how long one call to the cache may take", _read_whole(1, 60_000)),
    Variable("PARSE_TIMEOUT_MS", "10000", "processor time that one text may cost", _read_whole(1, 3_600_000)),
    Variable(
        "CLIENT_TIMEOUT_MS",
        "60000",
        "how long a client may take to send a request, and to take an answer",
        _read_whole(1, 3_600_000),
    ),
    Variable("CACHE_TTL_SECONDS", "2592000", "how long a report is remembered (30 days)", _read_whole(1, 315_360_000)),
    Variable("CACHE_MEMORY_MB", "128", "what the embedded server may hold", _read_whole(4, 65_536)),
    Variable("MAX_BODY_BYTES", "2097152", "the largest request body (2 MiB)", _read_whole(1, 1_073_741_824)),
    Variable("MAX_LINE_CHARACTERS", "1000000", "the longest line of a text", _read_whole(1, 1_073_741_824)),
    Variable("MAX_NESTING", "512", "how deep the tags of a text may stand in each other", _read_whole(1, 1_000_000)),
    Variable("MAX_BATCH_BYTES", "67108864", "the largest body of a batch (64 MiB)", _read_whole(1, 1_099_511_627_776)),
    Variable("MAX_BATCH_ITEMS", "1000", "how many texts a batch may hold", _read_whole(1, 1_000_000)),
    Variable(
        "API_KEYS", "", "SHA-256 hashes of the keys that may ask, apart by commas; empty asks for none", read_keys
    ),
    Variable("API_KEYS_FILE", "", "a file with more of them, one a line, read again when it changes", _read_keys_path),
    Variable("ALLOW_ANONYMOUS", "0", "1 lets BIND be reached from other machines without keys", _read_flag),
    Variable("RATE_LIMIT", "", "requests of one key or address, such as 600/minute; empty is no limit", _read_rate),
    Variable("TRUSTED_PROXIES", "0", "proxies in front whose X-Forwarded-For is believed", _read_whole(0, 16)),
    Variable("CORS_ORIGINS", "", "origins whose pages may ask, apart by commas, or *; empty is none", _read_origins),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What `VARIABLES` say, read; a value set to nothing is its default."""

    bind: str
    workers: int
    threads: int
    max_requests: int
    redis_url: str | None
    redis_timeout_ms: int
    parse_timeout_ms: int
    client_timeout_ms: int
    cache_ttl_seconds: int
    cache_memory_mb: int
    max_body_bytes: int
    max_line_characters: int
    max_nesting: int
    max_batch_bytes: int
    max_batch_items: int
    api_keys: tuple[Key, ...]
    api_keys_file: Path | None
    allow_anonymous: bool
    rate_limit: str | None
    trusted_proxies: int
    cors_origins: tuple[str, ...]

    @property
    def asks_for_keys(self) -> bool:
        return bool(self.api_keys or self.api_keys_file)

    @property
    def needs_loopback(self) -> bool:
        """Nobody needs a key, and nobody said that this is meant."""
        return not self.asks_for_keys and not self.allow_anonymous

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        values, failures = {}, []
        for variable in VARIABLES:
            try:
                given = environ.get(variable.name, "").strip()
                values[variable.name.lower()] = variable.read(given or variable.default)
            except ValueError as error:
                # The value itself stays unsaid: an address may hold a password.
                failures.append(f"{variable.name} {error}")
        if failures:
            raise SettingsError("; ".join(failures))
        values["workers"] = values["workers"] or count_cores()
        return cls(**values)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of a program; one that cannot be used ends it with the setting's name."""
    try:
        return Settings.from_env(environ)
    except SettingsError as error:
        sys.exit(f"Settings: {error}")
