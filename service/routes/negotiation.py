"""What a client wants of a resource: its media type, by `Accept`, and a part of it, by `members`.

In: the current request. Out: the media type to send, or a 406 problem; the excerpt of a report, or a 422 problem.
The few `Accept` values that clients send are read once.
"""

import functools

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from service.errors import ServiceError
from service.representations import CSV_TYPE, JSON_TYPE, MEMBERS, TABLE, Excerpt, make_part

MEDIA_TYPES = (JSON_TYPE, CSV_TYPE)


@functools.lru_cache(maxsize=256)
def choose_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The best of the media types that a client takes, the first of them where it takes any, or None."""
    if not accept:
        return offered[0]
    # Parameters choose nothing here: many a client asks for `application/json; charset=utf-8`.
    ranges = [(value.partition(";")[0].rstrip(), quality) for value, quality in parse_accept_header(accept, MIMEAccept)]
    return MIMEAccept(ranges).best_match(offered)


def read_media_type(offered: tuple[str, ...] = MEDIA_TYPES) -> str:
    """The media type to answer with."""
    media_type = choose_media_type(request.environ.get("HTTP_ACCEPT", ""), offered)
    if media_type is None:
        raise ServiceError(406, "not_acceptable", f"This address answers as {' or '.join(offered)}.")
    return media_type


def read_excerpt() -> Excerpt | None:
    """What to send of a report: None is the whole of it as JSON, the bytes that are ready."""
    is_table = read_media_type() == CSV_TYPE
    # Most requests have no query, and reading one takes longer than asking whether it is there.
    if not request.environ.get("QUERY_STRING") or "members" not in request.args:
        return TABLE if is_table else None
    members = frozenset(",".join(request.args.getlist("members")).split(","))
    if is_table or not members <= set(MEMBERS):
        detail = f"A report as JSON has the members {', '.join(MEMBERS)}; as CSV it has none to choose from."
        raise ServiceError(422, "unknown_member", detail)
    return make_part(members)
