"""The outline: headings of every style and the sections that they open.

In: `Prose` (and the source's marks). Out: sections in order, nested by level. List items (一是…) and table rows
are no headings.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median

from service.extraction.codebook import load_entries, load_toml
from service.extraction.codebook.vocabulary import NUMERALS, YEAR_WORD
from service.extraction.codebook.words import any_of
from service.extraction.dates import is_date
from service.extraction.layer import fold
from service.extraction.numbering import LOST_NUMBER_RE, STYLES, Numbering, read_numbering
from service.extraction.page_lines import FLAT_HEADING_RE
from service.extraction.prose_text import Paragraph, Prose
from service.extraction.record import Record
from service.extraction.report import Section, Span
from service.extraction.source import Source


class Heading(Record):
    """A heading in prose offsets: ``[start, end)`` of number and title; the section's body ends at ``body_end``.

    ``title`` is folded, as the prose is. ``path`` joins the numbers from the top, `二/（一）`, and names the section
    for quantities.
    """

    level: int
    number: str | None
    title: str
    start: int
    end: int
    body_end: int
    path: str


class _Candidate(Record):
    """A paragraph that looks like a heading: its number ends at ``number_end``, its title is ``[title, end)``.

    ``has_body`` when words of its own follow; ``is_closed`` when the title ends like a sentence.
    """

    rank: int
    start: int
    number_end: int
    title: int
    end: int
    has_body: bool
    is_closed: bool
    is_listed: bool

    @property
    def length(self) -> int:
        return self.end - self.title


_WORDS = load_toml("document.toml")
_HEADINGS = _WORDS["headings"]
_LEANING = any_of(_WORDS["verbs"]["leaning"])

# Marks of the markup, h1 … h6 and Markdown's # … ######, stand above every numbering.
_MARKS = 6
_RANKS = {style: _MARKS + rank for rank, style in enumerate(STYLES)}
# From `1.` on, a numbered paragraph is a heading or a sentence of a list; above, it is a heading.
_ITEM_RANK = _RANKS["num"]

_LONGEST_TITLE = 60
_LONGEST_ITEM = 40
_LONGEST_USUAL_ITEM = 24
_LEAST_TABLE = 20
_LEAST_SENTENCE = 24

_TITLE_RE = re.compile(r"[^。\n]*")
_TRAILING = ";:,、.!? "
# Words that open a body which lost its line end: `一、概述2018年,我区…`.
_BODY_START_RE = re.compile(
    r"(?<=[^,、;:\d在自从至于到对])(?:(?:20\d\d[-—–~至]{1,2})?20\d\d(?:年|学年)度?(?=[,我本])"
    # 一、概述2018年全县…, but (2)公示2018年度全县案件.
    rf"|(?<={any_of([*_HEADINGS['ends'], *_HEADINGS['ends_before_list']])})(?:一是|\([{NUMERALS}]{{1,2}}\)(?=[一-龥]))"
    rf"|(?<={any_of(_HEADINGS['ends_before_year'])})20\d\d年度?(?=全)|{YEAR_WORD}(?:度|以来)?(?=,)|(?<!严格)(?<!认真){_LEANING}(?=[《国省市])"
    r"|为(?=了|深入|进一步|贯彻|切实))"
)
# 一、概述(一)组织领导 and 一、概述2018年,我区… are more than a title.
_JOINED_RE = re.compile(r",|\(一\)")
_COLON_RE = re.compile("[^,。;:]{2,30}(?=:.)")
_TAIL_RE = re.compile(
    "附[件表图](?:[一二三1-9]|:|$)|(?:政府)?信息公开年(?:报|度报告)$|[^。,]{1,80}[.](?:pdf|docx?|wps|xlsx?)$|"
    + "|".join([any_of(_HEADINGS["tails"]), *_WORDS["metadata"]["footer"]])
)
_NAME_RE = re.compile("[一-龥()]{2,40}")
_BARE = frozenset(_HEADINGS["bare"])
_LONGEST_BARE = max(map(len, _BARE))
_REPORT_RE = re.compile(any_of(_WORDS["title"]["papers"]) + "$")
_OWN_TITLE_RE = re.compile(".*(?:信息公开|政务公开).*(?:年度|工作)报告")
_SPACED_RE = re.compile(rf"([{NUMERALS}])[ \t]+[^\s。;:,][^。;:,\n]{{1,30}}(?:\n|$)")
_LEADERS_RE = re.compile(r"(?:…|\.\.\.|···|---|———)\d{1,3}$", re.MULTILINE)
_CONTENTS_RE = re.compile(r"^[^。]{2,30}[,;]二、[^。]{2,40}[,;]三、")
# (一)2018年,我县…公开信息806条。 begins a sentence, not a title.
_SENTENCE_RE = re.compile(
    rf"(?:(?:20\d\d年|{YEAR_WORD})(?:度|以来|底|初)?|截[至止到]?(?:目前|20\d\d年[^,。]{{0,8}})),[^。]{{1,200}}。"
)


def _find_title_end(text: str, start: int, end: int) -> int:
    """Where a title ends: at its first `。`, at the colon after a short one, or with its line."""
    match = _TITLE_RE.match(text, start, end)
    title_end = match.end() if match else end
    colon = _COLON_RE.match(text, start, title_end)
    if colon:
        return colon.end()
    if title_end - start > _LONGEST_USUAL_ITEM or _JOINED_RE.search(text, start, title_end):
        body = _BODY_START_RE.search(text, start + 2, min(title_end, start + _LONGEST_TITLE))
        if body:
            return body.start()
    return title_end


def _find_blank(prose: Prose, paragraph: Paragraph, heading: str) -> int | None:
    """Where a title ends that a blank parts from its sentence: `二、主动公开情况 全年公开…条。`"""
    words = "".join(heading.split())
    end = paragraph.start + len(words)
    is_sentence = paragraph.end - end >= _LEAST_SENTENCE or prose.text.find("。", end, paragraph.end) > 0
    return end if is_sentence and prose.text.startswith(words, paragraph.start) else None


def _find_marks(source: Source, paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """The level of the markup's heading mark, 1 to 6, for each paragraph (by its start) that carries one."""
    levels: dict[int, int] = {}
    starts = [paragraph.view_start for paragraph in paragraphs]
    for mark in source.marks:
        if re.fullmatch("h[1-6]", mark.kind) and mark.start < mark.end:
            index = max(bisect_right(starts, mark.end - 1) - 1, 0)
            if starts and mark.start <= starts[index]:
                levels[paragraphs[index].start] = int(mark.kind[1])
    if "\n#" in source.text or source.text.startswith("#"):
        for paragraph in paragraphs:
            line = source.text.rfind("\n", 0, paragraph.view_start) + 1
            signs = source.text.count("#", line, paragraph.view_start)
            if signs:
                levels[paragraph.start] = min(signs, _MARKS)
    return levels


def _find_bare(prose: Prose) -> dict[int, int]:
    """The statutory titles that stand alone on a line: word processors number them, and pasting drops the number."""
    titles = ((p.start, prose.text[p.start : p.end]) for p in prose.paragraphs if p.end - p.start <= _LONGEST_BARE)
    return {start: 1 for start, title in titles if title in _BARE}


@cache
def _load_rows() -> frozenset[str]:
    """The numbered rows of the statutory tables, without their numbers: a row that no table claimed is no heading."""
    labels = [part for entry in load_entries() for part in fold(entry.label).split(" / ")]
    rows = {label[numbering.end :].split("(")[0] for label in labels if (numbering := read_numbering(label, 0, 99))}
    return frozenset(row for row in rows if row.endswith(("数", "数量"))) | frozenset(_HEADINGS["rows"])


def _is_row(source: Source, paragraph: Paragraph) -> bool:
    """Whether a paragraph is the row of a table, `（一）收到申请数\t件\t5`; a tab after the number is none."""
    line = source.text[paragraph.view_start : paragraph.view_end].partition("\n")[0]
    return line.find("\t", 6) > 0 or line.count("|") > 1 or line.count("   ") > 2


def _is_followed(rank: int, paragraphs: Sequence[Paragraph], numberings: Sequence[Numbering | None]) -> bool:
    """Whether what stands below a line is its body: words, a deeper list, or a table between it and the next line."""
    if not numberings:
        return False
    line, following = paragraphs
    deeper = numberings[0] is None or _RANKS[numberings[0].style] > rank
    return deeper or following.view_start - line.view_end > _LEAST_TABLE


def _read_numberings(source: Source, prose: Prose) -> list[Numbering | None]:
    """The number of each paragraph; `一 概述`, `二 主动公开情况` count where no part is numbered with 一、.

    A title that lost its number, `、概述`, has an empty one.
    """
    text = prose.text
    numberings = [read_numbering(text, paragraph.start, paragraph.end) for paragraph in prose.paragraphs]
    if "\n、" in text:
        for index, paragraph in enumerate(prose.paragraphs):
            if LOST_NUMBER_RE.fullmatch(text, paragraph.start, paragraph.end):
                numberings[index] = Numbering("cn", paragraph.start, paragraph.start, paragraph.start + 1)
    if any(numbering is not None and _RANKS[numbering.style] < _RANKS["cn_paren"] for numbering in numberings):
        return numberings
    spaced = [
        (index, paragraph.start, paragraph.start + len(match[1]))
        for index, paragraph in enumerate(prose.paragraphs)
        if (match := _SPACED_RE.match(source.text, paragraph.view_start))
    ]
    printed = [text[start:end] for _, start, end in spaced]
    if len(printed) > 1 and printed == list(NUMERALS[: len(printed)]):
        for index, start, end in spaced:
            numberings[index] = Numbering("cn", start, end, end)
    return numberings


def _find_candidates(source: Source, prose: Prose) -> Iterator[_Candidate]:
    """The paragraphs that look like headings, in order."""
    text = prose.text
    marks = _find_marks(source, prose.paragraphs) or _find_bare(prose)
    numberings = _read_numberings(source, prose)
    has_leaders = _LEADERS_RE.search(text) is not None
    for index, (paragraph, numbering) in enumerate(zip(prose.paragraphs, numberings, strict=True)):
        mark = marks.get(paragraph.start)
        if (numbering is None and mark is None) or _is_row(source, paragraph):
            continue
        title = numbering.end if numbering else paragraph.start
        if _SENTENCE_RE.match(text, title, paragraph.end):
            continue
        rank = _RANKS[numbering.style] if numbering else (mark or 1) - 1
        parted = FLAT_HEADING_RE.match(source.text, paragraph.view_start, paragraph.view_end)
        end = (parted and _find_blank(prose, paragraph, parted[0])) or _find_title_end(text, title, paragraph.end)
        end = title + len(text[title:end].rstrip(_TRAILING))
        words = text[title:end]
        # （一）是加强领导 is the member of a list that counts with numbers.
        if end <= title or words[0] == "是" or words.split("(")[0] in _load_rows():
            continue
        # 第一篇:2009年…政府信息公开年度报告 is the report's own title, numbered by a collection.
        if numbering and numbering.style == "chapter" and _OWN_TITLE_RE.fullmatch(words):
            continue
        # 一、概述………1 and 一、概述,二、主动公开情况,三、依申请公开情况 stand in the table of contents.
        if (has_leaders and _LEADERS_RE.search(words)) or _CONTENTS_RE.search(words):
            continue
        yield _Candidate(
            rank=rank,
            start=paragraph.start,
            number_end=numbering.number_end if numbering else paragraph.start,
            title=title,
            end=end,
            has_body=bool(text[end : paragraph.end].strip("。;:,、 "))
            or _is_followed(rank, prose.paragraphs[index : index + 2], numberings[index + 1 : index + 2]),
            is_closed=text[paragraph.end - 1] in "。;!?",
            # （二）扶贫信息。公开36条; is a title with its text for all that.
            is_listed=text[paragraph.end - 1] == ";" and text.find("。", end, paragraph.end) < 0,
        )


def _are_headings(siblings: Sequence[_Candidate]) -> bool:
    """Whether paragraphs of one style under one parent are headings, not the sentences or names of a list."""
    if any(item.is_listed for item in siblings):
        return False
    bodies = sum(item.has_body for item in siblings)
    lengths = [item.length for item in siblings]
    if siblings[0].rank < _ITEM_RANK:
        # （二）通过校园网发布新闻1302条,其中…条。 is longer than a title, （三）召开会议1次。 has no text of its own.
        sentences = sum(item.length > _LONGEST_TITLE or (item.is_closed and not item.has_body) for item in siblings)
        return sentences * 2 <= len(siblings) or sentences < 2
    return bodies * 2 >= len(siblings) and median(lengths) <= _LONGEST_USUAL_ITEM


def _find_siblings(candidates: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Candidates of one rank that no candidate of a higher rank parts."""
    groups: list[list[_Candidate]] = []
    current: dict[int, list[_Candidate]] = {}
    for candidate in candidates:
        for rank in [rank for rank in current if rank > candidate.rank]:
            del current[rank]
        if candidate.rank not in current:
            current[candidate.rank] = []
            groups.append(current[candidate.rank])
        current[candidate.rank].append(candidate)
    return groups


def _choose(prose: Prose, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates that are headings, in order."""
    first = min((c.start for c in candidates if _MARKS <= c.rank < _ITEM_RANK), default=0)
    numbered = any(_MARKS <= candidate.rank < _ITEM_RANK for candidate in candidates)
    chosen: list[_Candidate] = []
    for siblings in _find_siblings(candidates):
        # 1.报告依据 2.统计期限 before the first 一、 is a list of the preamble.
        if not _are_headings(siblings) or (siblings[0].rank >= _ITEM_RANK and siblings[0].start < first):
            continue
        for candidate in siblings:
            longest = _LONGEST_TITLE if candidate.rank < _ITEM_RANK else _LONGEST_ITEM
            # The page's own headings (its title, 相关链接) are no sections of a report that numbers its parts.
            is_page = candidate.rank < _MARKS and (
                numbered or _REPORT_RE.search(prose.text[candidate.title : candidate.end])
            )
            # （一）加强领导;（二）完善制度。 is a list.
            is_list = prose.text.find(";", candidate.title, candidate.end) > 0
            if candidate.length <= longest and not is_page and not is_list:
                chosen.append(candidate)
    return sorted(chosen, key=lambda candidate: candidate.start)


def _is_tail(prose: Prose, index: int) -> bool:
    """Whether a paragraph stands below the text: a signature, its date, the name of an annex, the foot of a table."""
    words = [prose.text[p.start : p.end] for p in prose.paragraphs[index : index + 2]]
    if _TAIL_RE.match(words[0]) or is_date(words[0]):
        return True
    return len(words) == 2 and is_date(words[1]) and _NAME_RE.fullmatch(words[0]) is not None


def _find_body_end(prose: Prose, chosen: Sequence[_Candidate]) -> int:
    """Where the body of the last section ends."""
    last = chosen[-1].start if chosen else len(prose.text)
    for index, paragraph in enumerate(prose.paragraphs):
        if paragraph.start > last and _is_tail(prose, index):
            return paragraph.start
    return len(prose.text)


def _find_ends(chosen: Sequence[_Candidate], last: int) -> list[int]:
    """Where each section ends: at the next heading that is no part of it."""
    ends = [last] * len(chosen)
    open_indexes: list[int] = []
    for index, item in enumerate(chosen):
        while open_indexes and chosen[open_indexes[-1]].rank >= item.rank:
            ends[open_indexes.pop()] = item.start
        open_indexes.append(index)
    return ends


def find_headings(source: Source, prose: Prose) -> tuple[Heading, ...]:
    """The headings of the prose, in order. The last section ends before the signature."""
    chosen = _choose(prose, list(_find_candidates(source, prose)))
    headings: list[Heading] = []
    around: list[tuple[int, str]] = []
    for item, body_end in zip(chosen, _find_ends(chosen, _find_body_end(prose, chosen)), strict=True):
        while around and around[-1][0] >= item.rank:
            around.pop()
        number = prose.printed(item.start, item.number_end) if item.number_end > item.start else None
        title = prose.text[item.title : item.end]
        around.append((item.rank, number or title))
        path = "/".join([name for _, name in around])
        headings.append(Heading(len(around), number, title, item.start, item.end, body_end, path))
    return tuple(headings)


def to_sections(prose: Prose, headings: tuple[Heading, ...]) -> tuple[Section, ...]:
    """The public sections, spans in the submitted text."""
    return tuple(
        Section(h.level, h.number, prose.printed(h.end - len(h.title), h.end), _trim(prose, h)) for h in headings
    )


def _trim(prose: Prose, heading: Heading) -> Span:
    """From a heading to the end of its body, tables included, without the blank lines before the next one."""
    start, end = prose.span(heading.start, heading.body_end)
    while end > start and prose.raw[end - 1].isspace():
        end -= 1
    return start, end
