"""Reports answered without Flask: its routing, contexts and response objects cost more than a remembered report does.

In: POST of a text, GET of a report. Out: what the routes of `reports` answer; every other request is Flask's, and all
are where a key, a limit or another origin's page makes Flask see each of them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES

from service.errors import answer_error
from service.observation import ROUTE_KEY, name_route
from service.routes.reports import ADDRESS, COLLECTION, ID_RE, Answer, answer_get, answer_post
from service.routes.state import State, find_state

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATUS_LINES = {status: f"{status} {HTTP_STATUS_CODES[status].upper()}" for status in (200, 201, 304)}
NOT_MODIFIED = 304
REPORT = name_route(ADDRESS)
ID_AT = len(f"{COLLECTION}/")


def match_route(environ: "WSGIEnvironment") -> str | None:
    """The route of a request that can be answered here."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if method == "POST":
        return COLLECTION if path == COLLECTION else None
    is_report = method == "GET" and path.startswith(f"{COLLECTION}/") and ID_RE.fullmatch(path, ID_AT)
    return REPORT if is_report else None


def make_answer(environ: "WSGIEnvironment", state: State) -> Answer:
    if environ[ROUTE_KEY] == COLLECTION:
        return answer_post(environ, state)
    return answer_get(environ, state, environ["PATH_INFO"][ID_AT:])


def answer_before(application: "WSGIApplication", state: State) -> "WSGIApplication":
    """The application with reports answered before it."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        route = match_route(environ)
        if route is None:
            return application(environ, start_response)
        environ[ROUTE_KEY] = route
        try:
            status, headers, body = make_answer(environ, state)
        except Exception as error:
            return answer_error(error, environ)(environ, start_response)
        if status != NOT_MODIFIED:
            headers.append(("Content-Length", str(len(body))))
        start_response(STATUS_LINES[status], headers)
        return [body]

    return answer


def answer_directly(app: Flask) -> None:
    """Answer reports before Flask, unless it has something to do before or after each request."""
    if not app.before_request_funcs and not app.after_request_funcs:
        app.wsgi_app = answer_before(app.wsgi_app, find_state(app))  # type: ignore[assignment, method-assign]
