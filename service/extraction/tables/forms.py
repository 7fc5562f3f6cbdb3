"""The statutory tables: text aligned to the forms that the law prints.

In: a `Source`. Out: a `TableReading`: which form, one `Reading` for each cell, the regions of the view
that are tables (statutory or not) and therefore no prose, and a warning for what could not be placed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice

from msgspec import field

from service.extraction.codebook import load_entries
from service.extraction.codebook.tables import Column
from service.extraction.record import Draft, Record
from service.extraction.report import ParseWarning, Reading, Span
from service.extraction.source import Source
from service.extraction.tables.alignment import find_printed
from service.extraction.tables.assignment import UNDECIDED, Line, hard_cells
from service.extraction.tables.cells import Cell, CellValue, read_cell
from service.extraction.tables.cells import Line as GridLine
from service.extraction.tables.grids import find_lines
from service.extraction.tables.layouts import choose_layouts
from service.extraction.tables.losses import HEADINGS, find_other_report, find_warnings, warn_unread
from service.extraction.tables.placement import Placed, leave_torn, place
from service.extraction.tables.printed import Entry, Printed
from service.extraction.tables.proof import MANY_HEADS, MANY_ROWS, find_older, has_rows, is_blank_table, is_table
from service.extraction.tables.regions import find_regions
from service.extraction.tables.repeats import count_first
from service.extraction.tables.unnamed import complete, find_below

_MONEY = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10_000)}
_HEAD_UNIT_RE = re.compile(r"[(:](亿元|万元|千元|元)\)?$")
# A report has four, a volume of a whole county's reports some dozens.
_MOST_TABLES = 200


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


class _Found(Draft):
    """What became of the printed tables: ``placed`` have figures, ``blank`` none, ``left_out`` are no prose either.

    ``warnings`` say which are not read.
    """

    placed: list[Placed] = field(default_factory=list)
    blank: list[Placed] = field(default_factory=list)
    left_out: list[Printed] = field(default_factory=list)
    warnings: list[ParseWarning] = field(default_factory=list)


def _place_tables(page: _Page, tables: Sequence[Printed]) -> _Found:
    found = _Found()
    source = page.source
    older = find_older(tables, source.text)
    for i, printed in enumerate(tables):
        if i in older:
            found.left_out.append(printed)
            found.warnings.append(warn_unread(source, "不是法定的统计表，没有读出", printed))
            continue
        table = place(printed, choose_layouts(printed, source.text), source.text, page.value, page.extents)
        if is_table(table):
            found.placed.append(table)
        elif is_blank_table(table):
            found.blank.append(table)
        elif printed.heads >= MANY_HEADS:
            # The text was cut off behind the heads.
            found.left_out.append(printed)
        elif len(table.lines) >= MANY_ROWS:
            found.warnings.append(warn_unread(source, "表中各行没有可以读出的数字", printed))
    return found


def _choose_tables(found: _Found) -> list[Placed]:
    """Blank tables beside others are blank; blank tables alone are a form that nobody has filled in."""
    tables = [*found.placed, *found.blank] if found.placed else []
    return sorted(tables, key=lambda table: table.printed.start)


def _read_reports(page: _Page, tables: Sequence[Placed], first: int, form: str | None) -> list[Reading]:
    """The readings of the first tables, which are of one report, and what those of another say of the same cells."""
    readings = list(_read_lines(page, tables[:first], form))
    # The figures of another report only stand beside those of the first: they take the place of none.
    said = {(reading.code, reading.applicant) for reading in readings if reading.value is not None}
    others = _read_lines(page, tables[first:], form)
    return [*readings, *(reading for reading in others if (reading.code, reading.applicant) in said)]


def read_tables(source: Source) -> TableReading:
    """Every statutory table of the text."""
    page = _Page(source, _load_units())
    grid = find_lines(source.text)
    found = _place_tables(page, list(islice(_find_tables(source.text, grid, page), _MOST_TABLES)))
    tables = _choose_tables(found)
    _leave_open(tables, page)
    _leave_lost(tables, source.text)
    first = count_first(tables, page.value)
    form = _find_form(line for table in tables[:first] for line in table.lines)
    return TableReading(
        form,
        tuple(_read_reports(page, tables, first, form)),
        find_regions(source, grid, [*(table.printed for table in tables), *found.left_out]),
        tuple(find_warnings(source, form, tables, [*found.warnings, *find_other_report(source, tables[first:])])),
        tuple(_find_unplaced(page, tables)),
    )
