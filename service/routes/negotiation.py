"""What a client wants of a resource: its media type, by `Accept`; a part of it, by `members`; what it holds of it.

In: a request's environment. Out: the media type to send, or a 406 problem; the excerpt of a report, or a 422 problem.
The few `Accept` values that clients send are read once.
"""

import functools
from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.wrappers import Request

from service.errors import ServiceError
from service.representations import CSV_TYPE, JSON_TYPE, MEMBERS, TABLE, Excerpt, accepts_gzip, make_part

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MEDIA_TYPES = (JSON_TYPE, CSV_TYPE)


@functools.lru_cache(maxsize=256)
def choose_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The best of the media types that a client takes, the first of them where it takes any, or None."""
    if not accept:
        return offered[0]
    # Parameters choose nothing here: many a client asks for `application/json; charset=utf-8`.
    ranges = [(value.partition(";")[0].rstrip(), quality) for value, quality in parse_accept_header(accept, MIMEAccept)]
    return MIMEAccept(ranges).best_match(offered)


def read_media_type(environ: "WSGIEnvironment", offered: tuple[str, ...] = MEDIA_TYPES) -> str:
    """The media type to answer with."""
    media_type = choose_media_type(environ.get("HTTP_ACCEPT", ""), offered)
    if media_type is None:
        raise ServiceError(406, "not_acceptable", f"This address answers as {' or '.join(offered)}.")
    return media_type


def read_excerpt(environ: "WSGIEnvironment") -> Excerpt | None:
    """What to send of a report: None is the whole of it as JSON, the bytes that are ready."""
    is_table = read_media_type(environ) == CSV_TYPE
    # Most requests have no query, and reading one takes longer than asking whether it is there.
    named = Request(environ, populate_request=False).args.getlist("members") if environ.get("QUERY_STRING") else []
    if not named:
        return TABLE if is_table else None
    members = frozenset(",".join(named).split(","))
    if is_table or not members <= set(MEMBERS):
        detail = f"A report as JSON has the members {', '.join(MEMBERS)}; as CSV it has none to choose from."
        raise ServiceError(422, "unknown_member", detail)
    return make_part(members)


def takes_gzip(environ: "WSGIEnvironment") -> bool:
    return accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))


def holds(environ: "WSGIEnvironment", etag: str) -> bool:
    """Whether `If-None-Match` names a tag: nearly always it is that one, as it was sent."""
    named = environ.get("HTTP_IF_NONE_MATCH", "")
    return named == f'"{etag}"' or parse_etags(named).contains_weak(etag)
