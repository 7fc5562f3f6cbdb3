"""The outline: headings of every style and the sections that they open.

In: `Prose` (and the source's marks). Out: sections in order, nested by level. List items (一是…) and table rows
are no headings.
"""

from dataclasses import dataclass

from service.extraction.prose_text import Prose
from service.extraction.report import Section
from service.extraction.source import Source


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in prose offsets: ``[start, end)`` of number and title; the section's body ends at ``body_end``.

    ``path`` joins the numbers from the top, `二/（一）`, and names the section for quantities.
    """

    level: int
    number: str | None
    title: str
    start: int
    end: int
    body_end: int
    path: str


def find_headings(source: Source, prose: Prose) -> tuple[Heading, ...]:
    """The headings of the prose, in order."""
    return ()


def to_sections(prose: Prose, headings: tuple[Heading, ...]) -> tuple[Section, ...]:
    """The public sections, spans in the submitted text."""
    return tuple(Section(h.level, h.number, h.title, prose.span(h.start, h.body_end)) for h in headings)
