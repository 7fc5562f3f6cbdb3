"""The remedies where words were lost: as many figures as they have in all, behind some of their labels or none.

In: a `Printed` table, or the lines below the heading of a part. Out: a table in which each row has an entry. The sums
must hold; which figure stands for what follows from the form's order alone.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

from service.extraction.codebook.tables import Family, load_forms
from service.extraction.tables.assignment import hard_cells
from service.extraction.tables.cells import Cell, Line
from service.extraction.tables.labels import find_pieces, read_label
from service.extraction.tables.open_lines import split_open
from service.extraction.tables.printed import Entry, Event, Printed, Run
from service.extraction.tables.tearing import ValueOf

_NAME = "remedies"
_start_of = attrgetter("start")
# A cell a line, an empty line between them.
_MOST_LINES = 80
_NOTE_RE = re.compile("(?:备?注|说明)[:：]")


def _find_firsts(family: Family, cells: Sequence[Cell], value: ValueOf) -> dict[int, Cell]:
    """The first cell of each row, where all rows are there, one behind the other, and each adds up."""
    found: dict[int, Cell] = {}
    at = 0
    for index, row in enumerate(family.rows):
        width = len(row.layouts[0].columns) if row.layouts else 0
        values = [value(cell) or Decimal(0) for cell in cells[at : at + width]]
        if len(values) < width or sum(values[:-1]) != sum(values[-1:]):
            return {}
        if width:
            found[index] = cells[at]
        at += width
    return found if at == len(cells) else {}


def complete(printed: Printed, value: ValueOf) -> bool:
    """Give an entry to each row that a table's labels do not name; whether nothing but labels and heads was lost."""
    if not printed.family.rows_are_heads:
        return False
    runs = [event for event in printed.events if isinstance(event, Run) and event.has_figures]
    if len(runs) != 1:
        return False
    named = {event.row for event in printed.events if isinstance(event, Entry)}
    firsts = _find_firsts(printed.family, hard_cells(runs[0].cells), value)
    missing = [Entry(row, cell.start, cell.start, cell.line, ()) for row, cell in firsts.items() if row not in named]
    at = printed.events.index(runs[0])
    printed.events[at:at] = missing
    return bool(firsts)


def find_below(text: str, lines: Sequence[Line], heading: re.Pattern[str], value: ValueOf) -> Printed | None:
    """The remedies below their heading, of whose words no row is left."""
    family = load_forms().families[_NAME]
    for match in heading.finditer(text):
        first = bisect_left(lines, match.end(), key=_start_of)
        cells = _find_cells(text, lines[first : first + _MOST_LINES])
        firsts = _find_firsts(family, cells, value) if cells else {}
        if firsts:
            entries: list[Event] = [Entry(row, cell.start, cell.start, cell.line, ()) for row, cell in firsts.items()]
            return Printed(family, match.start(), cells[-1].end, [*entries, Run("stream", cells[0].line, None, cells)])
    return None


def _find_cells(text: str, lines: Sequence[Line]) -> list[Cell]:
    """The cells up to the first words that are no part of the table."""
    found: list[Cell] = []
    for line in lines:
        for cell in line.cells or split_open(text, line.start, line.end, line.number):
            words = text[cell.start : cell.end]
            if cell.kind != "words":
                found.append(cell)
            elif not (_NOTE_RE.match(words) or _is_named(words)):
                return hard_cells(found)
    return hard_cells(found)


def _is_named(words: str) -> bool:
    return any(term.family == _NAME for term in read_label(words).terms) or bool(find_pieces(words, _NAME))
