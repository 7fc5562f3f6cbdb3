"""The rule `breakdown`: the parts listed after 其中, 分别为, 包括 do not exceed the whole before them.

In: a `Ledger`. Out: checks in reading order. Equal is `pass`; less is `unknown`, for a list may be partial. The list
ends where its punctuation, a new statement (另有2件顺延) or another count of the same (较上年增加5件) ends it, or where
its parts have filled the whole. Parts in brackets belong to the figure before the bracket.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, chain, islice

from service.extraction.checks.bounds import Bounds, bound_figure
from service.extraction.checks.ledger import Ledger, write_number
from service.extraction.checks.passages import (
    BLANK,
    LIST_RE,
    MOST_TOGETHER,
    OTHER_COUNT_RE,
    PERCENT,
    WORDS,
    Passages,
    add_up,
    any_of,
    unmask,
)
from service.extraction.figures import Figure
from service.extraction.record import Record
from service.extraction.report import Check, CheckStatus, Number, to_number

_WORDS = WORDS["breakdown"]
# 含 opens a list only in brackets: 1886篇(含机关101篇、基层单位1785篇).
_MARKER_RE = re.compile(f"{LIST_RE.pattern}|\\(均?含")
# Two parts or more in a bracket right behind a figure.
_BARE_RE = re.compile(
    f"\\((?<=[0-9][\u4e00-\u9fff]\\()(?![^()\n]{{0,200}}(?:{LIST_RE.pattern}|含))"
    r"(?:[^()\n\d]{1,16}\d[\d,]{0,9}[^()\n\d]{1,3}[、,;](?![^()\n\d]{0,8}[占%])){1,12}[^()\n\d]{1,16}\d[\d,]{0,9}[^()\n\d]{1,3}\)"
)
_WITHIN_RE = re.compile("含(?![金义量])")
_NEW_STATEMENT_RE = re.compile("|".join(_WORDS["new_statement"]))
_STAGE_RE = re.compile("|".join(_WORDS["stages"]))
_CHANGE_RE = re.compile("|".join(_WORDS["changes"]))
_OVERLAPPING_RE = re.compile(any_of(_WORDS["overlapping"]))
_REPEATED_RE = re.compile("|".join(_WORDS["repeated"]))
_COMMON = frozenset(_WORDS["common"])
_KIND_RES = [re.compile(any_of(words)) for words in _WORDS["kinds"].values()]
# 其中的1次, 其中一件 speak of one thing alone, 其中一季度120条 does not.
_ALONE_RE = re.compile("的|一[个件项条次名家位起份篇部场种批处宗例是]")
# `, 占信息公开总量的52.3%` belongs to the part before it.
_TIE_RE = re.compile(r"[,、]?(?:约|分别)?占[^,;。]{0,30}?[%‰]")
# 包括 and 分别为 open a list of the figure before them only where they follow it: 30件，分别为…; 30件，具体包括….
_DIRECT_RE = re.compile(r"[^,;:。\d]{0,12}[,:]?(?:主要|具体|内容|类型|方式|其|又|均)*")
# Separators by strength: a list goes on as long as none is stronger than the one between its first two parts.
_WEAK, _MIDDLE, _STRONG = 1, 2, 3
_CLAUSE_RE = re.compile("[,;:]")
_WEAK_RE = re.compile("[、和及与]")
# 3至5个工作日 is two figures, and no part.
_RANGE_RE = re.compile(r"[-~—–至到]")
_DIGIT_RE = re.compile(r"[\d%]")
_NONE = Decimal(0)
_LONGEST_BRACKET = 200
# More counts in one unit before a list are no wholes of it.
_MOST_WHOLES = 12


class _List(Record):
    """The wholes that a list may have, nearest first, and its parts; none where the sentence prints none.

    ``beside`` are figures that may be the whole only together with it: `建议12件、提案18件(主办20件、会办10件)`.
    """

    wholes: Sequence[Figure]
    parts: Sequence[Figure]
    beside: Sequence[Figure] = ()


def check_breakdowns(ledger: Ledger) -> Iterator[Check]:
    """Every list of parts in the prose."""
    passages = ledger.passages
    for found in _find_lists(passages):
        yield _check_list(ledger, passages, found)


def _find_lists(passages: Passages) -> Iterator[_List]:
    yield from _find_marked(passages)
    # What stands before the bracket of 5件(网络2件、信函2件) is its whole, unless the list before it has had it.
    for bracket in _BARE_RE.finditer(passages.text):
        opening = bracket.start()
        if (
            not OTHER_COUNT_RE.search(bracket.group())
            and passages.last_list(passages.sentence(opening)[0], opening) is None
        ):
            found = _read_parts_of_bracket(passages, opening, opening + 1, bracket.end() - 1)
            if found is not None and len(found.parts) > 1:
                yield _List(found.wholes, found.parts, found.beside)


def _find_marked(passages: Passages) -> Iterator[_List]:
    listed: set[int] = set()
    text = passages.text
    for marker in _MARKER_RE.finditer(text):
        start, end = marker.span()
        # 不包括 lists what is left out.
        if text[start - 1 : start] == "不" or _ALONE_RE.match(text, end):
            continue
        if passages.masked[start] == BLANK:
            found = _read_bracket(passages, start, end)
        else:
            found = _read_list(passages, marker.group(), start, end, listed)
        if found is None:
            continue
        if found.wholes:
            yield found
        listed.update(part.start for part in found.parts)
        if passages.masked[start] != BLANK:
            yield from _find_bracketed(passages, found.parts)


def _read_bracket(passages: Passages, start: int, end: int) -> _List | None:
    """`128件(其中建议71件、提案57件)`: the list fills the bracket, its whole is the nearest figure before it."""
    opening, closing = passages.text.rfind("(", 0, start + 1), passages.text.find(")", end)
    return _read_parts_of_bracket(passages, opening, end, closing)


def _read_parts_of_bracket(passages: Passages, opening: int, start: int, closing: int) -> _List | None:
    inside = [figure for figure in passages.after(start, closing) if figure.unit not in PERCENT]
    before = passages.before(passages.sentence(opening)[0], opening)
    wholes = [figure for figure in reversed(before) if inside and figure.unit == inside[0].unit]
    if not wholes or not _is_near(passages, wholes[0].end, opening):
        return None
    parts = _take_parts(passages.text, inside, start, wholes[:1])
    beside = [figure for figure in wholes[1:MOST_TOGETHER] if not passages.is_bracketed(figure)]
    return _List(wholes[:1], parts, beside) if parts else None


def _is_near(passages: Passages, end: int, opening: int) -> bool:
    """Whether no clause ends between a figure and a bracket."""
    return not any(mark in passages.masked[end:opening] for mark in ",;:、")


def _find_bracketed(passages: Passages, parts: Sequence[Figure]) -> Iterator[_List]:
    """Parts of parts: `不同意公开22件(不是条例所指政府信息21件)` among the parts of a list."""
    for part in parts:
        if passages.text.startswith("(", part.end):
            closing = passages.text.find(")", part.end, part.end + _LONGEST_BRACKET)
            inside = passages.text[part.end : closing]
            if closing > 0 and not _MARKER_RE.search(inside) and not OTHER_COUNT_RE.search(inside):
                found = _read_parts_of_bracket(passages, part.end, part.end + 1, closing)
                if found is not None:
                    yield _List(found.wholes, found.parts)


def _read_list(passages: Passages, marker: str, start: int, end: int, listed: set[int]) -> _List | None:
    """`223件，其中当面申请96件，信函申请69件`: the list runs at most to the end of the sentence."""
    first, last = passages.sentence(start)
    # Lists are short and sentences may be long: the figures behind the marker are asked as far as the list goes.
    figures = (
        figure
        for figure in passages.after(end, last)
        if figure.unit not in PERCENT and not passages.is_bracketed(figure)
    )
    opening = next(figures, None)
    # 公开121条,其中电子化率100%;公众号公开1140条: no part before the list's end.
    if opening is None or ";" in passages.masked[end : opening.start]:
        return None
    first = passages.whole_start(first, start)
    parted = listed if marker == "其中" else frozenset()
    before = (
        figure
        for figure in reversed(passages.before(first, start))
        if figure.start not in parted and figure.unit == opening.unit and _is_whole(passages, figure)
    )
    wholes = list(islice(before, _MOST_WHOLES))
    if marker != "其中" and wholes and not _DIRECT_RE.fullmatch(unmask(passages.masked[wholes[0].end : start])):
        return None
    parts = _take_parts(passages.masked, chain((opening,), figures), end, wholes)
    return _List(wholes, parts) if parts else None


def _is_whole(passages: Passages, figure: Figure) -> bool:
    """Whether parts may be listed after it: not in brackets, not `较上年增加11件`."""
    return not passages.is_bracketed(figure) and not passages.is_compared(figure)


def _take_parts(text: str, figures: Iterable[Figure], start: int, wholes: Sequence[Figure]) -> list[Figure]:
    """The figures that are parts, up to the end of the list; the whole may not be printed."""
    parts: list[Figure] = []
    words = ""
    # A semicolon goes on only with a list that says so (其中：…；…, 网站650条，占52.3%；…) or names its parts alike.
    limit = _STRONG if text.startswith(":", start) else _MIDDLE
    for figure in figures:
        if parts and figure.unit != parts[0].unit:
            continue
        printed = unmask(text[parts[-1].end if parts else start : figure.start])
        gap = _TIE_RE.sub("", printed)
        lead = _last_clause(gap)
        if _counts_other(lead) or _RANGE_RE.match(text, figure.end):
            break
        if len(parts) == 1 and (gap != printed or (len(lead) > 1 and lead[-2:] == words[-2:])):
            limit = _STRONG
        if parts and (_ends_list(gap, limit) or _is_new_stage(lead, text[start : parts[0].start])):
            break
        # 市本级110件，…；市本级予以公开62件: a part of a part.
        if len(words) > 1 and lead != words and lead.startswith(words):
            break
        # …，信函申请8件，公开20件: a full list ends, unless the next figure is told as its parts are.
        is_parallel = _measure(gap) in (_WEAK, _STRONG) or lead[-1:] == words[-1:]
        if parts and not is_parallel and _is_full(parts, figure, wholes):
            break
        if len(parts) == 1:
            limit = max(_measure(gap), _WEAK)
        parts.append(figure)
        words = lead
    return _cut_second(parts, wholes)


def _counts_other(lead: str) -> bool:
    """Whether the words before a figure say that it is no part: 较上年增加5件, 累计30件, 减少到20件."""
    return "累计" in lead or bool(OTHER_COUNT_RE.search(lead) or _CHANGE_RE.search(lead))


def _is_full(parts: Sequence[Figure], figure: Figure, wholes: Sequence[Figure]) -> bool:
    """Whether the parts fill a whole, or the next figure only says it again."""
    filled = sum([part.value for part in parts], _NONE)
    return any(filled == whole.value or (filled > 0 and figure.value == whole.value) for whole in wholes)


def _cut_second(parts: list[Figure], wholes: Sequence[Figure]) -> list[Figure]:
    """The parts without those that fill the whole once more: `自然人12件，企业8件；网络15件，信函5件`."""
    sums = list(accumulate(part.value for part in parts))
    for whole in wholes:
        if sums[-1:] == [2 * whole.value] and whole.value in sums:
            return parts[: sums.index(whole.value) + 1]
    return parts


def _measure(gap: str) -> int:
    """How strong the strongest separator of a gap is, 0 where there is none."""
    if ";" in gap or "\n" in gap:
        return _STRONG
    if "," in gap or ":" in gap:
        return _MIDDLE
    return _WEAK if _WEAK_RE.search(gap) else 0


def _last_clause(gap: str) -> str:
    return _CLAUSE_RE.split(gap)[-1].strip()


def _ends_list(gap: str, limit: int) -> bool:
    """Whether the words and marks between two figures end the list."""
    # 街道动态178条,全年公众号编发303版,1916条: figures of other units stand between.
    clauses = [clause.strip() for clause in _CLAUSE_RE.split(gap)]
    if _measure(gap) > limit or any(map(_NEW_STATEMENT_RE.match, clauses)):
        return True
    # What follows are parts of the last part: 其中网站公开1233条，含规范性文件2条，….
    if LIST_RE.search(gap) or _WITHIN_RE.match(_last_clause(gap)):
        return True
    # A clause without a figure: …，信函10件，均已答复，…
    return any(clause.strip() and not _DIGIT_RE.search(clause) for clause in _CLAUSE_RE.split(gap)[1:-1])


def _is_new_stage(lead: str, first_lead: str) -> bool:
    """Whether a stage of the requests follows parts that are no stages: 其中网络申请12件，已办结19件."""
    # 其中上年结转4件，办结72件
    is_carried_in = "结转" in first_lead and "下" not in first_lead
    return bool(_STAGE_RE.search(lead[:5])) and (is_carried_in or not _STAGE_RE.search(first_lead))


def _check_list(ledger: Ledger, passages: Passages, found: _List) -> Check:
    total = sum([part.value for part in found.parts], _NONE)
    whole, status = _judge(passages, found, total)
    operands = tuple([ledger.operand_at(figure) for figure in (whole, *found.parts)])
    first, *others = [operand.label for operand in operands]
    message = f"{first}，其中{'＋'.join(others)}"
    if len(others) > 1:
        message += f"＝{write_number(to_number(total))}{whole.unit or ''}"
    difference = to_number(total - whole.value)
    message += _say_outcome(status, difference, whole.unit or "")
    return Check("breakdown", status, message, operands, to_number(whole.value), to_number(total), difference)


def _say_outcome(status: CheckStatus, difference: Number, unit: str) -> str:
    if status == "pass":
        return "，相符"
    if status == "fail":
        return f"，各部分之和多出{write_number(difference)}{unit}"
    return "，各部分未列全或有重复计数，无法核对"


def _judge(passages: Passages, found: _List, total: Decimal) -> tuple[Figure, CheckStatus]:
    """The whole that a list belongs to and what its sum proves."""
    text = passages.text
    # 收到20件，办结19件，其中按时办结18件: the parts speak of what was closed.
    kin = [whole for whole in found.wholes if _is_kin(passages, whole, found.parts)] or found.wholes
    exact = [whole for whole in (*kin, *found.wholes) if whole.qualifier == "exact"]
    equal = next((whole for whole in exact if whole.value == total), None)
    if equal is not None:
        return equal, "pass"
    bounds = sum([bound_figure(part, text) for part in found.parts], Bounds(0.0, 0.0))
    for whole in exact:
        if bounds.meets(bound_figure(whole, text)):
            return whole, "pass"
    largest = max(kin, key=lambda figure: figure.value)
    if bounds.low <= bound_figure(largest, text).high:
        return (kin[0] if bounds.low <= bound_figure(kin[0], text).high else largest), "unknown"
    return _judge_excess(passages, found, total, largest)


def _judge_excess(passages: Passages, found: _List, total: Decimal, largest: Figure) -> tuple[Figure, CheckStatus]:
    """What it proves that the parts exceed each figure before them: several may be the whole together."""
    wholes = [*found.wholes, *found.beside]
    # 新收40件，上年结转5件，其中…; but 上年结转5件，办结45件，其中…: what was closed is all.
    is_open = not _STAGE_RE.search(passages.lead(wholes[0]).replace("结转", ""))
    for count in range(2, min(len(wholes), MOST_TOGETHER) + 1):
        together = add_up(wholes[:count])
        if together.value == total:
            return together, "pass"
        is_carried = is_open and any("结转" in passages.lead(whole) for whole in wholes[:count])
        if is_carried or passages.is_told_together(wholes[:count]):
            if together.value > total > max(whole.value for whole in wholes[:count]):
                return together, "unknown"
            largest = max(largest, together, key=lambda figure: figure.value)
    # 2020年收到8件，2021年累计收到30件，其中…: the list is of the nearer count.
    first = passages.sentence(largest.start)[0]
    is_uncertain = _is_of_each(passages, found) or passages.is_behind_cumulative(
        first, found.parts[0].start, largest.unit
    )
    return largest, "unknown" if is_uncertain or _may_overlap(passages, found) else "fail"


def _is_of_each(passages: Passages, found: _List) -> bool:
    """Whether parts are told by the words of different wholes: `新增30项，取消12项，其中许可新增18项、取消5项`."""
    heads = [passages.lead(whole) for whole in found.wholes]
    words = {passages.lead(part)[-2:] for part in found.parts}
    meant = {next((head for head in heads if word in head), "") for word in words if len(word) == 2}
    return len(meant - {""}) > 1


def _may_overlap(passages: Passages, found: _List) -> bool:
    """Whether one thing may be counted in several parts: by their names, by shares of more than all together, or as
    the sentence or the next one says (部分申请涉及多个部门)."""
    parts, names = found.parts, [passages.lead(part) + " " + passages.trail(part) for part in found.parts]
    if sum(bool(_OVERLAPPING_RE.search(name)) for name in names) > 1:
        return True
    if sum(any(map(kind_re.search, names)) for kind_re in _KIND_RES) > 1:
        return True
    end = passages.sentence(parts[-1].start)[1]
    if _REPEATED_RE.search(passages.text, parts[0].start, passages.sentence(end)[1]):
        return True
    ties = [match for part in parts if (match := _TIE_RE.match(passages.masked, part.end))]
    shares = [each.value for tie in ties for each in passages.after(*tie.span()) if each.unit == "%"]
    # Rounding brings no list of parts to 101%.
    return len(shares) > 1 and sum(shares) >= 101


def _is_kin(passages: Passages, whole: Figure, parts: Sequence[Figure]) -> bool:
    """Whether most parts are told by the word of the whole; one of many may hold it by chance (重复申请不予处理)."""
    word = passages.lead(whole).removesuffix("等")[-2:]
    return (
        len(word) == 2 and word not in _COMMON and 2 * sum(word in passages.lead(part) for part in parts) >= len(parts)
    )
