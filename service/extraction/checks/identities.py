"""The identities of the forms: `sum`, `applicants`, `balance`, `at_most`.

In: a `Ledger`. Out: checks in codebook order. Which parts add up to which total is data (`sums_into` in
``codebook/indicators.csv``). A blank part counts as 0 as long as one operand is reported: offices leave zero cells
empty. Where nothing is reported there is no check.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from service.extraction.checks.bounds import Bounds
from service.extraction.checks.ledger import COLUMNS, Key, Ledger, is_tabled, write_number
from service.extraction.codebook import load_entries, load_names
from service.extraction.record import Record
from service.extraction.report import Applicant, Check, CheckStatus, Indicator, Number, to_number

_OUTCOMES = "outcomes.total"
_MATRIX_ERAS = ("2019", "2021")
# The 2014 form has no row for cases that are still open; prose may tell them beside it (尚未审结1件).
_PENDING = {"review.total": "review.pending", "litigation.total": "litigation.pending"}
# 受理312件，其中上年结转12件: the first part of the received is what was carried in.
_CONTAINS_RE = re.compile(r"(?:其中|含|包括)[^\d;。]*$")
_LEADERS = (
    ("response.press_conferences_by_leaders", "response.press_conferences"),
    ("response.online_interviews_by_leaders", "response.online_interviews"),
)


class _Total(Record):
    """Parts that add up to a total, and the words that say where they stand."""

    place: str
    parts: tuple[Key, ...]
    total: Key


@cache
def _sums(era: str | None) -> dict[str, tuple[str, ...]]:
    """The totals of an era's form in codebook order, each with its parts."""
    entries = [entry for entry in load_entries() if era in entry.eras]
    parts: dict[str, list[str]] = {}
    for entry in entries:
        if entry.sums_into:
            parts.setdefault(entry.sums_into, []).append(entry.code)
    order = {entry.code: position for position, entry in enumerate(entries)}
    return {total: tuple(parts[total]) for total in sorted(parts, key=order.__getitem__)}


@cache
def _plain_totals(era: str | None) -> tuple[_Total, ...]:
    """The totals outside the matrix."""
    sums = _sums(era).items()
    return tuple(
        _Total("", tuple((part, None) for part in parts), (total, None)) for total, parts in sums if total != _OUTCOMES
    )


@cache
def _column_totals(rows: tuple[str, ...]) -> tuple[_Total, ...]:
    """The outcomes of the matrix and their total, column by column."""
    return tuple(
        _Total(f"{name}列：", tuple((row, column) for row in rows), (_OUTCOMES, column))
        for column, name in COLUMNS.items()
    )


@cache
def _row_totals() -> tuple[_Total, ...]:
    """The rows of the matrix, those of both forms: offices mix them."""
    columns: list[Applicant] = [column for column in COLUMNS if column != "total"]
    rows = [entry.code for entry in load_entries() if entry.by_applicant]
    names = load_names(None)
    return tuple(
        _Total(f"{names[row]}行：", tuple((row, column) for column in columns), (row, "total")) for row in rows
    )


def check_sums(ledger: Ledger) -> Iterator[Check]:
    """The parts of `sums_into` add up to their total, in the matrix in each column."""
    totals = _plain_totals(ledger.era)
    if ledger.era in _MATRIX_ERAS:
        totals = (*_column_totals(_printed_outcomes(ledger)), *totals)
    for each in totals:
        yield from _check_total(ledger, "sum", each)


def _printed_outcomes(ledger: Ledger) -> tuple[str, ...]:
    """The outcome rows that the matrix has: offices print the rows of 2019 in later years, and the reverse."""

    def missing(rows: tuple[str, ...]) -> int:
        return sum((row, "total") not in ledger.indicators for row in rows)

    return min((_sums(era)[_OUTCOMES] for era in (ledger.era, *_MATRIX_ERAS)), key=missing)


def check_applicants(ledger: Ledger) -> Iterator[Check]:
    """The six columns of a matrix row add up to its total column."""
    if ledger.era not in _MATRIX_ERAS:
        return
    for each in _row_totals():
        if any(key in ledger.indicators for key in each.parts):
            yield from _check_total(ledger, "applicants", each)


def _check_total(ledger: Ledger, rule: str, each: _Total) -> Iterator[Check]:
    """One check of parts against their total, or none where nothing is reported."""
    keys = (*each.parts, each.total)
    found = [ledger.indicators.get(key) for key in keys]
    if not _is_checkable(found):
        return
    *parts, whole = found
    operands = tuple([ledger.operand(key) for key in keys])
    name = ledger.name(each.total)
    if whole is None or None in parts:
        missing = "、".join([ledger.name(key) for key, one in zip(keys, found, strict=True) if one is None])
        message = f"{each.place}缺少{missing}，无法核对{name}"
        yield Check(rule, "unknown", message, operands, None, None, None)
        return
    unit = whole.unit
    left = _add([part.value for part in parts if part is not None and part.value is not None])
    if whole.value is None:
        message = f"{each.place}{name}未填，各项之和{write_number(left)}{unit}，无法核对"
        yield Check(rule, "unknown", message, operands, left, None, None)
        return
    status = "pass" if left == whole.value else _judge_total(ledger, parts, whole, left)
    said = _list_addends(each.parts, parts, ledger) if status == "fail" else "各项之和"
    difference = _subtract(whole.value, left)
    message = f"{each.place}{said}{write_number(left)}{unit}，{name}{write_number(whole.value)}{unit}"
    message += _say_difference(status, difference, unit)
    yield Check(rule, status, message, operands, left, whole.value, difference)


def _is_checkable(operands: Sequence[Indicator | None]) -> bool:
    """Whether a figure is reported and, where no table has the rows, each of them is told."""
    present = [each for each in operands if each is not None]
    if all(each.value is None for each in present):
        return False
    return any(map(is_tabled, present)) or len(present) == len(operands)


def _judge_total(ledger: Ledger, parts: Sequence[Indicator | None], whole: Indicator, left: Number) -> CheckStatus:
    """What a sum that is not equal to its total proves."""
    present = [part for part in parts if part is not None]
    pending = ledger.indicators.get((_PENDING.get(whole.code, ""), None)) if ledger.era == "2014" else None
    if pending is not None and pending.value is not None and left + pending.value == whole.value:
        return "pass"
    if _bounds_of(ledger, present).meets(ledger.bounds(whole)):
        return "pass"
    if any(each.qualifier != "exact" for each in (*present, whole)):
        return "unknown"
    blank = any(part.value is None for part in present)
    # The total's own cell is blank and prose tells it: here a blank cell does not mean 0.
    if blank and whole.source == "prose" and is_tabled(whole):
        return "unknown"
    # A row that the office added holds the rest: 5.电子邮件申请数 below 4.信函申请数.
    if whole.value is not None and left < whole.value and ledger.has_other((*present, whole), whole.value - left):
        return "unknown"
    # An office that fills in no column but the total does not say who applied.
    if whole.applicant == "total" and all(part.value is None for part in present) and not _tells_applicants(ledger):
        return "unknown"
    return "fail"


def _tells_applicants(ledger: Ledger) -> bool:
    return any(
        indicator.value is not None and applicant not in (None, "total")
        for (_, applicant), indicator in ledger.indicators.items()
    )


def _list_addends(keys: Sequence[Key], parts: Sequence[Indicator | None], ledger: Ledger) -> str:
    """`自然人3件＋商业企业1件＝`, the parts that are not 0: columns of a row, rows of a column."""
    is_row = len({code for code, _ in keys}) == 1
    said = []
    for (code, column), each in zip(keys, parts, strict=True):
        if each is not None and each.value:
            name = COLUMNS[column] if is_row and column else ledger.names[code]
            said.append(f"{name}{write_number(each.value)}{each.unit}")
    return "＋".join(said) + "＝" if len(said) > 1 else "各项之和"


def _say_difference(status: CheckStatus, difference: Number, unit: str) -> str:
    if status == "fail":
        return f"，相差{write_number(abs(difference))}{unit}"
    return "，相符" if status == "pass" else "，有约数、空格或另加的行，无法核对"


def _add(values: Sequence[Number]) -> Number:
    total = sum(values)
    return total if isinstance(total, int) else to_number(Decimal(str(round(total, 6))))


def _subtract(one: Number, other: Number) -> Number:
    return _add((one, -other))


def check_balances(ledger: Ledger) -> Iterator[Check]:
    """New and carried-in requests equal the outcomes and what is carried out, in each column."""
    if ledger.era not in _MATRIX_ERAS:
        return
    codes = ("requests.received", "requests.carried_in", "outcomes.total", "requests.carried_out")
    for column, name in COLUMNS.items():
        yield from _check_balance(ledger, [(code, column) for code in codes], name)


def _check_balance(ledger: Ledger, keys: Sequence[Key], column: str) -> Iterator[Check]:
    found = [ledger.indicators.get(key) for key in keys]
    if not _is_checkable(found):
        return
    operands = tuple([ledger.operand(key) for key in keys])
    missing = [ledger.names[key[0]] for key, each in zip(keys, found, strict=True) if each is None]
    if missing:
        yield Check("balance", "unknown", f"{column}列：缺少{'、'.join(missing)}，无法核对", operands, None, None, None)
        return
    present = [each for each in found if each is not None]
    received, carried_in, closed, carried_out = [each.value or 0 for each in present]
    left, right = _add((received, carried_in)), _add((closed, carried_out))
    status = "pass" if left == right else _judge_balance(ledger, present, right)
    message = (
        f"{column}列：本年新收{write_number(received)}件＋上年结转{write_number(carried_in)}件＝{write_number(left)}件，"
        f"办理结果总计{write_number(closed)}件＋结转下年度{write_number(carried_out)}件＝{write_number(right)}件"
    )
    message += _say_difference(status, right - left, "件")
    yield Check("balance", status, message, operands, left, right, _subtract(right, left))


def _judge_balance(ledger: Ledger, operands: Sequence[Indicator], right: Number) -> CheckStatus:
    """What two sides that are not equal prove."""
    received, carried_in, closed, carried_out = operands
    if _holds_carried_in(ledger, received, carried_in) and received.value == right:
        return "pass"
    left_bounds = ledger.bounds(received) + ledger.bounds(carried_in)
    if left_bounds.meets(ledger.bounds(closed) + ledger.bounds(carried_out)):
        return "pass"
    if any(each.qualifier != "exact" for each in operands):
        return "unknown"
    # A blank total over reported outcomes is no 0.
    if closed.value is None and _has_outcomes(ledger, closed.applicant):
        return "unknown"
    return "fail"


def _has_outcomes(ledger: Ledger, column: Applicant | None) -> bool:
    cells = (ledger.indicators.get((row, column)) for row in _printed_outcomes(ledger))
    return any(cell is not None and cell.value is not None for cell in cells)


def _holds_carried_in(ledger: Ledger, received: Indicator, carried_in: Indicator) -> bool:
    """Whether prose tells the carried-in requests as part of the received: 受理312件，其中上年结转12件."""
    if received.source != "prose" or carried_in.source != "prose" or not received.span or not carried_in.span:
        return False
    return bool(_CONTAINS_RE.search(ledger.between(received.span, carried_in.span)))


def check_at_most(ledger: Ledger) -> Iterator[Check]:
    """A part does not exceed its whole: disclosures against channels, leaders' events, reasons of denial."""
    if ledger.evidence.form != "2014":
        return
    names = ledger.names
    disclosed, denied = "disclosure.total", "outcomes.denied"
    yield from _check_at_most(ledger, (disclosed,), names[disclosed], _channels(), "各渠道公开数之和")
    for part, whole in _LEADERS:
        yield from _check_at_most(ledger, (part,), names[part], (whole,), names[whole])
    reasons = _sums("2014")[denied]
    yield from _check_at_most(ledger, reasons, f"{names[denied]}的各项理由合计", (denied,), names[denied])


def _check_at_most(
    ledger: Ledger, parts: Sequence[str], part_name: str, wholes: Sequence[str], whole_name: str
) -> Iterator[Check]:
    """One check that the sum of ``parts`` does not exceed the sum of ``wholes``."""
    keys: list[Key] = [(code, None) for code in (*wholes, *parts)]
    found = [ledger.indicators.get(key) for key in keys]
    if not _is_checkable(found):
        return
    operands = tuple([ledger.operand(key) for key in keys])
    missing = [ledger.name(key) for key, each in zip(keys, found, strict=True) if each is None]
    if missing:
        message = f"缺少{'、'.join(missing)}，无法核对{part_name}"
        yield Check("at_most", "unknown", message, operands, None, None, None)
        return
    present = [each for each in found if each is not None]
    unit, upper, lower = present[0].unit, present[: len(wholes)], present[len(wholes) :]
    part = _add([each.value or 0 for each in lower])
    if all(each.value is None for each in upper):
        message = f"{whole_name}未填，无法核对{part_name}{write_number(part)}{unit}"
        yield Check("at_most", "unknown", message, operands, None, part, None)
        return
    whole = _add([each.value or 0 for each in upper])
    exceeds = part > whole and _bounds_of(ledger, lower).low > _bounds_of(ledger, upper).high
    difference = _subtract(part, whole)
    relation = "多于" if exceeds else "不多于"
    message = f"{part_name}{write_number(part)}{unit}，{relation}{whole_name}{write_number(whole)}{unit}"
    message += f"，多出{write_number(difference)}{unit}" if exceeds else ""
    yield Check("at_most", "fail" if exceeds else "pass", message, operands, whole, part, difference)


@cache
def _channels() -> tuple[str, ...]:
    return tuple(entry.code for entry in load_entries() if entry.code.startswith("disclosure.channel."))


def _bounds_of(ledger: Ledger, indicators: Sequence[Indicator]) -> Bounds:
    return sum(map(ledger.bounds, indicators), Bounds(0.0, 0.0))
