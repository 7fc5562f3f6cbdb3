"""Texts made from other texts, and the way back.

A `Layer` is a text made from another one, its origin. Offsets are mapped by runs, so a layer may drop,
fold or insert characters and every span still comes back to the characters that were read.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from service.extraction.report import Span

_FOLDED_RE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\uff01-\uff5e\u2e80-\u2fdf\uf900-\ufaff]")


class Run(NamedTuple):
    """Characters ``start…`` of a layer's text came from ``[origin, origin_end)``; as long as the next run's start."""

    start: int
    origin: int
    origin_end: int


class Layer:
    """A text and the offsets of its characters in the text that it was made from."""

    __slots__ = ("_ends", "_runs", "_shifts", "_starts", "text")

    def __init__(self, text: str, runs: Iterable[Run] = ()) -> None:
        self.text = text
        self._runs = tuple(runs)
        self._starts = [run.start for run in self._runs]
        self._ends = [*self._starts[1:], len(text)]
        # How far the origin is ahead, for runs that are as long as what they were made from.
        self._shifts = [
            run.origin - run.start if run.origin_end - run.origin == end - run.start else None
            for run, end in zip(self._runs, self._ends, strict=False)
        ]

    def _run_at(self, offset: int) -> tuple[Run, int]:
        index = max(bisect_right(self._starts, offset) - 1, 0)
        run = self._runs[index]
        return run, self._ends[index] - run.start

    def span(self, start: int, end: int) -> Span:
        """The characters of the origin that ``text[start:end]`` was made from."""
        if not self._runs:
            return start, end
        index = bisect_right(self._starts, start) - 1
        shift = self._shifts[index]
        if shift is not None and index >= 0 and start < end <= self._ends[index]:
            # Nearly all that is read stands in one run.
            return start + shift, end + shift
        run, length = self._run_at(start)
        linear = run.origin_end - run.origin == length
        first = run.origin + (start - run.start) if linear else run.origin
        if end <= start:
            return first, first
        if end > run.start + length:
            run, length = self._run_at(end - 1)
            linear = run.origin_end - run.origin == length
        last = run.origin + (end - run.start) if linear else run.origin_end
        return first, max(first, last)


def _fold(character: str) -> str:
    """The plain form of one character, or itself where the plain form is longer than one character."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def fold(text: str) -> str:
    """Full-width ASCII, odd blanks and compatibility ideographs (⼀, U+2F00) as plain ones; same length."""
    for character in set(_FOLDED_RE.findall(text)):
        text = text.replace(character, _fold(character))
    return text
