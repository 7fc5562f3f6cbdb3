"""Request bodies: the text that a client submits, whichever media type carries it.

In: the current request, its body as it is or gzip-encoded. Out: a text that is not empty or the members that a schema
wants, or a `ServiceError` that says what is wrong with the body in constant words. The media type says how the text is
wrapped, never how it is read: that depends on the text alone.
"""

import codecs
import contextlib
import gzip
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any

import orjson
from flask import request
from marshmallow import Schema, ValidationError
from marshmallow.exceptions import SCHEMA
from marshmallow.fields import Field, Nested

from service.decoding import read_text
from service.errors import InvalidMembersError, ServiceError, make_error
from service.routes.state import current_settings
from service.schemas import ReportRequestSchema

JSON_TYPE = "application/json"
MEDIA_TYPES = ("text/plain", "text/html", "text/markdown", JSON_TYPE)
CODINGS = ("identity", "gzip", "x-gzip")

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
    with contextlib.suppress(orjson.JSONDecodeError):
        return orjson.loads(data.removeprefix(codecs.BOM_UTF8))
    try:
        return orjson.loads(read_text(data, charset) or "")
    except orjson.JSONDecodeError:
        raise ServiceError(400, "malformed_json", "The body is no JSON.") from None


def load_json(data: bytes, schema: Schema, charset: str | None = None) -> dict[str, Any]:
    """The members of a JSON body, as a schema wants them."""
    body = decode_json(data, charset)
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise InvalidMembersError(point_at_members(schema.fields, error.messages_dict)) from None
    return loaded


def require_types(*media_types: str) -> None:
    """Refuse a body of another media type or of another coding than gzip."""
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if request.mimetype not in media_types or coding not in CODINGS:
        detail = f"This address takes {' or '.join(media_types)}, as it is or compressed with gzip."
        headers = {"Accept": ", ".join(media_types), "Accept-Encoding": "gzip"}
        raise ServiceError(415, "unsupported_media_type", detail, headers)


@contextlib.contextmanager
def open_body(limit: int) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The body as it comes, unpacked where it is packed; nobody holds more of it than is read."""
    # One byte more than the limit shows that a body of unannounced length is over it.
    request.max_content_length = limit + 1
    if request.headers.get("Content-Encoding", "identity").lower() == "identity":
        yield request.stream
        return
    try:
        with gzip.GzipFile(fileobj=request.stream, mode="rb") as unpacked:
            yield unpacked
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ServiceError(400, "malformed_gzip", "The body is not the gzip that Content-Encoding says.") from None


def require_whole(length: int, limit: int) -> None:
    """Refuse what is over the limit or was cut short; a packed body that was cut has no end of its own."""
    if length > limit:
        raise make_error(413)
    if "Content-Encoding" not in request.headers and request.content_length not in (None, length):
        raise ServiceError(400, "incomplete_body", "The body ended before its announced length.")


def read_body() -> bytes:
    """The whole body, unpacked, neither cut short nor over the limit."""
    limit = current_settings().max_body_bytes
    with open_body(limit) as body:
        # Flask's stream ends at its limit, and asked for a number of bytes it may give fewer.
        data = body.read() if body is request.stream else body.read(limit + 1)
    require_whole(len(data), limit)
    return data


def read_request_json(schema: Schema) -> dict[str, Any]:
    """The members of a request that is JSON and nothing else."""
    require_types(JSON_TYPE)
    return load_json(read_body(), schema, request.mimetype_params.get("charset"))


def read_request_text() -> str:
    """The submitted text."""
    require_types(*MEDIA_TYPES)
    data, charset = read_body(), request.mimetype_params.get("charset")
    text = load_json(data, _schema, charset)["text"] if request.mimetype == JSON_TYPE else read_text(data, charset)
    if text is None:
        raise ServiceError(400, "no_text", "The body is no text in a charset that this service knows.")
    if not text.strip():
        raise ServiceError(422, "empty_text", "The text is empty.")
    return text
