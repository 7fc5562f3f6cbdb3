"""Whether what was found is a table of a form: by its rows, its heads and its figures.

In: a table as printed, or as placed. Out: yes or no. A chance mention of a label is no table, nor is a table of the
years before the forms, though it has some of their rows.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from service.extraction.tables.assignment import UNDECIDED
from service.extraction.tables.labels import read_label
from service.extraction.tables.placement import Placed
from service.extraction.tables.printed import Entry, Printed, Run, Stranger

_YEAR_RE = re.compile(r"20[0-3]\d(?=\s?年)")
# So many rows with figures make a table; fewer may be a chance mention.
_LEAST_ROWS = {"statistics": 3, "disclosure": 1, "requests": 2, "remedies": 1}
# So many rows whose figures have fields of their own are a table, even where no field could be chosen.
_LEAST_DELIMITED = 3
# So many heads over so many figures are a table, even where no row could be given any.
_LEAST_HEADS = 3
MANY_HEADS = 5
MANY_ROWS = 10
_MANY_OTHERS = 3
_FIRST_YEAR = "2014"


def has_rows(printed: Printed) -> bool:
    """Whether a table has rows enough to be one of a form; the few of the remedies stand under heads of their own."""
    if printed.family.name == "remedies" and printed.heads < _LEAST_HEADS:
        return False
    return sum(isinstance(event, Entry) for event in printed.events) >= _find_least(printed)


def _find_least(printed: Printed) -> int:
    """How many rows make a table: under most of its heads one does, as where the text was cut off."""
    return 1 if printed.heads >= MANY_HEADS else _LEAST_ROWS[printed.family.name]


def find_older(tables: Sequence[Printed], text: str) -> set[int]:
    """The places of the tables of before the form: no row that the form alone has, but others, or an older year.

    电子邮件申请数 and 否决公开答复总数 beside 当面申请数 and 同意公开答复数, as in the years up to 2013.
    """
    shared = [i for i, printed in enumerate(tables) if printed.family.older and not _has_own_row(printed, text)]
    years = _YEAR_RE.findall(text) if shared else []
    is_old_text = max(years, default=_FIRST_YEAR) < _FIRST_YEAR
    return {i for i in shared if is_old_text or _count_others(tables[i], text) >= _MANY_OTHERS}


def _has_own_row(printed: Printed, text: str) -> bool:
    """Whether a row is printed that the form alone has."""
    family = printed.family
    return any(
        term.kind == "row" and term.index == entry.row and family.rows[entry.row].layouts
        for entry in printed.events
        if isinstance(entry, Entry) and entry.row not in family.older
        for term in read_label(text[entry.start : entry.end]).terms
    )


def _count_others(printed: Printed, text: str) -> int:
    """How many rows with figures are none of the form."""
    return sum(
        isinstance(left, Stranger)
        and (text[left.end - 1].isdecimal() or (left.is_row and isinstance(right, Run) and right.has_figures))
        for left, right in pairwise(printed.events)
    )


def is_table(table: Placed) -> bool:
    """Whether rows have figures, or heads stand over figures that could not be given to rows."""
    least = _find_least(table.printed)
    filled = [line for line in table.lines if line.cells]
    if len(filled) >= least and any(
        cell and (cell.kind == "figure" or (cell is UNDECIDED and table.printed.heads))
        for line in filled
        for cell in line.placed or ()
    ):
        return True
    delimited = [line for line in filled if line.kind == "row" and any(cell.kind == "figure" for cell in line.cells)]
    if len(delimited) >= (least if table.printed.heads else _LEAST_DELIMITED):
        return True
    is_printed = table.printed.heads >= _LEAST_HEADS or len(table.lines) >= MANY_ROWS
    return is_printed and sum(cell.kind == "figure" for cell in table.stray) >= _LEAST_HEADS


def is_blank_table(table: Placed) -> bool:
    """Whether a whole table is printed without a figure, as offices do that have nothing to report."""
    rows = sum(bool(row.layouts) for row in table.printed.family.rows)
    sure = sum(not line.is_doubtful for line in table.lines)
    return not table.stray and table.printed.heads >= _LEAST_HEADS and 4 * sure >= 3 * rows
