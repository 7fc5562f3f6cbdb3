"""What stands around a place of the prose: its paragraph, the title of its item, the headings above it.

In: a template and its headings. Out: a `Surroundings`, asked by offsets of the template. It judges nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.outline import Heading
from service.extraction.prose.clauses import Template
from service.extraction.report import Span

LONGEST_PARAGRAPH = 1500
# A paragraph's title on a line of its own: 一是主动公开情况。
_TITLE_LINE_RE = re.compile(rf"\n(?:[{NUMERALS}]{{1,2}}是|首先|其次|其[一二三四五六])[^,;:。\n]{{2,24}}[。:]?\n$")
_LONGEST_TITLE_LINE = 32
# The title of a list's item within its paragraph: 一是推进招生信息公开。全年公开信息120条。
_ITEM_RE = re.compile(
    rf"(?:(?<=[。;:\n])|^)(?:[{NUMERALS}]{{1,2}}是|首先,?|其次,?|其[一二三四五六],?|第[一二三四五六],?)([^,;。\n]{{2,24}})[。;:,]"
)


def _find_parents(headings: Sequence[Heading]) -> Iterator[int]:
    """For each heading the index of the one above it, or -1."""
    open_headings: list[int] = []
    for index, heading in enumerate(headings):
        while open_headings and headings[open_headings[-1]].level >= heading.level:
            open_headings.pop()
        yield open_headings[-1] if open_headings else -1
        open_headings.append(index)


class Surroundings:
    """The paragraphs and headings of a template."""

    def __init__(self, template: Template, headings: Sequence[Heading]) -> None:
        self.template, self.headings = template, headings
        # The offsets behind each paragraph.
        self._paragraph_ends = list(accumulate(len(line) + 1 for line in template.text.split("\n")))
        self._heading_starts = [heading.start for heading in headings]
        self._parents = list(_find_parents(headings))

    def paragraph_number(self, offset: int) -> int:
        return bisect_right(self._paragraph_ends, offset)

    def paragraph(self, number: int) -> Span:
        """A paragraph from its title on."""
        start = self._paragraph_ends[number - 1] if number else 0
        return self.paragraph_start(start), self._paragraph_ends[number] - 1

    def paragraph_start(self, offset: int) -> int:
        """Where the paragraph of an offset begins, or as much of it as is worth looking at."""
        first = max(0, offset - LONGEST_PARAGRAPH)
        start = max(self.template.text.rfind("\n", first, offset) + 1, first)
        if self.template.text.startswith("其中", start):
            # Its parts may stand in a line of their own: 主动公开信息数:900条 above 其中:网站公开:600条.
            start = max(self.template.text.rfind("\n", first, max(first, start - 1)) + 1, first)
        title = _TITLE_LINE_RE.search(self.template.text, max(first, start - _LONGEST_TITLE_LINE), start)
        return title.start() + 1 if title else start

    def item_title(self, offset: int) -> str:
        """The title of the list's item that a sentence follows in its paragraph, or nothing."""
        items = _ITEM_RE.findall(self.template.text[self.paragraph_start(offset) : offset])
        return items[-1] if items else ""

    def heading_index(self, offset: int) -> int:
        """The last heading that begins before an offset, or -1."""
        return bisect_right(self._heading_starts, self.template.to_prose(offset)) - 1

    def headings_at(self, offset: int) -> Iterator[Heading]:
        """The headings over an offset, innermost first."""
        start = self.template.to_prose(offset)
        index = bisect_right(self._heading_starts, start) - 1
        while index >= 0:
            if self.headings[index].body_end > start:
                yield self.headings[index]
            index = self._parents[index]
