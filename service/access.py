"""One line of JSON for each request and each event, and what the metrics count of a request.

In: gunicorn's own events, and what `observation` noted about a request. Out: lines on standard error. Neither the
path nor a header is logged but the request's id, so that no text, key or password can get in.
"""

import logging
import os
import time
from collections import deque
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from gunicorn.config import Config
from gunicorn.glogging import Logger

from service.observation import SEEN_KEY, Seen

STANDARD_ERROR = 2
# What a pipe takes at once: longer pieces of two workers could be written into each other.
PIPE_BYTES = 4096
OUTCOMES = {"hit": "hit", "fwd=uri-miss; stored": "stored", "fwd=uri-miss; detail=unavailable": "unavailable"}


class Answered(NamedTuple):
    """One request that has its answer, as its line in the log will have it."""

    at: float
    seen: Seen
    method: str
    status: int
    size: int
    seconds: float
    cache: str | None

    def write(self) -> bytes:
        line = {
            "time": tell_time(self.at),
            "level": "info",
            "request_id": self.seen.request_id,
            "method": self.method,
            "route": self.seen.route,
            "status": self.status,
            "bytes": self.size,
            "ms": round(self.seconds * 1000, 2),
            "cache": self.cache,
        }
        return msgspec.json.encode(line) + b"\n"


def tell_time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


class JsonFormatter(logging.Formatter):
    """An event as one line of JSON, with its request's id where it has one; of an exception its type alone."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": tell_time(record.created),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if request_id := getattr(record, "request_id", None):
            line["request_id"] = request_id
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
        return msgspec.json.encode(line).decode()


def find_outcome(headers: list[tuple[str, str]]) -> str | None:
    """What the cache did for an answer, by its `Cache-Status`."""
    for name, value in headers:
        if name == "Cache-Status":
            return OUTCOMES.get(value.partition("; ")[2])
    return None


class JsonLogger(Logger):
    """gunicorn's logger; its access log is ours.

    A line that a request's thread writes behind its answer makes it and the next request wait for each other, which
    costs ten times what writing does. So the worker writes what several threads have noted, and counts it.
    """

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self._answered: deque[Answered] = deque()
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        seen: Seen | None = environ.get(SEEN_KEY)
        if seen is None:
            return
        method, outcome = environ["REQUEST_METHOD"], find_outcome(resp.headers)
        seconds = request_time.total_seconds()
        self._answered.append(Answered(time.time(), seen, method, resp.status_code, resp.sent, seconds, outcome))

    def flush(self) -> None:
        """Write and count what has been answered."""
        lines = b""
        while self._answered:
            answered = self._answered.popleft()
            line = answered.write()
            if len(lines) + len(line) > PIPE_BYTES:
                os.write(STANDARD_ERROR, lines)
                lines = b""
            lines += line
            answered.seen.metrics.count_request(answered.method, answered.seen.route, answered.status, answered.seconds)
        if lines:
            os.write(STANDARD_ERROR, lines)
