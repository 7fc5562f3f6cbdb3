"""What a text may be like before anybody reads it: how long its lines are, how deep its tags stand in each other.

In: a text. Out: nothing, or a `ServiceError`. The reader itself takes any text; these bounds keep what is no report
from costing as much as one.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from typing import TypeVar

from service.errors import ServiceError

Result = TypeVar("Result")

# Elements that close by themselves or have no end: open ones of these do not stand in each other.
_FLAT = "p|li|d[dt]|t[dhr]|tbody|thead|tfoot|option|br|hr|img|input|meta|link|col|area|base|wbr|source|param|embed"
_TAG_RE = re.compile(rf"<(/?)(?!(?:{_FLAT})[\s/>])[a-z][a-z0-9]{{0,15}}[\s>]", re.IGNORECASE)


def _count_longest_line(text: str) -> int:
    return max(map(len, text.splitlines()), default=0)


def _count_depth(text: str) -> int:
    """How many elements stand open within each other at most."""
    steps = (-1 if end else 1 for end in _TAG_RE.findall(text))
    return max(accumulate(steps, lambda depth, step: max(0, depth + step)), default=0)


def check_bounds(text: str, longest_line: int, deepest: int) -> None:
    """Refuse a text that is beyond; most texts are too short to be, and cost nothing here."""
    if len(text) > longest_line and _count_longest_line(text) > longest_line:
        raise ServiceError(413, "line_too_long", "A line of the text is longer than this service reads.")
    if text.count("<") > deepest and _count_depth(text) > deepest:
        raise ServiceError(422, "nested_too_deeply", "The tags of the text are nested deeper than this service reads.")


def bound(read: Callable[[str], Result], longest_line: int, deepest: int) -> Callable[[str], Result]:
    """A reader that refuses what is beyond."""

    def read_bounded(text: str) -> Result:
        check_bounds(text, longest_line, deepest)
        return read(text)

    return read_bounded
