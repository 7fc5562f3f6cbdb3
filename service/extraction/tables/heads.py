"""Figures below the heads of their columns: which head of its row a field stands under.

In: rows with the heads printed above them. Out: one reading of each, or () where the heads do not tell it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from service.extraction.codebook.tables import to_key
from service.extraction.tables.assignment import UNDECIDED, Line, Reading
from service.extraction.tables.cells import Cell

# Labels of the matrix are merged over fields of their own, so that its heads stand over others.
_LEAST_MATRIX = 6
# What stands before the heads of the figures: 统计指标 单位 合计 其中：市本级.
_LABEL_HEADS = ("单位", "指标", "名称", "项目", "内容", "代码")
_WIDE_GAP_RE = re.compile(r" {2,}")


def find_head_cells(line: Line) -> list[Cell]:
    """The heads of the row's columns in their order, where each is printed once and no column is added."""
    by_key = dict(zip(line.entry.heads, line.entry.head_cells, strict=True))
    found = [next((by_key[key] for key in by_key if key in column.keys), None) for column in line.layout.columns]
    cells = [cell for cell in found if cell]
    is_whole = len(cells) == line.width and len(line.entry.heads) == len(by_key)
    return cells if is_whole else []


def _find_own_field(line: Line, text: str) -> int | None:
    """The field of the one head that is in full that of the only column; 上年统计数 is another."""
    keys = line.layout.columns[0].keys
    own = [head.column for head in line.entry.head_cells if to_key(text[head.start : head.end]) in keys]
    return own[0] if len(own) == 1 else None


def read_under_head(lines: Sequence[Line], text: str) -> list[Reading]:
    """The field below the one head, where others hold figures as well: a code, last year's; () where it is not sure.

    指标名称|单位|代码|统计数 over 其中：…规范性文件数|条|02|7.
    """
    fields = [_find_own_field(line, text) for line in lines]
    cells = [
        next((cell for cell in line.cells if cell.column == field), None)
        for line, field in zip(lines, fields, strict=True)
    ]
    is_told = any(cell and cell.kind == "figure" for cell in cells)
    has_others = any(sum(cell.kind == "figure" for cell in line.cells) > 1 for line in lines)
    return [(cell,) if cell and is_told and has_others else () for cell in cells]


def find_head_place(line: Line, text: str, count: int) -> int:
    """Which of the last ``count`` heads in a line of blanks is the form's own; -1 where there are not as many.

    统计指标  单位  合计  其中：市本级 over 1.当面申请数  件  152  31.
    """
    keys = line.layout.columns[0].keys
    head = next((head for head in line.entry.head_cells if to_key(text[head.start : head.end]) in keys), None)
    if head is None:
        return -1
    start, end = text.rfind("\n", 0, head.start) + 1, text.find("\n", head.end)
    printed = text[start:end].strip()
    fields = _WIDE_GAP_RE.split(printed) if "  " in printed else printed.split(" ")
    own = [i for i, field in enumerate(fields[-count:]) if to_key(field) in keys]
    is_whole = len(fields) > count and fields[-count - 1].endswith(_LABEL_HEADS)
    return own[0] if is_whole and len(own) == 1 else -1


def read_under_heads(line: Line) -> Reading:
    """Each figure to the head whose field it stands in or behind, where heads are merged cells; () where they are not.

    The form of 2019 has rows of two, three and four columns in one table, so that its cells cover fields of others:
    上一年项目数量|本年增/减||处理决定数量 over 行政许可|7||-2|5.
    """
    firsts = [head.column for head in find_head_cells(line)]
    steps = [right - left for left, right in pairwise(firsts)]
    if not firsts or firsts[0] < 0 or min(steps, default=1) < 1:
        return ()
    by_field = {cell.column: cell for cell in line.cells}
    if max(steps, default=1) == 1:
        # Empty fields behind the heads are those of a wider table: 上一年项目数量|本年增/减| over 行政事业性收费|-|24|.
        is_wider = len(firsts) == line.width < _LEAST_MATRIX and line.cells[-1].column > firsts[-1]
        is_told = all(cell.kind != "figure" or cell.column in firsts for cell in line.cells)
        return tuple(by_field.get(first, UNDECIDED) for first in firsts) if is_wider and is_told else ()
    last = line.cells[-1].column
    row: list[Cell | None] = [by_field.get(first) for first in firsts]
    taken: set[int] = set()
    for cell in line.cells:
        if cell.kind == "figure":
            place = bisect_right(firsts, cell.column) - 1
            if place < 0 or place in taken:
                return ()
            taken.add(place)
            row[place] = cell
    for field in range(firsts[0], last):
        place = bisect_right(firsts, field) - 1
        if field not in by_field and place not in taken:
            # A field that holds words: 14||见清单|75.
            row[place] = UNDECIDED
    return tuple(row)
