"""Where the tables of another report begin: one text may hold the forms of several offices, or of two years.

In: the placed tables of a text in their order, and what a cell's value is. Out: how many of them are of the first
report. What becomes of the others is not said here.
"""

from collections.abc import Sequence
from decimal import Decimal

from service.extraction.tables.placement import Placed
from service.extraction.tables.tearing import ValueOf

# One office prints a table twice, with a slip perhaps; two offices seldom have the same figures.
_FEW_DIFFERENT = 3
# A table may be printed on several pages.
_MOST_COMPARED = 4
_CellKey = tuple[str, int, int]


def _read_values(table: Placed, value: ValueOf) -> dict[_CellKey, Decimal | None]:
    """Every cell that was placed: by the table of its row, the row and the column."""
    return {
        (line.layout.table, line.entry.row, column): value(cell) if cell else None
        for line in table.lines
        if not line.is_doubtful
        for column, cell in enumerate(line.placed or ())
        if cell is None or cell.kind != "soft"
    }


def _contradicts(table: Placed, before: Placed, value: ValueOf) -> bool:
    """Whether most of what two tables say of the same cells is different; that both say nothing, says nothing.

    The same rows again, of which the first table told nothing certain, may be anybody's.
    """
    mine, known = _read_values(table, value), _read_values(before, value)
    pairs = [(mine[key], known[key]) for key in mine if key in known and (mine[key] or known[key])]
    different = sum(left != right for left, right in pairs)
    if pairs:
        return different >= _FEW_DIFFERENT and 2 * different > len(pairs)
    rows, others = ({line.entry.row for line in one.lines} for one in (table, before))
    return bool(mine) and 2 * len(rows & others) > min(len(rows), len(others))


def count_first(tables: Sequence[Placed], value: ValueOf) -> int:
    """How many tables, from the first on, are of one report: up to the one that contradicts another of its kind."""
    names = [table.printed.family.name for table in tables]
    if len(set(names)) == len(names):
        return len(tables)
    for i, (name, table) in enumerate(zip(names, tables, strict=True)):
        before = [tables[j] for j in range(i) if names[j] == name]
        if any(_contradicts(table, other, value) for other in before[:_MOST_COMPARED]):
            # What stands before it and has been there before is the other report's as well.
            return next(j for j in range(i, 0, -1) if names[j - 1] not in names[: j - 1])
    return len(tables)
