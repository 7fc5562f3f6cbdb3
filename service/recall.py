"""A report by its text: from the cache where it is remembered, else parsed and remembered.

In: a cache and a text with its id. Out: the packed bytes, and the `Cache-Status` that tells where they came from.
A cache that is away costs one call and never a report.
"""

from service.cache import CacheUnavailableError, ReportCache
from service.extraction import parse_report
from service.representations import encode_report, pack

# Cache-Status (RFC 9211) of an answer from the cache, of one parsed and stored, of one parsed alone.
HIT = "gongkai; hit"
STORED = "gongkai; fwd=uri-miss; stored"
NOT_STORED = "gongkai; fwd=uri-miss; detail=unavailable"


def recall_or_parse(cache: ReportCache, report_id: str, text: str) -> tuple[bytes, str]:
    """The packed report, and the Cache-Status that tells where it came from."""
    try:
        packed = cache.get(report_id)
    except CacheUnavailableError:
        # A second call would cost a second timeout.
        return pack(encode_report(parse_report(text))), NOT_STORED
    if packed is not None:
        return packed, HIT
    packed = pack(encode_report(parse_report(text)))
    try:
        cache.put(report_id, packed)
    except CacheUnavailableError:
        return packed, NOT_STORED
    return packed, STORED
