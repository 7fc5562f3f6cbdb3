"""The cache: ready answers by content hash and parser version, in a Redis-protocol server.

In: the id of a text and the bytes of its report as they will be sent. Out: those bytes again, or None.
A stored value carries a mark over its key and its bytes, so that a damaged, truncated or foreign value is a
miss. What the server cannot do raises `CacheUnavailableError`; what that means is the caller's matter.
"""

import zlib
from typing import Protocol
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from service.extraction import PARSER_VERSION

MAGIC = b"gk1:"
MARK_BYTES = len(MAGIC) + 4


class CacheUnavailableError(Exception):
    """The server is away, too slow or refuses."""


class ReportCache(Protocol):
    """What the routes ask of a cache. Every call may raise `CacheUnavailableError`."""

    def get(self, report_id: str) -> bytes | None: ...

    def has(self, report_id: str) -> bool: ...

    def put(self, report_id: str, packed: bytes) -> None: ...

    def describe(self) -> str:
        """Which server answers, `valkey 9.1.2`."""
        ...


def connect(url: str, timeout_seconds: float) -> redis.Redis:
    """A client whose every call ends in time and is never tried twice by itself."""
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 0),
    )


def hide_password(url: str) -> str:
    """An address fit for a log: without user, password and options."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _mark(key: str, packed: bytes) -> bytes:
    # Against accidents, not against enemies, who could as well make any digest: a tenth of a digest's time on a hit.
    return MAGIC + zlib.crc32(packed, zlib.crc32(key.encode())).to_bytes(4)


class RedisReportCache:
    """Values are mark + bytes under `report:{parser version}:{id}`, each with an expiry."""

    def __init__(self, url: str, timeout_seconds: float, ttl_seconds: int) -> None:
        self._client = connect(url, timeout_seconds)
        self._ttl_seconds = ttl_seconds

    def get(self, report_id: str) -> bytes | None:
        key = f"report:{PARSER_VERSION}:{report_id}"
        try:
            value = self._client.get(key)
        except redis.ResponseError as error:
            # A list or a hash under our key is not ours: a miss, which the next report replaces.
            if str(error).startswith("WRONGTYPE"):
                return None
            raise CacheUnavailableError from error
        except redis.RedisError as error:
            raise CacheUnavailableError from error
        if not isinstance(value, bytes):
            return None
        packed = value[MARK_BYTES:]
        return packed if value[:MARK_BYTES] == _mark(key, packed) else None

    def has(self, report_id: str) -> bool:
        try:
            return bool(self._client.exists(f"report:{PARSER_VERSION}:{report_id}"))
        except redis.RedisError as error:
            raise CacheUnavailableError from error

    def put(self, report_id: str, packed: bytes) -> None:
        key = f"report:{PARSER_VERSION}:{report_id}"
        try:
            self._client.set(key, _mark(key, packed) + packed, ex=self._ttl_seconds)
        except redis.RedisError as error:
            raise CacheUnavailableError from error

    def describe(self) -> str:
        try:
            info = self._client.info("server")
        except redis.RedisError as error:
            raise CacheUnavailableError from error
        return f"{info.get('server_name', 'redis')} {info.get('valkey_version', info.get('redis_version'))}"
