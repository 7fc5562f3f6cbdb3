"""Slow clients: each costs a socket, none a thread; it ends by a timeout, and all others are served meanwhile."""

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import msgspec
import pytest

from service.schemas import ProblemSchema
from service.worker import HELD_BYTES
from tests.conftest import LiveService, RunService
from tests.samples import make_text

HEAD = b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
# What each sends, and no more.
BEGINNINGS = (
    HEAD,
    HEAD + b"Content-Length: 900\r\n\r\n" + "收到申请".encode(),
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n",
    HEAD.replace(b"/reports", b"/reports/batch") + b"Content-Length: 900\r\n\r\n{",
)


def connect(service: LiveService) -> socket.socket:
    address = urlsplit(service.url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


@contextmanager
def connect_many(service: LiveService, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as open_connections:
        connections = [open_connections.enter_context(connect(service)) for _ in range(count)]
        for connection in connections:
            connection.sendall(beginning)
        yield connections


def receive_all(connection: socket.socket) -> bytes:
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def is_quiet(connection: socket.socket) -> bool:
    """Whether the service has neither answered nor closed a connection."""
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(30)
    return False


def assert_refused(received: bytes, status: int) -> None:
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode()
    assert b"X-Content-Type-Options: nosniff" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    problem = msgspec.json.decode(body)
    assert (ProblemSchema().validate(problem), problem["code"]) == ({}, "request_timeout")


def test_others_are_served_while_slow_clients_send(run_service: RunService) -> None:
    with run_service(WORKERS="1", THREADS="2", CLIENT_TIMEOUT_MS="4000") as service, ExitStack() as slow_ones:
        slow = [slow_ones.enter_context(connect_many(service, 2, beginning)) for beginning in BEGINNINGS]
        assert service.post_text(make_text("快")).status_code == 201
        assert service.get("/healthz").status_code == 200
        assert all(is_quiet(connection) for pair in slow for connection in pair), "the slow ones still wait"
        for pair in slow:
            for connection in pair:
                assert_refused(receive_all(connection), 408)
        assert service.get("/healthz").status_code == 200


@pytest.fixture(scope="module")
def hasty(run_service: RunService) -> Iterator[LiveService]:
    with run_service(WORKERS="1", THREADS="2", CLIENT_TIMEOUT_MS="1000") as service:
        yield service


def test_a_byte_now_and_then_keeps_no_request_alive(hasty: LiveService) -> None:
    with connect(hasty) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        start = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - start < 20:
                connection.sendall(b"a")
                time.sleep(0.1)
        assert time.monotonic() - start < 20
        assert hasty.get("/healthz").status_code == 200


def test_the_rest_of_a_large_body_must_come(hasty: LiveService) -> None:
    """What is larger than a worker holds is read in a thread, which waits for as long as bytes come fast enough."""
    length = str(HELD_BYTES + 100_000).encode()
    head = HEAD + b"Content-Length: " + length + b"\r\n\r\n"
    with connect_many(hasty, 3, head + b" " * (HELD_BYTES + 1)) as slow:
        for connection in slow:
            assert b" 408 " in connection.recv(65536).partition(b"\r\n")[0]
        assert hasty.get("/healthz").status_code == 200


def test_who_says_nothing_makes_room(run_service: RunService) -> None:
    """All connections of a worker are taken; the service's own limit of time is far."""
    with run_service(WORKERS="1", THREADS="2") as service, connect_many(service, 40, HEAD):
        assert service.get("/healthz").status_code == 200
        assert service.post_text(make_text("有人")).status_code == 201


def test_who_takes_no_answer_frees_its_thread(run_service: RunService) -> None:
    text = "约1" * 30_000
    with run_service(WORKERS="1", THREADS="1", CLIENT_TIMEOUT_MS="1000", CACHE_MEMORY_MB="64") as service:
        # An answer larger than the sockets hold.
        assert len(service.post_text(text).content) > 3_000_000
        body = text.encode()
        with connect(service) as connection:
            connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            connection.recv(1)
            assert service.get("/healthz").status_code == 200


def test_who_does_not_close_holds_nobody_up(run_service: RunService) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with run_service(WORKERS="1") as service, connect_many(service, 10, request) as held:
        for connection in held:
            assert receive_all(connection).startswith(b"HTTP/1.1 200")
        start = time.monotonic()
        assert service.get("/healthz").status_code == 200
        # Two seconds for each, were they seen off one by one.
        assert time.monotonic() - start < 10


def test_a_stop_does_not_wait_for_who_says_nothing(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service, connect_many(service, 3, b""):
        start = time.monotonic()
        service.process.terminate()
        assert service.process.wait(30) == 0
        assert time.monotonic() - start < 15


def test_a_request_may_come_in_any_pieces(live_service: LiveService) -> None:
    body = make_text("零碎").encode()
    request = HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    for size in (1, 7, 160, len(request)):
        with connect(live_service) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(request), size):
                connection.sendall(request[start : start + size])
            assert receive_all(connection).split()[1] in (b"200", b"201")


def test_requests_may_come_together(live_service: LiveService) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
    with connect(live_service) as connection:
        connection.sendall(3 * (request + b"\r\n") + request + b"Connection: close\r\n\r\n")
        assert receive_all(connection).count(b"HTTP/1.1 200 OK") == 4


@pytest.mark.parametrize("trailer", [b"", b"X-Sum: 1\r\n"])
def test_chunks_end_with_or_without_trailers(live_service: LiveService, trailer: bytes) -> None:
    data = make_text("分块").encode()
    head = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connect(live_service) as connection:
        connection.sendall(head + f"{len(data):x}\r\n".encode() + data + b"\r\n")
        time.sleep(0.05)
        connection.sendall(b"0\r\n" + trailer + b"\r\n")
        assert receive_all(connection).split()[1] in (b"200", b"201")


def test_who_asks_first_is_told_to_continue_once(live_service: LiveService) -> None:
    body = make_text("先问").encode()
    head = HEAD + f"Expect: 100-continue\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with connect(live_service) as connection:
        connection.sendall(head)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        received = receive_all(connection)
    assert received.startswith((b"HTTP/1.1 201", b"HTTP/1.1 200"))
    assert b"100 Continue" not in received
