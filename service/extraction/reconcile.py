"""All readings of one indicator to one entry: the winner on top, every statement kept.

In: readings of tables and prose. Out: indicators in codebook order.
A table cell that holds a number wins over prose, prose over a blank cell, exact over approximate, then the first.
"""

from collections.abc import Sequence

from service.extraction.report import Indicator, Reading


def reconcile(readings: Sequence[Reading], form: str | None, year: int | None) -> tuple[Indicator, ...]:
    """One indicator for each (code, applicant)."""
    return ()
