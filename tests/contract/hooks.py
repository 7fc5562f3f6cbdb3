"""What Schemathesis does not know by itself: JSON lines, and that any body is a text."""

import json
from typing import Any

import msgspec
import schemathesis

LINES = "application/x-ndjson"


@schemathesis.serializer(LINES)
def write_line(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(LINES)
def read_line(_: Any, response: Any) -> Any:
    return msgspec.json.decode(response.content)


@schemathesis.hook
def filter_case(_: Any, case: Any) -> bool:
    # Asked for what is no string, it sends the JSON of something else, which is a text like any other.
    return not (case.media_type or "").startswith("text/") or isinstance(case.body, str | bytes)
