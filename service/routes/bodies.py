"""Request bodies: the text that a client submits, whichever media type carries it.

In: the current request. Out: a text that is not empty, or a `ServiceError` that says what is wrong with the body
in constant words.
"""

import orjson
from flask import request
from marshmallow import ValidationError

from service.decoding import read_text
from service.errors import InvalidMembersError, ServiceError, make_error
from service.schemas import ReportRequestSchema

TEXT_TYPE = "text/plain"
JSON_TYPE = "application/json"
MEDIA_TYPES = (TEXT_TYPE, JSON_TYPE)

_schema = ReportRequestSchema()


def point_at_members(error: ValidationError) -> list[dict[str, str]]:
    """Which members are wrong. The names of those that we do not know are the sender's words and stay unsaid."""
    messages = error.messages_dict
    known = [name for name in _schema.fields if name in messages]
    errors = [{"pointer": f"#/{name}", "detail": str(messages[name][0])} for name in known]
    if len(known) < len(messages):
        errors.append({"pointer": "#", "detail": "Not an object with this schema's members alone."})
    return errors


def read_json_text(data: bytes) -> str:
    try:
        body = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise ServiceError(400, "malformed_json", "The body is no JSON in UTF-8.") from None
    try:
        return str(_schema.load(body)["text"])
    except ValidationError as error:
        raise InvalidMembersError(point_at_members(error)) from None


def read_body() -> bytes:
    """The whole body, neither cut short nor over the limit."""
    data = request.get_data(cache=False)
    if request.max_content_length and len(data) >= request.max_content_length:
        raise make_error(413)
    if request.content_length not in (None, len(data)):
        raise ServiceError(400, "incomplete_body", "The body ended before its announced length.")
    return data


def read_request_text() -> str:
    """The submitted text."""
    if request.mimetype not in MEDIA_TYPES or request.headers.get("Content-Encoding", "identity") != "identity":
        detail = "Send the text as text/plain, or as application/json with the member text; not compressed."
        raise ServiceError(415, "unsupported_media_type", detail, {"Accept": ", ".join(MEDIA_TYPES)})
    data = read_body()
    if request.mimetype == JSON_TYPE:
        text: str | None = read_json_text(data)
    else:
        text = read_text(data, request.mimetype_params.get("charset"))
    if text is None:
        raise ServiceError(400, "no_text", "The body is no text in a charset that this service knows.")
    if not text.strip():
        raise ServiceError(422, "empty_text", "The text is empty.")
    return text
