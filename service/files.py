"""Files of the command line: the text that a file or standard input holds.

In: names; ``-`` is standard input. Out: a text that is not empty, or an `UnreadableFileError` that says in a few words
why there is none. Folders are `bulk`'s matter.
"""

import sys
from pathlib import Path

from service.decoding import decode_text

STANDARD_INPUT = "-"


class UnreadableFileError(Exception):
    """Why a file gives no text."""


def read_text_file(name: str) -> str:
    try:
        text = decode_text(sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes())
    except OSError as error:
        raise UnreadableFileError(error.strerror) from None
    if text is None:
        raise UnreadableFileError("no text in UTF-8, UTF-16 or GB18030")
    if not text.strip():
        raise UnreadableFileError("the text is empty")
    return text
