"""The outline: headings of every style, and nothing that only looks like one."""

import tomllib
from pathlib import Path

import pytest

from service.extraction.outline import find_headings, to_sections
from service.extraction.prose_text import read_prose
from service.extraction.source import read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("outline.toml").read_text("utf-8"))["case"]


def read(text):
    source = read_source(text)
    prose = read_prose(source, ())
    return prose, find_headings(source, prose)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_headings(case):
    _, headings = read(case["text"])
    assert [f"{h.level}|{h.number or ''}|{h.title}" for h in headings] == case["want"]


def test_sections_nest_and_cover_their_bodies():
    text = "一、概述\n全年公开12条。\n（一）机制\n会议2次。\n二、问题\n不足。\n青石县人民政府\n2019年1月2日\n"
    prose, headings = read(text)
    sections = to_sections(prose, headings)
    assert [text[slice(*section.span)] for section in sections] == [
        "一、概述\n全年公开12条。\n（一）机制\n会议2次。",
        "（一）机制\n会议2次。",
        "二、问题\n不足。",
    ]
    assert [heading.path for heading in headings] == ["一", "一/（一）", "二"]
