"""Indicators told in sentences.

In: prose, headings, figures, the year. Out: `ProseReading`: one `Reading` for each statement and the figures that
they claim.
The rules are data (``codebook/prose.toml``), each with its examples and counterexamples.
"""

from dataclasses import dataclass

from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Reading


@dataclass(frozen=True, slots=True)
class ProseReading:
    """``claimed`` holds the indexes of the figures that an indicator has taken."""

    readings: tuple[Reading, ...]
    claimed: frozenset[int]


def read_indicators(
    prose: Prose, headings: tuple[Heading, ...], figures: tuple[Figure, ...], year: int | None
) -> ProseReading:
    """The statutory figures that the prose tells."""
    return ProseReading((), frozenset())
