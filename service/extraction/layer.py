"""Texts made from other texts, and the way back.

A `Layer` is a text made from another one, its origin. Offsets are mapped by runs, so a layer may drop,
fold or insert characters and every span still comes back to the characters that were read.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence

from service.extraction.codebook import load_toml
from service.extraction.report import Span

_TRADITIONAL = load_toml("traditional.toml")
_SIMPLIFIED = str.maketrans(_TRADITIONAL["traditional"], _TRADITIONAL["simplified"])
_ODD_RE = re.compile(
    f"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\uff01-\uff5e\u2e80-\u2fdf\uf900-\ufaff{_TRADITIONAL['traditional']}]"
)
# More kinds has a text in traditional characters; a few of them, names, stand in simplified texts too.
_MANY_ODD = 30


# (start, origin, origin_end): from `start` to the next run's the layer's text was made of `[origin, origin_end)`.
Run = tuple[int, int, int]


def _keep(start: int, end: int) -> Span:
    """The way back from a text that is its own origin."""
    return start, max(start, end)


class Layer:
    """A text and the way back to the text that it was made from: ``span``. Without runs it is that text."""

    __slots__ = ("_ends", "_origin_ends", "_origins", "_shifts", "_starts", "is_origin", "span", "text")

    def __init__(self, text: str, runs: Sequence[Run] = ()) -> None:
        self.text = text
        self.is_origin = not runs
        self.span: Callable[[int, int], Span] = self._find_span if runs else _keep
        if runs:
            self._starts, self._origins, self._origin_ends = zip(*runs, strict=True)
            self._ends = (*self._starts[1:], len(text))
            # How far the origin is ahead, for runs that are as long as what they were made from.
            self._shifts = [
                origin - start if origin_end - origin == end - start else None
                for (start, origin, origin_end), end in zip(runs, self._ends, strict=True)
            ]

    def _find_span(self, start: int, end: int) -> Span:
        """The characters of the origin that ``text[start:end]`` was made from."""
        index = bisect_right(self._starts, start) - 1
        shift = self._shifts[index]
        if shift is not None and start < end <= self._ends[index]:
            # Nearly all that is read stands in one run.
            return start + shift, end + shift
        first = self._origins[index] if shift is None else start + shift
        if end <= start:
            return first, first
        index = bisect_right(self._starts, end - 1) - 1
        shift = self._shifts[index]
        return first, max(first, self._origin_ends[index] if shift is None else end + shift)


def _fold(character: str) -> str:
    """The plain form of one character, or itself where the plain form is longer than one character."""
    plain = unicodedata.normalize("NFKC", character)
    return (plain if len(plain) == 1 else character).translate(_SIMPLIFIED)


def fold(text: str) -> str:
    """Full-width ASCII, odd blanks, compatibility ideographs (⼀, U+2F00) and traditional characters as plain ones.

    The same length.
    """
    odd = set(_ODD_RE.findall(text))
    if len(odd) > _MANY_ODD:
        text = text.translate({ord(character): _fold(character) for character in odd})
        for word, plain in _TRADITIONAL["words"].items():
            text = text.replace(word, plain)
        return text
    for character in odd:
        text = text.replace(character, _fold(character))
    return text
