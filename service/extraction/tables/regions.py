"""Where tables stand in the view, statutory or not: what is told there is no prose.

In: a `Source`, its lines and the printed tables. Out: sorted spans of the view. What the tables say is not asked.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from service.extraction.report import Span
from service.extraction.source import Source
from service.extraction.tables.cells import Line, has_columns
from service.extraction.tables.printed import Printed

_start_of, _kind_of = attrgetter("start"), attrgetter("kind")
# The heads of a list of no form whose cells have a line each: 指标, 单位 and 数量.
_UNIT_HEAD_RE = re.compile(r"单 {0,3}位 *\n\s*(?:统计)?(?:数 {0,3}[量值据]?|合 {0,3}计) *\n")
_LABEL_HEAD_RE = re.compile(r"(?:指 {0,3}标|项 {0,3}目|内 {0,3}容|名 {0,3}称) *\n\s*(?:计量)?$")
_LONGEST_HEADS = 24
_CELL_RE = re.compile(r"[^\n。;；]{0,60}\n|[^\n。;；]{1,60}\Z")
_LONE_FIGURE_RE = re.compile(r" *[0-9][0-9,.]* *\n?")


def find_regions(source: Source, grid: Iterable[Line], tables: Iterable[Printed]) -> tuple[Span, ...]:
    """The spans of the tables of the forms and of all others."""
    # Of a table in two columns the rows of the second come behind those of the first.
    lines = sorted(grid, key=_start_of)
    return _join_spans((*(_extend(lines, printed) for printed in tables), *_find_other_tables(source, lines)))


def _extend(lines: Sequence[Line], printed: Printed) -> Span:
    """The whole lines of a table."""
    first = bisect_right(lines, printed.start, key=_start_of) - 1
    last = bisect_right(lines, printed.end, key=_start_of) - 1
    return lines[first].start, max(lines[last].end, printed.end)


def _find_other_tables(source: Source, lines: Iterable[Line]) -> Iterator[Span]:
    """Tables of whatever else: those of the markup, and rows of delimited fields under each other."""
    yield from ((table.start, table.end) for table in source.tables)
    yield from _find_lone_lists(source.text)
    for kind, block in groupby(lines, key=_kind_of):
        first, *others = block
        # Headings that tabs indent are no rows: one field of each holds words.
        if kind == "row" and others and any(has_columns(line.cells) for line in (first, *others)):
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


def _join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return tuple(joined)
