"""Citations: titles and numbers of laws and documents, and no newspapers."""

import tomllib
from pathlib import Path

import pytest

from service.extraction.citations import find_citations
from service.extraction.prose_text import read_prose
from service.extraction.source import read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("citations.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_citations(case):
    citations = find_citations(read_prose(read_source(case["text"]), ()))
    assert [f"{c.title or '-'}|{c.number or '-'}" for c in citations] == case["want"]


def test_spans_cover_title_and_number():
    text = "印发《公开 方案》（青政办〔2018〕 3 号）。"
    (citation,) = find_citations(read_prose(read_source(text), ()))
    assert text[slice(*citation.span)] == "《公开 方案》（青政办〔2018〕 3 号"
