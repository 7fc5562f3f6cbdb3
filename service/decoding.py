"""Bytes to text: which characters a request body or a file holds.

In: bytes and the charset that their sender declared, if any. Out: the text without byte-order mark, or
None where the bytes are no text. The order is byte-order mark, declaration, UTF-8, GB18030, each
decoded strictly: no character is replaced. It knows nothing of HTML.
"""

import codecs
import re

import webencodings

BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Word processors leave some of these in plain text; a file with more than a few is none.
CONTROL_RE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
MOST_CONTROLS = 0.01
HAN_RE = re.compile("[\u4e00-\u9fff]")


def _decode(data: bytes, codec: str) -> str | None:
    """The text, or None where the codec refutes the bytes or the characters are not those of a text."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if len(CONTROL_RE.findall(text)) <= MOST_CONTROLS * len(text) else None


def find_codec(charset: str) -> str | None:
    """The codec that a declared charset means on the web, None for a name that is no charset."""
    encoding = webencodings.lookup(charset)
    if encoding is None or encoding.name in ("replacement", "x-user-defined"):
        return None
    # Pages declared as gb2312 or gbk hold characters that only GB18030 has, and it reads all that those hold.
    return "gb18030" if encoding.name == "gbk" else str(encoding.codec_info.name)


def _guess(data: bytes) -> str | None:
    text = _decode(data, "utf-8")
    # Nearly any bytes below 0x80 and many above are GB18030, so that here one NUL says binary.
    return _decode(data, "gb18030") if text is None and b"\x00" not in data else text


def read_text(data: bytes, charset: str | None = None) -> str | None:
    """The text that the bytes hold, or None."""
    for mark, codec in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], codec)
    codec = find_codec(charset) or "" if charset else ""
    declared = _decode(data, codec) if codec else None
    if declared is None:
        return _guess(data)
    if codec.startswith(("utf", "gb")) or HAN_RE.search(declared):
        return declared
    # Latin-1, many a program's default, reads any bytes; Chinese characters read otherwise refute it.
    guess = _guess(data)
    return guess if guess is not None and HAN_RE.search(guess) else declared
