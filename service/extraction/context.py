"""What every statement of the prose is judged by: topics, headings, own names, the year.

In: prose, headings, figures, the year, the rulebook. Out: a `Context` that says which topic governs a place, whether
a sentence speaks of disclosure, and whether a figure is another year's or another body's. It reads no indicator.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from service.extraction.clauses import MARKS, to_template
from service.extraction.codebook.rules import MATRIX_YEAR, load_rulebook
from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.record import Record
from service.extraction.report import Span

# How far away the governing topic stands.
SENTENCE, PARAGRAPH, HEADING, ABOVE, TITLE, NOWHERE = range(6)
# A topic word may follow its figure: 12件行政复议案件.
_REACH_AFTER = 16
_LONGEST_PARAGRAPH = 1500
_LONGEST_LIST = 400
_PUBLISHING = ("公开", "发布", "公布")
# The topic of whatever an office does besides disclosure, and that of an overview that has no parts.
OTHER_BUSINESS, DISCLOSURE = "other", "disclosure"
# Title and preamble name the office whose report it is.
_OWN_REACH = 800

_CLAUSE_RE = re.compile("[,;:(]")
# A paragraph's title on a line of its own: 一是主动公开情况。
_TITLE_LINE_RE = re.compile(r"\n(?:[一二三四五六七八九十]{1,2}是|首先|其次|其[一二三四五六])[^,;:。\n]{2,24}[。:]?\n$")
_LONGEST_TITLE_LINE = 32
_LEAST_NAME = 2
# So many characters at most stand between two letters of a short form in the full name.
_MOST_BETWEEN = 5
# To look for a verb is much cheaper than to look for who did it.
_ACTED = ("收到", "接到", "受理", "答复", "办结", "回复")
_TOWNS = ("乡", "镇")
_NAMED_TOWN_RE = re.compile("[\u4e00-\u9fff](?<![我本全各])[乡镇]")
# The title of a list's item within its paragraph: 一是推进招生信息公开。全年公开信息120条。
_ITEM_RE = re.compile(
    r"(?:(?<=[。;:\n])|^)(?:[一二三四五六七八九十]{1,2}是|首先,?|其次,?|其[一二三四五六],?|第[一二三四五六],?)([^,;。\n]{2,24})[。;:,]"
)
# 2024年河东乡, 全年街道: the year's own word is no part of the name.
_YEAR_WORD_RE = re.compile("^(?:全年|[本今当]?年[度内]?)(?=..)")
# The last words of a clause, as far as the name of a body reaches.
_NAME_RE = re.compile(r"[\u4e00-\u9fff]{1,15}$")
# 年在省局门户网站: the words before the name of a site's owner.
_MEANS_RE = re.compile("^(?:年度?|全年|年内|共|累计|主动)*(?:在|通过|利用|依托)(?=[省市县区州镇乡]?[局厅委院])")
_REGION_RE = re.compile("^[省市区县州盟旗镇乡]")
_REGION_WORD_RE = re.compile("[省市县区州盟旗]")
_LEVEL_RE = re.compile("[省市区县州盟旗]([局委厅办署院])")
# 柳河 of the account “微柳河”, 四川气象 of “四川气象12345”: the part that names an office.
_ACCOUNT_RE = re.compile(r"^(?:微|今日|魅力|美丽|掌上)?([\u4e00-\u9fff]{2,10}?)(?:发布|政务|在线|之声|微博|微信)*\d*$")
_POLICE_RE = re.compile("^平安([\u4e00-\u9fff]{2,4})$")
# The rest of an account's name, which is about nothing: “柳河信访”微信公众号.
_IN_ACCOUNT_RE = re.compile("[^“”,。;\n]{0,12}”的?(?:官方|政务)?(?:微信|微博|公众号|抖音|视频号|头条)")
# What follows the letters of an account in the name of a bureau: 柳河(县教育局).
_BUREAU_RE = re.compile(r"[\u4e00-\u9fff]{0,8}?[局厅委院署部](?=[\d二关于年的]|政府信息|政务|信息公开|$)")
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


def _is_own_name(own_name: str, name: str, line: str) -> bool:
    """Whether a line names the office; 市林业局 is not 青石县林业局, whose level is another."""
    at = line.find(own_name)
    levels = name[-len(own_name) - 1 : -len(own_name)], line[max(at - 1, 0) : max(at, 0)]
    return at >= 0 and not (levels[0] != levels[1] and all(map(_REGION_WORD_RE.fullmatch, levels)))


def _is_own_level(name: str, line: str) -> bool:
    """`市局共收到…` of 市统计局 2022年…: level and kind name the office whose title says that it is of this kind."""
    level = _LEVEL_RE.fullmatch(name)
    return level is not None and re.search(rf"[\u4e00-\u9fff]{level[1]}(?=[\d二〇关政信])", line) is not None


def find_letters(letters: str, line: str) -> int:
    """Behind the last of some letters that stand in a line in their order, few others between them; -1 where none do.

    A pattern with gaps between all letters would try every way to fill them: an account may be called 柳柳柳柳柳柳柳.
    """
    if not set(letters) <= set(line):
        return -1

    def step(at: int, following: set[int]) -> int:
        for place in range(at + 1, at + _MOST_BETWEEN + 2):
            if place in following:
                return place
            if not "\u4e00" <= line[place : place + 1] <= "\u9fff":
                return -1
        return -1

    # From the last letter to the first: where each of them stands so that the others follow.
    ways = [{at for at, letter in enumerate(line) if letter == letters[-1]}]
    for wanted in reversed(letters[:-1]):
        ways.append({at for at, letter in enumerate(line) if letter == wanted and step(at, ways[-1]) >= 0})
    at = min(ways.pop(), default=-1)
    while at >= 0 and ways:
        at = step(at, ways.pop())
    return at + 1 if at >= 0 else -1


def _is_short_form(name: str, line: str) -> bool:
    """`县应急局` of 垫江县应急管理局, `市人社局` of 人力资源和社会保障局: the letters of a longer name, in order."""
    letters = _REGION_RE.sub("", _YEAR_WORD_RE.sub("", name[-5:]))
    if len(letters) < 3 or letters in line:
        return False
    return find_letters(letters, line) >= 0


def _is_named_after(letters: str, line: str) -> bool:
    """Whether letters are those of the office in a line, in order; a bureau's are more than its region's."""
    end = find_letters(letters, line)
    bureau = _BUREAU_RE.match(line, end) if end >= 0 else None
    return end >= 0 and (bureau is None or not _REGION_WORD_RE.search(bureau.group()))


def _find_parents(headings: Sequence[Heading]) -> Iterator[int]:
    """For each heading the index of the one above it, or -1."""
    open_headings: list[int] = []
    for index, heading in enumerate(headings):
        while open_headings and headings[open_headings[-1]].level >= heading.level:
            open_headings.pop()
        yield open_headings[-1] if open_headings else -1
        open_headings.append(index)


class Context:
    """The prose as a template, and the questions that rules and denials ask of it. Offsets are the template's."""

    def __init__(self, prose: Prose, headings: Sequence[Heading], figures: Sequence[Figure], year: int | None) -> None:
        self.prose, self.headings, self.figures, self.year = prose, headings, figures, year
        self.form_year = year or MATRIX_YEAR - 1
        self.book = load_rulebook()
        self.template = to_template(prose.text, figures, self.book.units)
        # The offsets behind each paragraph, and where the topics of those stand that were asked for.
        self._paragraph_ends = list(accumulate(len(line) + 1 for line in self.template.text.split("\n")))
        self._tracks: dict[int, tuple[_Track, _Track]] = {}
        self._heading_starts = [heading.start for heading in headings]
        self._parents = list(_find_parents(headings))
        self._own_names = self._find_own_names()
        self._is_narrow = any(self.book.context["narrow"].search(line) for line in self._own_names[:1])
        self._above: dict[tuple[int, bool], Governing] = {}
        # A report without headings is under its title alone.
        told = not headings and any("信息公开" in line for line in self._own_names[:1])
        self._under_title = Governing(frozenset((DISCLOSURE,)), TITLE) if told else NOTHING

    def _find_own_names(self) -> list[str]:
        """The lines of title and preamble, each with the one before it: the office may stand above 年度报告."""
        head = self.template.text[:_OWN_REACH].split("\n")
        return [before + line for before, line in pairwise(["", *head]) if self.book.context["own_text"].search(line)]

    def place(self, offset: int) -> int:
        """Which of the template's places an offset is."""
        return bisect_left(self.template.places, offset)

    def figure(self, place: int) -> Figure:
        return self.figures[self.template.indexes[place]]

    def paragraph_start(self, offset: int) -> int:
        """Where the paragraph of an offset begins, or as much of it as is worth looking at."""
        first = max(0, offset - _LONGEST_PARAGRAPH)
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

    def _track(self, offset: int, of_objects: bool) -> _Track:
        """The topics of the paragraph of an offset: subjects or objects."""
        index = bisect_right(self._paragraph_ends, offset)
        if index not in self._tracks:
            start, end = self._paragraph_ends[index - 1] if index else 0, self._paragraph_ends[index] - 1
            start = self.paragraph_start(start)
            found = self._find_topics(start, end)
            self._tracks[index] = (
                _Track([(start, topic) for start, topic in found if topic not in self.book.objects]),
                _Track([(start, topic) for start, topic in found if topic in self.book.objects]),
            )
        return self._tracks[index][of_objects]

    def _find_topics(self, start: int, end: int) -> list[tuple[int, str]]:
        """The topics that words of a stretch name; 申请办结 after 许可申请 in one sentence names none."""
        text, found = self.template.text, list[tuple[int, str]]()
        for word in self.book.topic_re.finditer(text, start, end):
            topic = self.book.topics[word.group()]
            if topic == OTHER_BUSINESS and _IN_ACCOUNT_RE.match(text, word.end()):
                continue
            weak = word.group() in self.book.weak and found and found[-1][1] == OTHER_BUSINESS
            if topic and not (weak and text.find("。", found[-1][0], word.start()) < 0):
                found.append((word.start(), topic))
        return found

    def _heading_index(self, offset: int) -> int:
        """The last heading that begins before an offset, or -1."""
        return bisect_right(self._heading_starts, self.template.to_prose(offset)) - 1

    def headings_at(self, offset: int) -> Iterator[Heading]:
        """The headings over an offset, innermost first."""
        start = self.template.to_prose(offset)
        index = self._heading_index(offset)
        while index >= 0:
            if self.headings[index].body_end > start:
                yield self.headings[index]
            index = self._parents[index]

    def topic_of(self, words: str, of_objects: bool) -> str | None:
        """The last topic that some words name."""
        named = self._topics_named(words, of_objects)
        return named[-1] if named else None

    def _topics_named(self, words: str, of_objects: bool) -> list[str]:
        named = [topic for word in self.book.topic_re.findall(words) if (topic := self.book.topics[word])]
        return [topic for topic in named if (topic in self.book.objects) is of_objects]

    def of_heading(self, offset: int, of_objects: bool) -> Governing:
        """The topics of the nearest heading that has any; a heading of some other matter ends the search."""
        key = self._heading_index(offset), of_objects
        if key not in self._above:
            self._above[key] = self._find_above(offset, of_objects)
        return self._above[key]

    def _find_above(self, offset: int, of_objects: bool) -> Governing:
        distance = HEADING
        for heading in self.headings_at(offset):
            # A heading is never so short in a sentence: 二、主动公开 is about 主动公开情况.
            named = self._topics_named(heading.title + "情况", of_objects) or self._title_topics(heading, of_objects)
            if named:
                return Governing(frozenset(named), distance)
            if distance == HEADING and not of_objects and self.book.context["overview"].search(heading.title):
                return Governing(frozenset((DISCLOSURE,)), distance)
            if not self.book.context["neutral_heading"].search(heading.title):
                break
            distance = ABOVE
        return NOTHING

    def _title_topics(self, heading: Heading, of_objects: bool) -> list[str]:
        """The topics of words that are a topic in a heading only."""
        topics = self.book.title_topics
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
        if later.topics and after < at + _REACH_AFTER and not _BETWEEN_RE.search(self.template.text, at + 1, after):
            return later
        before = self._outside_parts(track, before, at - _LONGEST_PARAGRAPH)
        if before >= 0:
            return Governing(frozenset((track.topics[before],)), PARAGRAPH)
        above = self.of_heading(at, of_objects)
        if above.topics or later.topics or of_objects:
            return above if above.topics else later
        return self._under_title

    def _is_left_behind(self, track: _Track, index: int, at: int) -> bool:
        """Whether other business ended with a semicolon, behind which something is published.

        办理提案27件;在局网站公开信息630条 is about the heading's topic.
        """
        if track.topics[index] != OTHER_BUSINESS:
            return False
        behind = self.template.text.rfind(";", track.starts[index], at)
        return behind >= 0 and any(self.template.text.find(word, behind, at) >= 0 for word in _PUBLISHING)

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

    def _is_part_of_published(self, at: int) -> bool:
        """Whether the list that an offset stands in has parts of what was published."""
        text = self.template.text
        begin = max(text.rfind("。", 0, at), at - _LONGEST_LIST)
        parts = text.rfind("其中", begin, at)
        return parts >= 0 and any(text.find(word, begin, parts) >= 0 for word in _PUBLISHING)

    def _outside_asides(self, track: _Track, last: int, start: int, at: int) -> int:
        """The last topic of a sentence that is in no closed aside, else the last: 网站127条(其中建议45条),微信328条."""
        text = self.template.text
        for index in range(last, -1, -1):
            if track.starts[index] < start:
                break
            closed = text.find(")", track.starts[index], at)
            if closed < 0 or text.find("(", track.starts[index], closed) >= 0:
                return index
        return last

    def speaks_of_disclosure(self, sentence: Span, reach: str) -> bool:
        """Whether sentence, paragraph or heading says that this is about disclosure, not about other business."""
        start = sentence[0] if reach == "sentence" else self.paragraph_start(sentence[0])
        if self.book.context["disclosure"].search(self.template.text, start, sentence[1]):
            return True
        remedy = self.book.context["disclosure_heading"]
        return any(remedy.search(heading.title) for heading in self.headings_at(sentence[0]))

    def is_other_year(self, before: str, after: str = "") -> bool:
        """Whether the last year named before a figure is not the report's; what follows may say that it compares."""
        mentions = [year for year in self.book.context["year"].finditer(before + after) if year.end() <= len(before)]
        if not mentions:
            return False
        named = mentions[-1].group("number")
        if named:
            return self.year is not None and int(named) != self.year
        return not mentions[-1].group("this")

    def is_cumulative(self, before: str, at: int) -> bool:
        """Whether 累计 counts more than the year: neither clause nor paragraph has named the report's year."""
        if not self.book.context["so_far"].search(before):
            return False
        paragraph = self.template.text[self.paragraph_start(at) : at] + before
        named = self.book.context["year"].finditer(paragraph)
        return not any(year["this"] or year["number"] == str(self.year) for year in named)

    def is_wider(self, before: str) -> bool:
        """Whether a bureau's or a town's report tells what its region has in all: 全县主动公开政府信息3.1万条."""
        return self._is_narrow and self.book.context["wider"].search(before) is not None

    def is_own_account(self, name: str) -> bool:
        """Whether an account is named after the office whose report it is."""
        # The police name their accounts “平安河东”.
        account = _ACCOUNT_RE.match(_POLICE_RE.sub(r"\1公安", name))
        return account is not None and any(_is_named_after(account[1], line) for line in self._own_names[:2])

    def is_own_field(self, field: str) -> bool:
        """Whether a field of business is that of the bureau whose report it is: 商务 of 市商务局."""
        return any(re.search(rf"{field}[\u4e00-\u9fff]{{0,8}}?[局厅委部]", line) for line in self._own_names[:2])

    def _is_nameless(self, kind: str) -> bool:
        """Whether the report calls itself 我乡 without a name: then 南薰乡 is its own."""
        told = "".join(self._own_names)
        return kind in _TOWNS and "我" + kind in told and _NAMED_TOWN_RE.search(told) is None

    def is_other_body(self, lead: str) -> bool:
        """Whether the subject just before a statement, or at its sentence's start, is some other body."""
        first = _CLAUSE_RE.search(lead)
        last = lead[max(lead.rfind(mark) for mark in ",;:(") + 1 :]
        # 县国土局答复12件,其中同意公开8件: who acted last is the subject of the parts.
        if any(verb in lead for verb in _ACTED):
            acting = [match["body"] for match in self.book.context["acting"].finditer(lead)]
            if acting and self._names_other_body(acting[-1]):
                return True
        return self._names_other_body(last) or (first is not None and self._names_other_body(lead[: first.start()]))

    def _names_other_body(self, clause: str) -> bool:
        context = self.book.context
        tail = context["adverbs"].search(clause)
        subject = clause[: tail.start()] if tail else clause
        ending = context["bodies"].search(subject)
        if not ending:
            return False
        named = _NAME_RE.search(subject)
        name = _MEANS_RE.sub("", named.group()) if named else ""
        is_site = not tail and context["sites"].search(name)
        is_subject = not context["not_subject"].search(name) and subject[-len(name) - 1 : -len(name)] != "、"
        # 312个村(居)设立了…: a lone 村 names no body.
        if len(name) < _LEAST_NAME or not (is_site or is_subject) or context["own"].search(name):
            return False
        # 市教育局 is 教育局, 党政办公室 is 党政办公室 and no other 办公室.
        own_name = _YEAR_WORD_RE.sub("", name[-len(ending.group()) - 2 :])
        if self._is_nameless(name[-1:]):
            return False
        return not any(
            _is_own_name(own_name, name, line) or _is_own_level(name, line) or _is_short_form(name, line)
            for line in self._own_names
        )
