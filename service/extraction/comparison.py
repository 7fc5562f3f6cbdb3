"""Two annual reports of one body side by side: what changed, and whether the years fit together.

In: two `Side` values, the earlier and the later report. Out: a `Comparison`, its indicators in the codebook's order.
Reports of different bodies or years that do not follow one another are compared all the same, with a warning; only
what links a year to the next is left out where a year lies between. It parses nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from service.extraction.checks.bounds import Bounds, bound
from service.extraction.checks.ledger import COLUMNS, Key, write_number
from service.extraction.codebook import find_era, load_entries, load_names
from service.extraction.record import Record
from service.extraction.report import (
    Applicant,
    Check,
    Indicator,
    Number,
    Operand,
    Origin,
    ParseWarning,
    Qualifier,
    Report,
    Span,
    Status,
    to_number,
)

LINKS = ("carried_over", "in_force")
_STOCKS = ("regulations", "normative_documents")
_OFFICE_RE = re.compile("办公[室厅]$")
_CENT = Decimal("0.01")


class Side(Record):
    """What a comparison needs of one report."""

    id: str
    issuer: str | None
    year: int | None
    form: str
    indicators: tuple[Indicator, ...]


class Party(Record):
    """Which report stands on one side of a comparison."""

    id: str
    issuer: str | None
    year: int | None
    form: str


class Statement(Record):
    """What one report says of an indicator; ``span`` is in that report's text."""

    value: Number | None
    status: Status
    qualifier: Qualifier
    source: Origin
    span: Span | None


class Change(Record):
    """One indicator in both reports; None where a report has no such figure.

    ``change`` is later less earlier, ``change_percent`` that in per cent of the earlier value, to two decimals.
    """

    code: str
    applicant: Applicant | None
    label: str
    unit: str
    earlier: Statement | None
    later: Statement | None
    change: Number | None
    change_percent: Number | None


class Comparison(Record):
    """Two reports side by side."""

    earlier: Party
    later: Party
    indicators: tuple[Change, ...]
    checks: tuple[Check, ...]
    check_summary: dict[str, dict[str, int]]
    warnings: tuple[ParseWarning, ...]


def to_side(report: Report) -> Side:
    """What a comparison needs of a parsed report."""
    document = report.document
    return Side(report.id, document.issuer, document.year, document.form, report.indicators)


def read_side(report: Mapping[str, Any]) -> Side:
    """What a comparison needs of a report as its JSON members."""
    document = report["document"]
    own = {"observations": ()}
    indicators = tuple(
        [Indicator(**{**each, **own, "span": each["span"] and tuple(each["span"])}) for each in report["indicators"]]
    )
    return Side(report["id"], document["issuer"], document["year"], document["form"], indicators)


def compare(earlier: Side, later: Side) -> Comparison:
    """The changes from one report to the other and the checks that link their years."""
    checks = tuple(_find_links(earlier, later)) if _may_follow(earlier, later) else ()
    summary = {rule: {"pass": 0, "fail": 0, "unknown": 0} for rule in LINKS}
    for check in checks:
        summary[check.rule][check.status] += 1
    return Comparison(
        earlier=Party(earlier.id, earlier.issuer, earlier.year, earlier.form),
        later=Party(later.id, later.issuer, later.year, later.form),
        indicators=tuple(_find_changes(earlier, later)),
        checks=checks,
        check_summary=summary,
        warnings=tuple(_find_warnings(earlier, later)),
    )


@cache
def _positions(era: str | None) -> dict[str, int]:
    """The place of each code in the codebook: in the part of an era's form where it has one, else its first."""
    places: dict[str, int] = {}
    for position, entry in enumerate(load_entries()):
        if era in entry.eras or entry.code not in places:
            places[entry.code] = position
    return places


def _by_key(side: Side, other: Side) -> dict[Key, Indicator]:
    """A side's indicators; a figure without applicants stands for the total where the other side tells applicants."""
    own = {(each.code, each.applicant): each for each in side.indicators}
    others = {(each.code, each.applicant) for each in other.indicators}
    aligned: dict[Key, Indicator] = {}
    for (code, applicant), each in own.items():
        alone = applicant is None and (code, "total") not in own
        is_total = alone and (code, "total") in others and (code, None) not in others
        aligned[code, "total" if is_total else applicant] = each
    return aligned


def _find_changes(earlier: Side, later: Side) -> Iterator[Change]:
    before, after = _by_key(earlier, later), _by_key(later, earlier)
    positions = _positions(find_era(later.form, later.year))
    columns: dict[Applicant | None, int] = {column: place for place, column in enumerate((None, *COLUMNS))}

    def place(key: Key) -> tuple[int, int]:
        return positions.get(key[0], len(positions)), columns[key[1]]

    for key in sorted(before.keys() | after.keys(), key=place):
        one, other = before.get(key), after.get(key)
        either = other or one
        if either is not None:
            yield _to_change(key, either, one, other)


def _to_change(key: Key, either: Indicator, one: Indicator | None, other: Indicator | None) -> Change:
    change = percent = None
    if one is not None and other is not None and one.value is not None and other.value is not None:
        base, difference = Decimal(str(one.value)), Decimal(str(other.value)) - Decimal(str(one.value))
        change = to_number(difference)
        if base:
            percent = to_number((100 * difference / abs(base)).quantize(_CENT, ROUND_HALF_UP))
    return Change(key[0], key[1], either.label, either.unit, _to_statement(one), _to_statement(other), change, percent)


def _to_statement(indicator: Indicator | None) -> Statement | None:
    if indicator is None:
        return None
    return Statement(indicator.value, indicator.status, indicator.qualifier, indicator.source, indicator.span)


def _may_follow(earlier: Side, later: Side) -> bool:
    """Whether the later report may be the next year's; an unknown year does not speak against it."""
    return earlier.year is None or later.year is None or later.year == earlier.year + 1


def _find_links(earlier: Side, later: Side) -> Iterator[Check]:
    before, after = _by_key(earlier, later), _by_key(later, earlier)
    for column in COLUMNS:
        yield from _check_carried_over(before, after, column)
    for stock in _STOCKS:
        yield from _check_in_force(before, after, stock)


def _operand(indicator: Indicator | None, key: Key, year: str) -> Operand:
    column = f"({COLUMNS[key[1]]})" if key[1] else ""
    value, span = (None, None) if indicator is None else (indicator.value, indicator.span)
    return Operand(f"{year}{load_names(None)[key[0]]}{column}", value, key[0], key[1], span)


def _check_carried_over(
    before: Mapping[Key, Indicator], after: Mapping[Key, Indicator], column: Applicant
) -> Iterator[Check]:
    """What one report carries out, the next one carries in."""
    out_key, in_key = ("requests.carried_out", column), ("requests.carried_in", column)
    out, into = before.get(out_key), after.get(in_key)
    if out is None or into is None:
        # A report that tells no applicants is missing its total, not its columns.
        if column != "total" or (out is None and into is None):
            return
    elif out.value is None and into.value is None:
        return
    operands = (_operand(out, out_key, "上年"), _operand(into, in_key, "本年"))
    place = f"{COLUMNS[column]}列："
    if out is None or into is None:
        missing = "上年报告缺少结转下年度" if out is None else "本年报告缺少上年结转"
        yield Check("carried_over", "unknown", f"{place}{missing}，无法核对", operands, None, None, None)
        return
    expected, actual = out.value or 0, into.value or 0
    said = f"{place}上年报告结转下年度{write_number(expected)}件，本年报告上年结转{write_number(actual)}件"
    yield _judge("carried_over", said, operands, expected, actual, _bounds([out]).meets(_bounds([into])))


def _check_in_force(before: Mapping[Key, Indicator], after: Mapping[Key, Indicator], stock: str) -> Iterator[Check]:
    """What was in force, plus what was issued, less what was repealed, is in force."""
    keys: list[Key] = [(f"{stock}.{name}", None) for name in ("in_force", "issued", "repealed", "in_force")]
    last = before.get(keys[0])
    issued, repealed, current = (after.get(key) for key in keys[1:])
    if last is None or current is None or (last.value is None and current.value is None):
        return
    found = (last, issued, repealed, current)
    operands = tuple(
        _operand(each, key, year) for each, key, year in zip(found, keys, ("上年", *["本年"] * 3), strict=True)
    )
    names = load_names(None)
    # A blank flow is no document; a blank stock is not told.
    absent = [
        operand.label
        for operand, each, is_stock in zip(operands, found, (True, False, False, True), strict=True)
        if each is None or (is_stock and each.value is None)
    ]
    if absent or issued is None or repealed is None:
        message = f"缺少{'、'.join(absent)}，无法核对{names[keys[0][0]]}"
        yield Check("in_force", "unknown", message, operands, None, None, None)
        return
    start, more, less, end = (each.value or 0 for each in (last, issued, repealed, current))
    expected = to_number(Decimal(str(start)) + Decimal(str(more)) - Decimal(str(less)))
    said = (
        f"{names[keys[0][0]]}：上年{write_number(start)}件＋本年制发{write_number(more)}件－"
        f"本年废止{write_number(less)}件＝{write_number(expected)}件，本年报告{write_number(end)}件"
    )
    meets = _bounds([last, issued]).meets(_bounds([repealed, current]))
    yield _judge("in_force", said, operands, expected, end, meets)


def _bounds(indicators: Sequence[Indicator]) -> Bounds:
    return sum((bound(float(each.value or 0), each.qualifier) for each in indicators), Bounds(0.0, 0.0))


def _judge(
    rule: str, said: str, operands: tuple[Operand, ...], expected: Number, actual: Number, agrees: bool
) -> Check:
    difference = to_number(Decimal(str(actual)) - Decimal(str(expected)))
    if agrees:
        return Check(rule, "pass", f"{said}，相符", operands, expected, actual, difference)
    message = f"{said}，相差{write_number(abs(difference))}件"
    return Check(rule, "fail", message, operands, expected, actual, difference)


def _find_warnings(earlier: Side, later: Side) -> Iterator[ParseWarning]:
    if earlier.issuer is None or later.issuer is None:
        yield ParseWarning("issuer_unknown", "至少一份报告没有写明发布机关，请确认两份报告属于同一机关", None)
    elif not _is_same_body(earlier.issuer, later.issuer):
        yield ParseWarning("issuer_mismatch", f"发布机关不同：{earlier.issuer}，{later.issuer}", None)
    if earlier.year is None or later.year is None:
        yield ParseWarning("year_unknown", "至少一份报告没有写明年度，请确认两份报告年度相连", None)
    elif later.year != earlier.year + 1:
        message = f"两份报告的年度不是前后相连：{earlier.year}年，{later.year}年；不核对年度之间的结转和现行有效件数"
        yield ParseWarning("year_gap", message, None)
    if earlier.form != later.form:
        yield ParseWarning("form_change", "两份报告所用的统计表不同，部分指标不可比", None)


def _is_same_body(one: str, other: str) -> bool:
    """铁东区人民政府 is 鞍山市铁东区人民政府, and an office speaks for its government."""
    one, other = _OFFICE_RE.sub("", one), _OFFICE_RE.sub("", other)
    return one.endswith(other) or other.endswith(one)
