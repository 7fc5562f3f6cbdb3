"""The worker: a request is received whole before a thread has it, so that a slow client costs a socket and no thread.

In: gunicorn's connections. Out: requests for its threads, and the shape of all errors for what never becomes one. A
client has `client_seconds` for a request; of one that is larger than `HELD_BYTES` a thread reads the rest, as long as
the client sends `LEAST_RATE` bytes a second. An answer that nobody takes in that time is given up. When all connections
are taken, requests that have been on their way for `CROWDED_SECONDS` make room. A connection that the service closes
may still send for `PARTING_SECONDS`; gunicorn's own worker does nothing else meanwhile.
"""

import logging
import re
import select
import selectors
import time
from concurrent.futures import Future
from functools import partial
from socket import SHUT_WR, socket
from typing import Any

from gunicorn.http import errors as http_errors
from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.access import JsonLogger
from service.errors import PROBLEM_TYPE, SlowClientError, encode_problem, find_kind, make_error
from service.observation import FIXED_HEADERS

# What a client gets for bytes that never become a request; whatever else cannot be parsed is a 400.
STATUSES: dict[type[BaseException], int] = {
    SlowClientError: 408,
    http_errors.LimitRequestLine: 414,
    http_errors.LimitRequestHeaders: 431,
    http_errors.ExpectationFailed: 417,
    http_errors.UnsupportedTransferCoding: 501,
}
CHUNK_BYTES = 262_144
# How often the lines of what has been answered are written while requests come; at the latest after a second.
FLUSH_SECONDS = 0.05
# The parser refuses heads before they are as long.
LONGEST_HEAD = 131_072
HELD_BYTES = 524_288
LEAST_RATE = 16_384
GRACE_SECONDS = 10.0
# How long a request may be on its way while others find no connection.
CROWDED_SECONDS = 2.0
# A client may still be sending when its answer is complete: closed at once, the answer could be lost on its way.
PARTING_SECONDS = 2.0
# What gunicorn reads of a body that nobody wanted before it gives the connection up.
DRAINED_BYTES = 65_536
LENGTH_RE = re.compile(rb"\r\ncontent-length:[ \t]{0,9}([0-9]{1,18})[ \t]{0,9}\r\n", re.IGNORECASE)
CHUNKED_RE = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECT_RE = re.compile(rb"\r\nexpect:[ \t]{0,9}100-continue(?=[ \t]{0,9}\r\n)", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HEAD_END = b"\r\n\r\n"
# Most clients send the body right behind the head, in a packet of its own: to wait costs less than to come back.
SOON_MS = 1
# A body in chunks ends so; behind the last chunk there may be trailers, in which nobody sends much.
LAST_CHUNK = b"0\r\n"
LONGEST_TRAILERS = 4096
logger = logging.getLogger("service")


def write_refusal(status: int) -> bytes:
    """The whole answer to bytes that are no request. It does not repeat them."""
    body = encode_problem(make_error(status))
    headers = {"Connection": "close", "Content-Type": PROBLEM_TYPE, "Content-Length": len(body), **FIXED_HEADERS}
    lines = [f"HTTP/1.1 {status} {find_kind(status).title}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def is_read(body: Body) -> bool:
    """Whether of a body so little is left that the connection can go on behind it."""
    if isinstance(body.reader, LengthReader):
        return bool(body.reader.length < DRAINED_BYTES)
    return not isinstance(body.reader, ChunkedReader) or body.reader.parser is None


def answer(application: Any, environ: dict[str, Any], start_response: Any) -> Any:
    """The application's answer; it says that the connection ends where the body was left, as one too large is."""
    answered = application(environ, start_response)
    if not is_read(environ["wsgi.input"]):
        start_response.__self__.force_close()
    return answered


class PatientReader(SocketUnreader):
    """What a thread reads of a request: as long as the client sends fast enough."""

    def __init__(self, connection: socket, data: bytes, seconds: float) -> None:
        super().__init__(connection)
        self.seconds = seconds
        self.received = 0
        self.start = time.monotonic()
        self.unread(data)

    def chunk(self, size_hint: int | None = None) -> bytes:
        late = self.start + min(self.seconds, GRACE_SECONDS) + self.received / LEAST_RATE
        try:
            self.sock.settimeout(max(0.001, late - time.monotonic()))
            data: bytes = super().chunk(size_hint)  # type: ignore[call-arg]  # Its types are older.
        except TimeoutError:
            raise SlowClientError from None
        self.sock.settimeout(self.seconds)
        self.received += len(data)
        return data


class Arrival:
    """One request on its way: what has come of it, and since when."""

    def __init__(self, connection: TConn, data: bytes) -> None:
        self.connection = connection
        self.data = bytearray(data)
        self.start = time.monotonic()
        self.is_waiting = False
        self._searched = 0
        # Where the request ends, None while its head has not come or where only its last chunk tells.
        self._end: int | None = None
        self._body: int | None = None

    def _read_head(self) -> None:
        at = self.data.find(HEAD_END, self._searched)
        self._searched = max(0, len(self.data) - len(HEAD_END))
        if at < 0:
            return
        self._body = at + len(HEAD_END)
        head = bytes(self.data[: at + 2])
        if EXPECT_RE.search(head):
            self._let_continue(head)
        if not CHUNKED_RE.search(head):
            length = LENGTH_RE.search(head)
            self._end = self._body + int(length[1]) if length else self._body

    def _let_continue(self, head: bytes) -> None:
        """The client waits for a word before it sends the body; gunicorn would say it when the body is there."""
        self.connection.sock.send(CONTINUE)
        head = EXPECT_RE.sub(b"", head)
        self.data[: (self._body or 0) - 2] = head
        self._body = len(head) + 2

    def receive(self) -> bool:
        """Take what has come; whether that is the whole request, or all that there will be."""
        try:
            data = self.connection.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return bool(self.data) and self.is_whole()
        self.data += data
        return not data or self.is_whole()

    def receive_soon(self) -> bool:
        """The same for a body whose head has just come."""
        if self._body is None:
            return False
        poll = select.poll()
        poll.register(self.connection.sock, select.POLLIN)
        return bool(poll.poll(SOON_MS)) and self.receive()

    def is_whole(self) -> bool:
        """Whether a thread can answer without waiting for the client, or the rest is more than is held here."""
        if self._body is None:
            self._read_head()
        if self._body is None:
            return len(self.data) > LONGEST_HEAD
        if self._end is not None:
            return len(self.data) >= min(self._end, self._body + HELD_BYTES)
        tail = bytes(self.data[max(self._body, len(self.data) - LONGEST_TRAILERS) :])
        ends = tail.endswith(HEAD_END) and (tail.startswith(LAST_CHUNK) or b"\r\n" + LAST_CHUNK in tail)
        return ends or len(self.data) > self._body + HELD_BYTES


class Worker(ThreadWorker):
    """A threaded worker that keeps what is slow from its threads and whose own errors have the shape of all others."""

    client_seconds = 60.0
    log: JsonLogger

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.arrivals: dict[TConn, Arrival] = {}
        self.partings: dict[socket, float] = {}
        self.flushed = 0.0

    def run(self) -> None:
        try:
            super().run()
        finally:
            self.log.flush()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = partial(answer, self.wsgi)

    def enqueue_req(self, conn: TConn) -> None:
        """Receive a request, and then give it to a thread."""
        parser: Any = conn.parser
        # What came behind the last request on this connection is the beginning of the next one.
        arrival = Arrival(conn, parser.unreader.take_buffered() if parser else b"")
        # A connection that was kept does not block already; every change is a call of the system.
        if conn.sock.gettimeout() != 0:
            conn.sock.setblocking(False)
        self.arrivals[conn] = arrival
        self._receive(arrival)

    def _receive(self, arrival: Arrival, _: object = None) -> None:
        try:
            is_whole = arrival.receive() or (not arrival.is_waiting and arrival.receive_soon())
        except OSError:
            self._drop(arrival)
            return
        if is_whole:
            self._hand_over(arrival)
        elif not arrival.is_waiting:
            arrival.is_waiting = True
            callback = partial(self._receive, arrival)
            self.poller.register(arrival.connection.sock, selectors.EVENT_READ, callback)

    def _forget(self, arrival: Arrival) -> TConn:
        del self.arrivals[arrival.connection]
        if arrival.is_waiting:
            self.poller.unregister(arrival.connection.sock)
        return arrival.connection

    def _drop(self, arrival: Arrival) -> None:
        conn = self._forget(arrival)
        self.nr_conns -= 1
        conn.close()

    def _hand_over(self, arrival: Arrival) -> None:
        if not arrival.data:
            # The client has closed a connection that it kept.
            self._drop(arrival)
            return
        conn = self._forget(arrival)
        conn.data_ready = True
        conn.init()
        parser: Any = conn.parser
        parser.unreader = PatientReader(conn.sock, bytes(arrival.data), self.client_seconds)
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        if not fs.cancelled() and not fs.exception() and fs.result() is False:
            self.nr_conns -= 1
            self._part(conn.sock)
        else:
            super().finish_request(conn, fs)

    def _part(self, connection: socket) -> None:
        """Say that the answer is complete, and close when the client has, too."""
        try:
            connection.setblocking(False)
            connection.shutdown(SHUT_WR)
            self.poller.register(connection, selectors.EVENT_READ, self._see_off)
            self.partings[connection] = time.monotonic()
        except (OSError, ValueError, KeyError):
            connection.close()

    def _see_off(self, connection: socket) -> None:
        try:
            if connection.recv(CHUNK_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            logger.debug("the client left before its answer")
        self._close(connection)

    def _close(self, connection: socket) -> None:
        del self.partings[connection]
        self.poller.unregister(connection)
        connection.close()

    def murder_pending(self) -> None:
        """gunicorn asks every second or more often: end what is late, or in the way of others; write the log."""
        super().murder_pending()
        now = time.monotonic()
        if self.flushed + FLUSH_SECONDS < now:
            self.flushed = now
            self.log.flush()
        for connection in [connection for connection, start in self.partings.items() if start + PARTING_SECONDS < now]:
            self._close(connection)
        crowd = self.nr_conns >= self.worker_connections
        seconds = min(self.client_seconds, CROWDED_SECONDS) if crowd else self.client_seconds
        for arrival in list(self.arrivals.values()):
            # A client that has just connected is about to send, also where the worker is about to end.
            if not arrival.data and not self.alive and arrival.start + PARTING_SECONDS < now:
                self._drop(arrival)
            elif arrival.start + seconds < now:
                self._refuse(arrival)

    def _refuse(self, arrival: Arrival) -> None:
        if not arrival.data:
            self._drop(arrival)
            return
        logger.warning("refused a request: %s", SlowClientError.__name__)
        connection = self._forget(arrival).sock
        self.nr_conns -= 1
        try:
            connection.send(write_refusal(408))
        except OSError:
            logger.debug("the client left before its answer")
        self._part(connection)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        conn.sock.settimeout(self.client_seconds)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            logger.warning("gave an answer up: the client does not take it")
            return False

    def _keepalive_after(self, conn: TConn, keepalive: Any) -> bool:
        try:
            return bool(super()._keepalive_after(conn, keepalive))  # type: ignore[misc]  # Its types are older.
        except SlowClientError:
            return False

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what the HTTP parser refuses. Neither the answer nor the log repeats it."""
        status = STATUSES.get(type(exc), 400) if isinstance(exc, http_errors.ParseException) else 500
        logger.warning("refused a request: %s", type(exc).__name__)
        try:
            client.sendall(write_refusal(status))
        except OSError:
            logger.debug("the client left before its answer")
