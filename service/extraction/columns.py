"""Cells of a row to its columns: every reading that the print allows.

In: lines with the cells that stand for them. Out: the readings of each, one where the print shows the columns, several
where blanks were lost. Which of several holds is for `choosing`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from service.extraction.alignment import Printed, Run
from service.extraction.assignment import MOST_NOISE, Line, Reading, hard_cells, is_column
from service.extraction.codebook.tables import Column, Family
from service.extraction.grids import Cell
from service.extraction.tearing import ValueOf

# Where a cell stands in its line: by characters and, as wide characters take two places, by display.
Extent = tuple[int, int]
ExtentsOf = Callable[[Cell], tuple[Extent, Extent]]

_MOST_READINGS = 64
# Twice the distance of two middles that are one, where a column is centred.
_MIDDLE = 2


def _read_soft(line: Line) -> list[Reading]:
    """Empty lines as blank cells, where that makes the row as long as it should be."""
    if not is_column(line.cells):
        return []
    cells: list[Cell | None] = [None if cell.kind == "soft" else cell for cell in line.cells]
    while len(cells) > line.width and cells[-1] is None:
        cells.pop()
    return [tuple(cells)] if len(cells) == line.width else []


def _join_readings(cells: list[Cell], width: int, text: str) -> list[Reading]:
    """Neighbours as one number: ``1 242`` was two words."""
    gaps = [
        i
        for i in range(len(cells) - 1)
        if cells[i].kind == cells[i + 1].kind == "figure"
        and text[cells[i].end : cells[i + 1].start] == " "
        and cells[i + 1].end - cells[i + 1].start == 3
        and text[cells[i].start] != "0"
    ]
    found: list[Reading] = []
    for chosen in combinations(gaps, len(cells) - width):
        joined: list[Cell] = []
        for i, cell in enumerate(cells):
            if i - 1 in chosen:
                joined[-1] = Cell("figure", joined[-1].start, cell.end, cell.line)
            else:
                joined.append(cell)
        found.append(tuple(joined))
    return found[:_MOST_READINGS]


def _drop_readings(line: Line, cells: list[Cell]) -> list[Reading]:
    """Without the foot of a page: a short number alone on its line."""
    excess = len(cells) - line.width
    counts = Counter(cell.line for cell in cells)
    lonely = [i for i, cell in enumerate(cells) if counts[cell.line] == 1 and cell.end - cell.start < 4]
    if excess > MOST_NOISE:
        return []
    dropped = combinations(lonely, excess)
    readings: list[Reading] = [tuple(cell for i, cell in enumerate(cells) if i not in gone) for gone in dropped]
    return readings[:_MOST_READINGS]


def _spread_readings(cells: list[Cell], width: int) -> list[Reading]:
    """Fewer cells than columns, in order: wherever blanks were lost."""
    found: list[Reading] = []
    for columns in combinations(range(width), len(cells)):
        row: list[Cell | None] = [None] * width
        for column, cell in zip(columns, cells, strict=True):
            row[column] = cell
        found.append(tuple(row))
    return found[:_MOST_READINGS]


def _window_offsets(cells: Sequence[Cell], width: int) -> set[int]:
    """Where a window of ``width`` cells may begin so that only blanks stay outside."""
    figures = [i for i, cell in enumerate(cells) if cell.kind == "figure"]
    last = len(cells) - width
    if not figures:
        return set(range(last + 1))
    return set(range(max(0, figures[-1] - width + 1), min(figures[0], last) + 1))


def _fits_grid(cells: Sequence[Cell], first: int, width: int) -> bool:
    """Whether the fields ``[first, first + width)`` stand behind the label and hold all figures of a row."""
    return cells[0].column <= first and all(
        first <= cell.column < first + width for cell in cells if cell.kind == "figure"
    )


def find_extra_places(family: Family) -> tuple[int, int]:
    """Where the extra column may stand: before or behind the columns that it adds up."""
    parts = family.extra_parts
    return (parts[0], parts[-1] + 1) if parts else (0, 0)


def _summing_places(family: Family, cells: Sequence[Cell | None], value: ValueOf) -> list[int]:
    """At which of its two places a row with an extra column has the sum of the columns beside it."""
    if not family.extra_parts or not cells:
        return []
    first, last = find_extra_places(family)
    values = [(value(cell) if cell else None) or Decimal(0) for cell in cells]
    group = values[first : last + 1]
    return [first] * (group[0] == sum(group[1:])) + [last] * (group[-1] == sum(group[:-1]))


def adds_column(printed: Printed, lines: Sequence[Line], value: ValueOf) -> bool:
    """Whether the table has a column more than the form, which adds up others: by its head, or by its figures."""
    if not printed.family.extra_parts or not lines:
        return False
    if any(printed.family.extra_keys & set(line.entry.heads) for line in lines):
        return True
    width = lines[0].width
    longer = [_trim(hard_cells(event.cells)) for event in printed.events if isinstance(event, Run)]
    longer = [cells for cells in longer if len(cells) == width + 1]
    summing = [cells for cells in longer if _summing_places(printed.family, cells, value)]
    return len(summing) > 1 and 3 * len(summing) > 2 * len(longer)


def _trim(cells: list[Cell]) -> list[Cell]:
    """Without the blanks at both ends."""
    figures = [i for i, cell in enumerate(cells) if cell.kind == "figure"]
    return cells[figures[0] : figures[-1] + 1] if figures else []


class Columns:
    """Gives the cells of one table's lines to columns."""

    def __init__(self, family: Family, lines: Sequence[Line], text: str, value: ValueOf, extents: ExtentsOf) -> None:
        self.family = family
        self.lines = lines
        self.text = text
        self.value = value
        self.extents = extents

    def read(self) -> None:
        """Find the readings of every line."""
        wide: dict[tuple[int, int], list[Line]] = {}
        grids: dict[tuple[str, tuple[Column, ...]], list[Line]] = {}
        for line in self.lines:
            if line.kind == "row":
                grids.setdefault((line.layout.table, line.layout.columns), []).append(line)
        for lines in grids.values():
            self._read_grid(lines)
        for line in self.lines:
            cells = hard_cells(line.cells)
            if line.readings:
                continue
            if not cells:
                line.readings = [(None,) * line.width]
            elif len(cells) == line.width:
                line.readings = [tuple(cells)]
            elif len(cells) > line.width:
                wide.setdefault((line.width, len(cells)), []).append(line)
        for lines in wide.values():
            self._read_wide(lines)
        for line in self.lines:
            if not line.readings:
                self._read_short(line, hard_cells(line.cells))
        self._drop_extra()

    def _read_grid(self, lines: list[Line]) -> None:
        """Delimited rows of one grid: the same fields of every row hold the figures, whatever is missing at its end."""
        lines = [line for line in lines if line.cells and line.cells[0].column >= 0]
        if not lines:
            return
        width = lines[0].width
        firsts = Counter(line.cells[-1].column + 1 - width for line in lines)
        for first, _ in firsts.most_common():
            if all(_fits_grid(line.cells, first, width) for line in lines):
                for line in lines:
                    by_column = {cell.column: cell for cell in line.cells}
                    line.readings = [tuple(by_column.get(column) for column in range(first, first + width))]
                return

    def _read_wide(self, lines: list[Line]) -> None:
        """Rows with more cells than columns: all of one length leave out the same fields."""
        width = lines[0].width
        offsets = set.intersection(*(_window_offsets(hard_cells(line.cells), width) for line in lines))
        for line in lines:
            cells = hard_cells(line.cells)
            if offsets:
                # Merged label fields stand before the figures: 一、本年新收…数量, two empty fields, seven figures.
                first = max(offsets)
                line.readings = [tuple(cells[first : first + width])]
            else:
                own = _window_offsets(cells, width)
                line.readings = [tuple(cells[first : first + width]) for first in sorted(own)]
                if not own and line.kind != "row":
                    line.readings = _join_readings(cells, width, self.text) or _drop_readings(line, cells)

    def _drop_extra(self) -> None:
        """Leave out the column that adds up its neighbours: 小计 of 法人或其他组织, first or last of its group."""
        lines = [line for line in self.lines if line.has_extra]
        first, last = find_extra_places(self.family)
        votes: Counter[int] = Counter()
        for line in lines:
            for place in _summing_places(self.family, line.readings[0] if len(line.readings) == 1 else (), self.value):
                votes[place] += 1
        drop = max((last, first), key=lambda place: votes[place])
        for line in lines:
            line.readings = [reading[:drop] + reading[drop + 1 :] for reading in line.readings]

    def _read_short(self, line: Line, cells: list[Cell]) -> None:
        if len(cells) > line.width:
            return
        if line.kind == "row":
            # The last fields of a row may be missing where they are blank.
            line.readings = [(*cells, *(None for _ in range(line.width - len(cells))))]
            return
        soft = [reading for reading in _read_soft(line) if line.has_extra or self._adds_up(line, reading)]
        line.readings = soft or self._read_extents(line, cells)
        if not line.readings and line.width < 10:
            line.readings = _spread_readings(cells, line.width)

    def _adds_up(self, line: Line, reading: Reading) -> bool:
        """Whether the sums within a row hold: a blank that nothing but an empty line tells must fit them."""
        values = [(self.value(cell) if cell else None) or Decimal(0) for cell in reading]
        return all(
            sum(values[column] for _, column in left) == sum(values[column] for _, column in right)
            for left, right in self.family.identities
            if {row for row, _ in (*left, *right)} == {line.entry.row}
        )

    def _read_extents(self, line: Line, cells: list[Cell]) -> list[Reading]:
        """Fewer cells than columns in a line whose neighbours, or heads, show where the columns stand."""
        if line.kind != "line" or not _is_spaced(cells) or self.text[cells[0].start - 2 : cells[0].start].strip():
            return []
        full = [hard_cells(other.cells) for other in self.lines if _is_like(other, line)]
        full = [others for others in full if len(others) == line.width and _is_spaced(others)]
        heads = _find_head_cells(line)
        found: list[Reading] = []
        for measure in (0, 1):
            extents = [self.extents(cell)[measure] for cell in cells]
            columns = [[self.extents(others[i])[measure] for others in full] for i in range(line.width)]
            reading = _read_positions(extents, cells, columns) if full else None
            reading = reading or _read_nearest(extents, cells, [self.extents(head)[measure] for head in heads])
            if reading and reading not in found:
                found.append(reading)
        return found


def _find_head_cells(line: Line) -> list[Cell]:
    """The heads of the row's columns in their order, where each is printed once and no column is added."""
    by_key = dict(zip(line.entry.heads, line.entry.head_cells, strict=True))
    found = [next((by_key[key] for key in by_key if key in column.keys), None) for column in line.layout.columns]
    cells = [cell for cell in found if cell]
    is_whole = len(cells) == line.width and len(line.entry.heads) == len(by_key) and _is_spaced(cells)
    return cells if is_whole else []


def _read_nearest(extents: Sequence[Extent], cells: Sequence[Cell], heads: Sequence[Extent]) -> Reading | None:
    """Each cell in the column whose head stands over it, not a quarter of the way to the next."""
    middles = [start + end for start, end in heads]
    gaps = [right - left for left, right in pairwise(middles)]
    if len(heads) < 2 or min(gaps) <= 0:
        return None
    row: list[Cell | None] = [None] * len(heads)
    for (start, end), cell in zip(extents, cells, strict=True):
        nearest = min(range(len(heads)), key=lambda i: abs(middles[i] - start - end))
        if abs(middles[nearest] - start - end) * 4 >= min(gaps) or row[nearest] is not None:
            return None
        row[nearest] = cell
    return tuple(row)


def _is_spaced(cells: Sequence[Cell]) -> bool:
    """Whether more than one blank stands between all cells, as where they are aligned."""
    return all(right.line != left.line or right.start - left.end > 1 for left, right in pairwise(cells))


def _is_like(other: Line, line: Line) -> bool:
    """Whether two rows stand in one printed table."""
    mine, theirs = line.layout, other.layout
    return other.kind == "line" and theirs.table == mine.table and theirs.columns == mine.columns


def _read_positions(
    extents: Sequence[Extent], cells: Sequence[Cell], columns: Sequence[Sequence[Extent]]
) -> Reading | None:
    """Each cell in the one column that it is aligned with: by its start, its end or its middle."""
    row: list[Cell | None] = [None] * len(columns)
    for (start, end), cell in zip(extents, cells, strict=True):
        under = [
            i
            for i, column in enumerate(columns)
            if all(start == first for first, _ in column)
            or all(end == last for _, last in column)
            or all(abs(start + end - first - last) <= _MIDDLE for first, last in column)
        ]
        if len(under) != 1 or row[under[0]] is not None:
            return None
        row[under[0]] = cell
    return tuple(row)
