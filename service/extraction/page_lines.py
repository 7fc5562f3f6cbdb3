"""The lines of a page outside its tables, without what belongs to the page and not to the text.

In: a `Source` and the regions that are tables. Out: its lines, trimmed, without Markdown's marks, page numbers and the
running heads beside them. A line that holds a whole text is parted at the headings within it. Which lines belong to
one paragraph is for `service.extraction.wrapping`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.extraction.codebook import load_toml
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.codebook.words import any_of
from service.extraction.numbering import read_numbering
from service.extraction.record import Record
from service.extraction.report import Span
from service.extraction.source import Source

# Markdown's marks at a line's start are no words: `## 一、概述`, `> 本报告…`.
_WORDS = load_toml("document.toml")
_HEADINGS, _PAPER = _WORDS["headings"], any_of(_WORDS["title"]["papers"])
_LINE_MARK_RE = re.compile(r"(?:(?:#{1,6}|>)[ \t]+)+")
# Texts that lost their line ends: `…工作年度报告 本报告由…要求编制。一、总体情况 2019年…`.
_LEAST_FLAT = 200
_INNER_HEADING_RE = re.compile(
    rf"[({NUMERALS}1-9](?<=[。;\s].)(?:(?<![(1-9])[{NUMERALS}]?、|(?<=\()[{NUMERALS}]{{1,2}}\)"
    # …做好以下几点: 1、明确责任 2、确定范围
    r"|(?<=\s[1-9])[0-9]?[、.](?=[一-龥“]))"
)
# `一、基本情况 自《条例》实施之日起…`: a blank is all that is left of the line end behind a heading.
FLAT_HEADING_RE = re.compile(
    rf"(?:[{NUMERALS}]{{1,2}}、|\([{NUMERALS}]{{1,2}}\))[ \t]?[^\s。;:,]{{0,28}}?"
    rf"(?:{any_of([*_HEADINGS['ends'], *_HEADINGS['ends_before_blank']])}|概[ \t]述|[引前][ \t]?言)(?=[ \t]+[^ \t])"
)
_FLAT_TITLE_RE = re.compile(rf"[^,。;:]{{4,60}}?{_PAPER}[ \t]+(?=[^ \t])")
_PAGE_NUMBER_RE = re.compile(
    r"[-–—―─~·]+ ?\d{1,3} ?[-–—―─~·]+|第 ?\d{1,3} ?页[,/ ]*(?:共 ?\d{1,3} ?页)?|\d{1,3} ?/ ?\d{1,3}"
)
_BARE_NUMBER_RE = re.compile(r"\d{1,3}")
_WIDEST = 120
_NARROW_RE = re.compile("[A-Za-z0-9 ]+")
_TERMINAL = frozenset("。!?;:…")
_CLOSING = "”’\"')》〉】〕]"


class Line(Record):
    """One line of the view, trimmed; ``width`` counts a full-width character as 1 and a narrow one as a half.

    ``is_open`` when it stops before its sentence does; ``is_row`` when blanks hold columns apart.
    """

    start: int
    end: int
    text: str
    indent: int
    width: float
    is_open: bool
    is_row: bool


def _to_line(start: int, text: str, indent: int) -> Line:
    # Folding has narrowed the punctuation, so letters and digits alone count as narrow.
    width = float(len(text))
    if width <= _WIDEST:
        width = (width + len(_NARROW_RE.sub("", text))) / 2
    is_open = (text.rstrip(_CLOSING) or text)[-1] not in _TERMINAL
    return Line(start, start + len(text), text, indent, width, is_open, "   " in text or "\t" in text or "|" in text)


def _find_stretches(length: int, regions: Sequence[Span]) -> Iterator[Span]:
    """What the regions leave of a text."""
    start = 0
    for first, last in sorted(regions):
        if first > start:
            yield start, first
        start = max(start, last)
    if start < length:
        yield start, length


def _split_flat(text: str) -> Iterator[str]:
    """A line at the headings within it, and behind those that a blank parts from their text."""
    start = 0
    title = _FLAT_TITLE_RE.match(text)
    cuts = [title.end()] if title else []
    for match in _INNER_HEADING_RE.finditer(text):
        if read_numbering(text, match.start(), len(text)):
            heading = FLAT_HEADING_RE.match(text, match.start())
            cuts += [match.start(), heading.end()] if heading else [match.start()]
    for cut in cuts:
        yield text[start:cut]
        start = cut
    yield text[start:]


def _read_lines(source: Source, regions: Sequence[Span]) -> Iterator[Line]:
    """The lines of a source outside the regions, trimmed, empty ones left out."""
    for start, end in _find_stretches(len(source.text), regions):
        for printed in source.text[start:end].split("\n"):
            if not printed:
                start += 1
                continue
            for piece in _split_flat(printed) if len(printed) >= _LEAST_FLAT else (printed,):
                text = piece.lstrip(" \t")
                indent = len(piece) - len(text)
                if text.startswith(("#", ">")) and (mark := _LINE_MARK_RE.match(text)):
                    indent += mark.end()
                    text = text[mark.end() :]
                text = text.rstrip(" \t")
                if text.strip("*"):
                    yield _to_line(start + indent, text, indent)
                start += len(piece)
            start += 1


def _drop_page_furniture(lines: list[Line]) -> list[Line]:
    """The lines without page numbers and without the running heads that stand beside them."""
    short = [
        (i, line.text) for i, line in enumerate(lines) if line.width < 9 and line.text[-1] in "0123456789-–—―─~·页"
    ]
    pages = {i for i, text in short if _PAGE_NUMBER_RE.fullmatch(text)}
    bare = [(i, int(text)) for i, text in short if _BARE_NUMBER_RE.fullmatch(text)]
    # One lone number may be a figure; numbers that count on from page to page are none.
    if len(bare) > 1 and bare[0][1] <= 2 and all(after == before + 1 for (_, before), (_, after) in pairwise(bare)):
        pages.update(i for i, _ in bare)
    if not pages:
        return lines
    beside = Counter(lines[i].text for page in pages for i in (page - 1, page + 1) if 0 <= i < len(lines))
    heads = {text: 0 for text, count in beside.items() if count > 1}
    kept: list[Line] = []
    for i, line in enumerate(lines):
        if line.text in heads:
            heads[line.text] += 1
        if i not in pages and heads.get(line.text, 1) == 1:
            kept.append(line)
    return kept


def find_lines(source: Source, regions: Sequence[Span]) -> list[Line]:
    """The lines of a source outside the regions, without page furniture."""
    return _drop_page_furniture(list(_read_lines(source, regions)))
