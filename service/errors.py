"""Errors: every failure as RFC 9457 `application/problem+json`, whatever raised it.

In: a `ServiceError`, an HTTP error of Flask or of the server, or a fault of the program. Out: one shape of body.
No exception's words, no trace and nothing of what was submitted goes out or into the log.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from service.cache import CacheUnavailableError
from service.faults import describe_fault
from service.observation import find_request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PROBLEM_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class Kind(NamedTuple):
    """What a status says where nothing says more: `code` is for programs, `detail` for people."""

    title: str
    code: str
    detail: str


# Titles are RFC 9110's; the standard library's differ from one Python to the next.
KINDS = {
    400: Kind("Bad Request", "bad_request", "The request could not be read."),
    401: Kind("Unauthorized", "unauthorized", "This service asks for a key."),
    403: Kind("Forbidden", "forbidden", "This key may not do that."),
    404: Kind("Not Found", "not_found", "There is nothing at this address."),
    405: Kind("Method Not Allowed", "method_not_allowed", "This address does not take this method."),
    406: Kind("Not Acceptable", "not_acceptable", "This address has no answer in a media type that the client takes."),
    408: Kind("Request Timeout", "request_timeout", "The request took too long to arrive."),
    413: Kind("Content Too Large", "body_too_large", "The body is larger than this service accepts."),
    414: Kind("URI Too Long", "uri_too_long", "The address is too long."),
    415: Kind("Unsupported Media Type", "unsupported_media_type", "This address does not take this media type."),
    417: Kind("Expectation Failed", "expectation_failed", "The request expects what this service does not do."),
    422: Kind("Unprocessable Content", "unprocessable_content", "The body does not say what it should."),
    429: Kind("Too Many Requests", "too_many_requests", "The client has made more requests than this service allows."),
    431: Kind("Request Header Fields Too Large", "headers_too_large", "The request's headers are too large."),
    500: Kind("Internal Server Error", "internal_server_error", "The service failed; it has logged where."),
    501: Kind("Not Implemented", "not_implemented", "The request asks for what this service does not do."),
    503: Kind("Service Unavailable", "service_unavailable", "The service cannot answer now."),
}


class ServiceError(Exception):
    """A failure with a name of its own. Code and detail are constant: no word of the request is in them."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
        self.errors: list[dict[str, str]] = []


class SlowClientError(ParseException):
    """A request that does not arrive in its time."""


class InvalidMembersError(ServiceError):
    """A JSON body with wrong members; each error points at one, as RFC 9457 shows."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(422, "invalid_members", "The JSON body has missing, wrong or unknown members.")
        self.errors = errors


class UnknownReportsError(ServiceError):
    """Ids that the cache does not know, in a request that names several; each error points at one."""

    def __init__(self, pointers: list[str]) -> None:
        super().__init__(404, "unknown_report", "No report is remembered under an id of the request. Send its text.")
        detail = "No report is remembered under this id."
        self.errors = [{"pointer": pointer, "detail": detail} for pointer in pointers]


def find_kind(status: int) -> Kind:
    """A status that is not ours speaks as the nearest one of its class that is."""
    return KINDS.get(status) or KINDS[400 if status < 500 else 500]


def encode_problem(error: ServiceError) -> bytes:
    body = {
        "type": "about:blank",
        "title": find_kind(error.status).title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    return msgspec.json.encode(body | {"errors": error.errors} if error.errors else body)


def make_error(status: int, headers: dict[str, str] | None = None) -> ServiceError:
    """The error of a status that says all there is to say."""
    kind = find_kind(status)
    return ServiceError(status, kind.code, kind.detail, headers)


def answer_service_error(error: ServiceError) -> Response:
    return Response(encode_problem(error), error.status, error.headers, content_type=PROBLEM_TYPE)


def answer_http_error(error: HTTPException) -> Response:
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return answer_service_error(make_error(error.code or 500, headers))


def answer_unavailable_cache(_: CacheUnavailableError) -> Response:
    detail = "The cache does not answer, so that nobody knows whether the report is remembered. POST its text."
    return answer_service_error(ServiceError(503, "cache_unavailable", detail, {"Retry-After": "1"}))


def answer_malformed_body(error: ParseException) -> Response:
    return answer_service_error(make_error(408 if isinstance(error, SlowClientError) else 400))


def log_fault(error: Exception, request_id: str) -> ServiceError:
    """Log a fault of the program with the id of its request; the error that tells of it."""
    logger.error("%s", describe_fault(error), extra={"request_id": request_id})
    return make_error(500)


ANSWERS: dict[type[Exception], Callable[[Any], Response]] = {
    ServiceError: answer_service_error,
    HTTPException: answer_http_error,
    CacheUnavailableError: answer_unavailable_cache,
    ParseException: answer_malformed_body,
}


def answer_error(error: Exception, environ: "WSGIEnvironment") -> Response:
    """The problem that an error is to the client of a request."""
    for kind, answer in ANSWERS.items():
        if isinstance(error, kind):
            return answer(error)
    return answer_service_error(log_fault(error, find_request_id(environ)))


def register_errors(app: Flask) -> None:
    app.register_error_handler(Exception, lambda error: answer_error(error, request.environ))
