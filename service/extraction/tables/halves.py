"""One table that a page prints in two columns of rows beside each other: 统计指标|单位|统计数|统计指标|单位|统计数.

In: the rows of one delimited table. Out: the rows of the left column, then those of the right one, page by page.
"""

from collections.abc import Sequence

from service.extraction.tables.cells import Cell, Line

# 指标 and 数量 may stand without 单位.
_LEAST_FIELDS = 2
_FEWEST = 3
_SHORT = 4


def _find_half(text: str, line: Line) -> int:
    """In which field the heads of a row begin again; 0 where they do not."""
    half, odd = divmod(len(line.cells), 2)
    if odd or half < _LEAST_FIELDS or any(cell.kind != "words" for cell in line.cells):
        return 0
    words = [text[cell.start : cell.end] for cell in line.cells]
    # A merged title may be said again in every field that it covers: 第二十条第（六）项 four times.
    return half if words[:half] == words[half:] and len(set(words)) > 1 else 0


def _is_label(cell: Cell) -> bool:
    return cell.kind == "words" and cell.end - cell.start >= _SHORT


def _take(line: Line, cells: Sequence[Cell], first: int) -> Line:
    """A line of its own, whose fields are counted from the first of its column."""
    for cell in cells:
        cell.column -= first
    return Line("row", line.number, cells[0].start, cells[-1].end, list(cells))


def _part_page(rows: Sequence[Line], half: int) -> list[Line]:
    """The rows from one line of heads on, those of the left column first."""
    labelled = sum(len(row.cells) > half and _is_label(row.cells[0]) and _is_label(row.cells[half]) for row in rows[1:])
    if labelled < _FEWEST:
        # 结果维持|…|总计|结果维持|…|总计 stands over figures.
        return list(rows)
    left = [_take(row, row.cells[:half], 0) for row in rows]
    right = [_take(row, row.cells[half:], half) for row in rows if any(c.kind != "blank" for c in row.cells[half:])]
    return left + right


def part_halves(text: str, rows: list[Line]) -> list[Line]:
    """The rows of a table in one column; as they are where their heads stand once."""
    # Nearly all rows end in a figure or a blank: that is soon asked.
    worded = [i for i, row in enumerate(rows) if row.cells[-1].kind == "words"]
    begins = [(i, half) for i in worded if (half := _find_half(text, rows[i]))]
    if not begins:
        return rows
    parted = rows[: begins[0][0]]
    for (first, half), (last, _) in zip(begins, [*begins[1:], (len(rows), 0)], strict=True):
        parted += _part_page(rows[first:last], half)
    return parted
