"""What is seen of a request: its id, its route, and the headers that every answer has.

In: the request as Flask routed it. Out: `X-Request-Id`, the client's own where it is one, and headers that let no
browser take an answer of the API for a page. `access` logs what is noted here.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, Response, request

from service.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
    return find_request_id(request.environ)


def find_request_id(environ: "WSGIEnvironment") -> str:
    """The id of a request, the same however often it is asked for."""
    if ID_KEY not in environ:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[ID_KEY] = given if REQUEST_ID_RE.fullmatch(given) else secrets.token_hex(8)
    request_id: str = environ[ID_KEY]
    return request_id


def add_headers(application: "WSGIApplication") -> "WSGIApplication":
    """The application with the headers that every answer has; to add them to what goes out costs the least."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            headers.append(("X-Request-Id", find_request_id(environ)))
            if "Content-Security-Policy" not in dict(headers):
                headers += FIXED_HEADERS.items()
            return start_response(status, headers, *error)

        return application(environ, start)

    return answer


def observe_requests(app: Flask, metrics: Metrics) -> None:
    """Note every request of the application when its answer is made."""

    def note(response: Response) -> Response:
        environ, rule = request.environ, request.url_rule
        environ[SEEN_KEY] = Seen(metrics, find_request_id(environ), rule.rule if rule else UNKNOWN_ROUTE)
        return response

    app.after_request(note)
    app.wsgi_app = add_headers(app.wsgi_app)  # type: ignore[assignment, method-assign]
