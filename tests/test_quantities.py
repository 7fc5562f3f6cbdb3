"""Quantities: what no indicator has claimed, with subject and section."""

import tomllib
from pathlib import Path

import pytest

from service.extraction.figures import find_figures
from service.extraction.outline import find_headings
from service.extraction.prose_text import read_prose
from service.extraction.quantities import find_quantities
from service.extraction.source import read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("quantities.toml").read_text("utf-8"))["case"]


def read_quantities(text, claimed=frozenset()):
    source = read_source(text)
    prose = read_prose(source, ())
    return find_quantities(prose, find_headings(source, prose), find_figures(prose), claimed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_subject_and_section(case):
    found = [[q.text, q.subject or "", q.section or ""] for q in read_quantities(case["text"])]
    assert found == case["want"]


def test_members():
    text = "订阅用户 约 1.2 万人，\n办理费用３２元。"
    people, fees = read_quantities(text)
    assert (people.text, people.value, people.unit, people.qualifier) == ("约1.2万人", 12000, "人", "about")
    assert text[slice(*people.span)] == "约 1.2 万人"
    assert (fees.text, fees.value, fees.unit, fees.qualifier) == ("32元", 0.0032, "万元", "exact")
    assert text[slice(*fees.span)] == "３２元"


def test_claimed_and_excluded_figures_are_no_quantities():
    text = "2018年公开信息30条，答复5件。"
    assert [q.text for q in read_quantities(text)] == ["30条", "5件"]
    assert [q.text for q in read_quantities(text, frozenset({1}))] == ["5件"]
