"""What the prose says there was none of.

In: a `Context`. Out: a zero for each thing that a clause denies (`行政复议、行政诉讼均未发生`), with that clause, and
the figures that only say so (`没有一起`). The things are data (``codebook/prose.toml``). A clause that denies
something else (`没有逾期答复的申请`) reads nothing.
"""

import re
from collections.abc import Iterator

from service.extraction.codebook.marks import MARKS
from service.extraction.codebook.rules import Denial
from service.extraction.prose.context import Context
from service.extraction.record import Record
from service.extraction.report import Span

_CLAUSE_END_RE = re.compile(r"[,;。()!?\n]|\.(?![0-9A-Za-z])")
_SENTENCE_STOP_RE = re.compile(r"[。\n]")
_LONGEST_CLAUSE = 200
_SHORT_SENTENCE = 24
_NOT_ONE_RE = re.compile(f"[{MARKS}](?:也|都)$")
# Between the things and a *none* that follows them: 行政复议、行政诉讼均未发生.
_BEFORE_NONE = ":均都皆也亦尚从并暂全部"


class Denied(Record):
    """One thing denied: its clause in the template and the figures inside it."""

    denial: Denial
    clause: Span
    places: range


def _clause_around(context: Context, start: int, end: int) -> Span:
    """The clause of a *none*, with what a comma only interrupts."""
    text = context.template.text
    first, last = max(0, start - _LONGEST_CLAUSE), min(len(text), end + _LONGEST_CLAUSE)
    begin = max(first, *(text.rfind(mark, first, start) + 1 for mark in ",;。()!?\n"))
    stop = _CLAUSE_END_RE.search(text, end, last)
    while stop and context.book.denying["goes_on"].match(text, stop.start()):
        stop = _CLAUSE_END_RE.search(text, stop.end(), last)
    return begin, stop.start() if stop else last


def _denied_words(context: Context, sentence: Span, clause: Span, none: Span) -> str | None:
    """The words that name what a clause denies: after the *none*, else before it, else the heading's.

    举报投诉,全年一件也没有收到 names it a clause earlier; a heading speaks only for a sentence that says nothing else.
    """
    text = context.template.text
    after = text[none[1] : clause[1]]
    if not context.book.denying["nothing"].match(after):
        return after
    for before in (text[clause[0] : none[0]], text[sentence[0] : clause[0]].rstrip(",").rpartition(",")[2]):
        words = before.rstrip(_BEFORE_NONE)
        if any(denial.pattern.search(words) for denial in context.book.denials):
            return words
    return _denied_by_heading(context, none[0]) if clause[1] - sentence[0] <= _SHORT_SENTENCE else None


def _denied_by_heading(context: Context, at: int) -> str | None:
    """The nearest heading that names a thing; 受理申请的数量 stands for the one above it, 答复情况 does not."""
    titles = [heading.title for heading in context.around.headings_at(at)][:2]
    for title in titles:
        if any(denial.pattern.search(title) for denial in context.book.denials):
            return title
        if not context.book.context["counting_heading"].search(title):
            break
    return titles[0] if titles else None


def _read_denial(context: Context, none: re.Match[str]) -> Iterator[Denied]:
    """What one *none* denies."""
    text, denying = context.template.text, context.book.denying
    meant = [denial for denial in context.book.denials if denial.verbs.match(text, none.start())]
    if not meant:
        return
    clause = _clause_around(context, *none.span())
    lead = text[clause[0] : none.start()]
    paragraph = context.around.paragraph_start(clause[0])
    sentence = max(text.rfind("。", paragraph, clause[0]) + 1, paragraph), clause[1]
    words = _denied_words(context, sentence, clause, none.span())
    if words is None or denying["unsure"].search(lead) or denying["trouble"].search(words):
        return
    things = [denial for denial in meant if denial.pattern.search(words)]
    only_said = _NOT_ONE_RE.search(lead)  # 一件也没有
    places = context.template.figures_in(clause[0] + only_said.start() if only_said else none.start(), clause[1])
    if not things or any(context.figure(place).value > 1 for place in places):
        return
    if context.is_other_year(text[sentence[0] : none.start()], text[none.start() : clause[1]]):
        return
    if context.office.is_other_body(lead):
        return
    stop = _SENTENCE_STOP_RE.search(text, clause[1], clause[1] + _LONGEST_CLAUSE)
    whole = sentence[0], stop.start() if stop else clause[1]
    for denial in things:
        if not denial.since <= context.form_year <= denial.until:
            continue
        if denial.lead and not denial.lead.search(lead):
            continue
        if denial.not_clause and denial.not_clause.search(text, *clause):
            continue
        if not denial.work or context.speaks_of_disclosure(whole, denial.work):
            yield Denied(denial, clause, places)


def find_denials(context: Context) -> Iterator[Denied]:
    """Everything that the prose denies, in order."""
    for none in context.book.denying["none"].finditer(context.template.text):
        yield from _read_denial(context, none)
