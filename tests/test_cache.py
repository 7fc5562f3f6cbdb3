"""The cache against a real server: what it keeps, what it takes for a miss, and how the service stands without it."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec
import pytest
from flask.testing import FlaskClient

from service import cache as cache_module
from service.addresses import hide_password
from service.app import create_app
from service.cache import CacheUnavailableError, RedisReportCache
from service.connections import connect
from service.embedded import EmbeddedServer
from service.extraction import PARSER_VERSION, hash_text, parse_report
from service.representations import encode_report, pack, unpack
from service.settings import Settings
from tests.conftest import RunService, wait_until
from tests.samples import REPORT

SECONDS = 30
ID = hash_text(REPORT)
KEY = f"report:{PARSER_VERSION}:{ID}"
PACKED = pack(encode_report(parse_report(REPORT)))


@pytest.fixture
def cache(cache_server: EmbeddedServer) -> RedisReportCache:
    with connect(cache_server.url, 5) as client:
        client.flushall()
    return RedisReportCache(cache_server.url, timeout_seconds=5, ttl_seconds=60)


@pytest.fixture
def client(cache: RedisReportCache) -> FlaskClient:
    return create_app(Settings.from_env({}), cache).test_client()


def post(client: FlaskClient) -> object:
    return client.post("/v1/reports", data=REPORT.encode(), content_type="text/plain")


def test_stored_bytes_come_back(cache: RedisReportCache) -> None:
    assert (cache.get(ID), cache.has(ID)) == (None, False)
    cache.put(ID, PACKED)
    assert (cache.get(ID), cache.has(ID)) == (PACKED, True)


def test_every_value_expires(cache: RedisReportCache, cache_server: EmbeddedServer) -> None:
    cache.put(ID, PACKED)
    with connect(cache_server.url, 5) as client:
        assert client.keys() == [KEY.encode()]
        assert 0 < client.ttl(KEY) <= 60


def test_packed_report_is_small_and_always_the_same() -> None:
    plain = encode_report(parse_report(REPORT))
    assert unpack(PACKED) == plain
    time.sleep(1.1)
    assert pack(plain) == PACKED


def test_other_parser_version_is_a_miss(cache: RedisReportCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put(ID, PACKED)
    monkeypatch.setattr(cache_module, "PARSER_VERSION", "another")
    assert cache.get(ID) is None


DAMAGE = {
    "flipped_bit": lambda value: value[:100] + bytes([value[100] ^ 1]) + value[101:],
    "flipped_mark": lambda value: bytes([value[0] ^ 1]) + value[1:],
    "truncated": lambda value: value[:-1],
    "longer": lambda value: value + b"\x00",
    "emptied": lambda value: b"",
    "foreign": lambda value: b'{"id": "another program\'s"}',
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_value_is_a_miss_and_is_replaced(
    client: FlaskClient, cache: RedisReportCache, cache_server: EmbeddedServer, name: str
) -> None:
    first = post(client)
    with connect(cache_server.url, 5) as server:
        server.set(KEY, DAMAGE[name](server.get(KEY)))
        assert client.get(f"/v1/reports/{ID}").status_code == 404
        second = post(client)
    assert (second.status_code, second.data) == (201, first.data)
    assert cache.get(ID) == PACKED


def test_a_connection_that_the_server_closed_costs_nothing(
    cache: RedisReportCache, cache_server: EmbeddedServer
) -> None:
    cache.put(ID, PACKED)
    with connect(cache_server.url, 5) as server:
        # Its own connection is spared; what a server ends that is idle or told to stop, it ends so.
        server.client_kill_filter(_type="normal", skipme=True)
        assert (cache.get(ID), cache.has(ID)) == (PACKED, True)
        server.client_kill_filter(_type="normal", skipme=True)
        cache.put(ID, PACKED)


def test_threads_have_connections_of_their_own(cache: RedisReportCache, cache_server: EmbeddedServer) -> None:
    cache.put(ID, PACKED)
    together = Barrier(4)

    def ask() -> bytes | None:
        together.wait(SECONDS)
        return cache.get(ID)

    with connect(cache_server.url, 5) as server, ThreadPoolExecutor(4) as threads:
        server.client_kill_filter(_type="normal", skipme=True)
        found = [future.result() for future in [threads.submit(ask) for _ in range(200)]]
        # Beside theirs there is the one that counts.
        assert len(server.client_list(_type="normal")) == 5
    assert found == [PACKED] * 200


def test_value_of_another_report_is_a_miss(cache: RedisReportCache, cache_server: EmbeddedServer) -> None:
    other = hash_text("another text")
    cache.put(other, PACKED)
    with connect(cache_server.url, 5) as server:
        server.rename(f"report:{PARSER_VERSION}:{other}", KEY)
    assert cache.get(ID) is None


def test_list_under_our_key_is_a_miss_and_is_replaced(
    client: FlaskClient, cache: RedisReportCache, cache_server: EmbeddedServer
) -> None:
    with connect(cache_server.url, 5) as server:
        server.rpush(KEY, "x")
    assert post(client).status_code == 201
    assert cache.get(ID) == PACKED


def test_one_claims_a_text_and_the_others_see_it(cache: RedisReportCache, cache_server: EmbeddedServer) -> None:
    assert cache.claim(ID, 30) == (None, False)
    assert cache.claim(ID, 30) == (None, True)
    with connect(cache_server.url, 5) as server:
        assert 0 < server.ttl(KEY) <= 30
    # A claim is no report.
    assert (cache.get(ID), cache.has(ID), cache.forget(ID)) == (None, False, False)
    assert cache.claim(ID, 30) == (None, False)
    cache.release(ID)
    assert cache.claim(ID, 30) == (None, False)
    cache.put(ID, PACKED)
    assert cache.claim(ID, 30) == (PACKED, False)
    assert cache.forget(ID)
    assert not cache.forget(ID)


def test_a_claim_ends_by_itself(cache: RedisReportCache) -> None:
    cache.claim(ID, 0.05)
    assert wait_until(lambda: not cache.claim(ID, 0.05).is_taken)


def test_a_full_server_still_tells_what_it_remembers(client: FlaskClient, cache_server: EmbeddedServer) -> None:
    """Nor is it asked to keep what it cannot: no report is lost for want of a claim."""
    post(client)
    with connect(cache_server.url, 5) as server:
        limits = {name: server.config_get(name)[name] for name in ("maxmemory", "maxmemory-policy")}
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", "1")
        try:
            remembered = post(client)
            new = client.post("/v1/reports", data=f"{REPORT}。".encode(), content_type="text/plain")
        finally:
            for name, limit in limits.items():
                server.config_set(name, limit)
    assert (remembered.status_code, remembered.headers["Cache-Status"]) == (200, "gongkai; hit")
    assert (new.status_code, new.headers["Cache-Status"]) == (201, "gongkai; fwd=uri-miss; detail=unavailable")


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def find_closed_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"redis://127.0.0.1:{server.getsockname()[1]}"


def test_dead_server_is_unavailable_at_once() -> None:
    cache = RedisReportCache(find_closed_url(), timeout_seconds=5, ttl_seconds=60)
    for call in (lambda: cache.get(ID), lambda: cache.has(ID), lambda: cache.put(ID, PACKED), cache.describe):
        with pytest.raises(CacheUnavailableError):
            call()


def test_silent_server_costs_one_timeout(silent_server: socket.socket) -> None:
    url = f"redis://127.0.0.1:{silent_server.getsockname()[1]}"
    client = create_app(Settings.from_env({"REDIS_URL": url, "REDIS_TIMEOUT_MS": "100"})).test_client()
    answer = post(client)
    assert answer.status_code == 201
    assert answer.headers["Cache-Status"] == "gongkai; fwd=uri-miss; detail=unavailable"
    # A connection whose time is up is given up: who asked twice would have made another.
    silent_server.setblocking(False)
    silent_server.accept()[0].close()
    with pytest.raises(BlockingIOError):
        silent_server.accept()


def test_service_stands_without_its_cache(run_service: RunService) -> None:
    with run_service(REDIS_URL=find_closed_url(), WORKERS="1") as service:
        posted = service.post_text(REPORT)
        assert (posted.status_code, posted.content) == (201, msgspec.json.encode(parse_report(REPORT)))
        assert posted.headers["Cache-Status"] == "gongkai; fwd=uri-miss; detail=unavailable"
        answer = service.get(posted.headers["Location"])
        assert (answer.status_code, answer.json()["code"]) == (503, "cache_unavailable")
        assert answer.headers["Retry-After"] == "1"
        assert service.get("/readyz").json()["status"] == "degraded"
        assert service.get("/healthz").status_code == 200
        assert "does not answer" in service.read_log()


def test_named_server_is_used_and_no_other_started(run_service: RunService, cache_server: EmbeddedServer) -> None:
    with run_service(REDIS_URL=cache_server.url, WORKERS="1") as service:
        service.post_text(REPORT)
        assert f"({cache_server.url})" in service.read_log()
    with connect(cache_server.url, 5) as client:
        assert client.exists(KEY)


@pytest.mark.parametrize(
    ("url", "want"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("rediss://user:secret@cache:6380/1?ssl_cert_reqs=none", "rediss://cache:6380/1"),
        ("unix://:secret@/run/cache.sock?db=1", "unix:///run/cache.sock"),
        ("redis://cache?password=secret", "redis://cache"),
    ],
)
def test_log_hides_passwords(url: str, want: str) -> None:
    assert hide_password(url) == want
