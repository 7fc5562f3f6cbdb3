"""How a page broke its text: which lines go on with the one before them.

In: lines in reading order. Out: the lines of each paragraph, by the edge that cut them, their indent and how they begin
and end. What their words mean is not asked; see `service.extraction.outline` for headings.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from service.extraction.codebook import load_toml
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.codebook.words import any_of
from service.extraction.numbering import LOST_NUMBER_RE, read_numbering
from service.extraction.page_lines import Line
from service.extraction.record import Record

_WORDS = load_toml("document.toml")
# The comma or semicolon of a sentence; 浏览次数:1,024 ends no line of prose.
_COMMA_RE = re.compile(r"[,;](?!\d)")
_OPENING = frozenset("“‘(《〈【〔[,、")
_NEVER_FIRST = frozenset(",。;:、!?”’)》〉】〕%")
_FIGURE_RE = re.compile(r"[约近超]?\d[\d.,]*[万亿余多]?")
# What follows a figure: `年,我区…`, `条。其中…`; not 年度报告, 人民政府.
_UNIT_RE = re.compile(
    r"年(?![度终报检])|月(?![度报])|日(?![期报常])|[时条件个次人篇项份期场起户家天名套处宗亩元万亿余多][,。;:、\d(]"
)
_LIST_RE = re.compile(
    rf"[{NUMERALS}]{{1,2}}是|首先|其次|[-*•●■◆★☆※·]|附[件表注]|注[:1-9]"
    r"|[\d〇○零一二三四五六七八九]{4}年[\d十一二三四五六七八九]{1,3}月[\d十一二三四五六七八九]{1,3}日$"
)
_LABEL_RE = re.compile(r"[\u4e00-\u9fff ]{2,12}:")
_TITLE_RE = re.compile(rf"[^,。;:、]*(?:{any_of(_WORDS['title']['papers'])}|要点)")
# A heading as wide as the page: `（三）政府信息公开行政复议、行政诉讼情况`.
_HEADING_END_RE = re.compile(any_of([*_WORDS["headings"]["ends"], *_WORDS["headings"]["ends_of_wide"]]) + "$")
# The site's way to the page, above its title: `首页 > 政务公开 > 年报`.
_PATH_RE = re.compile("首页 ?[>»]")
# What 一 ends: 统一, 单一, 唯一, 专一, 合一.
_BEFORE_ONE = frozenset("统单唯专合")
_REMAINDER_RE = re.compile(r"[^。]{1,14}(?:。|$)")
# The last word of a heading on a line of its own: `（三）被申请行政复议、提起行政诉讼`, `情况`.
_LAST_WORD_RE = re.compile("的?(?:工作)?情况|(?:改进)?措施")
# Narrower lines are titles, headings or signatures; only wider ones can have been cut by the page's edge.
_LEAST_WIDTH = 18
_LONGEST_LAST_WORD = 5
_LEAST_SENTENCE = 20
_SLACK = 3.5


class Page(Record):
    """How a text was broken into lines: the edge that cut them and the indent of those that go on."""

    edge: float
    margin: int

    def is_full(self, line: Line) -> bool:
        return line.width >= self.edge - _SLACK

    def goes_on(self, line: Line, following: Line, opens: bool) -> bool:
        """Whether ``following`` is the rest of the sentence of ``line``; ``opens``: the line opens its paragraph."""
        if following.text[0] in _NEVER_FIRST:
            is_title = LOST_NUMBER_RE.fullmatch(following.text) and not (line.is_open and _is_cut(line, opens))
            return self.is_full(line) or not is_title
        if not line.is_open or line.is_row or following.is_row:
            return False
        if _LIST_RE.match(following.text) or _is_numbered(following):
            # …建设统 / 一、便民的平台
            return line.text[-1] in _BEFORE_ONE and following.text[0] == "一" and self.is_full(line)
        if len(following.text) <= _LONGEST_LAST_WORD and _LAST_WORD_RE.fullmatch(following.text):
            return _is_numbered(line) and not _HEADING_END_RE.search(line.text)
        if self.is_full(line):
            is_whole = (opens and _is_whole(line, following)) or _PATH_RE.search(line.text)
            return following.indent <= self.margin and not is_whole
        if line.text[-1] in _OPENING or _is_unclosed(line.text):
            return True
        return _is_cut(line, opens) and _is_rest(following)


def _find_edge(lines: Sequence[Line]) -> float:
    """The width at which the page cut its lines, or infinity where every line is a paragraph.

    Cut lines end in mid-sentence within a few characters of one edge, and hardly a line passes it.
    """
    plain = [line for line in lines if line.width >= _LEAST_WIDTH and not line.is_row]
    widths = Counter(round(line.width) for line in plain if line.is_open)
    if not widths:
        return math.inf
    edge = max(widths, key=lambda width: (sum(widths[width + step] for step in (-2, -1, 0, 1)), width))
    near = sum(count for width, count in widths.items() if abs(edge - width) <= _SLACK)
    beyond = sum(line.width > edge + _SLACK for line in plain)
    return edge if near >= max(4, 0.25 * len(plain)) and beyond <= 0.15 * len(plain) else math.inf


def _find_margin(lines: Sequence[Line], edge: float) -> int:
    """The indent of lines that go on with a sentence; a line that is indented more opens a paragraph."""
    indents = Counter(b.indent for a, b in pairwise(lines) if a.width >= edge - _SLACK and a.is_open)
    return max(indents, key=lambda indent: (indents[indent], indent), default=0)


def _is_numbered(line: Line) -> bool:
    return read_numbering(line.text, 0, len(line.text)) is not None


def _is_whole(line: Line, following: Line) -> bool:
    """Whether a line as wide as the page is a title or a heading all the same."""
    if _TITLE_RE.fullmatch(line.text):
        # 按照《…关于做好信息公开年度报告 / 工作的通知》 is none.
        return not _is_unclosed(line.text)
    if "。" in line.text or not _HEADING_END_RE.search(line.text) or _REMAINDER_RE.match(following.text):
        return False
    return _is_numbered(line)


def _is_unclosed(text: str) -> bool:
    """Whether a title or a bracket is still open at the end: `根据《关于…若干问题的意`."""
    return text.rfind("《") > text.rfind("》") or text.rfind("(") > text.rfind(")")


def _is_cut(line: Line, opens: bool) -> bool:
    """Whether an open line is a sentence without its end: `…切实增强舆情风险防控意`. A heading is none."""
    if "。" in line.text:
        return True
    return (
        line.width >= _LEAST_SENTENCE and _COMMA_RE.search(line.text) is not None and not (opens and _is_numbered(line))
    )


def _is_rest(line: Line) -> bool:
    """Whether a line reads like the rest of a sentence; a label (`联系电话:`) opens something of its own."""
    return ("," in line.text or "。" in line.text) and _LABEL_RE.match(line.text) is None


def _is_torn_figure(line: Line, following: Line, after: Line | None) -> bool:
    """Whether a figure stands on a line of its own: pages taken apart at their tags print `共公开`, `1242`, `条。`."""
    if line.text[-1].isdigit():
        return _UNIT_RE.match(following.text) is not None
    if (
        after is None
        or not following.text[-1].isalnum()
        or not line.is_open
        or not _FIGURE_RE.fullmatch(following.text)
    ):
        return False
    return after.text[0] in _NEVER_FIRST or _UNIT_RE.match(after.text) is not None


def read_page(lines: Sequence[Line]) -> Page:
    """How a text was broken, seen from all its lines."""
    edge = _find_edge(lines)
    return Page(edge, _find_margin(lines, edge))


def find_groups(lines: Sequence[Line], page: Page) -> list[list[Line]]:
    """The lines of each paragraph."""
    groups: list[list[Line]] = []
    for i, line in enumerate(lines):
        if groups:
            before = lines[i - 1]
            after = lines[i + 1] if i + 1 < len(lines) else None
            if page.goes_on(before, line, len(groups[-1]) == 1) or _is_torn_figure(before, line, after):
                groups[-1].append(line)
                continue
        groups.append([line])
    return groups
