"""The patterns of data files, compiled.

In: the source of a pattern. Out: the compiled pattern. What it matches is what `re` says that the source matches.
"""

import re

_TOKEN_RE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(|\)\?(?![?+])|[^\\\[()]+|.", re.DOTALL)


def compile_pattern(source: str) -> re.Pattern[str]:
    """A pattern in which `(?:政府|门户)?` is `(?:政府|门户|)`: `re` keeps books of a repetition, of a choice none."""
    pieces: list[str] = []
    opened: list[bool] = []
    for token in _TOKEN_RE.findall(source):
        if token.startswith("("):
            opened.append(token == "(?:")
        elif token.startswith(")") and opened and opened.pop() and token == ")?":
            token = "|)"
        pieces.append(token)
    return re.compile("".join(pieces))
