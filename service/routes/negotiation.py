"""What a client takes: media types and content codings, by `Accept` and `Accept-Encoding`.

In: header values. Out: the media type to send, or a 406 problem; whether gzip will do. The few values that clients
send are read once.
"""

import functools

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from service.errors import ServiceError

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
MEDIA_TYPES = (JSON_TYPE, CSV_TYPE)


@functools.lru_cache(maxsize=256)
def choose_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The best of the media types that a client takes, the first of them where it takes any, or None."""
    return parse_accept_header(accept, MIMEAccept).best_match(offered) if accept else offered[0]


def read_media_type(offered: tuple[str, ...] = MEDIA_TYPES) -> str:
    """The media type to answer with."""
    media_type = choose_media_type(request.environ.get("HTTP_ACCEPT", ""), offered)
    if media_type is None:
        raise ServiceError(406, "not_acceptable", f"This address answers as {' or '.join(offered)}.")
    return media_type
