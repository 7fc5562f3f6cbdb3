"""Request bodies: the text that a client submits, whichever media type carries it.

In: a request's environment, its body as it is or gzip-encoded. Out: a text that is not empty or the members that a
schema wants, or a `ServiceError` that says what is wrong with the body in constant words. The media type says how the
text is wrapped, never how it is read: that depends on the text alone.
"""

import codecs
import contextlib
import functools
import gzip
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

import msgspec
from marshmallow import Schema, ValidationError
from marshmallow.exceptions import SCHEMA
from marshmallow.fields import Field, Nested
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_content_length, get_input_stream

from service.decoding import decode_text
from service.errors import InvalidMembersError, ServiceError, make_error
from service.schemas import ReportRequestSchema

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

JSON_TYPE = "application/json"
MEDIA_TYPES = ("text/plain", "text/html", "text/markdown", JSON_TYPE)
CODINGS = ("identity", "gzip", "x-gzip")

# What is no JSON, holds no UTF-8, or is nested deeper than the interpreter goes.
MALFORMED = (ValueError, RecursionError)

_schema = ReportRequestSchema()


def point_at_members(
    fields: Mapping[str, Field[Any]], messages: Mapping[str, Any], at: str = "#"
) -> list[dict[str, str]]:
    """Which members are wrong. The names of those that we do not know are the sender's words and stay unsaid."""
    errors: list[dict[str, str]] = []
    for name, field in fields.items():
        found = messages.get(name)
        if isinstance(field, Nested) and isinstance(found, dict):
            errors += point_at_members(field.schema.fields, found, f"{at}/{name}")
        elif found:
            errors.append({"pointer": f"{at}/{name}", "detail": str(found[0])})
    if SCHEMA in messages:
        errors.append({"pointer": at, "detail": str(messages[SCHEMA][0])})
    elif not messages.keys() <= fields.keys():
        errors.append({"pointer": at, "detail": "Not an object with this schema's members alone."})
    return errors


def decode_json(data: bytes, charset: str | None) -> Any:
    """JSON is UTF-8; what is none may be in another charset, as any text."""
    with contextlib.suppress(*MALFORMED):
        return msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8))
    try:
        return msgspec.json.decode(decode_text(data, charset) or "")
    except MALFORMED:
        raise ServiceError(400, "malformed_json", "The body is no JSON.") from None


def load_json(data: bytes, schema: Schema, charset: str | None = None) -> dict[str, Any]:
    """The members of a JSON body, as a schema wants them."""
    body = decode_json(data, charset)
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise InvalidMembersError(point_at_members(schema.fields, error.messages_dict)) from None
    return loaded


@functools.lru_cache(maxsize=256)
def split_content_type(content_type: str) -> tuple[str, str | None]:
    """The media type and the charset of a `Content-Type`; the few that clients send are read once."""
    media_type, parameters = parse_options_header(content_type)
    return media_type.lower(), parameters.get("charset")


def read_coding(environ: "WSGIEnvironment") -> str:
    coding: str = environ.get("HTTP_CONTENT_ENCODING", "identity")
    return coding.lower()


def require_types(environ: "WSGIEnvironment", *media_types: str) -> tuple[str, str | None]:
    """Refuse a body of another media type or of another coding than gzip; media type and charset of one let in."""
    media_type, charset = split_content_type(environ.get("CONTENT_TYPE", ""))
    if media_type not in media_types or read_coding(environ) not in CODINGS:
        detail = f"This address takes {' or '.join(media_types)}, as it is or compressed with gzip."
        headers = {"Accept": ", ".join(media_types), "Accept-Encoding": "gzip"}
        raise ServiceError(415, "unsupported_media_type", detail, headers)
    return media_type, charset


@contextlib.contextmanager
def open_body(environ: "WSGIEnvironment", limit: int) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The body as it comes, unpacked where it is packed; nobody holds more of it than is read."""
    # One byte more than the limit shows that a body of unannounced length is over it.
    sent = get_input_stream(environ, max_content_length=limit + 1)
    if read_coding(environ) == "identity":
        yield sent
        return
    try:
        with gzip.GzipFile(fileobj=sent, mode="rb") as unpacked:
            yield unpacked
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ServiceError(400, "malformed_gzip", "The body is not the gzip that Content-Encoding says.") from None


def require_whole(environ: "WSGIEnvironment", length: int, limit: int) -> None:
    """Refuse what is over the limit or was cut short; a packed body that was cut has no end of its own."""
    if length > limit:
        raise make_error(413)
    announced = get_content_length(environ)
    if "HTTP_CONTENT_ENCODING" not in environ and announced not in (None, length):
        raise ServiceError(400, "incomplete_body", "The body ended before its announced length.")


def read_body(environ: "WSGIEnvironment", limit: int) -> bytes:
    """The whole body, unpacked, neither cut short nor over the limit."""
    with open_body(environ, limit) as body:
        # The stream ends at its limit, and asked for a number of bytes it may give fewer.
        data = body.read(limit + 1) if isinstance(body, gzip.GzipFile) else body.read()
    require_whole(environ, len(data), limit)
    return data


def read_request_json(environ: "WSGIEnvironment", schema: Schema, limit: int) -> dict[str, Any]:
    """The members of a request that is JSON and nothing else."""
    _, charset = require_types(environ, JSON_TYPE)
    return load_json(read_body(environ, limit), schema, charset)


def read_request_text(environ: "WSGIEnvironment", limit: int) -> str:
    """The submitted text."""
    media_type, charset = require_types(environ, *MEDIA_TYPES)
    data = read_body(environ, limit)
    text = load_json(data, _schema, charset)["text"] if media_type == JSON_TYPE else decode_text(data, charset)
    if text is None:
        raise ServiceError(400, "no_text", "The body is no text in a charset that this service knows.")
    if not text.strip():
        raise ServiceError(422, "empty_text", "The text is empty.")
    return text
