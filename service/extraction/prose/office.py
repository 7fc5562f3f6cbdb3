"""Whose report it is, and whether words name its office or some other body.

In: the first words of the template and the rulebook's patterns. Out: an `Office`, which says of words before a figure
that they are another body's, a wider region's or an account's or a field's of its own. It reads no indicator.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from service.extraction.codebook import load_toml
from service.extraction.codebook.vocabulary import BUREAUS, LEVELS, MEANS
from service.extraction.codebook.words import any_of, find_all

# Title and preamble name the office whose report it is.
_OWN_REACH = 800
_LEAST_NAME = 2
# So many characters at most stand between two letters of a short form in the full name.
_MOST_BETWEEN = 5
# To look for a verb is much cheaper than to look for who did it.
_ACTED = ("收到", "接到", "受理", "答复", "办结", "回复", "发生")
_TOWNS = ("乡", "镇")
# What is in the name of governments below: 各市州, 县区政府及其部门.
_LOWER = ("各", "县")
_NAMED_TOWN_RE = re.compile("[\u4e00-\u9fff](?<![我本全各])[乡镇]")
_CLAUSE_RE = re.compile("[,;:(]")
# 2024年河东乡, 全年街道: the year's own word is no part of the name.
_YEAR_WORD_RE = re.compile("^(?:全年|[本今当]?年[度内]?)(?=..)")
# The last words of a clause, as far as the name of a body reaches.
_NAME_RE = re.compile(r"[\u4e00-\u9fff]{1,15}$")
# 年在省局门户网站: the words before the name of a site's owner.
_MEANS_RE = re.compile(rf"^(?:年度?|全年|年内|共|累计|主动)*{MEANS}(?=[{LEVELS}镇乡]?[{BUREAUS}])")
# The desk of a body is that body: 青石县林业局办公室, 交通运输部行政复议办公室.
_DESK_RE = re.compile(f"(?<=[{BUREAUS}部])(?:(?:政府)?信息公开|政务公开|行政复议|法制)?办公室$")
_DESK_TITLE_RE = re.compile("办公[室厅](?:关于)?(?:20[0-9]{2}|政府信息|政务公开|信息公开)")
_REGION_RE = re.compile(f"^[{LEVELS}镇乡]")
_REGION_WORD_RE = re.compile(f"[{LEVELS}]")
_LEVEL_RE = re.compile(f"[{LEVELS}]([{BUREAUS}办])")
_ACCOUNTS = load_toml("accounts.toml")
# 柳河 of the account “微柳河”, 四川气象 of “四川气象12345”: the part that names an office.
_ACCOUNT_RE = re.compile(
    rf"^{any_of(_ACCOUNTS['before'])}?([\u4e00-\u9fff]{{2,10}}?){any_of(_ACCOUNTS['behind'])}*\d*$"
)
_BUSINESS: dict[str, str] = _ACCOUNTS["business"]
_BUSINESS_RE = re.compile(any_of(_BUSINESS))
# 健康河东 is 河东健康.
_BUSINESS_FIRST_RE = re.compile("^([\u4e00-\u9fff]{2})([\u4e00-\u9fff]{2,4})$")
# The site of a place is that of its offices too: 中国柳河.
_PORTAL_RE = re.compile("^中国([\u4e00-\u9fff]{2,4})$")
# What follows the letters of an account in the name of a bureau: 柳河(县教育局).
_BUREAU_RE = re.compile(rf"[\u4e00-\u9fff]{{0,8}}?[{BUREAUS}部](?=[\d二关于年的]|政府信息|政务|信息公开|$)")


def _is_own_name(own_name: str, name: str, line: str) -> bool:
    """Whether a line names the office; 市林业局 is not 青石县林业局, whose level is another."""
    at = line.find(own_name)
    levels = name[-len(own_name) - 1 : -len(own_name)], line[max(at - 1, 0) : max(at, 0)]
    return at >= 0 and not (levels[0] != levels[1] and all(map(_REGION_WORD_RE.fullmatch, levels)))


def _is_own_level(name: str, line: str) -> bool:
    """`市局共收到…` of 市统计局 2022年…: level and kind name the office whose title says that it is of this kind."""
    level = _LEVEL_RE.fullmatch(name)
    return level is not None and re.search(rf"[\u4e00-\u9fff]{level[1]}(?:办公室)?(?=[\d二〇关政信])", line) is not None


def find_letters(letters: str, line: str) -> int:
    """Behind the last of some letters that stand in a line in their order, few others between them; -1 where none do.

    A pattern with gaps between all letters would try every way to fill them: an account may be called 柳柳柳柳柳柳柳.
    """
    if not all(map(line.__contains__, letters)):
        return -1

    def step(at: int, following: set[int]) -> int:
        for place in range(at + 1, at + _MOST_BETWEEN + 2):
            if place in following:
                return place
            if not "\u4e00" <= line[place : place + 1] <= "\u9fff":
                return -1
        return -1

    # From the last letter to the first: where each of them stands so that the others follow.
    ways = [set(find_all(letters[-1], line))]
    for wanted in reversed(letters[:-1]):
        ways.append({at for at in find_all(wanted, line) if step(at, ways[-1]) >= 0})
    at = min(ways.pop(), default=-1)
    while at >= 0 and ways:
        at = step(at, ways.pop())
    return at + 1 if at >= 0 else -1


def _is_short_form(name: str, line: str) -> bool:
    """`县应急局` of 青石县应急管理局, `市人社局` of 人力资源和社会保障局: the letters of a longer name, in order."""
    letters = _REGION_RE.sub("", _YEAR_WORD_RE.sub("", name[-5:]))
    if len(letters) < 3 or letters in line:
        return False
    return find_letters(letters, line) >= 0


def _find_letters(name: str) -> Iterator[str]:
    """What an account's name says of the office, as it stands and with its business last: 柳河健康 of “健康柳河”."""
    plain = _BUSINESS_RE.sub(lambda word: _BUSINESS[word.group()], name)
    for spelling in dict.fromkeys((plain, _BUSINESS_FIRST_RE.sub(r"\2\1", plain))):
        if account := _ACCOUNT_RE.match(spelling):
            # 青岚微科技 is 青岚科技.
            yield account[1][0] + account[1][1:].replace("微", "")


def _is_named_after(letters: str, line: str) -> bool:
    """Whether letters are those of the office in a line, in order; a bureau's are more than its region's."""
    end = find_letters(letters, line)
    bureau = _BUREAU_RE.match(line, end) if end >= 0 else None
    return end >= 0 and (bureau is None or not _REGION_WORD_RE.search(bureau.group()))


class Office:
    """The office whose report it is, by the lines of title and preamble that name it."""

    def __init__(self, text: str, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self._patterns = patterns
        # Each line with the one before it: the office may stand above 年度报告.
        head = text[:_OWN_REACH].split("\n")
        self.own_lines = [before + line for before, line in pairwise(["", *head]) if patterns["own_text"].search(line)]
        self._is_narrow = any(patterns["narrow"].search(line) for line in self.own_lines[:1])
        # 青石市人民政府办公室2022年… is the report of the office alone.
        self.is_desk = any(_DESK_TITLE_RE.search(line) for line in self.own_lines[:1])
        self._is_provincial = any(patterns["provincial"].search(line) for line in self.own_lines[:1])

    def is_wider(self, before: str) -> bool:
        """Whether a bureau's or a town's report tells what its region has in all: 全县主动公开政府信息3.1万条."""
        return self._is_narrow and self._patterns["wider"].search(before) is not None

    def is_own_account(self, name: str) -> bool:
        """Whether an account is named after the office whose report it is, or a site after its place."""
        if portal := _PORTAL_RE.match(name):
            return any(re.search(portal[1] + _REGION_WORD_RE.pattern, line) for line in self.own_lines[:2])
        return any(_is_named_after(letters, line) for letters in _find_letters(name) for line in self.own_lines[:2])

    def is_own_field(self, field: str) -> bool:
        """Whether a field of business is that of the bureau whose report it is: 商务 of 市商务局."""
        # 人社 is the field of 人力资源和社会保障局.
        name = "[\u4e00-\u9fff]{0,6}?".join(field) + "[\u4e00-\u9fff]{0,8}?[局厅委部]"
        return any(re.search(name, line) for line in self.own_lines[:2])

    def is_other_body(self, lead: str) -> bool:
        """Whether the subject just before a statement, or at its sentence's start, is some other body."""
        first = _CLAUSE_RE.search(lead)
        last = lead[max(map(lead.rfind, ",;:(")) + 1 :]
        # 县国土局答复12件,其中同意公开8件: who acted last is the subject of the parts.
        if any(map(lead.__contains__, _ACTED)):
            acting = [match["body"] for match in self._patterns["acting"].finditer(lead)]
            if acting and (self._is_below(acting[-1]) or self._names_other_body(acting[-1])):
                return True
        return (
            self._is_below(lead)
            or self._names_other_body(last)
            or (first is not None and self._names_other_body(lead[: first.start()]))
        )

    def _is_below(self, lead: str) -> bool:
        """Whether the subject just before a statement, or of what it parts, is the governments below: 各县收到310件."""
        if not any(map(lead.__contains__, _LOWER)):
            return False
        below = self._patterns["lower"].search(lead) or self._patterns["lower_publishing"].match(lead)
        return below is not None and (below["of_city"] is None or self._is_provincial)

    def _names_other_body(self, clause: str) -> bool:
        patterns = self._patterns
        tail = patterns["adverbs"].search(clause)
        subject = _DESK_RE.sub("", clause[: tail.start()] if tail else clause)
        ending = patterns["bodies"].search(subject)
        if not ending:
            return False
        named = _NAME_RE.search(subject)
        name = _MEANS_RE.sub("", named.group()) if named else ""
        is_site = not tail and patterns["sites"].search(name)
        is_subject = not patterns["not_subject"].search(name) and subject[-len(name) - 1 : -len(name)] != "、"
        # 312个村(居)设立了…: a lone 村 names no body.
        if len(name) < _LEAST_NAME or not (is_site or is_subject) or patterns["own"].search(name):
            return False
        # 市教育局 is 教育局, 党政办公室 is 党政办公室 and no other 办公室.
        own_name = _YEAR_WORD_RE.sub("", name)[-len(ending.group()) - 2 :]
        if self._is_nameless(name[-1:]):
            return False
        return not any(
            _is_own_name(own_name, name, line) or _is_own_level(name, line) or _is_short_form(name, line)
            for line in self.own_lines
        )

    def _is_nameless(self, kind: str) -> bool:
        """Whether the report calls itself 我乡 without a name: then 南薰乡 is its own."""
        told = "".join(self.own_lines)
        return kind in _TOWNS and "我" + kind in told and _NAMED_TOWN_RE.search(told) is None
