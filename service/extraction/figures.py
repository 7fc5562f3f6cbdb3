"""Every figure of the prose, met once.

In: `Prose`. Out: `Figure` values in reading order, each with value, unit, qualifier and, where it measures nothing,
the name of the reason (``exclusion``): date, year, time, document_number, phone, postcode, address, identifier,
ordinal, heading, list_number, name, set_phrase, class_bound, text_part. Numbers are read by
`service.extraction.numerals` alone.
"""

from dataclasses import dataclass
from decimal import Decimal

from service.extraction.prose_text import Prose
from service.extraction.report import Qualifier


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Offsets are in the prose text.

    ``[start, end)`` covers number, unit and attached marks (`约1.5万份`, `650余条`); ``[number_start, number_end)``
    the number with its multiplier. ``value`` is in ``unit`` (money in 万元, 万 and 亿 multiplied out); ``step`` is the
    worth of the last printed digit in the same unit (`11.80万件`: 100). ``exclusion`` is None for a figure that
    measures something.
    """

    start: int
    end: int
    number_start: int
    number_end: int
    value: Decimal
    unit: str | None
    qualifier: Qualifier
    step: Decimal
    exclusion: str | None


def find_figures(prose: Prose) -> tuple[Figure, ...]:
    """The figures of the prose, in order, none overlapping another."""
    return ()
