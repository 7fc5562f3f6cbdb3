"""The prose of a report: paragraphs without table regions, wrapped lines joined, inner blanks gone.

In: a `Source` and the regions that are tables. Out: `Prose`, a layer over the source's view whose text has one
paragraph a line. Sentences may be read from it without regard to how the page was broken:
`2018 年 1 月` reads `2018年1月`, a word cut by a line end is whole again, `1 242` reads `1242`; a blank
stays (as one space) only between two figures or Latin words that are not one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.extraction.layer import Layer, Run
from service.extraction.report import Span
from service.extraction.source import Source


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``[start, end)`` in the prose text, read from ``[view_start, view_end)`` of the view."""

    start: int
    end: int
    view_start: int
    view_end: int


class Prose:
    """The prose text, its paragraphs, and the way back to the submitted text."""

    __slots__ = ("_layer", "_source", "paragraphs")

    def __init__(self, source: Source, layer: Layer, paragraphs: tuple[Paragraph, ...]) -> None:
        self._source = source
        self._layer = layer
        self.paragraphs = paragraphs

    @property
    def text(self) -> str:
        return self._layer.text

    def view_span(self, start: int, end: int) -> Span:
        """From prose offsets to the source's view."""
        return self._layer.span(start, end)

    def span(self, start: int, end: int) -> Span:
        """From prose offsets to the submitted text."""
        return self._source.span(*self._layer.span(start, end))


_LINE_RE = re.compile(r"[^\n]+")
_WORD_RE = re.compile(r"[^ \t]+")


def _lines_outside(text: str, regions: Sequence[Span]) -> list[Span]:
    """The lines of a text that no region touches, trimmed, empty ones left out."""
    lines: list[Span] = []
    upcoming = iter(sorted(regions))
    region = next(upcoming, None)
    for match in _LINE_RE.finditer(text):
        start, end = match.span()
        while region is not None and region[1] <= start:
            region = next(upcoming, None)
        if region is not None and region[0] < end:
            continue
        line = match.group()
        trimmed = line.strip(" \t")
        if trimmed:
            start += len(line) - len(line.lstrip(" \t"))
            lines.append((start, start + len(trimmed)))
    return lines


def _keeps_blank(before: str, after: str) -> bool:
    """Whether a blank between two words means something: `4544 6481` are two figures, `1 242` is one."""
    if not (before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum()):
        return False
    group = re.match(r"\d+", after)
    return not (before[-1].isdigit() and group and len(group.group()) == 3 and re.search(r"(?<!\d)\d{1,3}$", before))


def read_prose(source: Source, regions: Sequence[Span]) -> Prose:
    """The paragraphs of a source outside its tables."""
    text = source.text
    pieces: list[str] = []
    runs: list[Run] = []
    paragraphs: list[Paragraph] = []
    length = 0

    def add(piece: str, start: int, end: int) -> None:
        nonlocal length
        runs.append(Run(length, start, end))
        pieces.append(piece)
        length += len(piece)

    for line_start, line_end in _lines_outside(text, regions):
        if paragraphs:
            add("\n", line_start, line_start)
        begin = length
        before = ""
        for word in _WORD_RE.finditer(text, line_start, line_end):
            if before and _keeps_blank(before, word.group()):
                add(" ", word.start() - 1, word.start())
            add(word.group(), *word.span())
            before = word.group()
        paragraphs.append(Paragraph(begin, length, line_start, line_end))
    return Prose(source, Layer("".join(pieces), runs), tuple(paragraphs))
