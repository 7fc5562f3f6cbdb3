"""Lists of words as patterns.

In: words. Out: the source of a pattern that matches the longest of them that stands at a place. It compiles nothing.
"""

import re
from collections.abc import Iterable


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
