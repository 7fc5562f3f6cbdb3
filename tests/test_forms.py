"""The statutory tables in every flattening: what the writer prints is what is read, and nothing else is read."""

import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.extraction.source import read_source
from service.extraction.tables.forms import TableReading, read_tables
from tests.writer import FLATTENINGS, TORN, break_identity, make_figures, write
from tests.writer.sweep import compare

CASES = Path(__file__).parent / "cases"
EDITIONS = ("2014", "2019", "2021")
# Layouts that keep rows together; in the others labels and figures are torn apart.
WHOLE = [name for name in FLATTENINGS if name not in TORN]
PLAIN = [*WHOLE, "reading_order"]
# What can be read at least where a page is torn, and where one printed sum is wrong as well. Blocks of columns show
# no order, a displaced figure leaves its row out, and one wrong figure among zeros shows nothing.
LEAST_READ = {
    "torn_by_height": (0.98, 0.98),
    "torn_by_file": (0.98, 0.98),
    "torn_dumps": (0.98, 0.65),
    "torn_columns": (0.8, 0.75),
    "torn_displaced": (0.9, 0.85),
    "torn_blocks": (0.0, 0.0),
}


def read(text: str) -> TableReading:
    return read_tables(read_source(text))


def load_cases(name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((CASES / name).read_text("utf-8"))["case"])


@pytest.mark.parametrize("case", load_cases("forms__invalid.toml"), ids=lambda case: case["id"])
def test_no_statutory_table_no_cell(case: dict[str, str]) -> None:
    reading = read(case["text"])
    assert (reading.form, reading.readings) == (None, ())


@pytest.mark.parametrize("case", load_cases("tables.toml"), ids=lambda case: case["id"])
def test_cells_that_a_print_leaves_readable(case: dict[str, Any]) -> None:
    reading = read(case["text"])
    found = {
        "/".join(filter(None, (item.code, item.applicant))): "" if item.value is None else f"{item.value:f}"
        for item in reversed(reading.readings)
    }
    if "only" in case:
        found = {code: value for code, value in found.items() if value in case["only"]}
    assert found == case["cells"]
    lost = [warning for warning in reading.warnings if warning.code not in ("missing_row", "missing_table")]
    assert bool(lost) == case.get("warned", False), lost


def test_figures_of_own_rows_above_the_first_are_told_apart() -> None:
    """Two rows of an office above those of the form: the heads say how many figures are the first's."""
    heads = "第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数"
    rows = "地方性法规\n1\n0\n12\n单行条例\n2\n0\n3\n规章\n行政规范性文件"
    below = "第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n930"
    reading = read(f"{heads}\n{rows}\n{below}\n三、收到和处理政府信息公开申请情况")
    assert [(item.code, item.value) for item in reading.readings] == [("licensing.decisions", 930)]
    assert sum(warning.code == "unplaced_cell" for warning in reading.warnings) == 6


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", PLAIN)
@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), is_broken=st.booleans(), blanks=st.sampled_from((0.0, 0.3)))
def test_no_printed_cell_is_read_wrong(name: str, edition: str, seed: int, is_broken: bool, blanks: float) -> None:
    random = Random(seed)
    figures = make_figures(edition, random, blanks=blanks)
    if is_broken:
        figures = break_identity(figures, random)
    printed = write(name, figures, random)
    counts = compare(printed, read(printed.text))
    cells = len(printed.cells)
    silent = counts["wrong"] + counts["wrong_span"] + counts["invented"]
    assert silent <= (0.005 * cells if name == "reading_order" else 0), counts


@pytest.mark.parametrize("edition", EDITIONS[1:])
@pytest.mark.parametrize("name", LEAST_READ)
def test_torn_table_is_read_or_left_out(name: str, edition: str) -> None:
    for is_broken, least in zip((False, True), LEAST_READ[name], strict=True):
        counts: Counter[str] = Counter()
        for seed in range(6):
            random = Random(f"torn/{name}/{edition}/{seed}")
            figures = make_figures(edition, random)
            printed = write(name, break_identity(figures, random) if is_broken else figures, random)
            counts += compare(printed, read(printed.text))
        assert not counts["wrong"] + counts["invented"], counts
        assert not [kind for kind in counts if kind.endswith("_silent")], counts
        # A zero may be read where another zero stands: in a table of zeros by columns no sum shows which is which.
        cells = sum(counts.values())
        assert counts["right"] + counts["wrong_span"] >= least * cells, counts


@pytest.mark.parametrize("name", LEAST_READ)
def test_torn_table_with_blanks_is_seldom_read_wrong(name: str) -> None:
    counts: Counter[str] = Counter()
    for seed in range(12):
        random = Random(f"blanks/{name}/{seed}")
        printed = write(name, make_figures("2021", random, blanks=0.3), random)
        counts += compare(printed, read(printed.text))
    assert counts["wrong"] + counts["invented"] <= 0.005 * sum(counts.values()), counts


@pytest.mark.parametrize("name", FLATTENINGS)
def test_no_cell_is_lost_in_silence(name: str) -> None:
    for edition in EDITIONS:
        random = Random(f"silence/{name}/{edition}")
        printed = write(name, make_figures(edition, random, blanks=0.2), random)
        counts = compare(printed, read(printed.text))
        assert not [kind for kind in counts if kind.endswith("_silent")], counts


def test_missing_rows_and_tables_are_named() -> None:
    random = Random(11)
    figures = make_figures("2021", random)
    gone = [code for code, _ in figures.cells if code.startswith(("review", "litigation"))]
    reading = read(write("tabs", figures.without(["outcomes.granted", *gone]), random).text)
    named = {warning.code: warning.message for warning in reading.warnings}
    assert set(named) == {"missing_row"}
    assert "予以公开" in named["missing_row"]
    text = "四、政府信息公开行政复议、行政诉讼情况\n本年没有发生。\n"
    reading = read(write("tabs", figures.without(gone), random).text + text)
    assert [warning.code for warning in reading.warnings] == ["missing_table"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", PLAIN)
def test_share_of_cells_that_are_read(name: str, edition: str) -> None:
    right = cells = 0
    for seed in range(6):
        random = Random(f"share/{name}/{edition}/{seed}")
        printed = write(name, make_figures(edition, random), random)
        right += compare(printed, read(printed.text))["right"]
        cells += len(printed.cells)
    assert right >= (0.999 if name in WHOLE else 0.98) * cells


def test_edition_and_rule_of_a_row() -> None:
    for edition in EDITIONS:
        random = Random(edition)
        reading = read(write("tabs", make_figures(edition, random), random).text)
        assert reading.form == edition
        assert {item.rule.split("/")[0] for item in reading.readings} == {edition}


@pytest.mark.parametrize("name", FLATTENINGS)
def test_region_holds_the_table_and_leaves_the_prose(name: str) -> None:
    random = Random(name)
    printed = write(name, make_figures("2021", random), random)
    source = read_source(printed.text)
    reading = read_tables(source)
    covered = [source.span(*region) for region in reading.regions]
    for item in reading.readings:
        assert any(start <= item.span[0] and item.span[1] <= end for start, end in covered)
    prose = printed.text.index("办结群众来信")
    assert not any(start <= prose < end for start, end in covered)


def test_heads_behind_which_a_text_is_cut_off_are_no_prose() -> None:
    heads = "行政复议\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n"
    text = f"四、政府信息公开行政复议情况\n{heads}结果维持\n结果纠正\n"
    reading = read(text)
    assert (reading.readings, reading.form) == ((), None)
    [(start, end)] = reading.regions
    assert start <= text.index("结果维持")
    assert end >= text.rindex("结果纠正")
    # Two of them are words of a sentence as well.
    assert read("行政复议的结果维持\n结果纠正\n").regions == ()


def test_rows_left_out_yield_nothing() -> None:
    random = Random(3)
    gone = [
        "outcomes.denied.security",
        "penalties.items_previous_year",
        "penalties.items_change",
        "penalties.decisions",
    ]
    figures = make_figures("2019", random).without(gone)
    reading = read(write("pipes", figures, random).text)
    assert {item.code for item in reading.readings} == {code for code, _ in figures.cells}


def test_money_has_the_unit_of_the_codebook() -> None:
    text = "第二十条第（九）项\n信息内容\t采购项目数量\t采购总金额\n政府集中采购\t3\t{}\n"
    for printed, value in (("480000元", "48"), ("3.2亿元", "32000"), ("12.5万元", "12.5"), ("7", "7")):
        amount = [item.value for item in read(text.format(printed)).readings if item.code == "procurement.amount"]
        assert amount == [Decimal(value)]


def test_money_has_the_unit_of_its_row_or_head() -> None:
    head = "第二十条第（九）项\n信息内容\t采购项目数量\t采购总金额（元）\n政府集中采购\t3\t48000\n"
    assert [item.value for item in read(head).readings if item.code == "procurement.amount"] == [Decimal("4.8")]
    row = "统计指标\t单位\t统计数\n一、主动公开情况\n六、举报投诉数量\t件\t2\n七、依申请公开信息收取的费用\t元\t500\n"
    row += "（一）政府信息公开工作专门机构数\t个\t1\n"
    assert [item.value for item in read(row).readings if item.code == "requests.fees"] == [Decimal("0.05")]


# What PDF readers make of 万元 in a column that is one character wide.
WRAPPED_UNITS = {
    "one cell a line": "七、依申请公开信息收取的费用\n万\n元\n230064",
    "behind the label": "七、依申请公开信息收取的费用 万\n元\n230064",
    "around the label": "     万\n七、依申请公开信息收取的费用          230064\n     元",
    "around a wrapped label": "七、依申请公开信 万\n          230064\n息收取的费用  元",
    "元 behind the label": "七、依申请公开信息收取的费用 元 2300640000",
}


@pytest.mark.parametrize("row", WRAPPED_UNITS.values(), ids=WRAPPED_UNITS)
def test_money_has_its_unit_however_it_is_wrapped(row: str) -> None:
    text = (
        f"统计指标 单位 统计数\n六、举报投诉数量 件 4\n（一）维持具体行政行为数 件 2\n（二）被依法纠错数 件 1\n{row}\n"
    )
    (fees,) = (item for item in read(text).readings if item.code == "requests.fees")
    assert fees.value == Decimal(230064)


def test_sum_of_a_group_is_no_row() -> None:
    text = (
        "一、本年新收政府信息公开申请数量\t3\t0\t0\t0\t0\t0\t3\n二、上年结转政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0\n"
        "（三）不予公开\t2\t0\t0\t0\t0\t0\t2\n1.属于国家秘密\t2\t0\t0\t0\t0\t0\t2\n"
    )
    reading = read(text)
    assert next(item.value for item in reading.readings if item.code == "outcomes.denied.state_secret") == 2
    assert {item.code for item in reading.readings} == {
        "requests.received",
        "requests.carried_in",
        "outcomes.denied.state_secret",
    }
    assert {warning.code for warning in reading.warnings} == {"unplaced_cell", "missing_row"}


HOSTILE = {
    "cells": lambda n: "<table><tr>" + "<td>1" * n,
    "merged_cells": lambda n: "<table>" + "<tr><td colspan=1000 rowspan=1000>1<td>2" * n,
    "nested_tables": lambda n: "<table><tr><td>" * n,
    "nested_blocks": lambda n: "<div>" * n + "x",
    "pipes": lambda n: "|1" * n,
    "rules": lambda n: "规章|" + "-" * n + "x",
    "piped_lines": lambda n: "规章\n" + "|\n" * n,
    "labels": lambda n: "一、本年新收政府信息公开申请数量\n" * n,
    "rows": lambda n: "一、本年新收政府信息公开申请数量 1 2 3\n" * n,
    "figures": lambda n: "一、本年新收政府信息公开申请数量\n二、上年结转政府信息公开申请数量\n" + "1\n" * n,
    "pieces": lambda n: "本年新收政府信息公开申请数量 1 2 3 4 5 6 7\n" + "政府\n" * n,
    "brackets": lambda n: "本年新收政府信息公开申请数量\n" + "(" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_and_not_believed(name: str) -> None:
    reading = read(HOSTILE[name](5_000))
    assert len(reading.readings) <= 14


def test_sentences_that_tabs_indent_are_no_table() -> None:
    text = (
        "青石县统计局2024年政府信息公开工作年度报告 \n\t一、总体情况 \n"
        "\t(一)主动公开情况。全年主动公开政府信息276条。 \n"
        "\t(二)依申请公开情况。全年收到政府信息公开申请9件,均已答复。 \n"
        "三、收到和处理政府信息公开申请情况\n"
        "\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n"
        "一、本年新收政府信息公开申请数量\t9\t0\t0\t0\t0\t0\t9\n"
        "二、上年结转政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0\n"
        "四、结转下年度继续办理\t0\t0\t0\t0\t0\t0\t0\n"
    )
    tables = read_tables(read_source(text))
    assert all("。" not in text[slice(*region)] for region in tables.regions)
    assert [reading.value for reading in tables.readings if reading.applicant == "total"] == [9, 0, 0]


def test_headings_that_tabs_indent_are_no_table() -> None:
    text = "\t一、总体情况\n\t（一）主动公开情况\n\t全年公开信息12条。\n\t二、存在问题\n\t更新慢\n"
    assert read_tables(read_source(text)).regions == ()


def test_a_list_of_no_form_with_a_cell_a_line_is_no_prose() -> None:
    head, rows = (
        "附表：信息公开统计\n指标名称\n计量单位\n数  量\n",
        "一、主动公开信息数\n条\n310\n二、咨询情况\n\n三、访问量\n次\n12,408\n",
    )
    text = f"二、存在的问题\n更新慢。\n{head}{rows}青石县水利局\n"
    [(start, end)] = read_tables(read_source(text)).regions
    assert text[start:end].startswith("单位")
    assert text[start:end].endswith("12,408\n")


def test_headings_below_units_and_numbers_are_prose() -> None:
    text = "责任单位\n数量\n一、概述\n2010年，我局公开信息310条。\n内容\n单位\n数量\n二、问题\n更新慢。\n12\n"
    assert all("二、" not in text[slice(*region)] for region in read_tables(read_source(text)).regions)


def test_rows_with_one_filled_field_belong_to_their_table() -> None:
    text = "\t项目\t数量\n\t培训\t\n\t会议\t\n"
    assert len(read_tables(read_source(text)).regions) == 1
