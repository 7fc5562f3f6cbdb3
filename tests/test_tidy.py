"""The tidy table: one row for each indicator, figures as figures, text that no spreadsheet runs."""

import csv
import io
from typing import Any

import msgspec
import pytest

from service.extraction import parse_report
from service.extraction.report import Indicator
from service.tidy import HEADER, to_rows, write_csv, write_tidy
from tests.samples import REPORT as SAMPLE

REPORT: dict[str, Any] = {
    "id": "ab" * 32,
    "parser_version": "0123456789abcdef",
    "document": {"issuer": "=某区人民政府", "region": {"name": "某区", "code": "210302"}, "year": 2023, "form": "2021"},
    "indicators": [
        {"code": "requests.received", "label": "一、本年新收政府信息公开申请数量", "applicant": "total", "value": 12,
         "unit": "件", "status": "reported", "source": "table", "qualifier": "exact", "span": [10, 12]},
        {"code": "licensing.items_change", "label": "-本年增/减", "applicant": None, "value": -3, "unit": "项",
         "status": "reported", "source": "table", "qualifier": "exact", "span": [20, 22]},
        {"code": "outcomes.denied", "label": "不予公开", "applicant": None, "value": None, "unit": "件",
         "status": "blank", "source": "derived", "qualifier": "exact", "span": None},
    ],
}  # fmt: skip


def read(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_rows_hold_what_the_report_says() -> None:
    first, second, third = read(write_tidy([REPORT]))
    assert tuple(first) == HEADER
    about = ("region_code", "year", "form", "start", "end", "parser_version")
    assert [first[name] for name in about] == ["210302", "2023", "2021", "10", "12", "0123456789abcdef"]
    assert (first["applicant"], first["value"], first["unit"]) == ("total", "12", "件")
    assert (second["value"], second["applicant"]) == ("-3", "")
    assert (third["value"], third["status"], third["start"], third["end"]) == ("", "blank", "", "")


def test_text_is_no_formula_and_figures_stay_figures() -> None:
    first, second, _ = read(write_tidy([REPORT]))
    assert first["issuer"] == "'=某区人民政府"
    assert second["label"] == "'-本年增/减"
    assert float(second["value"]) == -3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1"])
def test_every_formula_start_is_held_back(text: str) -> None:
    assert read(write_csv(["a"], [[text]])) == [{"a": "'" + text}]


@pytest.mark.parametrize("text", ["甲,乙", '甲"乙"', "甲\n乙", "", "\ud800"])
def test_any_text_comes_back(text: str) -> None:
    assert read(write_csv(["a", "b"], [[text, 1]])) == [{"a": text.replace("\ud800", "?"), "b": "1"}]


def test_a_report_without_region_or_indicators_has_no_rows() -> None:
    bare = {**REPORT, "document": {**REPORT["document"], "region": None}}
    assert [row[2] for row in to_rows(bare)] == [None] * 3
    assert list(to_rows({**bare, "indicators": []})) == []


def test_a_report_of_the_core_fits() -> None:
    told = Indicator("disclosure.total", None, "主动公开政府信息数", 1286, "条", "reported", "exact", "prose", (31, 35))
    report = msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(parse_report(SAMPLE), indicators=(told,))))
    (row,) = read(write_tidy([report]))
    assert (row["id"], row["issuer"], row["year"]) == (report["id"], report["document"]["issuer"], "2024")
    assert (row["code"], row["value"], row["source"]) == ("disclosure.total", "1286", "prose")
