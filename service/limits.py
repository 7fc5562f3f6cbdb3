"""The rate limit: how many requests a key or an address may make, counted in the cache's server for all workers.

In: who asks. Out: what is left to them, or None where nobody can count: a limit whose server is away lets all pass, and
says so to whoever counts that. The window slides: those of the window before count as if they had come evenly, for the
part of it that is less than a window ago.
"""

import ipaddress
import logging
import math
from collections.abc import Callable
from typing import NamedTuple

import redis
from limits import RateLimitItem, parse
from limits.storage import RedisStorage

from service.breaker import Breaker, UnreachableError
from service.cache import REFUSALS
from service.connections import connect

IPV6_NETWORK_BITS = 64
logger = logging.getLogger(__name__)


class Quota(NamedTuple):
    """Whether this request is within the limit, how many more are, and in how many seconds the next comes back."""

    is_allowed: bool
    remaining: int
    reset_seconds: int


def name_client(client: str) -> str:
    """Whom a key or an address stands for: a client of IPv6 has a whole network of addresses."""
    try:
        ip = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, IPV6_NETWORK_BITS), strict=False))
    return client


def measure_quota(
    rule: RateLimitItem, is_allowed: bool, before: int, before_ends: float, current: int, current_ends: float
) -> Quota:
    """The quota of the requests counted in the window before and in the current one, and when the server forgets each.

    The server keeps a window for as long again, to weigh it. The library's own answer takes the rest of
    a division by the window, so that one which begins this instant has no second left.
    """
    window = rule.get_expiry()
    waits = [before_ends % (window / before)] if before else []
    waits += [current_ends - window] if current else []
    remaining = rule.amount - math.floor(before * before_ends / window + current)
    return Quota(is_allowed, max(0, remaining), max(1, math.ceil(min(waits, default=0))))


def _log_breaker(is_open: bool) -> None:
    logger.warning("Rate limit: %s", "nobody counts, all requests pass" if is_open else "counted again")


class RateLimiter:
    """One limit for each who asks. `on_failure` is called whenever nobody could count."""

    def __init__(
        self, rule: str, redis_url: str, timeout_seconds: float, on_failure: Callable[[], object] = int
    ) -> None:
        self.rule: RateLimitItem = parse(rule)
        self._on_failure = on_failure
        self._redis_url = redis_url
        self._timeout_seconds = timeout_seconds
        self._storage: RedisStorage | None = None
        self._breaker = Breaker(REFUSALS, _log_breaker)

    def _connect(self) -> RedisStorage:
        """The library's counters on our own client, which knows sentinels, clusters and when to give up."""
        storage = RedisStorage("redis://", key_prefix="rate")
        storage.storage = connect(self._redis_url, self._timeout_seconds)
        storage.initialize_storage("")
        return storage

    def _count(self, who: str) -> Quota:
        if self._storage is None:
            self._storage = self._connect()
        key, window = self.rule.key_for(who), self.rule.get_expiry()
        is_allowed = self._storage.acquire_sliding_window_entry(key, self.rule.amount, window)
        return measure_quota(self.rule, is_allowed, *self._storage.get_sliding_window(key, window))

    def count(self, client: str) -> Quota | None:
        """Count one request of whoever has this key or address."""
        try:
            return self._breaker.call(lambda: self._count(name_client(client)))
        except (UnreachableError, redis.ResponseError):
            self._on_failure()
            return None
