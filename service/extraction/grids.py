"""Text as lines of cells, whatever flattened the table: tabs, pipes, aligned blanks or one cell a line.

In: a text (a source's view, in which HTML tables already are tabbed lines). Out: lines with their cells: words,
figures and blanks, each with its place. A line is a `row` where delimiters hold its cells apart, else `open`.
Nothing is said here of what a word names; whether a figure stands in a table is for `alignment`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, pairwise
from operator import attrgetter, eq
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


_UNITS = "亿元|万元|千元|元|人次|件次|条次|件|条|次|项|个|篇|人|宗|起|部|家|场|期|份"
_SIGNS = "[+\\-\u2212\u2013±]|增加|增长|新增|净增|增|减少|下降|减|负"
_NUMERALS = "零〇一二两三四五六七八九十百千"
_FIGURE_RE = re.compile(
    rf"(?P<sign>{_SIGNS})?\s*(?P<number>[\d{_NUMERALS}][\d,. {_NUMERALS}万亿]{{0,30}}?)\s*(?P<unit>{_UNITS})?\s*[。.]?"
)
_OPEN_FIGURE = rf"(?:{_SIGNS})?\d[\d,]*(?:\.\d+)?(?:[ ]?[万亿]?(?:{_UNITS}))?(?:。|\.(?=\s*$))?"
_OPEN_BLANK = r"[-—―─–/\\]{1,6}|不适用|无此项|不涉及|无"
_OPEN_RE = re.compile(rf"(?<!\S)(?:(?P<figure>{_OPEN_FIGURE})|(?P<blank>{_OPEN_BLANK}))(?!\S)", re.MULTILINE)
# What a cell begins with is asked before what must stand before it.
_GLUED_RE = re.compile(
    r"(?=[\d+\-\u2212–±增新净减下负—―─/])"
    rf"(?<=[^\d\s.,+\-−–/:：年第])(?:(?P<figure>{_OPEN_FIGURE})|[-—―─/]{{1,4}})$"
)
# A figure is no longer; to look for the end of a line in all of it costs more than to read it.
_LONGEST_GLUED = 40
_GLUED_ENDS = frozenset(_UNITS.replace("|", "") + ",.。-—―─/")
_BLANK_MARK_RE = re.compile(r"[-—―─–_/\\·*]{1,12}|空|空白|无此项|不适用|不涉及|无")
_NOT_APPLICABLE = frozenset(("不适用", "无此项", "不涉及"))
_NEGATIVE = frozenset(("-", "\u2212", "\u2013", "减少", "下降", "减", "负"))
_WORDS_RE = re.compile(r"\S+(?: \S+)*")
_REMARK_RE = re.compile(r"[(（][^()（）]*[)）]")
_PIPES = "│┃║¦"
_TABS_RE = re.compile(r"\t+")
_BLANK_BEFORE_RE = re.compile(r"^\|(?:\s*\d|\s+\|)", re.MULTILINE)
_PADDING_RE = re.compile(r"(?:^|\| )(\|{2,})$")
_FEW_ODD = 20
# A heading of the text above a table stands as a label does.
_FEW_OTHERS = 5
# Where line ends were lost a report is one line: 第二十条第（五）项 信息内容 本年处理决定数量 行政许可 3 …
_LONG_LINE = 300
_MANY_LONE = 10
_MANY_PIPES = 40
_LONG_LABEL = 60
_FIGURE_AHEAD_RE = re.compile(r"\s*(?:\d[\d,]*(?:\.\d+)?|[-—/]{1,4})(?=\s+[^\W\d]|\s+[(（\d])")
_FEW_WIDE = 50
_LONE_RE = re.compile(r"\d(?<=\s\d)[\d,.]*(?=\s)")
_FLAT_RE = re.compile(r"(?:\d{1,2}[.、．]\s)?\S+")
_JOINTS = "┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛"
_RULE_RE = re.compile(rf"[\s|:+{_JOINTS}]*+(?:[-=─━═]{{3,}}+[\s|:+{_JOINTS}]*+)+")
# Lines of grids drawn in characters, whose rules have no pipe: ├────┼────┤, +----+----+.
_DRAWN = ("─", "━", "═", "+-", "+=")


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
    number = read_number(match["number"]) if match else None
    if match is None or number is None:
        return None
    return CellValue("reported", -number.value if match["sign"] in _NEGATIVE else number.value, match["unit"])


def _kind_of(text: str) -> CellKind:
    value = read_cell(text)
    return "words" if value is None else "blank" if value.value is None else "figure"


def _find_piped(contents: list[str]) -> Iterator[tuple[int, int]]:
    """Where lines with pipes follow each other, ``[first, last)``."""
    first = 0
    while first < len(contents):
        last = first
        while last < len(contents) and "|" in contents[last]:
            last += 1
        if last > first:
            yield first, last
        first = last + 1


def _find_outer(contents: list[str]) -> list[tuple[bool, bool]]:
    """For each line whether a pipe at its start and one at its end stand around no field: as in all lines around it."""
    outer = [(False, False)] * len(contents)
    for first, last in _find_piped(contents):
        block = [content.strip() for content in contents[first:last]]
        ends = all(line[0] == "|" for line in block), all(line[-1] == "|" for line in block)
        outer[first:last] = [ends] * (last - first)
    return outer


def _drop_padding(contents: list[str], is_torn: bool) -> set[int]:
    """Cut off the pipes that only fill a row up to the width of its table; the lines whose fields may be others then.

    Some readers of web pages do not keep merged cells in place but write pipes without blanks behind the last cell:
    ``一、本年新收政府信息公开申请数量 | 3 | 3 | |||||||``. Some of them drop blank cells too, as here: where no field
    before a figure is blank, a row that is short of fields may have lost any of its cells.
    """
    moved: set[int] = set()
    has_blanks = is_torn and bool(_BLANK_BEFORE_RE.search("\n".join(contents)))
    for first, last in _find_piped(contents):
        block = [content.rstrip() for content in contents[first:last]]
        pads = [_PADDING_RE.search(line) for line in block]
        cut = [line[: match.start(1)] if match else line for line, match in zip(block, pads, strict=True)]
        if not any(pads) or any("||" in line for line in cut):
            continue
        width = max(line.count("|") for line in block)
        is_lossy = not (has_blanks if is_torn else _has_blanks(cut))
        has_whole = any(line.count("|") == width and not line.endswith("| |") and _ends_in_figure(line) for line in cut)
        for i, line in enumerate(cut):
            # Behind the labels of a row with two of them one pipe may be all that there is to fill up.
            is_full = not pads[i] and line.count("|") == width and (is_lossy or not has_whole)
            if (line.endswith("| |") and (is_torn or is_full)) or (is_torn and is_lossy and line == "|"):
                cut[i] = line[:-1]
        if is_lossy and not is_torn and any(line.count("|") < width and _ends_in_figure(line) for line in cut):
            moved |= set(range(first, last))
            if all(line.lstrip().startswith("|") for line in cut):
                # The pipe that opens a row closes no cell.
                cut = [line.replace("|", " ", 1) for line in cut]
        contents[first:last] = cut
    return moved


def _ends_in_figure(row: str) -> bool:
    return _kind_of(row.rstrip(" |").rpartition("|")[2]) == "figure"


def _has_blanks(rows: Sequence[str]) -> bool:
    """Whether a row has a blank field before a figure."""
    return any("| |" in row.rstrip(" |") and _ends_in_figure(row) for row in rows)


def _are_rows_torn(contents: list[str]) -> bool:
    """Whether rows and lines are not the same: pipes close single cells, or figures stand in lines without a label."""
    rows = torn = 0
    for content in contents:
        if "|" not in content or _RULE_RE.fullmatch(content):
            continue
        kinds = [_kind_of(field) for field in content.split("|") if field.strip()]
        if len(kinds) > 1 and "figure" in kinds:
            rows += 1
            torn += "words" not in kinds
        elif len(kinds) < 2:
            torn += content.count("|") == 1
    return 2 * torn > rows


def _drop_openers(lines: list[Line]) -> None:
    """Drop the blank cells before labels where pipes open the rows: there is one before every label below figures."""
    cells = [cell for line in lines for cell in line.cells]
    openers: set[int] = set()
    opened = others = 0
    has_figures = False
    for before, cell in pairwise(cells):
        has_figures = has_figures or before.kind == "figure"
        if cell.kind != "words":
            continue
        if before.kind == "blank":
            openers.add(id(before))
        if has_figures:
            opened += before.kind == "blank"
            others += before.kind != "blank"
        has_figures = False
    if opened > _FEW_OTHERS * others:
        for line in lines:
            line.cells = [cell for cell in line.cells if id(cell) not in openers]


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


def _piped_cells(content: str, line: Line, is_closed: bool) -> bool:
    """The cells of a line that is no row: a pipe closes the cell before it, an empty one where none is open."""
    at = line.start
    for field in content.split("|"):
        words = field.strip()
        if words:
            first = at + field.index(words)
            line.cells.append(Cell(_kind_of(words), first, first + len(words), line.number))
            is_closed = False
        at += len(field) + 1
        if at <= line.start + len(content):
            if is_closed:
                line.cells.append(Cell("blank", at - 1, at - 1, line.number))
            is_closed = True
    return is_closed


def _is_row(content: str, fields: list[tuple[int, str]], in_rows: bool) -> bool:
    """Whether a delimited line is a row of a grid; with pipes it may be one cell of a column of cells."""
    return "|" not in content or (in_rows and len(fields) > 1) or sum(bool(words) for _, words in fields) > 1


def _is_indented(content: str) -> bool:
    """Whether the tabs of a line only indent a sentence."""
    return "。" in content and "\t" not in content.strip()


def _words_of(text: str, line: Line) -> list[str]:
    return [text[cell.start : cell.end] for cell in line.cells]


def _find_covered(text: str, rows: list[Line]) -> set[int]:
    """The fields that are empty in all rows of a table, or say again what stands left of them."""
    covered = set(range(1, len(rows[0].cells)))
    for line in rows:
        words = _words_of(text, line)
        covered = {field for field in covered if not words[field] or words[field] == words[field - 1]}
        if not covered:
            break
    return covered


def _drop_covered(text: str, rows: list[Line]) -> None:
    """Drop the fields that merged cells cover in all rows of a table, where its heads stand in it.

    Each column of a form has a head of its own. That may be wrong, 总计|总计 over two columns: a reader that says
    merged cells again has a row with one title in most of its fields, 申请人情况 or 第二十条第（一）项.
    """
    width = len(rows[0].cells)
    if any(len(line.cells) != width for line in rows) or not (covered := _find_covered(text, rows)):
        return
    contents = [_words_of(text, line) for line in rows]
    filled = {cell.column for line in rows for cell in line.cells if cell.kind == "figure"}
    titles = [
        words
        for words, line in zip(contents, rows, strict=True)
        if all(cell.kind != "figure" for cell in line.cells) and any(words)
    ]
    if not any(2 * words.count(max(words, key=words.count)) > len(words) for words in titles if all(words)):
        covered = {field for field in covered if not any(words[field] for words in contents)}
    if any(len({words[field] for field in filled} - {""}) > 1 for words in titles):
        for line in rows:
            line.cells = [cell for cell in line.cells if cell.column not in covered]
            for column, cell in enumerate(line.cells):
                cell.column = column


def _drop_repeated(text: str, rows: list[Line]) -> None:
    """Drop what a reader says again in every field that a merged cell covers: labels, and figures where heads do so.

    Below a row that says one thing throughout (第二十条第（五）项) equal figures below equal heads are one cell:
    本年处理决定数量|本年处理决定数量 over 12|12.
    """
    # The fields in which the heads are said again; None while there was no such row.
    repeated: frozenset[int] | None = None
    for line in rows:
        cells = line.cells
        if not repeated and (len(cells) < 2 or cells[1].kind != "words"):
            continue
        words = _words_of(text, line)
        if repeated is None and not any(map(eq, words, words[1:])):
            continue
        again = {cell.column for cell, left, right in zip(cells[1:], words, words[1:], strict=False) if left == right}
        if sum(cell.kind == "words" for cell in cells) > 1 and not any(cell.kind == "figure" for cell in cells):
            is_title = len(cells) > 2 and len(again) == len(cells) - 1
            heads = {cell.column for cell in cells if cell.kind == "words"}
            repeated = frozenset(again & heads) if is_title or repeated is not None else None
        line.cells = [
            cell
            for cell in cells
            if cell.column not in again or not (cell.kind == "words" or (repeated and cell.column in repeated))
        ]


def _split_flat(content: str) -> list[tuple[int, int]]:
    """The words of a long line that holds whole tables, each cell between two blanks: every line end was lost.

    A number stays with what it counts: ``2. 其他法律行政法规禁止公开``.
    """
    if content.count("  ") * _FEW_WIDE > len(content):
        return []
    if len(_LONE_RE.findall(content)) < _MANY_LONE:
        return []
    return [match.span() for match in _FLAT_RE.finditer(content)]


def _split_piped(content: str, line: Line) -> list[Line]:
    """The fields of a line that holds whole piped tables, each as a line of its own: every line end was lost.

    Between ``| 3 |`` and ``| 规章 |`` of the next row an empty field may stand, or no pipe at all: ``| 3 规章 |``.
    """
    lines: list[Line] = []
    at = line.start
    for field in content.split("|"):
        ahead = _FIGURE_AHEAD_RE.match(field)
        for first, last in ((0, ahead.end()), (ahead.end(), len(field))) if ahead else ((0, len(field)),):
            words = field[first:last].strip()
            if words and _RULE_RE.fullmatch(words):
                continue
            start = at + (field.index(words, first) if words else last)
            number = line.number + len(lines)
            kind = _kind_of(words)
            is_whole = kind != "words" or (len(words) < _LONG_LABEL and not _OPEN_RE.search(words))
            cells = [Cell(kind, start, start + len(words), number)] if is_whole else []
            lines.append(Line("open", number, start, start + len(words), cells))
        at += len(field) + 1
    return lines


def find_lines(text: str) -> list[Line]:
    """The lines of a text. The cells of delimited lines are found; `split_open` splits the others on demand."""
    for pipe in _PIPES:
        text = text.replace(pipe, "|")
    contents = text.split("\n")
    is_torn = "|" in text and _are_rows_torn(contents)
    lines = list(_read_lines(text, contents, is_torn))
    for _, block in groupby(lines, key=attrgetter("kind")):
        rows = list(block)
        if rows[0].kind == "row":
            _drop_covered(text, rows)
            _drop_repeated(text, rows)
    if is_torn:
        _drop_openers(lines)
    return lines


def _read_lines(text: str, contents: list[str], is_torn: bool) -> Iterator[Line]:
    offset = 0
    is_closed, in_rows = True, False
    outer = _find_outer(contents) if "|" in text else []
    ends = list(map(len, contents))
    moved = _drop_padding(contents, is_torn) if "||" in text else set()
    tabs = _choose_tabs(text)
    is_drawn = any(mark in text for mark in _DRAWN)
    added = 0
    for index, content in enumerate(contents):
        number = index + added
        line = Line("open", number, offset, offset + ends[index], [])
        offset += ends[index] + 1
        if is_drawn and _RULE_RE.fullmatch(content):
            continue
        if "|" in content or ("\t" in content and not _is_indented(content)):
            if _RULE_RE.fullmatch(content):
                continue
            if len(content) >= _LONG_LINE and content.count("|") > _MANY_PIPES:
                piped = _split_piped(content, line)
                _drop_openers(piped)
                yield from (part for part in piped if part.cells or part.end > part.start)
                added += len(piped) - 1
                continue
            fields = _find_fields(content, line.start, outer[index] if outer else (False, False), tabs)
            is_cells = (is_torn or index in moved) and "|" in content
            in_rows = not is_cells and _is_row(content, fields, in_rows)
            if in_rows:
                line.kind = "row"
                line.cells = [
                    Cell(_kind_of(words), first, first + len(words), number, i)
                    for i, (first, words) in enumerate(fields)
                ]
                is_closed = True
            else:
                is_closed = _piped_cells(content, line, is_closed)
        elif not content or content.isspace():
            if ends[index] > len(content):
                # Nothing but pipes that filled up the row before.
                continue
            line.kind = "empty"
        elif outer and not in_rows and index + 1 < len(contents) and contents[index + 1].startswith("|"):
            # The pipe that closes this cell stands on the next line.
            is_closed = _piped_cells(content, line, is_closed)
        elif len(content) >= _LONG_LINE and (flat := _split_flat(content)):
            for first, last in flat:
                yield Line("open", index + added, line.start + first, line.start + last, [])
                added += 1
            continue
        yield line


def split_open(text: str, start: int, end: int, number: int) -> list[Cell]:
    """Words and figures of a stretch without delimiters; a figure is what stands between blanks."""
    cells: list[Cell] = []
    last = start
    remarks = [match.span() for match in _REMARK_RE.finditer(text, start, end)]
    for match in _OPEN_RE.finditer(text, start, end):
        if any(first < match.start() < stop for first, stop in remarks):
            continue
        _add_words(cells, text, last, match.start(), number)
        cells.append(Cell("blank" if match["blank"] and match["blank"] != "无" else "figure", *match.span(), number))
        last = match.end()
    _add_words(cells, text, last, end, number)
    return cells


def _add_words(cells: list[Cell], text: str, start: int, end: int, number: int) -> None:
    """Words between figures; two blanks or more part them."""
    for match in _WORDS_RE.finditer(text, start, end):
        cells.append(Cell("words", match.start(), match.end(), number))


def split_glued(text: str, cell: Cell) -> tuple[Cell, Cell] | None:
    """Words and the figure glued to their end: ``收到申请数件223``."""
    last = text[cell.end - 1]
    ends = text[max(cell.start, cell.end - _LONGEST_GLUED) : cell.end]
    match = _GLUED_RE.search(ends) if last in _GLUED_ENDS or last.isdecimal() else None
    if match is None:
        return None
    cut = cell.end - len(ends) + match.start()
    kind: CellKind = "figure" if match["figure"] else "blank"
    return Cell("words", cell.start, cut, cell.line), Cell(kind, cut, cell.end, cell.line)
