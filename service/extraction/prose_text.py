"""The prose of a report: paragraphs without table regions, wrapped lines joined, inner blanks gone.

In: a `Source` and the regions that are tables. Out: `Prose`, a layer over the source's view whose text has one
paragraph a line. Sentences may be read from it without regard to how the page was broken:
`2018 年 1 月` reads `2018年1月`, a word cut by a line end is whole again, `1 242` reads `1242`; a blank
stays (as one space) only between two figures or Latin words that are not one. Page numbers, the running heads
beside them and Markdown's marks are not prose. It does not say what is a heading; see `service.extraction.outline`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.extraction.layer import Layer, Run, fold
from service.extraction.numbering import read_numbering
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

    def printed(self, start: int, end: int) -> str:
        """The words as submitted, `（二）` and not `(二)`, without tags, blanks and line ends."""
        text = self.text[start:end]
        first, last = self.span(start, end)
        raw = _BLANK_RE.sub("", self._source.raw[first:last])
        if len(raw) == end - start and fold(raw) == text:
            return raw
        return _FOLDED_RE.sub(lambda match: self._unfold(match.group(), start + match.start()), text)

    def _unfold(self, plain: str, start: int) -> str:
        first, last = self.span(start, start + len(plain))
        raw = self._source.raw[first:last]
        return raw if fold(raw) == plain else plain


_BLANK_RE = re.compile(r"\s+")
# What folding may have made of full-width characters.
_FOLDED_RE = re.compile("[!-~]+")
# Markdown's marks at a line's start are no words: `## 一、概述`, `> 本报告…`.
_LINE_RE = re.compile(r"[ \t]*(?:(?:#{1,6}|>)[ \t]+)*([^\n]*)")
_WORD_RE = re.compile(r"[^ \t]+")
_STRONG_RE = re.compile(r"(?:(?!\*\*)[^ \t])+")

_PAGE_NUMBER_RE = re.compile(
    r"[-–—―─~·]+ ?\d{1,3} ?[-–—―─~·]+|第 ?\d{1,3} ?页[,/ ]*(?:共 ?\d{1,3} ?页)?|\d{1,3} ?/ ?\d{1,3}"
)
_BARE_NUMBER_RE = re.compile(r"\d{1,3}")

_TERMINAL = frozenset("。!?;:…")
_CLOSING = "”’\"')》〉】〕]"
_OPENING = frozenset("“‘(《〈【〔[,、")
_NEVER_FIRST = frozenset(",。;:、!?”’)》〉】〕%")
_UNIT_RE = re.compile(r"[年月日时条件个次人篇项份期场起户家万亿余多]")
_FIGURE_RE = re.compile(r"[约近超]?\d[\d.,]*[万亿余多]?")
_ANEW_RE = re.compile(
    r"[一二三四五六七八九十]{1,2}是|首先|其次|[-*•●■◆★☆※·]|附[件表注]|注[:1-9]"
    r"|[\d〇○零一二三四五六七八九]{4}年[\d十一二三四五六七八九]{1,3}月[\d十一二三四五六七八九]{1,3}日$"
    r"|[\u4e00-\u9fff ]{2,12}:"
)
_TITLE_RE = re.compile(r"[^,。;:、]*(?:报告|总结|汇报|年报|要点)")

# Columns that blanks hold apart: a row of a table, or names below a text.
_COLUMN_RE = re.compile(r" {3}|\t|\|")
# Narrower lines are titles, headings or signatures; only wider ones can have been cut by the page's edge.
_LEAST_WIDTH = 18
_SLACK = 3.5


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the view, trimmed; ``width`` counts a full-width character as 1 and a narrow one as a half."""

    start: int
    text: str
    indent: int
    width: float

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_open(self) -> bool:
        """Whether the line stops before its sentence does."""
        return (self.text.rstrip(_CLOSING) or self.text)[-1] not in _TERMINAL

    @property
    def starts_anew(self) -> bool:
        """Whether the line opens a heading, a list item, a label, a date of its own, or is a row."""
        return bool(_ANEW_RE.match(self.text)) or self.is_numbered or "\t" in self.text

    @property
    def is_numbered(self) -> bool:
        return read_numbering(self.text, 0, len(self.text)) is not None


def _width(source: Source, text: str, start: int) -> float:
    """How wide a line was printed; folding has narrowed its punctuation, so the submitted characters count."""
    first, last = source.span(start, start + len(text))
    printed = source.raw[first:last] if last - first == len(text) else text
    return (len(printed) + (len(printed.encode("utf-8", "surrogatepass")) - len(printed)) / 2) / 2


def _find_lines(source: Source, regions: Sequence[Span]) -> Iterator[_Line]:
    """The lines of a source that no region touches, trimmed, empty ones left out."""
    upcoming = iter(sorted(regions))
    region = next(upcoming, None)
    for match in _LINE_RE.finditer(source.text):
        start, end = match.span(1)
        text = match.group(1).rstrip(" \t")
        while region is not None and region[1] <= match.start():
            region = next(upcoming, None)
        if text and (region is None or region[0] >= end):
            yield _Line(start, text, start - match.start(), _width(source, text, start))


def _drop_page_furniture(lines: list[_Line]) -> list[_Line]:
    """The lines without page numbers and without the running heads that stand beside them."""
    pages = {i for i, line in enumerate(lines) if line.width < 9 and _PAGE_NUMBER_RE.fullmatch(line.text)}
    bare = [i for i, line in enumerate(lines) if line.width < 2 and _BARE_NUMBER_RE.fullmatch(line.text)]
    counted = [int(lines[i].text) for i in bare]
    # One lone number may be a figure; numbers that count on from page to page are none.
    if len(counted) > 1 and counted[0] <= 2 and all(after == before + 1 for before, after in pairwise(counted)):
        pages.update(bare)
    if not pages:
        return lines
    beside = Counter(lines[i].text for page in pages for i in (page - 1, page + 1) if 0 <= i < len(lines))
    heads = {text for text, count in beside.items() if count > 1}
    kept: list[_Line] = []
    for i, line in enumerate(lines):
        if i in pages:
            continue
        if line.text in heads:
            if line.text in beside and beside[line.text] == 0:
                continue
            beside[line.text] = 0
        kept.append(line)
    return kept


def _find_edge(lines: Sequence[_Line]) -> float:
    """The width at which the page cut its lines, or infinity where every line is a paragraph.

    Cut lines end in mid-sentence within a few characters of one edge, and hardly a line passes it.
    """
    plain = [line for line in lines if line.width >= _LEAST_WIDTH and not _COLUMN_RE.search(line.text)]
    widths = Counter(round(line.width) for line in plain if line.is_open)
    if not widths:
        return math.inf
    edge = max(widths, key=lambda width: (sum(widths[width + step] for step in (-2, -1, 0, 1)), width))
    near = sum(count for width, count in widths.items() if abs(edge - width) <= _SLACK)
    beyond = sum(line.width > edge + _SLACK for line in plain)
    return edge if near >= max(4, 0.25 * len(plain)) and beyond <= 0.15 * len(plain) else math.inf


def _is_cut(line: _Line, opens: bool) -> bool:
    """Whether an open line is a sentence without its end: `…切实增强舆情风险防控意`. A heading is none."""
    if "。" in line.text:
        return True
    return line.width >= 20 and "," in line.text and not (opens and line.is_numbered)


def _goes_on(line: _Line, following: _Line, edge: float, margin: int, opens: bool) -> bool:
    """Whether ``following`` is the rest of the sentence of ``line``; ``opens``: the line opens its paragraph."""
    if following.text[0] in _NEVER_FIRST:
        return True
    if not line.is_open or following.starts_anew or "\t" in line.text:
        return False
    if line.width >= edge - _SLACK:
        return following.indent <= margin and not (opens and _TITLE_RE.fullmatch(line.text))
    if line.text[-1] in _OPENING:
        return True
    return _is_cut(line, opens) and ("," in following.text or "。" in following.text)


def _is_torn_figure(line: _Line, following: _Line, after: _Line | None) -> bool:
    """Whether a figure stands on a line of its own: pages taken apart at their tags print `共公开`, `1242`, `条。`."""
    if line.text[-1].isdigit() and not line.text.isdigit():
        return bool(_UNIT_RE.match(following.text))
    if after is None or not _FIGURE_RE.fullmatch(following.text) or not line.is_open:
        return False
    return after.text[0] in _NEVER_FIRST or bool(_UNIT_RE.match(after.text))


def _find_margin(lines: Sequence[_Line], edge: float) -> int:
    """The indent of lines that go on with a sentence; a line that is indented more opens a paragraph."""
    indents = Counter(b.indent for a, b in pairwise(lines) if a.width >= edge - _SLACK and a.is_open)
    return max(indents, key=lambda indent: (indents[indent], indent), default=0)


def _find_paragraphs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines of each paragraph."""
    edge = _find_edge(lines)
    margin = _find_margin(lines, edge)
    paragraphs: list[list[_Line]] = []
    for i, line in enumerate(lines):
        if i:
            before = lines[i - 1]
            after = lines[i + 1] if i + 1 < len(lines) else None
            opens = len(paragraphs[-1]) == 1
            if _goes_on(before, line, edge, margin, opens) or _is_torn_figure(before, line, after):
                paragraphs[-1].append(line)
                continue
        paragraphs.append([line])
    return paragraphs


def _keeps_blank(before: str, after: str) -> bool:
    """Whether a blank between two words means something: `4544 6481` are two figures, `1 242` is one."""
    if not (before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum()):
        return False
    group = re.match(r"\d+", after)
    return not (before[-1].isdigit() and group and len(group.group()) == 3 and re.search(r"(?<!\d)\d{1,3}$", before))


def _parts_lines(line: _Line, following: _Line, edge: float) -> bool:
    """Whether a blank must stand where a line end stood: two figures stay two unless the page cut one."""
    last, first = line.text[-1], following.text[0]
    if last.isdigit() and first.isdigit():
        return line.width < edge - _SLACK
    if last == "," and first.isdigit():
        return not re.match(r"\d{3}(?!\d)", following.text)
    return last.isascii() and last.isalpha() and first.isascii() and first.isalpha() and line.width < edge - _SLACK


def read_prose(source: Source, regions: Sequence[Span]) -> Prose:
    """The paragraphs of a source outside its tables."""
    lines = _drop_page_furniture(list(_find_lines(source, regions)))
    edge = _find_edge(lines)
    word_re = _STRONG_RE if "**" in source.text else _WORD_RE
    pieces: list[str] = []
    runs: list[Run] = []
    paragraphs: list[Paragraph] = []
    length = 0

    def add(piece: str, start: int, end: int) -> None:
        nonlocal length
        runs.append(Run(length, start, end))
        pieces.append(piece)
        length += len(piece)

    for group in _find_paragraphs(lines):
        if paragraphs:
            add("\n", group[0].start, group[0].start)
        begin = length
        for i, line in enumerate(group):
            if i and _parts_lines(group[i - 1], line, edge):
                add(" ", line.start, line.start)
            before = ""
            for word in word_re.finditer(source.text, line.start, line.end):
                if before and _keeps_blank(before, word.group()):
                    add(" ", word.start() - 1, word.start())
                add(word.group(), *word.span())
                before = word.group()
        paragraphs.append(Paragraph(begin, length, group[0].start, group[-1].end))
    return Prose(source, Layer("".join(pieces), runs), tuple(paragraphs))
