"""Which topic governs a place of the prose: requests, proactive disclosure, other business.

In: a template's `Surroundings` and the rulebook. Out: a `Topics`, which says for an offset the topic and how far away
it is told. What the topics' words are is data (``codebook/prose.toml``).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from service.extraction.codebook.marks import MARKS
from service.extraction.codebook.rules import Rulebook
from service.extraction.outline import Heading
from service.extraction.prose.surroundings import LONGEST_PARAGRAPH, Surroundings
from service.extraction.record import Record
from service.extraction.report import Span

# How far away the governing topic stands.
SENTENCE, PARAGRAPH, HEADING, ABOVE, TITLE, NOWHERE = range(6)
# A topic word may follow its figure: 12件行政复议案件.
_REACH_AFTER = 16
_LONGEST_LIST = 400
_PUBLISHING = ("公开", "发布", "公布")
# The topic of whatever an office does besides disclosure, and that of an overview that has no parts.
OTHER_BUSINESS, DISCLOSURE = "other", "disclosure"
# The rest of an account's name, which is about nothing: “柳河信访”微信公众号.
_IN_ACCOUNT_RE = re.compile("[^“”,。;\n]{0,12}”的?(?:官方|政务)?(?:微信|微博|公众号|抖音|视频号|头条)")
# A clause in which a channel publishes: 通过县政府网微信公众号推送政务信息.
_POSTED_RE = re.compile(
    "(?!并|均|也|全部|其中|同步)[^,;:。、]{0,24}(?:网站|官网|公众号|微信|微博)(?:账号|平台)?[^,;:。、]{0,12}(?:公开|发布|推送)[^,;:。、]{0,6}信息"
)
_BETWEEN_RE = re.compile(f"[,;:、(){MARKS}]")


class Governing(Record):
    """The topics that govern a place (several only from a heading) and how far away they are told."""

    topics: frozenset[str]
    distance: int


NOTHING = Governing(frozenset(), NOWHERE)


class _Track:
    """Where the words of one kind of topic stand."""

    __slots__ = ("starts", "topics")

    def __init__(self, found: Sequence[tuple[int, str]]) -> None:
        self.starts = [start for start, _ in found]
        self.topics = [topic for _, topic in found]


class Topics:
    """The topics that the words of a template name, and which of them governs a place."""

    def __init__(self, around: Surroundings, book: Rulebook, title: str) -> None:
        self._around, self._book, self._text = around, book, around.template.text
        # Where the topics of those paragraphs stand that were asked for.
        self._tracks: dict[int, tuple[_Track, _Track]] = {}
        self._above: dict[tuple[int, bool], Governing] = {}
        # A report without headings is under its title alone.
        told = not around.headings and "信息公开" in title
        self._under_title = Governing(frozenset((DISCLOSURE,)), TITLE) if told else NOTHING

    def topic_of(self, words: str, of_objects: bool) -> str | None:
        """The last topic that some words name."""
        named = self._topics_named(words, of_objects)
        return named[-1] if named else None

    def _topics_named(self, words: str, of_objects: bool) -> list[str]:
        named = [topic for word in self._book.topic_re.findall(words) if (topic := self._book.topics[word])]
        return [topic for topic in named if (topic in self._book.objects) is of_objects]

    def of_heading(self, offset: int, of_objects: bool) -> Governing:
        """The topics of the nearest heading that has any; a heading of some other matter ends the search."""
        key = self._around.heading_index(offset), of_objects
        if key not in self._above:
            self._above[key] = self._find_above(offset, of_objects)
        return self._above[key]

    def _find_above(self, offset: int, of_objects: bool) -> Governing:
        distance = HEADING
        for heading in self._around.headings_at(offset):
            # A heading is never so short in a sentence: 二、主动公开 is about 主动公开情况.
            named = self._topics_named(heading.title + "情况", of_objects) or self._title_topics(heading, of_objects)
            if named:
                return Governing(frozenset(named), distance)
            if distance == HEADING and not of_objects and self._book.context["overview"].search(heading.title):
                return Governing(frozenset((DISCLOSURE,)), distance)
            if not self._book.context["neutral_heading"].search(heading.title):
                break
            distance = ABOVE
        return NOTHING

    def _title_topics(self, heading: Heading, of_objects: bool) -> list[str]:
        """The topics of words that are a topic in a heading only."""
        topics = self._book.title_topics
        return [] if of_objects else [topic for topic, words in topics.items() if words.search(heading.title)]

    def governing(self, sentence: Span, at: int, of_objects: bool) -> Governing:
        """The topics that govern a place: told before it, right after it, else the nearest."""
        track = self._track(sentence[0], of_objects)
        before = bisect_left(track.starts, at) - 1
        if before >= 0 and track.starts[before] >= sentence[0]:
            outside = self._outside_asides(track, before, sentence[0], at)
            above = self.of_heading(at, of_objects) if self._is_left_behind(track, outside, at) else NOTHING
            return above if above.topics else Governing(frozenset((track.topics[outside],)), SENTENCE)
        after = track.starts[before + 1] if before + 1 < len(track.starts) else sentence[1]
        later = Governing(frozenset((track.topics[before + 1],)), SENTENCE) if after < sentence[1] else NOTHING
        if later.topics and after < at + _REACH_AFTER and not _BETWEEN_RE.search(self._text, at + 1, after):
            return later
        before = self._outside_parts(track, before, at - LONGEST_PARAGRAPH)
        if before >= 0 and self._is_told(track.topics[before], track.starts[before], sentence):
            return self.of_heading(at, of_objects=False)
        if before >= 0:
            return Governing(frozenset((track.topics[before],)), PARAGRAPH)
        above = self.of_heading(at, of_objects)
        if above.topics or later.topics or of_objects:
            return above if above.topics else later
        return self._under_title

    def _is_left_behind(self, track: _Track, index: int, at: int) -> bool:
        """Whether other business ended with a semicolon or its own figure, behind which something is published.

        办理提案27件;在局网站公开信息630条 is about the heading's topic, 办结信件12件,通过公众号推送信息630条 as well.
        """
        if track.topics[index] != OTHER_BUSINESS:
            return False
        start = track.starts[index]
        behind = self._text.rfind(";", start, at)
        if behind >= 0:
            return any(self._text.find(word, behind, at) >= 0 for word in _PUBLISHING)
        clause = max(self._text.rfind(",", start, at), self._text.rfind("、", start, at)) + 1
        return (
            clause > 0
            and len(self._around.template.figures_in(start, clause)) > 0
            and _POSTED_RE.match(self._text, clause, at) is not None
        )

    def _outside_parts(self, track: _Track, last: int, first: int) -> int:
        """The last topic from an offset on that no earlier sentence lists among what was published, else -1.

        网站公开383条,其中动态219条,建议提案7条。 says nothing of what follows.
        """
        for index in range(last, -1, -1):
            start = track.starts[index]
            if start < first:
                break
            if track.topics[index] != OTHER_BUSINESS or not self._is_part_of_published(start):
                return index
        return -1

    def _is_told(self, topic: str, start: int, sentence: Span) -> bool:
        """Whether other business has its own figure in an earlier sentence, and this one tells what was published.

        公开重点领域信息350条。公众号共发布信息1190条。 has the heading's topic in its second sentence.
        """
        return (
            topic == OTHER_BUSINESS
            and any(self._text.find(word, *sentence) >= 0 for word in _PUBLISHING)
            and len(self._around.template.figures_in(start, sentence[0])) > 0
            and DISCLOSURE in self.of_heading(sentence[0], of_objects=False).topics
        )

    def _is_part_of_published(self, at: int) -> bool:
        """Whether the list that an offset stands in has parts of what was published."""
        text = self._text
        begin = max(text.rfind("。", 0, at), at - _LONGEST_LIST)
        parts = text.rfind("其中", begin, at)
        return parts >= 0 and any(text.find(word, begin, parts) >= 0 for word in _PUBLISHING)

    def _outside_asides(self, track: _Track, last: int, start: int, at: int) -> int:
        """The last topic of a sentence that is in no closed aside, else the last: 网站127条(其中建议45条),微信328条."""
        text = self._text
        for index in range(last, -1, -1):
            if track.starts[index] < start:
                break
            closed = text.find(")", track.starts[index], at)
            if closed < 0 or text.find("(", track.starts[index], closed) >= 0:
                return index
        return last

    def _track(self, offset: int, of_objects: bool) -> _Track:
        """The topics of the paragraph of an offset: subjects or objects."""
        number = self._around.paragraph_number(offset)
        if number not in self._tracks:
            found = self._find_topics(*self._around.paragraph(number))
            self._tracks[number] = (
                _Track([(start, topic) for start, topic in found if topic not in self._book.objects]),
                _Track([(start, topic) for start, topic in found if topic in self._book.objects]),
            )
        return self._tracks[number][of_objects]

    def _find_topics(self, start: int, end: int) -> list[tuple[int, str]]:
        """The topics that words of a stretch name; 申请办结 after 许可申请 in one sentence names none."""
        text, found = self._text, list[tuple[int, str]]()
        for word in self._book.topic_re.finditer(text, start, end):
            name = word.group()
            topic = self._book.topics[name]
            if topic is None or (topic == OTHER_BUSINESS and _IN_ACCOUNT_RE.match(text, word.end())):
                continue
            weak = name in self._book.weak and found and found[-1][1] == OTHER_BUSINESS
            if not (weak and text.find("。", found[-1][0], word.start()) < 0):
                found.append((word.start(), topic))
        return found
