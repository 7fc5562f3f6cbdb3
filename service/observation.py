"""What is seen of a request: its id, its route, and the headers that every answer has.

In: the request as Flask routed it. Out: `X-Request-Id`, the client's own where it is one, and headers that let no
browser take an answer of the API for a page. `access` logs what is noted here.
"""

import re
import secrets
from typing import NamedTuple

from flask import Flask, Response, request

from service.metrics import Metrics

SEEN_KEY = "gongkai.seen"
ID_KEY = "gongkai.request_id"
UNKNOWN_ROUTE = "unknown"
REQUEST_ID_RE = re.compile(r"[0-9A-Za-z._-]{1,64}")
# No browser may take an answer of the API for a page. The page and the documentation have a policy of their own.
FIXED_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class Seen(NamedTuple):
    """What the log and the metrics say of a request."""

    metrics: Metrics
    request_id: str
    route: str


def current_request_id() -> str:
    """The client's id of the request where it is fit for a log, else one made here."""
    environ = request.environ
    if ID_KEY not in environ:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[ID_KEY] = given if REQUEST_ID_RE.fullmatch(given) else secrets.token_hex(8)
    request_id: str = environ[ID_KEY]
    return request_id


def observe_requests(app: Flask, metrics: Metrics) -> None:
    """Note every request of the application when its answer is made."""

    def note(response: Response) -> Response:
        request_id = current_request_id()
        route = request.url_rule.rule if request.url_rule else UNKNOWN_ROUTE
        request.environ[SEEN_KEY] = Seen(metrics, request_id, route)
        headers = response.headers
        headers["X-Request-Id"] = request_id
        if "Content-Security-Policy" not in headers:
            headers.update(FIXED_HEADERS)
        return response

    app.after_request(note)
