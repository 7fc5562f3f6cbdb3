"""Torn tables: all figures of a table to all its rows at once, where a page gave up labels and figures apart.

In: a family, its rows and runs of cells in reading order. Out: which cells stand for which row, or None
where no order of reading is borne out. Orders are tried (figures row by row or column by column, rows as the form or as
the page has them); the form's identities, along rows and across them, choose. They never change a figure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from typing import Literal

from service.extraction.codebook.tables import CellIndex, Family, Identity
from service.extraction.record import Record
from service.extraction.tables.cells import Cell

ValueOf = Callable[[Cell], Decimal | None]
# Scattered are columns in several blocks, with labels between them.
Order = Literal["rows", "columns", "scattered"]
Rows = Mapping[int, Sequence[Cell]]
_Values = Mapping[int, Sequence[Decimal]]

# A page has one number at its foot, a matrix stands on three pages at most.
_MOST_NOISE = 3
# So many cuts that are equally good are told apart; more show the same.
_MOST_CUTS = 8
# Of the sums that say something a third may be slips of the office, fewer where no label stands beside its figures.
_MOST_BROKEN = 3
_MOST_BROKEN_APART = 8


class Page(Record):
    """The rows that a page names and the cells that it holds, in reading order."""

    rows: tuple[int, ...]
    cells: tuple[Cell, ...]


def find_pages(blocks: Sequence[int | Sequence[Cell]]) -> tuple[Page, ...]:
    """Rows and the cells behind them: wherever a row follows cells, another page begins."""
    pages: list[Page] = []
    rows: list[int] = []
    cells: list[Cell] = []
    for block in blocks:
        if isinstance(block, int):
            if cells:
                pages.append(Page(tuple(rows), tuple(cells)))
                rows, cells = [], []
            rows.append(block)
        else:
            cells += block
    return (*pages, Page(tuple(rows), tuple(cells)))


class Torn(Record):
    """The cells of each row; ``open_rows`` are those that other readings, as well borne out, give other figures.

    ``order`` is None where nothing shows it: figures by rows and by columns would be the same.
    """

    order: Order | None
    rows: Rows
    open_rows: frozenset[int]


class _Support(Record):
    """How many sums hold and fail, within rows and across them; sums of nothing but zeros say nothing."""

    within: tuple[int, int]
    across: tuple[int, int]
    is_one_slip: bool

    @property
    def broken(self) -> int:
        """How many sums fail."""
        return self.within[1] + self.across[1]

    @property
    def held(self) -> int:
        """How many sums hold."""
        return self.within[0] + self.across[0]

    def is_enough(self, share: int) -> bool:
        """Whether both kinds of sums bear the reading out, but for one slip in so many."""
        return all(share * failed <= held + failed for held, failed in (self.within, self.across))


class _Weighed(Record):
    """A reading, better where its ``rank`` is less: sums that fail, rows that do not stand beside their labels."""

    rank: tuple[int, int]
    order: Order
    rows: Rows


class _Evidence:
    """What the identities of a family say about readings of one table."""

    def __init__(self, family: Family, width: int, extra: int | None, value: ValueOf) -> None:
        self.width = width
        self.extra = extra
        self.value = value
        self.within: list[Identity] = []
        self.across: list[Identity] = []
        for identity in family.identities:
            rows = {row for side in identity for row, _ in side}
            (self.within if len(rows) == 1 else self.across).append(identity)

    def values(self, cells: Sequence[Cell]) -> tuple[Decimal, ...]:
        """The values of a row's columns as the form has them, of a short row as many as it has."""
        values = [self.value(cell) or Decimal(0) for cell in cells]
        if self.extra is not None and len(cells) == self.width:
            del values[self.extra]
        return tuple(values)

    def read(self, cells: Sequence[Cell]) -> tuple[Decimal | None, ...]:
        """The values of a row's cells, None for a blank."""
        return tuple(map(self.value, cells))

    def is_row(self, cells: Sequence[Cell]) -> bool:
        """Whether the last value of a row is the sum of the others."""
        values = self.values(cells)
        return sum(values[:-1]) == values[-1]

    def is_turned(self, cells: Sequence[Cell]) -> bool:
        """Whether a row that a page gave up in pieces adds up to another of its figures: its sum was printed first."""
        values = self.values(cells)
        if sum(values) == 2 * values[-1] or cells[0].line == cells[-1].line:
            return False
        return any(2 * value == sum(values) for value in values)

    def weigh(self, rows: Rows) -> _Support:
        """How well a reading is borne out; rows that are not printed count as nothing.

        A blank total counts as nothing too, or as it would be where the sums across rows hold better so.
        """
        values = {row: self.values(cells) for row, cells in rows.items() if len(cells) == self.width}
        short = {row: self.values(cells) for row, cells in rows.items() if len(cells) < self.width}
        plain = self._weigh(values, short)
        blank = {row for row in values if rows[row][-1].kind != "figure"} if self.across and plain.broken else ()
        if not blank:
            return plain
        values |= {row: (*values[row][:-1], sum(values[row][:-1], Decimal(0))) for row in blank}
        return min(plain, self._weigh(values, short), key=attrgetter("broken"))

    def _weigh(self, values: _Values, short: _Values) -> _Support:
        failed: list[set[CellIndex]] = []
        within, across = (_count(sums, values, short, failed) for sums in (self.within, self.across))
        return _Support(within, across, not failed or bool(set.intersection(*failed)))


def _count(
    identities: Iterable[Identity], values: _Values, short: _Values, failed: list[set[CellIndex]]
) -> tuple[int, int]:
    """How many identities hold and fail, of those that add up something; the cells of the latter join ``failed``."""
    held = broken = 0
    for sides in identities:
        left, right = (
            sum((values[row][column] for row, column in side if row in values), Decimal(0)) for side in sides
        )
        gaps = {row for side in sides for row, _ in side if row in short}
        if len(gaps) > 1:
            continue
        # What one short row lacks in a sum should be one of the figures that it has.
        if left == right or any(abs(left - right) in short[row] for row in gaps):
            held += bool(left or right)
        else:
            broken += 1
            failed.append({cell for side in sides for cell in side})
    return held, broken


# A cut of the cells into rows; a row that lacks cells stands there with those that it has.
Cut = tuple[tuple[Cell, ...], ...]
# By the cell behind them, what cuts cost and the best of them.
_Costs = dict[int, tuple[int, list[Cut]]]


def _cut_rows(cells: tuple[Cell, ...], count: int, evidence: _Evidence) -> list[Cut]:
    """The cells in rows: all cuts that are as good as the best, where some cells are too many or too few.

    The foot of a page is a cell too many; a figure that the page gave up elsewhere is missed in its row.
    """
    width = evidence.width
    if len(cells) == count * width:
        whole = tuple(cells[at : at + width] for at in range(0, len(cells), width))
        if width == 1 or all(map(evidence.is_row, whole)):
            return [whole]
    if width == 1 or abs(len(cells) - count * width) > _MOST_NOISE:
        return []
    at_rows: _Costs = {0: (0, [()])}
    for row in range(count):
        behind: _Costs = {}
        for at, (cost, cuts) in sorted(_leave_out(at_rows, len(cells)).items()):
            for taken in range(max(1, width - _MOST_NOISE), width + 1):
                chunk = cells[at : at + taken]
                # Further away the figures of one row could be taken for those of the next.
                if len(chunk) == taken and abs(at + taken - (row + 1) * width) <= _MOST_NOISE:
                    step = int(taken < width or not evidence.is_row(chunk))
                    _offer(behind, at + taken, cost + step, [(*cut, chunk) for cut in cuts])
        at_rows = behind
    found = _leave_out(at_rows, len(cells)).get(len(cells))
    return found[1] if found and _MOST_BROKEN * found[0] <= count else []


def _leave_out(at_rows: _Costs, end: int) -> _Costs:
    """A cell or two between rows that belong to none."""
    found = dict(at_rows)
    for at, (cost, cuts) in at_rows.items():
        for left_out in range(1, _MOST_NOISE + 1):
            if at + left_out <= end:
                _offer(found, at + left_out, cost + left_out, cuts)
    return found


def _offer(costs: _Costs, at: int, cost: int, cuts: list[Cut]) -> None:
    """Keep the best cuts up to a cell, and some that are as good."""
    known = costs.get(at)
    if known is None or cost < known[0]:
        costs[at] = cost, cuts[:_MOST_CUTS]
    elif cost == known[0] and len(known[1]) < _MOST_CUTS:
        costs[at] = cost, [*known[1], *cuts][:_MOST_CUTS]


def _cut_columns(pages: Iterable[Page], width: int) -> dict[int, Sequence[Cell]] | None:
    """The rows of pages whose figures stand column by column."""
    found: dict[int, Sequence[Cell]] = {}
    for page in pages:
        count = len(page.rows)
        if len(page.cells) != count * width:
            return None
        for i, row in enumerate(sorted(page.rows)):
            found[row] = page.cells[i::count]
    return found


def _find_readings(
    blocks: Sequence[int | Sequence[Cell]], form: Sequence[int], evidence: _Evidence
) -> Iterator[tuple[Order, Rows]]:
    """Every order in which a page may give up its figures."""
    rows = tuple(block for block in blocks if isinstance(block, int))
    cells = tuple(cell for block in blocks if not isinstance(block, int) for cell in block)
    for chunks in _cut_rows(cells, len(rows), evidence):
        yield "rows", dict(zip(sorted(rows), chunks, strict=True))
        yield "rows", dict(zip(rows, chunks, strict=True))
    if evidence.width == 1:
        return
    if len(cells) == len(form) * evidence.width > len(rows) * evidence.width:
        # A label with a slip that was wrapped names no row, but its figures are there.
        for chunks in _cut_rows(cells, len(form), evidence):
            yield "rows", dict(zip(form, chunks, strict=True))
    figures_first = tuple(block if isinstance(block, int) else block[::-1] for block in blocks[::-1])
    mirrored = tuple(Page(page.rows, page.cells[::-1]) for page in find_pages(figures_first))
    pages = find_pages(blocks)
    orders: tuple[Order, ...] = ("columns", "columns", "scattered" if len(pages) > 1 else "columns")
    for order, parts in zip(orders, (pages, mirrored, (Page(rows, cells),)), strict=True):
        by_columns = _cut_columns(parts, evidence.width)
        if by_columns:
            yield order, by_columns


_Beside = tuple[Mapping[int, Sequence[Cell]], Mapping[int, Sequence[Cell]]]


def read_torn(
    family: Family,
    blocks: Sequence[int | Sequence[Cell]],
    form: Sequence[int],
    width: int,
    extra: int | None,
    value: ValueOf,
) -> Torn | None:
    """The reading of a whole table, of its rows and runs of cells as they follow each other, that is borne out best.

    ``form`` has all rows of the edition, printed or not.
    """
    evidence = _Evidence(family, width, extra, value)
    beside = _find_beside(blocks)
    borne_out: list[_Weighed] = []
    others: list[_Weighed] = []
    for order, rows in _find_readings(blocks, form, evidence):
        support, count = evidence.weigh(rows), _count_beside(rows, beside)
        is_borne_out = _is_borne_out(rows, support, count, evidence)
        (borne_out if is_borne_out else others).append(_Weighed((support.broken, -count), order, rows))
    if not borne_out:
        return None
    best = min(borne_out, key=lambda found: found.rank)
    rivals = [found for found in borne_out if found.rank == best.rank]
    # One that is not sure enough to be taken may still say which rows are not.
    doubts = [found for found in others if found.rank[0] < best.rank[0]]
    open_rows = {row for row, cells in best.rows.items() if len(cells) < width or evidence.is_turned(cells)}
    if best.rank[0] > 0 and -2 * best.rank[1] >= len(best.rows):
        # Labels stand beside figures and sums fail: a figure may have gone to the row beside its own.
        pages = find_pages(blocks)
        open_rows |= {row for page in pages if len(page.cells) != len(page.rows) * width for row in page.rows}
    if all(found.order == "scattered" for found in rivals):
        # No sum tells one column of applicants from another, and the page has moved some of them about.
        open_rows |= {row for row, cells in best.rows.items() if len(set(evidence.read(cells[:-1]))) > 1}
    for found in (*rivals, *doubts):
        open_rows |= {
            row for row, cells in best.rows.items() if evidence.read(found.rows.get(row, ())) != evidence.read(cells)
        }
    is_one = len({found.order for found in rivals}) == 1 and evidence.weigh(best.rows).held > 0
    return Torn(best.order if is_one else None, best.rows, frozenset(open_rows))


def _is_borne_out(rows: Rows, support: _Support, count: int, evidence: _Evidence) -> bool:
    """Whether the sums bear a reading out; ``count`` rows stand beside their labels."""
    is_beside = 2 * count >= len(rows)
    if not support.held:
        # Sums of nothing but zeros say nothing: all cells must be the same.
        return is_beside or len({cell for cells in rows.values() for cell in evidence.read(cells)}) == 1
    if any(len(cells) < evidence.width for cells in rows.values()):
        # Where a row lacks figures, those behind it may be another's: labels and the sums across rows must all agree.
        return is_beside and support.across[0] > 0 == support.across[1] and support.is_enough(_MOST_BROKEN)
    if is_beside:
        return support.is_enough(_MOST_BROKEN)
    # One figure that the office got wrong spoils each sum that it stands in; a wrong order spoils sums all over.
    return support.is_enough(_MOST_BROKEN_APART) or (support.is_one_slip and support.held > support.broken)


def _find_beside(blocks: Sequence[int | Sequence[Cell]]) -> _Beside:
    """The cells behind the label of each row, and those before it."""
    behind: dict[int, Sequence[Cell]] = {}
    before: dict[int, Sequence[Cell]] = {}
    for left, right in pairwise(blocks):
        if isinstance(left, int) and not isinstance(right, int) and right:
            behind[left] = right
        elif isinstance(right, int) and not isinstance(left, int) and left:
            before[right] = left
    return behind, before


def _count_beside(rows: Rows, beside: _Beside) -> int:
    """How many rows take the cells beside their labels, all behind them or all before."""
    behind, before = beside
    return max(
        sum(bool(cells) and row in behind and behind[row][0] is cells[0] for row, cells in rows.items()),
        sum(bool(cells) and row in before and before[row][-1] is cells[-1] for row, cells in rows.items()),
    )
