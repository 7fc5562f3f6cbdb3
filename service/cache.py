"""The cache: ready answers by content hash and parser version, in a Redis-protocol server.

In: the id of a text and the bytes of its report as they will be sent. Out: those bytes again, or None.
A stored value carries a mark over its key and its bytes, so that a damaged, truncated or foreign value is a
miss. While a text is read, the claim of who reads it stands in the place of its report. What the server cannot do
raises `CacheUnavailableError`; what that means is the caller's matter.
"""

import zlib
from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

import redis
from redis.cluster import RedisCluster

from service.breaker import Breaker, UnreachableError
from service.connections import Clients
from service.extraction import PARSER_VERSION

Answer = TypeVar("Answer")

MAGIC = b"gk1:"
MARK_BYTES = len(MAGIC) + 4
CLAIMED = b"claimed"
# For a larger piece zlib lets other threads run meanwhile, and to come back takes longer than the sum.
PIECE_BYTES = 4096
# What the server says no with. All else that redis-py raises means that it did not answer, or with nonsense, which
# ends in errors of many kinds.
REFUSALS = (redis.ResponseError,)


class CacheUnavailableError(Exception):
    """The server is away, too slow or refuses."""


class Claim(NamedTuple):
    """The report, or whether another is reading the text; where it is neither, the text is the caller's to read."""

    packed: bytes | None
    is_taken: bool


class ReportCache(Protocol):
    """What the routes ask of a cache. Every call may raise `CacheUnavailableError`."""

    def get(self, report_id: str) -> bytes | None: ...

    def has(self, report_id: str) -> bool: ...

    def claim(self, report_id: str, seconds: float) -> Claim:
        """The report, or for so long the claim to read its text, where nobody else has it."""
        ...

    def release(self, report_id: str) -> None:
        """Give up a claim without a report."""
        ...

    def put(self, report_id: str, packed: bytes) -> None:
        """Store the report; a claim to it ends."""
        ...

    def forget(self, report_id: str) -> bool:
        """Remove the report; whether there was one."""
        ...

    def describe(self) -> str:
        """Which server answers, `valkey 9.1.2`."""
        ...


def _mark(key: str, packed: bytes) -> bytes:
    # Against accidents, not against enemies, who could as well make any digest: a tenth of a digest's time on a hit.
    mark, view = zlib.crc32(key.encode()), memoryview(packed)
    for at in range(0, len(view), PIECE_BYTES):
        mark = zlib.crc32(view[at : at + PIECE_BYTES], mark)
    return MAGIC + mark.to_bytes(4)


def _to_key(report_id: str) -> str:
    return f"report:{PARSER_VERSION}:{report_id}"


def _get(client: redis.Redis | RedisCluster, key: str, length: int | None = None) -> object:
    """A value or its first bytes. A list or a hash under our key is no report: the next one replaces it."""
    try:
        return client.get(key) if length is None else client.getrange(key, 0, length - 1)
    except redis.ResponseError as error:
        if str(error).startswith("WRONGTYPE"):
            return None
        raise


def _to_packed(key: str, value: object) -> bytes | None:
    if not isinstance(value, bytes):
        return None
    packed = value[MARK_BYTES:]
    return packed if value[:MARK_BYTES] == _mark(key, packed) else None


class RedisReportCache:
    """Values are mark + bytes, or a claim, under `report:{parser version}:{id}`; each has an expiry."""

    def __init__(
        self,
        url: str,
        timeout_seconds: float,
        ttl_seconds: int,
        note_breaker: Callable[[bool], object] = bool,
    ) -> None:
        self._clients = Clients(url, timeout_seconds)
        self._ttl_seconds = ttl_seconds
        self.breaker = Breaker(REFUSALS, note_breaker)

    def _ask(self, question: Callable[[redis.Redis | RedisCluster], Answer]) -> Answer:
        """The server's answer; the `try` is around the call alone."""
        try:
            return self.breaker.call(lambda: question(self._clients.find()))
        except (UnreachableError, redis.ResponseError) as error:
            raise CacheUnavailableError from error

    def get(self, report_id: str) -> bytes | None:
        key = _to_key(report_id)
        return _to_packed(key, self._ask(lambda client: _get(client, key)))

    def has(self, report_id: str) -> bool:
        return self._ask(lambda client: _get(client, _to_key(report_id), len(MAGIC))) == MAGIC

    def claim(self, report_id: str, seconds: float) -> Claim:
        key = _to_key(report_id)

        def ask(client: redis.Redis | RedisCluster) -> object:
            try:
                return client.set(key, CLAIMED, nx=True, get=True, px=int(seconds * 1000))
            except redis.ResponseError:
                # A server that is full, a replica, or older than Redis 7 may remember the report all the same.
                return _get(client, key)

        value = self._ask(ask)
        return Claim(_to_packed(key, value), value == CLAIMED)

    def release(self, report_id: str) -> None:
        self._ask(lambda client: client.delete(_to_key(report_id)))

    def put(self, report_id: str, packed: bytes) -> None:
        key = _to_key(report_id)
        value = _mark(key, packed) + packed
        self._ask(lambda client: client.set(key, value, ex=self._ttl_seconds))

    def forget(self, report_id: str) -> bool:
        was_there = self.has(report_id)
        self._ask(lambda client: client.delete(_to_key(report_id)))
        return was_there

    def describe(self) -> str:
        def ask(client: redis.Redis | RedisCluster) -> str:
            info = client.info("server")
            # A cluster answers for each of its nodes.
            first = info if "redis_version" in info else next(iter(info.values()))
            return f"{first.get('server_name', 'redis')} {first.get('valkey_version', first.get('redis_version'))}"

        return self._ask(ask)
