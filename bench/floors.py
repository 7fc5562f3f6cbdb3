"""What the least service would do, on the same gunicorn settings and the same Redis: one app for each floor.

In: the environment variable FLOOR_BODY names a file with the bytes that the real service sends, REDIS_URL the server.
Out: WSGI applications for gunicorn, `bench.floors:make_flask()`.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import redis
from flask import Flask, Response, request

KEY = "bench:body"
HEADERS = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]


def read_body() -> bytes:
    return Path(os.environ["FLOOR_BODY"]).read_bytes()


def make_bare() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """A bare WSGI application that sends the bytes."""
    body = read_body()
    headers = [*HEADERS, ("Content-Length", str(len(body)))]

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [body]

    return answer


def make_flask() -> Flask:
    """Flask routes: the bytes as they are, through Redis, after EXISTS as 304, and for a posted text by its hash."""
    app = Flask(__name__, static_folder=None)
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    body = read_body()
    client.set(KEY, body)

    @app.get("/fixed")
    def send_fixed() -> Response:
        return Response(body, headers=HEADERS)

    @app.get("/get")
    def send_from_redis() -> Response:
        return Response(client.get(KEY), headers=HEADERS)

    @app.get("/exists")
    def send_not_modified() -> Response:
        return Response(status=304 if client.exists(KEY) else 404)

    @app.post("/post")
    def send_by_hash() -> Response:
        key = f"bench:{hashlib.sha256(request.get_data()).hexdigest()}"
        found = client.get(key)
        if found is None:
            client.set(key, body)
            found = body
        return Response(found, headers=HEADERS)

    return app
