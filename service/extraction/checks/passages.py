"""The sentences of the prose as the rules `share` and `breakdown` read them.

In: the prose text and its figures. Out: `Passages`: sentence bounds, the figures between two places, and the text
with what stands in brackets blanked out (`masked`), offset for offset. Punctuation is folded (`,` for `，`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import structs

from service.extraction.codebook import load_toml
from service.extraction.figures import Figure
from service.extraction.report import Span

WORDS = load_toml("checks.toml")
BLANK = "\0"
PERCENT = {"%": 100, "‰": 1000}
# No sentence that an office writes reaches further; it bounds the work on text without full stops.
_REACH = 1000
_MOST_FIGURES = 80
# A sentence that tells the same things as the one before, by another way to divide: 从申请方式看，网络50件….
_GOING_ON_RE = re.compile(r"\s*(?:其中|按[^,。;0-9]{1,10}[分看]|从[^,。;0-9]{1,10}看)")
_MOST_SENTENCES = 3
# A line that ends in one of these goes on: 同意公开47件，占74.6%；
_END_RE = re.compile(r"[。!?\n](?<![,;、:]\n)")
_BRACKET_RE = re.compile(r"\([^()\n]{0,200}\)")
# Up to the last mark, blank or figure of a window; what follows it are the words before a figure.
_LAST_MARK_RE = re.compile(r".*[,;:。!?、()“”\s\d%‰]", re.DOTALL)
_LEAD_LENGTH = 20
JOINTS = frozenset("、和及与")
_PARTING_RE = re.compile("[,;:。]")
# So many figures before a list are tried as one whole.
MOST_TOGETHER = 4
_TRAIL_RE = re.compile(r"[^,;:。!?、()“”\s\d%‰]{1,12}")
# 年 of 2021年主动公开480条 belongs to the year, the point of 1.工作动态60条 to the number.
_LEAD_START_RE = re.compile(r"(?:(?<=[0-9])(?:年度?|月份?|日|\.)|其中|主要|分别|包括|包含|含|的|共|为|和|与|及)+")


def any_of(words: Iterable[str]) -> str:
    """A pattern of words."""
    return "|".join(map(re.escape, words))


# 其中, 分别为, 包括 open a list of parts.
LIST_RE = re.compile(any_of(WORDS["breakdown"]["markers"]))
# Words of a figure that is compared with another or counts something else of the same: 较上年增加5件.
OTHER_COUNT_RE = re.compile(any_of(WORDS["breakdown"]["other_counts"]))
_CUMULATIVE_RE = re.compile(WORDS["breakdown"]["cumulative"])
_OF_THE_YEAR_RE = re.compile(WORDS["breakdown"]["of_the_year"])
_SINCE_RE = re.compile(WORDS["breakdown"]["since"])
# 较2020年的346件: the year parts the words.
_OTHER_YEAR_RE = re.compile("[较比同与和][^,;。0-9]{0,3}20[0-9]{2}年(?:度|同期|全年)?(?:的|为|是)?$")
_LONGEST_YEAR = 16


class Passages:
    """The prose text by sentences; only figures that measure something are in it."""

    __slots__ = ("_ends", "_lead_starts", "_lists", "_starts", "figures", "masked", "text")

    def __init__(self, text: str, figures: Sequence[Figure]) -> None:
        self.text = text
        self.masked = _BRACKET_RE.sub(lambda match: BLANK * len(match.group()), text)
        self.figures = [figure for figure in figures if figure.exclusion is None]
        self._starts = [figure.start for figure in self.figures]
        self._lists = [match.start() for match in LIST_RE.finditer(self.masked)]
        # The words before a figure are asked for again and again.
        self._lead_starts: dict[int, int] = {}
        self._ends = [match.end() for match in _END_RE.finditer(text)]

    def sentence(self, offset: int) -> Span:
        """The sentence around an offset, cut where it is longer than any."""
        index = bisect_right(self._ends, offset)
        start = self._ends[index - 1] if index else 0
        end = self._ends[index] if index < len(self._ends) else len(self.text)
        return max(start, offset - _REACH), min(end, offset + _REACH)

    def last_list(self, start: int, end: int) -> int | None:
        """Where the last 其中 of ``[start, end)`` stands, if one does outside brackets."""
        index = bisect_left(self._lists, end) - 1
        return self._lists[index] if index >= 0 and self._lists[index] >= start else None

    def whole_start(self, first: int, marker: int) -> int:
        """Where the whole of a list may begin: with the sentence, or with one before where 其中 or 从…看 opens it."""
        if unmask(self.masked[first:marker]).strip(",: \n") and not _GOING_ON_RE.match(self.text, first):
            return first
        for _ in range(_MOST_SENTENCES):
            first = self.sentence(max(first - 2, 0))[0]  # 公开信息1242条。其中，政府网站650条…
            if not _GOING_ON_RE.match(self.text, first):
                break
        return first

    def before(self, start: int, end: int) -> Sequence[Figure]:
        """The last figures that begin in ``[start, end)``, in reading order."""
        last = bisect_left(self._starts, end)
        return self.figures[max(bisect_left(self._starts, start), last - _MOST_FIGURES) : last]

    def after(self, start: int, end: int) -> Sequence[Figure]:
        """The first figures that begin in ``[start, end)``, in reading order."""
        first = bisect_left(self._starts, start)
        return self.figures[first : min(bisect_left(self._starts, end), first + _MOST_FIGURES)]

    def is_bracketed(self, figure: Figure) -> bool:
        return self.masked[figure.number_start] == BLANK

    def is_told_together(self, figures: Sequence[Figure]) -> bool:
        """Whether a mark or a word joins each of the figures, nearest first, with the next (建议12件、提案18件), or all
        are told by one word (信函申请107件，网络申请465件)."""
        names = {(self.lead(figure) or self.trail(figure))[-2:] for figure in figures}
        if len(names) == 1 and "" not in names:
            return True
        gaps = [self.masked[left.end : right.start] for right, left in pairwise(figures)]
        return all(gap[:1] in JOINTS and not _PARTING_RE.search(gap) for gap in map(unmask, gaps))

    def is_compared(self, figure: Figure) -> bool:
        """Whether a figure is compared with another or counts something else of the same: no whole of a list."""
        if OTHER_COUNT_RE.search(self.lead(figure)) or self._is_cumulative(figure):
            return True
        before = self.text[max(figure.start - _LONGEST_YEAR, 0) : figure.start]
        return _OTHER_YEAR_RE.search(before) is not None

    def _is_cumulative(self, figure: Figure) -> bool:
        """Whether a figure counts more than the year: 截至年底累计公开5000条, but not 2021年,我局累计公开500条."""
        if not _CUMULATIVE_RE.search(self.lead(figure)):
            return False
        head = self.sentence(figure.start)[0], figure.start
        return not _OF_THE_YEAR_RE.search(self.text, *head) or _SINCE_RE.search(self.text, *head) is not None

    def is_behind_cumulative(self, start: int, end: int, unit: str | None) -> bool:
        """Whether what is listed behind may be of a cumulative count in the unit that stands in ``[start, end)``."""
        return any(
            figure.unit == unit and not self.is_bracketed(figure) and self._is_cumulative(figure)
            for figure in self.before(start, end)
        )

    def lead(self, figure: Figure) -> str:
        """The words right before a figure, back to the last punctuation or figure: 信函申请 of 信函申请69件."""
        return self.text[self._lead_start(figure) : figure.start]

    def _lead_start(self, figure: Figure) -> int:
        start = self._lead_starts.get(figure.start)
        if start is None:
            before = bisect_left(self._starts, figure.start) - 1
            start = max(figure.start - _LEAD_LENGTH, self.figures[before].end if before >= 0 else 0)
            match = _LAST_MARK_RE.match(self.text, start, figure.start)
            start = self._lead_starts[figure.start] = match.end() if match else start
        return start

    def trail(self, figure: Figure) -> str:
        """The words right after a figure: 政策解读信息 of 23条政策解读信息."""
        match = _TRAIL_RE.match(self.text, figure.end)
        return match.group() if match else ""

    def say(self, figure: Figure) -> str:
        """A figure with the words before it, for a message."""
        return self.name(figure) + self.text[figure.start : figure.end]

    def name(self, figure: Figure) -> str:
        """The words right before a figure without those that lead to them: 市本级 of 其中市本级69件."""
        start = self._lead_start(figure)
        match = _LEAD_START_RE.match(self.text, start, figure.start)
        return self.text[match.end() if match else start : figure.start]


def add_up(figures: Sequence[Figure]) -> Figure:
    """Figures of one unit, nearest first, as the one that they are together: 人大建议12件、政协提案18件."""
    last, first = figures[0], figures[-1]
    marks = [figure.qualifier for figure in figures if figure.qualifier != "exact"]
    return structs.replace(
        last,
        start=first.start,
        value=sum([figure.value for figure in figures], Decimal(0)),
        qualifier=marks[0] if marks else "exact",
        step=max(figure.step for figure in figures),
    )


def unmask(masked: str) -> str:
    """Masked text without its blanks."""
    return masked.replace(BLANK, "")
