"""Which columns the rows of a printed table have: the editions of a form differ, and heads may be lost.

In: a `Printed` table. Out: a `Layout` for each row whose columns are known.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from service.extraction.codebook.tables import Family, Layout, without_last
from service.extraction.tables.columns import trim
from service.extraction.tables.printed import Entry, Printed, Run

_LETTER_RE = re.compile(r"[^\W\d_]")
_SHORT = 3


def choose_layouts(printed: Printed, text: str) -> dict[int, Layout]:
    """The columns of every row, by the start of its entry: those whose heads stand above it."""
    entries = [event for event in printed.events if isinstance(event, Entry)]
    if printed.family.name == "disclosure":
        by_heads = _choose_by_heads(printed.family, entries)
        known = [entry for entry in entries if entry.start in by_heads]
        return {entry.start: _leave_unknown(entry, by_heads[entry.start], text) for entry in known}
    edition = _find_edition(printed.family, entries)
    lacks_total = printed.family.name == "requests" and _lacks_total(printed, entries)
    chosen: dict[int, Layout] = {}
    for entry in entries:
        layouts = printed.family.rows[entry.row].layouts
        if layouts and (edition is None or edition in layouts[0].editions):
            chosen[entry.start] = without_last(layouts[0]) if lacks_total else layouts[0]
    return chosen


def _lacks_total(printed: Printed, entries: Sequence[Entry]) -> bool:
    """Whether the column of totals is not printed: no head names it, and no row has a figure for it."""
    layout = next((row.layouts[0] for row in printed.family.rows if row.layouts), None)
    if layout is None or not entries or len(entries[-1].heads) != len(layout.columns) - 1:
        return False
    if not all(_is_under(entry.heads, without_last(layout)) for entry in entries):
        return False
    runs = [event for event in printed.events if isinstance(event, Run)]
    rows = [run.cells for run in runs if run.kind == "row" and run.entry]
    is_narrow = any(len(cells) < len(layout.columns) for cells in rows) or all(c[-1].kind == "blank" for c in rows)
    return is_narrow and all(len(trim(run.cells)) < len(layout.columns) for run in runs if run.kind != "row")


def _choose_by_heads(family: Family, entries: Iterable[Entry]) -> dict[int, Layout]:
    """The layout whose heads stand above a row; where some were lost, the only one that has those that are there."""
    chosen: dict[int, Layout] = {}
    for entry in entries:
        layouts = family.rows[entry.row].layouts
        # A head that is said again in every field that it covers is one.
        heads = tuple(head for head, _ in groupby(entry.heads))
        exact = [layout for layout in layouts if _is_under(heads, layout)]
        some = [layout for layout in layouts if entry.heads and _has_heads(entry.heads, layout)]
        if exact or len(some) == 1:
            chosen[entry.start] = (exact or some)[0]
    editions = {layout.editions for layout in chosen.values()}
    for entry in entries if len(editions) == 1 else ():
        # Where a reader dropped the heads that it had read before, a row is as those of its edition are.
        same = [layout for layout in family.rows[entry.row].layouts if layout.editions in editions]
        if not entry.heads and len(same) == 1:
            chosen.setdefault(entry.start, same[0])
    return chosen


def _leave_unknown(entry: Entry, layout: Layout, text: str) -> Layout:
    """The layout without codes for columns in whose place other words are printed: 本年项目数量 for 本年增/减.

    Pieces of the head are none: 本年新 for 本年新公开数量, the rest of which a reader lost.
    """
    own = [
        next((cell for key, cell in zip(entry.heads, entry.head_cells, strict=True) if key in column.keys), None)
        for column in layout.columns
    ]
    codes = list(layout.codes)
    for i in range(1, len(own) - 1):
        left, right = own[i - 1], own[i + 1]
        if left and right and own[i] is None:
            words = "".join(_LETTER_RE.findall(text, left.end, right.start))
            codes[i] = codes[i] if any(words in key for key in layout.columns[i].keys) else ""
    return Layout(layout.table, layout.editions, layout.columns, tuple(codes)) if "" in codes else layout


def _has_heads(heads: tuple[str, ...], layout: Layout) -> bool:
    return all(any(head in column.keys for column in layout.columns) for head in heads)


def _find_edition(family: Family, entries: Iterable[Entry]) -> str | None:
    """The latest edition of which a row is printed that the others do not have: there 其他处理 is a group of rows.

    The row 3.其他 tells nothing without its number: 其他 is a column, and a piece of many labels.
    """
    whole = [entry for entry in entries if entry.end - entry.start > _SHORT and family.rows[entry.row].layouts]
    own = [family.rows[entry.row].layouts[0].editions for entry in whole]
    single = [editions[0] for editions in own if len(editions) == 1]
    return max(single) if single and family.name == "requests" else None


def _is_under(heads: tuple[str, ...], layout: Layout) -> bool:
    """Whether the heads above a row are the columns of a layout."""
    return len(heads) == len(layout.columns) and all(
        head in column.keys for head, column in zip(heads, layout.columns, strict=True)
    )
