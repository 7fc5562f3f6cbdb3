"""The rules over cases: what a sentence or a set of cells asks for, and nothing else."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.extraction import parse_report
from service.extraction.checks import CHECKS, Evidence, find_checks, summarise
from service.extraction.codebook import load_entries
from service.extraction.figures import find_figures
from service.extraction.prose_text import read_prose
from service.extraction.report import Check, Indicator, Observation
from service.extraction.source import read_source
from tests.writer.labels import APPLICANTS

GIVEN_RE = re.compile(r"(?P<code>[\w.]+)(?:\[(?P<applicant>\w+)\])? = (?P<statements>.+)")
CASES = Path(__file__).parent / "cases"


def load_cases(name: str) -> list[Any]:
    cases = tomllib.loads((CASES / name).read_text("utf-8"))["case"]
    return [pytest.param(case, id=case["id"]) for case in cases]


UNITS = {entry.code: entry.unit for entry in load_entries()}
EMPTY = read_prose(read_source(""), ())


def check_text(text: str) -> tuple[Check, ...]:
    prose = read_prose(read_source(text), ())
    return find_checks(Evidence(None, None, (), prose, find_figures(prose), frozenset()))


def check_indicators(form: str | None, year: int | None, indicators: Iterable[Indicator]) -> tuple[Check, ...]:
    return find_checks(Evidence(form, year, tuple(indicators), EMPTY, (), frozenset()))


def read_statement(statement: str) -> Observation:
    """One statement of a case: `650 prose over`, `-`."""
    value, *words = statement.split()
    source = next((word for word in words if word in ("prose", "derived")), "table")
    qualifier = next((word for word in words if word in ("over", "about", "under")), "exact")
    number = None if value in ("-", "n/a") else float(value) if "." in value else int(value)
    return Observation(number, qualifier, source, (0, 1), "n/a" if value == "n/a" else "case")


def read_given(line: str) -> Indicator:
    match = GIVEN_RE.fullmatch(line)
    assert match, line
    stated = tuple(map(read_statement, match["statements"].split("; ")))
    first = stated[0]
    status = "reported" if first.value is not None else "not_applicable" if first.rule == "n/a" else "blank"
    code, applicant = match["code"], match["applicant"]
    return Indicator(
        code, applicant, code, first.value, UNITS[code], status, first.qualifier, first.source, (0, 1), stated
    )


def make_matrix() -> dict[tuple[str, str | None], Indicator]:
    """A 2021 matrix that holds: one request carried in by a person, two open at the end, three outcomes."""
    cells = {(entry.code, column): 0 for entry in load_entries() if entry.by_applicant for column in APPLICANTS}
    del cells["outcomes.other", "natural_person"]
    cells = {key: value for key, value in cells.items() if key[0] != "outcomes.other"}
    for column in ("natural_person", "total"):
        cells["requests.received", column] = 5
        cells["requests.carried_in", column] = 1
        cells["outcomes.granted", column] = 3
        cells["outcomes.denied.security", column] = 1
        cells["outcomes.total", column] = 4
        cells["requests.carried_out", column] = 2
    return {key: read_given(f"{key[0]}[{key[1]}] = {value}") for key, value in cells.items()}


def say(check: Check) -> str:
    values = ("null" if value is None else f"{value:.10g}" for value in (check.expected, check.actual))
    return " ".join((check.rule, check.status, *values))


@pytest.mark.parametrize("case", load_cases("checks_prose.toml"))
def test_sentences(case: dict[str, Any]) -> None:
    checks = check_text(case["text"])
    assert [say(check) for check in checks] == case["want"]
    for check in checks:
        for operand in check.operands:
            assert operand.span is not None
            printed = case["text"][slice(*operand.span)]
            assert re.search(r"[\d一二三四五六七八九十]", printed)


@pytest.mark.parametrize("case", load_cases("checks_forms.toml"))
def test_indicators(case: dict[str, Any]) -> None:
    indicators = make_matrix() if case.get("base") == "matrix" else {}
    for given in map(read_given, case["given"]):
        indicators[given.code, given.applicant] = given
    checks = check_indicators(case.get("form"), case.get("year"), indicators.values())
    checks = tuple(check for check in checks if check.rule in case.get("only", CHECKS))
    told = [check for check in checks if not case.get("base") or check.status != "pass"]
    assert [say(check) for check in told] == case["want"]
    if "message" in case:
        assert told[0].message == case["message"]
    for check in checks:
        keys = [(operand.code, operand.applicant) for operand in check.operands]
        assert all(
            operand.value is None or key in indicators for key, operand in zip(keys, check.operands, strict=True)
        )


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("全年受理申请312件，其中上年结转12件，办结300件，结转下年度12件", "pass"),
        ("全年受理申请312件（含上年结转12件），办结300件，结转下年度12件", "pass"),
        ("全年受理申请312件，上年结转12件，办结300件，结转下年度12件", "fail"),
        ("全年新收申请312件，其中自然人申请300件；上年结转12件，办结300件，结转下年度12件", "fail"),
        ("全年新收申请300件，上年结转12件，办结300件，结转下年度12件", "pass"),
    ],
)
def test_received_may_hold_what_was_carried_in(told: str, status: str) -> None:
    """Prose that tells all four; the figures are found by their places in the text."""
    prose = read_prose(read_source(told), ())
    figures = tuple(each for each in find_figures(prose) if "自然人" not in told[each.start - 5 : each.start])
    codes = ("requests.received", "requests.carried_in", "outcomes.total", "requests.carried_out")
    indicators = tuple(
        Indicator(code, "total", code, int(each.value), "件", "reported", "exact", "prose", (each.start, each.end))
        for code, each in zip(codes, figures, strict=True)
    )
    checks = find_checks(Evidence(None, 2024, indicators, prose, figures, frozenset(range(4))))
    assert [check.status for check in checks if check.rule == "balance"] == [status]


def test_absurd_figures_can_be_sent() -> None:
    report = parse_report("全年收到申请1件，其中网上申请999999999999999亿件，占0.00000001%。")
    assert {check.status for check in report.checks} == {"fail"}
    assert msgspec.json.decode(msgspec.json.encode(report))["checks"][-1]["actual"] > 1e22


def test_checks_come_by_rule() -> None:
    rules = [check.rule for check in check_indicators("2021", 2023, make_matrix().values())]
    assert rules == ["sum"] * 7 + ["applicants"] * 25 + ["balance"] * 7


def test_summary_names_every_rule() -> None:
    checks = check_indicators("2021", 2023, make_matrix().values())
    summary = summarise(checks)
    assert list(summary) == list(CHECKS)
    assert summary["sum"] == {"pass": 7, "fail": 0, "unknown": 0}
    assert summary["share"] == {"pass": 0, "fail": 0, "unknown": 0}


@pytest.mark.parametrize("text", tomllib.loads((CASES / "checks_consistent.toml").read_text("utf-8"))["texts"])
def test_prose_that_holds_raises_no_alarm(text: str) -> None:
    assert [check.message for check in check_text(text) if check.status == "fail"] == []


@pytest.mark.parametrize(("received", "status"), [(20, "unknown"), (21, "fail"), (14, "pass")])
def test_a_row_that_an_office_added_may_hold_the_rest_of_a_sum(received: int, status: str) -> None:
    rows = [
        ("收到申请数", received),
        ("1.当面申请数", 2),
        ("2.传真申请数", 1),
        ("3.网络申请数", 7),
        ("4.信函申请数", 4),
    ]
    rows += [("5.电子邮件申请数", 6), ("（二）申请办结数", 9), ("1.按时办结数", 9), ("2.延期办结数", 0)]
    text = "制发规范性文件总数\t3\n" + "".join(f"{label}\t{value}\n" for label, value in rows)
    (check,) = (check for check in parse_report(text).checks if "收到申请" in check.message)
    assert check.status == status
