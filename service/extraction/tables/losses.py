"""What could not be read of the tables, as warnings.

In: placed tables and the form that they are of. Out: a warning for each row, cell, missing row and missing table.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from service.extraction.report import ParseWarning
from service.extraction.source import Source
from service.extraction.tables.assignment import UNDECIDED, Line
from service.extraction.tables.placement import Placed
from service.extraction.tables.printed import Printed

# The headings of the parts of the later forms, each with a table under it.
_HEADED_FORMS = ("2019", "2021")
HEADINGS = {
    "disclosure": re.compile(r"^[^\n。]{0,8}主动公开政府信息(?:的)?情况[^\n。]{0,4}$", re.MULTILINE),
    "requests": re.compile(r"^[^\n。]{0,8}收到和处理政府信息公开申请(?:的)?情况[^\n。]{0,4}$", re.MULTILINE),
    "remedies": re.compile(r"^[^\n。]{0,20}行政复议[^\n。]{0,8}行政诉讼(?:的)?情况[^\n。]{0,4}$", re.MULTILINE),
}


def warn(source: Source, code: str, message: str, start: int, end: int) -> ParseWarning:
    return ParseWarning(code, message, source.span(start, end))


def warn_unread(source: Source, message: str, printed: Printed) -> ParseWarning:
    """A table that was found and is not read."""
    return warn(source, "missing_table", message, printed.start, printed.end)


def _describe(line: Line, text: str) -> Iterator[tuple[str, str]]:
    """What could not be read of a row, as a code and in words."""
    if "" in line.layout.codes:
        yield "undecided_cell", "有一栏的表头不是法定的栏目，没有读出"
    if line.placed is None or line.is_doubtful:
        yield "unplaced_row", "这一行的数字无法对应到各栏"
    elif UNDECIDED in line.placed:
        label = text[line.entry.start : line.entry.end].strip()
        yield "undecided_cell", f"“{label[:20]}”的部分空格位置不明"


def find_warnings(
    source: Source, form: str | None, tables: Sequence[Placed], unread: Iterable[ParseWarning]
) -> Iterator[ParseWarning]:
    """What was not read of the tables, which were not read, and what is missing of the form."""
    for table in tables:
        yield from _find_losses(source, table)
    yield from unread
    yield from _find_missing_rows(source, form, tables)
    yield from _find_missing_tables(source, form, tables)


def find_other_report(source: Source, tables: Sequence[Placed]) -> Iterator[ParseWarning]:
    """Where the tables of another report begin."""
    if tables:
        start, end = tables[0].printed.start, tables[-1].printed.end
        yield warn(source, "other_report", "此处起的表属于另一份报告", start, end)


def _find_losses(source: Source, table: Placed) -> Iterator[ParseWarning]:
    for line in table.lines:
        for code, message in _describe(line, source.text):
            end = max([line.entry.end, *(cell.end for cell in line.cells)])
            yield warn(source, code, message, line.entry.start, end)
    for cell in table.stray:
        if cell.kind == "figure":
            yield warn(source, "unplaced_cell", "表中的数字无法对应到任何一行", cell.start, cell.end)


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
            yield warn(source, "missing_row", message, mine[0].printed.start, mine[-1].printed.end)


def _find_missing_tables(source: Source, form: str | None, tables: Iterable[Placed]) -> Iterator[ParseWarning]:
    """Headings of parts without the tables that belong under them."""
    found = {table.printed.family.name for table in tables}
    for name, heading in HEADINGS.items() if form in _HEADED_FORMS else ():
        match = None if name in found else heading.search(source.text)
        if match:
            yield warn(source, "missing_table", "标题下没有找到可以读出的表", *match.span())
