"""Two years side by side: changes, links between the years, warnings."""

from typing import Any

import pytest

from service.extraction import parse_report
from service.extraction.comparison import Comparison, Side, compare, to_side
from tests.test_checks import load_cases, read_given, say


def make_side(year: int | None, lines: list[str], issuer: str | None = "岭南县人民政府", form: str = "2021") -> Side:
    return Side(f"{year}", issuer, year or None, form, tuple(map(read_given, lines)))


def compare_lines(earlier: list[str], later: list[str]) -> Comparison:
    return compare(make_side(2022, earlier), make_side(2023, later))


@pytest.mark.parametrize("case", load_cases("comparison.toml"))
def test_links_and_warnings(case: dict[str, Any]) -> None:
    years, forms = case.get("years", [2022, 2023]), case.get("forms", ["2021", "2021"])
    issuers = case.get("issuers", ["岭南县人民政府"] * 2)
    sides = [
        make_side(year, lines, issuer or None, form)
        for year, lines, issuer, form in zip(years, (case["earlier"], case["later"]), issuers, forms, strict=True)
    ]
    found = compare(*sides)
    assert [say(check) for check in found.checks] == case["want"]
    assert [warning.code for warning in found.warnings] == case.get("warnings", [])
    assert sum(sum(counts.values()) for counts in found.check_summary.values()) == len(found.checks)
    if "message" in case:
        assert found.checks[-1].message == case["message"]


def test_changes_stand_in_codebook_order() -> None:
    found = compare_lines(
        ["review.total = 8", "requests.received[total] = 120", "requests.received[natural_person] = 110"],
        ["licensing.decisions = 3", "requests.received[natural_person] = 99", "requests.received[total] = 150"],
    )
    rows = [(each.code, each.applicant, each.change, each.change_percent) for each in found.indicators]
    assert rows == [
        ("licensing.decisions", None, None, None),
        ("requests.received", "natural_person", -11, -10),
        ("requests.received", "total", 30, 25),
        ("review.total", None, None, None),
    ]
    assert found.indicators[0].earlier is None
    assert found.indicators[3].later is None


@pytest.mark.parametrize(
    ("earlier", "later", "change", "percent"),
    [
        ("3", "4", 1, 33.33),
        ("0", "4", 4, None),
        ("-", "4", None, None),
        ("12.5", "0", -12.5, -100),
        ("-2", "1", 3, 150),
        ("6", "6", 0, 0),
    ],
)
def test_change(earlier: str, later: str, change: float | None, percent: float | None) -> None:
    found = compare_lines([f"fees.amount = {earlier}"], [f"fees.amount = {later}"])
    assert (found.indicators[0].change, found.indicators[0].change_percent) == (change, percent)


def test_figure_without_applicants_is_the_total() -> None:
    found = compare_lines(["requests.received = 23"], ["requests.received[total] = 30"])
    assert [(each.applicant, each.change) for each in found.indicators] == [("total", 7)]


def test_comparison_of_parsed_texts() -> None:
    sides = [to_side(parse_report(f"岭南县人民政府{year}年政府信息公开工作年度报告\n")) for year in (2022, 2023)]
    found = compare(*sides)
    assert (found.earlier.id, found.later.id) == (sides[0].id, sides[1].id)
    assert (found.earlier.year, found.later.year) == (2022, 2023)
    assert found.checks == ()
