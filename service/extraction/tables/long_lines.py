"""Long lines that hold whole tables: every line end was lost.

In: a line. Out: its fields or words as lines of their own; none where it holds no table. What they name is not asked.
"""

import re
from collections.abc import Iterator

from service.extraction.tables.cells import Cell, Line, kind_of
from service.extraction.tables.open_lines import OPEN_RE
from service.extraction.tables.pipes import RULE_RE, drop_openers

# A report is one line: 第二十条第（五）项 信息内容 本年处理决定数量 行政许可 3 …
LONG_LINE = 300
_MANY_PIPES = 40
_MANY_LONE = 10
_FEW_ROWS = 3
# A figure, and the label of the next row behind it.
_NEXT_ROW_RE = re.compile(r"\t[+-]?[\d,.]+\t+(?=[^\s\d]{3})")
_FEW_WIDE = 50
_LONG_LABEL = 60
_FIGURE_AHEAD_RE = re.compile(r"\s*(?:\d[\d,]*(?:\.\d+)?|[-—/]{1,4})(?=\s+[^\W\d]|\s+[(（\d])")
_LONE_RE = re.compile(r"\d(?<=\s\d)[\d,.]*(?=\s)")
_FLAT_RE = re.compile(r"(?:\d{1,2}[.、．]\s)?\S+")


def split_delimited(content: str, line: Line) -> list[Line]:
    """The fields of a line that holds whole tables, between pipes or tabs."""
    delimiter = "|" if "|" in content else "\t"
    if not _holds_tables(content, delimiter):
        return []
    lines: list[Line] = []
    for start, words in _find_fields(content, line.start, delimiter):
        number = line.number + len(lines)
        kind = kind_of(words)
        is_whole = kind != "words" or (len(words) < _LONG_LABEL and not OPEN_RE.search(words))
        cells = [Cell(kind, start, start + len(words), number)] if is_whole else []
        lines.append(Line("open", number, start, start + len(words), cells))
    return drop_openers(lines)


def _holds_tables(content: str, delimiter: str) -> bool:
    if delimiter == "|":
        return content.count(delimiter) > _MANY_PIPES
    return len(_NEXT_ROW_RE.findall(content)) > _FEW_ROWS


def _find_fields(content: str, at: int, delimiter: str) -> Iterator[tuple[int, str]]:
    """Where the words of each field begin, and the words.

    Between ``| 3 |`` and ``| 规章 |`` of the next row an empty field may stand, or no pipe at all: ``| 3 规章 |``.
    """
    for field in content.split(delimiter):
        ahead = _FIGURE_AHEAD_RE.match(field)
        for first, last in ((0, ahead.end()), (ahead.end(), len(field))) if ahead else ((0, len(field)),):
            words = field[first:last].strip()
            if not words or not RULE_RE.fullmatch(words):
                yield at + (field.index(words, first) if words else last), words
        at += len(field) + 1


def split_flat(content: str, line: Line) -> list[Line]:
    """The words of a line that holds whole tables, each cell between two blanks.

    A number stays with what it counts: ``2. 其他法律行政法规禁止公开``.
    """
    if content.count("  ") * _FEW_WIDE > len(content) or len(_LONE_RE.findall(content)) < _MANY_LONE:
        return []
    return [
        Line("open", line.number + i, line.start + match.start(), line.start + match.end(), [])
        for i, match in enumerate(_FLAT_RE.finditer(content))
    ]
