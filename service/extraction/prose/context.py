"""What every statement of the prose is judged by: where it stands, its topic, whose it is, the year.

In: prose, headings, figures, the year, the rulebook. Out: a `Context`: the prose as a template, what stands around a
place, the topics, the office, and whether a sentence speaks of disclosure and a figure is of another year. It reads
no indicator.
"""

from bisect import bisect_left
from collections.abc import Sequence

from service.extraction.codebook.rules import MATRIX_YEAR, load_rulebook
from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose.clauses import to_template
from service.extraction.prose.office import Office
from service.extraction.prose.surroundings import Surroundings
from service.extraction.prose.topics import Topics
from service.extraction.prose_text import Prose
from service.extraction.report import Span

# The preamble tells the period of the data.
_PREAMBLE_REACH = 1500


class Context:
    """The prose as a template, and the questions that rules and denials ask of it. Offsets are the template's."""

    def __init__(self, prose: Prose, headings: Sequence[Heading], figures: Sequence[Figure], year: int | None) -> None:
        self.prose, self.figures, self.year = prose, figures, year
        self.form_year = year or MATRIX_YEAR - 1
        self.book = load_rulebook()
        self.template = to_template(prose.text, figures, self.book.units)
        self.around = Surroundings(self.template, headings)
        self.office = Office(self.template.text, self.book.context)
        self.topics = Topics(self.around, self.book, "".join(self.office.own_lines[:1]))

    def place(self, offset: int) -> int:
        """Which of the template's places an offset is."""
        return bisect_left(self.template.places, offset)

    def figure(self, place: int) -> Figure:
        return self.figures[self.template.indexes[place]]

    def speaks_of_disclosure(self, sentence: Span, reach: str) -> bool:
        """Whether sentence, paragraph or heading says that this is about disclosure, not about other business."""
        # 开展政府信息公开工作。为此,配备了1名工作人员: what it is for stands before.
        is_alone = reach == "sentence" and not self.template.text.startswith("为此", sentence[0])
        start = sentence[0] if is_alone else self.around.paragraph_start(sentence[0])
        if self.book.context["disclosure"].search(self.template.text, start, sentence[1]):
            return True
        remedy = self.book.context["disclosure_heading"]
        return any(remedy.search(heading.title) for heading in self.around.headings_at(sentence[0]))

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
        """Whether 累计 counts more than the year: clause, paragraph and the preamble's period do not name it."""
        if not self.book.context["so_far"].search(before):
            return False
        paragraph = self.template.text[self.around.paragraph_start(at) : at] + before
        named = self.book.context["year"].finditer(paragraph)
        if any(year["this"] or year["number"] == str(self.year) for year in named):
            return False
        bounded = self.book.context["bounded"].search(self.template.text, 0, _PREAMBLE_REACH)
        is_bounded = bounded is not None and bounded["number"] == str(self.year)
        return not is_bounded or self.book.context["up_to_now"].search(before) is not None
