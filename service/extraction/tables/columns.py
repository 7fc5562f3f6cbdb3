"""Cells of a row to its columns: every reading that the print allows.

In: lines with the cells that stand for them. Out: the readings of each, one where the print shows the columns, several
where blanks were lost. Which of several holds is for `choosing`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice, pairwise, takewhile
from operator import attrgetter, itemgetter

from service.extraction.codebook.tables import LIST, Column, Family, Identity
from service.extraction.tables.assignment import UNDECIDED, Line, Reading, hard_cells, is_column
from service.extraction.tables.cells import Cell, read_cell
from service.extraction.tables.edges import ExtentsOf, Places, find_alignments
from service.extraction.tables.heads import find_head_cells, find_head_place, read_under_head, read_under_heads
from service.extraction.tables.labels import is_unit, read_label
from service.extraction.tables.merged import drop_said_again, read_once
from service.extraction.tables.printed import ENOUGH, Printed, Run
from service.extraction.tables.tearing import ValueOf

_MOST_READINGS = 64
_LEAST_LINES = 3
_start_of = attrgetter("start")
_FEW_OFFSETS = 2
_LONG_GAP = 40
_LONG_ROW = 200
_FIELD_RE = re.compile(r"[\t|]")


def _read_soft(line: Line) -> list[Reading]:
    """Empty lines as blank cells, where they make the row long enough; those that are too many stand at either end."""
    if not is_column(line.cells):
        return []
    cells = [None if cell.kind == "soft" else cell for cell in line.cells]
    figures = [i for i, cell in enumerate(cells) if cell]
    firsts = range(max(0, figures[-1] + 1 - line.width), min(figures[0], len(cells) - line.width) + 1)
    return [tuple(cells[first : first + line.width]) for first in firsts]


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
    dropped = islice(combinations(lonely, excess), _MOST_READINGS)
    return [tuple(cell for i, cell in enumerate(cells) if i not in gone) for gone in dropped]


def spread_cells(cells: Sequence[Cell], width: int) -> Iterator[Reading]:
    """Fewer cells than columns, in order: wherever blanks were lost."""
    return (_to_reading(cells, places, width) for places in combinations(range(width), len(cells)))


def find_own_sums(family: Family, row: int) -> list[Identity]:
    """The identities within one row."""
    return [(a, b) for a, b in family.identities if {r for r, _ in (*a, *b)} == {row}]


def adds_up(reading: Sequence[Cell | None], sums: Iterable[Identity], value: ValueOf) -> bool:
    """Whether sums within a row hold; a blank is no part of them."""
    values = [(value(cell) if cell else None) or Decimal(0) for cell in reading]
    return all(sum(values[c] for _, c in left) == sum(values[c] for _, c in right) for left, right in sums)


def _window_offsets(cells: Sequence[Cell], width: int) -> set[int]:
    """Where a window of ``width`` cells may begin so that only blanks stay outside."""
    figures = [i for i, cell in enumerate(cells) if cell.kind == "figure"]
    last = len(cells) - width
    if not figures:
        return set(range(last + 1))
    return set(range(max(0, figures[-1] - width + 1), min(figures[0], last) + 1))


def _fits_end(cells: Sequence[Cell], width: int) -> bool:
    """Whether the last fields of a row hold all its figures."""
    return len(cells) >= width and all(cell.kind != "figure" for cell in cells[:-width])


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
    longer = [trim(hard_cells(event.cells)) for event in printed.events if isinstance(event, Run)]
    longer = [cells for cells in longer if len(cells) == width + 1]
    summing = [cells for cells in longer if _summing_places(printed.family, cells, value)]
    return len(summing) > 1 and 3 * len(summing) > 2 * len(longer)


def trim(cells: list[Cell]) -> list[Cell]:
    """Without the blanks at both ends."""
    figures = [i for i, cell in enumerate(cells) if cell.kind == "figure"]
    return cells[figures[0] : figures[-1] + 1] if figures else []


class Columns:
    """Gives the cells of one table's lines to columns."""

    def __init__(self, printed: Printed, lines: Sequence[Line], text: str, value: ValueOf, extents: ExtentsOf) -> None:
        self.family = printed.family
        self.has_blank_lines = printed.parted <= printed.joined
        self.lines = lines
        self.text = text
        self.value = value
        self.extents = extents
        self.aligned: dict[int, list[Reading]] = {}
        # Rows with fields of words.
        self.filled: list[Line] = []

    def read(self) -> None:
        """Find the readings of every line."""
        wide: dict[tuple[int, int], list[Line]] = {}
        self._read_grids()
        several = self._read_several()
        for line in self.lines:
            if line.readings or id(line) in several:
                continue
            cells = self._tidy(line)
            if not cells:
                line.readings = [(UNDECIDED if self._has_words(line) else None,) * line.width]
            elif len(cells) == line.width:
                line.readings = [tuple(cells)]
            elif len(cells) > line.width:
                wide.setdefault((line.width, len(cells)), []).append(line)
        for lines in wide.values():
            self._read_wide(lines)
        for line in self.lines:
            if not line.readings and id(line) not in several:
                self._read_short(line, hard_cells(line.cells))
        self._leave_words()
        self._drop_extra()

    def _read_several(self) -> set[int]:
        """Rows of the long list of one figure each, most of which have several in their line: those below its own head.

        Where no head tells it, or a row has fewer, nothing does: 486 133 is no 486133 then. The rows that it decides.
        """
        rows: list[tuple[Line, list[Cell]]] = []
        for line in self.lines if self.family.name == LIST else ():
            if line.cells and not line.readings:
                rows.append((line, [cell for cell in hard_cells(line.cells) if cell.line == line.entry.line]))
        counts = Counter(len(cells) for _, cells in rows if cells)
        count, most = max(counts.items(), key=itemgetter(1), default=(0, 0))
        # A blank field of remarks behind the figure is no second one.
        several = sum(len([cell for cell in cells if cell.kind == "figure"]) > 1 for _, cells in rows)
        if count <= 1 or 2 * most <= counts.total() or not several:
            return set()
        for line, cells in rows:
            place = find_head_place(line, self.text, count) if len(cells) == count else -1
            line.readings = [(cells[place],)] if place >= 0 else []
        return {id(line) for line, cells in rows if cells}

    def _read_grids(self) -> None:
        """The delimited rows, those of one grid together."""
        grids: dict[tuple[str, tuple[Column, ...]], list[Line]] = {}
        for line in self.lines:
            if line.kind == "row":
                if line.cells and (line.cells[0].kind != "figure" or len(line.cells) != line.width):
                    self._fill_gaps(line)
                grids.setdefault((line.layout.table, line.layout.columns), []).append(line)
        for lines in grids.values():
            self._read_grid(lines)

    def _fill_gaps(self, line: Line) -> None:
        """Put cells of words where a row has fields of them between its cells or behind them: 593|0|见附件|7."""
        cells = line.cells
        is_whole = cells[-1].column - cells[0].column < len(cells)
        if is_whole and not self.text[cells[-1].end : cells[-1].end + _LONG_GAP].partition("\n")[0].strip(" |\t"):
            return
        filled: list[Cell] = []
        for i, cell in enumerate(cells):
            filled.append(cell)
            at = cell.column + 1
            if i + 1 == len(cells):
                fields = self._split_behind(cell.end)[1:]
            elif cells[i + 1].column > at:
                fields = _FIELD_RE.split(self.text[cell.end : cells[i + 1].start])[1:-1]
            else:
                continue
            words = [field for field in fields if field.strip()]
            if all(read_cell(field) is None for field in words):
                filled += [Cell("words", cell.end, cell.end, cell.line, at + j) for j in range(len(words))]
        if len(filled) > len(cells):
            line.cells = filled
            self.filled.append(line)

    def _leave_words(self) -> None:
        """A field of words is no blank, and no figure either."""
        for line in self.filled:
            line.readings = [
                tuple(UNDECIDED if cell and cell.kind == "words" else cell for cell in reading)
                for reading in line.readings
            ]

    def _read_grid(self, lines: list[Line]) -> None:
        """Delimited rows of one grid: the same fields of every row hold the figures, whatever is missing at its end."""
        lines = [line for line in lines if line.cells and line.cells[0].column >= 0]
        if not lines:
            return
        width = lines[0].width
        under_heads = read_under_head(lines, self.text) if width == 1 else [read_under_heads(line) for line in lines]
        if all(under_heads):
            for line, reading in zip(lines, under_heads, strict=True):
                line.readings = [reading]
            return
        if all(_fits_end(line.cells, width) for line in lines):
            # Merged labels may have left no fields: the second row of 三、本年度办理结果 begins a field earlier.
            for line in lines:
                line.readings = [tuple(line.cells[-width:])]
            return
        firsts = Counter(line.cells[-1].column + 1 - width for line in lines)
        for first, _ in firsts.most_common():
            if all(_fits_grid(line.cells, first, width) for line in lines):
                for line in lines:
                    by_column = {cell.column: cell for cell in line.cells}
                    if first + width - 1 in by_column:
                        line.readings = [tuple(by_column.get(at, UNDECIDED) for at in range(first, first + width))]
                return

    def _read_wide(self, lines: list[Line]) -> None:
        """Rows with more cells than columns: all of one length leave out the same fields."""
        width = lines[0].width
        offsets = set.intersection(*(_window_offsets(hard_cells(line.cells), width) for line in lines))
        repeated = [read_once(hard_cells(line.cells), width, self.text) for line in lines]
        if not offsets and all(repeated) and len(lines) > 1 and all(line.kind == "row" for line in lines):
            for line, reading in zip(lines, repeated, strict=True):
                line.readings = [reading]
            return
        first = self._choose_offset(lines, offsets)
        for line in lines:
            cells = hard_cells(line.cells)
            if offsets:
                line.readings = [tuple(cells[first : first + width])]
            else:
                own = _window_offsets(cells, width)
                line.readings = [tuple(cells[first : first + width]) for first in sorted(own)]
                if not own and line.kind != "row":
                    joined = _join_readings(cells, width, self.text)
                    # 77 4 1 86 380 in a row of six is no row with 86380, unless its sum says so.
                    sums = find_own_sums(self.family, line.entry.row)
                    line.readings = [reading for reading in joined if adds_up(reading, sums, self.value)]
                    line.readings = line.readings or _drop_readings(line, cells)

    def _choose_offset(self, lines: Sequence[Line], offsets: set[int]) -> int:
        """Where the figures of rows of one length begin: where most sums within them hold.

        Else merged label fields stand before the figures: 一、本年新收…数量, two empty fields, seven figures.
        """
        if len(offsets) < _FEW_OFFSETS:
            return max(offsets, default=0)
        rows = [(hard_cells(line.cells), find_own_sums(self.family, line.entry.row)) for line in lines]

        def count_holding(first: int) -> int:
            return sum(adds_up(cells[first : first + lines[0].width], own, self.value) for cells, own in rows)

        return max(offsets, key=lambda first: (count_holding(first), first))

    def _tidy(self, line: Line) -> list[Cell]:
        """One cell for what the page prints as two in a line of its own, `2 784`, or again for every merged field."""
        cells = hard_cells(line.cells)
        if line.kind == "row" or len(cells) < line.width:
            return cells
        lines = len({cell.line for cell in cells})
        if len(cells) == len(line.entry.heads) > line.width:
            # The same figure under the same head.
            said = [(head, self.text[c.start : c.end]) for head, c in zip(line.entry.heads, cells, strict=True)]
            line.cells = cells = drop_said_again(cells, said)
        elif lines == line.width < len(cells) or _LEAST_LINES < lines == len(cells) - 1 == line.width - 1:
            joined = _join_readings(cells, lines, self.text)
            if len(joined) == 1:
                soft = [cell for cell in line.cells if cell.kind == "soft"]
                cells = [cell for cell in joined[0] if cell]
                line.cells = sorted([*soft, *cells], key=_start_of)
        return cells

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
            reading = self._read_fields(line, cells)
            if reading:
                line.readings = [reading]
                return
        soft = [reading for reading in _read_soft(line) if self._is_borne_out(line, reading)]
        line.readings = soft or self._read_aligned(line)
        if not line.readings and line.width < 10:
            line.readings = list(islice(spread_cells(cells, line.width), _MOST_READINGS))

    def _read_fields(self, line: Line, cells: Sequence[Cell]) -> Reading:
        """A row short of cells: the fields that hold words are left open, and its last ones may be missing.

        That is no case for readers that end rows with a pipe: they write all fields that they have; () then.
        """
        before = _FIELD_RE.split(self.text[line.entry.end : cells[0].start])
        behind = self._split_behind(cells[-1].end)
        first, last = cells[0].column - sum(bool(field.strip()) for field in before[1:]), cells[-1].column
        words = sum(bool(field.strip()) for field in behind)
        by_column = {cell.column: cell for cell in cells}
        missing = line.width - (last + 1 - first)
        if missing < 0 or (missing > words and self._is_closed(cells[-1])) or 0 < missing < words:
            # Other rows in the same line show that nothing stands for blank cells.
            return ()
        places = range(first, first + line.width)
        return tuple(by_column.get(at, UNDECIDED if at < last or words else None) for at in places)

    def _split_behind(self, at: int, least: int = 1) -> list[str]:
        """The fields behind a place of a row; those far away, or behind the label of another row, are not its own."""
        fields = _FIELD_RE.split(self.text[at : at + _LONG_ROW].partition("\n")[0])
        return fields[:least] + list(takewhile(lambda field: not self._is_label(field), fields[least:]))

    def _is_label(self, field: str) -> bool:
        """Whether a field names a row of the table, as where two of its columns stand beside each other."""
        words = field.strip()
        if len(words) < ENOUGH:
            return False
        return any(term.kind == "row" and term.family == self.family.name for term in read_label(words).terms)

    def _has_words(self, line: Line) -> bool:
        """Whether a field behind the label of a row without cells holds words: 见附件 is no blank."""
        # A label right behind the row's own is a head of its column: 予以公开|部分公开.
        fields = self._split_behind(line.entry.end, 2)[1:]
        return any(not (read_cell(field) or is_unit(field.strip())) for field in fields)

    def _is_closed(self, cell: Cell) -> bool:
        """Whether a pipe stands behind a cell: readers that end rows with one do not leave out their last fields."""
        return self.text[cell.end : cell.end + _LONG_GAP].lstrip(" ").startswith("|")

    def _is_borne_out(self, line: Line, reading: Reading) -> bool:
        """Whether the sums within a row hold: a blank that nothing but an empty line tells must fit them.

        Where there are none, empty lines must not be what stands between all cells, or behind the table.
        """
        if line.has_extra:
            return True
        own = find_own_sums(self.family, line.entry.row)
        if not own:
            return self.has_blank_lines and line.cells[-1].kind != "soft"
        return adds_up(reading, own, self.value)

    def _read_aligned(self, line: Line) -> list[Reading]:
        """Fewer cells than columns in a line of a table whose cells are aligned."""
        if not self._is_aligned(line):
            return []
        if line.entry.start not in self.aligned:
            table = line.layout.table, line.layout.columns
            lines = [other for other in self.lines if (other.layout.table, other.layout.columns) == table]
            self._align([other for other in lines if self._is_aligned(other)])
        return self.aligned[line.entry.start]

    def _align(self, lines: Sequence[Line]) -> None:
        """The rows of one table in lines: whole rows, or heads, show where the columns stand in all."""
        rows = [hard_cells(line.cells) for line in lines]
        full = [cells for cells in rows if len(cells) == lines[0].width]
        heads = next((heads for heads in map(find_head_cells, lines) if heads and _is_spaced(heads)), [])
        found: list[tuple[int, list[Places]]] = []
        for measure in () if self._are_joined(lines, heads) else (0, 1):
            mine, whole = ([[self.extents(cell)[measure] for cell in cells] for cells in part] for part in (rows, full))
            over = [self.extents(head)[measure] for head in heads]
            # Heads of several lines stand beside each other, or their places are not those of the columns.
            is_row = all(left[1] <= right[0] for left, right in pairwise(over))
            found += find_alignments(mine, whole, over if is_row else [])
        best = min((rank for rank, _ in found), default=0)
        for i, line in enumerate(lines):
            readings = (_to_reading(rows[i], places[i], line.width) for rank, places in found if rank == best)
            self.aligned[line.entry.start] = list(dict.fromkeys(readings))

    def _are_joined(self, lines: Sequence[Line], heads: Sequence[Cell]) -> bool:
        """Whether as many blanks stand before all cells and heads: a program joined them, and they are not aligned."""
        before = [cell.start for line in lines for cell in hard_cells(line.cells)] + [head.start for head in heads]
        gaps = {len(near) - len(near.rstrip(" ")) for near in (self.text[max(0, at - _LONG_GAP) : at] for at in before)}
        return len(gaps) == 1 and len(before) > 1

    def _is_aligned(self, line: Line) -> bool:
        """Whether more than one blank stands before each cell of a line."""
        cells = hard_cells(line.cells)
        if line.kind != "line" or not 0 < len(cells) <= line.width or not _is_spaced(cells):
            return False
        return not self.text[cells[0].start - 2 : cells[0].start].strip()


def _to_reading(cells: Sequence[Cell], places: Places, width: int) -> Reading:
    by_column = dict(zip(places, cells, strict=True))
    return tuple(by_column.get(column) for column in range(width))


def _is_spaced(cells: Sequence[Cell]) -> bool:
    """Whether more than one blank stands between all cells, as where they are aligned."""
    return all(right.line != left.line or right.start - left.end > 1 for left, right in pairwise(cells))
