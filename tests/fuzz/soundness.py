"""What must hold for every text, however odd.

In: a text. Out: nothing, or an `AssertionError`: the report has its shape and can be sent, every span lies within the
text and holds what was read there, the same text gives the same report, and the time is bounded by the length.
"""

import hashlib
import html
import json
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from service.extraction import Report, parse_report
from service.extraction.layer import fold
from service.extraction.numerals import read_number
from service.extraction.report import Indicator, Observation
from service.schemas import ReportSchema

# Generous: the first parse of a process compiles what it needs, and the fuzzer counts every line. 200 µs a character.
SECONDS = 2.0
SECONDS_PER_CHARACTER = 0.0002
UNSEEN_RE = re.compile(r"[\s\x00-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
SURROGATE_RE = re.compile("[\ud800-\udfff]")
# Steps between what is printed and its value: 元 in 万元, 万 and 亿 multiplied out.
POWERS = tuple(Decimal(10) ** power for power in range(-8, 13))
_schema = ReportSchema()


def encode(report: Report) -> Any:
    """The report as a client gets it; JSON has no place for unpaired surrogates, and no body that is sent has any."""
    members = msgspec.to_builtins(report)
    if SURROGATE_RE.search(json.dumps(members, ensure_ascii=False)):
        return json.loads(json.dumps(members))
    return msgspec.json.decode(msgspec.json.encode(report))


def strip(text: str) -> str:
    return UNSEEN_RE.sub("", fold(text))


def is_markup(text: str) -> bool:
    return any(sign in text for sign in ("<", "&", "**"))


def holds(raw: str, read: str) -> bool:
    """Whether what was read stands there; in markup its characters in their order, whatever tags are between."""
    if not is_markup(raw):
        return strip(raw) == strip(read)
    characters = iter(strip(html.unescape(raw)))
    return all(character in characters for character in strip(read))


def find_spans(report: Report) -> Iterator[tuple[int, int]]:
    named = (*report.sections, *report.quantities, *report.citations, *report.problems, *report.improvements)
    yield from (member.span for member in named)
    read = [*report.indicators, *(o for indicator in report.indicators for o in indicator.observations)]
    compared = [operand for check in report.checks for operand in check.operands]
    yield from (member.span for member in (*read, *report.warnings, *compared) if member.span)


def is_told(value: float, printed: str) -> bool:
    """Whether a printed number has this value, but for the measure that its unit or column gives it."""
    number = read_number(printed)
    return number is None or any(float(number.value * power) == float(value) for power in POWERS)


def assert_told(text: str, read: Indicator | Observation) -> None:
    """The number at the span is the one that was read; 未收到 and other words for one are no number."""
    raw = text[slice(*read.span)] if read.span else ""
    if read.value is not None and not is_markup(raw):
        assert is_told(read.value, strip(raw)), "an indicator is not what stands at its span"


def assert_sound(text: str) -> None:
    start = time.process_time()
    report = parse_report(text)
    assert time.process_time() - start < SECONDS + SECONDS_PER_CHARACTER * len(text), "too slow"
    assert report.id == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    assert _schema.validate(encode(report)) == {}
    assert all(0 <= first <= last <= len(text) for first, last in find_spans(report)), "a span leaves the text"
    for quantity in report.quantities:
        assert holds(text[slice(*quantity.span)], quantity.text), "a quantity is not what stands at its span"
    for indicator in report.indicators:
        for read in (indicator, *indicator.observations):
            assert_told(text, read)
    assert parse_report(text) == report, "another report of the same text"
