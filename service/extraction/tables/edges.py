"""Rows in columns of blanks: the column of each cell, by where the cells of whole rows, or the heads, stand.

In: where the cells of each row begin and end. Out: the columns of all cells under each alignment that fits every row.
It looks at no text; which alignment is chosen is for `columns`.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from service.extraction.tables.cells import Cell

# Where a cell stands in its line: by characters and, as wide characters take two places, by display.
Extent = tuple[int, int]
ExtentsOf = Callable[[Cell], tuple[Extent, Extent]]
# The column of each cell of a row.
Places = tuple[int, ...]

# How far the edges of cells of one column are from each other; of the middle it is twice the distance.
_SLACK = (0, 0, 2)
_EDGES = (0, 1, 2)
_LAST = 9


def find_alignments(
    rows: Sequence[Sequence[Extent]], full: Sequence[Sequence[Extent]], heads: Sequence[Extent]
) -> Iterator[tuple[int, list[Places]]]:
    """The columns of all cells of all rows under each alignment that fits every row, less to be trusted the later.

    Whole rows show where columns stand, else their heads; by one edge, by any, at last by the nearest head.
    """
    shown: list[tuple[int, list[set[Extent]], tuple[int, ...]]] = []
    for rank, others in enumerate((full, [heads] if heads else [])):
        columns = [set(extents) for extents in zip(*others, strict=True)]
        shown += [(2 * rank, columns, (edge,)) for edge in _EDGES] + [(2 * rank + 1, columns, _EDGES)]
    for rank, columns, edges in shown:
        found = [_find_places(row, columns, edges) for row in rows] if columns else []
        if found and all(found):
            yield rank, found
    nearest = [_find_nearest(row, heads) for row in rows]
    if all(nearest):
        yield _LAST, nearest


def _find_places(row: Sequence[Extent], columns: Sequence[set[Extent]], edges: Sequence[int]) -> Places:
    """Each cell in the one column whose cells begin, end or have their middle where it has; none where one fails."""
    places: list[int] = []
    for extent in map(_to_edges, row):
        under = [
            i
            for i, column in enumerate(columns)
            if any(all(abs(extent[e] - other[e]) <= _SLACK[e] for other in map(_to_edges, column)) for e in edges)
        ]
        if len(under) != 1 or (places and under[0] <= places[-1]):
            return ()
        places += under
    return tuple(places)


def _to_edges(extent: Extent) -> tuple[int, int, int]:
    """Where a cell begins and ends, and twice its middle."""
    return (*extent, sum(extent))


def _find_nearest(row: Sequence[Extent], heads: Sequence[Extent]) -> Places:
    """Each cell in the column whose head stands over it, not a quarter of the way to the next."""
    middles = [sum(head) for head in heads]
    gaps = [right - left for left, right in pairwise(middles)]
    if len(heads) < 2 or min(gaps) <= 0:
        return ()
    nearest = [min(range(len(heads)), key=lambda i: abs(middles[i] - sum(extent))) for extent in row]
    if any(abs(middles[i] - sum(extent)) * 4 >= min(gaps) for i, extent in zip(nearest, row, strict=True)):
        return ()
    return tuple(nearest) if all(left < right for left, right in pairwise(nearest)) else ()
