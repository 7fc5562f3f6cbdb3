"""Totals derived from the cells: the same sums as by hand, and never beside a printed one."""

from random import Random

import pytest

from service.extraction import parse_report
from service.extraction.derived import find_derived
from tests.test_checks import read_given
from tests.test_checks_mutations import to_indicators
from tests.writer import make_figures, write
from tests.writer.style import Style

CODES = [
    "outcomes.denied",
    "outcomes.unavailable",
    "outcomes.not_processed",
    "litigation.total",
    "litigation.upheld",
    "litigation.corrected",
    "litigation.other",
    "litigation.pending",
]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_totals_are_the_sums_of_their_cells(form: str) -> None:
    figures = make_figures(form, Random(3), blanks=0.5)
    derived = find_derived(tuple(to_indicators(figures)), form)
    assert [each.code for each in derived] == CODES
    for each in derived:
        group = each.code.startswith("outcomes.")
        parts = [
            cell.value or 0
            for (code, applicant), cell in figures.cells.items()
            if (group and code.startswith(f"{each.code}.") and applicant == "total")
            or (not group and code in (each.code.replace(".", f".{way}.") for way in ("direct", "after_review")))
        ]
        assert (each.value, each.applicant, each.source, each.span) == (sum(parts), None, "derived", None)
        assert each.observations == ()


def test_labels_are_the_forms_own() -> None:
    derived = find_derived(tuple(to_indicators(make_figures("2021", Random(3)))), "2021")
    assert [each.label for each in derived[:4]] == [
        "（三）不予公开",
        "（四）无法提供",
        "（五）不予处理",
        "行政诉讼 / 总计",
    ]


def test_a_printed_total_is_not_derived() -> None:
    cells = tuple(to_indicators(make_figures("2021", Random(3))))
    derived = find_derived(
        (*cells, read_given("outcomes.denied = 4 prose"), read_given("litigation.total = -")), "2021"
    )
    assert [each.code for each in derived] == [
        code for code in CODES if code not in ("outcomes.denied", "litigation.total")
    ]


def test_a_total_with_a_row_left_out_is_not_derived() -> None:
    figures = make_figures("2021", Random(3)).without(["outcomes.unavailable.unclear", "litigation.direct.upheld"])
    codes = [each.code for each in find_derived(tuple(to_indicators(figures)), "2021")]
    assert codes == [code for code in CODES if code not in ("outcomes.unavailable", "litigation.upheld")]


def test_blank_cells_derive_nothing() -> None:
    cells = [read_given(f"litigation.{way}.upheld = -") for way in ("direct", "after_review")]
    assert find_derived(cells, "2019") == ()


@pytest.mark.parametrize("form", ["2014", None])
def test_other_forms_derive_nothing(form: str | None) -> None:
    cells = [read_given(f"litigation.{way}.upheld = 1") for way in ("direct", "after_review")]
    assert find_derived(cells, form) == ()


def test_parsed_reports_hold_them_last() -> None:
    report = parse_report(write("tabs", make_figures("2021", Random(3)), Random(3), Style()).text)
    assert [each.code for each in report.indicators[-len(CODES) :]] == CODES
    assert all(operand.code not in CODES for check in report.checks for operand in check.operands)
