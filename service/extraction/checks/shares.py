"""The rule `share`: a percentage that the prose ties to a part and its whole is the part's share of it.

In: a `Ledger`. Out: checks in reading order. Two wordings tie a percentage: 占 after the part (650条，占总量的52.3%)
and a 率 named after what was done (受理427件，按期办结421件，按期办结率98.6%). All three figures stand for their
rounding intervals and the percentage may be cut off. Where several figures could be the whole, one that fits is taken;
where none is certain, the check is `unknown`.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from msgspec import structs

from service.extraction.checks.bounds import Bounds, bound, bound_figure
from service.extraction.checks.ledger import Ledger, write_number
from service.extraction.checks.passages import (
    BLANK,
    LIST_RE,
    MOST_TOGETHER,
    PERCENT,
    WORDS,
    Passages,
    add_up,
    any_of,
    unmask,
)
from service.extraction.codebook.vocabulary import LEVELS
from service.extraction.figures import Figure
from service.extraction.record import Record
from service.extraction.report import Check, to_number

_WORDS = WORDS["share"]
# How far before its part the whole may stand when the sentence does not hold it.
_REACH = 600
# Enough to choose among, and to choose by.
_MOST_WHOLES = 24
_MOST_TIES = 12
# 999万亿件 in per cent of 1件 to ten decimals has more digits than the usual context holds.
_WIDE = Context(prec=80)
_POINTS = {"%": "个百分点", "‰": "个千分点"}
_SHARE_RE = re.compile(f"占(?!{any_of(_WORDS['untied'])})([^,;。:%‰]{{0,24}}):?$")
_CHANGING_RE = re.compile(any_of(_WORDS["changing"]))
_OTHER_YEAR_RE = re.compile(f"(?:{'|'.join(_WORDS['other_year'])})(?:则|为|是|只|仅)?$")
# Between the part and 占: its noun and a comma, or nothing (发布23条解读信息，占…; 650条，约占…).
_TIED_RE = re.compile(f"(?:[^,;。:、(]{{0,15}}[,、(])?(?:{any_of(_WORDS['connectors'])})*")
_NEXT_SHARE_RE = re.compile("[、,和及与]{1,2}")
_RATE_RE = re.compile(r"([\u4e00-\u9fff]{2,12})率(?:均|也|已|则)?(?:为|是|达到?|高达|约|近|超过?|:|在|保持在|稳定在)*$")
_WHOLE_NAME_RE = re.compile(any_of(_WORDS["whole_names"]))
_REGION_RE = re.compile(f"全[国{LEVELS}]")
_MODIFIERS = tuple(_WORDS["modifiers"])
_INTAKE_RE = re.compile(any_of(_WORDS["intake"]))
_OPEN_RE = re.compile(any_of(_WORDS["open"]))


class _Tie(Record):
    """A percentage and the part that it speaks of; ``named`` is what 占 names (信息公开总量)."""

    part: Figure
    percent: Figure
    named: str
    whole: Figure | None = None


class _Whole(Record):
    """The figure that a tie's percentage is of, and whether it is certain."""

    figure: Figure | None
    is_certain: bool


def check_shares(ledger: Ledger) -> Iterator[Check]:
    """Every percentage that 占 or a 率 ties to a printed part and whole."""
    passages = ledger.passages
    percents = [figure for figure in passages.figures if figure.unit in PERCENT]
    if not percents:
        return
    checks = [*_check_ties(ledger, passages, percents), *_check_rates(ledger, passages, percents)]
    for _, check in sorted(checks, key=lambda pair: pair[0]):
        yield check


def _find_ties(passages: Passages, percents: Sequence[Figure]) -> list[_Tie]:
    ties: list[_Tie] = []
    for index, percent in enumerate(percents):
        first = passages.sentence(percent.start)[0]
        match = _SHARE_RE.search(passages.text, max(first, percent.start - 32), percent.start)
        if match is None or _CHANGING_RE.search(match[1]) or _is_of_other_year(passages.text, match.start()):
            continue
        part = _find_part(passages, first, match.start())
        if part is None:
            continue
        if "分别" in passages.text[match.start() - 2 : percent.start]:
            ties.extend(_pair_up(passages, passages.before(first, part.end), percents[index:]))
        else:
            inside = [each for each in passages.before(match.start(), percent.start) if each.unit == part.unit]
            tie = _Tie(part, percent, match[1], inside[-1] if inside else None)
            named = None if inside else _find_named(passages, tie, first)
            if named is not None and _fits(passages, tie, bound_figure(named, passages.text)):
                tie = structs.replace(tie, whole=named)
            ties.append(tie)
    return ties


def _find_named(passages: Passages, tie: _Tie, first: int) -> Figure | None:
    """The count of the sentence that 占 names, be it a part itself: 市本级69件，…；予以公开31件，占市本级的45%."""
    for figure in reversed(passages.before(first, tie.part.start) if tie.named else ()):
        name = passages.name(figure)
        if figure.unit == tie.part.unit and len(name) > 1 and name in tie.named:
            return figure
    return None


def _is_of_other_year(text: str, end: int) -> bool:
    """Whether the words before 占 name another year: `（占65.0%，2024年占63.1%）`."""
    return _OTHER_YEAR_RE.search(text, max(end - 10, 0), end) is not None


def _find_part(passages: Passages, first: int, end: int) -> Figure | None:
    """The count before 占 that is tied to it; what stands in brackets between them does not part them."""
    in_bracket = passages.masked[end] == BLANK
    for figure in reversed(passages.before(first, end)):
        if figure.unit not in PERCENT and (in_bracket or not passages.is_bracketed(figure)):
            # 23条解读信息(占50%): the bracket parts the noun from the share.
            words = unmask(passages.masked[figure.end : end]) + ("," if in_bracket else "")
            # 网上申请238件，比上年增加21件，占45%: the change is no part.
            return figure if _TIED_RE.fullmatch(words) and not passages.is_compared(figure) else None
    return None


def _pair_up(passages: Passages, figures: Sequence[Figure], percents: Sequence[Figure]) -> list[_Tie]:
    """`650条、525条，分别占52.3%和42.3%`: as many counts as percentages, in the same order."""
    run = [percents[0]]
    for percent in percents[1:]:
        if not _NEXT_SHARE_RE.fullmatch(passages.text[run[-1].end : percent.start]):
            break
        run.append(percent)
    counts = [figure for figure in figures if figure.unit not in PERCENT and not passages.is_bracketed(figure)]
    counts = counts[-len(run) :]
    if len(counts) < len(run) or len({figure.unit for figure in counts}) > 1:
        return []
    return [_Tie(part, percent, "") for part, percent in zip(counts, run, strict=True)]


def _check_ties(ledger: Ledger, passages: Passages, percents: Sequence[Figure]) -> Iterator[tuple[int, Check]]:
    ties = _find_ties(passages, percents)
    parts = {tie.part.start for tie in ties}
    for group in _group(passages, ties):
        whole = _find_whole(passages, group, parts)
        for tie in group:
            yield tie.percent.start, _check(ledger, passages, tie, whole)


def _group(passages: Passages, ties: Sequence[_Tie]) -> list[list[_Tie]]:
    """The ties of one sentence, one unit and one list: they share their whole."""
    groups: dict[tuple[int, int | None, str | None, int], list[_Tie]] = {}
    for tie in ties:
        first = passages.sentence(tie.part.start)[0]
        own = tie.whole.start if tie.whole else -1
        key = first, passages.last_list(first, tie.part.start), tie.part.unit, own
        groups.setdefault(key, []).append(tie)
    return list(groups.values())


def _find_whole(passages: Passages, group: Sequence[_Tie], parts: set[int]) -> _Whole:
    """The whole of a group of ties: named inside 占…的, else in the sentence, else before it."""
    if group[0].whole is not None:
        return _Whole(group[0].whole, True)
    part = group[0].part
    first = passages.sentence(part.start)[0]
    marker = passages.last_list(first, part.start)
    start = first if marker is None else passages.whole_start(first, marker)
    near = _candidates(passages, group, parts, start, part.start if marker is None else marker)
    best, fits = _find_best(passages, group, near)
    if best is not None:
        return _choose_whole(passages, group, parts, start, best, fits)
    together = None if marker is None else _find_together(passages, group, parts, start, marker)
    if together is not None:
        return together
    # What no 其中 makes a whole may be another count: 公报公开96条，网站公开24870条，占79.7%.
    if not near or (marker is None and not (_is_one(near) and _holds(passages, near[0], part))):
        return _find_far_whole(passages, group, parts, start)
    if not _may_be_named(passages, near[0], group[0]):
        earlier = [*near[1:], *_candidates(passages, group, parts, max(start - _REACH, 0), start)]
        named = next((figure for figure in earlier if _may_be_named(passages, figure, group[0])), None)
        if named is not None or marker is None:
            return _Whole(named or near[0], named is not None)
    return _choose_whole(passages, group, parts, start, near[0], 0)


def _choose_whole(
    passages: Passages, group: Sequence[_Tie], parts: set[int], start: int, near: Figure, fits: int
) -> _Whole:
    """The near whole, unless one before ``start`` fits more ties: a share of next to nothing fits any whole."""
    if fits == len(group[:_MOST_TIES]):
        return _Whole(near, True)
    best, more = _find_best(passages, group, _candidates(passages, group, parts, max(start - _REACH, 0), start))
    return _Whole(best, True) if more > fits else _Whole(near, _is_certain(passages, group, near, start))


def _is_certain(passages: Passages, group: Sequence[_Tie], whole: Figure, start: int) -> bool:
    """Whether no other count may be the whole: one that holds parts that this does not, or a nearer cumulative one."""
    part, reach = group[0].part, max(start - _REACH, 0)
    larger = [each for each in passages.before(reach, start) if each.unit == part.unit and each.value > whole.value]
    # Without 其中 a share may be of what an earlier sentence counts.
    first = reach if passages.last_list(start, part.start) is None else start
    named = [_find_named(passages, tie, passages.sentence(tie.part.start)[0]) for tie in group]
    return (
        all(each is None or each is whole for each in named)
        and all(_holds(passages, whole, tie.part) or not larger for tie in group)
        and not passages.is_behind_cumulative(first, part.start, part.unit)
        and not _is_of_elsewhere(passages.text[start : part.start], group[0])
    )


def _find_together(passages: Passages, group: Sequence[_Tie], parts: set[int], start: int, end: int) -> _Whole | None:
    """Several figures that are the whole together, because all fit their sum or words join them: 建议12件、提案18件."""
    unit = group[0].part.unit
    figures = [
        figure
        for figure in reversed(passages.before(start, end))
        if figure.unit == unit and figure.start not in parts and not passages.is_bracketed(figure)
    ]
    for count in range(2, min(len(figures), MOST_TOGETHER) + 1):
        together = add_up(figures[:count])
        if _count_fits(passages, group[:_MOST_TIES], together) == len(group[:_MOST_TIES]):
            return _Whole(together, True)
    return _Whole(figures[0], False) if len(figures) > 1 and passages.is_told_together(figures[:2]) else None


def _find_far_whole(passages: Passages, group: Sequence[_Tie], parts: set[int], first: int) -> _Whole:
    """A whole of an earlier sentence: the one that fits most ties, or the only one that speaks of the same."""
    far = _candidates(passages, group, parts, max(first - _REACH, 0), first)
    paragraph = passages.text.rfind("\n", 0, first) + 1
    akin = [
        figure
        for figure in far
        if figure.start >= paragraph
        and _is_kin(passages, figure, group[0])
        and _may_be_named(passages, figure, group[0])
        and all(_holds(passages, figure, tie.part) for tie in group)
    ]
    best, fits = _find_best(passages, group, far)
    # A part of one group may be the whole of the next: 主动公开24条，占80%。公开信息中，规划4条，占16.67%.
    own = {tie.part.start for tie in group}
    nested, more = _find_best(passages, group, _candidates(passages, group, own, max(first - _REACH, 0), first))
    if more > max(fits, 1):
        return _Whole(nested, True)
    is_one = _is_one(akin) and not passages.is_behind_cumulative(max(first - _REACH, 0), first, akin[0].unit)
    if best is not None:
        # Parts that add up to a whole that one share fits: 1483件。工作动态257条，占…；通知公告1226条，占….
        is_full = len(group) > 1 and sum(tie.part.value for tie in group) == best.value
        return _Whole(best, fits > 1 or is_full or (best in akin and is_one))
    return _Whole(akin[0], True) if is_one else _Whole(None, False)


def _find_best(passages: Passages, group: Sequence[_Tie], wholes: Sequence[Figure]) -> tuple[Figure | None, int]:
    """The whole that fits most ties, the nearest of several, and how many."""
    fits = [_count_fits(passages, group[:_MOST_TIES], whole) for whole in wholes]
    most = max(fits, default=0)
    return (wholes[fits.index(most)], most) if most else (None, 0)


def _is_one(figures: Sequence[Figure]) -> bool:
    """Whether there is one value only, however often it is printed."""
    return len({figure.value for figure in figures}) == 1


def _candidates(passages: Passages, group: Sequence[_Tie], parts: set[int], start: int, end: int) -> list[Figure]:
    """The figures that may be the whole, nearest first: the same unit and no part; too small ones only if all are."""
    largest = max((tie.part for tie in group), key=lambda figure: figure.value)
    found = [
        figure
        for figure in reversed(passages.before(start, end))
        if figure.unit == largest.unit and figure.start not in parts and not passages.is_bracketed(figure)
    ]
    found = ([figure for figure in found if _holds(passages, figure, largest)] or found)[:_MOST_WHOLES]
    return [figure for figure in found if not passages.is_compared(figure)]


def _holds(passages: Passages, whole: Figure, part: Figure) -> bool:
    """Whether a part may be of a whole: it is no larger."""
    return bound_figure(whole, passages.text).high >= bound_figure(part, passages.text).low


def _is_of_elsewhere(before: str, tie: _Tie) -> bool:
    """Whether 占 names a region whose figure is not printed: 我市…340件，占全省的28%."""
    region = _REGION_RE.search(tie.named)
    return region is not None and region.group() not in before


def _may_be_named(passages: Passages, figure: Figure, tie: _Tie) -> bool:
    """Whether 占 may name a figure: it names nothing of its own, or what the words around the figure name."""
    name = _WHOLE_NAME_RE.sub("", tie.named)[-2:]
    return len(name) < 2 or name in passages.lead(figure) + passages.trail(figure)


def _is_kin(passages: Passages, figure: Figure, tie: _Tie) -> bool:
    """Whether a figure's words and the tie's speak of the same: two characters in common."""
    words = passages.lead(tie.part) + " " + tie.named
    lead = passages.lead(figure)
    return any(lead[index : index + 2] in words for index in range(len(lead) - 1))


def _count_fits(passages: Passages, group: Sequence[_Tie], whole: Figure) -> int:
    bounds = bound_figure(whole, passages.text)
    return sum(_fits(passages, tie, bounds) for tie in group)


def _fits(passages: Passages, tie: _Tie, whole: Bounds) -> bool:
    """Whether the printed percentage may be the part's share of a whole, rounded or cut off."""
    if whole.high <= 0:
        return False
    part, percent = bound_figure(tie.part, passages.text), tie.percent
    scale, value, step = PERCENT[percent.unit or "%"], float(percent.value), float(percent.step)
    printed = bound(value, percent.qualifier, step)
    # Cut off, 52.3 stands for up to but not including 52.4; 八成以上 for all above, 不足三成 for all below.
    high = scale if percent.qualifier == "over" else value + step * (1 - 1e-6)
    low = 0.0 if percent.qualifier == "under" else printed.low
    printed = Bounds(low, max(printed.high, high))
    share = Bounds(scale * part.low / whole.high, scale * part.high / max(whole.low, 1e-9))
    return printed.meets(share)


def _check(ledger: Ledger, passages: Passages, tie: _Tie, whole: _Whole) -> Check:
    """The check of one tie against the whole found for it."""
    actual, printed = to_number(tie.percent.value), passages.text[tie.percent.start : tie.percent.end]
    part, percent = ledger.operand_at(tie.part), ledger.operand_at(tie.percent)
    if whole.figure is None or whole.figure.value == 0:
        message = f"{part.label}，{printed}：前文没有确定的总量，无法核对"
        return Check("share", "unknown", message, (part, percent), None, actual, None)
    of = ledger.operand_at(whole.figure)
    operands = (part, of, percent)
    unit = tie.percent.unit or "%"
    computed = PERCENT[unit] * tie.part.value / whole.figure.value
    rounded = computed.quantize(min(tie.percent.step, Decimal(1)), ROUND_HALF_UP, _WIDE)
    expected, difference = to_number(rounded), to_number(tie.percent.value - rounded)
    message = f"{part.label}占{of.label}的{write_number(expected)}{unit}，报告为{printed}"
    if _fits(passages, tie, bound_figure(whole.figure, passages.text)):
        return Check("share", "pass", f"{message}，相符", operands, expected, actual, difference)
    if not whole.is_certain:
        message = f"{part.label}，{printed}：前文没有确定的总量，无法核对"
        return Check("share", "unknown", message, operands, None, actual, None)
    message += f"，相差{write_number(abs(difference))}{_POINTS[unit]}"
    return Check("share", "fail", message, operands, expected, actual, difference)


def _check_rates(ledger: Ledger, passages: Passages, percents: Sequence[Figure]) -> Iterator[tuple[int, Check]]:
    for percent in percents:
        first = passages.sentence(percent.start)[0]
        match = _RATE_RE.search(passages.text, max(first, percent.start - 24), percent.start)
        if match is None:
            continue
        part = _find_rated(passages, match[1], first, match.start())
        if part is not None:
            tie = _Tie(part, percent, match[1])
            whole = _find_intake(passages, tie, first)
            if whole is not None:
                yield percent.start, _check(ledger, passages, tie, whole)


def _find_rated(passages: Passages, name: str, first: int, end: int) -> Figure | None:
    """The one figure before a 率 whose words are its name: 按期办结 of 按期办结率."""
    counts = [
        (figure, passages.lead(figure))
        for figure in passages.before(first, end)
        if figure.unit not in PERCENT and not passages.is_bracketed(figure)
    ]
    for start in range(len(name) - 1):
        stem, thing = name[start:], name[:start]
        found = [(figure, lead) for figure, lead in counts if stem in lead]
        if not found:
            continue
        figure, lead = found[-1]
        # 文字解读52条、视频解读4条，解读率100% speaks of neither; 不合格 is not what 合格率 counts.
        if len(found) > 1 or lead[lead.find(stem) - 1 : lead.find(stem)] in ("不", "未"):
            return None
        # What is left of the name is the thing (诉求办结率), which the sentence has named.
        is_named = not thing or thing[-2:] in passages.masked[first:end]
        return figure if is_named and not thing.endswith(_MODIFIERS) else None
    return None


def _find_intake(passages: Passages, tie: _Tie, first: int) -> _Whole | None:
    """What was dealt with: the nearest figure before the part, in the same sentence, of what came in."""
    group = [tie]
    near = _candidates(passages, group, {tie.part.start}, first, tie.part.start)
    fitting = [figure for figure in near if _count_fits(passages, group, figure)]
    if fitting:
        return _Whole(fitting[0], True)
    taken_in = [
        figure
        for figure in near
        if _INTAKE_RE.search(passages.lead(figure)) or LIST_RE.search(passages.text, figure.end, tie.part.start)
    ]
    if not taken_in:
        return None
    whole = taken_in[0]
    between = [figure for figure in passages.before(whole.end, tie.part.start) if figure.unit == whole.unit]
    sentence = passages.text[first : passages.sentence(tie.percent.start)[1]]
    # More may be closed than came in where some was carried in, and less need be where some is open.
    is_certain = whole.value >= tie.part.value and not between and not _OPEN_RE.search(sentence)
    return _Whole(whole, is_certain)
