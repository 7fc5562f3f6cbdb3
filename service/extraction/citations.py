"""Laws and documents that the prose cites: 《title》 and document number (`国办发〔2017〕24号`), either or both.

In: a `Prose`. Out: citations in order, one for each place. A number in any brackets belongs to the title that it
follows, or stands just before. Newspapers, columns, articles and works in 《》 are no documents, and neither is the
short name that 以下简称《条例》 introduces; a later 《条例》 cites the law by that name.
"""

import re
from collections.abc import Iterator

from service.extraction.codebook import load_toml
from service.extraction.prose_text import Prose
from service.extraction.report import Citation, Span

_WORDS = load_toml("citations.toml")


def _any(words: list[str]) -> str:
    return "(?:" + "|".join(words) + ")"


_TITLE_RE = re.compile(r"《((?:[^《》\n]|《[^《》\n]{1,80}》){1,150})》")
# 〔2017〕24号, [2017]24号, 【2017】15号; 国务院令第711号, 国务院第492号令. What stands before is read backwards.
_NUMBER_RE = re.compile(
    r"[〔\[【(﹝〖令第](?:(?<=令)第?\d{1,4}号|(?<=第)\d{1,4}号令|(?<![令第])(?:19|20)\d\d年?[〕\]】)﹞〗]第?\d{1,5}号)"
)
_ISSUER_RE = re.compile(r"[一-龥]{1,14}$")
_LEAD_RE = re.compile(rf".*{_any(_WORDS['leads'])}")
_WORK_RE = re.compile(_any(_WORDS["works"]) + "$")
_WORK_BEFORE_RE = re.compile(_any(_WORDS["before_works"]) + "$")
_WORK_AFTER_RE = re.compile(_any(_WORDS["after_works"]))
# What may stand between a title and its number: 《…条例》(中华人民共和国国务院令第711号).
_OPENING_RE = re.compile(r"\(?(?:中华人民共和国)?")
_ALIAS_RE = re.compile(r"(?:以?下简称|简称|以?下称|统称)[:为]?[“\"]?$")


def _find_numbers(text: str) -> Iterator[Span]:
    """Every document number, from the letters of its issuer to 号."""
    for match in _NUMBER_RE.finditer(text):
        before = _ISSUER_RE.search(text, max(0, match.start() - 14), match.start())
        if before is None:
            continue
        lead = _LEAD_RE.match(before.group())
        start = before.start() + (lead.end() if lead else 0)
        if start >= match.start() and text[before.start() - 1 : before.start()] == "(":
            # (工作通知〔2022〕4478号): the kind of paper alone.
            start = before.start()
        if start < match.start():
            yield start, match.end()


def _is_own(text: str, start: int, end: int) -> bool:
    """Whether a number is the report's own: alone on a line, (青政办发〔2010〕3号), or after its label."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end : end + 2].split("\n")[0]
    return (line in ("", "(") and after in ("", ")")) or line.endswith("文号:")


def _is_document(text: str, start: int, end: int) -> bool:
    """Whether the title in ``text[start:end]``, brackets included, is a law's or a document's."""
    return not (
        _WORK_RE.search(text, start, end - 1)
        or _WORK_BEFORE_RE.search(text, max(0, start - 4), start)
        or _WORK_AFTER_RE.match(text, end)
        or _ALIAS_RE.search(text, max(0, start - 6), start)
    )


def find_citations(prose: Prose) -> tuple[Citation, ...]:
    """The citations of the prose, in order."""
    text = prose.text
    numbers = {start: end for start, end in _find_numbers(text) if not _is_own(text, start, end)}
    ends = {end: start for start, end in numbers.items()}
    found: list[tuple[Span, Span | None, Span | None]] = []
    for match in _TITLE_RE.finditer(text):
        start, end = match.span()
        # 《…》(国办发〔2017〕24号) and 《…》国办发〔2017〕24号; else 国办发〔2017〕24号《…》.
        opening = _OPENING_RE.match(text, end)
        after = opening.end() if opening and opening.end() in numbers else None
        before = ends.get(start)
        key = after if after is not None else before
        number = (key, numbers.pop(key)) if key in numbers else None
        if number or _is_document(text, start, end):
            first, last = number or (start, end)
            found.append(((min(start, first), max(end, last)), match.span(1), number))
    found += [(number, None, number) for number in numbers.items()]
    return tuple(
        Citation(title and prose.printed(*title), number and prose.printed(*number), prose.span(*span))
        for span, title, number in sorted(found, key=lambda citation: citation[0])
    )
