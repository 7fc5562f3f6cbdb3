"""What goes over the wire: a report's bytes, packed once, and which form of them a client takes.

In: a `Report`, or the packed bytes from the cache. Out: gzip-compressed JSON, plain JSON, excerpts of it, and the
entity tag of each. It neither fetches nor stores, and knows no Flask.
"""

import functools
import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from service.extraction import PARSER_VERSION, Report
from service.tidy import write_tidy

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
CSV_CONTENT_TYPE = f"{CSV_TYPE}; charset=utf-8; header=present"
MEMBERS = Report.__struct_fields__
# Level 6 costs three times the time of level 3, for a tenth of the size.
GZIP_LEVEL = 3


def encode_report(report: Report) -> bytes:
    """The report as JSON; its records are written as they stand."""
    return msgspec.json.encode(report)


def pack(json: bytes) -> bytes:
    """JSON to what is stored and sent; the same bytes every time, so no file name and no time in them."""
    return gzip.compress(json, GZIP_LEVEL, mtime=0)


def unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed, wbits=31)


@dataclass(frozen=True, slots=True)
class Publication:
    """What changes with a release alone, made once: plain and gzip-compressed, with its entity tag."""

    content_type: str
    body: bytes
    packed: bytes
    etag: str


def publish(content_type: str, body: bytes) -> Publication:
    return Publication(content_type, body, pack(body), hashlib.sha256(body).hexdigest()[:32])


@functools.lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` allows gzip; the few that clients send are read once."""
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a client may have in place of the whole report as JSON: made from its bytes, under a name of its own."""

    name: str
    content_type: str
    make: Callable[[bytes], bytes]


TABLE = Excerpt("csv", CSV_CONTENT_TYPE, lambda json: write_tidy([msgspec.json.decode(json)]))


def make_part(members: frozenset[str]) -> Excerpt:
    """The report with some of its members alone, in its order."""
    names = tuple(name for name in MEMBERS if name in members)

    def select(json: bytes) -> bytes:
        report = msgspec.json.decode(json)
        return msgspec.json.encode({name: report[name] for name in names})

    return Excerpt("+".join(names), JSON_TYPE, select)


def make_etag(report_id: str, is_packed: bool, excerpt: Excerpt | None = None) -> str:
    """A strong entity tag: the text and the parser settle the report, and each form of it has its own bytes."""
    name = f".{excerpt.name}" if excerpt else ""
    return f"{report_id}.{PARSER_VERSION}{name}{'.gzip' if is_packed else ''}"
