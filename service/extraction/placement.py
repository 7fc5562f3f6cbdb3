"""Runs of cells to rows and columns: which figure stands for which indicator.

In: a `Printed` table. Out: its `Line`s, each with the cell of every column, and the cells that no row took. Where a run
allows more than one reading, the form's identities choose; they never change a figure, and where they leave two
readings equal the cells that differ stay undecided.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations, groupby, pairwise, product

from service.extraction.alignment import Break, Entry, Printed, Run, RunKind, Stranger
from service.extraction.codebook.tables import Column, Family, Identity, Layout
from service.extraction.grids import Cell
from service.extraction.tearing import Order, Torn, ValueOf, read_torn

# The cell of a column: what is printed, None where nothing is, UNDECIDED where the print leaves it open.
UNDECIDED = Cell("soft", -1, -1)
Reading = tuple[Cell | None, ...]
# Where a cell stands in its line: by characters and, as wide characters take two places, by display.
Extent = tuple[int, int]
ExtentsOf = Callable[[Cell], tuple[Extent, Extent]]

_FEW_SINGLES = 2
_FEW_VALUES = 2
_MOST_READINGS = 64
_MOST_COMBINATIONS = 512
# Twice the distance of two middles that are one, where a column is centred.
_MIDDLE = 2
# A foot of a page or two may stand inside a row.
_MOST_NOISE = 2


@dataclass(slots=True)
class Line:
    """One row with the cells that stand for it, the readings that they allow and the one that was chosen."""

    entry: Entry
    layout: Layout
    kind: RunKind = "stream"
    cells: list[Cell] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    placed: Reading | None = None
    is_doubtful: bool = False
    is_torn: bool = False
    has_extra: bool = False

    @property
    def width(self) -> int:
        """How many columns the row has as it is printed."""
        return len(self.layout.columns) + self.has_extra


def _hard(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.kind != "soft"]


# Runs to rows


def _unpart(run: Run) -> Run:
    """A run in which an empty line parts all cells: a blank cell is an empty line, and the one that parts it."""
    cells: list[Cell] = []
    for kind, group in groupby(run.cells, key=lambda cell: cell.kind):
        part = list(group)
        if kind != "soft":
            cells += part
        elif len(part) % 2:
            cells += [Cell("blank", cell.start, cell.end, cell.line) for cell in part[1::2]]
        else:
            return replace(run, cells=_hard(run.cells))
    return replace(run, cells=cells)


# An entry among the items is the label of a group, which has no figures.
Item = Line | Entry | Run | Stranger | Break


@dataclass(slots=True)
class _Assignment:
    """Which line takes which cells; ``stray`` cells no line took, ``strange`` ones belong to words of their own.

    ``blanks`` are those behind the label of a row without figures, by the start of its entry.
    """

    taken: list[tuple[Line, list[Cell], RunKind]] = field(default_factory=list)
    bare: list[Line] = field(default_factory=list)
    tails: list[Line] = field(default_factory=list)
    lossy: list[Line] = field(default_factory=list)
    blanks: dict[int, list[Cell]] = field(default_factory=dict)
    singles: int = 0
    torn: list[Line] = field(default_factory=list)
    doubtful: list[Line] = field(default_factory=list)
    stray: list[Cell] = field(default_factory=list)
    strange: list[Cell] = field(default_factory=list)

    @property
    def leftover(self) -> int:
        """How much of the table stays unexplained."""
        return sum(cell.kind == "figure" for cell in self.stray) + sum(line.width for line in self.bare)

    @property
    def empty(self) -> list[Line]:
        """The rows behind whose label not even a blank stands."""
        return [line for line in self.bare if line.entry.start not in self.blanks]

    def give(self, lines: Sequence[Line], cells: Sequence[Cell], kind: RunKind) -> None:
        """Cells in reading order to lines in theirs, as many to each as it has columns."""
        if len(lines) == 1:
            self.taken.append((lines[0], list(cells), kind))
            return
        if len({cell.line for cell in _hard(cells)}) > 1:
            # Figures in one line are in order, as all of the remedies often are.
            self.torn += lines
        if sum(line.width for line in lines) <= len(_hard(cells)) or kind == "row":
            cells = _hard(cells)
        at = 0
        for line in sorted(lines, key=lambda line: line.entry.start):
            mine = list(cells[at : at + line.width])
            self.taken.append((line, mine, "row" if kind == "row" and len(mine) < line.width else "stream"))
            at += line.width


def _is_column(cells: Sequence[Cell]) -> bool:
    """Whether every cell has a line of its own, so that an empty line can be one."""
    return len({cell.line for cell in cells}) == len(cells)


def _fits_with_soft(cells: Sequence[Cell], width: int) -> bool:
    """Whether a run is as long as its rows if empty lines between its cells are blanks."""
    if not _is_column(cells):
        return False
    kinds = [cell.kind for cell in cells]
    inner = len(kinds) - next(i for i, kind in enumerate(reversed(kinds)) if kind != "soft")
    return 2 * kinds.count("soft") < len(kinds) and inner <= width <= len(kinds)


class _Assigner:
    """Runs to the rows before them; over the reversed items, to the rows after them."""

    def __init__(self, rows_are_heads: bool) -> None:
        self.rows_are_heads = rows_are_heads
        self.result = _Assignment()
        self.pending: list[Line] = []
        self.knot_lines: list[Line] = []
        self.knot_cells: list[Cell] = []
        self.is_barred = False
        self.group: Entry | None = None

    def feed(self, item: Item) -> None:
        """Take the next row, run or stranger."""
        if isinstance(item, Line):
            self._untie()
            self.pending.append(item)
            self.is_barred, self.group = False, None
        elif isinstance(item, Entry):
            self.group = item
        elif isinstance(item, Stranger):
            self.is_barred = self.is_barred or item.is_row
        elif isinstance(item, Run):
            if item.has_figures:
                item = self._without_fillers(item)
                self._take_run(item, _hard(item.cells))
            else:
                self._take_blanks(item)

    def finish(self) -> _Assignment:
        """What is left over is stray or bare."""
        self._untie()
        self.result.bare += self.pending
        self.result.doubtful += self.knot_lines
        self.result.stray += self.knot_cells
        if self.result.torn:
            # Where labels and figures are torn apart, a label without figures is no blank row.
            self.result.doubtful += self.result.empty
        if self.result.stray:
            # Figures are torn from their rows somewhere: a row that was given some after bare rows may be another.
            self.result.doubtful += self.result.tails + self.result.empty
        return self.result

    def _without_fillers(self, run: Run) -> Run:
        """Without the empty fields of merged heads, which stand before the figures of the rows named there."""
        cells = _hard(run.cells)
        excess = len(cells) - sum(line.width for line in self.pending)
        first = next(i for i, cell in enumerate(cells) if cell.kind == "figure")
        if len(self.pending) < 2 or not 0 < excess <= first:
            return run
        return Run(run.kind, run.line, run.entry, cells[excess:])

    def _take_blanks(self, run: Run) -> None:
        """Blanks alone: a blank row, or fields that merged heads leave empty."""
        if not self.pending or self.is_barred or self.group:
            return
        last = self.pending[-1]
        if _hard(self.result.blanks.get(last.entry.start, ())):
            return
        if run.kind != "row" or run.entry is last.entry:
            self.result.blanks[last.entry.start] = run.cells
            # Where rows are named in heads, blanks behind them are fields that merged heads leave empty.
            if len(_hard(run.cells)) >= last.width and not self.rows_are_heads:
                self.result.bare += self.pending[:-1]
                self.result.give([last], run.cells, run.kind)
                self.pending = []

    def _take_run(self, run: Run, cells: list[Cell]) -> None:
        if self.is_barred:
            self.result.strange += cells
            self.result.doubtful += self.pending
            self.pending, self.is_barred = [], False
            return
        if self.group and (run.entry is self.group or (len(self.pending) == 1 and run.kind != "line")):
            # A group has no figures in the form: these are its sum, or those of a row that was not known.
            self.result.stray += cells
            self.result.doubtful += self.pending
            self.pending = []
            return
        lines = self._fitting(run, len(cells))
        if lines:
            bare = self.pending[: len(self.pending) - len(lines)]
            if bare and run.entry is not lines[-1].entry:
                self.result.tails += lines
                self.result.lossy += lines if len(cells) < lines[-1].width else []
            self.result.singles += not bare and len(lines) == 1 and len(cells) == lines[0].width
            self.result.bare += bare
            self.result.give(lines, run.cells, run.kind)
            self.pending = []
        else:
            self.knot_lines += self.pending
            self.knot_cells += cells
            self.pending = []
            self._untie()

    def _fitting(self, run: Run, count: int) -> list[Line]:
        """The last pending rows that a run fills: the row of its own line, or rows with as many columns in all."""
        if not self.pending:
            return []
        last = self.pending[-1]
        if run.entry is last.entry and (run.kind == "row" or count <= last.width + _MOST_NOISE):
            return [last]
        if run.kind == "row" and run.entry is not None:
            return []
        total = sum(line.width for line in self.pending)
        if count == total or (len(self.pending) > 1 and _fits_with_soft(run.cells, total)):
            return list(self.pending)
        if run.kind == "row" and total - _MOST_NOISE <= count < total:
            # The last fields of a row may be missing where they are blank.
            return list(self.pending)
        noise = _MOST_NOISE if len(self.pending) == 1 else 0
        return [last] if count <= last.width + noise else []

    def _untie(self) -> None:
        """Rows and figures that were torn apart, once they are as many as each other."""
        if self.knot_cells and sum(line.width for line in self.knot_lines) == len(self.knot_cells):
            self.result.give(self.knot_lines, self.knot_cells, "stream")
            self.knot_lines, self.knot_cells = [], []


def _assign(items: Sequence[Item], family: Family) -> _Assignment:
    assigner = _Assigner(family.rows_are_heads)
    for item in items:
        assigner.feed(item)
    return assigner.finish()


def _split_items(items: Sequence[Item]) -> list[list[Item]]:
    """The items of each printed table, as new heads part them."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if isinstance(item, Break):
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _assign_either_way(items: Sequence[Item], family: Family) -> _Assignment:
    """Labels before their figures, unless labels after theirs leave less unexplained."""
    before = _assign(items, family)
    if not before.stray:
        return before
    after = _assign(items[::-1], family)
    after.torn += [line for line, _, _ in after.taken]
    # Words behind figures do not claim them.
    after.stray, after.strange = after.stray + after.strange, []
    after.doubtful += after.empty
    return after if after.leftover < before.leftover else before


def _choose_assignment(items: Sequence[Item], family: Family) -> _Assignment:
    """Each printed table for itself, unless labels and figures of one table hang together beyond its heads."""
    parts = [_assign_either_way(part, family) for part in _split_items(items)]
    is_one = bool(family.identities)
    whole = _assign_either_way(items, family) if is_one and any(part.stray for part in parts) else None
    if whole and whole.leftover < sum(part.leftover for part in parts):
        return whole
    joined = _Assignment()
    for part in parts:
        joined.lossy += part.lossy
        joined.torn += part.torn
        joined.blanks |= part.blanks
        joined.singles += part.singles
        joined.taken += part.taken
        joined.bare += part.bare
        joined.doubtful += part.doubtful
        joined.stray += part.stray
        joined.strange += part.strange
    return joined


# Cells to columns


def _read_soft(line: Line) -> list[Reading]:
    """Empty lines as blank cells, where that makes the row as long as it should be."""
    if not _is_column(line.cells):
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
    if excess > _MOST_NOISE:
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


def _extra_places(family: Family) -> tuple[int, int]:
    """Where the extra column may stand: before or behind the columns that it adds up."""
    parts = family.extra_parts
    return (parts[0], parts[-1] + 1) if parts else (0, 0)


def _summing_places(family: Family, cells: Sequence[Cell | None], value: ValueOf) -> list[int]:
    """At which of its two places a row with an extra column has the sum of the columns beside it."""
    if not family.extra_parts or not cells:
        return []
    first, last = _extra_places(family)
    values = [(value(cell) if cell else None) or Decimal(0) for cell in cells]
    group = values[first : last + 1]
    return [first] * (group[0] == sum(group[1:])) + [last] * (group[-1] == sum(group[:-1]))


def _has_extra(printed: Printed, lines: Sequence[Line], value: ValueOf) -> bool:
    """Whether the table has a column more than the form, which adds up others: by its head, or by its figures."""
    if not printed.family.extra_parts or not lines:
        return False
    if any(printed.family.extra_keys & set(line.entry.heads) for line in lines):
        return True
    width = lines[0].width
    longer = [_trim(_hard(event.cells)) for event in printed.events if isinstance(event, Run)]
    longer = [cells for cells in longer if len(cells) == width + 1]
    summing = [cells for cells in longer if _summing_places(printed.family, cells, value)]
    return len(summing) > 1 and 3 * len(summing) > 2 * len(longer)


def _trim(cells: list[Cell]) -> list[Cell]:
    """Without the blanks at both ends."""
    figures = [i for i, cell in enumerate(cells) if cell.kind == "figure"]
    return cells[figures[0] : figures[-1] + 1] if figures else []


class _Columns:
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
            cells = _hard(line.cells)
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
                self._read_short(line, _hard(line.cells))
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
        offsets = set.intersection(*(_window_offsets(_hard(line.cells), width) for line in lines))
        for line in lines:
            cells = _hard(line.cells)
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
        first, last = _extra_places(self.family)
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
        full = [_hard(other.cells) for other in self.lines if _is_like(other, line)]
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


# Readings to one reading


class _Chooser:
    """Chooses between readings by the identities of the form."""

    def __init__(self, family: Family, lines: Sequence[Line], value: ValueOf) -> None:
        self.family = family
        self.value = value
        self.lines = {line.entry.row: line for line in lines if line.readings}
        self.own: list[Identity] = []
        self.across: list[Identity] = []
        # Rows whose own sum holds in no reading: nothing can choose between their readings.
        self.broken: set[int] = set()

    def choose(self) -> None:
        """Narrow the readings of every line as far as the identities allow."""
        if self._open_rows():
            self._narrow_all()
        for line in self.lines.values():
            line.placed = line.readings[0] if len(line.readings) == 1 else _agreed(line.readings)

    def _narrow_all(self) -> None:
        for identity in self.family.identities:
            rows = {row for side in identity for row, _ in side}
            (self.own if len(rows) == 1 else self.across).append(identity)
        for row, line in self.lines.items():
            if len(line.readings) > 1:
                identities = [(a, b) for a, b in self.own if a[0][0] == row]
                if not self._keep(line, identities, row):
                    self.broken.add(row)
        self._narrow()
        self._search()

    def _keep(self, line: Line, identities: Sequence[Identity], row: int) -> bool:
        """Keep the readings for which all identities hold; False, and all stay, where there is none."""
        kept = [r for r in line.readings if self._holding(identities, {row: r}) == len(identities)]
        line.readings = kept or line.readings
        return bool(kept)

    def is_plausible(self, torn: Sequence[Line]) -> bool:
        """Whether rows that were pieced together add up as rows of the form do, but for some slips."""
        rows = {line.entry.row for line in torn if line.placed and UNDECIDED not in line.placed}
        sums = [
            (self._sum(a, {}), self._sum(b, {}))
            for a, b in self.family.identities
            if {row for row, _ in (*a, *b)} <= rows
        ]
        # Sums of nothing but zeros say nothing.
        sums = [pair for pair in sums if any(pair)]
        if not sums and self.family.identities and not self.family.rows_are_heads:
            return (
                len({self.value(cell) if cell else None for line in torn for cell in line.placed or ()}) < _FEW_VALUES
            )
        return 3 * sum(left == right for left, right in sums) >= 2 * len(sums)

    def _holding(self, identities: Iterable[Identity], rows: dict[int, Reading]) -> int:
        """How many identities hold for these readings; rows with one reading are known."""
        return sum(self._sum(a, rows) == self._sum(b, rows) for a, b in identities)

    def _sum(self, cells: Iterable[tuple[int, int]], rows: dict[int, Reading]) -> Decimal:
        total = Decimal(0)
        for row, column in cells:
            reading = rows.get(row)
            if reading is None and row in self.lines:
                reading = self.lines[row].readings[0]
            cell = reading[column] if reading else None
            total += (self.value(cell) if cell else None) or Decimal(0)
        return total

    def _open_rows(self) -> list[int]:
        return [row for row, line in self.lines.items() if len(line.readings) > 1]

    def _narrow(self) -> None:
        """Rows that alone are open in some identity between rows."""
        changed = True
        while changed:
            changed = False
            for row in self._open_rows():
                waiting = set(self._open_rows()) - {row} | self.broken
                if row in self.broken:
                    continue
                identities = [
                    (a, b)
                    for a, b in self.across
                    if any(r == row for r, _ in (*a, *b)) and not any(r in waiting for r, _ in (*a, *b))
                ]
                before = len(self.lines[row].readings)
                if identities:
                    self._keep(self.lines[row], identities, row)
                changed = changed or len(self.lines[row].readings) < before

    def _search(self) -> None:
        """All combinations of what is still open, where they are few and one makes every identity hold."""
        rows = self._open_rows()
        count = 1
        for row in rows:
            count *= len(self.lines[row].readings)
        if not rows or self.broken or count > _MOST_COMBINATIONS:
            return
        kept = [
            chosen
            for chosen in product(*(self.lines[row].readings for row in rows))
            if self._holding(self.across, dict(zip(rows, chosen, strict=True))) == len(self.across)
        ]
        for i, row in enumerate(rows):
            self.lines[row].readings = list(dict.fromkeys(chosen[i] for chosen in kept)) or self.lines[row].readings


def _agreed(readings: Sequence[Reading]) -> Reading:
    """What all readings agree on; the rest is undecided."""
    return tuple(cells[0] if len(set(map(id, cells))) == 1 else UNDECIDED for cells in zip(*readings, strict=True))


def _is_clean(assignment: _Assignment) -> bool:
    """Whether every figure stands where the label before it says."""
    return not (assignment.stray or assignment.doubtful or assignment.torn or _find_swapped(assignment))


def _find_swapped(assignment: _Assignment) -> list[Line]:
    """Rows with a figure too many and rows without any, which may have lost their own to them."""
    many = [
        line
        for line, cells, kind in assignment.taken
        if kind != "row" and sum(cell.kind == "figure" for cell in cells) > line.width
    ]
    return [*many, *assignment.bare] if many else []


def _read_torn(family: Family, items: Sequence[Item], assignment: _Assignment, value: ValueOf) -> Torn | None:
    """The whole table at once, where labels and figures were torn apart."""
    lines = [item for item in items if isinstance(item, Line)]
    if not family.identities or not lines or _is_clean(assignment):
        return None
    extra = _extra_places(family)[1] if lines[0].has_extra else None
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
        torn = read_torn(family, list(_find_blocks(items, take)), form, lines[0].width, extra, value)
        if torn:
            return torn
    return None


def _find_blocks(items: Iterable[Item], take: Callable[[Cell], bool]) -> Iterator[int | list[Cell]]:
    """Rows, by their index, and what is taken of the runs between them."""
    for item in items:
        if isinstance(item, Line):
            yield item.entry.row
        elif isinstance(item, Run) and item.has_figures:
            yield [cell for cell in _hard(item.cells) if take(cell)]


def _give_cells(lines: Iterable[Line], assignment: _Assignment) -> None:
    """Give every line the cells that its label shows."""
    if assignment.lossy and assignment.singles < _FEW_SINGLES:
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


def _leave_open(lines: Iterable[Line]) -> list[Cell]:
    """In a torn table only a row that has all its figures in one line is sure of them; the figures of the others."""
    stray: list[Cell] = []
    for line in lines:
        if line.kind == "stream" or len(_hard(line.cells)) < line.width:
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


def _list_items(printed: Printed, layouts: dict[int, Layout]) -> list[Item]:
    """The events with a line for every entry that has columns."""
    items: list[Item] = []
    for event in printed.events:
        if isinstance(event, Run) and printed.is_parted:
            run = _unpart(event)
            items += [run] if run.cells else []
        elif isinstance(event, Entry):
            layout = layouts.get(event.start)
            items.append(Line(event, layout) if layout else event)
        else:
            items.append(event)
    return items


@dataclass(slots=True)
class Placed:
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
    for line in torn if len(values) >= _FEW_VALUES else ():
        line.is_doubtful = True


def place(printed: Printed, layouts: dict[int, Layout], text: str, value: ValueOf, extents: ExtentsOf) -> Placed:
    """The rows of a table with their cells by column.

    ``layouts`` are by the start of an entry; entries without one are labels of groups.
    """
    items = _list_items(printed, layouts)
    lines = [item for item in items if isinstance(item, Line)]
    if _has_extra(printed, lines, value):
        for line in lines:
            line.has_extra = True
    assignment = _choose_assignment(items, printed.family)
    _give_cells(lines, assignment)
    torn = _read_torn(printed.family, items, assignment, value)
    stray = _take_torn(lines, torn) if torn else assignment.stray
    if not torn and printed.family.identities:
        stray = stray + _leave_open(lines if stray or assignment.doubtful else _find_swapped(assignment))
    _Columns(printed.family, [line for line in lines if not line.is_doubtful], text, value, extents).read()
    chooser = _Chooser(printed.family, lines, value)
    chooser.choose()
    if assignment.torn and not torn and not chooser.is_plausible(assignment.torn):
        for line in assignment.torn:
            line.is_doubtful = True
    last = max((line.entry.end for line in lines), default=0)
    stray += [cell for cell in assignment.strange if cell.end < last]
    return Placed(printed, lines, stray, torn.order if torn else "rows" if _is_clean(assignment) else None)
