"""Numbers: the one place where characters become a `Decimal`.

In: a short text that should be one number and nothing else: `1242`, `１２`, `1,242`, `1 242`, `3.64万`, `10w`,
`1万2千`, `六千四百万`, `百分之三十`, `三成`. Out: a `Number`, exact, or None. A character that is not known, a grouping
that is not one (`1,23,4`) and an order that the language does not have (`百千`) are no numbers, never 0.
It does not look for numbers in a sentence and knows no unit but per cent: see `service.extraction.figures`.
The characters stand in ``codebook/lexicon.toml``.
"""

import re
from decimal import Decimal

from service.extraction.codebook import load_toml
from service.extraction.layer import fold
from service.extraction.record import Record

_LEXICON = load_toml("lexicon.toml")["characters"]
DIGITS: dict[str, int] = {character: int(digit) for digit, row in _LEXICON["digits"].items() for character in row}
_TENS: dict[str, str] = {character: plain for plain, row in _LEXICON["tens"].items() for character in row}
# From the largest to the smallest: a number is cut at its largest multiplier first.
_MULTIPLIERS: list[tuple[int, str]] = sorted(
    ((int(power), row) for power, row in _LEXICON["multipliers"].items()), reverse=True
)
_ZEROS = _LEXICON["digits"]["0"]
_ARABIC_RE = re.compile(r"(?:[0-9]{1,3}(?:([, ])[0-9]{3})(?:\1[0-9]{3})*|[0-9]+)(?:\.[0-9]+)?")
# No office writes longer numbers, and a Decimal of the default context holds them exactly.
_LONGEST = 40
_MOST_DIGITS = 15
_ONE = Decimal(1)
# The worth of the last of so many decimals.
_STEPS = [_ONE.scaleb(-count) for count in range(_MOST_DIGITS)]
_BLANK_RE = re.compile(r"\s+")
_CHARACTERS = "".join(DIGITS)
_POSITIONAL_RE = re.compile(f"[{_CHARACTERS}]+")
_DECIMAL_RE = re.compile(f"([^.点點]+)[点點]([{_CHARACTERS}]+)")
_SHARE_RE = re.compile("(.+)分之(.+)")
_TENTHS_RE = re.compile(f"([{_CHARACTERS}十])成([{_CHARACTERS}]?)")


class Number(Record):
    """``step`` is the worth of the last printed digit (`11.80万`: 100). ``unit`` is `%`, `‰` or None."""

    value: Decimal
    step: Decimal
    unit: str | None = None

    def times(self, factor: Decimal | int) -> "Number":
        """The number in another measure."""
        return Number(self.value * factor, abs(self.step * factor), self.unit)


# A circle alone is a mark in a form, `○○县` a blacked-out name.
_SINGLE = {character: Number(Decimal(digit), _ONE) for character, digit in DIGITS.items() if character != "○"}


def read_number(text: str) -> Number | None:
    """The number that the whole text is; None where it is none. Blanks around it and a sign before it are allowed."""
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return Number(Decimal(text), _ONE)
    if text in _SINGLE:
        return _SINGLE[text]
    if text.isascii() and (number := _read_arabic(text)):
        return number
    text = _BLANK_RE.sub(" ", fold(text).replace("\u2212", "-")).strip()
    text = text[:-1] + "万" if text[-1:] in ("w", "W") else text
    if len(text) > _LONGEST:
        return None
    sign = -1 if text.startswith("-") else 1
    text = text[1:].strip() if text[:1] in ("-", "+") else text
    number = _read_share(text) or _read_tenths(text) or _read_plain(text)
    return number.times(sign) if number else None


def _read_share(text: str) -> Number | None:
    """`百分之三十` in per cent, `千分之五` in per mille, `三分之二` as a plain number."""
    match = _SHARE_RE.fullmatch("百分之百" if text == "百分百" else text)
    if not match:
        return None
    whole, part = match.groups()
    number = _read_plain(part) or (Number(Decimal(100), Decimal(1)) if part == whole == "百" else None)
    if number is None:
        return None
    if whole in ("百", "千", "万"):
        unit = "‰" if whole == "千" else "%"
        return Number(number.value, number.step, unit).times(Decimal("0.01") if whole == "万" else 1)
    parts = _read_plain(whole)
    return Number(number.value / parts.value, 1 / parts.value) if parts and parts.value else None


def _read_tenths(text: str) -> Number | None:
    """`三成` and `七成五` in per cent."""
    match = _TENTHS_RE.fullmatch(text)
    if not match:
        return None
    tenths = DIGITS.get(match[1], 10)
    rest = DIGITS[match[2]] if match[2] else 0
    return Number(Decimal(10 * tenths + rest), Decimal(1 if match[2] else 10), "%")


def _read_plain(text: str) -> Number | None:
    """A number without unit: `1,242.5`, `一千二百`, `3.64万`, `1万2千`, `二〇一八`."""
    if text.isascii():
        return _read_arabic(text)
    for character, plain in _TENS.items():
        text = text.replace(character, plain)
    decimal = _DECIMAL_RE.fullmatch(text)
    if decimal:
        return _read_decimal(*decimal.groups())
    return _read_positional(text) or _read_multiplied(text)


def _read_arabic(text: str) -> Number | None:
    if not _ARABIC_RE.fullmatch(text) or len(text) > _MOST_DIGITS:
        return None
    value = Decimal(text.replace(",", "").replace(" ", ""))
    _, _, decimals = text.partition(".")
    return Number(value, _STEPS[len(decimals)])


def _read_decimal(whole: str, decimals: str) -> Number | None:
    """`三点五`; the decimals are digits one by one."""
    number = _read_multiplied(whole)
    if number is None:
        return None
    step = Decimal(1).scaleb(-len(decimals))
    return Number(number.value + step * int(_transcribe(decimals)), step)


def _transcribe(characters: str) -> str:
    return "".join(str(DIGITS[character]) for character in characters)


def _read_positional(text: str) -> Number | None:
    """`二〇一八`. Two or three digits without a zero (`三五`, `一二三`) are an estimate or a list, not a number."""
    if not _POSITIONAL_RE.fullmatch(text) or text[0] in _ZEROS or not 2 <= len(text) <= _MOST_DIGITS:
        return None
    if len(text) < 4 and not set(text) & set(_ZEROS):
        return None
    return Number(Decimal(_transcribe(text)), _ONE)


def _read_multiplied(text: str) -> Number | None:
    """`六千四百万`, `3.64万`, `1万2千`: what stands before the largest multiplier times it, plus the rest."""
    if text.isascii():
        return _read_arabic(text.strip())
    if text in _SINGLE:
        return _SINGLE[text]
    for power, characters in _MULTIPLIERS:
        cut = max(map(text.rfind, characters))
        if cut >= 0:
            return _join(_read_head(text[:cut], power), text[cut + 1 :], power)
    return None


def _read_head(text: str, power: int) -> Number | None:
    """What is multiplied; `十五` leaves it out. Before 十, 百, 千 stands one digit; `120千` is allowed."""
    if not text and power == 10:
        return Number(_ONE, _ONE)
    number = _read_multiplied(text)
    if number is None or (number.value >= 10 and power < (1000 if text.isascii() else 10_000)):
        return None
    return number if number.value or text.isascii() else None  # `0万元` is printed often, 零万 is no number.


def _join(head: Number | None, tail: str, power: int) -> Number | None:
    """``head`` times ``power`` plus the tail: nothing, a smaller number, or one colloquial digit (`一万二`)."""
    if head is None:
        return None
    if not tail:
        return head.times(power)
    plain = tail.lstrip(_ZEROS)
    rest = _read_multiplied(plain)
    if rest is None or rest.value >= power or head.step < 1:
        return None
    if plain == tail and len(tail) == 1 and power > 10:
        if tail.isascii():
            return None
        rest = rest.times(power // 10)
    return Number(head.value * power + rest.value, rest.step)
