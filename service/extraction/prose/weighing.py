"""What statements say once they are seen together.

In: the readings of the statements of one sentence, or of all of them. Out: those that stand. A part is no whole, a sum
up to a day not the year's, and one of several sites not all of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter

from service.extraction.codebook.rules import Rule
from service.extraction.codebook.vocabulary import LEVELS, YEAR_WORD
from service.extraction.prose.context import Context
from service.extraction.record import Record
from service.extraction.report import Applicant

# How far before a figure the words are looked for that say what it counts.
REACH_BEFORE = 80
# What counts up to a day counts more than the year where a smaller figure is told of the year.
_UP_TO_A_DAY_RE = re.compile(rf"(?<![年度])(?<![年度],)截[至止到](?:(?!{YEAR_WORD}|年内|新增)[^。;\n])*$")
_YEAR_RE = re.compile(rf"(?:20\d\d年|{YEAR_WORD}|年内)[^。;\n]*$")
_SUMMED = ("disclosure.total", "requests.received")
_CLOSED = ("outcomes.total",)
_CARRIED = ("requests.carried_in", "requests.carried_out")
_WAYS = "requests.received."
_SITES = "disclosure.channel.website"
# 全省收到4110件。省政府及其部门收到617件: who is a part of the region told before.
_OWN_LEVEL_RE = re.compile(
    rf"(?:本级|各(?:乡镇|镇街|街道|县|区|市|部门|单位)|县\((?:市、)?区\)|[{LEVELS}](?:级|直属?)(?:各|机关|部门|单位)|[{LEVELS}]政府(?:及其|及所属|各)(?:工作)?部门)[^,;。\n]*$"
)
# 全市共收到310件 is the region's; 市政府办公室收到35件,办结33件 is its office's, as is all that the sentence adds.
_REGION_RE = re.compile(rf"全[{LEVELS}][^。;\n]*$")
_DESK_RE = re.compile(
    rf"(?:政府办公?[室厅]|政府办|[我本]办)(?:共|累计|{YEAR_WORD}度?|主动|,){{0,3}}(?:收到|受理|接到|办理|答复|公开|发布)[^。\n]*$"
)
_PART_RE = re.compile("其中[^;。\n]*$")


class Told(Record):
    """One rule's reading of one figure, before the sentence as a whole is weighed."""

    rule: Rule
    code: str
    applicant: Applicant | None
    place: int


def _are_parts(context: Context, first: int, later: int) -> bool:
    """Whether a second figure of one code stands beside the first, not below it: 市级收到220件,县级收到310件."""
    start, end = context.template.places[first], context.template.places[later]
    return not context.book.context["part_of"].search(context.template.text, start, end)


def weigh(context: Context, told: Sequence[Told]) -> Iterator[Told]:
    """What a sentence says once its statements are seen together.

    The first figure of a code is the whole and a differing later one a part of it (其中), or both are parts of what the
    sentence does not tell; two partial wordings are parts as well.
    """
    groups: dict[tuple[str, str | None], list[Told]] = {}
    for one in told:
        groups.setdefault((one.code, one.applicant), []).append(one)
    for group in groups.values():
        whole = [one for one in group if not one.rule.partial] or group
        value = context.figure(whole[0].place).value
        others = [one.place for one in whole if context.figure(one.place).value != value]
        if whole[0].rule.partial and len({one.place for one in whole}) > 1:
            continue
        if others and _are_parts(context, whole[0].place, others[0]):
            continue
        yield from (one for one in whole if context.figure(one.place).value == value)


def _stands_before(context: Context, pattern: re.Pattern[str], one: Told) -> bool:
    """Whether a pattern matches what stands before a figure in its sentence."""
    at = context.template.places[one.place]
    return pattern.search(context.template.text, max(0, at - REACH_BEFORE), at) is not None


def _find_sums(context: Context, told: Iterable[Told]) -> Iterator[Told]:
    """The figures up to a day of which the year's own is told and is smaller: 截至年底已公开840条."""
    sums: list[Told] = []
    greatest: dict[str, Decimal] = {}
    for one in told:
        if one.code in _SUMMED:
            if _stands_before(context, _UP_TO_A_DAY_RE, one):
                sums.append(one)
            elif _stands_before(context, _YEAR_RE, one):
                greatest[one.code] = max(greatest.get(one.code, Decimal(0)), context.figure(one.place).value)
    yield from (one for one in sums if one.code in greatest and greatest[one.code] < context.figure(one.place).value)


def _find_parts(context: Context, told: Iterable[Told]) -> Iterator[Told]:
    """What an office's own level did where its region is told before, and what is told of that in its sentence."""
    greatest: dict[str, Decimal] = {}
    end = 0
    for one in told:
        value, at = context.figure(one.place).value, context.template.places[one.place]
        before = greatest.get(one.code, Decimal(0))
        is_part = one.code in _SUMMED and before > value and _stands_before(context, _OWN_LEVEL_RE, one)
        if is_part:
            end = context.template.text.find("。", at)
        # 市政府及其部门公开7100条,其中规范性文件25件: a part's parts.
        if is_part or at < end:
            yield one
        greatest[one.code] = max(before, value)


def _find_levels(context: Context, told: Iterable[Told]) -> Iterator[Told]:
    """A region and its government's office told side by side: each is the report's own where the report is its own.

    全市收到申请310件。市政府办公室收到35件,办结33件: of the office's report the first is none, of the city's the rest.
    """
    regional: list[Told] = []
    for one in told:
        if regional and _stands_before(context, _DESK_RE, one):
            of_region = [other for other in regional if _kin(other) == _kin(one)]
            if of_region and context.office.is_desk:
                yield from of_region
            elif of_region:
                yield one
        elif one.code in _SUMMED and _stands_before(context, _REGION_RE, one):
            regional.append(one)


def _kin(one: Told) -> bool:
    """Whether it is told of what was published, else of requests."""
    return one.code.startswith("disclosure")


def leave_told(context: Context, told: Sequence[Told], before: frozenset[tuple[str, Applicant | None]]) -> list[Told]:
    """What a sentence that begins with 其中 says that the one before it does not.

    其中市本级收到120件,网络申请90件: once an own level has its figure, what follows is that level's.
    """
    left: list[Told] = []
    for one in told:
        if (one.code, one.applicant) not in before:
            left.append(one)
        elif one.code in _SUMMED and _stands_before(context, _OWN_LEVEL_RE, one):
            break
    return left


def _find_handled(context: Context, told: Sequence[Told]) -> Iterator[Told]:
    """收到并办理申请9件,结转下年2件: where requests are carried over, those received are not those closed."""
    carried: dict[int, set[tuple[str, Decimal]]] = {}
    for one in told:
        if one.code in _CLOSED or one.code in _CARRIED:
            start = context.around.paragraph_start(context.template.places[one.place])
            carried.setdefault(start, set()).add((one.code, context.figure(one.place).value))
    for one in told:
        if one.code in _CLOSED and one.code != one.rule.codes[0]:
            start = context.around.paragraph_start(context.template.places[one.place])
            others = {value for code, value in carried[start] if code in _CARRIED and value}
            if others or len([code for code, _ in carried[start] if code in _CLOSED]) > 1:
                yield one


def _find_several_sites(context: Context, told: Iterable[Told]) -> Iterator[Told]:
    """Sites that a paragraph tells each for itself, so that none has the figure of all."""
    sites: dict[int, list[Told]] = {}
    for one in told:
        if one.code == _SITES and not _stands_before(context, _PART_RE, one):
            sites.setdefault(context.around.paragraph_start(context.template.places[one.place]), []).append(one)
    for beside in sites.values():
        if len({context.figure(one.place).value for one in beside}) > 1:
            yield from beside


def _find_ways(_: Context, told: Sequence[Told]) -> Iterator[Told]:
    """Ways of applying that are a part of a way told elsewhere: 电子邮件申请数:0件 beside 网上申请数:2件."""
    whole = {one.code for one in told if not one.rule.partial}
    yield from (one for one in told if one.rule.partial and one.code.startswith(_WAYS) and one.code in whole)


def leave_parts(context: Context, told: Sequence[Told]) -> list[Told]:
    """What all sentences say once they are seen together."""
    in_order = sorted(told, key=attrgetter("place"))
    left = {(one.code, one.place) for one in _find_sums(context, in_order)}
    rest = [one for one in in_order if (one.code, one.place) not in left]
    for find in (_find_parts, _find_levels, _find_handled, _find_several_sites, _find_ways):
        left.update((one.code, one.place) for one in find(context, rest))
    return [one for one in told if (one.code, one.place) not in left]
