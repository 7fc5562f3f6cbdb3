"""Every figure of the prose, met once.

In: `Prose`. Out: `Figure` values in reading order, each with value, unit, qualifier and, where it measures nothing,
the name of the reason (``exclusion``): date, year, time, period, document_number, phone, postcode, address,
identifier, ordinal, list_number, name, set_phrase, class_bound, text_part, fragment, ratio, indefinite, malformed,
title, table_cell, word, page. Numbers are read by `service.extraction.numerals` alone; units, marks and exclusions are
data (``codebook/lexicon.toml``).

A range (`3至5个工作日`) is two figures, its bounds, in the unit of the second. Numerals inside 《…》 and quotation
marks measure nothing: they are titles and slogans.
"""

import re
from bisect import bisect_right
from decimal import Decimal

from msgspec import structs

from service.extraction.codebook import load_toml
from service.extraction.codebook.compiling import compile_pattern
from service.extraction.codebook.words import any_of
from service.extraction.numerals import Number, read_number
from service.extraction.prose_text import Prose
from service.extraction.record import Record
from service.extraction.report import Qualifier


class Figure(Record):
    """One figure. Offsets are in the prose text.

    ``[start, end)`` covers number, unit and attached marks (`约1.5万份`, `650余条`); ``[number_start, number_end)``
    the number with its multiplier. ``value`` is in ``unit`` (money in 万元, 万 and 亿 multiplied out); ``step`` is the
    worth of the last printed digit in the same unit (`11.80万件`: 100). ``exclusion`` is None for a figure that
    measures something; the value of an excluded one means nothing.
    """

    start: int
    end: int
    number_start: int
    number_end: int
    value: Decimal
    unit: str | None
    qualifier: Qualifier
    step: Decimal
    exclusion: str | None


_LEXICON = load_toml("lexicon.toml")
_UNITS = _LEXICON["units"]
_MONEY = {unit: Decimal(worth) for unit, worth in _UNITS["money"].items()}
_HALVES: dict[str, str] = _UNITS["halves"]
_CONVERTED = _MONEY.keys() | _HALVES.keys()
_CALENDAR = frozenset(_UNITS["calendar"])
# 90分以上的单位, but 得分在90分以上。
_CLASS_UNITS = (frozenset(_UNITS["measures"]) | frozenset(_UNITS["after_digits"]) | _MONEY.keys()) - {"%", "‰"}
_AGES = frozenset(_UNITS["ages"])
_FORMAL: str = _LEXICON["characters"]["formal"]
_CHARACTERS = "".join(
    character
    for kind in ("digits", "tens", "multipliers")
    for row in _LEXICON["characters"][kind].values()
    for character in row
    if character not in _FORMAL
)
# 十 alone is ten; 百, 千, 万, 亿 alone are a number only with a mark: `百余件`, `近千人次`.
_BARE_MULTIPLIERS = frozenset(("百", "千", "万", "亿", "百万", "千万", "百亿", "千亿", "万亿"))


def _expand(pattern: str) -> str:
    for name, meaning in _LEXICON["macros"].items():
        pattern = pattern.replace(name, meaning)
    return pattern


_INSIDE = f"[{''.join(_LEXICON['qualifiers']['inside']['over'])}]"
_AFTER: dict[str, Qualifier] = {
    word: qualifier for qualifier, words in _LEXICON["qualifiers"]["after"].items() for word in words
}
# A multiplier is none where it begins a unit: 千瓦, 千米, 百帕, 百分点; 5万米 and 三百克 are so many 米 and 克.
_WITHIN_NUMBER = "(?!(?<=千)[瓦克米伏帕]|(?<=百)(?:分点|帕))"
_MULTIPLIER = f"[十百千万亿]{_WITHIN_NUMBER}"
_ARABIC = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
    # `阅读量10w+` is ten 万; the w of `60W灯` is a watt.
    f"(?:(?:{_MULTIPLIER})+(?:零?[0-9]+(?:{_MULTIPLIER})+)*|[wW](?=[+余多次人条件份册户名位点元]))?"
)
_SPOKEN = (
    rf"(?:百分百|[{_CHARACTERS}]{{1,40}}{_WITHIN_NUMBER}|[百千]|[{_FORMAL}]{{2,40}})(?:分之(?:[{_CHARACTERS}]{{1,40}}|[0-9]+(?:\.[0-9]+)?))?"
    f"(?:点[{_CHARACTERS}]{{1,40}}{_WITHIN_NUMBER})?(?:成[{_CHARACTERS}]?(?![{_LEXICON['tenths']['not_before']}]))?"
)


def _units(*kinds: str) -> str:
    return any_of(word for kind in kinds for word in _UNITS[kind])


def _figure_re(number: str, unit: str) -> re.Pattern[str]:
    """Number, mark, multiplier after the mark, unit, mark: `560余万元以上`."""
    return re.compile(
        f"(?P<number>{number})(?:(?P<inside>{_INSIDE})(?P<multiplier>(?:{_MULTIPLIER})+)?)?"
        f"(?:(?!{any_of(_UNITS['look_alikes'])})(?P<unit>{unit}))?"
        # `3年多。` says over, `公开12条多渠道` does not.
        f"(?:(?P<after>{any_of(_AFTER)})|(?P<more>[余多](?=[,。;、)的])))?"
    )


_ARABIC_RE = _figure_re(
    _ARABIC, _units("counters", "counters_of_digits", "after_digits", "calendar", "measures", "halves", "money")
)
_SPOKEN_RE = _figure_re(
    _SPOKEN,
    f"(?:{_units('counters', 'measures', 'halves', 'money')})"
    f"|(?<!一)(?:{_units('counters_of_digits')})(?=[,。;、){_UNITS['change']}])"
    f"|(?:{_units('calendar')})(?=[以之]?内)",
)
_NAMED_UNIT_RE = re.compile(
    rf"\((?:单位:?)?(?P<multiplier>[百千万亿]?)(?P<unit>{_units('counters', 'measures', 'money')})\)[:为]?$"
)
_LONGEST_NAMED_UNIT = 12
_BEHIND_UNIT = frozenset(":)为")
_JOINT_RE = re.compile(
    f"(?:(?:{any_of(_LEXICON['joints']['range'])})|(?:{any_of(_LEXICON['joints']['list'])})(?=[0-9]))"
    f"(?=(?P<digit>[0-9])|[{_CHARACTERS}])"
)
_MINUS_RE = re.compile(f"[{_LEXICON['minus']['after']}][-\u2212]|[^{_LEXICON['minus']['negative_not_after']}]负")
_MINUS_SIGNS = frozenset("-\u2212负")
_RATES = frozenset(("%", "‰", "个百分点", "百分点"))
_BEFORE: list[tuple[Qualifier, bool, re.Pattern[str]]] = [
    (
        row["qualifier"],
        not row.get("verb", False),
        re.compile((f"(?<![{row['not_after']}])" if row["not_after"] else "") + f"(?:{any_of(row['words'])})$"),
    )
    for row in _LEXICON["qualifiers"]["before"]
]
_LAST_OF_MARKS = frozenset(word[-1] for row in _LEXICON["qualifiers"]["before"] for word in row["words"])
# What both numbers are where the second is: 12、13号楼, 上午9至11时. A year is another: 受理12、2023年15.
_SHARED_REASONS = frozenset(("address", "identifier", "time"))
# Where something begins: a numeral, a Latin word with its digits, a title or a quotation.
_BEGIN_RE = re.compile(f'[0-9{_CHARACTERS}A-Za-z《“‘「"{_FORMAL}](?:(?<![{_FORMAL}])|(?=[{_FORMAL}]))')
# 左右 bounds nothing: 投入12万元左右用于设备.
_NO_BOUNDS = frozenset((None, *_LEXICON["qualifiers"]["after"]["about"]))
_ARABIC_DIGITS = frozenset("0123456789")
_NUMERALS = frozenset(_CHARACTERS + _FORMAL) | _ARABIC_DIGITS
_LATIN_RE = re.compile("[A-Za-z][A-Za-z0-9@._:/?=&%#~+-]*")
_QUOTED_RE = re.compile(
    r"《[^《》\n]{1,120}》|“[^“”\n]{1,40}”|‘[^‘’\n]{1,40}’|「[^「」\n]{1,40}」|\"[^\"\n,。;:]{1,30}\""
)
_RUN_RE = re.compile(f"[0-9]+(?:[.,][0-9]+)*|[{_CHARACTERS}]+")
_DIGITS_RE = re.compile("[0-9]+")
_WORD_AND_NUMBER_RE = re.compile("[A-Za-z]{2,}:?([0-9][0-9.]*)")
_LAST_MULTIPLIER_RE = re.compile("[十百千万亿]+$")
_ONE_RE = re.compile(f"(?:{any_of(_LEXICON['one']['counting'])})了?$")
_PERSONS = frozenset(_LEXICON["one"]["persons"])
# 二 numbers things where counting takes 两: `二类疫苗`, but `两类`.
_ARTICLES = frozenset("一二零")
_CLAUSE_END_RE = re.compile(r"[,。;、):!?\n]|$")
_NOTHING, _HALF, _ONE = Decimal(0), Decimal("0.5"), Decimal(1)
# What tells a number without unit: `均为零。`
_TELLING = frozenset("为是达至到:")


class _Exclusions:
    """The exclusions of one kind of numeral as one alternation; the group that matched names the reason."""

    def __init__(self, kind: str) -> None:
        rows = [row for row in _LEXICON["exclusion"] if kind in row["on"]]
        self._reasons: dict[str | None, str] = {f"r{index}": row["reason"] for index, row in enumerate(rows)}
        self._re = compile_pattern("|".join(f"(?P<r{i}>{_expand(row['pattern'])})" for i, row in enumerate(rows)))

    def find(self, text: str, start: int) -> Figure | None:
        """The stretch that the first exclusion takes at an offset."""
        found = self._re.match(text, start)
        return _excluded(start, found.end(), self._reasons[found.lastgroup]) if found else None


_OF_BARE = _Exclusions("bare")
_OF_COUNTED = _Exclusions("counted")
_OF_CHARACTERS = _Exclusions("characters")
# By the unit of the number: without one, and with one of the calendar, it is bare.
_OF_DIGITS: dict[str | None, _Exclusions] = dict.fromkeys((None, *_CALENDAR), _OF_BARE)


def find_figures(prose: Prose) -> tuple[Figure, ...]:
    """The figures of the prose, in order, none overlapping another."""
    figures = tuple(_read_text(prose.text))
    view = prose.view
    if "\t" not in view and "|" not in view:
        return figures
    rows = [paragraph for paragraph in prose.paragraphs if _is_row(view[paragraph.view_start : paragraph.view_end])]
    if not rows:
        return figures
    starts = [row.start for row in rows]

    def is_cell(figure: Figure) -> bool:
        row = bisect_right(starts, figure.start) - 1
        return figure.exclusion is None and row >= 0 and figure.start < rows[row].end

    return tuple(structs.replace(figure, exclusion="table_cell") if is_cell(figure) else figure for figure in figures)


def _is_row(line: str) -> bool:
    """Whether a line is the row of a table that no form claims: `条数<tab>1242条<tab>650条`."""
    return (line.count("\t") > 1 or line.count("|") > 1) and "。" not in line


def _read_text(text: str) -> list[Figure]:
    figures: list[Figure] = []
    position = 0
    while begin := _BEGIN_RE.search(text, position):
        start, position = begin.span()
        first = text[start]
        if first in _NUMERALS:
            figures += _read_digits(text, start) if first in _ARABIC_DIGITS else _read_characters(text, start)
            position = figures[-1].end
        elif latin := _LATIN_RE.match(text, start):
            position = latin.end()
            digits = _DIGITS_RE.search(text, start, position)
            if digits and (counted := _counted_after_word(text, start, position)):
                position = counted
            elif digits:
                figures.append(_excluded(digits.start(), position, "identifier"))
        elif quoted := _QUOTED_RE.match(text, start):
            position = quoted.end()
            reason = "title" if first == "《" else "set_phrase"
            figures += [_excluded(*run.span(), reason) for run in _RUN_RE.finditer(text, start, position)]
    return figures


def _counted_after_word(text: str, start: int, end: int) -> int | None:
    """Where the number begins in `APP3个`: a word and a number with a unit, whereas `A4` and `PM2.5年均` are names."""
    word = _WORD_AND_NUMBER_RE.fullmatch(text, start, end)
    number = _ARABIC_RE.match(text, word.start(1)) if word else None
    return number.start() if number and number["unit"] and number["unit"] not in _CALENDAR else None


def _excluded(start: int, end: int, reason: str) -> Figure:
    """A stretch that measures nothing."""
    return Figure(start, end, start, end, _NOTHING, None, "exact", _ONE, reason)


def _read_digits(text: str, start: int) -> list[Figure]:
    """The figure whose digits begin at an offset, or all those that share its unit."""
    match = _ARABIC_RE.match(text, start)
    if match is None:
        return [_excluded(start, start + 1, "malformed")]
    excluded = _OF_DIGITS.get(match["unit"], _OF_COUNTED).find(text, start)
    if excluded:
        return [excluded]
    return [_read_figure(text, match, True)] if match["unit"] or match["after"] else _read_joined(text, match, True)


def _read_characters(text: str, start: int) -> list[Figure]:
    """The same for a numeral of characters; most are parts of words, which need no reading as numbers."""
    excluded = _OF_CHARACTERS.find(text, start)
    if excluded:
        return [excluded]
    match = _SPOKEN_RE.match(text, start)
    if match is None:
        return [_excluded(start, start + 1, "malformed")]
    return [_read_figure(text, match, False)] if match["unit"] or match["after"] else _read_joined(text, match, False)


def _read_joined(text: str, match: re.Match[str], is_digit: bool) -> list[Figure]:
    """`3至5个工作日`, `12、15和20件`: all in the unit of the last; a number that stands alone is joined with none."""
    joined = [(match, is_digit)]
    while not (match["unit"] or match["after"]) and (joint := _JOINT_RE.match(text, match.end())):
        is_digit = joint["digit"] is not None
        following = (_ARABIC_RE if is_digit else _SPOKEN_RE).match(text, joint.end())
        unit = following["unit"] if following else None
        excluded = (_OF_DIGITS.get(unit, _OF_COUNTED) if is_digit else _OF_CHARACTERS).find(text, joint.end())
        if excluded and excluded.exclusion in _SHARED_REASONS:
            return [_excluded(*m.span("number"), excluded.exclusion) for m, _ in joined]
        if excluded or not following:
            break
        match = following
        joined.append((match, is_digit))
    last = _read_figure(text, match, is_digit)
    if len(joined) == 1 or last.exclusion or not match["unit"]:
        return [*(_read_figure(text, m, digit) for m, digit in joined[:-1]), last]
    return [*(_share_unit(text, m, match) for m, _ in joined[:-1]), last]


def _share_unit(text: str, match: re.Match[str], last: re.Match[str]) -> Figure:
    """A number that leaves unit and multiplier to the last of its row: `3至5万元` begins with three 万元."""
    multiplier = last["multiplier"] or "".join(_LAST_MULTIPLIER_RE.findall(last["number"]))
    number = read_number(match["number"])
    if number and multiplier and number.value < 1000:
        number = read_number(match["number"] + multiplier) or number
    if number is None:
        return _excluded(*match.span("number"), "malformed")
    start, qualifier = _mark_before(text, match.start())
    value, unit = _in_unit(number, _HALVES.get(last["unit"], last["unit"]))
    return Figure(start, match.end(), *match.span("number"), value.value, unit, qualifier or "exact", value.step, None)


def _in_unit(number: Number, unit: str | None) -> tuple[Number, str | None]:
    """Money in 万元, shares in their sign, halves added (3天半), everything else as printed."""
    if unit in _MONEY:
        return number.times(_MONEY[unit]), "万元"
    if unit in _HALVES:
        return Number(number.value + _HALF, _HALF), _HALVES[unit]
    return number, number.unit or unit


def _mark_before(text: str, start: int) -> tuple[int, Qualifier | None]:
    """Where the figure begins with its mark (`约`, `超过`), and what the mark says."""
    head = text[max(start - 5, 0) : start]
    for qualifier, attached, mark_re in _BEFORE:
        if mark := mark_re.search(head):
            return (start - len(head) + mark.start() if attached else start), qualifier
    return start, None


def _read_figure(text: str, match: re.Match[str], is_digit: bool) -> Figure:
    """One figure with its unit, its marks and, where the words after it say so, the reason why it measures nothing."""
    written, inside, multiplier, printed_unit, after, more = match.groups()
    if multiplier or written in _BARE_MULTIPLIERS:
        number = read_number(("一" if written in _BARE_MULTIPLIERS else "") + written + (multiplier or ""))
    else:
        number = read_number(written)
    if number is None:
        return _excluded(*match.span("number"), "malformed" if is_digit else "word")
    number_start, end = match.span()
    start, before, last = number_start, None, text[number_start - 1 : number_start]
    if last in _LAST_OF_MARKS:
        start, before = _mark_before(text, start)
    qualifier = before or ("over" if inside or more else _AFTER[after] if after else "exact")
    if not is_digit and (reason := _reason_of_characters(text, match, number, qualifier)):
        return _excluded(*match.span("number"), reason)
    is_bound = after not in _NO_BOUNDS or (written in _BARE_MULTIPLIERS and printed_unit in _MONEY)
    if is_bound and _bounds_class(text, match):
        return _excluded(number_start, end, "class_bound")
    is_signed = is_digit and last in _MINUS_SIGNS and (last != "负" or printed_unit in _RATES)
    if is_signed and _MINUS_RE.match(text, number_start - 2):
        start, number = number_start - 1, number.times(-1)
    if printed_unit is None and last in _BEHIND_UNIT:
        number, printed_unit = _read_named_unit(text, number_start, number)
    if printed_unit in _CONVERTED or number.unit:
        number, printed_unit = _in_unit(number, printed_unit)
    number_end = match.end("multiplier" if multiplier else "number")
    return Figure(start, end, number_start, number_end, number.value, printed_unit, qualifier, number.step, None)


def _read_named_unit(text: str, start: int, number: Number) -> tuple[Number, str | None]:
    """A number behind a unit in brackets, `收到申请数(件):12`, `支出(万元):3.5`, and that unit."""
    named = _NAMED_UNIT_RE.search(text, max(0, start - _LONGEST_NAMED_UNIT), start)
    factor = read_number("一" + named["multiplier"]) if named and named["multiplier"] else None
    return number.times(factor.value) if factor else number, named["unit"] if named else None


def _bounds_class(text: str, match: re.Match[str]) -> bool:
    """Whether a measure with a bound names a class: `10吨以下锅炉`, `超亿元项目`, not `投入10万元以上。`."""
    unit = match["unit"]
    return unit in _AGES or (unit in _CLASS_UNITS and not _CLAUSE_END_RE.match(text, match.end()))


def _reason_of_characters(text: str, match: re.Match[str], number: Number, qualifier: Qualifier) -> str | None:
    """Why characters that read as a number measure nothing: they count only before a unit or as a large number."""
    written = match["number"]
    if number.unit or "分之" in written:
        return None
    ends_clause = _CLAUSE_END_RE.match(text, match.end()) is not None
    if written in _BARE_MULTIPLIERS and qualifier == "exact":
        return "word"
    if match["unit"] is None:
        is_large = not _BARE_MULTIPLIERS.isdisjoint(written) and (ends_clause or qualifier != "exact")
        is_told = written != "一" and ends_clause and text[match.start() - 1 : match.start()] in _TELLING
        return None if is_large or is_told else "word"
    return None if written not in _ARTICLES or _counts_one(text, match) else "set_phrase"


def _counts_one(text: str, match: re.Match[str]) -> bool:
    """Whether `一` before a unit is the number and no article: `新增栏目一个。`, `召开一次会议`, `一名联络员`."""
    ends = _CLAUSE_END_RE.match(text, match.end()) or text[match.end()] == "("
    if match["after"] or match["unit"] in _PERSONS or ends:
        return True
    return _ONE_RE.search(text, max(match.start() - 5, 0), match.start()) is not None
