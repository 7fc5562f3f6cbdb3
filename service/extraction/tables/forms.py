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
from itertools import groupby, islice, pairwise
from operator import attrgetter

from service.extraction.codebook import load_entries
from service.extraction.codebook.tables import Column, Family, Layout, without_last
from service.extraction.record import Record
from service.extraction.report import ParseWarning, Reading, Span
from service.extraction.source import Source
from service.extraction.tables.alignment import find_printed
from service.extraction.tables.assignment import UNDECIDED, Line, hard_cells
from service.extraction.tables.cells import Cell, CellValue, read_cell
from service.extraction.tables.cells import Line as GridLine
from service.extraction.tables.columns import trim
from service.extraction.tables.grids import find_lines
from service.extraction.tables.labels import read_label
from service.extraction.tables.placement import Placed, leave_torn, place
from service.extraction.tables.printed import Entry, Printed, Run, Stranger
from service.extraction.tables.repeats import count_first
from service.extraction.tables.unnamed import complete, find_below

_MONEY = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10_000)}
_YEAR_RE = re.compile(r"20[0-3]\d(?=\s?年)")
_LETTER_RE = re.compile(r"[^\W\d_]")
_HEAD_UNIT_RE = re.compile(r"[(:](亿元|万元|千元|元)\)?$")
# So many rows with figures make a table; fewer may be a chance mention.
_LEAST_ROWS = {"statistics": 3, "disclosure": 1, "requests": 2, "remedies": 1}


# So many rows whose figures have fields of their own are a table, even where no field could be chosen.
_LEAST_DELIMITED = 3
# So many heads over so many figures are a table, even where no row could be given any.
_LEAST_HEADS = 3
_MANY_HEADS = 5
_MANY_ROWS = 10
_MANY_OTHERS = 3
_FIRST_YEAR = "2014"
_SHORT = 3
# A report has four, a volume of a whole county's reports some dozens.
_MOST_TABLES = 200
_start_of, _kind_of = attrgetter("start"), attrgetter("kind")
# The headings of the parts of the later forms, each with a table under it.
_HEADED_FORMS = ("2019", "2021")
_HEADINGS = {
    "disclosure": re.compile(r"^[^\n。]{0,8}主动公开政府信息(?:的)?情况[^\n。]{0,4}$", re.MULTILINE),
    "requests": re.compile(r"^[^\n。]{0,8}收到和处理政府信息公开申请(?:的)?情况[^\n。]{0,4}$", re.MULTILINE),
    "remedies": re.compile(r"^[^\n。]{0,20}行政复议[^\n。]{0,8}行政诉讼(?:的)?情况[^\n。]{0,4}$", re.MULTILINE),
}


class TableReading(Record):
    """``form`` is 2014, 2019, 2021 or None; ``regions`` are sorted spans of the view, statutory tables and others.

    ``unplaced`` are the figures that belong to no row, each with its place in the text.
    """

    form: str | None
    readings: tuple[Reading, ...]
    regions: tuple[Span, ...]
    warnings: tuple[ParseWarning, ...]
    unplaced: tuple[tuple[int, Decimal], ...] = ()


def _choose_layouts(printed: Printed, text: str) -> dict[int, Layout]:
    """The columns of every row, by the start of its entry: those whose heads stand above it."""
    entries = [event for event in printed.events if isinstance(event, Entry)]
    if printed.family.name == "disclosure":
        by_heads = _choose_by_heads(printed.family, entries)
        known = [entry for entry in entries if entry.start in by_heads]
        return {entry.start: _leave_unknown(entry, by_heads[entry.start], text) for entry in known}
    edition = _find_edition(printed.family, entries)
    lacks_total = printed.family.name == "requests" and _lacks_total(printed, entries)
    chosen: dict[int, Layout] = {}
    for entry in entries:
        layouts = printed.family.rows[entry.row].layouts
        if layouts and (edition is None or edition in layouts[0].editions):
            chosen[entry.start] = without_last(layouts[0]) if lacks_total else layouts[0]
    return chosen


def _lacks_total(printed: Printed, entries: Sequence[Entry]) -> bool:
    """Whether the column of totals is not printed: no head names it, and no row has a figure for it."""
    layout = next((row.layouts[0] for row in printed.family.rows if row.layouts), None)
    if layout is None or not entries or len(entries[-1].heads) != len(layout.columns) - 1:
        return False
    if not all(_is_under(entry.heads, without_last(layout)) for entry in entries):
        return False
    runs = [event for event in printed.events if isinstance(event, Run)]
    rows = [run.cells for run in runs if run.kind == "row" and run.entry]
    is_narrow = any(len(cells) < len(layout.columns) for cells in rows) or all(c[-1].kind == "blank" for c in rows)
    return is_narrow and all(len(trim(run.cells)) < len(layout.columns) for run in runs if run.kind != "row")


def _choose_by_heads(family: Family, entries: Iterable[Entry]) -> dict[int, Layout]:
    """The layout whose heads stand above a row; where some were lost, the only one that has those that are there."""
    chosen: dict[int, Layout] = {}
    for entry in entries:
        layouts = family.rows[entry.row].layouts
        # A head that is said again in every field that it covers is one.
        heads = tuple(head for head, _ in groupby(entry.heads))
        exact = [layout for layout in layouts if _is_under(heads, layout)]
        some = [layout for layout in layouts if entry.heads and _has_heads(entry.heads, layout)]
        if exact or len(some) == 1:
            chosen[entry.start] = (exact or some)[0]
    editions = {layout.editions for layout in chosen.values()}
    for entry in entries if len(editions) == 1 else ():
        # Where a reader dropped the heads that it had read before, a row is as those of its edition are.
        same = [layout for layout in family.rows[entry.row].layouts if layout.editions in editions]
        if not entry.heads and len(same) == 1:
            chosen.setdefault(entry.start, same[0])
    return chosen


def _leave_unknown(entry: Entry, layout: Layout, text: str) -> Layout:
    """The layout without codes for columns in whose place other words are printed: 本年项目数量 for 本年增/减.

    Pieces of the head are none: 本年新 for 本年新公开数量, the rest of which a reader lost.
    """
    own = [
        next((cell for key, cell in zip(entry.heads, entry.head_cells, strict=True) if key in column.keys), None)
        for column in layout.columns
    ]
    codes = list(layout.codes)
    for i in range(1, len(own) - 1):
        left, right = own[i - 1], own[i + 1]
        if left and right and own[i] is None:
            words = "".join(_LETTER_RE.findall(text, left.end, right.start))
            codes[i] = codes[i] if any(words in key for key in layout.columns[i].keys) else ""
    return Layout(layout.table, layout.editions, layout.columns, tuple(codes)) if "" in codes else layout


def _has_heads(heads: tuple[str, ...], layout: Layout) -> bool:
    return all(any(head in column.keys for column in layout.columns) for head in heads)


def _find_edition(family: Family, entries: Iterable[Entry]) -> str | None:
    """The latest edition of which a row is printed that the others do not have: there 其他处理 is a group of rows.

    The row 3.其他 tells nothing without its number: 其他 is a column, and a piece of many labels.
    """
    whole = [entry for entry in entries if entry.end - entry.start > _SHORT and family.rows[entry.row].layouts]
    own = [family.rows[entry.row].layouts[0].editions for entry in whole]
    single = [editions[0] for editions in own if len(editions) == 1]
    return max(single) if single and family.name == "requests" else None


def _is_under(heads: tuple[str, ...], layout: Layout) -> bool:
    """Whether the heads above a row are the columns of a layout."""
    return len(heads) == len(layout.columns) and all(
        head in column.keys for head, column in zip(heads, layout.columns, strict=True)
    )


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


def _warn(source: Source, code: str, message: str, start: int, end: int) -> ParseWarning:
    return ParseWarning(code, message, source.span(start, end))


def _describe(line: Line, text: str) -> Iterator[tuple[str, str]]:
    """What could not be read of a row, as a code and in words."""
    if "" in line.layout.codes:
        yield "undecided_cell", "有一栏的表头不是法定的栏目，没有读出"
    if line.placed is None or line.is_doubtful:
        yield "unplaced_row", "这一行的数字无法对应到各栏"
    elif UNDECIDED in line.placed:
        label = text[line.entry.start : line.entry.end].strip()
        yield "undecided_cell", f"“{label[:20]}”的部分空格位置不明"


def _find_warnings(source: Source, lines: Iterable[Line], stray: Iterable[Cell]) -> Iterator[ParseWarning]:
    for line in lines:
        for code, message in _describe(line, source.text):
            end = max([line.entry.end, *(cell.end for cell in line.cells)])
            yield _warn(source, code, message, line.entry.start, end)
    for cell in stray:
        if cell.kind == "figure":
            yield _warn(source, "unplaced_cell", "表中的数字无法对应到任何一行", cell.start, cell.end)


def _find_unplaced(source: Source, page: _Page, tables: Iterable[Placed]) -> Iterator[tuple[int, Decimal]]:
    for table in tables:
        for cell in table.stray:
            value = page.value(cell)
            if value is not None:
                yield source.span(cell.start, cell.end)[0], value


def _find_missing_rows(source: Source, form: str | None, tables: Sequence[Placed]) -> Iterator[ParseWarning]:
    """The rows of a form that a text does not name, though it names others of the same tables."""
    for name in dict.fromkeys(table.printed.family.name for table in tables):
        mine = [table for table in tables if table.printed.family.name == name]
        own = [line.layout.editions[0] for table in mine for line in table.lines if len(line.layout.editions) == 1]
        edition = max(own, key=own.count) if own else form
        printed = {line.entry.row for table in mine for line in table.lines}
        missing = [
            row.label
            for index, row in enumerate(mine[0].printed.family.rows)
            if index not in printed and any(edition in layout.editions for layout in row.layouts)
        ]
        if missing:
            message = f"表中没有找到{len(missing)}行：" + "、".join(label[:20] for label in missing)
            yield _warn(source, "missing_row", message, mine[0].printed.start, mine[-1].printed.end)


def _find_missing_tables(source: Source, form: str | None, tables: Iterable[Placed]) -> Iterator[ParseWarning]:
    """Headings of parts without the tables that belong under them."""
    found = {table.printed.family.name for table in tables}
    for name, heading in _HEADINGS.items() if form in _HEADED_FORMS else ():
        match = None if name in found else heading.search(source.text)
        if match:
            yield _warn(source, "missing_table", "标题下没有找到可以读出的表", *match.span())


def _has_rows(printed: Printed) -> bool:
    """Whether a table has rows enough to be one of a form; the few of the remedies stand under heads of their own."""
    if printed.family.name == "remedies" and printed.heads < _LEAST_HEADS:
        return False
    return sum(isinstance(event, Entry) for event in printed.events) >= _find_least(printed)


def _find_least(printed: Printed) -> int:
    """How many rows make a table: under most of its heads one does, as where the text was cut off."""
    return 1 if printed.heads >= _MANY_HEADS else _LEAST_ROWS[printed.family.name]


def _is_older(printed: Printed, text: str) -> bool:
    """Whether a table is one of before the form: no row that the form alone has, but others, or an older year.

    电子邮件申请数 and 否决公开答复总数 beside 当面申请数 and 同意公开答复数, as in the years up to 2013.
    """
    family = printed.family
    if not family.older:
        return False
    entries = [event for event in printed.events if isinstance(event, Entry) and event.row not in family.older]
    if any(
        term.kind == "row" and term.index == entry.row and family.rows[entry.row].layouts
        for entry in entries
        for term in read_label(text[entry.start : entry.end]).terms
    ):
        return False
    others = sum(
        isinstance(left, Stranger)
        and (text[left.end - 1].isdecimal() or (left.is_row and isinstance(right, Run) and right.has_figures))
        for left, right in pairwise(printed.events)
    )
    years = set(_YEAR_RE.findall(text))
    return others >= _MANY_OTHERS or (bool(years) and max(years) < _FIRST_YEAR)


def _is_table(table: Placed) -> bool:
    """Whether rows have figures, or heads stand over figures that could not be given to rows."""
    least = _find_least(table.printed)
    filled = [line for line in table.lines if line.cells]
    if len(filled) >= least and any(
        cell and (cell.kind == "figure" or (cell is UNDECIDED and table.printed.heads))
        for line in filled
        for cell in line.placed or ()
    ):
        return True
    delimited = [line for line in filled if line.kind == "row" and any(cell.kind == "figure" for cell in line.cells)]
    if len(delimited) >= (least if table.printed.heads else _LEAST_DELIMITED):
        return True
    is_printed = table.printed.heads >= _LEAST_HEADS or len(table.lines) >= _MANY_ROWS
    return is_printed and sum(cell.kind == "figure" for cell in table.stray) >= _LEAST_HEADS


def _is_blank_table(table: Placed) -> bool:
    """Whether a whole table is printed without a figure, as offices do that have nothing to report."""
    rows = sum(bool(row.layouts) for row in table.printed.family.rows)
    sure = sum(not line.is_doubtful for line in table.lines)
    return not table.stray and table.printed.heads >= _LEAST_HEADS and 4 * sure >= 3 * rows


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
    for kind, block in groupby(lines, key=_kind_of):
        first, *others = block
        # Headings that tabs indent are no rows: one field of each holds words.
        if kind == "row" and others and any(map(_has_columns, (first, *others))):
            yield first.start, others[-1].end


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
        if complete(printed, page.value) or _has_rows(printed):
            yield printed
    names = {printed.family.name for printed in found}
    if names & {"disclosure", "requests"} and "remedies" not in names:
        below = find_below(text, grid, _HEADINGS["remedies"], page.value)
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
    for printed in islice(_find_tables(source.text, grid, page), _MOST_TABLES):
        if _is_older(printed, source.text):
            left_out.append(printed)
            unread.append(_warn(source, "missing_table", "不是法定的统计表，没有读出", printed.start, printed.end))
            continue
        placed = place(printed, _choose_layouts(printed, source.text), source.text, page.value, page.extents)
        if _is_table(placed):
            tables.append(placed)
        elif _is_blank_table(placed):
            blank.append(placed)
        elif printed.heads >= _MANY_HEADS:
            # The text was cut off behind the heads.
            left_out.append(printed)
        elif len(placed.lines) >= _MANY_ROWS:
            unread.append(_warn(source, "missing_table", "表中各行没有可以读出的数字", printed.start, printed.end))
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
        unread.append(_warn(source, "other_report", "此处起的表属于另一份报告", tables[first].printed.start, last))
    warnings = [warning for table in tables for warning in _find_warnings(source, table.lines, table.stray)]
    warnings += [*unread, *_find_missing_rows(source, form, tables), *_find_missing_tables(source, form, tables)]
    regions = [_extend(grid, printed) for printed in (*(table.printed for table in tables), *left_out)]
    return TableReading(
        form,
        tuple(readings),
        _join_spans((*regions, *_find_other_tables(source, grid))),
        tuple(warnings),
        tuple(_find_unplaced(source, page, tables)),
    )
