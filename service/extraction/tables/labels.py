"""Words of a table to the rows and columns that they name, with tolerance for wrapping and slips of the pen.

In: the words of one cell or line. Out: what they name in the forms: whole labels, pieces of a label that was wrapped
over lines, labels with a unit or figure glued to them, labels with a typing error. It keeps no state: which of two
rows of one name is meant is for `alignment`.
"""

import re
from functools import lru_cache

from service.extraction.codebook.tables import Term, is_numbered, load_forms, to_key, to_words
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.record import Record

_UNIT_WORDS = frozenset(["条", "件", "次", "篇", "个", "人", "人次", "万元", "元", "亿元", "千元", "项", "条次", "宗"])
UNIT_MULTIPLES = frozenset(["千", "万", "亿"])
_GLUED_UNIT_RE = re.compile("(?<=.)(?:人次|万元|亿元|千元|条次|[条件次篇个人元项千万亿])$")
# - 3 -, -4-, 第 3 页 共 7 页, 3/7: the foot of a page.
_PAGE_RE = re.compile(r"[-—–－·]{1,3}\s?\d{1,3}\s?[-—–－·]{1,3}|第?\s?\d{1,3}\s?页.{0,12}|\d{1,3}/\d{1,3}")
_NUMBERED_HEAD_RE = re.compile(
    r"列\s?\d{1,2}|(?:Unnamed|column|Column|col|Col)[:_ ]{0,2}\d{1,2}|序号|备注|指标|合计数|续表"
)
_FEW = 4
# Words with less in common are other words; nearer ones are one word with a slip.
_LIKE = 0.6
_LIKE_PIECE = 0.6


class Label(Record):
    """Words as a label: its key, what it may name in every family, all its words and whether a number stands before.

    ``unit`` is glued to its end: 七、依申请公开信息收取的费用 元. It is told of words, too, that name nothing.
    """

    key: str
    terms: tuple[Term, ...]
    words: str
    is_numbered: bool
    unit: str


@lru_cache(maxsize=8192)
def read_label(text: str) -> Label:
    """The words as a label; one that no form has names nothing."""
    terms = load_forms().terms
    key = to_key(text)
    found, unit = terms.get(key), None
    if found is None and (unit := _GLUED_UNIT_RE.search(key)):
        found = terms.get(key[: unit.start()])
    return Label(key, found or (), to_words(text), is_numbered(text), unit[0] if unit else "")


def is_unit(words: str) -> bool:
    """Whether a cell names the unit of its row."""
    return words.strip("()。 ") in _UNIT_WORDS


def is_furniture(words: str) -> bool:
    """Whether words belong to the page or to a converter, not to the table: page numbers, 列3."""
    return _PAGE_RE.fullmatch(words) is not None or _NUMBERED_HEAD_RE.fullmatch(words) is not None


class Piece(Record):
    """Characters ``[start, end)`` of a ``label``'s words, which names ``term``."""

    term: Term
    label: str
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the label, which words are only like: as themselves they would have been read."""
        return self.start == 0 and self.end == len(self.label)


def _bigrams(words: str) -> frozenset[str]:
    return frozenset(words[i : i + 2] for i in range(len(words) - 1))


@lru_cache(maxsize=16)
def _label_bigrams(family: str) -> tuple[tuple[str, frozenset[str], Term], ...]:
    return tuple((label, _bigrams(label), term) for label, term in load_forms().labels[family])


@lru_cache(maxsize=8192)
def find_pieces(words: str, family: str) -> tuple[Piece, ...]:
    """The labels of a family that the words are a piece of, at every place where they stand."""
    words = to_words(words)
    found: list[Piece] = []
    for label, term in load_forms().labels[family]:
        at = label.find(words)
        while at >= 0 and words:
            found.append(Piece(term, label, at, at + len(words)))
            at = label.find(words, at + 1)
    return tuple(found)


def _count_common(left: str, right: str) -> int:
    """How many characters both begin with."""
    length = min(len(left), len(right))
    return next((i for i in range(length) if left[i] != right[i]), length)


def _is_slip(words: str, label: str) -> bool:
    """Whether one character was dropped, added, exchanged for another or with its neighbour."""
    if abs(len(words) - len(label)) > 1 or min(len(words), len(label)) < _FEW:
        return False
    start = _count_common(words, label)
    end = _count_common(words[start:][::-1], label[start:][::-1])
    wrong, right = words[start : len(words) - end], label[start : len(label) - end]
    return len(wrong) < 2 or (len(wrong) == 2 and wrong == right[::-1])


@lru_cache(maxsize=8192)
def find_slips(text: str, family: str) -> tuple[Piece, ...]:
    """The labels that the words are but for one slip; a unit may be glued to them."""
    words = to_words(text)
    if len(words) < _FEW:
        return ()
    plain = _GLUED_UNIT_RE.sub("", words)
    labels = load_forms().labels[family]
    return tuple(
        Piece(term, label, 0, len(label))
        for label, term in labels
        if _is_slip(words, label) or (plain != words and _is_slip(plain, label))
    )


@lru_cache(maxsize=8192)
def find_similar(words: str, family: str) -> tuple[Piece, ...]:
    """The labels that the words are with a slip of the pen, those that are most like them."""
    words = to_words(words)
    mine = _bigrams(words)
    if len(words) < _FEW:
        return ()
    slips = find_slips(words, family)
    if slips:
        return slips
    scored: list[tuple[float, Piece]] = []
    for label, theirs, term in _label_bigrams(family):
        common = len(mine & theirs)
        if not common:
            continue
        if 2 * common >= _LIKE * (len(mine) + len(theirs)):
            score = 2 * common / (len(mine) + len(theirs))
            scored.append((score, Piece(term, label, 0, len(label))))
        elif len(words) > _FEW and len(theirs) > len(mine) and common >= max(3, _LIKE_PIECE * len(mine)):
            at = next(label.find(words[i : i + 2]) for i in range(len(words)) if words[i : i + 2] in theirs)
            scored.append((common / len(mine) / 2, Piece(term, label, at, min(at + len(words), len(label)))))
    if not scored:
        return ()
    best = max(score for score, _ in scored)
    return tuple(piece for score, piece in scored if score >= best - 0.05)


@lru_cache(maxsize=1)
def _labels_re() -> re.Pattern[str]:
    """Any label with its remark in running words, the longest first; punctuation may stand inside."""
    keys = sorted((key for key in load_forms().terms if len(key) > 1), key=lambda key: (-len(key), key))
    return re.compile("(?:" + "|".join("\\W?".join(key) for key in keys) + r")(?:[(（][^()（）]{0,60}[)）])?")


def find_first_label(words: str) -> int:
    """Where the label ends that the words begin with, 0 where they begin with none."""
    number = _BETWEEN_RE.match(words)
    match = _labels_re().match(words, number.end() if number else 0)
    return match.end() if match else 0


_BETWEEN_RE = re.compile(rf"(?:[\W\d{NUMERALS}]|其中|人次|万元|[条件次篇个人元项])*")


@lru_cache(maxsize=2048)
def split_labels(words: str) -> tuple[tuple[int, int], ...]:
    """Several labels in one line of words, as (start, end) of each; none where anything else stands between."""
    found: list[tuple[int, int]] = []
    last = 0
    for match in _labels_re().finditer(words):
        if not _BETWEEN_RE.fullmatch(words, last, match.start()):
            return ()
        # The number before a label is its own: 3.其他 is a row.
        found.append((last, match.end()))
        last = match.end()
    return tuple(found) if len(found) > 1 and _BETWEEN_RE.fullmatch(words, last) else ()
