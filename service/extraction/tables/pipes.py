"""Pipes that stand for no field: those around rows, behind them, and those that close single cells.

In: the lines of a text with pipes. Out: which of their pipes part fields, and the cells of lines that are no rows.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.extraction.tables.cells import Cell, Line, kind_of

_BLANK_BEFORE_RE = re.compile(r"^\|(?:\s*\d|\s+\|)", re.MULTILINE)
# A heading of the text above a table stands as a label does.
_FEW_OTHERS = 5
_JOINTS = "┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛"
RULE_RE = re.compile(rf"[\s|:+{_JOINTS}]*+(?:[-=─━═]{{3,}}+[\s|:+{_JOINTS}]*+)+")


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


def find_outer(contents: list[str]) -> list[tuple[bool, bool]]:
    """For each line whether a pipe at its start and one at its end stand around no field: as in all lines around it."""
    outer = [(False, False)] * len(contents)
    for first, last in _find_piped(contents):
        block = [content.strip() for content in contents[first:last]]
        ends = all(line[0] == "|" for line in block), all(line[-1] == "|" for line in block)
        outer[first:last] = [ends] * (last - first)
    return outer


def drop_padding(contents: list[str], is_torn: bool) -> set[int]:
    """Cut off the pipes that only fill a row up to the width of its table; the lines whose fields may be others then.

    Some readers of web pages do not keep merged cells in place but write pipes without blanks behind the last cell:
    ``一、本年新收政府信息公开申请数量 | 3 | 3 | |||||||``. Some of them drop blank cells too, as here: where no field
    before a figure is blank, a row that is short of fields may have lost any of its cells.
    """
    moved: set[int] = set()
    has_blanks = is_torn and bool(_BLANK_BEFORE_RE.search("\n".join(contents)))
    for first, last in _find_piped(contents):
        rows = [content.rstrip() for content in contents[first:last]]
        cut = list(map(_cut_padding, rows))
        if cut == rows or any("||" in row for row in cut):
            continue
        if is_torn:
            contents[first:last] = [_cut_torn(row, has_blanks) for row in cut]
        else:
            contents[first:last], is_moved = _cut_rows(cut, max(row.count("|") for row in rows))
            moved.update(range(first, last) if is_moved else ())
    return moved


def _cut_padding(row: str) -> str:
    """A row without the pipes behind the one that closes its last cell: ``| 3 | |||``."""
    cut = row.rstrip("|")
    return cut if len(row) - len(cut) > 1 and (not cut or cut.endswith("| ")) else row


def _cut_torn(row: str, has_blanks: bool) -> str:
    """A line of a torn text without the one pipe that fills up: ``0 | |``, and alone where blank cells were dropped."""
    return row[:-1] if row.endswith("| |") or (row == "|" and not has_blanks) else row


def _cut_rows(rows: list[str], width: int) -> tuple[list[str], bool]:
    """Rows of a table of so many pipes without the single ones that fill up, and whether their fields may be others."""
    is_lossy = not _has_blanks(rows)
    if is_lossy or not any(_is_whole(row, width) for row in rows):
        # Behind the labels of a row with two of them one pipe may be all that there is to fill up.
        rows = [row[:-1] if row.endswith("| |") and row.count("|") == width else row for row in rows]
    is_moved = is_lossy and any(row.count("|") < width and _ends_in_figure(row) for row in rows)
    if is_moved and all(row.lstrip().startswith("|") for row in rows):
        # The pipe that opens a row closes no cell.
        rows = [row.replace("|", " ", 1) for row in rows]
    return rows, is_moved


def _is_whole(row: str, width: int) -> bool:
    """Whether a row as wide as its table ends in a figure: nothing had to be filled up."""
    return row.count("|") == width and not row.endswith("| |") and _ends_in_figure(row)


def _ends_in_figure(row: str) -> bool:
    return kind_of(row.rstrip(" |").rpartition("|")[2]) == "figure"


def _has_blanks(rows: Sequence[str]) -> bool:
    """Whether a row has a blank field before a figure."""
    return any("| |" in row.rstrip(" |") and _ends_in_figure(row) for row in rows)


def are_rows_torn(contents: list[str]) -> bool:
    """Whether rows and lines are not the same: pipes close single cells, or figures stand in lines without a label."""
    rows = torn = 0
    for content in contents:
        if "|" not in content or RULE_RE.fullmatch(content):
            continue
        kinds = [kind_of(field) for field in content.split("|") if field.strip()]
        if len(kinds) > 1 and "figure" in kinds:
            rows += 1
            torn += "words" not in kinds
        elif len(kinds) < 2:
            torn += content.count("|") == 1
    return 2 * torn > rows


def drop_openers(lines: list[Line]) -> list[Line]:
    """Lines without the blank cells that pipes open rows with: there is one before every label below figures.

    Of long lines each field is a line of its own; one that only opened a row goes with its cell.
    """
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
    if opened <= _FEW_OTHERS * others:
        return lines
    for line in lines:
        line.cells = [cell for cell in line.cells if id(cell) not in openers]
    return [line for line in lines if line.cells or line.end > line.start or line.kind == "empty"]


def piped_cells(content: str, line: Line, is_closed: bool) -> bool:
    """The cells of a line that is no row: a pipe closes the cell before it, an empty one where none is open."""
    at = line.start
    for field in content.split("|"):
        words = field.strip()
        if words:
            first = at + field.index(words)
            line.cells.append(Cell(kind_of(words), first, first + len(words), line.number))
            is_closed = False
        at += len(field) + 1
        if at <= line.start + len(content):
            if is_closed:
                line.cells.append(Cell("blank", at - 1, at - 1, line.number))
            is_closed = True
    return is_closed
