"""Text as lines of cells, whatever flattened the table: tabs, pipes, aligned blanks or one cell a line.

In: a text (a source's view, in which HTML tables already are tabbed lines). Out: lines with their cells: words,
figures and blanks, each with its place. A line is a `row` where delimiters hold its cells apart, else `open`.
Nothing is said here of what a word names; whether a figure stands in a table is for `alignment`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from service.extraction.record import Draft
from service.extraction.tables.cells import Cell, Line, has_columns, kind_of
from service.extraction.tables.halves import part_halves
from service.extraction.tables.long_lines import LONG_LINE, split_delimited, split_flat
from service.extraction.tables.merged import drop_covered, drop_repeated
from service.extraction.tables.pipes import (
    RULE_RE,
    are_rows_torn,
    drop_openers,
    drop_padding,
    find_outer,
    piped_cells,
)

_PIPES = "│┃║¦"
_TABS_RE = re.compile(r"\t+")
_FEW_ODD = 20
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


def _read_lines(text: str, contents: list[str], is_torn: bool) -> list[Line]:
    # Their lengths in the text: padding is cut off below.
    lengths = list(map(len, contents))
    is_drawn = any(mark in text for mark in _DRAWN)
    outer = find_outer(contents) if "|" in text else []
    moved = drop_padding(contents, is_torn) if "||" in text else set()
    grid = _Grid(contents, is_torn, _choose_tabs(text), is_drawn, outer, moved)
    lines: list[Line] = []
    start = 0
    for index, length in enumerate(lengths):
        lines += grid.read(index, Line("open", index + grid.added, start, start + length, []))
        start += length + 1
    return lines


class _Grid(Draft):
    """What parts the cells of a text, and what stands before the line that is read.

    ``outer`` and ``moved`` are those of `pipes`. ``in_rows``: the last delimited line was a row; ``is_closed``: a pipe
    has closed the last cell; ``added``: how many lines came out of long ones.
    """

    contents: list[str]
    is_torn: bool
    tabs: str
    is_drawn: bool
    outer: list[tuple[bool, bool]]
    moved: set[int]
    in_rows: bool = False
    is_closed: bool = True
    added: int = 0

    def read(self, index: int, line: Line) -> list[Line]:
        """A line with its cells; none where it only rules or fills up, each field as its own where it is long."""
        content = self.contents[index]
        if "|" in content or ("\t" in content and not _is_indented(content, self.is_torn)):
            return self._read_delimited(index, content, line)
        if not content or content.isspace():
            line.kind = "empty"
            # Nothing but pipes may have filled up the row before.
            return [line] if line.end - line.start == len(content) else []
        if self.is_drawn and RULE_RE.fullmatch(content):
            return []
        if self.outer and not self.in_rows and self._is_closed_below(index):
            self.is_closed = piped_cells(content, line, self.is_closed)
        elif len(content) >= LONG_LINE:
            return self._add(line, split_flat(content, line)) or [line]
        return [line]

    def _is_closed_below(self, index: int) -> bool:
        """Whether the pipe that closes a cell stands on the next line."""
        return index + 1 < len(self.contents) and self.contents[index + 1].lstrip().startswith("|")

    def _read_delimited(self, index: int, content: str, line: Line) -> list[Line]:
        if RULE_RE.fullmatch(content):
            return []
        if len(content) >= LONG_LINE and (lines := self._add(line, split_delimited(content, line))):
            return lines
        if "|" not in content:
            self._fill_row(line, _find_cells(content, line, 0, self.tabs))
        else:
            self._read_piped(index, content, line)
        return [line]

    def _read_piped(self, index: int, content: str, line: Line) -> None:
        first, last = _find_inner(content, self.outer[index])
        cells = _find_cells(content[:last], line, first, "|")
        if self._is_row(index, cells):
            self._fill_row(line, cells)
        else:
            self.in_rows = False
            self.is_closed = piped_cells(content, line, self.is_closed)

    def _add(self, line: Line, lines: list[Line]) -> list[Line]:
        """The fields of a long line; the lines below it are numbered behind them."""
        self.added += lines[-1].number - line.number if lines else 0
        return lines

    def _is_row(self, index: int, cells: Sequence[Cell]) -> bool:
        """Whether a line with pipes is a row of a grid; it may be one cell of a column of cells."""
        if self.is_torn or index in self.moved:
            return False
        # Between rows a line with one field holds the first words of the next one's label: | （一）主动公开政府 |.
        is_between = self.in_rows and (len(cells) > 1 or all(self.outer[index]))
        return is_between or has_columns(cells)

    def _fill_row(self, line: Line, cells: list[Cell]) -> None:
        line.kind, line.cells = "row", cells
        self.in_rows = self.is_closed = True


def _is_indented(content: str, is_torn: bool) -> bool:
    """Whether the tabs of a line only indent a sentence, or a cell that a pipe closes."""
    return (is_torn or "。" in content) and "\t" not in content.strip()


def _choose_tabs(text: str) -> str:
    """What parts the cells of tabbed lines: two tabs where nearly all runs are even, as some page readers write."""
    if "\t\t" not in text:
        return "\t"
    counts = Counter(len(run) % 2 for run in _TABS_RE.findall(text))
    return "\t\t" if counts[1] * _FEW_ODD < counts[0] else "\t"


def _find_inner(content: str, outer: tuple[bool, bool]) -> tuple[int, int]:
    """Where the fields of a line begin and end within the pipes around them."""
    first = content.index("|") + 1 if outer[0] else 0
    return first, max(first, content.rindex("|")) if outer[1] else len(content)


def _find_cells(content: str, line: Line, first: int, delimiter: str) -> list[Cell]:
    """The fields of a delimited line behind its first characters, each a cell."""
    cells: list[Cell] = []
    start = line.start + first
    for column, field in enumerate(content[first:].split(delimiter)):
        words = field.strip()
        # An empty field stands where its blanks end.
        at = start + (field.index(words) if words else len(field))
        cells.append(Cell(kind_of(words), at, at + len(words), line.number, column))
        start += len(field) + len(delimiter)
    return cells
