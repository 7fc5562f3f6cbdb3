"""Where a report says things: its top, its preamble, what follows, the passages that speak of the report itself.

In: source, prose, headings. Out: `Parts` and passages, which are spans of the prose; what the page's metadata say. It
reads no fact.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from service.extraction import dates
from service.extraction.codebook import load_toml
from service.extraction.codebook.words import any_of, find_all
from service.extraction.outline import Heading
from service.extraction.prose_text import Paragraph, Prose
from service.extraction.record import Record
from service.extraction.report import Span
from service.extraction.source import Source

WORDS = load_toml("document.toml")
_METADATA, _OWN = WORDS["metadata"], WORDS["own"]
LEANING = any_of(WORDS["verbs"]["leaning"])
# How far a page on one line is searched for what stands above its text.
FLAT_REACH = 400
# How many passages, or paragraphs, may tell who reports.
MOST_OPENINGS = 4
# How far below a notice of the site the title may stand.
_MOST_NOTICES = 4
_TITLE_RE = re.compile(rf"[^。;:!?|>]{{0,80}}{any_of(WORDS['title']['annual'])}")
TABLE_FOOT_RE = re.compile(any_of(_OWN["table_foot"]))
_FOOTER_RE = re.compile("|".join(_METADATA["footer"]))
# `联系人：李某　电话：…` and `地址：…` are passages about the authors without a word such as 本报告.
_LABELLED_RE = re.compile("联系人|[联系通信讯办公单位咨询电子]{0,4}(?:地址|邮编|邮政编码|电话|传真|邮[箱件]|信箱|网址)")


class Parts(Record):
    """Where a report says things: the short lines on top, the sentences before its first heading, all that follows.

    ``preamble`` is a span of the prose; ``page`` is the view's text above the preamble, tables included.
    """

    head: tuple[Paragraph, ...]
    preamble: Span
    rest: tuple[Paragraph, ...]
    page: str


def words_of(prose: Prose, paragraph: Paragraph) -> str:
    return prose.text[paragraph.start : paragraph.end]


def _is_sentence(text: str) -> bool:
    return (
        (len(text) > 24 and ("。" in text or text.endswith("如下:")))
        or (len(text) > 45 and "," in text)
        # 本报告由青岚县教育局编制。 is short, and the whole preamble.
        or (text.endswith("。") and ("本报告" in text or "本年报" in text))
    ) and "|" not in text


def _is_title(text: str) -> bool:
    """Whether a line is the title of an annual report, year and all."""
    return _TITLE_RE.fullmatch(text) is not None and dates.find_year(text) is not None


def _find_opening(prose: Prose, before: Sequence[Paragraph], is_headed: bool) -> int:
    """The first sentence; below the title, where the site says something of itself above it."""
    opening = next((i for i, p in enumerate(before) if _is_sentence(words_of(prose, p))), len(before))
    if not is_headed or any(_is_title(words_of(prose, paragraph)) for paragraph in before[:opening]):
        return opening
    for index in range(opening + 1, min(opening + _MOST_NOTICES, len(before))):
        if _is_title(words_of(prose, before[index])):
            return next((i for i in range(index, len(before)) if _is_sentence(words_of(prose, before[i]))), len(before))
    return opening


def split_parts(source: Source, prose: Prose, headings: Sequence[Heading]) -> Parts:
    """The parts of a text. Where nothing is headed, the first paragraphs are the preamble."""
    first = headings[0].start if headings else len(prose.text)
    before = [paragraph for paragraph in prose.paragraphs if paragraph.start < first]
    opening = _find_opening(prose, before, bool(headings))
    closing = len(before) if headings else min(opening + 3, len(before))
    # What stands below the last section's text may be the site's: 主办单位, 网站标识码, its own address.
    footer = _FOOTER_RE.search(prose.text, headings[-1].start if headings else 0)
    below = footer.start() if footer else len(prose.text)
    rest = tuple(paragraph for paragraph in prose.paragraphs[closing:] if paragraph.end <= below)
    start = before[opening].start if opening < len(before) else first
    end = before[closing - 1].end if closing > opening else start
    return Parts(tuple(before[:opening]), (start, end), rest, source.text[: prose.view_span(start, start)[0]])


def find_marks(source: Source, what: str) -> Iterator[str]:
    """What the page's <meta> elements say of the report."""
    names = _METADATA["names"][what]
    return (mark.value for mark in source.marks if mark.value and (mark.name or "").lower() in names)


def label_of(words: Iterable[str]) -> str:
    """A pattern for one of several labels, which pages print with blanks inside: `索 引 号`, `[ 公开日期 ]`."""
    spaced = (r"[ \t]*".join(word) for word in sorted(words, key=len, reverse=True))
    return "(?:" + "|".join(spaced) + r")[ \t]*[\])〕】]?"


def find_passages(prose: Prose, parts: Parts) -> list[Span]:
    """Where the report speaks of itself: the preamble, then any paragraph that says 本报告 or starts with 地址."""
    starts = [paragraph.start for paragraph in parts.rest]
    told = {i for i, start in enumerate(starts) if _LABELLED_RE.match(prose.text, start)}
    if starts:
        first, last = starts[0], parts.rest[-1].end
        own = (at for word in _OWN["self"] for at in find_all(word, prose.text, first, last))
        told |= {bisect_right(starts, at) - 1 for at in own}
    spans = [(parts.rest[i].start, parts.rest[i].end) for i in sorted(told)]
    return [parts.preamble, *(span for span in spans if not TABLE_FOOT_RE.search(prose.text, *span))]
