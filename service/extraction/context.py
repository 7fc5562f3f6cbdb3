"""What every statement of the prose is judged by: topics, headings, own names, the year.

In: prose, headings, figures, the year, the rulebook. Out: a `Context` that says which topic governs a place, whether
a sentence speaks of disclosure, and whether a figure is another year's or another body's. It reads no indicator.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from service.extraction.clauses import MARKS, to_template
from service.extraction.codebook.rules import MATRIX_YEAR, load_rulebook
from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Span

# How far away the governing topic stands.
SENTENCE, PARAGRAPH, HEADING, ABOVE, NOWHERE = range(5)
# A topic word may follow its figure: 12件行政复议案件.
_REACH_AFTER = 16
# Title and preamble name the office whose report it is.
_OWN_REACH = 800

_BETWEEN_RE = re.compile(f"[,;:{MARKS}]")


class Context:
    """The prose as a template, and the questions that rules and denials ask of it. Offsets are the template's."""

    def __init__(self, prose: Prose, headings: Sequence[Heading], figures: Sequence[Figure], year: int | None) -> None:
        self.prose, self.headings, self.figures, self.year = prose, headings, figures, year
        self.form_year = year or MATRIX_YEAR - 1
        self.book = load_rulebook()
        self.template = to_template(prose.text, figures, self.book.units)
        self._topics = list(self._find_topics())
        self._topic_starts = [start for start, _ in self._topics]
        self._heading_starts = [heading.start for heading in headings]
        self._own_names = self.book.context["own_text"].findall(self.template.text[:_OWN_REACH])

    def _find_topics(self) -> Iterator[tuple[int, str]]:
        for match in self.book.topic_re.finditer(self.template.text):
            topic = self.book.topics[match.group()]
            if topic:
                yield match.start(), topic

    def figure(self, place: int) -> Figure:
        return self.figures[self.template.indexes[place]]

    def paragraph_start(self, offset: int) -> int:
        return self.template.text.rfind("\n", 0, offset) + 1

    def headings_at(self, offset: int) -> Iterator[Heading]:
        """The headings over an offset, innermost first."""
        start = self.template.to_prose(offset)
        level = 99
        for index in range(bisect_right(self._heading_starts, start) - 1, -1, -1):
            heading = self.headings[index]
            if heading.level < level and heading.body_end > start:
                level = heading.level
                yield heading
                if level <= 1:
                    return

    def topic_of(self, words: str) -> str | None:
        """The last topic that some words name."""
        named = self._topics_named(words)
        return named[-1] if named else None

    def _topics_named(self, words: str) -> list[str]:
        return [topic for word in self.book.topic_re.findall(words) if (topic := self.book.topics[word])]

    def _heading_topics(self, offset: int) -> tuple[frozenset[str], int]:
        """The topics of the nearest heading that has any; a heading of some other matter ends the search."""
        distance = HEADING
        for heading in self.headings_at(offset):
            named = self._topics_named(heading.title)
            if named:
                return frozenset(named), distance
            if not self.book.context["neutral_heading"].search(heading.title):
                break
            distance = ABOVE
        return frozenset(), NOWHERE

    def topics(self, sentence: Span, at: int) -> tuple[frozenset[str], int]:
        """The topics that govern a place, and how far away they are told."""
        before = bisect_left(self._topic_starts, at) - 1
        if before >= 0 and self._topic_starts[before] >= sentence[0]:
            return frozenset((self._topics[before][1],)), SENTENCE
        if before + 1 < len(self._topics):
            after, topic = self._topics[before + 1]
            near = after < min(sentence[1], at + _REACH_AFTER)
            if near and not _BETWEEN_RE.search(self.template.text, at + 1, after):
                return frozenset((topic,)), SENTENCE
        if before >= 0 and self._topic_starts[before] >= self.paragraph_start(at):
            return frozenset((self._topics[before][1],)), PARAGRAPH
        return self._heading_topics(at)

    def speaks_of_disclosure(self, sentence: Span, reach: str) -> bool:
        """Whether sentence, paragraph or heading says that this is about disclosure, not about other business."""
        start = sentence[0] if reach == "sentence" else self.paragraph_start(sentence[0])
        if self.book.context["disclosure"].search(self.template.text, start, sentence[1]):
            return True
        remedy = self.book.context["disclosure_heading"]
        return any(remedy.search(heading.title) for heading in self.headings_at(sentence[0]))

    def is_other_year(self, before: str) -> bool:
        """Whether the last year named before a figure is not the report's."""
        mentions = list(self.book.context["year"].finditer(before))
        if not mentions:
            return False
        named = mentions[-1].group("number")
        if named:
            return self.year is not None and int(named) != self.year
        return not mentions[-1].group("this")

    def is_other_body(self, lead: str) -> bool:
        """Whether the subject just before a statement, or at its sentence's start, is some other body."""
        last = lead[max(lead.rfind(mark) for mark in ",;:(") + 1 :]
        return any(self._names_other_body(clause) for clause in {last, re.split("[,;:(]", lead, maxsplit=1)[0]})

    def _names_other_body(self, clause: str) -> bool:
        match = self.book.context["owner"].search(clause)
        body = match and (match.group("body") or match.group("place"))
        if not body or self.book.context["own"].search(body):
            return False
        return not any(body[-4:] in name for name in self._own_names)
