"""The arithmetic that a report should satisfy, one pure function for each rule.

In: `Evidence`, all that the parse has found. Out: checks in a fixed order. A fault of the document is a
value here, never an exception.
"""

from dataclasses import dataclass

from service.extraction.figures import Figure
from service.extraction.prose_text import Prose
from service.extraction.report import Check, Indicator


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks look at."""

    form: str | None
    year: int | None
    indicators: tuple[Indicator, ...]
    prose: Prose
    figures: tuple[Figure, ...]
    claimed: frozenset[int]


def find_checks(evidence: Evidence) -> tuple[Check, ...]:
    """Every check that the report's figures allow."""
    return ()


def summarise(checks: tuple[Check, ...]) -> dict[str, dict[str, int]]:
    """How many checks of each rule passed, failed or stayed unknown."""
    return {}
