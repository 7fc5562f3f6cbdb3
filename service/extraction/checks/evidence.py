"""What the checks look at: everything that one parse has found before them."""

from decimal import Decimal

from service.extraction.figures import Figure
from service.extraction.prose_text import Prose
from service.extraction.record import Record
from service.extraction.report import Indicator


class Evidence(Record):
    """``claimed`` holds the indexes of the figures that are an indicator's observation.

    ``unplaced`` are the figures of tables that belong to no row of a form, each with its place in the text.
    """

    form: str | None
    year: int | None
    indicators: tuple[Indicator, ...]
    prose: Prose
    figures: tuple[Figure, ...]
    claimed: frozenset[int]
    unplaced: tuple[tuple[int, Decimal], ...] = ()
