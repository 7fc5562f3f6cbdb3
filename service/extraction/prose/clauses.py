"""Sentences as templates: what the prose rules match on.

In: the prose text and its figures. Out: a `Template`, the prose text in which every measuring figure
(number, unit, qualifier) is one character that tells the kind of its unit and every 《…》 is `《》`, so that
`主动公开政府信息1,242余条` and `主动公开政府信息约900条` read alike. Figures that measure nothing stay as they are
printed: a rule must see `2018年`. It does not interpret anything.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from service.extraction.codebook.marks import OTHER
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.figures import Figure
from service.extraction.record import Record
from service.extraction.report import Span

_TITLE_RE = re.compile(r"《(?!条例》)[^《》\n]{1,80}》")
_LONGEST_SENTENCE = 600
# 公开政府信息16项65条, 12个类别66条, 微信12期36条: what is counted are the 条, in so many classes or issues.
# Each way to say it begins with a character of its own, so that `re` skips to the next of them.
_CLASSES_RE = re.compile(
    f"(?:项|类[别目]?|大类[别目]?|小类[别目]?|门类[别目]?|子类[别目]?|个栏目|栏目|个方面|方面|期)(?=[0-9{NUMERALS}])"
)
_ITEMS = frozenset("条件篇份则")
_start = attrgetter("start")
# A full stop ends a sentence where no number or name goes on behind it.
_SENTENCE_END_RE = re.compile(r"[。!?\n.](?:(?<!\.)|(?![0-9A-Za-z]))")


class Template(Record):
    """``places`` are the offsets of the figures' characters in ``text``; ``indexes`` say which figures they are.

    ``starts`` and ``shifts`` lead back: from ``starts[i]`` on, the prose offset is ``shifts[i]`` more.
    """

    text: str
    places: Sequence[int]
    indexes: Sequence[int]
    starts: Sequence[int]
    shifts: Sequence[int]

    def figures_in(self, start: int, end: int) -> range:
        """Positions in ``places`` that lie in ``text[start:end]``."""
        return range(bisect_left(self.places, start), bisect_left(self.places, end))

    def sentences(self) -> Iterator[Span]:
        """The sentences that hold a figure, in order; a paragraph ends a sentence too, and a monster is cut."""
        ends = [match.start() for match in _SENTENCE_END_RE.finditer(self.text)]
        last = 0
        for place in self.places:
            if place >= last:
                index = bisect_left(ends, place)
                start, last = ends[index - 1] + 1 if index else 0, ends[index] if index < len(ends) else len(self.text)
                if last - start > _LONGEST_SENTENCE:
                    yield from self._cut(start, last)
                else:
                    yield start, last

    def _cut(self, start: int, end: int) -> Iterator[Span]:
        """A long sentence, cut at commas, so that no step looks too far; only what holds a figure."""
        while end - start > _LONGEST_SENTENCE:
            limit = start + _LONGEST_SENTENCE
            cut = max(self.text.rfind(mark, start + 1, limit) for mark in ",;") + 1 or limit
            if self.figures_in(start, cut):
                yield start, cut
            start = cut
        if self.figures_in(start, end):
            yield start, end

    def to_prose(self, offset: int) -> int:
        """From an offset of the template to the offset of the prose."""
        return offset + self.shifts[bisect_right(self.starts, offset) - 1]


def _find_classes(text: str, figures: Sequence[Figure]) -> Iterator[tuple[int, int]]:
    """The figures that only say in how many classes the next one counts, and where that one begins."""
    counting = -1
    for match in reversed(list(_CLASSES_RE.finditer(text))):
        index = bisect_left(figures, match.end(), key=_start) - 1
        if not 0 <= index < len(figures) - 1 or figures[index].end < match.start():
            continue
        items = figures[index + 1]
        if items.start == match.end() and (index + 1 == counting or items.unit in _ITEMS):
            counting = index
            yield index, match.end()


def _fold_title(title: str) -> str:
    """`《》`; but a government's gazette is a channel, whatever its place: 《青石市人民政府公报》."""
    return "《政府公报》" if title.endswith("政府公报》") else "《》"


def to_template(text: str, figures: Sequence[Figure], kinds: Mapping[str | None, str]) -> Template:
    """The prose text with its figures and titles folded; ``kinds`` maps units to the characters above."""
    classes = dict(_find_classes(text, figures))
    found = [
        (f.start, f.end, kinds.get(f.unit, OTHER), i)
        for i, f in enumerate(figures)
        if f.exclusion is None and i not in classes
    ]
    found += [(*match.span(), _fold_title(match[0]), -1) for match in _TITLE_RE.finditer(text)]
    found += [(figures[i].start, end, "", -1) for i, end in classes.items()]
    pieces: list[str] = []
    # In arrays an offset needs eight bytes, in lists four times that, the more the longer the text is.
    places, indexes, starts, shifts = array("q"), array("q"), array("q", [0]), array("q", [0])
    length = last = 0
    found.sort()
    for start, end, replacement, index in found:
        if start < last:
            continue
        pieces += text[last:start], replacement
        length += start - last
        if index >= 0:
            places.append(length)
            indexes.append(index)
        length += len(replacement)
        last = end
        starts.append(length)
        shifts.append(last - length)
    pieces.append(text[last:])
    return Template("".join(pieces), places, indexes, starts, shifts)
