"""The figures that measure something and that no indicator has claimed, each with its subject and section."""

from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Quantity, to_number


def find_quantities(
    prose: Prose, headings: tuple[Heading, ...], figures: tuple[Figure, ...], claimed: frozenset[int]
) -> tuple[Quantity, ...]:
    """The quantities of the prose, in order."""
    return tuple(
        Quantity(
            text=prose.text[figure.start : figure.end],
            value=to_number(figure.value),
            unit=figure.unit,
            qualifier=figure.qualifier,
            subject=None,
            section=None,
            span=prose.span(figure.start, figure.end),
        )
        for index, figure in enumerate(figures)
        if figure.exclusion is None and index not in claimed
    )
