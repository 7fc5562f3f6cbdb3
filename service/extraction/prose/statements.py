"""Statements: every figure of a sentence with the words that are its own.

In: a sentence of the template. Out: `Statement` values in order. A list shares its figures out, 分别为 or 均为, so that
each label has one; a figure that no list shares keeps the whole sentence. What a statement says is for the rules.
"""

import re
from collections.abc import Iterator

from service.extraction.codebook.marks import MARKS, TARGET
from service.extraction.prose.context import Context
from service.extraction.record import Record
from service.extraction.report import Span

_JOINT_RE = re.compile("[、和及与或]|以及")
_FIGURE_RE = re.compile(f"[{MARKS}]")
# 许可、处罚、强制决定数量分别为: the last label tells for all what is counted.
_COUNTED_RE = re.compile("(?:处理)?决定(?:的?总?数量?)?$")
# “青岚政务”微博、微信公众号: the account's name is that of all its channels.
_ACCOUNT_RE = re.compile("[^“]{0,20}“[^”]{1,16}”")
_LIST_END_RE = re.compile(rf"[,;:()。{MARKS}]")
# 维持、纠正、其他分别为2件、1件、2件: as many labels as figures.
_RESPECTIVELY_RE = re.compile(
    rf"(?:各?分别|依次)(?:为|是|有|达|共|累?计|(?:公开|发布|推送)(?:各类)?(?:政府|政务)?(?:信息)?|,){{0,3}}((?:[{MARKS}](?:[、和及与,]|以及)?){{2,12}})"
)
_PUBLISHED_RE = re.compile("(?:公开|发布|推送).*")
# 行政复议、行政诉讼均为0件: one figure for every label; a bare list shares nothing but a zero.
_EACH_RE = re.compile(rf"(?P<each>均|各|都|皆|全部)?(?:为|是|有|达|共|计|发生|收到){{0,2}}([{MARKS}])")
_EVERY_RE = re.compile("[均各都皆]|全部")


class Statement(Record):
    """A figure as a rule sees it: in ``text`` it is the one TARGET, at ``at``; ``label`` if a list shares it."""

    text: str
    at: int
    place: int
    label: str | None = None


def _labels(text: str, end: int) -> tuple[int, list[str]]:
    """The joined labels that end at an offset, and where they begin: 当面、信函和网络申请."""
    start = max((match.end() for match in _LIST_END_RE.finditer(text, max(0, end - 70), end)), default=max(0, end - 70))
    labels = [label for label in _JOINT_RE.split(text[start:end]) if label]
    # 专、兼职人员各1名
    labels = [label + "职" if label.endswith("专") else label for label in labels]
    if labels and (named := _ACCOUNT_RE.match(labels[0])):
        labels = [label if "“" in label else named[0] + label for label in labels]
    if labels and (counted := _COUNTED_RE.search(labels[-1])):
        labels = [label if _COUNTED_RE.search(label) else label + counted[0] for label in labels]
    return start, labels


def _share_out(context: Context, text: str, sentence: Span) -> Iterator[Statement]:
    """The statements of lists that share their figures: 分别为, 均为, and a bare list of things that are zero."""

    def statement(start: int, label: str, at: int) -> Statement:
        place = context.place(sentence[0] + at)
        return Statement(text[:start] + label + TARGET + text[at + 1 :], start + len(label), place, label)

    for match in _RESPECTIVELY_RE.finditer(text) if "分别" in text or "依次" in text else ():
        start, labels = _labels(text, match.start())
        marks = [mark.start() for mark in _FIGURE_RE.finditer(text, *match.span(1))]
        # 网站、微博分别公开信息12条、3条: what they did stands behind each of them.
        did = _PUBLISHED_RE.search(text, match.start(), match.start(1))
        if len(labels) == len(marks):
            labels = [label + did[0] for label in labels] if did else labels
            yield from (statement(start, label, at) for label, at in zip(labels, marks, strict=True))
    places = context.template.figures_in(*sentence)
    may_share = _EVERY_RE.search(text) or any(context.figure(place).value == 0 for place in places)
    for match in _EACH_RE.finditer(text) if may_share else ():
        if match["each"] or context.figure(context.place(sentence[0] + match.start(2))).value == 0:
            start, labels = _labels(text, match.start())
            if len(labels) > 1:
                yield from (statement(start, label, match.start(2)) for label in labels)


def find_statements(context: Context, sentence: Span) -> Iterator[Statement]:
    """Every figure of a sentence with the words that are its own."""
    text = context.template.text[slice(*sentence)]
    places = context.template.figures_in(*sentence)
    shared = list(_share_out(context, text, sentence)) if _JOINT_RE.search(text) else []
    taken = {statement.place for statement in shared}
    for place in places:
        if place not in taken:
            at = context.template.places[place] - sentence[0]
            yield Statement(text[:at] + TARGET + text[at + 1 :], at, place)
        if place in taken:
            yield from (statement for statement in shared if statement.place == place)
