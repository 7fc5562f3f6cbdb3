"""A report by its text: from the cache where it is remembered, else parsed and remembered.

In: a cache and a text with its id. Out: the packed bytes, and the `Cache-Status` that tells where they came from.
A text that many send at once is parsed by the one whose claim the cache took; the others wait for its report, and for
no longer than the claim stands. A cache that is away costs one call and never a report.
"""

import contextlib
import time
from collections.abc import Callable

from service.cache import CacheUnavailableError, ReportCache
from service.reading import read_text

# Cache-Status (RFC 9211) of an answer from the cache, of one parsed and stored, of one parsed alone.
HIT = "gongkai; hit"
STORED = "gongkai; fwd=uri-miss; stored"
NOT_STORED = "gongkai; fwd=uri-miss; detail=unavailable"
# How long a claim stands: a report takes milliseconds, the longest texts seconds.
CLAIM_SECONDS = 2.0
CHARACTERS_PER_SECOND = 100_000
POLL_SECONDS = 0.005
LONGEST_POLL_SECONDS = 0.1


def read_packed(text: str) -> bytes:
    """The report of a text as it is stored and sent."""
    return read_text(text).packed


def wait_for_report(cache: ReportCache, report_id: str, seconds: float) -> bytes | None:
    """The report, remembered now or soon; None where the caller is to parse."""
    deadline, poll = time.monotonic() + seconds, POLL_SECONDS
    while True:
        claim = cache.claim(report_id, seconds)
        if not claim.is_taken or time.monotonic() > deadline:
            return claim.packed
        time.sleep(poll)
        poll = min(2 * poll, LONGEST_POLL_SECONDS)


def parse_and_store(cache: ReportCache, report_id: str, text: str, parse: Callable[[str], bytes]) -> tuple[bytes, str]:
    try:
        packed = parse(text)
    except BaseException:
        # Those who wait need not wait for a report that never comes.
        with contextlib.suppress(CacheUnavailableError):
            cache.release(report_id)
        raise
    try:
        cache.put(report_id, packed)
    except CacheUnavailableError:
        return packed, NOT_STORED
    return packed, STORED


def recall_or_parse(
    cache: ReportCache, report_id: str, text: str, parse: Callable[[str], bytes] = read_packed
) -> tuple[bytes, str]:
    """The packed report, and the Cache-Status that tells where it came from."""
    try:
        packed = wait_for_report(cache, report_id, CLAIM_SECONDS + len(text) / CHARACTERS_PER_SECOND)
    except CacheUnavailableError:
        # A second call would cost a second timeout.
        return parse(text), NOT_STORED
    return (packed, HIT) if packed is not None else parse_and_store(cache, report_id, text, parse)
