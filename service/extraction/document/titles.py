"""The title of a report: its words, the body that it names, what kind of report it tells.

In: source, prose, `Parts`. Out: the title as it is printed, None where neither lines, page nor preamble have one.
"""

import re
from collections.abc import Iterator, Sequence

from service.extraction import dates
from service.extraction.codebook.vocabulary import ENDINGS
from service.extraction.codebook.words import any_of
from service.extraction.document.parts import FLAT_REACH, WORDS, Parts, find_marks, label_of, words_of
from service.extraction.document.regions import is_region, is_zone, read_chain
from service.extraction.layer import fold
from service.extraction.outline import Heading
from service.extraction.prose_text import Prose
from service.extraction.source import Source

_TITLE, _ORGANISATION, _METADATA = WORDS["title"], WORDS["organisation"], WORDS["metadata"]
_WRITING, _PUBLISHING = any_of(WORDS["verbs"]["writing"]), any_of(WORDS["verbs"]["publishing"])
_ENDINGS = ENDINGS | set(_ORGANISATION["endings"])
_ANNUAL, ENDING = any_of(_TITLE["annual"]), any_of(_ENDINGS)
_BESIDE = any_of(_TITLE["beside"])
_REPORT = any_of([*_TITLE["annual"], *_TITLE["plain"], *_TITLE["other"]])
_FILE = r"\.(?:docx?|pdf|wps)"
_NOTE = r"(?:\([^()]{1,20}\)|〔[^〔〕]{1,20}〕)?"
_ANNUAL_RE = re.compile(_ANNUAL)
_OTHER_RE = re.compile(any_of(_TITLE["other"]) + f"{_NOTE}$|半年|季度")
# 青石县水务局 关于2014年度政府信息公开年度报告的函
_TITLE_LINE_RE = re.compile(
    rf"(?:附件 ?\d{{0,2}}:)?[^。;:!?|>]{{0,80}}{_REPORT}{_NOTE}(?:的(?:函|公告|通告|公示)|{_FILE})?"
    rf"|[^。;:!?|>]{{0,40}}关于{_PUBLISHING}[^。;:!?|>]{{0,60}}{_REPORT}的通知"
)
# What a table of the page leaves behind a title: `…年度报告 | ||`.
_CELLS = " |"
_MOST_TITLE_LINES = 4
_TITLE_PART_RE = re.compile(r"[^。;:,!?|\t>]{2,40}")
_OPEN_PART_RE = re.compile(r"关于|.*[及和与、的]")
_NOTICE_RE = re.compile(f"关于{any_of(_TITLE['notices'])}")
# The first line of 信息公开 / 年度报告; above a whole title it is a column of the site.
_SUBJECT_PART_RE = re.compile(r".*(?:信息公开|政务公开|工作)")
SUBJECT_RE = re.compile(any_of(_TITLE["subjects"]))
_YEAR_WORD_RE = re.compile(rf"[-—~至]?[(【]?{dates.YEAR}(?:学年度|学年|年度|年)?[)】]?")
_YEAR_LINE_RE = re.compile(rf"\(?{dates.YEAR}年度?\)?")
_LAST_NOTE_RE = re.compile(r"\(([^()]{2,40})\)$")
# 青州海关关区 is 青州海关 with the offices below it.
_LINKS_RE = re.compile(rf"^{any_of(_TITLE['links'])}+|{any_of(_TITLE['links'])}+$|(?<=海关)关区$|{_NOTE}$")
BODY_RE = re.compile(rf"[一-龥()·、]{{1,38}}{ENDING}{_NOTE}")
# A page on one line parts its title from the rest by blanks.
_FLAT_TITLE_RE = re.compile(
    rf"(?<![^\s>])([^\s,。;:<>|]{{2,40}}?{dates.YEAR}年?[^\s,。;:<>|]{{0,30}}?{_ANNUAL})(?=[ \t])"
)
# 2015年度我局政府信息公开工作年度报告 is a description, no name.
_DEICTIC_RE = re.compile("[我本该]")
NAMELESS_RE = re.compile(any_of(_ORGANISATION["nameless"]))
# 临河里街2021年…: a subdistrict that goes without 道.
_STREET_RE = re.compile("[一-龥]{2,20}街")
# 【年报】青石县教育局2018年…, 关于公布青石县教育局2018年…的通知
_LEADING_RE = re.compile(rf"^(?:【[^【】]{{1,8}}】|\[[^\[\]]{{1,8}}\]|[^,。《》]{{0,20}}?关于{_PUBLISHING})")
# 青石区人民政府及其办公室 reports as the government.
_OWN_OFFICE_RE = re.compile("(?<=人民政府)(?:及|和)其?(?:政府)?办公[室厅]$")
_REPORT_RE = re.compile(_REPORT)
# A page's <title> adds the site: …年度报告_岭南区人民政府门户网站
_SITE_RE = re.compile(r"[_|\n]|--| [-–—] ")
_FURNITURE_RE = re.compile(any_of(_METADATA["furniture"]) + "|[>»]")
# 特编制2017年…工作年度报告; 现公布2018年…年度工作报告; 现将《…年度报告》公布如下. A rule on how to write one is none.
_NAMED_RES = (
    # 青石县教育局2019年政府信息公开工作年度报告(以下简称年报)是根据…编制, where no line is the title.
    re.compile(
        rf"(?:^|(?<=\n))([^,。;:《》()\n]{{0,40}}{dates.YEAR}年?[^,。;:《》()\n]{{0,30}}?{_ANNUAL})(?=\([^()]{{1,20}}\)是?根?|是?根据|系根据|由[^,。]{{2,60}}[,、][^。]{{0,200}}组成|包括)"
    ),
    re.compile(rf"《((?!关于)[^《》\n]{{0,40}}{dates.YEAR}年?[^《》\n]{{0,30}}{_ANNUAL})》(?!的)"),
    re.compile(
        rf"(?:{_WRITING}|(?<![息务]){_PUBLISHING}|形成|制定|现将|将)(?:(?:并(?:向社会)?)?{_PUBLISHING})?了?《?((?:{dates.YEAR}年[^,。;:《》]{{0,40}}?|[^,。;:《》\d]{{2,25}}{dates.YEAR}年?"
        rf"[^,。;:《》]{{0,30}}?)(?:{_ANNUAL}|(?:信息|政务)公开(?:工作|情况){{0,2}}报告))(?!{_BESIDE}|(?:发布|公布)(?!如下))"
    ),
)
_NOW_NAMED_RE = re.compile(
    rf"(?:现|特)(?:将|予以|向社会|对外)?{_PUBLISHING}?《?((?:{dates.YEAR}年[^,。;:《》]{{2,40}}?|[^,。;:《》\d]{{2,25}}{dates.YEAR}年?"
    rf"[^,。;:《》]{{0,30}}?){_ANNUAL})(?!{_BESIDE})"
)
# 编制了《青石市气象局2015年政府信息公开工作年度报告》, where the first section tells what a preamble does.
_WRITTEN_RE = re.compile(
    rf"(?:{_WRITING}|形成)了?《((?!关于)[^《》\n]{{0,40}}{dates.YEAR}年?[^《》\n]{{0,30}}{_ANNUAL})》(?!的)"
)
_TITLED_RE = re.compile(rf"{label_of(_METADATA['title'])}[\s:|]*(?P<title>[^|\n]{{4,80}})")
# 青石县人民政府办公室(以下简称县政府办)2022年…年度报告: how it is called below is no part of the name.
_SHORT_NAME_RE = re.compile(r"[(（](?:以下|下称|简称)[^()（）]{1,24}[)）]")
# 本报告根据《…政府信息公开条例》…编制, in a preamble that calls it by no other name.
_SELF_RE = re.compile("[本此](?:年度)?报告|本年报")
_RULES_RE = re.compile("信息公开(?:条例|办法|规定)")
_AROUND_RE = re.compile(f"^附件 ?\\d{{0,2}}[:：]|{_FILE}$")
# …年报(2013年02月25日)
_DATED_RE = re.compile(
    rf"[(（]{any_of(_TITLE['versions'])}[)）]$|[(（][^()（）]{{0,4}}(?:\d{{4}}年[^()（）]{{0,8}}日|\d{{4}}-\d{{1,2}}-\d{{1,2}})[^()（）]{{0,2}}[)）]$"
)
# 一、主动公开政府信息的情况 … 四、因政府信息公开申请行政复议的情况: the parts that the regulations want.
_STATUTORY_RES = tuple(re.compile(any_of(words)) for words in WORDS["headings"]["statutory"])
_LEAST_STATUTORY = 4
# What the form of 2021 wants in its first part.
_OVERVIEW_RES = tuple(map(re.compile, WORDS["headings"]["overview"]))
# Where nothing gives it a name: 现将2013年我区信息公开情况报告如下.
_TOLD_RE = re.compile(r"(?:信息|政务)公开[^。;]{0,20}(总结|汇报|报告)如下")


def _has_year(text: str) -> bool:
    return dates.find_year(text) is not None


def _find_block(lines: Sequence[str], last: int) -> int:
    """The first line of the title that ends with line ``last``."""
    first, title = last, lines[last]
    while first and last - first < _MOST_TITLE_LINES:
        part = lines[first - 1]
        if not _TITLE_PART_RE.fullmatch(part) or _TITLE_LINE_RE.fullmatch(part) or _FURNITURE_RE.search(part):
            break
        names_body = read_body(title) is None and (BODY_RE.fullmatch(part) is not None or is_region(part))
        dates_it = not _has_year(title) and _has_year(part) and not dates.is_date(part)
        is_whole = _has_year(title) and read_body(title) is not None
        goes_on = _OPEN_PART_RE.fullmatch(part) or (not is_whole and _SUBJECT_PART_RE.fullmatch(part))
        if not (names_body or dates_it or goes_on):
            break
        first, title = first - 1, part + title
    return first


def _find_titles(source: Source, prose: Prose, parts: Parts) -> Iterator[str]:
    """What may be the report's title, the likeliest first."""
    yield from (value for value in find_marks(source, "title"))
    if (named := _TITLED_RE.search(parts.page)) and _TITLE_LINE_RE.fullmatch(named["title"].strip()):
        yield named["title"].strip()
    lines = [words_of(prose, paragraph).rstrip(_CELLS) for paragraph in parts.head]
    for index, line in enumerate(lines):
        if _TITLE_LINE_RE.fullmatch(line) and not _FURNITURE_RE.search(line) and not _NOTICE_RE.search(line):
            last = index
            if not _has_year(line) and index + 1 < len(lines) and _YEAR_LINE_RE.fullmatch(lines[index + 1]):
                last = index + 1
            block = parts.head[_find_block(lines, index) : last + 1]
            yield "".join(prose.printed(paragraph.start, paragraph.end).rstrip(_CELLS) for paragraph in block)
    if flat := _FLAT_TITLE_RE.search(source.text, 0, FLAT_REACH):
        yield flat[1]
    cells = (cell.strip() for line in parts.page.splitlines() if "|" in line for cell in line.split("|"))
    yield from (cell for cell in cells if _has_year(cell) and _TITLE_LINE_RE.fullmatch(cell))
    for mark in source.marks:
        if mark.kind == "title":
            yield _SITE_RE.split(mark.value or source.text[mark.start : mark.end])[0]


def _rate(title: str) -> tuple[bool, ...]:
    """How much a title tells; of a page's title 水务局… and the report's own 青石县水务局… the second tells more."""
    body = read_body(title)
    placed = body is not None and any(read_chain(body))
    return _has_year(title), SUBJECT_RE.search(title) is not None, placed


def read_title(source: Source, prose: Prose, parts: Parts) -> str | None:
    """The report's title: of its heading lines or the page, else the name that the preamble gives it."""
    found = ((title, fold(title)) for title in _find_titles(source, prose, parts))
    titles = [(title, words) for title, words in found if SUBJECT_RE.search(words) or _has_year(words)]
    if titles:
        # The columns of a site (政府信息公开年报) stand above the title; only the title names the year.
        title, _ = max(titles, key=lambda named: _rate(named[1]))
        title = _DATED_RE.sub("", _AROUND_RE.sub("", title))
        return re.sub(r"\s+", "", title)
    named = find_named(prose, parts)
    return _SHORT_NAME_RE.sub("", prose.printed(*named.span(1))) if named else None


def find_named(prose: Prose, parts: Parts) -> re.Match[str] | None:
    """Where the preamble names the report, not within the title of another paper (《关于编制…年度报告的通知》)."""
    text, (start, end) = prose.text, parts.preamble
    patterns: tuple[re.Pattern[str], ...] = _NAMED_RES
    if start == end and parts.rest:
        # 一、总体情况 根据…规定,现公布…: the first section does what a preamble does.
        start, end = parts.rest[0].start, parts.rest[:3][-1].end
        patterns = (_NOW_NAMED_RE, _WRITTEN_RE)
    for pattern in patterns:
        for named in pattern.finditer(text, start, end):
            at = named.start(1)
            within = text.rfind("《", start, max(at - 1, start)) > text.rfind("》", start, at)
            if not within and not _DEICTIC_RE.search(named[1]):
                return named
    return None


def read_body(title: str) -> str | None:
    """The body that a title names, a region named alone as its government: 2018年岭南区…年度报告."""
    plain = _LEADING_RE.sub("", fold(title))
    year = _YEAR_WORD_RE.search(plain)
    named = _OWN_OFFICE_RE.sub("", _LINKS_RE.sub("", plain[: year.start()])) if year else ""
    is_kind = named in _ENDINGS or is_region(named)
    if BODY_RE.fullmatch(named) and not NAMELESS_RE.match(named) and not is_kind:
        # 海关总署2010年海关信息公开工作年度报告
        return named
    words = _YEAR_WORD_RE.sub("", plain)
    subject = SUBJECT_RE.search(words) or _REPORT_RE.search(words)
    body = words[: subject.start()] if subject else ""
    if body.endswith("人民") and words.startswith("政府", len(body)):
        # 岭南区人民政府信息公开工作 says 政府 once for both.
        body += "政府"
    body = _OWN_OFFICE_RE.sub("", _LINKS_RE.sub("", body))
    if not body and (note := _LAST_NOTE_RE.search(words)):
        # 2018年政府信息公开工作年度报告(岭南市财政局)
        body = note[1]
    if NAMELESS_RE.match(body) or body in _ENDINGS:
        # 根据学校2013-2014学年信息公开工作情况编制 names none.
        return None
    if is_region(body) or _STREET_RE.fullmatch(body):
        return body + ("办事处" if body.endswith(("街道", "街")) else "管理委员会" if is_zone(body) else "人民政府")
    return body if BODY_RE.fullmatch(body) else None


def _has_statutory_parts(headings: Sequence[Heading]) -> bool:
    """Whether the headings are those that the regulation wants in the annual report."""
    overview = [fold(heading.title) for heading in headings if heading.level == 2]
    if all(any(pattern.search(title) for title in overview) for pattern in _OVERVIEW_RES):
        return True
    titles = [fold(heading.title) for heading in headings if heading.level == 1]
    return sum(any(pattern.search(title) for title in titles) for pattern in _STATUTORY_RES) >= _LEAST_STATUTORY


def read_kind(title: str | None, form: str | None, headings: Sequence[Heading], preamble: str) -> str:
    """Whether it is the annual report, another report on this work, or none that we know."""
    if title is None:
        if form or _ANNUAL_RE.search(preamble) or _has_statutory_parts(headings):
            return "annual_report"
        if _SELF_RE.search(preamble) and _RULES_RE.search(preamble):
            return "annual_report"
        told = _TOLD_RE.search(preamble)
        if told is None:
            return "unknown"
        return "annual_report" if told[1] == "报告" and _has_year(preamble) else "work_report"
    title = fold(title)
    if _ANNUAL_RE.search(title):
        return "annual_report"
    if _OTHER_RE.search(title):
        return "work_report"
    if SUBJECT_RE.search(title) and "报告" in title:
        return "annual_report" if "信息公开" in title and _has_year(title) else "work_report"
    return "annual_report" if form else "unknown"
