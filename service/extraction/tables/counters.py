"""Numbers that count rows and pages of a table, among its figures: 序号, 代码, the number at the foot of a page.

In: what a table holds, in reading order. Out: the same without those numbers.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import structs

from service.extraction.tables.assignment import Item, Line, hard_cells
from service.extraction.tables.cells import Cell
from service.extraction.tables.printed import Break, Entry, Run, Stranger
from service.extraction.tables.tearing import ValueOf

_FEW_SERIALS = 9
_MOST_SKIPPED = 4
_MOST_ADDED = 20
_FIRST = 3
_SERIAL_RE = re.compile(r"\d{1,2}(?= )")


def _drop_serials(items: Sequence[Item], text: str, value: ValueOf) -> list[Item]:
    """The items without the numbers of rows that a column before the labels holds: 序号 1, 2, 3 and so on.

    Some of them are read as a part of the label behind them: ``3 其中:主动公开规范性文件数``.
    """
    kept = list(items)
    number = found = rows = 0
    for i, item in enumerate(items):
        if not isinstance(item, Line | Entry):
            continue
        rows += isinstance(item, Line)
        run = items[i - 1] if i else None
        cells = hard_cells(run.cells) if isinstance(run, Run) else []
        glued = _SERIAL_RE.match(text, item.entry.start if isinstance(item, Line) else item.start)
        printed = (value(cells[-1]) if cells else None, Decimal(glued[0]) if glued else None)
        # A row whose label is not known has a number too.
        near = [each for each in printed if each is not None and number < each < number + _MOST_SKIPPED]
        following = min((int(each) for each in near if each == int(each)), default=None)
        if following is None:
            continue
        number, found = following, found + 1
        if isinstance(run, Run) and printed[0] == number:
            kept[i - 1] = structs.replace(run, cells=[cell for cell in run.cells if cell is not cells[-1]])
    return kept if found > _FEW_SERIALS and 3 * found > 2 * rows else list(items)


def _drop_codes(items: Sequence[Item], value: ValueOf) -> list[Item]:
    """The items without the numbers of rows that a column behind the labels holds: 代码 01, 02, 03 and so on.

    They rise in the form's order, also where the table stands in two columns beside each other. A row whose own field
    is blank has its number alone.
    """
    found: list[tuple[int, int, Cell]] = []
    for i, (item, run) in enumerate(pairwise(items)):
        if isinstance(run, Run) and isinstance(item, Line | Entry) and run.has_figures:
            first = next(cell for cell in run.cells if cell.kind == "figure")
            found.append((item.entry.row if isinstance(item, Line) else item.row, i + 1, first))
            if len(found) == _FIRST and not any(0 < (value(cell) or 0) <= row + _FIRST for row, _, cell in found):
                return list(items)
    codes: dict[int, Cell] = {}
    number, last = 0, -1
    for row, i, cell in sorted(found, key=lambda one: one[:2]):
        printed = value(cell)
        # Groups have a number or none, an office may have added rows, and a part of the form may be left out.
        most = number + row - last + _MOST_ADDED
        if printed is not None and number < printed <= most and printed == int(printed):
            number, last, codes[i] = int(printed), row, cell
    if len(codes) <= _FEW_SERIALS or 3 * len(codes) <= 2 * len(found):
        return list(items)
    dropped = {cell.start for cell in codes.values()}
    dropped.update(cell.start for i in codes for cell in _find_codes_of_others(items[i], value))
    return [
        structs.replace(item, cells=[cell for cell in item.cells if cell.start not in dropped])
        if isinstance(item, Run)
        else item
        for item in items
    ]


def _find_codes_of_others(run: Item, value: ValueOf) -> list[Cell]:
    """The numbers of rows that an office added, whose figures follow those of the row before: 04, 7, 05, 21, 06, 33."""
    cells = [cell for cell in run.cells if cell.kind == "figure"] if isinstance(run, Run) else []
    numbers = [value(cell) for cell in cells[::2]]
    follow = all(a is not None and b == a + 1 for a, b in pairwise(numbers))
    return cells[2::2] if len(cells) > _FIRST and len(cells) % 2 == 0 and follow else []


def _drop_column_numbers(items: Sequence[Item], value: ValueOf) -> list[Item]:
    """The items without the numbers of columns between heads and rows: 甲, 乙, 丙, 1."""
    first = next((i for i, item in enumerate(items) if isinstance(item, Line | Entry)), 0)
    kept = list(items)
    if sum(isinstance(item, Stranger) for item in items[:first]) > 1:
        for i, run in enumerate(items[:first]):
            numbers = [value(cell) for cell in run.cells if cell.kind == "figure"] if isinstance(run, Run) else []
            if isinstance(run, Run) and numbers and numbers == list(range(1, len(numbers) + 1)):
                kept[i] = structs.replace(run, cells=[])
    return kept


def _find_feet(items: Sequence[Item]) -> Iterator[tuple[int, Cell]]:
    """The figures alone in their line above repeated heads or at the end, and in which runs they stand."""
    for end in [*(i for i, kind in enumerate(map(type, items)) if kind is Break and i), len(items)]:
        run = items[end - 1]
        if isinstance(run, Run) and run.has_figures:
            *others, last = (cell for cell in run.cells if cell.kind == "figure")
            if all(cell.line != last.line for cell in others) and (others or not run.entry):
                yield end - 1, last


def _drop_feet(items: Sequence[Item], value: ValueOf) -> list[Item]:
    """The items without the numbers of pages, where figures stand in the lines of their labels.

    A single one may be a row's figure after all: that row is left open.
    """
    if Break not in map(type, items[1:]):
        return list(items)
    are_own = [item.entry is not None for item in items if isinstance(item, Run)]
    if 3 * sum(are_own) <= 2 * len(are_own):
        return list(items)
    feet = dict(_find_feet(items))
    numbers = [value(cell) for cell in feet.values()]
    is_paged = len(feet) > 1 and all(a is not None and b == a + 1 for a, b in pairwise(numbers))
    kept = list(items)
    for i, cell in feet.items():
        run, row = items[i], items[i - 1]
        if isinstance(run, Run) and (is_paged or i + 1 < len(items)):
            rest = kept[i] = structs.replace(run, cells=[other for other in run.cells if other is not cell])
            if not is_paged and isinstance(row, Line) and not rest.has_figures:
                row.is_doubtful = True
    return kept


def drop_counters(items: Sequence[Item], text: str, value: ValueOf) -> list[Item]:
    """The items without any of these numbers."""
    items = _drop_serials(_drop_column_numbers(items, value), text, value)
    return _drop_feet(_drop_codes(items, value), value)
