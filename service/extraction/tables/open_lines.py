"""Cells where nothing but blanks holds them apart.

In: a stretch of a line without delimiters, or a cell of words. Out: its words, figures and blanks. Whether a figure
between two blanks stands in a table is for `service.extraction.tables.alignment`.
"""

import re

from service.extraction.tables.cells import BLANK_WORDS, SIGNS, UNITS, Cell, CellKind

_OPEN_FIGURE = rf"(?:{SIGNS})?\d[\d,]*(?:\.\d+)?(?:[ ]?[万亿]?(?:{UNITS}))?(?:[。;]|\.(?=\s*$))?"
_OPEN_BLANK = rf"[-—―─–/\\]{{1,6}}|{BLANK_WORDS}"
OPEN_RE = re.compile(rf"(?<!\S)(?:(?P<figure>{_OPEN_FIGURE})|(?P<blank>{_OPEN_BLANK}))(?!\S)", re.MULTILINE)
# What a cell begins with is asked before what must stand before it.
_GLUED_RE = re.compile(
    r"(?=[\d+\-\u2212–±增新净减下负—―─/])"
    rf"(?:(?<=[^\d\s.,+\-−–/:：年第])|(?<=[^\d\s.,+\-−–/年第][:：]))(?:(?P<figure>{_OPEN_FIGURE})|[-—―─/]{{1,4}})$"
)
# A figure is no longer; to look for the end of a line in all of it costs more than to read it.
_LONGEST_GLUED = 40
_GLUED_ENDS = frozenset(UNITS.replace("|", "") + ",.。;-—―─/")
_WORDS_RE = re.compile(r"\S+(?: \S+)*")
_REMARK_RE = re.compile(r"[(（][^()（）]*[)）]")


def split_open(text: str, start: int, end: int, number: int) -> list[Cell]:
    """Words and figures of a stretch without delimiters; a figure is what stands between blanks."""
    cells: list[Cell] = []
    last = start
    remarks = [match.span() for match in _REMARK_RE.finditer(text, start, end)]
    for match in OPEN_RE.finditer(text, start, end):
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
    """Words and the figure glued to their end: ``收到申请数件223``, ``收到申请数:223件;``."""
    last = text[cell.end - 1]
    ends = text[max(cell.start, cell.end - _LONGEST_GLUED) : cell.end]
    match = _GLUED_RE.search(ends) if last in _GLUED_ENDS or last.isdecimal() else None
    if match is None:
        return None
    cut = cell.end - len(ends) + match.start()
    kind: CellKind = "figure" if match["figure"] else "blank"
    return Cell("words", cell.start, cut, cell.line), Cell(kind, cut, cell.end, cell.line)
