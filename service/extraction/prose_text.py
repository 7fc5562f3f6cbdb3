"""The prose of a report: paragraphs without table regions, wrapped lines joined, inner blanks gone.

In: a `Source` and the regions that are tables. Out: `Prose`, a layer over the source's view whose text has one
paragraph a line. Sentences may be read from it without regard to how the page was broken:
`2018 年 1 月` reads `2018年1月`, a word cut by a line end is whole again, `1 242` reads `1242`; a blank
stays (as one space) only between two figures or Latin words that are not one. Page numbers, the running heads
beside them and Markdown's marks are not prose. It does not say what is a heading; see `service.extraction.outline`.
"""

import re
import sys
from collections.abc import Sequence
from itertools import pairwise

from service.extraction.layer import Layer, Run, fold
from service.extraction.page_lines import Line, find_lines
from service.extraction.record import Record
from service.extraction.report import Span
from service.extraction.source import Source
from service.extraction.wrapping import Page, find_groups, read_page


class Paragraph(Record):
    """``[start, end)`` in the prose text, read from ``[view_start, view_end)`` of the view."""

    start: int
    end: int
    view_start: int
    view_end: int


class Prose:
    """The prose text, its paragraphs, and the way back to the submitted text.

    ``raw`` is the text as submitted, ``view`` the source's, which still shows tabs and cell marks; ``span`` leads from
    prose offsets to the one, ``view_span`` to the other.
    """

    __slots__ = ("_source", "paragraphs", "raw", "span", "text", "view", "view_span")

    def __init__(self, source: Source, layer: Layer, paragraphs: tuple[Paragraph, ...]) -> None:
        self._source = source
        self.paragraphs = paragraphs
        self.text, self.raw, self.view = layer.text, source.raw, source.text
        self.view_span = layer.span
        # From a view that is the text itself it is no way.
        self.span = layer.span if source.view.is_origin else self._find_span

    def _find_span(self, start: int, end: int) -> Span:
        return self._source.span(*self.view_span(start, end))

    def printed(self, start: int, end: int) -> str:
        """The words as submitted, `（二）` and not `(二)`, without tags, blanks and line ends."""
        text = self.text[start:end]
        first, last = self.span(start, end)
        raw = self.raw[first:last]
        if raw == text:
            return text
        # A view of the same length is the text folded already, and has its blanks where the text has them.
        plain = self.view[first:last] if self._source.view.is_origin else fold(raw)
        if "".join(plain.split()) == text:
            return "".join(raw.split())
        return _FOLDED_RE.sub(lambda match: self._unfold(match.group(), start + match.start()), text)

    def _unfold(self, plain: str, start: int) -> str:
        first, last = self.span(start, start + len(plain))
        raw = self.raw[first:last]
        return raw if fold(raw) == plain else plain


# What folding may have made of full-width characters.
_FOLDED_RE = re.compile("[!-~]+")
_WORD_RE = re.compile(r"[^ \t]+")
_STRONG_RE = re.compile(r"[^ \t*]+|(?<!\*)\*(?!\*)")
# Only between two Latin words or figures a blank may mean something.
_MEANT_RE = re.compile(r"[0-9A-Za-z*][ \t*]+[0-9A-Za-z*]")
# `1 242` and `1,` above `242` are one number.
_DIGITS_RE, _FIRST_GROUP_RE, _NEXT_GROUP_RE = map(re.compile, (r"\d+", r"(?<!\d)\d{1,3}$", r"\d{3}(?!\d)"))
# Recognition and justified type set the characters of a number apart: `2 0 1 9 年 1 2 月`, `邮编:1 0 0 0 8 1`.
_SPACED_RE = re.compile(
    r"(?<![\d.])(?:[12] ?\d ?\d ?\d(?= ?年)|[0-3] \d(?= ?[月日]))|(?<=[:码编]) ?\d(?: (?:[-—] )?\d){3,20}(?![\d.]| \d)"
)
# Behind every text.
_NOWHERE = (sys.maxsize, sys.maxsize)


def _keeps_blank(before: str, after: str) -> bool:
    """Whether a blank between two words means something: `4544 6481` are two figures, `1 242` is one."""
    if not (before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum()):
        return False
    group = _DIGITS_RE.match(after)
    return not (before[-1].isdigit() and group and len(group.group()) == 3 and _FIRST_GROUP_RE.search(before))


def _keeps_break(source: Source, line: Line, following: Line, page: Page) -> bool:
    """Whether a blank must stand where a line end stood: two figures stay two unless the page cut one."""
    last, first = line.text[-1], following.text[0]
    if last == "," and first.isdigit():
        comma = source.raw[slice(*source.span(line.end - 1, line.end))]
        return comma != "," or _NEXT_GROUP_RE.match(following.text) is None
    if last.isascii() and last.isalnum() and first.isascii() and first.isalnum():
        return not page.is_full(line)
    return False


class _Builder:
    """Puts a layer together piece by piece."""

    def __init__(self) -> None:
        self.length = 0
        self._pieces: list[str] = []
        self._runs: list[Run] = []

    def add(self, piece: str, start: int, end: int) -> None:
        self._runs.append((self.length, start, end))
        self._pieces.append(piece)
        self.length += len(piece)

    def add_line(self, line: Line, word_re: re.Pattern[str], opens: bool) -> None:
        """The words of a line, without the blanks that mean nothing, on a new line where it opens a paragraph."""
        text, at = line.text, line.start
        if opens and self._runs and self._runs[-1][2] < at:
            # The blank or line end before the line is the new line's, so that both are one run.
            text, at = "\n" + text, at - 1
        elif opens and self._runs:
            self.add("\n", at, at)
        if " " not in text and "\t" not in text and "*" not in text:
            self.add(text, at, line.end)
            return
        if not _MEANT_RE.search(text):
            for word in word_re.finditer(text):
                self.add(word.group(), at + word.start(), at + word.end())
            return
        apart = (match.span() for match in _SPACED_RE.finditer(text))
        left, right = next(apart, _NOWHERE)
        before, first, end = "", 0, 0
        for word in word_re.finditer(text):
            start = word.start()
            while right <= start:
                left, right = next(apart, _NOWHERE)
            is_one = left <= end
            keeps = before and not is_one and text[end:start].strip("*") and _keeps_blank(before, word.group())
            if not before:
                first = start
            elif not (keeps and text[end:start] == " "):
                # Words that one blank holds apart are one run.
                self.add(text[first:end], at + first, at + end)
                first = start
                if keeps:
                    self.add(" ", at + start - 1, at + start)
            before, end = word.group(), word.end()
        if before:
            self.add(text[first:end], at + first, at + end)

    def build(self) -> Layer:
        return Layer("".join(self._pieces), self._runs)


def read_prose(source: Source, regions: Sequence[Span]) -> Prose:
    """The paragraphs of a source outside its tables."""
    lines = find_lines(source, regions)
    page = read_page(lines)
    word_re = _STRONG_RE if "**" in source.text else _WORD_RE
    builder = _Builder()
    paragraphs: list[Paragraph] = []
    for group in find_groups(lines, page):
        start = builder.length + (builder.length > 0)
        builder.add_line(group[0], word_re, opens=True)
        for before, line in pairwise(group):
            if _keeps_break(source, before, line, page):
                builder.add(" ", line.start, line.start)
            builder.add_line(line, word_re, opens=False)
        if builder.length > start:
            paragraphs.append(Paragraph(start, builder.length, group[0].start, group[-1].end))
    return Prose(source, builder.build(), tuple(paragraphs))
