"""Comparisons: two reports, each by its id or its text, side by side.

In: a JSON body with the members `earlier` and `later`. Out: the comparison, made anew each time from remembered
reports; a text is parsed and remembered like a posted one. What is compared is `extraction.comparison`'s matter.
"""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from service.errors import InvalidMembersError, UnknownReportsError
from service.extraction import hash_text
from service.extraction.comparison import compare, read_side
from service.recall import recall_or_parse
from service.representations import JSON_TYPE, pack, unpack
from service.routes.bodies import read_request_json
from service.routes.negotiation import read_media_type, takes_gzip
from service.routes.reports import ID_RE
from service.routes.state import State, current_state
from service.schemas import ComparisonRequestSchema

SIDES = ("earlier", "later")

blueprint = Blueprint("comparisons", __name__)
_schema = ComparisonRequestSchema()


def recall(reference: dict[str, str], state: State) -> bytes | None:
    """The packed report that one member names, None where its id is unknown."""
    if "text" in reference:
        text = reference["text"]
        return recall_or_parse(state.cache, hash_text(text), text, state.parser.parse)[0]
    return state.cache.get(reference["id"]) if ID_RE.fullmatch(reference["id"]) else None


def recall_both(body: dict[str, Any], state: State) -> list[bytes]:
    """Both packed reports, or one problem that points at each member that is wrong."""
    empty = [side for side in SIDES if not body[side].get("text", "?").strip()]
    if empty:
        raise InvalidMembersError([{"pointer": f"#/{side}/text", "detail": "The text is empty."} for side in empty])
    packed = [recall(body[side], state) for side in SIDES]
    unknown = [side for side, each in zip(SIDES, packed, strict=True) if each is None]
    if unknown:
        raise UnknownReportsError([f"#/{side}/id" for side in unknown])
    return [each for each in packed if each is not None]


@blueprint.post("/v1/comparisons")
def post_comparison() -> Response:
    """The changes from one report to the next, and the checks that link their years."""
    environ, state = request.environ, current_state()
    read_media_type(environ, (JSON_TYPE,))
    members = read_request_json(environ, _schema, state.settings.max_body_bytes)
    sides = [read_side(msgspec.json.decode(unpack(packed))) for packed in recall_both(members, state)]
    body = msgspec.json.encode(compare(*sides))
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if takes_gzip(environ):
        body = pack(body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, content_type=JSON_TYPE)
