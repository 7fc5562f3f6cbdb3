"""A cache that is killed, stopped, full, read-only, refused, garbled or failing over, under load.

In each: no POST fails, every report is that of its text, and the service uses the cache again without a restart. The
figures go to `docs/operations.md`; `make faults` prints them.
"""

import socket
import ssl
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import trustme

from service.cache import CacheUnavailableError, RedisReportCache
from service.extraction import PARSER_VERSION, hash_text
from tests.conftest import RunService
from tests.faults.load import Load, Outcome, make_texts, remembers_again
from tests.faults.servers import Server, run_cluster, run_sentinels, run_server, time_until

TIMEOUT = 0.25


def tell(name: str, outcome: Outcome, recovery: float) -> None:
    print(f"\n{name}: {outcome.describe()}; recovered after {recovery:.1f} s")


def assert_stood(outcome: Outcome) -> None:
    assert outcome.count("POST", 200) > 9
    assert outcome.count("POST", 400) == 0
    assert (outcome.wrong, outcome.broken) == (0, 0)


@pytest.fixture
def run_service(run_service: RunService) -> RunService:
    # Four clients send at once; a worker of four threads takes three texts and tells the fourth that it is busy.
    return partial(run_service, THREADS="8")


@pytest.fixture
def server() -> Iterator[Server]:
    with run_server() as server:
        yield server


def test_killed_and_started_again(run_service: RunService, server: Server) -> None:
    with run_service(REDIS_URL=server.url) as service:
        load = Load(service)
        with load.running() as outcome:
            time.sleep(1)
            server.kill()
            time.sleep(2)
            server.start()
            recovery = time_until(lambda: remembers_again(service))
            time.sleep(0.5)
        tell("killed", outcome, recovery)
        assert_stood(outcome)
        assert outcome.cache["gongkai; fwd=uri-miss; detail=unavailable"] > 0
        assert outcome.statuses["GET", 503] > 0


def test_stopped_for_seconds(run_service: RunService, server: Server) -> None:
    with run_service(REDIS_URL=server.url) as service:
        load = Load(service)
        with load.running() as outcome:
            time.sleep(1)
            with server.stopped():
                time.sleep(3)
                open_posts: list[float] = []
                for number in range(20):
                    start = time.monotonic()
                    assert service.post_text(f"二〇二三年收到申请{number}件。").status_code == 201
                    open_posts.append(time.monotonic() - start)
            recovery = time_until(lambda: remembers_again(service))
        tell("stopped", outcome, recovery)
        print(f"a POST while the breaker is open: {statistics.median(open_posts) * 1000:.0f} ms")
        assert_stood(outcome)
        # One timeout at most, and what else two busy cores take.
        assert outcome.slowest("POST") < TIMEOUT + 1
        slow = [seconds for seconds in outcome.seconds["POST"] if seconds > TIMEOUT]
        # Two workers, each three calls in a row and those of its other threads meanwhile; then none.
        assert len(slow) <= 2 * (3 + 3)


def test_memory_full(run_service: RunService) -> None:
    with run_server("--maxmemory-policy", "noeviction") as server, server.client() as client:
        with run_service(REDIS_URL=server.url) as service, Load(service, texts=400).running() as outcome:
            time.sleep(0.5)
            client.config_set("maxmemory", "500kb")
            time.sleep(1)
            client.config_set("maxmemory", 0)
            recovery = time_until(lambda: remembers_again(service))
        tell("memory full", outcome, recovery)
        assert_stood(outcome)
        assert outcome.cache["gongkai; fwd=uri-miss; detail=unavailable"] > 0


def test_read_only(run_service: RunService, server: Server) -> None:
    with run_server() as other, run_service(REDIS_URL=server.url) as service, server.client() as client:
        with Load(service, texts=400).running() as outcome:
            client.replicaof("127.0.0.1", other.port)
            time.sleep(1.5)
            client.replicaof("NO", "ONE")
            recovery = time_until(lambda: remembers_again(service))
        tell("read only", outcome, recovery)
        assert_stood(outcome)
        assert outcome.cache["gongkai; fwd=uri-miss; detail=unavailable"] > 0


def test_access_lists_and_wrong_password(run_service: RunService) -> None:
    with run_server("--requirepass", "main") as server, server.client(password="main") as client:
        client.acl_setuser("gongkai", enabled=True, passwords=["+right"], keys=["*"], commands=["+@all"])
        address = f"127.0.0.1:{server.port}"
        with run_service(REDIS_URL=f"redis://gongkai:right@{address}") as service:
            assert remembers_again(service)
            assert "right" not in service.read_log()
        with run_service(REDIS_URL=f"redis://gongkai:wrong@{address}", WORKERS="1") as service:
            with Load(service).running() as outcome:
                time.sleep(1)
                client.acl_setuser("gongkai", enabled=True, passwords=["+wrong"])
                recovery = time_until(lambda: remembers_again(service))
            assert "wrong" not in service.read_log()
        tell("wrong password", outcome, recovery)
        assert_stood(outcome)


def test_flipped_bytes(run_service: RunService, server: Server) -> None:
    with run_service(REDIS_URL=server.url) as service, server.client() as client:
        with Load(service).running() as outcome:
            for _ in range(200):
                if key := client.randomkey():
                    value = client.get(key)
                    if value and key.startswith(b"report:"):
                        middle = len(value) // 2
                        client.set(key, value[:middle] + bytes([value[middle] ^ 255]) + value[middle + 1 :])
                time.sleep(0.005)
        tell("flipped bytes", outcome, 0)
        assert_stood(outcome)
        assert outcome.statuses["GET", 404] > 0


@contextmanager
def run_garbler(answer: bytes) -> Iterator[str]:
    """A server whose every answer is the same nonsense."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=babble, args=(link,), daemon=True).start()

        def babble(link: socket.socket) -> None:
            with link:
                try:
                    while link.recv(65536):
                        link.sendall(answer)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$-7\r\nx\r\n", b"$99999\r\nshort\r\n", b"*x\r\n", b":12a\r\n", b"\x00" * 99,
     b"+OK\r\n", b":1\r\n", b"$3\r\nabc\r\n", b"*2\r\n$1\r\na\r\n:1\r\n", b"-ERR no\r\n"],
    ids=["http", "negative", "cut", "array", "number", "zeros", "ok", "one", "abc", "list", "error"],
)  # fmt: skip
def test_nonsense_for_an_answer(answer: bytes) -> None:
    identity = hash_text("text")
    with run_garbler(answer) as url:
        cache = RedisReportCache(url, TIMEOUT, 60)
        for ask in (lambda: cache.get(identity), lambda: cache.has(identity), lambda: cache.put(identity, b"x"),
                    lambda: cache.claim(identity, 1), lambda: cache.release(identity), cache.describe):  # fmt: skip
            try:
                result = ask()
            except CacheUnavailableError:
                continue
            # Never a report that is not ours.
            assert not isinstance(result, bytes)


def test_sentinels_name_another_master(run_service: RunService) -> None:
    with run_sentinels() as (servers, sentinels):
        nodes = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
        with run_service(REDIS_URL=f"redis+sentinel://{nodes}/reports") as service:
            assert remembers_again(service)
            with Load(service).running() as outcome:
                time.sleep(0.5)
                servers[0].kill()
                recovery = time_until(lambda: remembers_again(service))
                time.sleep(1)
            tell("sentinel failover", outcome, recovery)
            assert_stood(outcome)
            assert remembers_again(service)


def test_cluster_loses_a_master(run_service: RunService) -> None:
    with run_cluster() as servers:
        nodes = ",".join(f"127.0.0.1:{server.port}" for server in servers[:3])
        with run_service(REDIS_URL=f"redis+cluster://{nodes}") as service:
            texts = make_texts(30)
            stored = [service.post_text(text).headers["Cache-Status"] for text in texts]
            assert set(stored) == {"gongkai; fwd=uri-miss; stored"}
            keys = [f"report:{PARSER_VERSION}:{hash_text(text)}".encode() for text in texts]
            assert sum(server.client().dbsize() for server in servers[:3]) == len(keys)
            with Load(service, texts=30).running() as outcome:
                servers[0].kill()

                def all_are_found() -> bool:
                    return all(service.get(f"/v1/reports/{hash_text(text)}").status_code == 200 for text in texts)

                recovery = time_until(all_are_found)
                time.sleep(1)
            tell("cluster loses a master", outcome, recovery)
            assert_stood(outcome)
            assert remembers_again(service)


@contextmanager
def run_tls(server: Server, authority: trustme.CA) -> Iterator[int]:
    """TLS before a server, which asks its clients for a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            for link in (source, target):
                with_suppressed_close(link)

    def handle(raw: socket.socket) -> None:
        try:
            link = context.wrap_socket(raw, server_side=True)
        except OSError:
            raw.close()
            return
        inner = socket.create_connection(("127.0.0.1", server.port))
        threading.Thread(target=pump, args=(link, inner), daemon=True).start()
        pump(inner, link)

    with socket.create_server(("127.0.0.1", 0)) as outer:

        def serve() -> None:
            while True:
                try:
                    raw, _ = outer.accept()
                except OSError:
                    return
                threading.Thread(target=handle, args=(raw,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield outer.getsockname()[1]
        outer.shutdown(socket.SHUT_RDWR)


def with_suppressed_close(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        link.close()


def test_tls_with_own_authority_and_client_certificate(server: Server, tmp_path: Path) -> None:
    authority = trustme.CA()
    trusted, key, certificate = (tmp_path / name for name in ("ca.pem", "key.pem", "cert.pem"))
    authority.cert_pem.write_to_path(trusted)
    client = authority.issue_cert("gongkai")
    client.private_key_pem.write_to_path(key)
    client.cert_chain_pems[0].write_to_path(certificate)
    own = f"&ssl_certfile={certificate}&ssl_keyfile={key}"
    with run_tls(server, authority) as port:
        base = f"rediss://127.0.0.1:{port}?ssl_ca_certs="
        cache = RedisReportCache(f"{base}{trusted}{own}", 5, 60)
        cache.put(hash_text("text"), b"packed")
        assert cache.get(hash_text("text")) == b"packed"
        for refused in (f"{base}{trusted}", f"rediss://127.0.0.1:{port}?{own[1:]}"):
            with pytest.raises(CacheUnavailableError):
                RedisReportCache(refused, 5, 60).get(hash_text("text"))
