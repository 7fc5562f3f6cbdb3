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
from service.extraction.record import Record
from service.extraction.regions import find_region, is_region, is_zone, read_chain
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
# 青石县水务局 关于2014年度政府信息公开年度报告的函
_TITLE_LINE_RE = re.compile(rf"[^。;:!?|>]{{0,80}}{_REPORT}{_NOTE}(?:的(?:函|公告|通告|公示))?")
# What a table of the page leaves behind a title: `…年度报告 | ||`.
_CELLS = " |"
_MOST_TITLE_LINES = 4
_TITLE_PART_RE = re.compile(r"[^。;:,!?|\t>]{2,40}")
_OPEN_PART_RE = re.compile(r"关于|.*[及和与、的]")
# 关于做好2017年…年度报告 / 编制工作的通知 is on how to write one.
_NOTICE_RE = re.compile("关于(?:做好|报送|编制|印发|开展|认真做好|切实做好)")
# The first line of 信息公开 / 年度报告; above a whole title it is a column of the site.
_SUBJECT_PART_RE = re.compile(r".*(?:信息公开|政务公开|工作)")
_SUBJECT_RE = re.compile(_any(_TITLE["subjects"]))
_YEAR_WORD_RE = re.compile(rf"[-—~至]?[(【]?{dates.YEAR}(?:学年度|学年|年度|年)?[)】]?")
_YEAR_LINE_RE = re.compile(rf"\(?{dates.YEAR}年度?\)?")
_LAST_NOTE_RE = re.compile(r"\(([^()]{2,40})\)$")
# 青州海关关区 is 青州海关 with the offices below it.
_LINKS_RE = re.compile(rf"^{_any(_TITLE['links'])}+|{_any(_TITLE['links'])}+$|(?<=海关)关区$|{_NOTE}$")
_BODY_RE = re.compile(rf"[一-龥()·、]{{1,38}}{_ENDING}{_NOTE}")
# A page on one line parts its title from the rest by blanks.
_FLAT_TITLE_RE = re.compile(
    rf"(?<![^\s>])([^\s,。;:<>|]{{2,40}}?{dates.YEAR}年?[^\s,。;:<>|]{{0,30}}?{_ANNUAL})(?=[ \t])"
)
_FLAT_REACH = 400
# 2015年度我局政府信息公开工作年度报告 is a description, no name.
_DEICTIC_RE = re.compile("[我本该]")
_NAMELESS_RE = re.compile(_any(_ORGANISATION["nameless"]))
# 青石区人民政府及其办公室 reports as the government.
_OWN_OFFICE_RE = re.compile("(?<=人民政府)(?:及|和)其?(?:政府)?办公[室厅]$")
_REPORT_RE = re.compile(_REPORT)
# A page's <title> adds the site: …年度报告_岭南区人民政府门户网站
_SITE_RE = re.compile(r"[_|\n]|--| [-–—] ")
_FURNITURE_RE = re.compile(_any(_METADATA["furniture"]) + "|[>»]")

# 特编制2017年…工作年度报告; 现公布2018年…年度工作报告; 现将《…年度报告》公布如下. A rule on how to write one is none.
_NAMED_RES = (
    # 青石县教育局2019年政府信息公开工作年度报告(以下简称年报)是根据…编制, where no line is the title.
    re.compile(
        rf"(?:^|(?<=\n))([^,。;:《》()\n]{{0,40}}{dates.YEAR}年?[^,。;:《》()\n]{{0,30}}?{_ANNUAL})(?=\([^()]{{1,20}}\)是?根?|是?根据|系根据)"
    ),
    re.compile(rf"《((?!关于)[^《》\n]{{0,40}}{dates.YEAR}年?[^《》\n]{{0,30}}{_ANNUAL})》(?!的)"),
    re.compile(
        rf"(?:编制|编写|公布|发布|公开|形成|撰写|制定|现将|将)(?:(?:并(?:向社会)?)?(?:公布|发布|公开))?了?《?((?:{dates.YEAR}年[^,。;:《》]{{0,40}}?|[^,。;:《》\d]{{2,25}}{dates.YEAR}年?"
        rf"[^,。;:《》]{{0,30}}?)(?:{_ANNUAL}|(?:信息|政务)公开(?:工作|情况){{0,2}}报告))(?!的|格式|等|编制|工作|有关|发布|公布|报送)"
    ),
)
_REPORTED = "(?:编制|编写|编撰|撰写|汇总|起草)"
_COMPILED_RE = (
    re.compile(
        rf"[由是系]([^,。;:()《》\d]{{2,40}}?)(?:\([^()]{{1,30}}\))?(?=(?={_VERB}|[,《])[^。]{{0,200}}?{_REPORTED})"
    ),
    re.compile(
        rf"(?<![^,。;\n])([^,。;:()《》\d\n]{{2,40}}?{_ENDING})(?:\([^()\n]{{1,30}}\))?(?={_VERB})[^。]{{0,160}}?{_REPORTED}"
    ),
)
# The office to ask, where nobody else is named: 请与青石县教育局办公室联系; 受理机构为青石县教育局。
_ASKED_RE = re.compile(
    rf"(?:(?:请|可|欢迎|详情)(?:直接|随时|及时)?(?:与|联系:?|致电|向)|直接与|受理机构[为:]|联系单位:)([一-龥()·、]{{2,40}}?{_ENDING})(?=联系|[,。;(]|反映|咨询)"
)
# 涵盖青石乡人民政府2024年信息公开工作情况; 结合青石镇2024年政府信息公开工作编制;
# 根据青石大学2011-2012学年信息公开工作情况编制.
_COVERED_RE = re.compile(
    rf"(?:涵盖|反映|结合|根据|报告)了?(?:([一-龥]{{2,30}}?)(?:{dates.YEAR}[-—–~至]{{1,2}})?{dates.YEAR}(?:学年|年)度?的?(?=政府信息公开|信息公开|政务公开|工作)"
    rf"|{dates.YEAR}年度?([一-龥]{{2,30}}?)(?=政府信息公开|信息公开|政务公开))"
)
# 2023年,青石县司法局认真贯彻…: who acts in the first sentence of an untitled report.
_ACTS_RE = re.compile(
    rf"(?<![^\n。])(?:{dates.YEAR}[-—–]{{1,2}})?{dates.YEAR}(?:学年|年)(?:度|以来)?,?((?:(?!在|通过|依托|利用)[一-龥]){{2,30}}?)(?=共|主动|坚持|不断|进一步|着力|扎实|加强|强化|深化|推进|认真|深入|按照|根据|严格|高度重视|紧紧围绕|紧扣|围绕|全面|积极|贯彻|坚决|持续|切实|始终|在[^,。]{{0,16}}领导下|以[^,。]{{0,24}}为)"
)
# The part of a body that takes the calls: 青石县教育局综合科, 岭南镇人民政府党政办公室.
_PART_RE = re.compile(
    r"(.{2,}?(?:政府|[局厅委院校]|办公室|办事处|委员会|管委会|中心|[支大总]队))"
    r"(?:[一-龥]{0,8}[科股]|内勤中队|(?<=[镇乡]政府)[一-龥]{2,6}办公室|(?<=街道办事处)[一-龥]{2,6}办公室|(?:党政|党委|综合|党政综合)办公?室?|(?<!政府)办公室)"
)
# 河东区人民政府青石镇办公室 is the office of 河东区青石镇.
_SEAT_RE = re.compile("(.{2,}(?:镇|乡|街道|开发区|高新区|经开区|园区))(?:党政综合|党政|综合)?办公?室")
_NOT_BODY_RE = re.compile("报告|要求|规定|条例|为[了保]|根据|按照|^[对将把].*进行$")

_PERIOD_RE = re.compile(_any(_OWN["period"]))
_WHOLE_YEARS_RE = re.compile(r"\d{4}-01-01/\d{4}-12-31")
_TABLE_FOOT_RE = re.compile(_any(_OWN["table_foot"]))
_FOOTER_RE = re.compile("|".join(_METADATA["footer"]))
# `联系人：李某　电话：…` and `地址：…` are passages about the authors without a word such as 本报告.
_LABELLED_RE = re.compile("联系人|[联系通信讯办公单位咨询电子]{0,4}(?:地址|邮编|邮政编码|电话|传真|邮[箱件]|信箱|网址)")


def _label(words: Iterable[str]) -> str:
    """A pattern for one of several labels, which pages print with blanks inside: `索 引 号`, `[ 公开日期 ]`."""
    spaced = (r"[ \t]*".join(word) for word in sorted(words, key=len, reverse=True))
    return "(?:" + "|".join(spaced) + r")[ \t]*[\])〕】]?"


_PUBLISHED_RES = tuple(re.compile(rf"{_label(_METADATA[kind])}[\s:|]*(?=[\d二])") for kind in ("published", "written"))
# 来源:青石县教育局字号:[大 中 小]
_ISSUED_BY_RE = re.compile(
    rf"{_label(_METADATA['issuer'])}[\s:|]+([一-龥()]{{2,30}}?)"
    "(?=字号|字体|分享|浏览|作者|阅读|点击|打印|[^一-龥()]|$)"
)
_TITLED_RE = re.compile(rf"{_label(_METADATA['title'])}[\s:|]*(?P<title>[^|\n]{{4,80}})")
# 本报告根据《…政府信息公开条例》…编制, in a preamble that calls it by no other name.
_SELF_RE = re.compile("本(?:年度)?报告|本年报")
_RULES_RE = re.compile("信息公开(?:条例|办法|规定)")
# …年报(2013年02月25日)
_DATED_RE = re.compile(
    r"[(（](?:(?:文字|网络|图文|完整)版|全文|图解)[)）]$|[(（][^()（）]{0,4}(?:\d{4}年[^()（）]{0,8}日|\d{4}-\d{1,2}-\d{1,2})[^()（）]{0,2}[)）]$"
)
# 2017年03月09日    来源:
_BYLINE_RE = re.compile(r"来源|作者|编辑|浏览|点击|阅读|访问|字[体号]")
_NOTED_RE = re.compile(r"报告? ?\(([^()\n]{8,16})\)")
_DATED_LINE_RE = re.compile(r"(?m)^[\[(]((?:20\d\d[-/.]\d{1,2}[-/.]\d{1,2}))[\])]")
# Where nothing gives it a name: 现将2013年我区信息公开情况报告如下.
_TOLD_RE = re.compile(r"(?:信息|政务)公开[^。;]{0,20}(总结|汇报|报告)如下")
# 发布单位:办公室 names no body.
_OFFICE_RE = re.compile(
    "(?:[本我]?[省市县区州局厅院校委]?)?(?:人民政府|政府|党委|党政|综合|党校|院长|校长)?办(?:公[室厅])?"
)
# Bodies whose names say enough without a region.
_STATE_RE = re.compile("^(?:国家|中国|全国)|[一-龥]{4}(?:大学|学院|医院|公司)$")
_MOST_OPENINGS = 4
# 青石市委市政府 is not the body that reports.
_PARTY_RE = re.compile("[省市县区州旗党工]委(?!员会)")
_SEAL_RE = re.compile(r"\([^()]*章\)")
_SIGNED_RE = re.compile(rf"([一-龥()·、]{{1,38}}{_ENDING})(?={dates.YEAR}年)")


class _Parts(Record):
    """Where a report says things: the short lines on top, the sentences before its first heading, all that follows.

    ``preamble`` is a span of the prose; ``page`` is the view's text above the preamble, tables included.
    """

    head: tuple[Paragraph, ...]
    preamble: Span
    rest: tuple[Paragraph, ...]
    page: str


class _Signature(Record):
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
        is_whole = _has_year(title) and read_body(title) is not None
        goes_on = _OPEN_PART_RE.fullmatch(part) or (not is_whole and _SUBJECT_PART_RE.fullmatch(part))
        if not (names_body or dates_it or goes_on):
            break
        first, title = first - 1, part + title
    return first


def _find_titles(source: Source, prose: Prose, parts: _Parts) -> Iterator[str]:
    """What may be the report's title, the likeliest first."""
    yield from (value for value in _find_marks(source, "title"))
    if (named := _TITLED_RE.search(parts.page)) and _TITLE_LINE_RE.fullmatch(named["title"].strip()):
        yield named["title"].strip()
    lines = [_words(prose, paragraph).rstrip(_CELLS) for paragraph in parts.head]
    for index, line in enumerate(lines):
        if _TITLE_LINE_RE.fullmatch(line) and not _FURNITURE_RE.search(line) and not _NOTICE_RE.search(line):
            last = index
            if not _has_year(line) and index + 1 < len(lines) and _YEAR_LINE_RE.fullmatch(lines[index + 1]):
                last = index + 1
            block = parts.head[_find_block(lines, index) : last + 1]
            yield "".join(prose.printed(paragraph.start, paragraph.end).rstrip(_CELLS) for paragraph in block)
    if flat := _FLAT_TITLE_RE.search(source.text, 0, _FLAT_REACH):
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
    return _has_year(title), _SUBJECT_RE.search(title) is not None, placed


def _read_title(source: Source, prose: Prose, parts: _Parts) -> str | None:
    """The report's title: of its heading lines or the page, else the name that the preamble gives it."""
    found = ((title, fold(title)) for title in _find_titles(source, prose, parts))
    titles = [(title, words) for title, words in found if _SUBJECT_RE.search(words) or _has_year(words)]
    if titles:
        # The columns of a site (政府信息公开年报) stand above the title; only the title names the year.
        title, _ = max(titles, key=lambda named: _rate(named[1]))
        title = _DATED_RE.sub("", title)
        return re.sub(r"\s+", "", title)
    named = _find_named(prose, parts)
    return prose.printed(*named.span(1)) if named else None


def _find_named(prose: Prose, parts: _Parts) -> re.Match[str] | None:
    """Where the preamble names the report, not within the title of another paper (《关于编制…年度报告的通知》)."""
    text, (start, _) = prose.text, parts.preamble
    for pattern in _NAMED_RES:
        for named in pattern.finditer(text, *parts.preamble):
            at = named.start(1)
            within = text.rfind("《", start, max(at - 1, start)) > text.rfind("》", start, at)
            if not within and not _DEICTIC_RE.search(named[1]):
                return named
    return None


def read_body(title: str) -> str | None:
    """The body that a title names, a region named alone as its government: 2018年岭南区…年度报告."""
    year = _YEAR_WORD_RE.search(fold(title))
    named = _OWN_OFFICE_RE.sub("", _LINKS_RE.sub("", fold(title)[: year.start()])) if year else ""
    if _BODY_RE.fullmatch(named) and not _NAMELESS_RE.match(named) and not is_region(named):
        # 海关总署2010年海关信息公开工作年度报告
        return named
    words = _YEAR_WORD_RE.sub("", fold(title))
    subject = _SUBJECT_RE.search(words) or _REPORT_RE.search(words)
    body = words[: subject.start()] if subject else ""
    if body.endswith("人民") and words.startswith("政府", len(body)):
        # 岭南区人民政府信息公开工作 says 政府 once for both.
        body += "政府"
    body = _OWN_OFFICE_RE.sub("", _LINKS_RE.sub("", body))
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
        if form or _ANNUAL_RE.search(preamble):
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
    if _SUBJECT_RE.search(title) and "报告" in title:
        return "annual_report" if "信息公开" in title and _has_year(title) else "work_report"
    return "annual_report" if form else "unknown"


def _read_compiler(prose: Prose, passages: Sequence[Span]) -> str | None:
    """The office that the preamble, or what the report says of itself, tells to have compiled it: 由…根据…编制."""
    for passage in passages:
        for pattern in _COMPILED_RE:
            for match in pattern.finditer(prose.text, *passage):
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
    # A page on one line has its labels in the first sentence; 统计时间:… is told there as well.
    flat = parts.page if "\n" in parts.page else source.text[:_FLAT_REACH]
    for pattern, page in zip(_PUBLISHED_RES, (flat, parts.page), strict=True):
        if label := pattern.search(page):
            return dates.find_date(page[label.end() : label.end() + 30])
    lines = [line.strip() for line in parts.page.splitlines()]
    alone = next((dates.find_date(line) for line in lines if line and dates.is_date(line)), None)
    noted = _NOTED_RE.search(parts.page) or _DATED_LINE_RE.search(parts.page)
    told = alone or dates.find_stamp(parts.page) or (dates.find_date(noted[1]) if noted else None)
    return told or next((dates.find_day(line) for line in lines if _BYLINE_RE.search(line)), None)


def _read_asked(prose: Prose, passages: Sequence[Span]) -> str | None:
    """The body whose office the report says to ask, without the name of its office for this work."""
    for passage in passages:
        if asked := _ASKED_RE.search(prose.text, *passage):
            body = _SUBJECT_RE.split(asked[1])[0]
            part = _PART_RE.fullmatch(body)
            body = part[1] if part else body
            if seat := _SEAT_RE.fullmatch(body):
                body = seat[1].replace("人民政府", "")
            if is_region(body):
                return read_body(body + "信息公开")
            is_named = _BODY_RE.fullmatch(body) and not _NAMELESS_RE.match(body) and not _OFFICE_RE.fullmatch(body)
            return body if is_named else None
    return None


def _read_covered(prose: Prose, parts: _Parts) -> str | None:
    """The body whose work the preamble says that the report covers."""
    covered = _COVERED_RE.search(prose.text, *parts.preamble)
    return read_body((covered[1] or covered[2]) + "信息公开") if covered else None


def _read_calls_itself(prose: Prose, parts: _Parts) -> str | None:
    """The body in the name that the preamble gives the report: 青石高新区管委会2010年年报根据…编制."""
    named = _find_named(prose, parts)
    return read_body(named[1]) if named else None


def _name_in_full(body: str | None) -> str | None:
    """A region that compiles its report is its government: 由临河街道编制."""
    return read_body(body + "信息公开") if body and is_region(fold(body)) else body


def _read_actor(prose: Prose, parts: _Parts) -> str | None:
    """The body that acts at the start of the preamble or of the first section; 区政府办公室 alone says too little."""
    opening = [p for p in prose.paragraphs if p.start >= parts.preamble[0]]
    for paragraph in opening[:_MOST_OPENINGS]:
        acts = _ACTS_RE.search(prose.text, paragraph.start, paragraph.end)
        body = read_body(acts[1] + "信息公开") if acts else None
        if body and not _PARTY_RE.search(body) and (any(read_chain(body)) or _STATE_RE.search(body)):
            return body
    return None


def _read_publisher(source: Source, parts: _Parts) -> str | None:
    """The body that the page's metadata name."""
    label = _ISSUED_BY_RE.search(parts.page)
    names = [*_find_marks(source, "issuer"), label[1] if label else ""]
    return next((name for name in names if _BODY_RE.fullmatch(name) and not _OFFICE_RE.fullmatch(name)), None)


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
    preamble = dates.find_period(prose.text[slice(*passages[0])])
    if preamble and _WHOLE_YEARS_RE.fullmatch(f"{preamble.start}/{preamble.end}"):
        # 现将2020年1月1日至12月31日信息公开情况公布如下 says no 数据 or 统计.
        return preamble
    return Period(None, next(filter(None, map(dates.find_closing_date, told)), None))


def _read_year(title: str | None, period: Period, prose: Prose, parts: _Parts) -> int | None:
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
    parts = _split(source, prose, headings)
    title = _read_title(source, prose, parts)
    passages = _find_passages(prose, parts)
    period = _read_period(prose, passages)
    year = _read_year(title, period, prose, parts)
    compiler, signature = _read_compiler(prose, passages[:_MOST_OPENINGS]), _read_signature(prose, parts)
    # The body of the title comes first, then whoever tells it best; the others may know more of the region.
    told = (
        compiler,
        signature.body,
        _read_covered(prose, parts),
        _read_calls_itself(prose, parts),
        _read_publisher(source, parts),
        _read_actor(prose, parts),
        _read_asked(prose, passages),
    )
    bodies = [name for name in (read_body(title) if title else None, *map(_name_in_full, told)) if name]
    return Document(
        title=title,
        kind=_read_kind(
            title, tables.form, " ".join(prose.text[start:end] for start, end in passages[:_MOST_OPENINGS])
        ),
        form=tables.form or "prose",
        year=year,
        issuer=bodies[0] if bodies else None,
        compiler=compiler or signature.body,
        region=find_region(bodies, prose.text, year),
        period=period,
        published_on=signature.date or _read_published(source, parts),
        contacts=find_contacts(prose, passages),
    )
