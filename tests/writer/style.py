"""How one office prints: brackets, digits, marks for blanks, slips of the pen. Drawn once for a page."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

_HALF_WIDTH = str.maketrans("（），：、“”", '(),:、""')
_FULL_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_ASCII_BRACKETS = str.maketrans("（）：", "():")


@dataclass(frozen=True)
class Style:
    """``spelling`` of figures: plain, full_width, commas, blanks, units, signs; ``blank`` is printed for no figure."""

    brackets: str = "full"
    item_mark: str = "1."
    spelling: str = "plain"
    blank: str = ""
    remarks: bool = True
    subtotal: bool = False
    swapped_names: bool = False
    slip: float = 0.0
    spaced_labels: bool = False
    merged: str = "kept"
    outer: str = "both"

    def label(self, text: str, random: Random) -> str:
        """The label as this office prints it."""
        if self.item_mark != "1." and text[:1].isdigit() and text[1:2] == ".":
            text = self.item_mark.replace("1", text[0]) + text[2:]
        if self.slip and len(text) > 9 and random.random() < self.slip:
            text = _slip(text, random)
        if self.brackets == "ascii":
            text = text.translate(_ASCII_BRACKETS)
        elif self.brackets == "half":
            text = text.translate(_HALF_WIDTH)
        if self.spaced_labels and text[:1].isdigit():
            text = f"{text[:2]} {text[2:]}"
        return text

    def figure(self, value: Decimal, unit: str, change: bool) -> str:
        """The figure as this office prints it; ``change`` marks the signed column 本年增/减."""
        if change and self.spelling == "signs":
            return _signed(value)
        plain = f"{value:f}"
        if self.spelling == "full_width":
            return plain.translate(_FULL_DIGITS)
        if self.spelling == "commas":
            return f"{value:,f}"
        if self.spelling == "blanks":
            return f"{value:,f}".replace(",", " ")
        if self.spelling == "units" and unit and not change:
            if unit == "万元" and value and value == value.quantize(Decimal("0.0001")):
                return f"{(value * 10_000).quantize(Decimal(1)):f}元"
            return f"{plain}{unit}"
        return plain


def _signed(value: Decimal) -> str:
    if not value:
        return "0"
    words = ("增", "减少") if value % 2 else ("+", "-")
    return f"{words[value < 0]}{abs(value):f}"


def _slip(text: str, random: Random) -> str:
    """A character dropped, doubled or exchanged with its neighbour, inside the words."""
    at = random.randint(4, len(text) - 4)
    kind = random.randint(0, 2)
    if not all(character.isalpha() for character in text[at : at + 2]):
        return text
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def draw_style(random: Random, spellings: tuple[str, ...]) -> Style:
    """Any habits of print; ``spellings`` are those that the layout can carry."""
    return Style(
        brackets=random.choice(("full", "full", "ascii", "half")),
        item_mark=random.choice(("1.", "1.", "1、", "1．", "（1）")),
        spelling=random.choice(spellings),
        blank=random.choice(("", "", "-", "—", "/", "——")),
        remarks=random.random() < 0.8,
        subtotal=random.random() < 0.15,
        swapped_names=random.random() < 0.2,
        slip=random.choice((0.0, 0.0, 0.05)),
        spaced_labels=random.random() < 0.2,
        merged=random.choice(("kept", "dropped")),
        outer=random.choice(("both", "right", "none")),
    )
