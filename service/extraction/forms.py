"""The statutory tables: text aligned to the forms that the law prints.

In: a `Source`. Out: a `TableReading`: which form, one `Reading` for each cell, the regions of the view
that are tables (statutory or not) and therefore no prose, and a warning for what could not be placed.
"""

from dataclasses import dataclass

from service.extraction.report import ParseWarning, Reading, Span
from service.extraction.source import Source


@dataclass(frozen=True, slots=True)
class TableReading:
    """``form`` is 2014, 2019, 2021 or None; ``regions`` are sorted spans of the view, statutory tables and others."""

    form: str | None
    readings: tuple[Reading, ...]
    regions: tuple[Span, ...]
    warnings: tuple[ParseWarning, ...]


def read_tables(source: Source) -> TableReading:
    """Every statutory table of the text."""
    return TableReading(None, (), (), ())
