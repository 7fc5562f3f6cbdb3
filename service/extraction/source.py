"""The text as submitted and the view made from it.

In: the submitted text, plain or markup. Out: a `Source`, whose view is what every later step matches on:
full-width ASCII folded, line ends unified, invisible characters gone, markup turned into lines and tabs, the commas
of comma-separated rows into tabs.
It does not interpret anything: what a line means is for the steps that follow.
"""

import re
from functools import cache

from service.extraction import markup
from service.extraction.layer import Layer, Run, fold
from service.extraction.separated import part_cells

# Byte-order marks, zero-width blanks, soft hyphens, directional marks, carriage returns, other controls:
# they stand between the characters of a number (`1​242`) and mean nothing.
_INVISIBLE = "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
# Little pictures, which copies of a site strew among the words: 一👴🏻、工作概述.
_SIGN = "(?:[\U0001f300-\U0001faff]|[\u2600-\u27bf]\ufe0f)+"
_PICTURE = rf"{_SIGN}(?!\d)|(?<!\d){_SIGN}"
_MAY_BE_PICTURE_RE = re.compile("[\U0001f300-\U0001faff\ufe0f]")
# How a character sounds, behind each that a site has turned into a traditional one: 數(shù)量.
_SOUND = r"\((?<=[\u4e00-\u9fff]\()[a-z]{0,5}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,4}\)"
# The same without the tones, doubled at times: 學(xue)校(xiao)(xiao).
_TONELESS = r"\((?<=[\u4e00-\u9fff)]\()(?:[zcs]h|[bpmfdtnlgkhjqxzcsryw])?[aeiouv]{1,3}(?:ng?|r)?\)"
# What an encoder wrote for blanks that it did not know: 共?1340条?.
_LOST = r"\?+(?=\d)|(?<=\d[一-龥])\?+(?=[,;、。]|$)"
_LOST_PAIR = r"\?\d[\d,.]{0,12}[一-龥]{1,2}\?"
# What means nothing where a text has it often and is a remark or a question elsewhere: what is dropped, what tells of
# it, and how often that must stand.
_NOISES = (
    (_SOUND, re.compile(_SOUND), 5),
    (f"{_SOUND}|{_TONELESS}", re.compile(_TONELESS), 20),
    (_LOST, re.compile(_LOST_PAIR), 2),
)
# Lone carriage returns end lines in old Macintosh pastes, form feeds end pages in PDF text.
_LINE_END_RE = re.compile("\r(?!\n)|[\u000b\u000c\u0085\u2028\u2029]")


@cache
def _compile_dropped(noises: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join((*noises, _INVISIBLE, _PICTURE)), re.MULTILINE)


def drop_invisible(text: str) -> Layer:
    """The text folded, with uniform line ends, without what means nothing: the invisible, sounds, lost blanks."""
    folded = fold(text)
    noises = tuple(noise for noise, telling_re, many in _NOISES if len(telling_re.findall(folded)) >= many)
    is_strange = noises or _MAY_BE_PICTURE_RE.search(folded)
    # What else is to be dropped or ends a line is not printable; to ask that is faster than to look for each.
    if not is_strange and folded.replace("\n", "").replace("\t", "").isprintable():
        return Layer(folded)
    text = _LINE_END_RE.sub("\n", folded)
    dropped_re = _compile_dropped(noises)
    if not dropped_re.search(text):
        return Layer(text)
    pieces: list[str] = []
    runs: list[Run] = []
    start = length = 0
    for match in dropped_re.finditer(text):
        if match.start() > start:
            pieces.append(text[start : match.start()])
            runs.append((length, start, match.start()))
            length += match.start() - start
        start = match.end()
    if start < len(text):
        pieces.append(text[start:])
        runs.append((length, start, len(text)))
    return Layer("".join(pieces), runs or [(0, 0, 0)])


class Source:
    """The submitted text (``raw``) and its view; for markup also its tables and marks, in view offsets.

    ``text`` is the view's, on which the steps match; ``span`` leads from view offsets to the submitted text.
    """

    __slots__ = ("marks", "raw", "span", "tables", "text", "view")

    def __init__(
        self,
        raw: str,
        view: Layer,
        tables: tuple[markup.Table, ...] = (),
        marks: tuple[markup.Mark, ...] = (),
    ) -> None:
        self.raw, self.view, self.tables, self.marks = raw, view, tables, marks
        self.text = view.text
        self.span = view.span


def read_source(raw: str) -> Source:
    """The views of one submitted text."""
    if markup.is_markup(raw):
        page = markup.read_markup(raw)
        return Source(raw, Layer(page.text, page.runs), page.tables, page.marks)
    return Source(raw, drop_invisible(part_cells(raw)))
