"""Who reports what: title, kind, form, year, issuer, compiler, region, period, publication, contacts.

In: source, prose, headings, table reading. Out: `Document`. A fact that the text does not state is None.
The title comes first, since it names the year and the body; what it leaves out is told by the preamble (the sentences
before the first heading), the page's metadata and the signature.
"""

import re
from collections.abc import Sequence

from service.extraction import dates
from service.extraction.codebook.vocabulary import BUREAUS, OFFICE
from service.extraction.codebook.words import any_of
from service.extraction.document.contacts import find_contacts
from service.extraction.document.issuers import find_issuers, read_implied
from service.extraction.document.parts import (
    FLAT_REACH,
    LEANING,
    MOST_OPENINGS,
    WORDS,
    Parts,
    find_marks,
    find_passages,
    label_of,
    split_parts,
)
from service.extraction.document.regions import find_region
from service.extraction.document.titles import read_body, read_kind, read_title
from service.extraction.layer import fold
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.report import Document, Period, Span
from service.extraction.source import Source
from service.extraction.tables.forms import TableReading

_METADATA, _OWN = WORDS["metadata"], WORDS["own"]
_PERIOD_RE = re.compile(any_of(_OWN["period"]))
# A year, or a school year.
_WHOLE_YEARS_RE = re.compile(r"\d{4}-01-01/\d{4}-12-31|\d{4}-09-01/\d{4}-08-31")
_PUBLISHED_RES = tuple(
    re.compile(rf"{label_of(_METADATA[kind])}[\s:|]*(?=[\d二])") for kind in ("published", "written")
)
# 2017年03月09日    来源:
_BYLINE_RE = re.compile(any_of(_METADATA["byline"]))
_NOTED_RE = re.compile(r"报告? ?\(([^()\n]{8,16})\)")
# 2019年3月26日本年度报告根据… lost the line end behind its date.
_GLUED_RE = re.compile(rf"({dates.YEAR}年\d{{1,2}}月\d{{1,2}}日)(?=本(?:年度)?(?:报告|年报)|{LEANING}《)")
# 青石县柳河街道办事处 2015年1月
_SIGNER_RE = re.compile(rf"^[一-龥]{{2,30}}(?:[{BUREAUS}办校]|政府|{OFFICE})\s*(?=20\d\d[-年/.]|二[〇○零0])")
_DATED_LINE_RE = re.compile(r"(?m)^[\[(]((?:20\d\d[-/.]\d{1,2}[-/.]\d{1,2}))[\])]")


def _read_published(source: Source, prose: Prose, parts: Parts) -> str | None:
    """The date that the page tells: of its metadata, after a label, alone on a line or glued to the text."""
    for value in find_marks(source, "published"):
        return dates.find_date(value)
    # A page on one line has its labels in the first sentence; 统计时间:… is told there as well.
    flat = parts.page if "\n" in parts.page else source.text[:FLAT_REACH]
    for pattern, page in zip(_PUBLISHED_RES, (flat, parts.page), strict=True):
        if label := pattern.search(page):
            return dates.find_date(page[label.end() : label.end() + 30])
    lines = [line.strip() for line in parts.page.splitlines()]
    bare = (_SIGNER_RE.sub("", line) for line in lines)
    alone = next((dates.find_date(line) for line in bare if line and dates.is_date(line)), None)
    noted = _NOTED_RE.search(parts.page) or _DATED_LINE_RE.search(parts.page)
    told = alone or dates.find_stamp(parts.page) or (dates.find_date(noted[1]) if noted else None)
    if not told and (glued := _GLUED_RE.match(prose.text, parts.preamble[0])):
        return dates.find_day(glued[1])
    return told or next(filter(None, (dates.find_day(line) for line in lines if _BYLINE_RE.search(line))), None)


def _read_period(prose: Prose, passages: Sequence[Span]) -> Period:
    """The period of the data, or their closing date alone."""
    told = [prose.text[start:end] for start, end in passages]
    told = [words for words in told if _PERIOD_RE.search(words)]
    for words in told:
        if period := dates.find_period(words):
            return period
    preamble = dates.find_period(prose.text[slice(*passages[0])])
    if preamble and _WHOLE_YEARS_RE.fullmatch(f"{preamble.start}/{preamble.end}"):
        # 现将2020年1月1日至12月31日信息公开情况公布如下 says no 数据 or 统计.
        return preamble
    return Period(None, next(filter(None, map(dates.find_closing_date, told)), None))


def _read_year(title: str | None, period: Period, prose: Prose, parts: Parts) -> int | None:
    """The year that is reported on; a title or a period left over from another year's report gives way to the text."""
    if title and (year := dates.find_year(fold(title))):
        if period.start and period.end and period.start[:4] == period.end[:4] and abs(int(period.end[:4]) - year) == 1:
            last = prose.text.count(period.end[:4] + "年", parts.preamble[1])
            return int(period.end[:4]) if last > 1 and f"{year}年" not in prose.text[parts.preamble[1] :] else year
        return year
    if period.end:
        return int(period.end[:4])
    start, end = parts.preamble
    told = dates.find_told_year(prose.text[start:end]) or dates.find_told_year(prose.text[start:])
    return told or dates.find_year(prose.text)


def read_document(source: Source, prose: Prose, headings: tuple[Heading, ...], tables: TableReading) -> Document:
    """The facts of the report as a whole."""
    parts = split_parts(source, prose, headings)
    title = read_title(source, prose, parts)
    passages = find_passages(prose, parts)
    period = _read_period(prose, passages)
    year = _read_year(title, period, prose, parts)
    issuers = find_issuers(source, prose, parts, passages)
    # The body of the title comes first.
    named = (read_body(title) if title else None, *issuers.named)
    bodies = [name for name in (named if any(named) else (read_implied(prose, parts),)) if name]
    return Document(
        title=title,
        kind=read_kind(
            title, tables.form, headings, " ".join(prose.text[start:end] for start, end in passages[:MOST_OPENINGS])
        ),
        form=tables.form or "prose",
        year=year,
        issuer=bodies[0] if bodies else None,
        compiler=issuers.compiler,
        region=find_region(bodies, prose.text, year),
        period=period,
        published_on=issuers.signed_on or _read_published(source, prose, parts),
        contacts=find_contacts(prose, passages),
    )
