"""Request bodies: the text that a client submits, whichever media type carries it.

In: the current request. Out: a text that is not empty or the members that a schema wants, or a `ServiceError` that
says what is wrong with the body in constant words.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import request
from marshmallow import Schema, ValidationError
from marshmallow.exceptions import SCHEMA
from marshmallow.fields import Field, Nested

from service.decoding import read_text
from service.errors import InvalidMembersError, ServiceError, make_error
from service.schemas import ReportRequestSchema

TEXT_TYPE = "text/plain"
JSON_TYPE = "application/json"
MEDIA_TYPES = (TEXT_TYPE, JSON_TYPE)

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


def load_json(data: bytes, schema: Schema) -> dict[str, Any]:
    """The members of a JSON body, as a schema wants them."""
    try:
        body = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise ServiceError(400, "malformed_json", "The body is no JSON in UTF-8.") from None
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise InvalidMembersError(point_at_members(schema.fields, error.messages_dict)) from None
    return loaded


def read_body() -> bytes:
    """The whole body, neither cut short nor over the limit."""
    data = request.get_data(cache=False)
    if request.max_content_length and len(data) >= request.max_content_length:
        raise make_error(413)
    if request.content_length not in (None, len(data)):
        raise ServiceError(400, "incomplete_body", "The body ended before its announced length.")
    return data


def read_request_json(schema: Schema) -> dict[str, Any]:
    """The members of a request that is JSON and nothing else."""
    if request.mimetype != JSON_TYPE or request.headers.get("Content-Encoding", "identity") != "identity":
        detail = "Send the members as application/json; not compressed."
        raise ServiceError(415, "unsupported_media_type", detail, {"Accept": JSON_TYPE})
    return load_json(read_body(), schema)


def read_request_text() -> str:
    """The submitted text."""
    if request.mimetype not in MEDIA_TYPES or request.headers.get("Content-Encoding", "identity") != "identity":
        detail = "Send the text as text/plain, or as application/json with the member text; not compressed."
        raise ServiceError(415, "unsupported_media_type", detail, {"Accept": ", ".join(MEDIA_TYPES)})
    data = read_body()
    if request.mimetype == JSON_TYPE:
        text: str | None = load_json(data, _schema)["text"]
    else:
        text = read_text(data, request.mimetype_params.get("charset"))
    if text is None:
        raise ServiceError(400, "no_text", "The body is no text in a charset that this service knows.")
    if not text.strip():
        raise ServiceError(422, "empty_text", "The text is empty.")
    return text
