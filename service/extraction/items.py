"""Problems and improvements: the items of 存在的主要问题 and of 改进措施 or 下一步打算.

In: `Prose` and headings. Out: (problems, improvements), each in order: the numbered paragraphs of such a section,
the members of its lists (一是…二是…; （1）…（2）…), or its paragraphs where it lists nothing. A section on problems is
told apart from what it says of their improvement by the words that turn to it (下一步, 针对上述…, 我区将…).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from service.extraction.codebook import load_toml
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.numbering import STYLES, Numbering, read_numbering
from service.extraction.outline import Heading
from service.extraction.prose_text import Paragraph, Prose
from service.extraction.record import Record
from service.extraction.report import Item, Span

Side = Literal["problems", "improvements"]

_WORDS = load_toml("items.toml")


def _compile(part: str, name: str) -> re.Pattern[str]:
    return re.compile("|".join(_WORDS[part][name]))


_PROBLEMS_RE, _INNER_PROBLEMS_RE = _compile("sections", "problems"), _compile("sections", "inner_problems")
_IMPROVEMENTS_RE, _INNER_IMPROVEMENTS_RE = (
    _compile("sections", "improvements"),
    _compile("sections", "inner_improvements"),
)
_TO_PROBLEMS_RE, _TO_IMPROVEMENTS_RE = _compile("turns", "problems"), _compile("turns", "improvements")
_LEAD_RE, _NOTHING_RE = _compile("turns", "leads"), _compile("turns", "nothing")
_CONTENTS_RE = _compile("turns", "contents")
_UNHEADED_RE, _PLAN_RE, _COMPLAINT_RE = (
    _compile("turns", "unheaded"),
    _compile("turns", "plans"),
    _compile("turns", "complaints"),
)

_CN = f"[{NUMERALS}]"
# The marks of lists that run on within a paragraph; a list keeps to one of them.
_MARKS = (
    # A line end lost before the list leaves the heading's last word: …改进情况一是….
    rf"(?:(?<![一-龥])|(?<=情况)|(?<=问题)|(?<=措施)|(?<=打算)|(?<=不足)){_CN}{{1,2}}[是要]",
    rf"(?<![一-龥])第{_CN}[,、:]",
    r"(?<![一-龥])(?:首先|其次|再次|最后),?",
    rf"(?<![一-龥\d])\({_CN}{{1,2}}\)",
    r"(?<![\w.])(?:\(\d{1,2}\)|\d{1,2}[.、)](?!\d))",
    "[①-⑳]",
)
# What a mark begins with is asked before what must not stand before it.
_AHEAD = rf"(?=[\d{NUMERALS}首其再最第(①-⑳])"
_ANY_MARK_RE = re.compile(f"{_AHEAD}(?:{'|'.join(f'({mark})' for mark in _MARKS)})")
_MARK_RES = tuple(re.compile(_AHEAD + mark) for mark in _MARKS)
_LEADING_RE = re.compile("存在|差距|如下|以下|表现|:\\s*$")
_LABEL_RE = re.compile("[^,。;:]{2,10}:")
_SENTENCE_END_RE = re.compile("[。;!?]")
_LEAST_ITEM = 4


class _Zone(Record):
    """The own text of a section that tells problems, improvements or, first one and then the other, both.

    ``both`` when its title says so.
    """

    start: int
    end: int
    side: Side
    both: bool


class _Block(Record):
    """A stretch of a zone that tells one side; ``numbered`` when it opens with a number of its own."""

    side: Side
    start: int
    end: int
    numbered: bool


def _read_side(heading: Heading, outer: Side | None) -> Side | None:
    """What a section tells (first), by its title; below the first level it must head items, not be one."""
    if heading.level == 1:
        if _PROBLEMS_RE.search(heading.title):
            return "problems"
        return "improvements" if _IMPROVEMENTS_RE.search(heading.title) else None
    if _INNER_IMPROVEMENTS_RE.search(heading.title) and outer != "improvements":
        return "improvements"
    return "problems" if _INNER_PROBLEMS_RE.search(heading.title) and "问题" in heading.title else None


def _find_zones(prose: Prose, headings: Sequence[Heading]) -> list[_Zone]:
    """The zones of a text in order, none overlapping another."""
    told: list[tuple[Heading, Side]] = []
    for heading in headings:
        outer = told[-1][1] if told and heading.start < told[-1][0].body_end else None
        side = _read_side(heading, outer)
        if side:
            told.append((heading, side))
    following = [heading.start for heading, _ in told[1:]] + [len(prose.text)]
    zones = [
        _Zone(h.end, min(h.body_end, end), side, side == "problems" and _IMPROVEMENTS_RE.search(h.title) is not None)
        for (h, side), end in zip(told, following, strict=False)
    ]
    return zones or _find_unheaded(prose, headings)


def _find_unheaded(prose: Prose, headings: Sequence[Heading]) -> list[_Zone]:
    """The paragraph that lists problems where no section is called so, up to the next heading."""
    for paragraph in prose.paragraphs:
        told = _UNHEADED_RE.search(prose.text, paragraph.start, paragraph.end)
        if told is None:
            continue
        sentence = max(prose.text.rfind("。", paragraph.start, told.start()), paragraph.start)
        if _CONTENTS_RE.search(prose.text, sentence, told.start()):
            continue
        if _find_members(prose, told.end(), paragraph.end):
            end = next((h.start for h in headings if h.start > paragraph.start), len(prose.text))
            return [_Zone(told.start(), end, "problems", False)]
    return []


def _find_turns(text: str, start: int, end: int) -> Iterator[tuple[int, Side]]:
    """The sentences that turn to problems or to improvements."""
    starts = [start, *(match.end() for match in _SENTENCE_END_RE.finditer(text, start, end - 1))]
    for at in starts:
        if _TO_IMPROVEMENTS_RE.match(text, at, end):
            yield at, "improvements"
        elif _TO_PROBLEMS_RE.match(text, at, end):
            yield at, "problems"


def _read_zone_numbering(prose: Prose, zone: _Zone, paragraphs: Sequence[Paragraph]) -> dict[int, Numbering]:
    """The numbers of a zone's paragraphs, by start, in the highest style that it uses; deeper ones are details."""
    own = [paragraph for paragraph in paragraphs if paragraph.start >= zone.start]
    found = {p.start: number for p in own if (number := read_numbering(prose.text, p.start, p.end))}
    top = min((STYLES.index(numbering.style) for numbering in found.values()), default=0)
    return {start: numbering for start, numbering in found.items() if STYLES.index(numbering.style) == top}


def _find_paragraphs_of(prose: Prose, starts: Sequence[int], zone: _Zone) -> Sequence[Paragraph]:
    """The paragraphs that a zone touches; ``starts`` are those of all paragraphs."""
    first = max(bisect_right(starts, zone.start) - 1, 0)
    return [p for p in prose.paragraphs[first : bisect_left(starts, zone.end)] if p.end > zone.start]


def _find_blocks(prose: Prose, paragraphs: Sequence[Paragraph], zone: _Zone) -> Iterator[_Block]:
    """The paragraphs of a zone, cut where they turn from problems to improvements."""
    numbers = _read_zone_numbering(prose, zone, paragraphs)
    side = numbered_side = zone.side
    for paragraph in paragraphs:
        start, end = max(paragraph.start, zone.start), min(paragraph.end, zone.end)
        number = numbers.get(start)
        # Of numbered problems each may tell its own improvement; the next one starts with a problem again.
        side = numbered_side if number else side
        opening = number.end if number else start
        if number and zone.both and _is_plan(prose, opening, end):
            side = "improvements"
        if zone.side == "problems":
            for at, turned in _find_turns(prose.text, opening, end):
                if turned != side and at > opening:
                    yield _Block(side, start, at, number is not None and start == paragraph.start)
                    start = at
                side = turned
        yield _Block(side, start, end, number is not None and start == paragraph.start)
        if not number:
            numbered_side = side


def _split_at(text: str, start: int, end: int, mark: str) -> list[Span]:
    """The stretches between marks."""
    spans: list[Span] = []
    while (at := text.find(mark, start, end)) >= 0:
        spans.append((start, at))
        start = at + 1
    return [*spans, (start, end)]


def _find_members(prose: Prose, start: int, end: int) -> list[Span]:
    """The members of the list that a stretch holds, without their marks: `一是…;二是…`, `主要问题是:…;…`."""
    first = _ANY_MARK_RE.search(prose.text, start, end)
    if first and first.lastindex:
        pattern = _MARK_RES[first.lastindex - 1]
        found = [match.span() for match in pattern.finditer(prose.text, first.start(), end)]
        ends = [*(mark_start for mark_start, _ in found[1:]), end]
        return [(mark_end, member_end) for (_, mark_end), member_end in zip(found, ends, strict=True)]
    colon = prose.text.find(":", start, end)
    clauses = _split_at(prose.text, colon + 1, end, ";") if colon >= 0 else []
    return clauses if len(clauses) > 1 else []


def _find_paragraphs(prose: Prose, start: int, end: int) -> Iterator[Span]:
    """The paragraphs of a stretch that lists nothing, without a sentence or a label that only leads to the rest."""
    for line_start, line_end in _split_at(prose.text, start, end, "\n"):
        stop = prose.text.find("。", line_start, line_end - 1) if line_start < line_end else -1
        if stop >= 0 and _LEAD_RE.match(prose.text, line_start):
            line_start = stop + 1
        label = _LABEL_RE.match(prose.text, line_start, line_end)
        yield (label.end() if label else line_start), line_end


def _is_lead(words: str) -> bool:
    """Whether words before a numbered list only lead to it: `还存在以下不足`; not `信息更新不够及时`."""
    return _LEADING_RE.search(words) is not None or _COMPLAINT_RE.search(words) is None


def _find_spans(prose: Prose, blocks: Sequence[_Block]) -> Iterator[tuple[Side, Span]]:
    """The items of a zone: each numbered block, and of the others the members of their lists or their paragraphs."""
    index = 0
    while index < len(blocks):
        block = blocks[index]
        end = block.end
        index += 1
        while index < len(blocks) and blocks[index].side == block.side and not blocks[index].numbered:
            end = blocks[index].end
            index += 1
        leads = index < len(blocks) and blocks[index].numbered and blocks[index].side == block.side
        if block.numbered:
            number = read_numbering(prose.text, block.start, end)
            start = number.end if number else block.start
            # （一）是加强领导 counts twice.
            yield block.side, (start + prose.text.startswith("是", start), end)
        elif members := _find_members(prose, block.start, end):
            yield from ((block.side, member) for member in members)
        elif not (leads and _is_lead(prose.text[block.start : end])):
            yield from ((block.side, span) for span in _find_paragraphs(prose, block.start, end))


def _is_plan(prose: Prose, start: int, end: int) -> bool:
    """Whether what stands among problems is an improvement: `1、加强学习。不断提高业务水平`."""
    words = prose.text[start:end].lstrip("\n,;:。、")
    return _PLAN_RE.match(words) is not None and _COMPLAINT_RE.search(words.split("。")[0]) is None


def _to_item(prose: Prose, start: int, end: int) -> Item | None:
    """A stretch without the punctuation around it; None where it says nothing."""
    words = prose.text[start:end]
    kept = words.strip(" \n,;:。、")
    if len(kept) < _LEAST_ITEM or (len(kept) < 16 and _NOTHING_RE.match(kept)):
        return None
    start += words.find(kept)
    end = start + len(kept)
    return Item(prose.printed(start, end), prose.span(start, end))


def find_items(prose: Prose, headings: tuple[Heading, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """(problems, improvements), each in order."""
    found: dict[Side, list[Item]] = {"problems": [], "improvements": []}
    starts = [paragraph.start for paragraph in prose.paragraphs]
    for zone in _find_zones(prose, headings):
        own = _find_paragraphs_of(prose, starts, zone)
        for side, span in _find_spans(prose, list(_find_blocks(prose, own, zone))):
            if item := _to_item(prose, *span):
                found["improvements" if zone.both and _is_plan(prose, *span) else side].append(item)
    return tuple(found["problems"]), tuple(found["improvements"])
