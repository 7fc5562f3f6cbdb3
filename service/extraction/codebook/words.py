"""Lists of words as patterns, and the places of one word.

In: words. Out: the source of a pattern that matches the longest of them that stands at a place; offsets in a text. It
compiles nothing.
"""

import re
from collections.abc import Iterable, Iterator


def any_of(words: Iterable[str]) -> str:
    """The words as a tree of their characters: at each place a search tries every first character, not every word."""
    tails: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        tails.setdefault(word[:1], []).append(word[1:])
    is_word = tails.pop("", None) is not None
    branches = "|".join(re.escape(first) + any_of(rest) for first, rest in tails.items())
    if not branches:
        return ""
    return f"(?:{branches}|)" if is_word else f"(?:{branches})"


def find_all(word: str, text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Every place of a word in a text; to search for a few words one by one is faster than a pattern for all."""
    at = text.find(word, start, end)
    while at >= 0:
        yield at
        at = text.find(word, at + 1, end)
