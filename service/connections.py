"""Clients by address: one server, a server that sentinels name, or a cluster.

In: a URL and how long a call may take. Out: a client of redis-py whose calls end in time and are not tried twice by
themselves: `redis://[user:password@]host[:port][/db]`, `unix://path`, `redis+sentinel://host[:port],…/service[/db]`,
`redis+cluster://host[:port],…`; rediss in place of redis is TLS. Options of redis-py follow the `?`, such as
`ssl_ca_certs=/etc/ca.pem`. Some of redis-py's functions have no types.
"""

import threading
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import parse_url
from redis.retry import Retry
from redis.sentinel import Sentinel

from service.addresses import read_nodes


def read_options(parts: SplitResult, path: str) -> dict[str, Any]:
    """User, password, database and the options after the `?`, as redis-py reads them of a single server's address."""
    user = parts.netloc.rpartition("@")[0]
    options: dict[str, Any] = dict(parse_url(f"redis://{user}{'@' if user else ''}host{path}?{parts.query}"))  # type: ignore[no-untyped-call]
    del options["host"]
    return options | ({"ssl": True} if parts.scheme.startswith("rediss") else {})


def _connect_by_sentinels(parts: SplitResult, limits: dict[str, Any]) -> redis.Redis:
    service, _, database = parts.path.strip("/").partition("/")
    options = read_options(parts, f"/{database}") | limits
    own = {name: options.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    tls = {name: value for name, value in options.items() if name.startswith("ssl")}
    sentinel = Sentinel(read_nodes(parts), sentinel_kwargs=limits | tls | own, **options)  # type: ignore[no-untyped-call]
    master: redis.Redis = sentinel.master_for(unquote(service))  # type: ignore[no-untyped-call]
    return master


def _connect_to_cluster(parts: SplitResult, limits: dict[str, Any]) -> RedisCluster:
    nodes = [ClusterNode(host, port) for host, port in read_nodes(parts)]  # type: ignore[no-untyped-call]
    # A cluster that lacks a master for some slots still serves the others.
    return RedisCluster(startup_nodes=nodes, require_full_coverage=False, **(read_options(parts, "") | limits))


def _limit(timeout_seconds: float, retry: Retry) -> dict[str, Any]:
    return {"socket_timeout": timeout_seconds, "socket_connect_timeout": timeout_seconds, "retry": retry}


def connect(url: str, timeout_seconds: float) -> redis.Redis | RedisCluster:
    """A client. That of a cluster asks it for its nodes at once, so that this may raise what a call raises."""
    limits = _limit(timeout_seconds, Retry(NoBackoff(), 0))
    parts = urlsplit(url)
    if parts.scheme.endswith("+sentinel"):
        return _connect_by_sentinels(parts, limits)
    if parts.scheme.endswith("+cluster"):
        return _connect_to_cluster(parts, limits)
    return redis.Redis.from_url(url, **limits)


class Clients:
    """A client for each thread that asks, of one server; of sentinels or a cluster one for all threads.

    A pool asks each connection, before it gives it to a thread, whether the server has closed it: four calls of the
    system for one GET. A thread's own connection is used at once; where the server has closed it, the command is sent
    again on a new one. A command that was out of time is not.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._own = threading.local()
        self._shared: redis.Redis | RedisCluster | None = None
        self._is_shared = "+" in urlsplit(url).scheme

    def _connect_alone(self) -> redis.Redis:
        limits = _limit(self._timeout_seconds, Retry(NoBackoff(), 1, (redis.ConnectionError,)))
        return redis.Redis.from_url(self._url, single_connection_client=True, **limits)

    def find(self) -> redis.Redis | RedisCluster:
        """The calling thread's client, connected now where it was not; that may raise what a call raises."""
        if self._is_shared:
            if self._shared is None:
                self._shared = connect(self._url, self._timeout_seconds)
            return self._shared
        client: redis.Redis | None = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = self._connect_alone()
        return client
