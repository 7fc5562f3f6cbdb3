"""The rule `agreement`: every place that states an indicator states the same.

In: a `Ledger`. Out: one `pass` for an indicator that is stated more than once and always the same, else one `fail`
for each differing value, in codebook order.
"""

from collections.abc import Iterator

from service.extraction.checks.ledger import Ledger, write_number
from service.extraction.report import Check, Indicator, Number, Observation, Operand

_PLACES = {"table": "统计表", "prose": "正文", "derived": "推算"}
_MARKS = {"exact": "", "about": "（约数）", "over": "（余数）", "under": "（不足）"}


def check_agreements(ledger: Ledger) -> Iterator[Check]:
    """All observations of one indicator agree with the one that won."""
    for key, indicator in ledger.indicators.items():
        if indicator.value is None or len(indicator.observations) < 2:
            continue
        stated = [each for each in indicator.observations if each.value is not None]
        if len(stated) < 2:
            continue
        differing: dict[Number, list[Observation]] = {}
        for each in stated:
            if each.value is not None and each.value != indicator.value and not _agrees(ledger, indicator, each):
                differing.setdefault(each.value, []).append(each)
        name = ledger.name(key)
        if not differing:
            yield _pass(indicator, name, stated)
        for value, others in differing.items():
            yield _fail(indicator, name, value, others)


def _agrees(ledger: Ledger, indicator: Indicator, other: Observation) -> bool:
    if indicator.value is None or other.value is None:
        return True
    winner = ledger.bounds(indicator)
    if ledger.bounds_at(other.value, other.qualifier, other.span, indicator.unit).meets(winner):
        return True
    if indicator.code != "requests.received":
        return False
    # Offices count what was carried in as received: 受理312件 where the table has 300 new and 12 carried in.
    carried_in = ledger.indicators.get(("requests.carried_in", indicator.applicant))
    if carried_in is None or carried_in.value is None:
        return False
    more = other.value - indicator.value
    return (other.source == "prose" and more == carried_in.value) or (
        indicator.source == "prose" and -more == carried_in.value
    )


def _operand(indicator: Indicator, name: str, value: Number, span: tuple[int, int] | None) -> Operand:
    return Operand(name, value, indicator.code, indicator.applicant, span)


def _pass(indicator: Indicator, name: str, stated: list[Observation]) -> Check:
    value = indicator.value if indicator.value is not None else 0
    operands = tuple([_operand(indicator, name, each.value or 0, each.span) for each in stated])
    message = f"{name}：{len(stated)}处相符，为{write_number(value)}{indicator.unit}"
    return Check("agreement", "pass", message, operands, value, value, 0)


def _fail(indicator: Indicator, name: str, value: Number, others: list[Observation]) -> Check:
    winner = indicator.value if indicator.value is not None else 0
    operands = [_operand(indicator, name, winner, indicator.span)]
    operands += [_operand(indicator, name, value, each.span) for each in others]
    places = f"（{len(others)}处）" if len(others) > 1 else ""
    unit, difference = indicator.unit, value - winner
    if isinstance(difference, float):
        difference = round(difference, 6)
    message = (
        f"{name}：{_PLACES[indicator.source]}{write_number(winner)}{unit}{_MARKS[indicator.qualifier]}，"
        f"{_PLACES[others[0].source]}{write_number(value)}{unit}{_MARKS[others[0].qualifier]}{places}，"
        f"相差{write_number(abs(difference))}{unit}"
    )
    return Check("agreement", "fail", message, tuple(operands), winner, value, difference)
