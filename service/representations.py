"""What goes over the wire: a report's bytes, packed once, and which form of them a client takes.

In: a `Report`, or the packed bytes from the cache. Out: gzip-compressed JSON, plain JSON, and the entity tag
of either. It neither fetches nor stores, and knows no Flask.
"""

import functools
import gzip
import zlib

import orjson
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from service.extraction import PARSER_VERSION, Report

# Level 6 costs a millisecond that level 4 does not, for a few percent of the size.
GZIP_LEVEL = 4


def encode_report(report: Report) -> bytes:
    """The report as JSON; the dataclasses are written as they stand."""
    return orjson.dumps(report)


def pack(json: bytes) -> bytes:
    """JSON to what is stored and sent; the same bytes every time, so no file name and no time in them."""
    return gzip.compress(json, GZIP_LEVEL, mtime=0)


def unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed, wbits=31)


@functools.lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` allows gzip; the few that clients send are read once."""
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0


def make_etag(report_id: str, is_packed: bool) -> str:
    """A strong entity tag: the text and the parser settle the report, and either encoding has its own bytes."""
    return f"{report_id}.{PARSER_VERSION}{'.gzip' if is_packed else ''}"
