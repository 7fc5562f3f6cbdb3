"""HTML as text: blocks become lines, cells keep their place, everything keeps its offsets in the markup.

In: markup as submitted. Out: a `Page` with the text that a reader sees (already folded, see
`service.extraction.source`), the runs that lead back to the markup, the tables with their cells, and the
marks that carry meaning (``<title>``, headings, metadata). Script, style and comments are not text.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: its place in the grid and ``text[start:end]`` of the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """One table: ``[start, end)`` of the page's text and its cells in reading order."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What the markup says of a stretch of text: ``kind`` is ``title``, ``h1`` … ``h6`` or ``meta``.

    A ``meta`` mark has no text in the page: ``name`` and ``value`` are its attributes (``PubDate``, ``2022-01-20``).
    """

    kind: str
    start: int
    end: int
    name: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    runs: tuple[tuple[int, int, int], ...]
    tables: tuple[Table, ...]
    marks: tuple[Mark, ...]


def is_markup(raw: str) -> bool:
    """Whether a text is HTML, by its content."""
    return False


def read_markup(raw: str) -> Page:
    """The page that a reader sees."""
    return Page(raw, (), (), ())
