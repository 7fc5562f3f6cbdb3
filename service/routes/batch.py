"""A batch: many texts in one request, each with its own report or its own problem.

In: JSON lines, each with a text and, if the client likes, a key. Out: one line for each in the same order, sent as it
is read. The body lies in a temporary file meanwhile: one item is in memory at a time, however many there are.
Answering while the client still sends would let both wait for each other.
"""

import contextlib
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, request

from service.errors import ServiceError, encode_problem, log_fault, make_error
from service.extraction import hash_text
from service.observation import find_request_id
from service.recall import HIT, recall_or_parse
from service.representations import GZIP_LEVEL, unpack
from service.routes.bodies import decode_json, load_json, open_body, require_types, require_whole
from service.routes.negotiation import read_media_type, takes_gzip
from service.routes.state import State, current_state
from service.schemas import BatchItemSchema
from service.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LINES_TYPE = "application/x-ndjson"
CHUNK_BYTES = 65_536

blueprint = Blueprint("batch", __name__)
_schema = BatchItemSchema()


def spool_body(environ: "WSGIEnvironment", body: IO[bytes], limit: int) -> None:
    """Write the whole body to a file, neither cut short nor over the limit."""
    with open_body(environ, limit) as received:
        while body.tell() <= limit and (chunk := received.read(CHUNK_BYTES)):
            body.write(chunk)
    require_whole(environ, body.tell(), limit)
    body.seek(0)


def read_items(body: IO[bytes], limit: int) -> Iterator[bytes | None]:
    """The lines that are not blank; None for one over the limit, which is skipped and never held."""
    while line := body.readline(limit + 1):
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := body.readline(CHUNK_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def read_key(line: bytes) -> str | None:
    """The key of an item that is otherwise wrong, so that the client knows which one it was."""
    try:
        key = decode_json(line, None)["key"]
    except (ServiceError, KeyError, TypeError, IndexError):
        return None
    return key if isinstance(key, str) and "key" not in _schema.validate({"key": key, "text": ""}) else None


def answer_line(key: str | None, status: int, **members: bytes) -> bytes:
    answer = {"key": key, "status": status} | {name: msgspec.Raw(json) for name, json in members.items()}
    return msgspec.json.encode(answer) + b"\n"


def answer_item(line: bytes, state: State, request_id: str) -> bytes:
    """The report of one item, or its problem."""
    try:
        item = load_json(line, _schema)
        text = item["text"]
        if not text.strip():
            raise ServiceError(422, "empty_text", "The text is empty.")
        packed, cache_status = recall_or_parse(state.cache, hash_text(text), text, state.parser.parse_patiently)
    except ServiceError as error:
        return answer_line(read_key(line), error.status, problem=encode_problem(error))
    except Exception as error:
        # One text that the program fails on must not cost the client the others.
        return answer_line(read_key(line), 500, problem=encode_problem(log_fault(error, request_id)))
    return answer_line(item.get("key"), 200 if cache_status == HIT else 201, report=unpack(packed))


def answer_items(body: IO[bytes], state: State, request_id: str) -> Iterator[bytes]:
    settings = state.settings
    with body:
        for count, line in enumerate(read_items(body, settings.max_body_bytes)):
            if count == settings.max_batch_items:
                error = ServiceError(413, "too_many_items", "The batch holds more items than this service accepts.")
                yield answer_line(None, 413, problem=encode_problem(error))
                return
            if line is None:
                yield answer_line(None, 413, problem=encode_problem(make_error(413)))
            else:
                yield answer_item(line, state, request_id)


def pack_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines compressed as one stream; each can be read as soon as it is sent."""
    packer = zlib.compressobj(GZIP_LEVEL, wbits=31)
    for line in lines:
        yield packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def send_lines(lines: Iterator[bytes], settings: Settings, is_packed: bool) -> Response:
    limits = (settings.max_batch_items, settings.max_batch_bytes, settings.max_body_bytes)
    headers = {
        "Batch-Limits": "items={}, bytes={}, item-bytes={}".format(*limits),
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Encoding",
    }
    if is_packed:
        headers["Content-Encoding"] = "gzip"
        lines = pack_lines(lines)
    return Response(lines, headers=headers, content_type=LINES_TYPE)


@blueprint.post("/v1/reports/batch")
def post_batch() -> Response:
    """Read many reports, each for itself."""
    environ, state = request.environ, current_state()
    read_media_type(environ, (LINES_TYPE,))
    require_types(environ, LINES_TYPE)
    with contextlib.ExitStack() as files:
        body = files.enter_context(tempfile.TemporaryFile())
        spool_body(environ, body, state.settings.max_batch_bytes)
        # From here on the answer closes the file, when the last line is sent or the client is gone.
        files.pop_all()
    # A fault in a line is logged with the id of the request, which has ended for Flask by then.
    lines = answer_items(body, state, find_request_id(environ))
    return send_lines(lines, state.settings, takes_gzip(environ))
