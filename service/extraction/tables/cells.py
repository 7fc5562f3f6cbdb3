"""What one cell of a table says, and the cells and lines that a text is taken apart into.

In: the text of one cell. Out: a number with its own unit, a blank mark, 不适用, or None where it holds words. Nothing
is said here of where cells begin and end; see `service.extraction.tables.grids`.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from service.extraction.numerals import read_number
from service.extraction.record import Draft, Record
from service.extraction.report import Status

CellKind = Literal["words", "figure", "blank", "soft"]


class Cell(Draft):
    """``text[start:end]`` in the field ``column`` of a row. ``soft`` is an empty line, which may stand for a blank."""

    kind: CellKind
    start: int
    end: int
    line: int = -1
    column: int = -1


class Line(Draft):
    """One line: ``row`` where delimiters show its cells, ``open`` where blanks or line ends do, else ``empty``."""

    kind: Literal["row", "open", "empty"]
    number: int
    start: int
    end: int
    cells: list[Cell]


class CellValue(Record):
    """What a cell says: a number with its own unit, 无 (zero), a blank mark or 不适用."""

    status: Status
    value: Decimal | None = None
    unit: str | None = None


UNITS = "亿元|万元|千元|元|人次|件次|条次|件|条|次|项|个|篇|人|宗|起|部|家|场|期|份"
SIGNS = "[+\\-\u2212\u2013±]|增加|增长|新增|净增|增|减少|下降|减|负"
_NUMERALS = "零〇一二两三四五六七八九十百千"
_FIGURE_RE = re.compile(
    rf"(?P<sign>{SIGNS})?\s*(?P<number>[\d{_NUMERALS}][\d,. {_NUMERALS}万亿]{{0,30}}?)\s*(?P<unit>{UNITS})?\s*[。.;]?"
)
# Two figures in one field, of two cells that were joined: 0 198 is not 198, nor is 198 198 a number.
_JOINED_RE = re.compile(r"0 .*|(\d{3}) \1")
# How a blank is said, by offices and by programs.
BLANK_WORDS = "不适用|无此项|不涉及|无|NaN|nan|None"
_BLANK_MARK_RE = re.compile(rf"[-—―─–_/\\·*]{{1,12}}|空|空白|{BLANK_WORDS}")
_NOT_APPLICABLE = frozenset(("不适用", "无此项", "不涉及"))
_NEGATIVE = frozenset(("-", "\u2212", "\u2013", "减少", "下降", "减", "负"))


@lru_cache(maxsize=8192)
def read_cell(text: str) -> CellValue | None:
    """What a whole cell says, or None where it holds words."""
    text = text.strip()
    if not text:
        return CellValue("blank")
    if text.isascii() and text.isdecimal() and len(text) < 13:
        return CellValue("reported", Decimal(text))
    if _BLANK_MARK_RE.fullmatch(text):
        if text == "无":
            return CellValue("reported", Decimal(0))
        return CellValue("not_applicable" if text in _NOT_APPLICABLE else "blank")
    match = _FIGURE_RE.fullmatch(text)
    number = read_number(match["number"]) if match and not _JOINED_RE.fullmatch(match["number"]) else None
    if match is None or number is None:
        return None
    return CellValue("reported", -number.value if match["sign"] in _NEGATIVE else number.value, match["unit"])


def kind_of(text: str) -> CellKind:
    value = read_cell(text)
    return "words" if value is None else "blank" if value.value is None else "figure"


def has_columns(cells: Iterable[Cell]) -> bool:
    """Whether two fields or more of a line hold something."""
    return sum(cell.start < cell.end for cell in cells) > 1
