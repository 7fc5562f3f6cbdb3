"""What the checks look at: everything that one parse has found before them."""

from service.extraction.figures import Figure
from service.extraction.prose_text import Prose
from service.extraction.record import Record
from service.extraction.report import Indicator


class Evidence(Record):
    """``claimed`` holds the indexes of the figures that are an indicator's observation."""

    form: str | None
    year: int | None
    indicators: tuple[Indicator, ...]
    prose: Prose
    figures: tuple[Figure, ...]
    claimed: frozenset[int]
