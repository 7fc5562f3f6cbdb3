"""Bytes to text: which characters a request body or a file holds.

In: bytes and the charset that their sender declared, if any. Out: the text without byte-order mark, or
None where the bytes are no text. The order is byte-order mark, the sender's declaration, the one in the markup itself,
UTF-8, GB18030, each decoded strictly: no character is replaced. A declaration that the bytes refute is passed over.
"""

import codecs
import re

import webencodings

BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Word processors leave some of these in plain text; a file with more than a few is none.
CONTROL_RE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
CONTROL_BYTES = bytes((*range(9), *range(14, 32), 127))
MOST_CONTROLS = 0.01
HAN_RE = re.compile("[\u4e00-\u9fff]")
CHINESE_RE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Two characters of GB18030 may be valid UTF-8 by accident, as those of 联通 are; this many Han never come of it.
SURE_UTF_8_RE = re.compile("(?:[^\u4e00-\u9fff]*+[\u4e00-\u9fff]){8}")
SAMPLE_BYTES = 8192
# A page says its charset as `<meta charset=gbk>`, `<meta content="text/html; charset=gbk">`, `<?xml encoding="gbk"?>`.
HEAD_BYTES = 4096
COMMENT_RE = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
META_RE = re.compile(rb"<meta\s[^>]{0,200}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.IGNORECASE)
XML_RE = re.compile(rb"\s{0,99}<\?xml\s[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})")


def _is_damaged_utf_8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few: read as GB18030, they would be other characters."""
    sample = data[:SAMPLE_BYTES].decode("utf-8", "replace")
    return len(CHINESE_RE.findall(sample)) >= max(1, sample.count("\ufffd"))


def _count_controls(data: bytes, text: str, codec: str) -> int:
    """How many control characters a text has; in UTF-8 they are bytes of their own, which count ten times faster."""
    if codec == "utf-8":
        return len(data) - len(data.translate(None, CONTROL_BYTES))
    return len(CONTROL_RE.findall(text))


def _decode(data: bytes, codec: str) -> str | None:
    """The text, or None where the codec refutes the bytes or the characters are not those of a text."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    if _count_controls(data, text, codec) > MOST_CONTROLS * len(text) or (
        codec == "gb18030" and _is_damaged_utf_8(data)
    ):
        return None
    return text


def find_codec(charset: str) -> str | None:
    """The codec that a declared charset means on the web, None for a name that is no charset."""
    encoding = webencodings.lookup(charset)
    if encoding is None or encoding.name in ("replacement", "x-user-defined"):
        return None
    # Pages declared as gb2312 or gbk hold characters that only GB18030 has, and it reads all that those hold.
    return "gb18030" if encoding.name == "gbk" else str(encoding.codec_info.name)


def find_own_codec(data: bytes) -> str | None:
    """The codec of the charset that markup declares within itself."""
    head = COMMENT_RE.sub(b"", data[:HEAD_BYTES])
    found = XML_RE.match(head) or META_RE.search(head)
    codec = find_codec(found[1].decode("ascii", "replace")) if found else None
    # A declaration that can be read byte by byte is not in UTF-16.
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _guess(data: bytes) -> str | None:
    text = _decode(data, "utf-8")
    # Nearly any bytes below 0x80 and many above are GB18030, so that here one NUL says binary.
    return _decode(data, "gb18030") if text is None and b"\x00" not in data else text


def _read_declared(data: bytes, codec: str) -> str | None:
    """The text as declared, None where the bytes refute it."""
    text = _decode(data, codec)
    if text is None or codec.startswith(("utf", "gb")) or HAN_RE.search(text):
        return text
    # Latin-1, many a program's default, reads any bytes; Chinese characters read otherwise refute it.
    guess = _guess(data)
    return None if guess is not None and HAN_RE.search(guess) else text


def decode_text(data: bytes, charset: str | None = None) -> str | None:
    """The text that the bytes hold, or None."""
    for mark, codec in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], codec)
    text = _decode(data, "utf-8")
    if text is not None and SURE_UTF_8_RE.match(text):
        return text
    for declared in (find_codec(charset) if charset else None, find_own_codec(data)):
        if declared and (text := _read_declared(data, declared)) is not None:
            return text
    return _guess(data)
