"""Numbering marks: `一、` `（一）` `1.` `（1）` `第一部分` `①` at the start of a line.

In: a text and an offset. Out: a `Numbering` or None. Whether the line is a heading or a list item is for the outline.
"""

import re

from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.record import Record

# From the highest to the lowest, as offices nest them (GB/T 9704: 一、 （一） 1. （1）).
STYLES = ("part", "chapter", "cn", "cn_paren", "cn_half", "num", "decimal", "num_paren", "num_half", "circled")

_CN = f"[{NUMERALS}]{{1,3}}"
_NUMBERING_RE = re.compile(
    rf"""(?:
      (?P<part>第(?:{_CN}|\d{{1,2}})部分)[ 、.:]*
    | (?P<chapter>第(?:{_CN}|\d{{1,2}})[章节篇])[ 、.:]*
      # 一、二季度 and 一、二、三产业 go on counting: no heading.
    | (?P<cn>{_CN})[ ]?[、.:][ ]?(?!{_CN}[、,季类级期线等批])
      # （一）项 at a line's start is the end of 第二十条第（一）项.
    | (?P<cn_paren>[(〔【\[][ ]?{_CN}[ ]?[)〕】\]]|[㈠-㈩])[ ]?[、.]?(?!项(?!目)|条(?!例|件)|款(?!项)|目(?!录|标|前))
    | (?P<cn_half>{_CN}[)])
    | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})[ 、.]?(?=[^\W\d万亿元倍个条件人次])
    | (?P<num>\d{{1,2}}(?=[ ]?[、.])|[⒈-⒛])[ ]?[、.]?(?![\d.])
    | (?P<num_paren>[(][ ]?\d{{1,2}}[ ]?[)]|[⑴-⒇])[ ]?[、.]?
    | (?P<num_half>\d{{1,2}}[)])[、.]?
    | (?P<circled>[①-⑳])
    )[ ]*""",
    re.VERBOSE,
)
# 、主动公开情况 lost its number with the font that it was printed in.
LOST_NUMBER_RE = re.compile("、 ?(?:概 ?[况述]?|[^,。;:]{2,30}(?:情况|问题|措施|打算|事项|计划))[:。]?")


class Numbering(Record):
    """``text[start:number_end]`` is the number as printed (`（二）`, `1`), ``end`` where the words begin."""

    style: str
    start: int
    number_end: int
    end: int


def read_numbering(text: str, start: int, end: int) -> Numbering | None:
    """The numbering mark at ``start``, or None."""
    match = _NUMBERING_RE.match(text, start, end)
    if match is None or match.lastgroup is None:
        return None
    return Numbering(match.lastgroup, start, match.end(match.lastgroup), match.end())
