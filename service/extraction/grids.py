"""Tables as a stream of cells, whatever flattened them: tabs, pipes, aligned blanks or one cell a line.

In: a text (a source's view, in which HTML tables already are tabbed lines). Out: tokens in reading order: the
words and figures of cells, blanks that a delimiter or an empty line shows, and the row that each stands in where the
layout has rows. Nothing is said here of what a word names; whether a figure stands in a table is for `forms`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

TokenKind = Literal["text", "figure", "blank", "soft"]


@dataclass(slots=True)
class Token:
    """``text[start:end]`` and its kind; ``row`` numbers the delimited row, ``column`` its field; -1 without delimiters.

    ``blank`` is an empty field or a blank mark, ``soft`` an empty line, which may stand for a blank cell.
    """

    kind: TokenKind
    start: int
    end: int
    row: int = -1
    column: int = -1


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell says: a number with its own unit, 无 (zero), a blank mark or 不适用."""

    status: Literal["reported", "blank", "not_applicable"]
    value: Decimal | None = None
    unit: str | None = None


_UNITS = "亿元|万元|千元|元|人次|件|条|次|项|个|篇|人|宗|起|部|家|场|期|份"
_SIGNS = "[+\\-−±]|增加|增长|新增|净增|增|减少|下降|减|负"
_FIGURE_RE = re.compile(
    rf"(?P<sign>{_SIGNS})?\s*(?P<number>\d[\d,]*(?:[ ]\d[\d,]*)*(?:\.[ ]?\d+)?)"
    rf"\s*(?P<scale>[万亿])?\s*(?P<unit>{_UNITS})?\s*[。.]?"
)
_PLAIN_FIGURE_RE = re.compile(rf"(?<!\S)(?:{_SIGNS})?\d[\d,]*(?:\.\d+)?(?:[ ]?[万亿]?(?:{_UNITS}))?[。.]?(?!\S)")
_BLANK_MARK_RE = re.compile(r"[-—―─–_/\\·.*]{1,12}|空|空白|无此项|不适用|不涉及|无")
_PLAIN_BLANK_RE = re.compile(r"(?<!\S)(?:[-—―─–/\\]{1,6}|不适用|无此项|不涉及|无)(?!\S)")
_NOT_APPLICABLE = frozenset(("不适用", "无此项", "不涉及"))
_NEGATIVE = frozenset(("-", "−", "减少", "下降", "减", "负"))
_SCALES = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_PIPES_RE = re.compile("[│┃║¦]")
_RULE_RE = re.compile(r"[\s|:+]*(?:[-─━═]{3,}[\s|:+]*)+")
_BLANKS_RE = re.compile(r" {2,}")


@lru_cache(maxsize=8192)
def read_cell(text: str) -> CellValue | None:
    """What a whole cell says, or None where it holds words."""
    if text.isascii() and text.isdigit():
        return CellValue("reported", Decimal(text))
    text = text.strip()
    if not text:
        return CellValue("blank")
    if _BLANK_MARK_RE.fullmatch(text):
        if text == "无":
            return CellValue("reported", Decimal(0))
        return CellValue("not_applicable" if text in _NOT_APPLICABLE else "blank")
    match = _FIGURE_RE.fullmatch(text)
    if match is None:
        return None
    number = Decimal(match["number"].replace(",", "").replace(" ", ""))
    unit, scale = match["unit"], match["scale"]
    if unit in ("亿元", "万元", "千元"):
        unit, scale = unit, None
    value = number * _SCALES[scale]
    return CellValue("reported", -value if match["sign"] in _NEGATIVE else value, unit)


def _find_fields(line: str, offset: int) -> list[tuple[int, int]]:
    """The fields of a delimited line, trimmed; the outer pipes of a line stand around no field."""
    delimiter = "\t"
    start, end = 0, len(line)
    if "|" in line:
        delimiter = "|"
        stripped = line.strip()
        start += line.index(stripped) + stripped.startswith("|")
        end = max(start, len(line.rstrip()) - stripped.endswith("|"))
    fields = []
    while True:
        stop = line.find(delimiter, start, end)
        stop = end if stop < 0 else stop
        field = line[start:stop]
        first = start + len(field) - len(field.lstrip())
        fields.append((offset + first, offset + max(first, start + len(field.rstrip()))))
        if stop == end:
            return fields
        start = stop + 1


def _row_tokens(text: str, line: str, offset: int, row: int) -> Iterator[Token]:
    for column, (start, end) in enumerate(_find_fields(line, offset)):
        value = read_cell(text[start:end])
        kind: TokenKind = "text" if value is None else "blank" if value.value is None else "figure"
        yield Token(kind, start, end, row, column)


def _plain_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """Words and figures of a stretch without delimiters: figures stand apart, words in between."""
    value = read_cell(text[start:end])
    if value is not None:
        yield Token("blank" if value.value is None else "figure", start, end)
        return
    last = start
    for match in _PLAIN_FIGURE_RE.finditer(text, start, end):
        if text[last : match.start()].strip():
            yield Token("text", last, match.start())
        yield Token("figure", match.start(), match.end())
        last = match.end()
    if text[last:end].strip():
        yield Token("text", last, end)


def find_tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of ``text[start:end]``, whole lines."""
    tokens: list[Token] = []
    text = _PIPES_RE.sub("|", text)
    offset = start
    row = 0
    for line in text[start:end].split("\n"):
        if "\t" in line or "|" in line:
            if not _RULE_RE.fullmatch(line):
                tokens += _row_tokens(text, line, offset, row)
                row += 1
        elif not line or line.isspace():
            tokens.append(Token("soft", offset, offset))
        else:
            tokens += _plain_tokens(text, offset + len(line) - len(line.lstrip()), offset + len(line.rstrip()))
        offset += len(line) + 1
    return tokens
