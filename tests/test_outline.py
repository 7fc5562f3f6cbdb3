"""The outline: headings of every style, and nothing that only looks like one."""

import tomllib
from pathlib import Path

import pytest

from service.extraction.layer import Layer
from service.extraction.markup import Mark
from service.extraction.outline import find_headings, to_sections
from service.extraction.prose_text import read_prose
from service.extraction.source import Source, read_source

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("outline.toml").read_text("utf-8"))["case"]


def read(text):
    source = read_source(text)
    prose = read_prose(source, ())
    return prose, find_headings(source, prose)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_headings(case):
    _, headings = read(case["text"])
    assert [f"{h.level}|{h.number or ''}|{h.title}" for h in headings] == case["want"]


def test_marks_of_a_page_are_headings_where_nothing_is_numbered():
    text = "青石县2021年政府信息公开工作年度报告\n总体情况\n公开12条。\n主动公开\n公开12条。\n"
    lines = [("title", text.split("\n")[0]), ("h1", text.split("\n")[0]), ("h2", "总体情况"), ("h3", "主动公开\n")]
    marks = tuple(Mark(kind, text.index(line), text.index(line) + len(line)) for kind, line in lines)
    source = Source(text, Layer(text), (), marks)
    prose = read_prose(source, ())
    assert [(h.level, h.number, h.title) for h in find_headings(source, prose)] == [
        (1, None, "总体情况"),
        (2, None, "主动公开"),
    ]


def test_page_titles_are_no_headings_where_parts_are_numbered():
    text = "一、总体情况\n公开12条。\n相关链接\n县政府网站\n"
    link = text.index("相关链接")
    source = Source(text, Layer(text), (), (Mark("h2", 0, 6), Mark("h3", link, link + 4)))
    assert [h.title for h in find_headings(source, read_prose(source, ()))] == ["总体情况"]


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
