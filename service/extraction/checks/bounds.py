"""What a printed figure stands for: every value between two bounds.

A printed figure stands for its rounding interval (`11.80万` for 117,950 to 118,050), `余` for up to a tenth more,
`约` for a tenth either way, `不足` for up to a tenth less. A plain count stands for itself.
"""

from service.extraction.figures import Figure
from service.extraction.record import Record
from service.extraction.report import Qualifier

# Arithmetic on binary fractions: 100 * 29 / 87 is no more exact than this.
_GRAIN = 1e-12
# A half rounds up: 15.7 stands for 15.65 up to but not including 15.75.
_BELOW = 1 - 1e-6
# Units whose figures are measured, not counted: 25万元 may be 24.8万元, 25件 is 25.
_MEASURED_UNITS = frozenset({"万元", "%", "‰"})


class Bounds(Record):
    """Both bounds belong to the interval."""

    low: float
    high: float

    def meets(self, other: "Bounds") -> bool:
        """Whether one value may be meant by both."""
        grain = _GRAIN * max(abs(self.high), abs(other.high), 1.0)
        return self.low <= other.high + grain and other.low <= self.high + grain

    def __add__(self, other: "Bounds") -> "Bounds":
        return Bounds(self.low + other.low, self.high + other.high)


def bound(value: float, qualifier: Qualifier, step: float = 0.0) -> Bounds:
    """The bounds of a printed value; ``step`` is the worth of its last digit, 0 where the value was counted."""
    if qualifier == "exact" and not step:
        return Bounds(value, value)
    half = step / 2
    # A tenth of a small round number says too little: 20余 is up to 29.
    leeway = max(abs(value) / 10, 9.0 if 10 <= abs(value) < 100 and value % 10 == 0 else 0.0)
    below = leeway if qualifier in ("about", "under") else 0.0
    above = leeway if qualifier in ("about", "over") else 0.0
    return Bounds(value - max(below, half), value + max(above, half * _BELOW))


def rounding_step(figure: Figure, text: str) -> float:
    """The worth of the last digit where the figure may have been rounded, 0 for a plain count (`三百`, `1 242`)."""
    number = text[figure.number_start : figure.number_end]
    if figure.unit in _MEASURED_UNITS or figure.step % 1 or "万" in number or "亿" in number:
        return float(figure.step)
    return 0.0


def bound_figure(figure: Figure, text: str) -> Bounds:
    """The bounds of a figure of the prose ``text``."""
    return bound(float(figure.value), figure.qualifier, rounding_step(figure, text))
