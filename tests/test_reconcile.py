"""Which statement of an indicator wins, and what is kept of the others."""

from decimal import Decimal

import pytest

from service.extraction.reconcile import reconcile
from service.extraction.report import Applicant, Origin, Qualifier, Reading


def reading(
    value: str | None,
    source: Origin = "prose",
    qualifier: Qualifier = "exact",
    start: int = 0,
    code: str = "disclosure.total",
    applicant: Applicant | None = None,
) -> Reading:
    status = "blank" if value is None else "reported"
    number = None if value is None else Decimal(value)
    return Reading(code, applicant, number, status, qualifier, source, (start, start + 3), f"rule at {start}")


@pytest.mark.parametrize(
    ("readings", "winner"),
    [
        pytest.param([reading("12", start=1), reading("10", "table", start=9)], 10, id="table_over_prose"),
        pytest.param([reading(None, "table", start=1), reading("12", start=9)], 12, id="prose_over_blank"),
        pytest.param([reading("600", qualifier="over", start=1), reading("612", start=9)], 612, id="exact_over_mark"),
        pytest.param([reading("7", start=9), reading("8", start=1)], 8, id="first_in_text"),
        pytest.param([reading("9", "table", "about"), reading("8", start=1)], 9, id="marked_cell_over_exact_prose"),
        pytest.param([reading(None, "table", start=4)], None, id="blank_alone"),
    ],
)
def test_winner(readings: list[Reading], winner: int | None) -> None:
    (indicator,) = reconcile(readings, "2014", 2017)
    assert indicator.value == winner
    assert indicator.status == ("blank" if winner is None else "reported")


def test_every_statement_is_kept_in_reading_order() -> None:
    (indicator,) = reconcile([reading("12", start=9), reading("10", "table", start=1)], "2014", 2017)
    assert [(one.value, one.source, one.span) for one in indicator.observations] == [
        (10, "table", (1, 4)),
        (12, "prose", (9, 12)),
    ]
    assert indicator.span == (1, 4)
    assert indicator.observations[1].rule == "rule at 9"


@pytest.mark.parametrize(
    ("form", "year", "label"),
    [
        ("2014", 2016, "（三）其他情形数"),
        ("2019", 2019, "行政复议 / 其他结果"),
        (None, 2016, "（三）其他情形数"),
        (None, 2023, "行政复议 / 其他结果"),
        (None, None, "（三）其他情形数"),
    ],
)
def test_label_is_that_of_the_era(form: str | None, year: int | None, label: str) -> None:
    (indicator,) = reconcile([reading("1", code="review.other")], form, year)
    assert (indicator.label, indicator.unit) == (label, "件")


def test_code_of_another_era_has_its_own_label() -> None:
    (indicator,) = reconcile([reading("12", code="response.press_conferences")], "2021", 2024)
    assert (indicator.label, indicator.unit) == ("1.参加或举办新闻发布会总次数", "次")


def test_narrative_label_before_another_era_s() -> None:
    (indicator,) = reconcile([reading("12", code="disclosure.total")], "2021", 2024)
    assert indicator.label == "主动公开政府信息…条"


def test_one_entry_for_each_code_and_applicant_in_the_order_of_the_form() -> None:
    readings = [
        reading("3", "table", code="outcomes.granted", applicant="total"),
        reading("2", "table", code="requests.received", applicant="total"),
        reading("2", "table", code="requests.received", applicant="natural_person"),
        reading("5", code="disclosure.total"),
    ]
    indicators = reconcile(readings, "2021", 2022)
    assert [(one.code, one.applicant) for one in indicators] == [
        ("requests.received", "natural_person"),
        ("requests.received", "total"),
        ("outcomes.granted", "total"),
        ("disclosure.total", None),
    ]


def test_whole_numbers_are_int() -> None:
    whole, part = reconcile([reading("12.0"), reading("0.5", code="requests.fees")], "2014", 2017)
    assert (type(whole.value), type(part.value)) == (int, float)
