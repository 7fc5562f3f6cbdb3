"""Paragraphs: what a page broke is whole again, what stood apart stays apart, and every character knows its place."""

import tomllib
from pathlib import Path

import pytest

from service.extraction.layer import fold
from service.extraction.prose_text import Prose, read_prose
from service.extraction.source import read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("prose_text.toml").read_text("utf-8"))["case"]


def read(text: str) -> Prose:
    return read_prose(read_source(text), ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_paragraphs(case):
    prose = read(case["text"])
    assert [prose.text[p.start : p.end] for p in prose.paragraphs] == case["want"]
    assert prose.text.split("\n") == case["want"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_character_leads_back(case):
    text, prose = case["text"], read(case["text"])
    for offset, character in enumerate(prose.text):
        start, end = prose.span(offset, offset + 1)
        assert fold(text[start:end]) == character or (character in " \n" and not text[start:end].strip())


def test_printed_words_are_those_of_the_text():
    prose = read("（一）主动 公开，共１２条\n- 1 -\n（二）其他")
    assert prose.printed(0, prose.text.index("\n")) == "（一）主动公开，共１２条"


def test_regions_are_left_out():
    text = "前文。\n表格一行\n表格二行\n后文。"
    prose = read_prose(read_source(text), ((4, 13),))
    assert prose.text == "前文。\n后文。"
    assert prose.span(4, 7) == (14, 17)


def test_no_text_has_no_paragraph():
    assert read("").paragraphs == ()
    assert read(" \n\t\n").paragraphs == ()
