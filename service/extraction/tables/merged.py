"""What merged cells leave in the fields that they cover: nothing, or their words once more.

In: the rows of one delimited table, or the cells of one row. Out: the same without those fields.
"""

from collections.abc import Sequence
from operator import eq

from service.extraction.tables.cells import Cell, Line


def _words_of(text: str, line: Line) -> list[str]:
    return [text[cell.start : cell.end] for cell in line.cells]


def _find_covered(text: str, rows: list[Line]) -> set[int]:
    """The fields that are empty in all rows of a table, or say again what stands left of them."""
    covered = set(range(1, len(rows[0].cells)))
    for line in rows:
        words = _words_of(text, line)
        covered = {field for field in covered if not words[field] or words[field] == words[field - 1]}
        if not covered:
            break
    return covered


def drop_covered(text: str, rows: list[Line]) -> None:
    """Drop the fields that merged cells cover in all rows of a table, where its heads stand in it.

    Each column of a form has a head of its own. That may be wrong, 总计|总计 over two columns: a reader that says
    merged cells again has a row with one title in most of its fields, 申请人情况 or 第二十条第（一）项.
    """
    width = len(rows[0].cells)
    if any(len(line.cells) != width for line in rows) or not (covered := _find_covered(text, rows)):
        return
    contents = [_words_of(text, line) for line in rows]
    filled = {cell.column for line in rows for cell in line.cells if cell.kind == "figure"}
    titles = [
        words
        for words, line in zip(contents, rows, strict=True)
        if all(cell.kind != "figure" for cell in line.cells) and any(words)
    ]
    if not any(2 * words.count(max(words, key=words.count)) > len(words) for words in titles if all(words)):
        covered = {field for field in covered if not any(words[field] for words in contents)}
    if any(len({words[field] for field in filled} - {""}) > 1 for words in titles):
        for line in rows:
            line.cells = [cell for cell in line.cells if cell.column not in covered]
            for column, cell in enumerate(line.cells):
                cell.column = column


def drop_repeated(text: str, rows: list[Line]) -> None:
    """Drop what a reader says again in every field that a merged cell covers: labels, and figures where heads do so.

    Below a row that says one thing throughout (第二十条第（五）项) equal figures below equal heads are one cell:
    本年处理决定数量|本年处理决定数量 over 12|12.
    """
    # The fields in which the heads are said again; None while there was no such row.
    repeated: frozenset[int] | None = None
    for line in rows:
        cells = line.cells
        if not repeated and (len(cells) < 2 or cells[1].kind != "words"):
            continue
        words = _words_of(text, line)
        if repeated is None and not any(map(eq, words, words[1:])):
            continue
        again = {cell.column for cell, left, right in zip(cells[1:], words, words[1:], strict=False) if left == right}
        if sum(cell.kind == "words" for cell in cells) > 1 and not any(cell.kind == "figure" for cell in cells):
            is_title = len(cells) > 2 and len(again) == len(cells) - 1
            heads = {cell.column for cell in cells if cell.kind == "words"}
            repeated = frozenset(again & heads) if is_title or repeated is not None else None
        line.cells = [
            cell
            for cell in cells
            if cell.column not in again or not (cell.kind == "words" or (repeated and cell.column in repeated))
        ]


def read_once(cells: Sequence[Cell], width: int, text: str) -> tuple[Cell, ...]:
    """What merged cells say once for each field that they cover: 行政许可|7|7|-2|5; () where it is not that."""
    words = [text[cell.start : cell.end] for cell in cells]
    if not any(words) or len(set(words)) == 1:
        return tuple(cells[:width])
    once = drop_said_again(cells, words)
    return tuple(once) if len(once) == width else ()


def drop_said_again(cells: Sequence[Cell], said: Sequence[object]) -> list[Cell]:
    """Without the cells of which the same is said as of the one before."""
    return [cell for cell, this, before in zip(cells, said, (None, *said), strict=False) if this != before]
