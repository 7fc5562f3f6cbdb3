"""Bytes to text: every charset that reports come in, and what is no text."""

import tomllib
from pathlib import Path

import pytest

from service.decoding import decode_text

CASES = tomllib.loads((Path(__file__).parent / "cases" / "decoding.toml").read_text("utf-8"))["case"]
NO_TEXT = {
    "nuls": b"\x00" * 100,
    "one_nul_in_gb18030": "政府信息".encode("gb18030") + b"\x00" + "公开".encode("gb18030"),
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00",
    "zip": b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xdf\xa4\xd2l",
    "odd_utf_16": b"\xff\xfe\x3f",
    "unpaired_surrogate": b"\xff\xfe\x00\xd8",
    "cut_utf_8_after_mark": b"\xef\xbb\xbf\xe6\x94",
    "neither_utf_8_nor_gb18030": b"\xff\xff\xff",
    "controls": b"\x01\x02\x03 text",
    "utf_8_cut_at_its_end": ("收到申请37件，均已办结。" * 9).encode()[:-1],
    "utf_8_with_one_wrong_byte": "收到申请37件".encode() + b"\xff" + "，均已办结。".encode(),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_text_is_read(case: dict[str, str]) -> None:
    text = " " * int(case.get("pad", 0)) + case["text"]
    data = bytes.fromhex(case.get("mark", "")) + text.encode(case["codec"])
    assert decode_text(data, case.get("charset")) == text


@pytest.mark.parametrize("name", NO_TEXT)
def test_no_text_is_none(name: str) -> None:
    assert decode_text(NO_TEXT[name]) is None


def test_damaged_utf_8_is_not_read_as_another_charset() -> None:
    """GB18030 reads nearly half of all cuts of UTF-8, as other characters."""
    data = "2024年，本机关共收到政府信息公开申请三十七件，均已按时办结。".encode()
    for end in range(8, len(data)):
        for charset in (None, "utf-8"):
            text = decode_text(data[:end], charset)
            assert text is None or data[:end] == text.encode()


@pytest.mark.parametrize("charset", [None, "utf-8", "big5"])
def test_empty_bytes_are_the_empty_text(charset: str | None) -> None:
    assert decode_text(b"", charset) == ""
