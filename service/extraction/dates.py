"""Dates and periods as reports print them: `2018年3月9日`, `2018-03-09`, `二〇一八年三月九日`, `1月1日到12月31日`.

In: a text (a view, folded). Out: ISO 8601 strings. A date that the calendar does not have is no date.
"""

import re
from calendar import monthrange

from service.extraction.report import Period

_CN_DIGITS = dict(zip("〇○零O一二三四五六七八九元", "00001234567891", strict=True))
_CN_YEAR = "[一二][〇○零O0一九][〇○零O0一二三四五六七八九]{2}"
# 元月 is January.
_CN_DAY = "(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九元])"
YEAR = rf"(?:20\d\d|{_CN_YEAR})"
_DAY = rf"(?:\d{{1,2}}|{_CN_DAY})"

_DATE = rf"({YEAR})\s*年\s*({_DAY})\s*月\s*({_DAY})\s*[日号]|(20\d\d)([-/.]) ?(\d{{1,2}})\5 ?(\d{{1,2}})(?!\d)"
_DATE_RE = re.compile(_DATE)
_MONTH_RE = re.compile(rf"({YEAR})\s*年\s*({_DAY})\s*月")
# 2013-2014学年 is the year that ends it.
_YEAR_RE = re.compile(rf"(?:{YEAR}\s*[-—–~～至]{{1,2}}\s*)?({YEAR})\s*学年|({YEAR})\s*年")
_TOLD_YEAR_RE = re.compile(f"(?:{_YEAR_RE.pattern})" + rf"(?!\s*{_DAY}\s*月\s*{_DAY}\s*[日号])")
_BARE_RE = re.compile(
    rf"[^\d一-龥]*(?:{YEAR}\s*年\s*{_DAY}\s*月(?:\s*{_DAY}\s*[日号])?|20\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})"
    r"(?:\s*\d{1,2}[:时]\d\d(?::\d\d|分)?)?[^\d一-龥]*"
)

_STAMP_RE = re.compile(
    r"(?:20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|20\d\d[-/.]\d{1,2}[-/.]\d{1,2})\s*\d{1,2}[:时]\d\d"
)

_TO = (
    r"\s*(?:[零0]时)?(?:起算|算起|起|开始)?\s*,?\s*"
    r"(?:起?[至到]|截[止至]到?|止[于至]|(?:统计|计算|累计)[至到]|[-—–―~－]{1,3})\s*"
)
_PERIOD_RE = re.compile(
    rf"({YEAR})年?(?:度)?({_DAY})月({_DAY})日(?:《[^》]{{1,20}}》)?(?:(?:正式)?(?:施行|实施)(?:之日)?)?(?:{_TO}|起)(?:({YEAR}|同|当|本)年?(?:度)?)?({_DAY})月({_DAY})日"
    rf"|(20\d\d)[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TO}(20\d\d)[-/.](\d{{1,2}})[-/.](\d{{1,2}})"
)
_SHORT_PERIOD_RE = re.compile(rf"(?<!\d)({_DAY})月({_DAY})日{_TO}({YEAR})年(?:度)?({_DAY})月({_DAY})日")
_MONTHS_RE = re.compile(rf"({YEAR})年(?:度)?({_DAY})月?(?:份)?{_TO}(?:({YEAR})年)?({_DAY})月")
# Pages whose tags around 年 and 月 were dropped with them: 自201811日起至20181231日止,
# 2018 11日至2018 12 31日, 2018年11日至2018年1231日.
_TORN_DAY = r"\d{1,2} \d{1,2}|\d{2,4}"
_TORN_PERIOD_RE = re.compile(
    rf"(?<!\d)(20\d\d)(?: ?|年(?=\d+日))({_TORN_DAY})(?:日?{_TO}|日?起)"
    rf"(?:(?:(20\d\d)(?: ?|年(?=\d+日)))?({_TORN_DAY})(?![\d月])|(?:(20\d\d)年)?(\d{{1,2}})月(\d{{1,2}})(?!\d))"
)
_CLOSING_RE = re.compile(
    rf"(?:截[至止]|止于|时间点|核定时间)(?:日期|时间)?[为是到至:]{{0,2}}({YEAR})年({_DAY})月(?:({_DAY})日|[底末])"
)


def read_year(printed: str) -> int:
    """2018 or 二〇一八."""
    return int("".join(_CN_DIGITS.get(character, character) for character in printed))


def _read_day(printed: str) -> int:
    """A month or a day: 12, 十二, 三十一."""
    if printed.isdigit():
        return int(printed)
    tens, ten, ones = printed.rpartition("十")
    return (int(_CN_DIGITS[tens]) if tens else 1 if ten else 0) * 10 + (int(_CN_DIGITS[ones]) if ones else 0)


def _to_iso(year: str | int, month: str, day: str) -> str | None:
    y, m, d = int(year) if isinstance(year, int) else read_year(year), _read_day(month), _read_day(day)
    return f"{y:04}-{m:02}-{d:02}" if 1 <= m <= 12 and 1 <= d <= monthrange(y, m)[1] else None


def _read_torn(year: str, digits: str) -> str | None:
    """The one date that `2018` and `831` can be; None where two can be, as for `111`. A blank parts month and day."""
    if " " in digits:
        return _to_iso(year, *digits.split())
    cuts = range(max(1, len(digits) - 2), min(2, len(digits) - 1) + 1)
    parts = [(digits[:cut], digits[cut:]) for cut in cuts if "0" not in (digits[0], digits[cut])]
    dates = [date for month, day in parts if (date := _to_iso(year, month, day))]
    return dates[0] if len(dates) == 1 else None


def _find_month_end(year: str, month: str) -> str | None:
    """The last day of a month, 2021年12月底."""
    number = _read_day(month)
    return _to_iso(year, month, str(monthrange(read_year(year), number)[1])) if 1 <= number <= 12 else None


def find_date(text: str) -> str | None:
    """The first date of a text, to the day or, where it has only months, `2019-03`."""
    if _DATE_RE.search(text):
        return find_day(text)
    match = _MONTH_RE.search(text)
    if match and 1 <= (month_number := _read_day(match[2])) <= 12:
        return f"{read_year(match[1]):04}-{month_number:02}"
    return None


def find_day(text: str) -> str | None:
    """The first date of a text that names its day."""
    match = _DATE_RE.search(text)
    if match is None:
        return None
    year, month, day, other_year, _, other_month, other_day = match.groups()
    return _to_iso(year or other_year, month or other_month, day or other_day)


def find_stamp(text: str) -> str | None:
    """The first date with a time of day, as pages print when they were published: `2012年03月12日 09时30分`."""
    match = _STAMP_RE.search(text)
    return find_date(match[0]) if match else None


def is_date(text: str) -> bool:
    """Whether a line is nothing but a date, brackets and a time of day aside."""
    return len(text) <= 40 and _BARE_RE.fullmatch(text) is not None


def find_year(text: str) -> int | None:
    """The first year of a text."""
    match = _YEAR_RE.search(text)
    return read_year(match[1] or match[2]) if match else None


def find_told_year(text: str) -> int | None:
    """The first year of a text that is no part of a date, `2010年,我县…`."""
    match = _TOLD_YEAR_RE.search(text)
    return read_year(match[1] or match[2]) if match else None


def find_period(text: str) -> Period | None:
    """The first period of a text: two dates, or two months; a year printed once counts for both."""
    match = _PERIOD_RE.search(text)
    if match:
        a, b = match.groups()[:6], match.groups()[6:]
        year, month, day, end_year, end_month, end_day = a if a[0] else b
        end_year = year if end_year in (None, "同", "当", "本") else end_year
        return Period(_to_iso(year, month, day), _to_iso(end_year, end_month, end_day))
    match = _SHORT_PERIOD_RE.search(text)
    if match:
        month, day, year, end_month, end_day = match.groups()
        return Period(_to_iso(year, month, day), _to_iso(year, end_month, end_day))
    match = _MONTHS_RE.search(text)
    if match:
        year, month, end_year, end_month = match.groups()
        return Period(_to_iso(year, month, "1"), _find_month_end(end_year or year, end_month))
    match = _TORN_PERIOD_RE.search(text)
    if match:
        year, digits, end_year, end_digits, whole_year, month, day = match.groups()
        start = _read_torn(year, digits)
        end = _read_torn(end_year or year, end_digits) if end_digits else _to_iso(whole_year or year, month, day)
        return Period(start, end) if start and end else None
    return None


def find_closing_date(text: str) -> str | None:
    """The date up to which the data reach: `截止日期为2019年12月31日`."""
    match = _CLOSING_RE.search(text)
    if match is None:
        return None
    year, month, day = match.groups()
    return _to_iso(year, month, day) if day else _find_month_end(year, month)
