"""Torn tables: all figures of a table to all its rows at once, where a page gave up labels and figures apart.

In: a family, its rows and runs of cells in reading order. Out: which cells stand for which row, or None
where no order of reading is borne out. Orders are tried (figures row by row or column by column, rows as the form or as
the page has them); the form's identities, along rows and across them, choose. They never change a figure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from service.extraction.codebook.tables import Family, Identity
from service.extraction.grids import Cell
from service.extraction.record import record

ValueOf = Callable[[Cell], Decimal | None]
Order = Literal["rows", "columns"]
Rows = Mapping[int, Sequence[Cell]]

# A page has one number at its foot, a matrix stands on three pages at most.
_MOST_NOISE = 3
# Of the sums that say something a third may be slips of the office.
_MOST_BROKEN = 3


@record
class Page:
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


@record
class Torn:
    """The cells of each row; ``open_rows`` are those that other orders, as well borne out, give other figures."""

    order: Order
    rows: Rows
    open_rows: frozenset[int]


@record
class _Support:
    """How many sums hold and fail, within rows and across them; sums of nothing but zeros say nothing."""

    within: tuple[int, int]
    across: tuple[int, int]

    @property
    def broken(self) -> int:
        return self.within[1] + self.across[1]

    @property
    def is_enough(self) -> bool:
        """Whether both kinds of sums bear the reading out, but for some slips."""
        return all(_MOST_BROKEN * failed <= held + failed for held, failed in (self.within, self.across))


class _Evidence:
    """What the identities of a family say about readings of one table."""

    def __init__(self, family: Family, extra: int | None, value: ValueOf) -> None:
        self.extra = extra
        self.value = value
        self.within: list[Identity] = []
        self.across: list[Identity] = []
        for identity in family.identities:
            rows = {row for side in identity for row, _ in side}
            (self.within if len(rows) == 1 else self.across).append(identity)

    def values(self, cells: Sequence[Cell]) -> tuple[Decimal, ...]:
        """The values of a row's columns as the form has them."""
        values = [self.value(cell) or Decimal(0) for cell in cells]
        if self.extra is not None:
            del values[self.extra]
        return tuple(values)

    def weigh(self, rows: Rows) -> _Support:
        """How well a reading is borne out; rows that are not printed count as nothing."""
        values = {row: self.values(cells) for row, cells in rows.items()}
        return _Support(_count(self.within, values), _count(self.across, values))


def _count(identities: Iterable[Identity], values: Mapping[int, Sequence[Decimal]]) -> tuple[int, int]:
    """How many identities hold and fail, of those that add up something."""
    held = failed = 0
    for sides in identities:
        left, right = (
            sum((values[row][column] for row, column in side if row in values), Decimal(0)) for side in sides
        )
        if left != right:
            failed += 1
        elif left:
            held += 1
    return held, failed


def _cut_rows(
    cells: Sequence[Cell], count: int, width: int, is_row: Callable[[Sequence[Cell]], bool]
) -> Iterator[list[Sequence[Cell]]]:
    """The cells in rows; where there are some too many, short numbers alone on their lines between rows are feet."""
    noise = len(cells) - count * width
    if noise == 0:
        yield [cells[at : at + width] for at in range(0, len(cells), width)]
    elif 0 < noise <= _MOST_NOISE and width > 1:
        found = _drop_feet(cells, count, width, is_row)
        if found:
            yield found


def _drop_feet(
    cells: Sequence[Cell], count: int, width: int, is_row: Callable[[Sequence[Cell]], bool]
) -> list[Sequence[Cell]] | None:
    """The cut that leaves out single cells between rows so that most rows add up, if there is one such."""
    noise = len(cells) - count * width
    # By how many feet were left out: rows that do not add up, whether another cut does as well, the rows.
    best: dict[int, tuple[int, bool, list[Sequence[Cell]]]] = {0: (0, False, [])}
    for row in range(count + 1):
        for left_out in range(noise):
            at = row * width + left_out
            if left_out in best and _is_foot(cells, at):
                broken, is_open, rows = best[left_out]
                other = best.get(left_out + 1)
                if other is None or broken < other[0]:
                    best[left_out + 1] = broken, is_open, list(rows)
                elif broken == other[0]:
                    best[left_out + 1] = broken, True, other[2]
        if row == count:
            break
        for left_out, (broken, is_open, rows) in best.items():
            chunk = cells[row * width + left_out : (row + 1) * width + left_out]
            best[left_out] = broken + (not is_row(chunk)), is_open, [*rows, chunk]
    found = best.get(noise)
    return found[2] if found and not found[1] else None


def _is_foot(cells: Sequence[Cell], at: int) -> bool:
    """Whether a cell may be the foot of a page: a short number alone on its line."""
    cell = cells[at]
    beside = [cells[i].line for i in (at - 1, at + 1) if 0 <= i < len(cells)]
    return cell.end - cell.start < 4 and cell.line not in beside


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
    blocks: Sequence[int | Sequence[Cell]], width: int, is_row: Callable[[Sequence[Cell]], bool]
) -> Iterator[tuple[Order, dict[int, Sequence[Cell]]]]:
    """Every order in which a page may give up its figures."""
    rows = tuple(block for block in blocks if isinstance(block, int))
    cells = tuple(cell for block in blocks if not isinstance(block, int) for cell in block)
    for chunks in _cut_rows(cells, len(rows), width, is_row):
        yield "rows", dict(zip(sorted(rows), chunks, strict=True))
        yield "rows", dict(zip(rows, chunks, strict=True))
    if width == 1:
        return
    figures_first = tuple(block if isinstance(block, int) else block[::-1] for block in blocks[::-1])
    mirrored = tuple(Page(page.rows, page.cells[::-1]) for page in find_pages(figures_first))
    for parts in (find_pages(blocks), mirrored, (Page(rows, cells),)):
        by_columns = _cut_columns(parts, width)
        if by_columns:
            yield "columns", by_columns


def read_torn(
    family: Family, blocks: Sequence[int | Sequence[Cell]], width: int, extra: int | None, value: ValueOf
) -> Torn | None:
    """The reading of a whole table, of its rows and runs of cells as they follow each other, that is borne out best."""
    evidence = _Evidence(family, extra, value)

    def is_row(cells: Sequence[Cell]) -> bool:
        values = evidence.values(cells)
        return sum(values[:-1]) == values[-1]

    weighed = [(evidence.weigh(rows), order, rows) for order, rows in _find_readings(blocks, width, is_row)]
    borne_out = [found for found in weighed if found[0].is_enough]
    if not borne_out:
        return None
    support, order, rows = min(borne_out, key=lambda found: found[0].broken)
    open_rows = {
        row
        for other, _, others in borne_out
        if other.broken <= support.broken
        for row, cells in others.items()
        if evidence.values(cells) != evidence.values(rows[row])
    }
    return Torn(order, rows, frozenset(open_rows))
