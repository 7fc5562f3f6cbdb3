"""Indicators told in sentences.

In: prose, headings, figures, the year. Out: `ProseReading`: one `Reading` for each statement and the figures that
they claim. The rules are data (``codebook/prose.toml``), each with its examples and counterexamples; here is only how
they are applied, and whose figure a statement is. What is denied is read by `service.extraction.prose.denials`. A
figure that no rule reads is left to the quantities.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from service.extraction.codebook.marks import MARKS
from service.extraction.codebook.rule_index import Places, RuleIndex, find_unheaded, load_rule_index
from service.extraction.codebook.rules import MATRIX_YEAR, ROW, TOPIC, Rule, load_matrix_codes
from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose.context import Context
from service.extraction.prose.denials import Denied, find_denials
from service.extraction.prose.statements import Statement, find_statements
from service.extraction.prose.topics import SENTENCE, Governing
from service.extraction.prose.weighing import REACH_BEFORE, Told, leave_parts, leave_told, weigh
from service.extraction.prose_text import Prose
from service.extraction.record import Record
from service.extraction.report import Applicant, Reading, Span

# How far after a figure a rule may look, how far before it a guard, how far before its sentence a lead.
_REACH_AFTER, _REACH_GUARDS, _REACH_LEAD = 30, 120, 200

# An aside is over before the figure: 网站公开3012条(2024年占68.8%),微信公开1021条.
_ASIDE_RE = re.compile(r"\([^()]*\)")
# 自2008年5月1日起开展工作以来,配备了3名工作人员: what there is has been there since.
_STOCKS = ("capacity.staff", "capacity.offices", "capacity.reading_points")
_SINCE_RE = re.compile(rf"(?:^|(?<=[,;:]))(?:[^,;:。{MARKS}]{{2,40}}以来|[自从]?20\d\d年[^,;:。{MARKS}]{{0,12}}起)")
# 处理申请15件(其中: what follows are parts of a count.
_PARTED_RE = re.compile(rf"[{MARKS}][^;。]*(?:其中|包括|含|\()[^;。]*$")


class ProseReading(Record):
    """``claimed`` holds the indexes of the figures that an indicator has taken."""

    readings: tuple[Reading, ...]
    claimed: frozenset[int]


def _is_joint(context: Context, lead: str) -> bool:
    """Whether a statement is told jointly with something before it that has no figure of its own."""
    names = context.book.context
    return bool(names["joint"].search(lead[-4:])) and not names["counted_before"].search(lead[-24:])


def _is_of_named_year(context: Context, named: Mapping[str, str | None]) -> bool:
    """Whether a year that the wording names is on its side of the report's: 结转2021年, 转2023年."""
    if context.year is None or not any(named.values()):
        return True
    earlier, later = named.get("earlier"), named.get("later")
    return (not earlier or int(earlier) < context.year) and (not later or int(later) > context.year)


def _is_its_own(context: Context, named: Mapping[str, str | None]) -> bool:
    """Whether an account or field that the wording names is the office's own: “柳河发布”微信公众号 of 柳河镇."""
    office, account, field = context.office, named.get("account"), named.get("field")
    return (account is None or office.is_own_account(account)) and (field is None or office.is_own_field(field))


def _matches_any(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _is_refused(context: Context, rule: Rule, lead: str, before: str, at: int) -> bool:
    """Whether what stands before the figure says that it is another year's, body's, event's or purpose's."""
    before = _ASIDE_RE.sub("", before)
    if rule.codes[0].startswith(_STOCKS):
        before = _SINCE_RE.sub("", before)
    if _matches_any(rule.guards, before[-_REACH_GUARDS:]):
        return True
    if "joint" not in rule.waive and _is_joint(context, lead):
        return True
    if "year" not in rule.waive and (context.is_other_year(before) or context.is_cumulative(before, at)):
        return True
    return context.office.is_wider(before) or context.office.is_other_body(lead)


def _title_over(context: Context, sentence: Span) -> str:
    """The title of the nearest heading over a sentence, or nothing."""
    nearest = next(context.around.headings_at(sentence[0]), None)
    return nearest.title if nearest else ""


def _is_under_its_heading(context: Context, rule: Rule, sentence: Span) -> bool:
    """Whether no heading is about what a rule refuses, and one is about what it asks for."""
    if rule.not_under:
        titles = (_title_over(context, sentence), context.around.item_title(sentence[0]))
        if any(rule.not_under.search(title) for title in titles if title):
            return False
    if not rule.above and not rule.not_above:
        return True
    above = context.topics.of_heading(sentence[0], of_objects=False).topics
    return (not rule.above or not rule.above.isdisjoint(above)) and not (above and above <= rule.not_above)


def _fits(context: Context, rule: Rule, statement: Statement, sentence: Span, match: re.Match[str]) -> bool:
    """Whether a rule whose pattern matches a statement reads it, its topic aside."""
    text, at = statement.text, statement.at
    named = match.groupdict() if rule.pattern.groups else {}
    if named and not (_is_of_named_year(context, named) and _is_its_own(context, named)):
        return False
    lead = text[: match.start()]
    if rule.lead:
        begin = max(context.around.paragraph_start(sentence[0]), sentence[0] - _REACH_LEAD)
        if not rule.lead.search(context.template.text[begin : sentence[0]] + lead):
            return False
    if _matches_any(rule.not_lead, lead) or _matches_any(rule.not_sentence, text):
        return False
    if _is_refused(context, rule, lead, text[text.rfind(";", 0, at) + 1 : at + 1], sentence[0]):
        return False
    if rule.work and not context.speaks_of_disclosure(sentence, rule.work):
        return False
    return _is_under_its_heading(context, rule, sentence)


def _row(told: Sequence[Told], lead: str) -> tuple[str, ...]:
    """The row of the matrix that an applicant's figure belongs to: the last one told, the requests where none is.

    新收8件,上年结转2件,其中自然人6件 may be of either or of both, and so may be what follows (含上年结转2件). Parts of
    a count that no rule reads (处理申请15件,其中自然人12件) may be of any row.
    """
    rows = [one.code for one in told if one.code in load_matrix_codes()]
    if rows[-1:] == ["requests.carried_in"] or (not rows and _PARTED_RE.search(lead)):
        return ()
    return (rows[-1] if rows else "requests.received",)


def _codes(rule: Rule, topics: frozenset[str], told: Sequence[Told], lead: str) -> tuple[str, ...]:
    """The codes that a rule reads here; none where the topic or the count that is parted leaves it open."""
    if rule.codes == (ROW,):
        return _row(told, lead)
    if TOPIC not in rule.codes[0]:
        return rule.codes
    fitting = topics & rule.about
    return tuple(code.replace(TOPIC, min(fitting)) for code in rule.codes) if len(fitting) == 1 else ()


def _applicant(context: Context, code: str) -> Applicant | None:
    """Who applied, where the sentence does not say it."""
    return "total" if context.form_year >= MATRIX_YEAR and code in load_matrix_codes() else None


def _governing(context: Context, statement: Statement, sentence: Span, of_objects: bool) -> Governing:
    """What governs a statement: a label of its own, else what governs its place."""
    named = context.topics.topic_of(statement.label, of_objects) if statement.label else None
    if named:
        return Governing(frozenset((named,)), SENTENCE)
    return context.topics.governing(sentence, sentence[0] + statement.at, of_objects)


def _read_statement(
    context: Context, index: RuleIndex, waiting: Places, statement: Statement, sentence: Span
) -> tuple[Rule, frozenset[str]] | None:
    """The first fitting one of the waiting rules, and the topics that govern the statement."""
    topics: frozenset[str] = frozenset()
    for of_objects in (False, True):
        if waiting & index.asking[of_objects]:
            over = _governing(context, statement, sentence, of_objects)
            waiting = index.keep_governed(waiting, over.topics, over.distance, of_objects)
            topics |= over.topics
    text, start, end = statement.text, max(0, statement.at - REACH_BEFORE), statement.at + _REACH_AFTER
    holds = text[start:end].__contains__
    for place in sorted(waiting):
        rule = index.rules[place]
        # To look for words is much cheaper than to look for a pattern.
        match = rule.pattern.search(text, start, end) if any(map(holds, rule.words)) else None
        if match and _fits(context, rule, statement, sentence, match):
            return rule, topics
    return None


def _kind(context: Context, place: int) -> tuple[str, bool]:
    """What sort of figure stands at a place, as far as rules ask: its mark, and whether it is 0."""
    return context.template.text[context.template.places[place]], context.figure(place).value == 0


def _read_sentence(context: Context, index: RuleIndex, sentence: Span) -> Iterator[Told]:
    """The readings of one sentence."""
    waiting = index.find_waiting(context.template.text[slice(*sentence)])
    if not waiting.isdisjoint(index.headed):
        waiting -= find_unheaded(index, _title_over(context, sentence))
    if not waiting:
        return
    told: list[Told] = []
    for statement in find_statements(context, sentence):
        mine = waiting & index.find_counting(*_kind(context, statement.place))
        found = _read_statement(context, index, mine, statement, sentence) if mine else None
        if found:
            rule, topics = found
            for code in _codes(rule, topics, told, statement.text[: statement.at]):
                for applicant in rule.applicants or (_applicant(context, code),):
                    told.append(Told(rule, code, applicant, statement.place))
    yield from weigh(context, told)


def _read_sentences(context: Context) -> Iterator[Told]:
    """The readings of all sentences; one that begins with 其中 tells parts of what the one before it told."""
    before: frozenset[tuple[str, Applicant | None]] = frozenset()
    index = load_rule_index(context.form_year)
    for sentence in context.template.sentences():
        told = list(_read_sentence(context, index, sentence))
        if context.template.text.startswith("其中", sentence[0]):
            told = leave_told(context, told, before)
        before = frozenset((one.code, one.applicant) for one in told if one.code == one.rule.codes[0])
        yield from told


def _to_reading(context: Context, told: Told) -> Reading:
    figure = context.figure(told.place)
    span = context.prose.span(figure.start, figure.end)
    return Reading(told.code, told.applicant, figure.value, "reported", figure.qualifier, "prose", span, told.rule.id)


def _to_zero(context: Context, denied: Denied) -> Reading:
    span = context.prose.span(*map(context.template.to_prose, denied.clause))
    code = denied.denial.code
    applicant = denied.denial.applicant or _applicant(context, code)
    return Reading(code, applicant, Decimal(0), "reported", "exact", "prose", span, denied.denial.id)


def read_indicators(
    prose: Prose, headings: tuple[Heading, ...], figures: tuple[Figure, ...], year: int | None
) -> ProseReading:
    """The statutory figures that the prose tells."""
    context = Context(prose, headings, figures, year)
    denied = list(find_denials(context))
    inside_denials = {place for one in denied for place in one.places}
    told = leave_parts(context, [one for one in _read_sentences(context) if one.place not in inside_denials])
    readings = [_to_zero(context, one) for one in denied] + [_to_reading(context, one) for one in told]
    readings.sort(key=lambda reading: reading.span)
    claimed = inside_denials | {one.place for one in told}
    return ProseReading(tuple(readings), frozenset(context.template.indexes[place] for place in claimed))
