"""Runs of cells to rows: which figures stand for which row of a form.

In: the events of a `Printed` table, in which entries with columns are `Line`s. Out: an `Assignment`: which line takes
which cells, which rows stand bare, and the cells that no row took. Which column a cell belongs to is for `columns`.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import field, structs

from service.extraction.codebook.tables import Family, Layout
from service.extraction.record import Draft
from service.extraction.tables.cells import Cell
from service.extraction.tables.printed import Break, Entry, Run, RunKind, Stranger

# The cell of a column: what is printed, None where nothing is, `UNDECIDED` where the print leaves it open.
Reading = tuple[Cell | None, ...]
UNDECIDED = Cell("soft", -1, -1)
# A foot of a page or two may stand inside a row.
MOST_NOISE = 2


class Line(Draft):
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


def hard_cells(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.kind != "soft"]


def sort_lines(lines: Iterable[Line], are_heads: bool) -> list[Line]:
    """Rows as the page has them; those named by heads as the form has them, unless the heads stand in one line.

    A merged head stands in the middle of its cell: 行政复议 may come behind 未经复议直接起诉 of the next line.
    """
    lines = sorted(lines, key=lambda line: line.entry.start)
    if are_heads and len({line.entry.line for line in lines}) > 1:
        return sorted(lines, key=lambda line: line.entry.row)
    return lines


def unpart(run: Run, step: int) -> Run:
    """A run in which an empty line parts all cells: a blank cell is ``step`` more, itself or with one that parts it.

    Empty lines around the unit of a row are not next to each other: 件 stands between them.
    """
    cells: list[Cell] = []
    for (kind, _), group in groupby(enumerate(run.cells), key=lambda item: (item[1].kind, item[1].line - item[0])):
        part = [cell for _, cell in group]
        if kind != "soft":
            cells += part
        elif len(part) % step == 1 % step:
            cells += [Cell("blank", cell.start, cell.end, cell.line) for cell in part[1::step]]
        else:
            return structs.replace(run, cells=hard_cells(run.cells))
    return structs.replace(run, cells=cells)


# An entry among the items is the label of a group, which has no figures.
Item = Line | Entry | Run | Stranger | Break


class Assignment(Draft):
    """Which line takes which cells; ``stray`` cells no line took, ``strange`` ones belong to words of their own.

    ``blanks`` are those behind the label of a row without figures, by the start of its entry; ``whole`` are the lines,
    by their identity, of tables under heads of their own in which all is explained.
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
    whole: set[int] = field(default_factory=set)

    @property
    def leftover(self) -> int:
        """How much of the table stays unexplained."""
        return sum(cell.kind == "figure" for cell in self.stray) + sum(line.width for line in self.bare)

    @property
    def is_whole(self) -> bool:
        """Whether all is explained, and each row has as many cells as columns."""
        is_exact = all(len(hard_cells(cells)) == line.width for line, cells, _ in self.taken)
        return is_exact and not (self.stray or self.doubtful or self.bare)

    @property
    def empty(self) -> list[Line]:
        """The rows behind whose label not even a blank stands."""
        return [line for line in self.bare if line.entry.start not in self.blanks]

    def give(self, lines: Sequence[Line], cells: Sequence[Cell], kind: RunKind, are_heads: bool = False) -> None:
        """Cells in reading order to lines in theirs, as many to each as it has columns."""
        if len(lines) == 1:
            self.taken.append((lines[0], list(cells), kind))
            return
        is_one_line = len({cell.line for cell in hard_cells(cells)}) == 1
        are_apart = lines[0].width == 1 and len({line.entry.line for line in lines}) > 1
        if not is_one_line or are_apart:
            # Figures in one line are in order, as all of the remedies often are; in one column they may be one: 36 2.
            self.torn += lines
        if sum(line.width for line in lines) <= len(hard_cells(cells)) or kind == "row":
            cells = hard_cells(cells)
        at = 0
        for line in sort_lines(lines, are_heads):
            mine = list(cells[at : at + line.width])
            self.taken.append((line, mine, "row" if kind == "row" and len(mine) < line.width else "stream"))
            at += line.width


def is_column(cells: Sequence[Cell]) -> bool:
    """Whether every cell has a line of its own, so that an empty line can be one."""
    return len({cell.line for cell in cells}) == len(cells)


def _fits_with_soft(cells: Sequence[Cell], width: int) -> bool:
    """Whether a run is as long as its rows if empty lines between its cells are blanks."""
    if not is_column(cells):
        return False
    kinds = [cell.kind for cell in cells]
    inner = len(kinds) - next(i for i, kind in enumerate(reversed(kinds)) if kind != "soft")
    return 2 * kinds.count("soft") < len(kinds) and inner <= width <= len(kinds)


class _Assigner:
    """Runs to the rows before them; over the reversed items, to the rows after them."""

    def __init__(self, rows_are_heads: bool) -> None:
        self.rows_are_heads = rows_are_heads
        self.result = Assignment()
        self.pending: list[Line] = []
        self.knot_lines: list[Line] = []
        self.knot_cells: list[Cell] = []
        self.is_barred = False
        self.group: Entry | None = None
        self.sums: list[Cell] = []

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
                self._take_run(item, hard_cells(item.cells))
            else:
                self._take_blanks(item)

    def finish(self) -> Assignment:
        """What is left over is stray or bare."""
        self._untie()
        self.result.bare += self.pending
        self.result.doubtful += self.knot_lines
        self.result.stray += self.knot_cells
        if self.result.is_whole and not self.result.torn:
            self.result.strange += self.sums
        else:
            self.result.stray += self.sums
        if self.result.torn:
            # Where labels and figures are torn apart, a label without figures is no blank row.
            self.result.doubtful += self.result.empty
        if self.result.stray:
            # Figures are torn from their rows somewhere: a row that was given some after bare rows may be another.
            self.result.doubtful += self.result.tails + self.result.empty
        return self.result

    def _without_fillers(self, run: Run) -> Run:
        """Without the empty fields of merged heads, which stand before the figures of the rows named there."""
        cells = hard_cells(run.cells)
        excess = len(cells) - sum(line.width for line in self.pending)
        first = next(i for i, cell in enumerate(cells) if cell.kind == "figure")
        if len(self.pending) < 2 or not 0 < excess <= first:
            return run
        return Run(run.kind, run.line, run.entry, cells[excess:])

    def _without_tail(self, cells: Sequence[Cell]) -> list[Cell]:
        """Without the blank cells at the end that the pending rows have no columns for."""
        last = max(i for i, cell in enumerate(cells) if cell.kind == "figure")
        return list(cells[: max(last + 1, sum(line.width for line in self.pending))])

    def _take_blanks(self, run: Run) -> None:
        """Blanks alone: a blank row, or fields that merged heads leave empty."""
        if not self.pending or self.is_barred or self.group:
            return
        last = self.pending[-1]
        if hard_cells(self.result.blanks.get(last.entry.start, ())):
            return
        if run.kind != "row" or run.entry is last.entry:
            self.result.blanks[last.entry.start] = run.cells
            # Where rows are named in heads, blanks behind them are fields that merged heads leave empty.
            if len(hard_cells(run.cells)) >= last.width and not self.rows_are_heads:
                self.result.bare += self.pending[:-1]
                self.result.give([last], run.cells, run.kind)
                self.pending = []

    def _take_run(self, run: Run, cells: list[Cell]) -> None:
        if self._leave_run(run, cells):
            return
        lines = self._fitting(run, len(cells))
        if not lines and self.pending and cells[-1].kind == "blank":
            # A blank row may stand behind the last row with figures: 行政事业性收费, 0.092 and five empty cells.
            run = structs.replace(run, cells=self._without_tail(cells))
            cells = run.cells
            lines = self._fitting(run, len(cells))
        if lines:
            self._give_run(run, cells, lines)
            self.pending = []
        else:
            self.knot_lines += self.pending
            self.knot_cells += cells
            self.pending = []
            self._untie()

    def _leave_run(self, run: Run, cells: list[Cell]) -> bool:
        """Whether a run is of no row: behind words that bar it, or behind the label of a group; it is left out."""
        if self.is_barred:
            self.result.strange += cells
            self.is_barred = False
        elif self.group and not self.pending and self.result.taken and len(cells) == self.result.taken[-1][0].width:
            # A whole row behind the label of a group is its sum, if the rows around it are whole.
            self.sums += cells
        elif self.group and (run.entry is self.group or (len(self.pending) == 1 and run.kind != "line")):
            # A group has no figures in the form: these are its sum, or those of a row that was not known.
            self.result.stray += cells
        else:
            return False
        self.result.doubtful += self.pending
        self.pending = []
        return True

    def _give_run(self, run: Run, cells: list[Cell], lines: list[Line]) -> None:
        """Give a run to the last of the lines before it; the others are bare."""
        result = self.result
        bare = self.pending[: len(self.pending) - len(lines)]
        is_short = len(cells) < lines[-1].width
        if bare and run.entry is not lines[-1].entry:
            result.tails += lines
            result.lossy += lines if is_short else []
        result.singles += not bare and len(lines) == 1 and len(cells) == lines[0].width
        result.bare += bare
        is_cut = run.kind == "row" and not run.entry and not self.rows_are_heads
        # A line end inside a cell cuts a row in two: which of its fields were cut off does not show.
        kind = "stream" if is_cut and is_short else run.kind
        result.give(lines, run.cells, kind, self.rows_are_heads)

    def _fitting(self, run: Run, count: int) -> list[Line]:
        """The last pending rows that a run fills: the row of its own line, or rows with as many columns in all."""
        if not self.pending:
            return []
        last = self.pending[-1]
        if run.entry is last.entry and (run.kind == "row" or count <= last.width + MOST_NOISE):
            return [last]
        if run.kind == "row" and run.entry is not None:
            return []
        total = sum(line.width for line in self.pending)
        if count == total or (len(self.pending) > 1 and _fits_with_soft(run.cells, total)):
            return list(self.pending)
        if run.kind == "row" and total - MOST_NOISE <= count < total:
            # The last fields of a row may be missing where they are blank.
            return list(self.pending)
        noise = MOST_NOISE if len(self.pending) == 1 else 0
        return [last] if count <= last.width + noise else []

    def _untie(self) -> None:
        """Rows and figures that were torn apart, once they are as many as each other."""
        if self.knot_cells and sum(line.width for line in self.knot_lines) == len(self.knot_cells):
            self.result.give(self.knot_lines, self.knot_cells, "stream", self.rows_are_heads)
            self.knot_lines, self.knot_cells = [], []


def _assign(items: Sequence[Item], family: Family) -> Assignment:
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


def _assign_either_way(items: Sequence[Item], family: Family) -> Assignment:
    """Labels before their figures, unless labels after theirs leave less unexplained."""
    before = _assign(items, family)
    if not before.stray:
        return before
    rows = {id(item.entry) for item in items if isinstance(item, Line)}
    own_lines = sum(isinstance(item, Run) and item.has_figures and id(item.entry) in rows for item in items)
    if own_lines > MOST_NOISE or own_lines == len(rows):
        # In lines of their own labels come before their figures, and so they do in the lines around them.
        return before
    after = _assign(items[::-1], family)
    after.torn += [line for line, _, _ in after.taken]
    # Words behind figures do not claim them.
    after.stray, after.strange = after.stray + after.strange, []
    after.doubtful += after.empty
    return after if after.leftover < before.leftover else before


def choose_assignment(items: Sequence[Item], family: Family) -> Assignment:
    """Each printed table for itself, unless labels and figures of one table hang together beyond its heads."""
    parts = [_assign_either_way(part, family) for part in _split_items(items)]
    is_one = bool(family.identities)
    whole = _assign_either_way(items, family) if is_one and any(part.stray for part in parts) else None
    if whole and whole.leftover < sum(part.leftover for part in parts):
        return whole
    joined = Assignment()
    for part in parts:
        if part.is_whole:
            joined.whole.update(id(line) for line, _, _ in part.taken)
        joined.lossy += part.lossy
        joined.tails += part.tails
        joined.torn += part.torn
        joined.blanks |= part.blanks
        joined.singles += part.singles
        joined.taken += part.taken
        joined.bare += part.bare
        joined.doubtful += part.doubtful
        joined.stray += part.stray
        joined.strange += part.strange
    return joined
