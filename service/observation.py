"""What is seen of a request: its id, its route, and the headers that every answer has.

In: the request as Flask routed it. Out: `X-Request-Id`, the client's own where it is one, and headers that let no
browser take an answer of the API for a page. `access` logs what is noted here.
"""

import functools
import random
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask

from service.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Request

SEEN_KEY = "gongkai.seen"
ID_KEY = "gongkai.request_id"
ROUTE_KEY = "gongkai.route"
UNKNOWN_ROUTE = "unknown"
# <string(length=64):report_id> of Flask's rules is {report_id} in openapi.yaml.
PARAMETER_RE = re.compile(r"<(?:[^<>:]*:)?(\w+)>")
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


def find_request_id(environ: "WSGIEnvironment") -> str:
    """The client's id of the request where it is fit for a log, else one made here, the same each time."""
    if ID_KEY not in environ:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[ID_KEY] = given if REQUEST_ID_RE.fullmatch(given) else f"{random.getrandbits(64):016x}"
    request_id: str = environ[ID_KEY]
    return request_id


@functools.cache
def name_route(rule: str) -> str:
    """A route as openapi.yaml writes it, by Flask's rule for it."""
    return PARAMETER_RE.sub(r"{\1}", rule)


def find_route(environ: "WSGIEnvironment") -> str:
    """The route of a request, as it was found before Flask or by it."""
    if ROUTE_KEY in environ:
        route: str = environ[ROUTE_KEY]
        return route
    # Werkzeug's own name for the request that it made of the environment; when the answer is out it is gone.
    found: Request | None = environ.get("werkzeug.request")
    return name_route(found.url_rule.rule) if found and found.url_rule else UNKNOWN_ROUTE


def add_headers(application: "WSGIApplication", metrics: Metrics) -> "WSGIApplication":
    """The application with the headers that every answer has; to add them to what goes out costs the least."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            seen = environ[SEEN_KEY] = Seen(metrics, find_request_id(environ), find_route(environ))
            headers.append(("X-Request-Id", seen.request_id))
            if "Content-Security-Policy" not in dict(headers):
                headers += FIXED_HEADERS.items()
            return start_response(status, headers, *error)

        return application(environ, start)

    return answer


def observe_requests(app: Flask, metrics: Metrics) -> None:
    """Note every request of the application when its answer begins, and give that its headers."""
    app.wsgi_app = add_headers(app.wsgi_app, metrics)  # type: ignore[assignment, method-assign]
