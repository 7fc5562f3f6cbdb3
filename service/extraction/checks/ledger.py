"""The indicators of one report as the rules ask for them: by (code, applicant), with names, operands and bounds.

In: `Evidence`. Out: a `Ledger`. Derived totals are not in it: they are sums, and prove nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable

from service.extraction.checks.bounds import Bounds, bound, rounding_step
from service.extraction.checks.evidence import Evidence
from service.extraction.checks.passages import Passages
from service.extraction.codebook import find_era, load_names
from service.extraction.figures import Figure
from service.extraction.report import Applicant, Indicator, Number, Operand, Qualifier, Span, to_number

Key = tuple[str, Applicant | None]

COLUMNS: dict[Applicant, str] = {
    "natural_person": "自然人",
    "commercial_enterprise": "商业企业",
    "research_institution": "科研机构",
    "social_welfare_organisation": "社会公益组织",
    "legal_service_organisation": "法律服务机构",
    "other_organisation": "其他",
    "total": "总计",
}


def write_number(value: Number) -> str:
    """A figure as a message prints it."""
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")


def is_tabled(indicator: Indicator) -> bool:
    """Whether a table has a cell for this indicator, be it blank."""
    return indicator.source == "table" or any(each.source == "table" for each in indicator.observations)


class Ledger:
    """One report's printed indicators by (code, applicant)."""

    __slots__ = ("_claimed", "_claimed_starts", "_operands", "era", "evidence", "indicators", "names", "passages")

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.era = find_era(evidence.form, evidence.year)
        self.names = load_names(self.era)
        self.indicators: dict[Key, Indicator] = {
            (each.code, each.applicant): each for each in evidence.indicators if each.source != "derived"
        }
        self.passages = Passages(evidence.prose.text, evidence.figures)
        self._operands: dict[Key, Operand] = {}
        # In reading order, so that a span finds its figure by bisection: 400 lines may tell one indicator 400 times.
        claimed = [evidence.figures[index] for index in sorted(evidence.claimed)]
        self._claimed = [(*evidence.prose.span(each.number_start, each.number_end), each) for each in claimed]
        self._claimed_starts = [start for start, _, _ in self._claimed]

    def has_other(self, indicators: Iterable[Indicator], value: Number) -> bool:
        """Whether a figure of no row of the form, among the cells of a table or behind the last of them, is so much."""
        spans = [each.span for each in indicators if each.source == "table" and each.span]
        if not spans or not self.evidence.unplaced:
            return False
        first, last = min(spans)[0], max(spans)[1]
        starts = [each.span[0] for each in self.indicators.values() if each.source == "table" and each.span]
        behind = min((start for start in starts if start > last), default=last)
        others = [other for start, other in self.evidence.unplaced if first < start < behind]
        return value in others or (len(others) > 0 and value == sum(others))

    def name(self, key: Key) -> str:
        """What a message calls an indicator: 予以公开, with its column where it has one that is not the total."""
        code, applicant = key
        name = self.names[code]
        return name if applicant in (None, "total") else f"{name}({COLUMNS[applicant]})"

    def operand(self, key: Key) -> Operand:
        """The operand of a check, the same object for every check that the indicator takes part in."""
        operand = self._operands.get(key)
        if operand is None:
            indicator = self.indicators.get(key)
            value, span = (None, None) if indicator is None else (indicator.value, indicator.span)
            operand = self._operands[key] = Operand(self.name(key), value, key[0], key[1], span)
        return operand

    def operand_at(self, figure: Figure) -> Operand:
        """The operand that a figure of the prose is; its label is the words before it and the figure as printed."""
        span = self.evidence.prose.span(figure.start, figure.end)
        return Operand(self.passages.say(figure), to_number(figure.value), span=span)

    def bounds(self, indicator: Indicator) -> Bounds:
        """What an indicator's printed figure stands for; a blank one for 0."""
        if indicator.value is None:
            return Bounds(0.0, 0.0)
        return self.bounds_at(indicator.value, indicator.qualifier, indicator.span, indicator.unit)

    def bounds_at(self, value: Number, qualifier: Qualifier, span: Span | None, unit: str) -> Bounds:
        """What a value printed at a span stands for."""
        figure = self._figure_at(span)
        if figure is not None:
            return bound(float(value), qualifier, rounding_step(figure, self.evidence.prose.text))
        # Money in a table is printed with its decimals: 15.7 stands for 15.65 to 15.75.
        return bound(float(value), qualifier, _decimal_step(value) if unit == "万元" else 0.0)

    def between(self, one: Span, other: Span) -> str:
        """The prose between two spans that hold figures of the prose; nothing where one holds none."""
        first, last = self._figure_at(one), self._figure_at(other)
        return "" if first is None or last is None else self.evidence.prose.text[first.end : last.start]

    def _figure_at(self, span: Span | None) -> Figure | None:
        """The claimed figure of the prose that a span of the submitted text holds."""
        if span is None:
            return None
        index = bisect_left(self._claimed_starts, span[0])
        if index == len(self._claimed):
            return None
        _, end, figure = self._claimed[index]
        return figure if end <= span[1] else None


def _decimal_step(value: Number) -> float:
    decimals = write_number(value).partition(".")[2]
    return float(10 ** -len(decimals))
