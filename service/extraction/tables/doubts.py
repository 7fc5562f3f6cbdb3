"""Rows that may not have their own figures, or whose label may not be theirs: what a table leaves open.

In: what one table holds, its lines and who took what. Out: the lines in doubt. It takes no figure away and looks at no
sum.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.extraction.codebook.tables import LIST, Family
from service.extraction.tables.assignment import Assignment, Item, Line, hard_cells
from service.extraction.tables.printed import Entry, Printed, Run, Stranger

_GLUED_RE = re.compile(r"[-—―─/]{0,12}\d")
_LAST_FIGURE_RE = re.compile(r"\d[-—―─/\d,.]{0,40}$")
_FEW_SINGLES = 2
_FEW_STRANGE = 10
# A reader of web pages sets an empty line between all cells, one of printed pages between boxes of several lines.
_FEW_TIGHT = 1


def _has_figure(line: Line) -> bool:
    return any(cell.kind == "figure" for cell in line.cells)


def _find_unsure(printed: Printed, items: Sequence[Item], assignment: Assignment) -> list[Line]:
    """Rows that may have lost figures, or have others'.

    A reader of printed pages that dropped blank cells gives up boxes as it finds them: behind rows without figures one
    may be another row's, and so where a label comes too late.
    """
    lost = sum(cell.kind == "figure" for cell in (*assignment.strange, *assignment.stray))
    if _FEW_STRANGE * lost > len(printed.events):
        # Figures stand beside words that name no row: a row that looks blank may have lost its own to them.
        return [item for item in items if isinstance(item, Line) and not _has_figure(item)]
    if assignment.empty and (between := _find_between(items)):
        return between
    if not (printed.is_parted and printed.tight > _FEW_TIGHT and assignment.empty):
        return []
    unsure = [*assignment.tails, *assignment.empty]
    first = len(printed.family.rows)
    for item in reversed(items):
        entry = item.entry if isinstance(item, Line) else item
        if isinstance(entry, Entry):
            if isinstance(item, Line) and entry.row > first:
                unsure.append(item)
            first = min(first, entry.row)
    return unsure


def _find_between(items: Sequence[Item]) -> list[Line]:
    """Rows around a figure in a line between their labels, where other figures stand in the lines of theirs.

    A figure in the middle of a wrapped label comes before it, or behind the last row if that is blank.
    """
    own = {item.entry.start for item in items if isinstance(item, Run) and item.entry and item.has_figures}
    if len(own) <= _FEW_SINGLES:
        return []
    found: list[Line] = []
    for left, run, right in zip(items, items[1:], items[2:], strict=False):
        if isinstance(left, Line) and isinstance(right, Line) and isinstance(run, Run) and run.has_figures:
            is_alone = run.entry is None and run.kind == "line" and right.entry.start not in own
            found += [left, right] if is_alone and not _has_figure(right) else []
    return found


def _find_cut(lines: Sequence[Line], text: str) -> list[Line]:
    """The row with whose label the text ends: it was cut off before its cells, or in the label's own words."""
    last = max(lines, key=lambda line: line.entry.end, default=None)
    rest = text[last.entry.end :].strip(" \n") if last else ""
    return [last] if last and not (rest if hard_cells(last.cells) else rest.strip(" |\t\n")) else []


def _find_divided(printed: Printed, items: Sequence[Item]) -> list[Line]:
    """The rows that an office divided, so that no figure is all of one: 对外管理服务事项|行政检查 above 行政确认."""
    if printed.family.name == LIST:
        return []
    found: list[Line] = []
    for i, (line, part) in enumerate(pairwise(items)):
        if isinstance(line, Line) and isinstance(part, Stranger):
            behind = [item for item in items[i + 2 : i + 6] if not isinstance(item, Run) or item.has_figures]
            if [type(item) for item in behind[:3]] == [Run, Stranger, Run]:
                found.append(line)
    return found


def _find_misread(items: Sequence[Item], family: Family, text: str) -> list[Line]:
    """The rows without figures behind whose label words stand that may be one: l, 见附件, 范围数件210, 费239—.

    Where heads name the rows, such words stand below all of them.
    """
    found: list[Line] = []
    for line, behind in pairwise((*items, None)):
        if not isinstance(line, Line) or _has_figure(line):
            continue
        if isinstance(behind, Stranger):
            words = text[behind.start : behind.end]
            is_beside = behind.line == line.entry.line and (not line.cells or words.isascii())
            is_misread = is_beside or _LAST_FIGURE_RE.search(words) is not None
        else:
            is_misread = _GLUED_RE.match(text, line.entry.end) is not None
        if is_misread:
            found += [item for item in items if isinstance(item, Line)] if family.rows_are_heads else [line]
    return found


def _find_mistaken(printed: Printed, lines: Sequence[Line]) -> list[Line]:
    """Rows that stand among those of a later part where another row has the same words and is printed nowhere.

    被依法纠错数 of the reviews below 行政诉讼数量 is that of the lawsuits, be its own line lost or not.
    """
    rows = printed.family.rows
    order = [line.entry.row for line in lines]
    found: list[Line] = []
    before: list[int] = []
    for line, row in zip(lines, order, strict=True) if order != sorted(order) else ():
        if before and row < max(before):
            others = [i for i in range(row + 1, len(rows)) if not rows[i].keys.isdisjoint(rows[row].keys)]
            if any(row < earlier <= other for other in others if other not in order for earlier in before):
                found.append(line)
        before.append(row)
    return found


def find_doubtful(
    printed: Printed, items: Sequence[Item], lines: Sequence[Line], assignment: Assignment, text: str
) -> Iterator[Line]:
    """The lines in doubt, some of them for several reasons."""
    yield from _find_unsure(printed, items, assignment)
    yield from _find_cut(lines, text)
    yield from _find_divided(printed, items)
    yield from _find_misread(items, printed.family, text)
    yield from _find_mistaken(printed, lines)
