"""Text as lines of cells, whatever flattened the table: tabs, pipes, aligned blanks or one cell a line.

In: a text (a source's view, in which HTML tables already are tabbed lines). Out: lines with their cells: words,
figures and blanks, each with its place. A line is a `row` where delimiters hold its cells apart, else `open`.
Nothing is said here of what a word names; whether a figure stands in a table is for `alignment`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from service.extraction.tables.cells import Cell, Line, kind_of
from service.extraction.tables.halves import part_halves
from service.extraction.tables.merged import drop_covered, drop_repeated
from service.extraction.tables.pipes import (
    RULE_RE,
    are_rows_torn,
    drop_openers,
    drop_padding,
    find_outer,
    piped_cells,
    split_piped,
)

_PIPES = "│┃║¦"
_TABS_RE = re.compile(r"\t+")
_FEW_ODD = 20
# Where line ends were lost a report is one line: 第二十条第（五）项 信息内容 本年处理决定数量 行政许可 3 …
_LONG_LINE = 300
_MANY_LONE = 10
_MANY_PIPES = 40
_FEW_WIDE = 50
_LONE_RE = re.compile(r"\d(?<=\s\d)[\d,.]*(?=\s)")
_FLAT_RE = re.compile(r"(?:\d{1,2}[.、．]\s)?\S+")
# Lines of grids drawn in characters, whose rules have no pipe: ├────┼────┤, +----+----+.
_DRAWN = ("─", "━", "═", "+-", "+=")


def find_lines(text: str) -> list[Line]:
    """The lines of a text. The cells of delimited lines are found; `split_open` splits the others on demand."""
    for pipe in _PIPES:
        text = text.replace(pipe, "|")
    contents = text.split("\n")
    is_torn = "|" in text and are_rows_torn(contents)
    lines: list[Line] = []
    for kind, block in groupby(_read_lines(text, contents, is_torn), key=attrgetter("kind")):
        rows = list(block)
        if kind == "row":
            rows = part_halves(text, rows)
            drop_covered(text, rows)
            drop_repeated(text, rows)
        lines += rows
    return drop_openers(lines) if is_torn else lines


def _read_lines(text: str, contents: list[str], is_torn: bool) -> Iterator[Line]:
    offset = 0
    is_closed, in_rows = True, False
    outer = find_outer(contents) if "|" in text else []
    ends = list(map(len, contents))
    moved = drop_padding(contents, is_torn) if "||" in text else set()
    tabs = _choose_tabs(text)
    is_drawn = any(mark in text for mark in _DRAWN)
    added = 0
    for index, content in enumerate(contents):
        number = index + added
        line = Line("open", number, offset, offset + ends[index], [])
        offset += ends[index] + 1
        if is_drawn and RULE_RE.fullmatch(content):
            continue
        if "|" in content or ("\t" in content and not _is_indented(content, is_torn)):
            if RULE_RE.fullmatch(content):
                continue
            if len(content) >= _LONG_LINE and content.count("|") > _MANY_PIPES:
                piped = split_piped(content, line)
                yield from drop_openers(piped)
                added += len(piped) - 1
                continue
            around = outer[index] if outer else (False, False)
            fields = _find_fields(content, line.start, around, tabs)
            is_cells = (is_torn or index in moved) and "|" in content
            # Between rows a line with one field holds the first words of the next one's label: | （一）主动公开政府 |.
            in_rows = not is_cells and ((in_rows and all(around)) or _is_row(content, fields, in_rows))
            if in_rows:
                line.kind = "row"
                line.cells = [
                    Cell(kind_of(words), first, first + len(words), number, i)
                    for i, (first, words) in enumerate(fields)
                ]
                is_closed = True
            else:
                is_closed = piped_cells(content, line, is_closed)
        elif not content or content.isspace():
            if ends[index] > len(content):
                # Nothing but pipes that filled up the row before.
                continue
            line.kind = "empty"
        elif outer and not in_rows and index + 1 < len(contents) and contents[index + 1].lstrip().startswith("|"):
            # The pipe that closes this cell stands on the next line.
            is_closed = piped_cells(content, line, is_closed)
        elif len(content) >= _LONG_LINE and (flat := _split_flat(content)):
            for first, last in flat:
                yield Line("open", index + added, line.start + first, line.start + last, [])
                added += 1
            continue
        yield line


def _is_row(content: str, fields: list[tuple[int, str]], in_rows: bool) -> bool:
    """Whether a delimited line is a row of a grid; with pipes it may be one cell of a column of cells."""
    return "|" not in content or (in_rows and len(fields) > 1) or sum(bool(words) for _, words in fields) > 1


def _is_indented(content: str, is_torn: bool) -> bool:
    """Whether the tabs of a line only indent a sentence, or a cell that a pipe closes."""
    return (is_torn or "。" in content) and "\t" not in content.strip()


def _choose_tabs(text: str) -> str:
    """What parts the cells of tabbed lines: two tabs where nearly all runs are even, as some page readers write."""
    if "\t\t" not in text:
        return "\t"
    counts = Counter(len(run) % 2 for run in _TABS_RE.findall(text))
    return "\t\t" if counts[1] * _FEW_ODD < counts[0] else "\t"


def _find_fields(line: str, offset: int, outer: tuple[bool, bool], tabs: str) -> list[tuple[int, str]]:
    """The fields of a delimited line: where the words of each begin, and the words."""
    delimiter = "|" if "|" in line else tabs
    if delimiter == "|":
        start = line.index("|") + 1 if outer[0] else 0
        line = line[: max(start, line.rindex("|"))] if outer[1] else line
        line = line[start:]
        offset += start
    fields = []
    for field in line.split(delimiter):
        words = field.strip()
        # An empty field stands where its blanks end.
        fields.append((offset + (field.index(words) if words else len(field)), words))
        offset += len(field) + len(delimiter)
    return fields


def _split_flat(content: str) -> list[tuple[int, int]]:
    """The words of a long line that holds whole tables, each cell between two blanks: every line end was lost.

    A number stays with what it counts: ``2. 其他法律行政法规禁止公开``.
    """
    if content.count("  ") * _FEW_WIDE > len(content):
        return []
    if len(_LONE_RE.findall(content)) < _MANY_LONE:
        return []
    return [match.span() for match in _FLAT_RE.finditer(content)]
