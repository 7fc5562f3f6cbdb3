"""Reports: POST a text, GET its report by hash.

In: texts and ids. Out: the bytes that `representations` made once and the cache keeps, with the headers that
say how they came about. What a report says is the core's matter. Nothing but the blueprint needs Flask: `direct`
gives the same answers without it.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response, request

from service.errors import ServiceError
from service.extraction import hash_text
from service.recall import HIT, recall_or_parse
from service.representations import JSON_TYPE, Excerpt, make_etag, pack, unpack
from service.routes.bodies import read_request_text
from service.routes.empty import EmptyResponse
from service.routes.negotiation import holds, read_excerpt, takes_gzip
from service.routes.state import State, current_state

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ID_RE = re.compile(r"[0-9a-f]{64}")
COLLECTION = "/v1/reports"
# A name of another length is no id but another address, such as that of the batch.
ADDRESS = f"{COLLECTION}/<string(length=64):report_id>"

blueprint = Blueprint("reports", __name__)


class Answer(NamedTuple):
    """What goes out, but for the headers that every answer has."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def make_headers(etag: str, cache_status: str) -> list[tuple[str, str]]:
    # A client may keep a report and asks each time whether it still stands: a new parser may read another.
    return [
        ("ETag", f'"{etag}"'),
        ("Cache-Control", "private, no-cache"),
        ("Cache-Status", cache_status),
        ("Vary", "Accept, Accept-Encoding"),
    ]


def answer_report(
    environ: "WSGIEnvironment", report_id: str, packed: bytes, cache_status: str, excerpt: Excerpt | None
) -> Answer:
    """The stored bytes as they are to a client that takes gzip, unpacked to any other; an excerpt is made of them."""
    is_packed = takes_gzip(environ)
    headers = make_headers(make_etag(report_id, is_packed, excerpt), cache_status)
    if is_packed:
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Type", excerpt.content_type if excerpt else JSON_TYPE))
    if excerpt is None:
        return Answer(200, headers, packed if is_packed else unpack(packed))
    body = excerpt.make(unpack(packed))
    return Answer(200, headers, pack(body) if is_packed else body)


def answer_post(environ: "WSGIEnvironment", state: State) -> Answer:
    excerpt = read_excerpt(environ)
    text = read_request_text(environ, state.settings.max_body_bytes)
    report_id = hash_text(text)
    packed, cache_status = recall_or_parse(state.cache, report_id, text, state.parser.parse)
    answer = answer_report(environ, report_id, packed, cache_status, excerpt)
    if cache_status == HIT:
        return answer
    location = f"{environ.get('SCRIPT_NAME', '').rstrip('/')}{COLLECTION}/{report_id}"
    return Answer(201, [*answer.headers, ("Location", location)], answer.body)


def make_unknown() -> ServiceError:
    return ServiceError(404, "unknown_report", "No report is remembered under this id. POST its text.")


def require_id(report_id: str) -> None:
    if not ID_RE.fullmatch(report_id):
        detail = "This is no id of a report: an id is the SHA-256 of a text in 64 lower-case hexadecimal digits."
        raise ServiceError(404, "unknown_report", detail)


def answer_get(environ: "WSGIEnvironment", state: State, report_id: str) -> Answer:
    excerpt = read_excerpt(environ)
    require_id(report_id)
    if "HTTP_IF_NONE_MATCH" in environ:
        etag = make_etag(report_id, takes_gzip(environ), excerpt)
        if holds(environ, etag) and state.cache.has(report_id):
            return Answer(304, make_headers(etag, HIT), b"")
    packed = state.cache.get(report_id)
    if packed is None:
        raise make_unknown()
    return answer_report(environ, report_id, packed, HIT, excerpt)


@blueprint.post(COLLECTION)
def post_report() -> Response:
    """Read one report, or remember that it was read."""
    status, headers, body = answer_post(request.environ, current_state())
    return Response(body, status, headers)


@blueprint.get(ADDRESS)
def get_report(report_id: str) -> Response:
    """The remembered report of a text whose hash the client knows."""
    status, headers, body = answer_get(request.environ, current_state(), report_id)
    return Response(body, status, headers)


@blueprint.delete(ADDRESS)
def delete_report(report_id: str) -> Response:
    """Forget a report. The same text can be read again at any time."""
    require_id(report_id)
    if not current_state().cache.forget(report_id):
        raise make_unknown()
    return EmptyResponse(status=204)
