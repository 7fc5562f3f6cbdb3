"""A table's cells placed: which figure stands for which indicator.

In: a `Printed` table. Out: its `Line`s, each with the cell of every column, and the cells that no row took. Runs go to
rows (`assignment`), cells to columns (`columns`), readings to one reading (`choosing`); a table that was torn is read
whole (`tearing`).
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import structs

from service.extraction.codebook.tables import LIST, Family, Layout, narrow
from service.extraction.record import Draft
from service.extraction.tables.assignment import (
    MOST_NOISE,
    Assignment,
    Item,
    Line,
    choose_assignment,
    hard_cells,
    sort_lines,
    unpart,
)
from service.extraction.tables.beside import read_beside
from service.extraction.tables.cells import Cell
from service.extraction.tables.choosing import FEW_VALUES, Chooser
from service.extraction.tables.columns import Columns, adds_column, find_extra_places
from service.extraction.tables.counters import drop_counters
from service.extraction.tables.doubts import find_doubtful
from service.extraction.tables.edges import ExtentsOf
from service.extraction.tables.printed import Entry, Event, Printed, Run
from service.extraction.tables.tearing import Order, Torn, ValueOf, read_torn

_FEW_SINGLES = 2
_LEAST_SUMMED = 3
_FEW_ROWS = 4


def _is_clean(assignment: Assignment, family: Family) -> bool:
    """Whether every figure stands where the label before it says."""
    return not (assignment.stray or assignment.doubtful or assignment.torn or _find_swapped(assignment, family))


def _find_swapped(assignment: Assignment, family: Family) -> list[Line]:
    """Rows with a figure too many and rows without any, which may have lost their own to them.

    Where heads name the rows, no cell stands beside a label: a blank too many tells as much.
    """
    many = [
        line
        for line, cells, kind in assignment.taken
        if kind != "row"
        and sum(cell.kind == "figure" or (family.rows_are_heads and cell.kind == "blank") for cell in cells)
        > line.width
    ]
    return [*many, *assignment.bare] if many else []


def _read_torn(family: Family, items: Sequence[Item], assignment: Assignment, value: ValueOf) -> Torn | None:
    """The whole table at once, where labels and figures were torn apart."""
    lines = [item for item in items if isinstance(item, Line)]
    if not family.identities or not lines or _is_clean(assignment, family):
        return None
    if family.extra_parts and lines[0].layout is not family.rows[lines[0].entry.row].layouts[0]:
        # Without their totals rows show no order.
        return None
    extra = find_extra_places(family)[1] if lines[0].has_extra else None
    editions = [edition for line in lines for edition in line.layout.editions]
    edition = max(editions, key=editions.count)
    form = [i for i, row in enumerate(family.rows) if any(edition in layout.editions for layout in row.layouts)]
    strange = set(map(id, assignment.strange))
    # Fragments of a group's label look like words of their own: the figures behind them may be the table's.
    # Empty fields of heads look like blanks: figures alone may be all that there is.
    takes: tuple[Callable[[Cell], bool], ...] = (
        lambda cell: id(cell) not in strange,
        lambda _: True,
        lambda cell: cell.kind == "figure",
    )
    for take in takes:
        torn = read_torn(family, list(_find_blocks(items, lines[0].width, take)), form, lines[0].width, extra, value)
        if torn:
            return _leave_own(torn, items, lines)
    return None


def _leave_own(torn: Torn, items: Iterable[Item], lines: Sequence[Line]) -> Torn | None:
    """Without the rows that would lose the figures in the line of their label to others; None where most would.

    Where one figure is too many and another is missing, those between them can all move on by a row.
    """
    width = lines[0].width
    runs = [item for item in items if isinstance(item, Run) and item.has_figures]
    own = {run.entry.row: cells for run in runs if run.entry and len(cells := hard_cells(run.cells)) == width}
    moved = {row for row, cells in own.items() if list(torn.rows.get(row, cells)) != cells}
    if len(moved) > MOST_NOISE and 2 * len(moved) > len(own):
        return None
    apart = _find_apart(torn, lines) if width == 1 else set()
    return structs.replace(torn, open_rows=torn.open_rows | moved | apart)


def _find_apart(torn: Torn, lines: Iterable[Line]) -> set[int]:
    """The rows of a column that have their labels in lines of their own but a figure in one: 36 2 may be 362."""
    by_line: dict[int, list[Entry]] = {}
    for line in lines:
        for cell in torn.rows.get(line.entry.row, ()):
            by_line.setdefault(cell.line, []).append(line.entry)
    together = [entries for entries in by_line.values() if len({entry.line for entry in entries}) > 1]
    return {entry.row for entries in together if 2 * len(by_line) > len(torn.rows) for entry in entries}


def _find_blocks(items: Iterable[Item], width: int, take: Callable[[Cell], bool]) -> Iterator[int | list[Cell]]:
    """Rows, by their index, and what is taken of the runs between them."""
    for item in items:
        if isinstance(item, Line):
            yield item.entry.row
        elif isinstance(item, Run) and item.has_figures:
            last = max(i for i, cell in enumerate(item.cells) if cell.kind == "figure")
            # Empty fields behind a row with all its figures are those of a wider table.
            cells = item.cells[: max(last + 1, width)] if item.kind == "row" else item.cells
            yield [cell for cell in hard_cells(cells) if take(cell)]


def _adds_up(cells: Sequence[Cell], value: ValueOf) -> bool:
    """Whether the last of three figures or more is the sum of the others, as in a row of the matrix."""
    values = [value(cell) or 0 for cell in hard_cells(cells)]
    return len(values) >= _LEAST_SUMMED and 0 < sum(values[:-1]) == values[-1]


def _give_cells(lines: Iterable[Line], assignment: Assignment, value: ValueOf) -> None:
    """Give every line the cells that its label shows."""
    summed = sum(_adds_up(cells, value) for _, cells, _ in assignment.taken) if assignment.lossy else 0
    if assignment.lossy and assignment.singles + summed // 2 < _FEW_SINGLES:
        # Nothing shows that figures stand behind their labels here: bare rows may be bare because they were torn off.
        assignment.doubtful += assignment.lossy + assignment.empty
    if any(left.entry.row > right.entry.row for left, right in pairwise(lines)):
        # Rows out of the form's order were torn out of it, and so may be their figures.
        assignment.doubtful += assignment.empty
    for line in lines:
        line.cells = assignment.blanks.get(line.entry.start, [])
    for line, cells, kind in assignment.taken:
        line.cells, line.kind = cells, kind
    for line in assignment.torn:
        line.is_torn = True
    for line in assignment.doubtful:
        line.is_doubtful = True
        line.cells = []


def _find_beside(printed: Printed, items: Sequence[Item]) -> list[Cell]:
    """The figures of rows beside each other, where some blank cells were lost: the sums may show which."""
    if not printed.family.rows_are_heads:
        return []
    lines = [i for i, item in enumerate(items) if isinstance(item, Line)]
    runs = [(i, item) for i, item in enumerate(items) if isinstance(item, Run) and item.has_figures]
    if len(runs) != 1 or len(lines) < 2 or runs[0][0] < lines[-1]:
        return []
    cells = hard_cells(runs[0][1].cells)
    is_ordered = len({cell.line for cell in cells}) == 1 or not printed.is_parted
    is_short = len(cells) < sum(line.width for line in items if isinstance(line, Line))
    return cells if runs[0][1].kind != "row" and is_ordered and is_short else []


def _leave_open(lines: Iterable[Line], whole: Container[int]) -> list[Cell]:
    """In a torn table only a row that has all its figures in one line is sure of them; the figures of the others."""
    stray: list[Cell] = []
    for line in lines:
        is_short = len(hard_cells(line.cells)) < line.width
        if is_short or (line.kind == "stream" and id(line) not in whole):
            stray += line.cells
            line.is_doubtful = True
            line.cells = []
    return stray


def _take_torn(lines: Sequence[Line], torn: Torn) -> list[Cell]:
    """Give every line its cells; those of rows that stay open go to none."""
    named = {line.entry.row for line in lines}
    stray = [cell for row, cells in torn.rows.items() if row not in named for cell in cells]
    for line in lines:
        cells = list(torn.rows.get(line.entry.row, ()))
        line.is_doubtful = line.entry.row in torn.open_rows or not cells
        line.cells, line.kind = ([] if line.is_doubtful else cells), "stream"
        stray += cells if line.is_doubtful else []
    return stray


def _are_blanks_single(events: Sequence[Event], layouts: dict[int, Layout]) -> bool:
    """Whether a blank cell is one empty line more, not two: so that all rows with figures are whole, and else not."""
    counts: list[tuple[int, ...]] = []
    for entry, run in pairwise(events):
        if isinstance(entry, Entry) and isinstance(run, Run) and run.has_figures and entry.start in layouts:
            width = len(layouts[entry.start].columns)
            counts.append(tuple(_count_cells(unpart(run, step), width) - width for step in (1, 2)))
    return any(double for _, double in counts) and not any(single for single, _ in counts)


def _count_cells(run: Run, width: int) -> int:
    """How many cells a run has, without blanks behind the columns of its row."""
    last = max(i for i, cell in enumerate(run.cells) if cell.kind == "figure")
    return len(run.cells[: max(last + 1, width)])


def _list_items(printed: Printed, layouts: dict[int, Layout]) -> list[Item]:
    """The events with a line for every entry that has columns."""
    items: list[Item] = []
    is_parted = printed.is_parted
    step = 1 if is_parted and _are_blanks_single(printed.events, layouts) else 2
    for event in printed.events:
        if is_parted and isinstance(event, Run):
            run = unpart(event, step)
            items += [run] if run.cells else []
        elif isinstance(event, Entry):
            layout = layouts.get(event.start)
            items.append(Line(event, layout) if layout else event)
        else:
            items.append(event)
    return items


def _drop_line_ends(items: list[Item]) -> list[Item]:
    """Without the empty lines behind the figures of all rows, as where each row of a page's markup ends in some."""
    # Mostly the first run tells it.
    if any(isinstance(item, Run) and item.cells and item.cells[-1].kind != "soft" for item in items):
        return items
    runs = [item for item in items if isinstance(item, Run) and item.has_figures]
    tail = min((_count_tail(run) for run in runs), default=0) if len(runs) > _FEW_ROWS else 0
    kept = list(items)
    for i, item in enumerate(items if tail else ()):
        if isinstance(item, Run) and item.has_figures:
            kept[i] = structs.replace(item, cells=item.cells[:-tail])
    return kept


def _count_tail(run: Run) -> int:
    """How many empty lines stand behind the last cell of a run."""
    return next(i for i, cell in enumerate(reversed(run.cells)) if cell.kind != "soft")


class Placed(Draft):
    """A table's rows, the cells that no row took, and in which order the page gave up the figures, where that shows."""

    printed: Printed
    lines: list[Line]
    stray: list[Cell]
    order: Order | None


def leave_torn(placed: Placed, value: ValueOf) -> None:
    """Leave out rows that took their figures together, unless they would have the same ones column by column.

    Figures that have a line for each row are by rows.
    """
    torn = [line for line in placed.lines if line.is_torn and line.placed and len({c.line for c in line.cells}) > 1]
    values = {value(cell) if cell else None for line in torn for cell in line.placed or ()}
    for line in torn if len(values) >= FEW_VALUES else ():
        line.is_doubtful = True


def _is_total_first(lines: Sequence[Line], value: ValueOf) -> bool:
    """Whether an office printed the column of totals before the others: the sums of all rows say so.

    Heads do not: where that of the totals is merged over several lines a reader may come upon it first.
    """
    if not lines or lines[0].width < _LEAST_SUMMED or _ends_in_total(lines[0]):
        return False
    failed = 0
    for line in lines:
        if not line.placed or not line.placed[-1]:
            return False
        first, last = line.placed[0], line.placed[-1]
        if (first and value(first)) or value(last):
            values = [(value(cell) if cell else None) or Decimal(0) for cell in line.placed]
            if sum(values[1:]) != values[0]:
                return False
            failed += sum(values[:-1]) != values[-1]
    return failed >= _FEW_SINGLES


def _ends_in_total(line: Line) -> bool:
    """Whether the last head over a row is that of its last column."""
    return line.entry.heads != () and line.entry.heads[-1] in line.layout.columns[-1].keys


def _find_items(
    printed: Printed, layouts: dict[int, Layout], text: str, value: ValueOf
) -> tuple[list[Item], list[Line]]:
    """What was printed, without what only looks like a cell, and the lines among it, as wide as the table's columns."""
    items = _list_items(printed, layouts)
    if printed.family.name == LIST:
        items = drop_counters(items, text, value)
    items = _drop_line_ends(items)
    lines = [item for item in items if isinstance(item, Line)]
    if lines:
        printed.family = narrow(printed.family.name, len(lines[0].layout.columns))
    if adds_column(printed, lines, value):
        for line in lines:
            line.has_extra = True
    return items, lines


def _assign(printed: Printed, items: Sequence[Item], lines: Sequence[Line], value: ValueOf) -> Assignment:
    """Give the runs to the lines: by their sums where rows stand beside each other, else by their labels."""
    family = printed.family
    beside = _find_beside(printed, items)
    rows = sort_lines(lines, family.rows_are_heads) if beside else []
    readings = read_beside(family, rows, beside, value) if beside else None
    assignment = Assignment() if readings else choose_assignment(items, family)
    _give_cells(lines, assignment, value)
    for line, mine in zip(rows, readings, strict=True) if readings else ():
        line.cells, line.readings = beside, mine
    return assignment


def _leave_unsure(
    printed: Printed, items: Sequence[Item], lines: Sequence[Line], assignment: Assignment, text: str
) -> list[Cell]:
    """Leave out the lines that may not have their own figures; the figures that no line has then."""
    family = printed.family
    moved = lines if assignment.stray or assignment.doubtful else _find_swapped(assignment, family)
    stray = [*assignment.stray, *_leave_open(moved, assignment.whole)]
    for line in list(find_doubtful(printed, items, lines, assignment, text)):
        line.is_doubtful = True
    return stray


def _choose_readings(family: Family, lines: Sequence[Line], together: Sequence[Line], value: ValueOf) -> None:
    """One reading for each line; those that took their figures ``together`` are left out where sums say otherwise."""
    chooser = Chooser(family, lines, value)
    chooser.choose()
    if together and not chooser.is_plausible(together):
        for line in together:
            line.is_doubtful = True
    if _is_total_first(lines, value):
        for line in lines:
            line.placed = line.placed and (*line.placed[1:], line.placed[0])


def place(printed: Printed, layouts: dict[int, Layout], text: str, value: ValueOf, extents: ExtentsOf) -> Placed:
    """The rows of a table with their cells by column.

    ``layouts`` are by the start of an entry; entries without one are labels of groups.
    """
    items, lines = _find_items(printed, layouts, text, value)
    family = printed.family
    assignment = _assign(printed, items, lines, value)
    torn = _read_torn(family, items, assignment, value)
    stray = _take_torn(lines, torn) if torn else _leave_unsure(printed, items, lines, assignment, text)
    Columns(printed, [line for line in lines if not line.is_doubtful], text, value, extents).read()
    _choose_readings(family, lines, [] if torn else assignment.torn, value)
    last = max((line.entry.end for line in lines), default=0)
    stray += [cell for cell in assignment.strange if cell.end < last]
    return Placed(printed, lines, stray, torn.order if torn else "rows" if _is_clean(assignment, family) else None)
