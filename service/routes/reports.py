"""Reports: POST a text, GET its report by hash.

In: texts and ids. Out: the bytes that `representations` made once and the cache keeps, with the headers that
say how they came about. What a report says is the core's matter.
"""

import re

from flask import Blueprint, Response, request

from service.errors import ServiceError
from service.extraction import hash_text
from service.recall import HIT, recall_or_parse
from service.representations import JSON_TYPE, Excerpt, accepts_gzip, make_etag, pack, unpack
from service.routes.bodies import read_request_text
from service.routes.negotiation import read_excerpt
from service.routes.state import current_cache, current_parser

ID_RE = re.compile(r"[0-9a-f]{64}")
# A name of another length is no id but another address, such as that of the batch.
ADDRESS = "/v1/reports/<string(length=64):report_id>"

blueprint = Blueprint("reports", __name__)


def is_gzip_accepted() -> bool:
    return accepts_gzip(request.environ.get("HTTP_ACCEPT_ENCODING", ""))


def is_named(etag: str) -> bool:
    """Whether `If-None-Match` names a tag: nearly always it is that one, as it was sent."""
    named: str = request.environ["HTTP_IF_NONE_MATCH"]
    return named == f'"{etag}"' or request.if_none_match.contains_weak(etag)


def make_headers(etag: str, cache_status: str) -> list[tuple[str, str]]:
    # A client may keep a report and asks each time whether it still stands: a new parser may read another.
    return [
        ("ETag", f'"{etag}"'),
        ("Cache-Control", "private, no-cache"),
        ("Cache-Status", cache_status),
        ("Vary", "Accept, Accept-Encoding"),
    ]


def send_report(
    report_id: str, packed: bytes, cache_status: str, excerpt: Excerpt | None, status: int = 200
) -> Response:
    """The stored bytes as they are to a client that takes gzip, unpacked to any other; an excerpt is made of them."""
    is_packed = is_gzip_accepted()
    headers = make_headers(make_etag(report_id, is_packed, excerpt), cache_status)
    if is_packed:
        headers.append(("Content-Encoding", "gzip"))
    if status == 201:
        headers.append(("Location", f"{request.script_root}/v1/reports/{report_id}"))
    headers.append(("Content-Type", excerpt.content_type if excerpt else JSON_TYPE))
    if excerpt is None:
        return Response(packed if is_packed else unpack(packed), status, headers)
    body = excerpt.make(unpack(packed))
    return Response(pack(body) if is_packed else body, status, headers)


@blueprint.post("/v1/reports")
def post_report() -> Response:
    """Read one report, or remember that it was read."""
    excerpt = read_excerpt()
    text = read_request_text()
    report_id = hash_text(text)
    packed, cache_status = recall_or_parse(current_cache(), report_id, text, current_parser().parse)
    return send_report(report_id, packed, cache_status, excerpt, 200 if cache_status == HIT else 201)


def make_unknown() -> ServiceError:
    return ServiceError(404, "unknown_report", "No report is remembered under this id. POST its text.")


@blueprint.get(ADDRESS)
def get_report(report_id: str) -> Response:
    """The remembered report of a text whose hash the client knows."""
    excerpt = read_excerpt()
    if ID_RE.fullmatch(report_id):
        if "HTTP_IF_NONE_MATCH" in request.environ:
            etag = make_etag(report_id, is_gzip_accepted(), excerpt)
            if is_named(etag) and current_cache().has(report_id):
                return Response(status=304, headers=make_headers(etag, HIT))
        packed = current_cache().get(report_id)
        if packed is not None:
            return send_report(report_id, packed, HIT, excerpt)
    raise make_unknown()


@blueprint.delete(ADDRESS)
def delete_report(report_id: str) -> Response:
    """Forget a report. The same text can be read again at any time."""
    if not ID_RE.fullmatch(report_id) or not current_cache().forget(report_id):
        raise make_unknown()
    response = Response(status=204)
    # Flask names a type for whatever it sends, and here is nothing.
    del response.headers["Content-Type"]
    return response
