"""Figures: value, unit and mark of those that measure something, a named reason for all others."""

import csv
import re
import time
import tomllib
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from service.extraction import codebook
from service.extraction.codebook import load_toml
from service.extraction.figures import Figure, find_figures
from service.extraction.prose_text import read_prose
from service.extraction.source import read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("figures.toml").read_text("utf-8"))["case"]
LEXICON = load_toml("lexicon.toml")
MARK = "‸"


def read_figures(text: str) -> list[tuple[str, Figure]]:
    prose = read_prose(read_source(text), ())
    return [(prose.text[figure.start : figure.end], figure) for figure in find_figures(prose)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_measures(case):
    found = [
        (text, figure.value, figure.unit or "", figure.qualifier)
        for text, figure in read_figures(case["text"])
        if figure.exclusion is None
    ]
    assert found == [(text, Decimal(value), unit, mark) for text, value, unit, mark in case["measures"]]


@pytest.mark.parametrize("case", [case for case in CASES if "excluded" in case], ids=lambda case: case["id"])
def test_reasons(case):
    found = [[text, figure.exclusion] for text, figure in read_figures(case["text"]) if figure.exclusion]
    assert [row for row in found if row[1] != "word"] == case["excluded"]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("11.80万件", "100"),
        ("1.5亿元", "1000"),
        ("240元", "0.0001"),
        ("52.3%", "0.1"),
        ("三十条", "10"),
        ("6万余条", "10000"),
    ],
)
def test_step_is_the_worth_of_the_last_printed_digit(text, step):
    [(_, figure)] = read_figures(text)
    assert figure.step == Decimal(step)


def test_number_span_is_the_number_with_its_multiplier():
    text = "共约560余万元以上"
    [(whole, figure)] = read_figures(text)
    assert (whole, text[figure.number_start : figure.number_end]) == ("约560余万元以上", "560余万")


def expand(pattern: str) -> str:
    for name, meaning in LEXICON["macros"].items():
        pattern = pattern.replace(name, meaning)
    return pattern


@pytest.mark.parametrize("row", LEXICON["exclusion"], ids=lambda row: f"{row['reason']}-{row['yes'][0]}")
def test_exclusion_matches_its_examples_and_no_counterexample(row):
    pattern = re.compile(expand(row["pattern"]))
    assert pattern.groups == 0
    assert set(row["on"]) <= {"bare", "counted", "characters"}
    assert row["no"]
    for wanted, examples in ((True, row["yes"]), (False, row["no"])):
        for example in examples:
            before, mark, after = example.partition(MARK)
            assert mark, example
            assert (pattern.match(before + after, len(before)) is not None) is wanted, example


def test_macros_know_every_character():
    rows = [row for kind in ("digits", "multipliers") for row in LEXICON["characters"][kind].values()]
    spoken = set("".join(rows)) - set(LEXICON["characters"]["formal"])
    assert set(LEXICON["macros"]["{cn}"].strip("[]")) == spoken


def test_no_unit_stands_twice():
    units = LEXICON["units"]
    words = [
        word
        for kind in ("counters", "counters_of_digits", "after_digits", "calendar", "measures", "halves", "money")
        for word in units[kind]
    ]
    assert sorted(words) == sorted(set(words))


COUNTED = ("counters", "counters_of_digits", "after_digits", "measures")


@pytest.mark.parametrize("unit", [unit for kind in COUNTED for unit in LEXICON["units"][kind]])
def test_each_unit_counts_after_digits(unit):
    assert [(text, figure.unit) for text, figure in read_figures(f"全年共有12{unit}。")] == [(f"12{unit}", unit)]


@pytest.mark.parametrize("unit", LEXICON["units"]["money"])
def test_each_money_is_money(unit):
    assert [(text, figure.unit) for text, figure in read_figures(f"全年支出12{unit}。")] == [(f"12{unit}", "万元")]


@pytest.mark.parametrize("word", LEXICON["units"]["look_alikes"])
def test_each_look_alike_is_no_unit(word):
    assert [figure.unit for _, figure in read_figures(f"共12{word}。")] == [None]


MARKS_BEFORE = [(word, row["qualifier"]) for row in LEXICON["qualifiers"]["before"] for word in row["words"]]
MARKS_AFTER = [(word, qualifier) for qualifier, words in LEXICON["qualifiers"]["after"].items() for word in words]


@pytest.mark.parametrize(("word", "qualifier"), MARKS_BEFORE)
def test_each_mark_before_a_number_says_what_its_row_says(word, qualifier):
    assert [figure.qualifier for _, figure in read_figures(f"信息{word}120条。")] == [qualifier]


@pytest.mark.parametrize(("word", "qualifier"), MARKS_AFTER)
def test_each_mark_behind_a_unit_says_what_its_row_says(word, qualifier):
    assert [figure.qualifier for _, figure in read_figures(f"信息120条{word}。")] == [qualifier]


def test_no_region_name_holds_a_quantity():
    table = resources.files(codebook).joinpath("regions.csv").read_text("utf-8")
    names = {row["name"] for row in csv.DictReader(table.splitlines())}
    assert [name for name in names if any(figure.exclusion is None for _, figure in read_figures(name))] == []


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "一",
        "万",
        "1,",
        "1.",
        "1-",
        "1、",
        "一、",
        "《",
        "“",
        '"',
        "a1",
        "1a",
        "第一、",
        "2018年",
        "1月",
        "12:",
        "1+",
        "一人",
        "百分之",
        "约",
        "1条",
        "十余",
        "0",
        "(1",
        "〔2018",
        "1至",
        "-1",
    ],
)
def test_time_grows_no_faster_than_the_text(unit):
    def cost(length: int) -> float:
        prose = read_prose(read_source(unit * length), ())
        start = time.thread_time()
        find_figures(prose)
        return time.thread_time() - start

    small, large = (min(cost(length) for _ in range(4)) for length in (1_000, 8_000))
    assert large < 8 * 5 * small + 0.03
