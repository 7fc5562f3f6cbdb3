"""Cells to the columns of a form's row: which figure stands for which indicator.

In: the rows of one printed table with the cells that the text holds for them. Out: for each row the cell of every
column, or the reason why none could be given. The form's identities choose between readings, they change no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.extraction.codebook.tables import Family
from service.extraction.grids import Token


@dataclass(slots=True)
class Line:
    """One row as printed: its label's place, the heads above it, its cells in order and, once placed, by column."""

    row: int
    start: int
    end: int
    heads: tuple[str, ...] = ()
    cells: list[Token] = field(default_factory=list)
    placed: tuple[Token | None, ...] | None = None
    reason: str = ""


def _has_rows(line: Line) -> bool:
    return bool(line.cells) and all(cell.row >= 0 for cell in line.cells)


def _feasible_offsets(cells: Sequence[Token], width: int) -> set[int]:
    """Where a window of ``width`` cells may begin so that only blanks stay outside."""
    figures = [i for i, cell in enumerate(cells) if cell.kind == "figure"]
    last = len(cells) - width
    if not figures:
        return set(range(last + 1))
    return set(range(max(0, figures[-1] - width + 1), min(figures[0], last) + 1))


def _place_wide(lines: Sequence[Line], width: int) -> None:
    """Rows with more cells than columns: all rows of one length leave out the same fields."""
    offsets = set.intersection(*(_feasible_offsets(line.cells, width) for line in lines))
    for line in lines:
        if offsets:
            # Merged label fields stand before the figures: 一、本年新收…数量, two empty fields, seven figures.
            first = max(offsets)
            line.placed = tuple(line.cells[first : first + width])
        else:
            line.reason = "unplaced_row"


def place(family: Family, lines: Sequence[Line], width: int) -> None:
    """Give every line's cells to its columns."""
    wide: dict[int, list[Line]] = {}
    for line in lines:
        count = len(line.cells)
        if count == width:
            line.placed = tuple(line.cells)
        elif count > width:
            wide.setdefault(count, []).append(line)
        elif _has_rows(line) or not count:
            line.placed = (*line.cells, *(None for _ in range(width - count)))
        else:
            line.reason = "unplaced_row"
    for group in wide.values():
        _place_wide(group, width)
