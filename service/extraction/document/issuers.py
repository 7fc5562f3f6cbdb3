"""Whom the text beside its title tells to be the one that reports.

In: source, prose, `Parts`, passages. Out: `Issuers`: who compiled the report, when it was signed, and every body that
may be the one, the best told first.
"""

import re
from collections.abc import Iterator, Sequence

from service.extraction import dates
from service.extraction.codebook.vocabulary import (
    BUREAUS,
    LEVELS,
    MEANS,
    NUMERALS,
    OFFICE,
    TOWNSHIP,
    YEAR_WORD,
    ZONE,
)
from service.extraction.codebook.words import any_of
from service.extraction.document.parts import (
    LEANING,
    MOST_OPENINGS,
    TABLE_FOOT_RE,
    WORDS,
    Parts,
    find_marks,
    label_of,
    words_of,
)
from service.extraction.document.regions import find_site, is_region, read_chain
from service.extraction.document.titles import BODY_RE, ENDING, NAMELESS_RE, SUBJECT_RE, find_named, read_body
from service.extraction.layer import fold
from service.extraction.numbering import read_numbering
from service.extraction.prose_text import Paragraph, Prose
from service.extraction.record import Record
from service.extraction.report import Span
from service.extraction.source import Source

_METADATA, _ORGANISATION, _VERBS = WORDS["metadata"], WORDS["organisation"], WORDS["verbs"]
_VERB = any_of([*_ORGANISATION["verbs"], *_VERBS["leaning"], *_VERBS["writing"]])
_REPORTED = any_of([*_VERBS["writing"], "汇总"])
_ACTING = any_of(_VERBS["acting"])
_GENERAL = any_of(_ORGANISATION["general"])
_COMPILED_RE = (
    re.compile(
        rf"[由是系]([^,。;:()《》\d]{{2,40}}?|[^,。;:()《》\d]{{2,20}}\([^()]{{2,12}}\)办公[室厅])"
        rf"(?:\([^()]{{1,30}}\))?(?=(?={_VERB}|[,《])[^。]{{0,200}}?{_REPORTED})"
    ),
    re.compile(
        rf"(?<![^,。;\n])([^,。;:()《》\d\n]{{2,40}}?{ENDING})(?:\([^()\n]{{1,30}}\))?(?={_VERB})[^。]{{0,160}}?{_REPORTED}"
    ),
)
# 青石县医疗保障局特向社会公布…, 青石市林业局对…进行了总结: who begins a clause of the preamble.
_ANNOUNCED_RE = re.compile(
    rf"(?<![^,。;\n])([一-龥]{{2,30}}?(?:人民政府|{OFFICE}|[局厅署院]|海关))(?:\([^()\n]{{1,30}}\))?"
    rf"(?=特[向发]|现[向公将就发]|对|认真|{LEANING}|{any_of(_VERBS['publishing'])}|编|全面|结合)"
)
# The office to ask, where nobody else is named: 请与青石县教育局办公室联系; 受理机构为青石县教育局。
_ASKED_RE = re.compile(
    rf"(?:(?:请|可|欢迎|详情)(?:直接|随时|及时)?(?:与|联系:?|致电|向)|直接与|受理机构[为:]|联系单位:)([一-龥()·、]{{2,40}}?{ENDING})(?=联系|[,。;(]|反映|咨询)"
)
# 涵盖青石乡人民政府2024年信息公开工作情况; 结合青石镇2024年政府信息公开工作编制;
# 根据青石大学2011-2012学年信息公开工作情况编制; 现将临河街道办事处2021年度信息公开工作的情况报告如下.
_COVERED_RE = re.compile(
    rf"(?:涵盖|反映|结合|根据|报告(?!根据|结合|涵盖|反映|汇总)|汇总|现将)了?(?:([一-龥]{{2,30}}?)(?:{dates.YEAR}[-—–~至]{{1,2}})?{dates.YEAR}(?:学年|年)度?(?:\([^()\n]{{,30}}\))?的?(?=政府信息公开|信息公开|政务公开|工作)"
    rf"|{dates.YEAR}年度?([一-龥]{{2,30}}?)(?=政府信息公开|信息公开|政务公开))"
)
# 2023年,青石县司法局认真贯彻…: who acts in the first sentence of an untitled report.
_ACTS_RE = re.compile(
    rf"(?:(?<![^\n。])(?:(?:{dates.YEAR}[-—–]{{1,2}})?{dates.YEAR}(?:学年|年)|{YEAR_WORD})(?:度|以来)?,?|(?<![^\n]))((?!{YEAR_WORD})(?:(?!{MEANS})[一-龥()]){{2,30}}?)(?={_ACTING}|{LEANING}|在[^,。]{{0,16}}(?:领导|指导)下|以[^,。]{{0,24}}为)"
)
# The part of a body that takes the calls: 青石县教育局综合科, 岭南镇人民政府党政办公室.
_PART_RE = re.compile(
    # 青石区教育局局办公室 is the office of 青石区教育局.
    rf"(.{{2,}}?(?:政府|[{BUREAUS}校]|{OFFICE}|[支大总]队))(?:(?<=局)局|(?<=委)委|(?<=厅)厅)?"
    rf"(?:[一-龥]{{0,8}}[科股]|内勤中队|(?<=[镇乡]政府)[一-龥]{{2,6}}办公室|(?<=街道办事处)[一-龥]{{2,6}}办公室|{_GENERAL}办公?室?|(?<!政府)办公室"
    # 国家粮食局办公厅政务信息处
    rf"|(?:(?<!政府)办公[厅室])?(?:(?!办公)[一-龥]){{0,6}}{any_of(_ORGANISATION['divisions'])}处)"
)
# 河东区人民政府青石镇办公室 is the office of 河东区青石镇.
_SEAT_RE = re.compile(
    f"(.{{2,}}(?:{TOWNSHIP}|{ZONE}))(?:{_GENERAL}?办公?室|[一-龥]{{0,6}}科)"
    # 青石县政府办 speaks for its government.
    f"|(.{{2,}}[{LEVELS}])(?:人民)?政府办"
)
# 河东市青石区河东市青石区教育局: a form filled in with its region and the full name.
_TWICE_RE = re.compile(r"^([一-龥]{3,14})(?=\1)")
_NOT_BODY_RE = re.compile(f"报告|要求|规定|条例|为[了保]|{LEANING}|^[对将把].*进行$")
# 来源:青石县教育局字号:[大 中 小]
_ISSUED_BY_RE = re.compile(
    rf"{label_of(_METADATA['issuer'])}[\s:|]+([一-龥()]{{2,30}}?)"
    rf"(?={any_of(_METADATA['byline'])}|分享|打印|[^一-龥()]|$)"
)
# 发布单位:办公室 names no body.
_OFFICE_RE = re.compile(
    f"(?:[本我]?[{LEVELS}{BUREAUS}校]?)?(?:{_GENERAL}|人民政府|政府|党校|院长|校长)?办(?:公[室厅])?"
)
# 临河街道信息公开工作办公室, 青石大学政府信息公开领导小组办公室.
_OWN_WORK_RE = re.compile(
    f"(?:(?<=[{BUREAUS}校学镇乡会道])政府)?(?:政府信息[与和及])?(?:信息|政务)公开(?:工作)?(?:领导小组(?:办(?:公室)?)?|办(?:公室)?)$"
)
# 我局成立了青石县林业局信息公开工作领导小组, 制定了《青石县林业局网站管理办法》: whose group and rules these are.
_OWN_KIND_RE = re.compile(f"(?:[我本]|(?<![一-龥])(?=局(?:党[委组]|领导)))([{BUREAUS}校镇乡])")
_FOUNDED_RE = re.compile(
    f"{any_of(_VERBS['founding'])}了?《?([一-龥]{{2,20}}?[{BUREAUS}校镇乡])(?=[一-龥]{{0,8}}(?:信息公开|政务公开|网站|信息|保密))"
)
# Bodies whose names say enough without a region.
_STATE_RE = re.compile("^(?:国家|中国|全国)|[一-龥]{4}(?:大学|学院|医院|公司)$")
# 市生态环境局河东分局 says which office it is, 市政府办公室 does not.
_UNPLACED_RE = re.compile(f"[{LEVELS}](?!政府|人民|委)[一-龥]{{2,20}}(?:局|厅|委员会)")
_OWN_TOWN_RE = re.compile(f"[我本]({TOWNSHIP})")
_NAMED_TOWN_RE = re.compile(
    rf"(?<![^,。;:\n])(?:20\d\d年度?,?)?((?:(?![我本全各该])[一-龥]){{2,8}}?{TOWNSHIP})(?:党委|政府)?"
    rf"(?=[未共没]|收到|认真|坚持|高度|严格|积极|主动|{LEANING}|不断|结合|成立)"
)
# 我市, 全县; an office that writes so says 我局 as well.
_OWN_REGION_RE = re.compile(f"[我本全]([{LEVELS}])(?!直)")
_OWN_OFFICE_RE = re.compile(f"[我本](?:[{BUREAUS}]|{any_of(_ORGANISATION['own'])})")
# 青石市委市政府 is not the body that reports.
_PARTY_RE = re.compile(f"[{LEVELS}党工]委(?!员会)")
# 二是在政府网站 is a member of a list.
_LIST_ITEM_RE = re.compile(f"[{NUMERALS}]{{1,2}}是")
_COMMON_ENDING_RE = re.compile(f"[{_ORGANISATION['common']}]$(?<!办公室)")
_DATE_LABEL_RE = re.compile("^(?:发布|发文|成文|公布|公开|印发|报送)(?:日期|时间):")
_SEAL_RE = re.compile(r"\([^()]*章\)")
_SIGNED_RE = re.compile(rf"([一-龥()·、]{{1,38}}{ENDING})(?={dates.YEAR}年)")


class Issuers(Record):
    """``named`` are the bodies that may be the one that reports, the best told first."""

    compiler: str | None
    signed_on: str | None
    named: tuple[str, ...]


class _Signature(Record):
    body: str | None = None
    date: str | None = None


def _read_compiler(prose: Prose, passages: Sequence[Span]) -> str | None:
    """The office that the preamble, or what the report says of itself, tells to have compiled it: 由…根据…编制."""
    for passage in passages:
        for pattern in _COMPILED_RE:
            for match in pattern.finditer(prose.text, *passage):
                body = _TWICE_RE.sub("", match[1].removeprefix("由"))
                if BODY_RE.fullmatch(body) and not NAMELESS_RE.match(body) and not _NOT_BODY_RE.search(body):
                    return prose.printed(match.end(1) - len(body), match.end(1))
    return None


def _read_signature(prose: Prose, parts: Parts) -> _Signature:
    """The name and the date below the text, on one line or two; the clerk's date below a table is none."""
    below = prose.paragraphs[len(parts.head) :]
    for index in range(len(below) - 1, -1, -1):
        words = _DATE_LABEL_RE.sub("", words_of(prose, below[index]))
        if len(words) > 60 or TABLE_FOOT_RE.search(words):
            continue
        if dates.is_date(words):
            above = _SEAL_RE.sub("", words_of(prose, below[index - 1])) if index else ""
            return _Signature(above if BODY_RE.fullmatch(above) else None, dates.find_date(words))
        signed = _SIGNED_RE.fullmatch(words) or _SIGNED_RE.match(words)
        if signed and dates.is_date(words[signed.end(1) :]):
            return _Signature(signed[1], dates.find_date(words))
    return _Signature(_read_last_line(prose, below))


def _read_last_line(prose: Prose, below: Sequence[Paragraph]) -> str | None:
    """A body that stands below the text without a date."""
    last = words_of(prose, below[-1]) if below else ""
    if not BODY_RE.fullmatch(last) or read_numbering(last, 0, len(last)) or _LIST_ITEM_RE.match(last):
        return None
    # A text that was cut may end in any word: 及时更新政府网站.
    return last if any(read_chain(last)) or not _COMMON_ENDING_RE.search(last) else None


def _read_asked(prose: Prose, passages: Sequence[Span]) -> str | None:
    """The body whose office the report says to ask, without the name of its office for this work."""
    for passage in passages:
        if asked := _ASKED_RE.search(prose.text, *passage):
            body = SUBJECT_RE.split(asked[1])[0]
            if body.endswith("人民") and asked[1].startswith("政府", len(body)):
                # 青石县人民政府信息公开工作办公室
                body += "政府"
            part = _PART_RE.fullmatch(body)
            body = part[1] if part else body
            if seat := _SEAT_RE.fullmatch(body):
                body = (seat[1] or seat[2]).replace("人民政府", "")
            if is_region(body):
                return read_body(body + "信息公开")
            is_named = BODY_RE.fullmatch(body) and not NAMELESS_RE.match(body) and not _OFFICE_RE.fullmatch(body)
            return body if is_named else None
    return None


def _read_covered(prose: Prose, parts: Parts) -> str | None:
    """The body whose work the preamble says that the report covers."""
    covered = _COVERED_RE.search(prose.text, *parts.preamble)
    return read_body((covered[1] or covered[2]) + "信息公开") if covered else None


def _read_calls_itself(prose: Prose, parts: Parts) -> str | None:
    """The body in the name that the preamble gives the report: 青石高新区管委会2010年年报根据…编制."""
    named = find_named(prose, parts)
    return read_body(named[1]) if named else None


def _read_announcer(prose: Prose, parts: Parts) -> str | None:
    """The body that tells of its report in the preamble: 青石县医疗保障局特向社会公布….

    So does 青石市教育局按照…要求,现公开….
    """
    bodies = (match[1] for match in _ANNOUNCED_RE.finditer(prose.text, *parts.preamble))
    return next((body for body in bodies if any(read_chain(body)) and not _NOT_BODY_RE.search(body)), None)


def _name_in_full(body: str | None) -> str | None:
    """A region that compiles its report is its government, 由临河街道编制; an office for this work is its body."""
    body = _TWICE_RE.sub("", body) if body else None
    whole = _OWN_WORK_RE.sub("", body) if body else ""
    body = whole if is_region(fold(whole)) or BODY_RE.fullmatch(whole) else body
    return read_body(body + "信息公开") if body and is_region(fold(body)) else body


def _find_actors(prose: Prose, parts: Parts) -> Iterator[str]:
    """The bodies that act at the start of the preamble or of the first section."""
    opening = [p for p in prose.paragraphs if p.start >= parts.preamble[0]]
    for paragraph in opening[:MOST_OPENINGS]:
        acts = _ACTS_RE.search(prose.text, paragraph.start, paragraph.end)
        body = read_body(acts[1] + "信息公开") if acts else None
        if body and not _PARTY_RE.search(body):
            yield body


def _read_actor(prose: Prose, parts: Parts) -> str | None:
    """The first that acts and says whose it is; 区政府办公室 alone says too little."""
    actors = _find_actors(prose, parts)
    return next((body for body in actors if any(read_chain(body)) or _STATE_RE.search(body)), None)


def _read_head(prose: Prose, parts: Parts) -> str | None:
    """The body that stands alone on a line above the text, below a title that names none."""
    lines = (words_of(prose, paragraph) for paragraph in parts.head)
    return next((line for line in lines if BODY_RE.fullmatch(line) and any(read_chain(line))), None)


def _read_publisher(source: Source, parts: Parts) -> str | None:
    """The body that the page's metadata name."""
    label = _ISSUED_BY_RE.search(parts.page)
    names = [*find_marks(source, "issuer"), label[1] if label else ""]
    return next((name for name in names if BODY_RE.fullmatch(name) and not _OFFICE_RE.fullmatch(name)), None)


def read_implied(prose: Prose, parts: Parts) -> str | None:
    """The body that a report without a name implies: by what it set up, who acts, or whose site its region's is."""
    return _read_founder(prose) or _read_own_name(prose) or _read_unplaced_actor(prose, parts) or _read_own_site(prose)


def _read_founder(prose: Prose) -> str | None:
    """The body that a report calls its own by what it set up: 成立了青石县林业局…领导小组."""
    kind = _OWN_KIND_RE.search(prose.text)
    founded = (match[1] for match in _FOUNDED_RE.finditer(prose.text)) if kind else ()
    return next((body for body in founded if kind and body.endswith(kind[1]) and any(read_chain(body))), None)


def _read_own_name(prose: Prose) -> str | None:
    """The one name by which a report of 我乡 or 本镇 calls itself as well: 柳河乡未收取任何费用."""
    kind = _OWN_TOWN_RE.search(prose.text)
    names = {name for name in _NAMED_TOWN_RE.findall(prose.text) if kind and name.endswith(kind[1])}
    names = {name for name in names if not NAMELESS_RE.match(name) and is_region(name)}
    return read_body(names.pop() + "信息公开") if len(names) == 1 else None


def _read_unplaced_actor(prose: Prose, parts: Parts) -> str | None:
    """An office that acts first and is named again, without its region: 市生态环境局河东分局."""
    bodies = (body for body in _find_actors(prose, parts) if _UNPLACED_RE.fullmatch(body))
    return next((body for body in bodies if prose.text.count(body) > 1), None)


def _read_own_site(prose: Prose) -> str | None:
    """The government on whose site a report of 全市 or 我县 is, where no office speaks of itself."""
    kind = None if _OWN_OFFICE_RE.search(prose.text) else _OWN_REGION_RE.search(prose.text)
    region = find_site(kind[1], prose.text) if kind else None
    return read_body(region + "信息公开") if region else None


def find_issuers(source: Source, prose: Prose, parts: Parts, passages: Sequence[Span]) -> Issuers:
    """Everybody whom the text names as the one that reports; those who tell less may know more of the region."""
    compiler, signature = _read_compiler(prose, passages[:MOST_OPENINGS]), _read_signature(prose, parts)
    told = (
        fold(compiler) if compiler else None,
        signature.body,
        _read_covered(prose, parts),
        _read_calls_itself(prose, parts),
        _read_announcer(prose, parts),
        _read_publisher(source, parts),
        _read_actor(prose, parts),
        _read_asked(prose, passages),
        _read_head(prose, parts),
    )
    return Issuers(compiler or signature.body, signature.date, tuple(filter(None, map(_name_in_full, told))))
