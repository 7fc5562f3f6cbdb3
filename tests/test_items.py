"""Problems and improvements: one item for each that the report tells."""

import tomllib
from pathlib import Path

import pytest

from service.extraction.items import find_items
from service.extraction.outline import find_headings
from service.extraction.prose_text import read_prose
from service.extraction.source import read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("items.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_items(case):
    source = read_source(case["text"])
    prose = read_prose(source, ())
    problems, improvements = find_items(prose, find_headings(source, prose))
    assert [item.text for item in problems] == case["problems"]
    assert [item.text for item in improvements] == case["improvements"]
    for item in (*problems, *improvements):
        assert "".join(case["text"][slice(*item.span)].split()) == item.text
