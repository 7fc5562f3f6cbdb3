"""The statutory tables: text aligned to the forms that the law prints.

In: a `Source`. Out: a `TableReading`: which form, one `Reading` for each cell, the regions of the view
that are tables (statutory or not) and therefore no prose, and a warning for what could not be placed.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import groupby, islice
from operator import attrgetter

from service.extraction.codebook import load_entries
from service.extraction.codebook.tables import Column
from service.extraction.record import Record
from service.extraction.report import ParseWarning, Reading, Span
from service.extraction.source import Source
from service.extraction.tables.alignment import find_printed
from service.extraction.tables.assignment import UNDECIDED, Line, hard_cells
from service.extraction.tables.cells import Cell, CellValue, read_cell
from service.extraction.tables.cells import Line as GridLine
from service.extraction.tables.grids import find_lines
from service.extraction.tables.layouts import choose_layouts
from service.extraction.tables.losses import HEADINGS, find_missing_rows, find_missing_tables, find_warnings, warn
from service.extraction.tables.placement import Placed, leave_torn, place
from service.extraction.tables.printed import Entry, Printed
from service.extraction.tables.proof import MANY_HEADS, MANY_ROWS, find_older, has_rows, is_blank_table, is_table
from service.extraction.tables.repeats import count_first
from service.extraction.tables.unnamed import complete, find_below

_MONEY = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10_000)}
_HEAD_UNIT_RE = re.compile(r"[(:](亿元|万元|千元|元)\)?$")
# A report has four, a volume of a whole county's reports some dozens.
_MOST_TABLES = 200
_start_of, _kind_of = attrgetter("start"), attrgetter("kind")
# The heads of a list of no form whose cells have a line each: 指标, 单位 and 数量.
_UNIT_HEAD_RE = re.compile(r"单 {0,3}位 *\n\s*(?:统计)?(?:数 {0,3}[量值据]?|合 {0,3}计) *\n")
_LABEL_HEAD_RE = re.compile(r"(?:指 {0,3}标|项 {0,3}目|内 {0,3}容|名 {0,3}称) *\n\s*(?:计量)?$")
_LONGEST_HEADS = 24
_CELL_RE = re.compile(r"[^\n。;；]{0,60}\n|[^\n。;；]{1,60}\Z")
_LONE_FIGURE_RE = re.compile(r" *[0-9][0-9,.]* *\n?")


class TableReading(Record):
    """``form`` is 2014, 2019, 2021 or None; ``regions`` are sorted spans of the view, statutory tables and others.

    ``unplaced`` are the figures that belong to no row, each with its place in the text.
    """

    form: str | None
    readings: tuple[Reading, ...]
    regions: tuple[Span, ...]
    warnings: tuple[ParseWarning, ...]
    unplaced: tuple[tuple[int, Decimal], ...] = ()


@cache
def _load_units() -> dict[str, str]:
    """The unit of each code."""
    return {entry.code: entry.unit for entry in load_entries()}


def _display_width(text: str) -> int:
    """How many places a text takes where wide characters take two."""
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


class _Page(Record):
    """The source and what is asked of it again and again."""

    source: Source
    units: dict[str, str]

    def value(self, cell: Cell) -> Decimal | None:
        """The number in a cell."""
        found = read_cell(self.source.text[cell.start : cell.end])
        return found.value if found else None

    def extents(self, cell: Cell) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where a cell stands in its line, by characters and by display."""
        start = self.source.text.rfind("\n", 0, cell.start) + 1
        before, within = (
            _display_width(self.source.raw[slice(*self.source.span(first, last))])
            for first, last in ((start, cell.start), (cell.start, cell.end))
        )
        return (cell.start - start, cell.end - start), (before, before + within)

    def read(self, line: Line, edition: str) -> Iterator[Reading]:
        """The readings of one placed line."""
        assert line.placed is not None
        end = line.entry.end
        rule = f"{edition}/{line.layout.table}"
        for column, code, cell in zip(line.layout.columns, line.layout.codes, line.placed, strict=True):
            if cell is UNDECIDED or not code:
                continue
            value = self._cell_value(cell, code, line.entry, column)
            span = self.source.span(cell.start, cell.end) if cell else self.source.span(end, end)
            end = cell.end if cell else end
            yield Reading(code, column.applicant, value.value, value.status, "exact", "table", span, rule)

    def _cell_value(self, cell: Cell | None, code: str, entry: Entry, column: Column) -> CellValue:
        if cell is None:
            return CellValue("blank")
        found = read_cell(self.source.text[cell.start : cell.end]) or CellValue("blank")
        if found.value is None or self.units[code] != "万元":
            return found
        factor = _MONEY.get(found.unit or self._head_unit(entry, column) or entry.unit or "万元", Decimal(1))
        return CellValue(found.status, found.value * factor, "万元")

    def _head_unit(self, entry: Entry, column: Column) -> str | None:
        """The unit in a head: 采购总金额（元）."""
        for key, head in zip(entry.heads, entry.head_cells, strict=True):
            match = _HEAD_UNIT_RE.search(self.source.text, head.start, head.end) if key in column.keys else None
            if match:
                return match[1]
        return None


def _find_unplaced(page: _Page, tables: Iterable[Placed]) -> Iterator[tuple[int, Decimal]]:
    for table in tables:
        for cell in table.stray:
            value = page.value(cell)
            if value is not None:
                yield page.source.span(cell.start, cell.end)[0], value


def _leave_open(tables: Iterable[Placed], page: _Page) -> None:
    """Small tables whose sums show no order: they were torn as the matrix was, if that gave up its figures by rows."""
    orders = {table.order for table in tables if table.printed.family.name == "requests"}
    for table in tables if orders != {"rows"} else ():
        if table.printed.family.name == "disclosure":
            leave_torn(table, page.value)


def _leave_lost(tables: Sequence[Placed], text: str) -> None:
    """Leave out rows without cells where a reader dropped each line that it had read before: then 0 stands once."""
    if not tables:
        return
    printed = list(filter(None, map(str.strip, text.split("\n"))))
    if len(set(printed)) < len(printed):
        return
    rows = [line for table in tables for line in table.lines]
    cells = [cell for line in rows for cell in line.cells] + [cell for table in tables for cell in table.stray]
    figures = [text[cell.start : cell.end] for cell in cells if cell.kind == "figure"]
    if len(set(figures)) < len(figures) or any(cell.line == line.entry.line for line in rows for cell in line.cells):
        return
    for table in tables:
        # No label stands between the figures of the remedies.
        is_one_row = table.printed.family.rows_are_heads
        for line in table.lines:
            line.is_doubtful = line.is_doubtful or is_one_row or not hard_cells(line.cells)


def _extend(lines: Sequence[GridLine], printed: Printed) -> Span:
    """The whole lines of a table."""
    first = bisect_right(lines, printed.start, key=_start_of) - 1
    last = bisect_right(lines, printed.end, key=_start_of) - 1
    return lines[first].start, max(lines[last].end, printed.end)


def _find_other_tables(source: Source, lines: Iterable[GridLine]) -> Iterator[Span]:
    """Tables of whatever else: those of the markup, and rows of delimited fields under each other."""
    yield from ((table.start, table.end) for table in source.tables)
    yield from _find_lone_lists(source.text)
    for kind, block in groupby(lines, key=_kind_of):
        first, *others = block
        # Headings that tabs indent are no rows: one field of each holds words.
        if kind == "row" and others and any(map(_has_columns, (first, *others))):
            yield first.start, others[-1].end


def _find_lone_lists(text: str) -> Iterator[Span]:
    """Lists of no form, a cell a line, from their heads to their last figure: 指标, 单位, 数量, 访问量, 次, 48216."""
    end = 0
    while head := _UNIT_HEAD_RE.search(text, end):
        end = last = head.end()
        if not _LABEL_HEAD_RE.search(text, max(head.start() - _LONGEST_HEADS, 0), head.start()):
            continue
        while cell := _CELL_RE.match(text, end):
            end = cell.end()
            last = end if _LONE_FIGURE_RE.fullmatch(cell[0]) else last
        yield head.start(), last


def _has_columns(line: GridLine) -> bool:
    return sum(cell.start < cell.end for cell in line.cells) > 1


def _join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _find_form(lines: Iterable[Line]) -> str | None:
    """The edition: the latest of which two rows are printed that no other edition has, else the only one."""
    votes: Counter[str] = Counter()
    editions: set[str] = set()
    for line in lines:
        if line.cells:
            editions.update(line.layout.editions)
            if len(line.layout.editions) == 1:
                votes[line.layout.editions[0]] += 1
    own = [edition for edition, count in votes.items() if count > 1] or list(votes) or list(editions)
    return max(own) if own else None


def _find_tables(text: str, grid: Sequence[GridLine], page: _Page) -> Iterator[Printed]:
    """The printed tables that have rows enough; the remedies even where their labels were lost."""
    found = find_printed(text, grid)
    for printed in found:
        if complete(printed, page.value) or has_rows(printed):
            yield printed
    names = {printed.family.name for printed in found}
    if names & {"disclosure", "requests"} and "remedies" not in names:
        below = find_below(text, grid, HEADINGS["remedies"], page.value)
        yield from [below] if below else []


def _read_lines(page: _Page, tables: Iterable[Placed], form: str | None) -> Iterator[Reading]:
    """The readings of every row of the tables that is certain of its cells."""
    for table in tables:
        for line in table.lines:
            if line.placed and not line.is_doubtful:
                yield from page.read(line, form if form in line.layout.editions else line.layout.editions[0])


def read_tables(source: Source) -> TableReading:
    """Every statutory table of the text."""
    page = _Page(source, _load_units())
    grid = find_lines(source.text)
    tables: list[Placed] = []
    blank: list[Placed] = []
    left_out: list[Printed] = []
    unread: list[ParseWarning] = []
    found = list(islice(_find_tables(source.text, grid, page), _MOST_TABLES))
    older = find_older(found, source.text)
    for i, printed in enumerate(found):
        if i in older:
            left_out.append(printed)
            unread.append(warn(source, "missing_table", "不是法定的统计表，没有读出", printed.start, printed.end))
            continue
        placed = place(printed, choose_layouts(printed, source.text), source.text, page.value, page.extents)
        if is_table(placed):
            tables.append(placed)
        elif is_blank_table(placed):
            blank.append(placed)
        elif printed.heads >= MANY_HEADS:
            # The text was cut off behind the heads.
            left_out.append(printed)
        elif len(placed.lines) >= MANY_ROWS:
            unread.append(warn(source, "missing_table", "表中各行没有可以读出的数字", printed.start, printed.end))
    # Blank tables beside others are blank; blank tables alone are a form that nobody has filled in.
    tables += blank if tables else []
    tables.sort(key=lambda table: table.printed.start)
    _leave_open(tables, page)
    _leave_lost(tables, source.text)
    first = count_first(tables, page.value)
    form = _find_form(line for table in tables[:first] for line in table.lines)
    readings = list(_read_lines(page, tables[:first], form))
    if tables[first:]:
        # The figures of another report only stand beside those of the first: they take the place of none.
        said = {(reading.code, reading.applicant) for reading in readings if reading.value is not None}
        others = _read_lines(page, tables[first:], form)
        readings += [reading for reading in others if (reading.code, reading.applicant) in said]
        last = tables[-1].printed.end
        unread.append(warn(source, "other_report", "此处起的表属于另一份报告", tables[first].printed.start, last))
    warnings = [warning for table in tables for warning in find_warnings(source, table.lines, table.stray)]
    warnings += [*unread, *find_missing_rows(source, form, tables), *find_missing_tables(source, form, tables)]
    # Of a table in two columns the rows of the second come behind those of the first.
    grid.sort(key=_start_of)
    regions = [_extend(grid, printed) for printed in (*(table.printed for table in tables), *left_out)]
    return TableReading(
        form,
        tuple(readings),
        _join_spans((*regions, *_find_other_tables(source, grid))),
        tuple(warnings),
        tuple(_find_unplaced(page, tables)),
    )
