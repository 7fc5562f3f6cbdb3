"""The cache: ready answers by content hash and parser version, in a Redis-protocol server.

In: the id of a text and the bytes of its report as they will be sent. Out: those bytes again, or None.
A stored value carries a mark over its key and its bytes, so that a damaged, truncated or foreign value is a
miss. What the server cannot do raises `CacheUnavailableError`; what that means is the caller's matter.
"""

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

import redis
from redis.cluster import RedisCluster

from service.breaker import Breaker, UnreachableError
from service.connections import Clients
from service.extraction import PARSER_VERSION

Answer = TypeVar("Answer")

MAGIC = b"gk1:"
MARK_BYTES = len(MAGIC) + 4
# For a larger piece zlib lets other threads run meanwhile, and to come back takes longer than the sum.
PIECE_BYTES = 4096
# What the server says no with. All else that redis-py raises means that it did not answer, or with nonsense, which
# ends in errors of many kinds.
REFUSALS = (redis.ResponseError,)


class CacheUnavailableError(Exception):
    """The server is away, too slow or refuses."""


class Claim(NamedTuple):
    """``is_stored``: another has stored the report since the caller asked for it."""

    is_stored: bool


class ReportCache(Protocol):
    """What the routes ask of a cache. Every call may raise `CacheUnavailableError`."""

    def get(self, report_id: str) -> bytes | None: ...

    def has(self, report_id: str) -> bool: ...

    def claim(self, report_id: str, seconds: float) -> "Claim | None":
        """The caller's claim to parse this text; for so long nobody else has one. None where another has it."""
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


class RedisReportCache:
    """Values are mark + bytes under `report:{parser version}:{id}`, claims under `claim:…`; each has an expiry."""

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
        key = f"report:{PARSER_VERSION}:{report_id}"

        def ask(client: redis.Redis | RedisCluster) -> object:
            try:
                return client.get(key)
            except redis.ResponseError as error:
                # A list or a hash under our key is not ours: a miss, which the next report replaces.
                if str(error).startswith("WRONGTYPE"):
                    return None
                raise

        value = self._ask(ask)
        if not isinstance(value, bytes):
            return None
        packed = value[MARK_BYTES:]
        return packed if value[:MARK_BYTES] == _mark(key, packed) else None

    def has(self, report_id: str) -> bool:
        return bool(self._ask(lambda client: client.exists(f"report:{PARSER_VERSION}:{report_id}")))

    def claim(self, report_id: str, seconds: float) -> Claim | None:
        def ask(client: redis.Redis | RedisCluster) -> list[Any]:
            with client.pipeline(transaction=False) as pipeline:
                pipeline.set(f"claim:{PARSER_VERSION}:{report_id}", b"", nx=True, px=int(seconds * 1000))
                pipeline.exists(f"report:{PARSER_VERSION}:{report_id}")
                answers: list[Any] = pipeline.execute()
                return answers

        is_taken, is_stored = self._ask(ask)
        return Claim(bool(is_stored)) if is_taken else None

    def release(self, report_id: str) -> None:
        self._ask(lambda client: client.delete(f"claim:{PARSER_VERSION}:{report_id}"))

    def put(self, report_id: str, packed: bytes) -> None:
        key = f"report:{PARSER_VERSION}:{report_id}"
        value = _mark(key, packed) + packed

        def ask(client: redis.Redis | RedisCluster) -> object:
            with client.pipeline(transaction=False) as pipeline:
                pipeline.set(key, value, ex=self._ttl_seconds)
                pipeline.delete(f"claim:{PARSER_VERSION}:{report_id}")
                return pipeline.execute()

        self._ask(ask)

    def forget(self, report_id: str) -> bool:
        return bool(self._ask(lambda client: client.delete(f"report:{PARSER_VERSION}:{report_id}")))

    def describe(self) -> str:
        def ask(client: redis.Redis | RedisCluster) -> str:
            info = client.info("server")
            # A cluster answers for each of its nodes.
            first = info if "redis_version" in info else next(iter(info.values()))
            return f"{first.get('server_name', 'redis')} {first.get('valkey_version', first.get('redis_version'))}"

        return self._ask(ask)
