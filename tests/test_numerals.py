"""Numbers: every spelling reads back exactly, everything else is no number."""

import time
import tomllib
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extraction.codebook import load_toml
from service.extraction.numerals import DIGITS, read_number

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("numerals.toml").read_text("utf-8"))
CHARACTERS = load_toml("lexicon.toml")["characters"]
DIGIT_NAMES = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("case", "text"), [pytest.param(c, t, id=f"{c['id']}-{t!r}") for c in CASES["case"] for t in c["texts"]]
)
def test_spelling(case, text):
    number = read_number(text)
    assert number is not None
    assert (number.value, number.unit) == (Decimal(case["value"]), case.get("unit"))
    step = case.get("step") or case.get("step_of", {}).get(text)
    assert step is None or number.step == Decimal(step)


@pytest.mark.parametrize("text", [pytest.param(t, id=f"{c['id']}-{t!r}") for c in CASES["none"] for t in c["texts"]])
def test_no_number(text):
    assert read_number(text) is None


def test_every_character_means_what_unicode_says():
    # ○ is a circle that typists use for 〇; that 两 is two, Unicode says since 15.1, which is Python 3.13's.
    silent = {"○": 0, "两": 2}
    assert {c: unicodedata.numeric(c, silent.get(c)) for c in DIGITS} == DIGITS
    for power, row in CHARACTERS["multipliers"].items():
        assert {unicodedata.numeric(character) for character in row} == {float(power)}


def write_below_ten_thousand(value: int) -> str:
    """A number from 1 to 9999 in characters, `1005` as `一千零五`."""
    written, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            written += ("零" if gap and written else "") + DIGIT_NAMES[digit] + name
        gap = not digit
    return written


def write_characters(value: int) -> str:
    """A number in characters, by the rules of the language."""
    if value == 0:
        return "零"
    written = ""
    for power, name in ((100_000_000, "亿"), (10_000, "万"), (1, "")):
        part = value // power % 10_000
        if part:
            gap = written and part < 1000
            written += ("零" if gap else "") + write_below_ten_thousand(part) + name
    return written


numbers = st.integers(min_value=0, max_value=999_999_999_999)


@given(numbers)
def test_characters_read_back(value):
    assert read_number(write_characters(value)).value == value


@given(numbers)
def test_formal_characters_read_back(value):
    formal = write_characters(value).translate(
        str.maketrans("一二三四五六七八九十百千万亿", "壹贰叁肆伍陆柒捌玖拾佰仟萬億")
    )
    assert read_number(formal).value == value


@given(numbers, st.sampled_from([",", "，", " ", "　", "\u2009"]))
def test_grouped_digits_read_back(value, separator):
    number = read_number(f"{value:,}".replace(",", separator))
    assert (number.value, number.step) == (value, 1)


@given(numbers)
def test_full_width_digits_read_back(value):
    assert read_number("".join(chr(ord(digit) + 0xFEE0) for digit in str(value))).value == value


@given(st.decimals(min_value=0, max_value=99999, places=2), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8)]))
def test_decimals_read_back(value, multiplier):
    name, power = multiplier
    number = read_number(f"{value}{name}")
    assert (number.value, number.step) == (value * power, Decimal("0.01") * power)


@given(st.text(alphabet="0123456789,. 零〇○一二两三十百千万亿廿成分之点-+％%件x", max_size=12))
def test_whatever_comes_is_read_or_refused(text):
    number = read_number(text)
    assert number is None or (number.value.is_finite() and number.step > 0)


@pytest.mark.parametrize("unit", ["1", "一", "万", "十", "1,", "1万", "分之", "成", "点"])
def test_long_texts_cost_no_more_than_linear_time(unit):
    def cost(length):
        start = time.thread_time()
        read_number(unit * length)
        return time.thread_time() - start

    assert min(cost(20_000) for _ in range(3)) < 20 * min(cost(2_000) for _ in range(3)) + 0.005
