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
from itertools import pairwise

from service.extraction.layer import Layer, Run, fold
from service.extraction.numbering import read_numbering
from service.extraction.record import Record
from service.extraction.report import Span
from service.extraction.source import Source


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
# Markdown's marks at a line's start are no words: `## 一、概述`, `> 本报告…`.
_LINE_MARK_RE = re.compile(r"(?:(?:#{1,6}|>)[ \t]+)+")
_WORD_RE = re.compile(r"[^ \t]+")
_STRONG_RE = re.compile(r"[^ \t*]+|(?<!\*)\*(?!\*)")

# Only between two Latin words or figures a blank may mean something.
_MEANT_RE = re.compile(r"[0-9A-Za-z*][ \t*]+[0-9A-Za-z*]")

# The comma or semicolon of a sentence; 浏览次数:1,024 ends no line of prose.
_COMMA_RE = re.compile(r"[,;](?!\d)")
# `1 242` and `1,` above `242` are one number.
_DIGITS_RE, _FIRST_GROUP_RE, _NEXT_GROUP_RE = map(re.compile, (r"\d+", r"(?<!\d)\d{1,3}$", r"\d{3}(?!\d)"))

# Recognition and justified type set the characters of a number apart: `2 0 1 9 年 1 2 月`, `邮编:1 0 0 0 8 1`.
_SPACED_RE = re.compile(
    r"(?<![\d.])(?:[12] ?\d ?\d ?\d(?= ?年)|[0-3] \d(?= ?[月日]))|(?<=[:码编]) ?\d(?: (?:[-—] )?\d){3,20}(?![\d.]| \d)"
)
# Texts that lost their line ends: `…工作年度报告 本报告由…要求编制。一、总体情况 2019年…`.
_LEAST_FLAT = 200
_INNER_HEADING_RE = re.compile(
    r"[(一二三四五六七八九十1-9](?<=[。;\s].)(?:(?<![(1-9])[一二三四五六七八九十]?、|(?<=\()[一二三四五六七八九十]{1,2}\)"
    # …做好以下几点: 1、明确责任 2、确定范围
    r"|(?<=\s[1-9])[0-9]?[、.](?=[一-龥“]))"
)
# `一、基本情况 自《条例》实施之日起…`: a blank is all that is left of the line end behind a heading.
FLAT_HEADING_RE = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十]{1,2}\))[ \t]?[^\s。;:,]{0,28}?"
    r"(?:情况|概[ \t]?述|概况|[引前][ \t]?言|内容|形式|工作|建设|措施|问题|打算|机制|领导|方面|事项)(?=[ \t]+[^ \t])"
)
_FLAT_TITLE_RE = re.compile(r"[^,。;:]{4,60}?(?:报告|年报|总结|汇报)[ \t]+(?=[^ \t])")

_PAGE_NUMBER_RE = re.compile(
    r"[-–—―─~·]+ ?\d{1,3} ?[-–—―─~·]+|第 ?\d{1,3} ?页[,/ ]*(?:共 ?\d{1,3} ?页)?|\d{1,3} ?/ ?\d{1,3}"
)
_BARE_NUMBER_RE = re.compile(r"\d{1,3}")

_TERMINAL = frozenset("。!?;:…")
_CLOSING = "”’\"')》〉】〕]"
_OPENING = frozenset("“‘(《〈【〔[,、")
_NEVER_FIRST = frozenset(",。;:、!?”’)》〉】〕%")
_FIGURE_RE = re.compile(r"[约近超]?\d[\d.,]*[万亿余多]?")
# What follows a figure: `年,我区…`, `条。其中…`; not 年度报告, 人民政府.
_UNIT_RE = re.compile(
    r"年(?![度终报检])|月(?![度报])|日(?![期报常])|[时条件个次人篇项份期场起户家天名套处宗亩元万亿余多][,。;:、\d(]"
)
_LIST_RE = re.compile(
    r"[一二三四五六七八九十]{1,2}是|首先|其次|[-*•●■◆★☆※·]|附[件表注]|注[:1-9]"
    r"|[\d〇○零一二三四五六七八九]{4}年[\d十一二三四五六七八九]{1,3}月[\d十一二三四五六七八九]{1,3}日$"
)
_LABEL_RE = re.compile(r"[\u4e00-\u9fff ]{2,12}:")
_TITLE_RE = re.compile(r"[^,。;:、]*(?:报告|总结|汇报|年报|要点)")
# A heading as wide as the page: `（三）政府信息公开行政复议、行政诉讼情况`.
_HEADING_END_RE = re.compile(
    "(?:情况|工作|建设|事项|措施|问题|打算|机制|服务|平台|保障|管理|水平|公开|解读|回应|力度|渠道|质量|实效|能力|制度)$"
)
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
_WIDEST = 120
_SLACK = 3.5
_NARROW_RE = re.compile("[A-Za-z0-9 ]+")


class _Line(Record):
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


def _to_line(start: int, text: str, indent: int) -> _Line:
    # Folding has narrowed the punctuation, so letters and digits alone count as narrow.
    width = float(len(text))
    if width <= _WIDEST:
        width = (width + len(_NARROW_RE.sub("", text))) / 2
    is_open = (text.rstrip(_CLOSING) or text)[-1] not in _TERMINAL
    return _Line(start, start + len(text), text, indent, width, is_open, "   " in text or "\t" in text or "|" in text)


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


def _find_lines(source: Source, regions: Sequence[Span]) -> Iterator[_Line]:
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


def _drop_page_furniture(lines: list[_Line]) -> list[_Line]:
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
    kept: list[_Line] = []
    for i, line in enumerate(lines):
        if line.text in heads:
            heads[line.text] += 1
        if i not in pages and heads.get(line.text, 1) == 1:
            kept.append(line)
    return kept


def _find_edge(lines: Sequence[_Line]) -> float:
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


def _find_margin(lines: Sequence[_Line], edge: float) -> int:
    """The indent of lines that go on with a sentence; a line that is indented more opens a paragraph."""
    indents = Counter(b.indent for a, b in pairwise(lines) if a.width >= edge - _SLACK and a.is_open)
    return max(indents, key=lambda indent: (indents[indent], indent), default=0)


def _is_numbered(line: _Line) -> bool:
    return read_numbering(line.text, 0, len(line.text)) is not None


class _Page(Record):
    """How a text was broken into lines: the edge that cut them and the indent of those that go on."""

    edge: float
    margin: int

    def is_full(self, line: _Line) -> bool:
        return line.width >= self.edge - _SLACK

    def goes_on(self, line: _Line, following: _Line, opens: bool) -> bool:
        """Whether ``following`` is the rest of the sentence of ``line``; ``opens``: the line opens its paragraph."""
        if following.text[0] in _NEVER_FIRST:
            return True
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


def _is_whole(line: _Line, following: _Line) -> bool:
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


def _is_cut(line: _Line, opens: bool) -> bool:
    """Whether an open line is a sentence without its end: `…切实增强舆情风险防控意`. A heading is none."""
    if "。" in line.text:
        return True
    return (
        line.width >= _LEAST_SENTENCE and _COMMA_RE.search(line.text) is not None and not (opens and _is_numbered(line))
    )


def _is_rest(line: _Line) -> bool:
    """Whether a line reads like the rest of a sentence; a label (`联系电话:`) opens something of its own."""
    return ("," in line.text or "。" in line.text) and _LABEL_RE.match(line.text) is None


def _is_torn_figure(line: _Line, following: _Line, after: _Line | None) -> bool:
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


def _find_groups(lines: Sequence[_Line], page: _Page) -> list[list[_Line]]:
    """The lines of each paragraph."""
    groups: list[list[_Line]] = []
    for i, line in enumerate(lines):
        if groups:
            before = lines[i - 1]
            after = lines[i + 1] if i + 1 < len(lines) else None
            if page.goes_on(before, line, len(groups[-1]) == 1) or _is_torn_figure(before, line, after):
                groups[-1].append(line)
                continue
        groups.append([line])
    return groups


def _keeps_blank(before: str, after: str) -> bool:
    """Whether a blank between two words means something: `4544 6481` are two figures, `1 242` is one."""
    if not (before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum()):
        return False
    group = _DIGITS_RE.match(after)
    return not (before[-1].isdigit() and group and len(group.group()) == 3 and _FIRST_GROUP_RE.search(before))


def _keeps_break(source: Source, line: _Line, following: _Line, page: _Page) -> bool:
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

    def add_line(self, line: _Line, word_re: re.Pattern[str], opens: bool) -> None:
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
        apart = [match.span() for match in _SPACED_RE.finditer(text)]
        before, first, end = "", 0, 0
        for word in word_re.finditer(text):
            start = word.start()
            is_one = any(left <= end and start < right for left, right in apart)
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
    lines = _drop_page_furniture(list(_find_lines(source, regions)))
    edge = _find_edge(lines)
    page = _Page(edge, _find_margin(lines, edge))
    word_re = _STRONG_RE if "**" in source.text else _WORD_RE
    builder = _Builder()
    paragraphs: list[Paragraph] = []
    for group in _find_groups(lines, page):
        start = builder.length + (builder.length > 0)
        builder.add_line(group[0], word_re, opens=True)
        for before, line in pairwise(group):
            if _keeps_break(source, before, line, page):
                builder.add(" ", line.start, line.start)
            builder.add_line(line, word_re, opens=False)
        if builder.length > start:
            paragraphs.append(Paragraph(start, builder.length, group[0].start, group[-1].end))
    return Prose(source, builder.build(), tuple(paragraphs))
