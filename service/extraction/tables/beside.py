"""Rows beside each other: the figures of one line, of which blanks were lost, to the rows whose sums they satisfy.

In: the rows, whose labels are heads over one line of figures, and those figures in their order. Out: every reading of
each row that belongs to a way of cutting the figures in which all sums hold, or None where there is no such way. Which
reading is chosen is for `choosing`.
"""

from collections.abc import Callable, Sequence

from service.extraction.codebook.tables import Family
from service.extraction.tables.assignment import Line, Reading
from service.extraction.tables.cells import Cell
from service.extraction.tables.columns import adds_up, find_own_sums, spread_cells
from service.extraction.tables.tearing import ValueOf

Fits = Callable[[int, int], list[Reading]]


def _find_fits(family: Family, line: Line, cells: Sequence[Cell], value: ValueOf) -> Fits:
    """The readings of ``cells[start:end]`` as one row whose own sums hold."""
    own = find_own_sums(family, line.entry.row)

    def fit(start: int, end: int) -> list[Reading]:
        return [reading for reading in spread_cells(cells[start:end], line.width) if adds_up(reading, own, value)]

    return fit


def read_beside(
    family: Family, lines: Sequence[Line], cells: Sequence[Cell], value: ValueOf
) -> list[list[Reading]] | None:
    """The readings of each line over all ways of cutting the cells."""
    parts: list[dict[tuple[int, int], list[Reading]]] = []
    for line in lines:
        fit = _find_fits(family, line, cells, value)
        spans = [(a, b) for a in range(len(cells) + 1) for b in range(a, min(a + line.width, len(cells)) + 1)]
        parts.append({span: found for span in spans if (found := fit(*span))})
    begins, ends = [{0}], [{len(cells)}]
    for part in parts:
        begins.append({end for start, end in part if start in begins[-1]})
    for part in reversed(parts):
        ends.insert(0, {start for start, end in part if end in ends[0]})
    readings = [
        [reading for (start, end), some in part.items() if start in first and end in last for reading in some]
        for part, first, last in zip(parts, begins, ends[1:], strict=False)
    ]
    return readings if all(readings) else None
