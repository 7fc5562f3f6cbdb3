"""One line of JSON for each request and each event, and what the metrics count of a request.

In: gunicorn's own events, and what `observation` noted about a request. Out: lines on standard error. Neither the
path nor a header is logged but the request's id, so that no text, key or password can get in.
"""

import logging
import os
import time
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from gunicorn.config import Config
from gunicorn.glogging import Logger

from service.observation import SEEN_KEY, Seen

STANDARD_ERROR = 2
OUTCOMES = {"hit": "hit", "fwd=uri-miss; stored": "stored", "fwd=uri-miss; detail=unavailable": "unavailable"}


def tell_time() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")


class JsonFormatter(logging.Formatter):
    """An event as one line of JSON, with its request's id where it has one; of an exception its type alone."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": tell_time(),
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
    """gunicorn's logger; its access log is ours."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        seen: Seen | None = environ.get(SEEN_KEY)
        if seen is None:
            return
        seconds = request_time.total_seconds()
        line = {
            "time": tell_time(),
            "level": "info",
            "request_id": seen.request_id,
            "method": environ["REQUEST_METHOD"],
            "route": seen.route,
            "status": resp.status_code,
            "bytes": resp.sent,
            "ms": round(seconds * 1000, 2),
            "cache": find_outcome(resp.headers),
        }
        os.write(STANDARD_ERROR, msgspec.json.encode(line) + b"\n")
        seen.metrics.count_request(environ["REQUEST_METHOD"], seen.route, resp.status_code, seconds)
