"""Who reports what: title, kind, form, year, issuer, compiler, region, period, publication, contacts.

In: source, prose, headings, table reading. Out: `Document`. A fact that the text does not state is None.
The title comes first, since it names the year and the body; what it leaves out is told by the preamble (the sentences
before the first heading), the page's metadata and the signature.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from service.extraction import dates
from service.extraction.codebook import load_toml
from service.extraction.contacts import find_contacts
from service.extraction.forms import TableReading
from service.extraction.layer import fold
from service.extraction.numbering import read_numbering
from service.extraction.outline import Heading
from service.extraction.prose_text import Paragraph, Prose
from service.extraction.record import record
from service.extraction.regions import find_region, is_region, is_zone
from service.extraction.report import Document, Period, Span
from service.extraction.source import Source

_WORDS = load_toml("document.toml")
_TITLE, _ORGANISATION, _METADATA, _OWN = (_WORDS[part] for part in ("title", "organisation", "metadata", "own"))


def _any(words: Iterable[str]) -> str:
    """A pattern for one of several words, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


_ANNUAL, _ENDING, _VERB = _any(_TITLE["annual"]), _any(_ORGANISATION["endings"]), _any(_ORGANISATION["verbs"])
_REPORT = _any([*_TITLE["annual"], *_TITLE["plain"], *_TITLE["other"]])
_NOTE = r"(?:\([^()]{1,20}\)|〔[^〔〕]{1,20}〕)?"

_ANNUAL_RE = re.compile(_ANNUAL)
_OTHER_RE = re.compile(_any(_TITLE["other"]) + f"{_NOTE}$|半年|季度")
_TITLE_LINE_RE = re.compile(rf"[^。;:!?|>]{{0,80}}{_REPORT}{_NOTE}")
_MOST_TITLE_LINES = 4
_TITLE_PART_RE = re.compile(r"[^。;:,!?|\t>]{2,40}")
_OPEN_PART_RE = re.compile(r"关于|.*(?:[及和与、的]|信息公开|政务公开|工作)$")
_SUBJECT_RE = re.compile(_any(_TITLE["subjects"]))
_YEAR_WORD_RE = re.compile(rf"[-—~至]?\(?{dates.YEAR}(?:学年度|学年|年度|年)?\)?")
_YEAR_LINE_RE = re.compile(rf"\(?{dates.YEAR}年度?\)?")
_LAST_NOTE_RE = re.compile(r"\(([^()]{2,40})\)$")
_LINKS_RE = re.compile(rf"^{_any(_TITLE['links'])}+|{_any(_TITLE['links'])}+$|{_NOTE}$")
_BODY_RE = re.compile(rf"[一-龥()·、]{{1,38}}{_ENDING}{_NOTE}")
# 2015年度我局政府信息公开工作年度报告 is a description, no name.
_DEICTIC_RE = re.compile("[我本该]")
_NAMELESS_RE = re.compile(_any(_ORGANISATION["nameless"]))
_REPORT_RE = re.compile(_REPORT)
# A page's <title> adds the site: …年度报告_岭南区人民政府门户网站
_SITE_RE = re.compile(r"[_|\n]|--| [-–—] ")
_FURNITURE_RE = re.compile(_any(_METADATA["furniture"]) + "|[>»]")

# 特编制2017年…工作年度报告; 现公布2018年…年度工作报告; 现将《…年度报告》公布如下. A rule on how to write one is none.
_NAMED_RE = re.compile(
    rf"(?:编制|编写|公布|发布|公开|形成|撰写|制定|现将|将)了?《?((?:{dates.YEAR}年[^,。;:《》]{{0,40}}?|[^,。;:《》\d]{{2,25}}{dates.YEAR}年"
    rf"[^,。;:《》]{{0,30}}?){_ANNUAL})(?!的|格式|等|编制|工作)"
)
_REPORTED = "(?:编制|编写|编撰|撰写|汇总|起草)"
_COMPILED_RE = (
    re.compile(
        rf"[由是系]([^,。;:()《》\d]{{2,40}}?)(?:\([^()]{{1,30}}\))?(?={_VERB}|[,《])[^。]{{0,200}}?{_REPORTED}"
    ),
    re.compile(rf"(?<![^,。;\n])([^,。;:()《》\d\n]{{2,40}}?{_ENDING})(?={_VERB})[^。]{{0,160}}?{_REPORTED}"),
)
# The office to ask, where nobody else is named: 请与青石县教育局办公室联系; 受理机构为青石县教育局。
_ASKED_RE = re.compile(
    rf"(?:请与|请联系|受理机构[为:]|联系单位:)([一-龥()·、]{{2,40}}?{_ENDING})(?=联系|[,。;(]|反映|咨询)"
)
_NOT_BODY_RE = re.compile("报告|要求|规定|条例|为[了保]|根据|按照")

_PERIOD_RE = re.compile(_any(_OWN["period"]))
_TABLE_FOOT_RE = re.compile(_any(_OWN["table_foot"]))
_FOOTER_RE = re.compile("|".join(_METADATA["footer"]))
# `联系人：李某　电话：…` and `地址：…` are passages about the authors without a word such as 本报告.
_LABELLED_RE = re.compile("联系人|[联系通信讯办公单位咨询电子]{0,4}(?:地址|邮编|邮政编码|电话|传真|邮[箱件]|信箱|网址)")
_PUBLISHED_RES = tuple(
    re.compile(rf"{_any(_METADATA[kind])}[\])〕】]?[\s:|]*(?=[\d二])") for kind in ("published", "written")
)
_ISSUED_BY_RE = re.compile(rf"{_any(_METADATA['issuer'])}[\])〕】]?[\s:|]+([一-龥()]{{2,30}})")
_SEAL_RE = re.compile(r"\([^()]*章\)")
_SIGNED_RE = re.compile(rf"([一-龥()·、]{{1,38}}{_ENDING})(?={dates.YEAR}年)")


@record
class _Parts:
    """Where a report says things: the short lines on top, the sentences before its first heading, all that follows.

    ``preamble`` is a span of the prose; ``page`` is the view's text above the preamble, tables included.
    """

    head: tuple[Paragraph, ...]
    preamble: Span
    rest: tuple[Paragraph, ...]
    page: str


@record
class _Signature:
    body: str | None = None
    date: str | None = None


def _words(prose: Prose, paragraph: Paragraph) -> str:
    return prose.text[paragraph.start : paragraph.end]


def _is_sentence(text: str) -> bool:
    return ((len(text) > 24 and "。" in text) or (len(text) > 45 and "," in text)) and "|" not in text


def _split(source: Source, prose: Prose, headings: Sequence[Heading]) -> _Parts:
    """The parts of a text. Where nothing is headed, the first paragraphs are the preamble."""
    first = headings[0].start if headings else len(prose.text)
    before = [paragraph for paragraph in prose.paragraphs if paragraph.start < first]
    opening = next((i for i, p in enumerate(before) if _is_sentence(_words(prose, p))), len(before))
    closing = len(before) if headings else min(opening + 3, len(before))
    # What stands below the last section's text may be the site's: 主办单位, 网站标识码, its own address.
    footer = _FOOTER_RE.search(prose.text, headings[-1].start if headings else 0)
    below = footer.start() if footer else len(prose.text)
    rest = tuple(paragraph for paragraph in prose.paragraphs[closing:] if paragraph.end <= below)
    start = before[opening].start if opening < len(before) else first
    end = before[closing - 1].end if closing > opening else start
    return _Parts(tuple(before[:opening]), (start, end), rest, source.text[: prose.view_span(start, start)[0]])


def _find_marks(source: Source, what: str) -> Iterator[str]:
    """What the page's <meta> elements say of the report."""
    names = _METADATA["names"][what]
    return (mark.value for mark in source.marks if mark.value and (mark.name or "").lower() in names)


def _has_year(text: str) -> bool:
    return dates.find_year(text) is not None


def _find_block(lines: Sequence[str], last: int) -> int:
    """The first line of the title that ends with line ``last``."""
    first, title = last, lines[last]
    while first and last - first < _MOST_TITLE_LINES:
        part = lines[first - 1]
        if not _TITLE_PART_RE.fullmatch(part) or _TITLE_LINE_RE.fullmatch(part) or _FURNITURE_RE.search(part):
            break
        names_body = read_body(title) is None and (_BODY_RE.fullmatch(part) is not None or is_region(part))
        dates_it = not _has_year(title) and _has_year(part) and not dates.is_date(part)
        if not (names_body or dates_it or _OPEN_PART_RE.fullmatch(part)):
            break
        first, title = first - 1, part + title
    return first


def _find_titles(source: Source, prose: Prose, parts: _Parts) -> Iterator[str]:
    """What may be the report's title, the likeliest first."""
    yield from (value for value in _find_marks(source, "title"))
    lines = [_words(prose, paragraph) for paragraph in parts.head]
    for index, line in enumerate(lines):
        if _TITLE_LINE_RE.fullmatch(line) and not _FURNITURE_RE.search(line):
            last = index
            if not _has_year(line) and index + 1 < len(lines) and _YEAR_LINE_RE.fullmatch(lines[index + 1]):
                last = index + 1
            block = parts.head[_find_block(lines, index) : last + 1]
            yield "".join(prose.printed(paragraph.start, paragraph.end) for paragraph in block)
    for mark in source.marks:
        if mark.kind == "title":
            yield _SITE_RE.split(mark.value or source.text[mark.start : mark.end])[0]


def _read_title(source: Source, prose: Prose, parts: _Parts) -> str | None:
    """The report's title: of its heading lines or the page, else the name that the preamble gives it."""
    titles = [title for title in _find_titles(source, prose, parts) if _SUBJECT_RE.search(title) or _has_year(title)]
    if titles:
        # The columns of a site (政府信息公开年报) stand above the title; only the title names the year.
        title = max(titles, key=lambda title: (_has_year(title), _SUBJECT_RE.search(title) is not None))
        return re.sub(r"\s+", "", title)
    named = _NAMED_RE.search(prose.text, *parts.preamble)
    return prose.printed(*named.span(1)) if named and not _DEICTIC_RE.search(named[1]) else None


def read_body(title: str) -> str | None:
    """The body that a title names, a region named alone as its government: 2018年岭南区…年度报告."""
    words = _YEAR_WORD_RE.sub("", fold(title))
    subject = _SUBJECT_RE.search(words) or _REPORT_RE.search(words)
    body = words[: subject.start()] if subject else ""
    if body.endswith("人民") and words.startswith("政府", len(body)):
        # 岭南区人民政府信息公开工作 says 政府 once for both.
        body += "政府"
    body = _LINKS_RE.sub("", body)
    if not body and (note := _LAST_NOTE_RE.search(words)):
        # 2018年政府信息公开工作年度报告(岭南市财政局)
        body = note[1]
    if _NAMELESS_RE.match(body):
        return None
    if is_region(body):
        return body + ("办事处" if body.endswith("街道") else "管理委员会" if is_zone(body) else "人民政府")
    return body if _BODY_RE.fullmatch(body) else None


def _read_kind(title: str | None, form: str | None, preamble: str) -> str:
    """Whether it is the annual report, another report on this work, or none that we know."""
    if title is None:
        return "annual_report" if form or _ANNUAL_RE.search(preamble) else "unknown"
    if _ANNUAL_RE.search(title):
        return "annual_report"
    if _OTHER_RE.search(title):
        return "work_report"
    if _SUBJECT_RE.search(title) and "报告" in title:
        return "annual_report" if "信息公开" in title and _has_year(title) else "work_report"
    return "annual_report" if form else "unknown"


def _read_compiler(prose: Prose, parts: _Parts) -> str | None:
    """The office that the preamble says has compiled the report: 由…根据…编制."""
    for pattern in _COMPILED_RE:
        for match in pattern.finditer(prose.text, *parts.preamble):
            body = match[1].removeprefix("由")
            if _BODY_RE.fullmatch(body) and not _NAMELESS_RE.match(body) and not _NOT_BODY_RE.search(body):
                return prose.printed(match.end(1) - len(body), match.end(1))
    return None


def _read_signature(prose: Prose, parts: _Parts) -> _Signature:
    """The name and the date below the text, on one line or two; the clerk's date below a table is none."""
    below = prose.paragraphs[len(parts.head) :]
    for index in range(len(below) - 1, -1, -1):
        words = _words(prose, below[index])
        if len(words) > 60 or _TABLE_FOOT_RE.search(words):
            continue
        if dates.is_date(words):
            above = _SEAL_RE.sub("", _words(prose, below[index - 1])) if index else ""
            return _Signature(above if _BODY_RE.fullmatch(above) else None, dates.find_date(words))
        signed = _SIGNED_RE.fullmatch(words) or _SIGNED_RE.match(words)
        if signed and dates.is_date(words[signed.end(1) :]):
            return _Signature(signed[1], dates.find_date(words))
    last = _words(prose, below[-1]) if below else ""
    return _Signature(last if _BODY_RE.fullmatch(last) and read_numbering(last, 0, len(last)) is None else None)


def _read_published(source: Source, parts: _Parts) -> str | None:
    """The date that the page tells: of its metadata, after a label, or alone on a line below the title."""
    for value in _find_marks(source, "published"):
        return dates.find_date(value)
    for pattern in _PUBLISHED_RES:
        if label := pattern.search(parts.page):
            return dates.find_date(parts.page[label.end() : label.end() + 30])
    lines = (line.strip() for line in parts.page.splitlines())
    return next((dates.find_date(line) for line in lines if line and dates.is_date(line)), None)


def _read_asked(prose: Prose, passages: Sequence[Span]) -> str | None:
    """The body whose office the report says to ask, without the name of its office for this work."""
    for passage in passages:
        if asked := _ASKED_RE.search(prose.text, *passage):
            body = _SUBJECT_RE.split(asked[1])[0]
            return body if _BODY_RE.fullmatch(body) and not _NAMELESS_RE.match(body) else None
    return None


def _read_publisher(source: Source, parts: _Parts) -> str | None:
    """The body that the page's metadata name."""
    label = _ISSUED_BY_RE.search(parts.page)
    names = [*_find_marks(source, "issuer"), label[1] if label else ""]
    return next((name for name in names if _BODY_RE.fullmatch(name)), None)


def _find_words(text: str, words: Iterable[str], start: int, end: int) -> Iterator[int]:
    """Every place of some words; a search for each is faster than a pattern for all."""
    for word in words:
        at = text.find(word, start, end)
        while at >= 0:
            yield at
            at = text.find(word, at + 1, end)


def _find_passages(prose: Prose, parts: _Parts) -> list[Span]:
    """Where the report speaks of itself: the preamble, then any paragraph that says 本报告 or starts with 地址."""
    starts = [paragraph.start for paragraph in parts.rest]
    told = {i for i, start in enumerate(starts) if _LABELLED_RE.match(prose.text, start)}
    if starts:
        own = _find_words(prose.text, _OWN["self"], starts[0], parts.rest[-1].end)
        told |= {bisect_right(starts, at) - 1 for at in own}
    spans = [(parts.rest[i].start, parts.rest[i].end) for i in sorted(told)]
    return [parts.preamble, *(span for span in spans if not _TABLE_FOOT_RE.search(prose.text, *span))]


def _read_period(prose: Prose, passages: Sequence[Span]) -> Period:
    """The period of the data, or their closing date alone."""
    told = [prose.text[start:end] for start, end in passages]
    told = [words for words in told if _PERIOD_RE.search(words)]
    for words in told:
        if period := dates.find_period(words):
            return period
    return Period(None, next(filter(None, map(dates.find_closing_date, told)), None))


def _read_year(title: str | None, period: Period, prose: Prose, parts: _Parts) -> int | None:
    """The year that is reported on."""
    if title and (year := dates.find_year(title)):
        return year
    if period.end:
        return int(period.end[:4])
    start, end = parts.preamble
    return dates.find_year(prose.text[start:end]) or dates.find_year(prose.text)


def read_document(source: Source, prose: Prose, headings: tuple[Heading, ...], tables: TableReading) -> Document:
    """The facts of the report as a whole."""
    parts = _split(source, prose, headings)
    title = _read_title(source, prose, parts)
    passages = _find_passages(prose, parts)
    period = _read_period(prose, passages)
    year = _read_year(title, period, prose, parts)
    compiler, signature = _read_compiler(prose, parts), _read_signature(prose, parts)
    # The body of the title comes first, then whoever tells it best; the others may know more of the region.
    told = (compiler, signature.body, _read_publisher(source, parts), _read_asked(prose, passages))
    bodies = [name for name in (read_body(title) if title else None, *told) if name]
    return Document(
        title=title,
        kind=_read_kind(title, tables.form, prose.text[parts.preamble[0] : parts.preamble[1]]),
        form=tables.form or "prose",
        year=year,
        issuer=bodies[0] if bodies else None,
        compiler=compiler or signature.body,
        region=find_region(bodies, prose.text, year),
        period=period,
        published_on=signature.date or _read_published(source, parts),
        contacts=find_contacts(prose, passages),
    )
