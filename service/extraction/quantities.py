"""The figures that measure something and that no indicator has claimed, each with its subject and section.

In: prose, headings, figures and the indexes of those that an indicator has taken. Out: `Quantity` values in order.
The subject is what is counted, in the text's words, as near as punctuation tells: it does not understand the sentence.
"""

import re
from bisect import bisect_right

from msgspec import structs

from service.extraction.codebook import load_toml
from service.extraction.figures import Figure
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Quantity, to_number

_LEXICON = load_toml("lexicon.toml")
_SUBJECT = _LEXICON["subject"]
# 设备26台(套), 接待320人(次): one unit, printed in two parts.
_SECOND_UNIT_RE = re.compile(rf"\([{_LEXICON['units']['second']}]\)")
_LONGEST = 40
_MOST_IN_ROW = 12
_CLAUSE_RE = re.compile(r"[,。;:()\n]")
_NOTE_RE = re.compile(r"\([^()]*\):?$")
# What follows at once: `相关部门` of `25个相关部门清理材料`, up to a word that ends it.
_AFTER_RE = re.compile(rf"(?:“[^“”\n]{{1,{_LONGEST}}}”)?([^,。;:、()\n“”0-9]{{0,{_LONGEST}}})")
_RESPECTIVE_RE = re.compile(r"分别占[^,;。:()0-9]{0,12}$")
_END_RE = re.compile("|".join(_SUBJECT["ends"]))
_LONGEST_END = max(map(len, _SUBJECT["ends"]))
_LEADING_RE = re.compile(f"(?:{'|'.join(_SUBJECT['leading'])})+")
_TRAILING = f"(?:{'|'.join(_SUBJECT['trailing'])})"
# Said twice: a pattern that may be empty is tried at every character.
_TRAILING_RE = re.compile(f"{_TRAILING}{_TRAILING}*$")
_ADVERBIAL = frozenset(_SUBJECT["adverbial_units"])
# An excluded figure of these kinds belongs to the subject (`“最多跑一次”事项143项`), others end it (`2018年公开…`).
_WORDS = frozenset(("name", "set_phrase", "word", "title", "identifier", "ordinal", "class_bound", "text_part"))


def find_quantities(
    prose: Prose, headings: tuple[Heading, ...], figures: tuple[Figure, ...], claimed: frozenset[int]
) -> tuple[Quantity, ...]:
    """The quantities of the prose, in order."""
    starts = [heading.start for heading in headings]
    # What the offsets between two headings belong to.
    sections = [None, *(heading.path for heading in headings)]
    text, span = prose.text, prose.span
    if seconds := {match.start(): match[0] for match in _SECOND_UNIT_RE.finditer(text)}:
        figures = tuple(_add_unit(figure, seconds.get(figure.end)) for figure in figures)
    return tuple(
        [
            Quantity(
                text[figure.start : figure.end],
                to_number(figure.value),
                figure.unit,
                figure.qualifier,
                subject,
                sections[bisect_right(starts, figure.start)],
                span(figure.start, figure.end),
            )
            for index, (figure, subject) in enumerate(zip(figures, _find_subjects(text, figures), strict=True))
            if figure.exclusion is None and index not in claimed
        ]
    )


def _add_unit(figure: Figure, second: str | None) -> Figure:
    """The figure with the second part of its unit."""
    if second is None or figure.unit is None:
        return figure
    return structs.replace(figure, end=figure.end + len(second), unit=figure.unit + second)


def _find_subjects(text: str, figures: tuple[Figure, ...]) -> list[str | None]:
    """What each figure counts; one that names nothing itself counts what the one before it counts (`4544户6481人`)."""
    subjects: list[str | None] = []
    told: list[str | None] = []
    shares: list[str | None] = []
    subject: str | None = None
    end = 0
    for index, figure in enumerate(figures):
        if figure.exclusion is None:
            if figure.unit == "%" and _RESPECTIVE_RE.search(text, max(end, figure.start - _LONGEST), figure.start):
                # 网站1286条、公众号742条,分别占63.4%、36.6%
                count = _find_row(figures, index) - index + 1
                shares = told[-count:] if len(told) >= count else []
            is_shared = figure.unit and figure.end == figure.number_end
            behind = figures[_find_row(figures, index)].end if is_shared else figure.end
            subject = shares.pop(0) if shares else _read_subject(text, figure, end, behind) or subject
            told.append(subject)
        if figure.exclusion not in _WORDS:
            end = figure.end
        subjects.append(subject)
    return subjects


def _find_row(figures: tuple[Figure, ...], index: int) -> int:
    """The last of the figures in one unit that a mark or a word joins: `3至5项`, `59.4%、34.3%和6.3%`."""
    for following in range(index + 1, min(index + _MOST_IN_ROW, len(figures))):
        left, right = figures[following - 1], figures[following]
        if right.exclusion or right.unit != left.unit or right.start - left.end > 1:
            return following - 1
    return min(index + _MOST_IN_ROW, len(figures)) - 1


def _read_subject(text: str, figure: Figure, lower: int, behind: int) -> str | None:
    """The words after a counted noun's number, which ends ``behind``, else those before it, both within the clause."""
    # 政策文件(含规范性文件)182件
    words = text[max(lower, figure.start - _LONGEST) : figure.start]
    if words.endswith((")", "):")):
        words = _NOTE_RE.sub("", words)
    before = _trim(_CLAUSE_RE.split(words)[-1])
    if before.startswith("占"):
        return None
    if before and (figure.unit is None or figure.unit in _ADVERBIAL):
        return before
    return _read_after(text, behind) or before or _read_label(text, lower, figure.start) or None


def _trim(words: str) -> str:
    """Words without those that lead to them and to the figure: 公开信息 of 全年公开信息共."""
    leading = _LEADING_RE.match(words)
    return _TRAILING_RE.sub("", words[leading.end() :] if leading else words)


def _read_label(text: str, lower: int, end: int) -> str:
    """The words before the colon that a figure follows at once: `主动公开文件数:12件`."""
    if text[end - 1 : end] != ":":
        return ""
    return _trim(_CLAUSE_RE.split(text[max(lower, end - _LONGEST) : end - 1])[-1])


def _read_after(text: str, start: int) -> str:
    """The words at an offset, up to one that ends them or to punctuation."""
    words = _AFTER_RE.match(text, start)
    if words is None:
        return ""
    # A word that ends them may reach beyond the longest.
    stop = _END_RE.search(text, words.start(1), words.end() + _LONGEST_END - 1)
    return text[start : min(stop.start(), words.end()) if stop else words.end()]
