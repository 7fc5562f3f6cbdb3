"""HTML as text: what a reader sees, where it stands in the markup, and what tables the page holds."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.extraction.markup import is_markup, read_markup
from service.extraction.source import read_source

PIECES = (
    *("<td>", "</td>", "<tr>", "<table>", "</table>", "<p>", "</p>", "<br>", "<b>", "</b>", "<h2>", "</h2>", "</>"),
    *("<script>", "</script>", "<!--", "-->", "<title>", "</title>", "<td colspan=3>", "<td rowspan='2'>", "<div"),
    *("&nbsp;", "&#160;", "&lt;", "&amp", "<", ">", "&", '"', " ", "\n", "\r\n", "\t", "\0", "\u3000", "\u200b"),
    *("汉字", "２１", "12", "1,242", "\U0001f600", "abc"),
)

TEXTS = {
    "paragraphs": ("<p>一</p><p>二</p>", "一\n\n二"),
    "line_break": ("<div>一<br/>二</div>", "一\n二"),
    "entities": ("<p>甲&nbsp;&#20057;&lt;丙&gt;</p>", "甲 乙<丙>"),
    "inline_tags": ("<p>共<b>1</b><i>2</i>件</p>", "共12件"),
    "unseen": ("<p>一</p><script>if(a<b){'<p>二</p>'}</script><style>p{}</style><!-- 三 --><p>四</p>", "一\n\n四"),
    "unclosed_element_hides_nothing": ("<svg>一<p>二</p>", "一\n\n二"),
    "row": ("<table><tr><td>一</td><td><p>1</p></td></tr><tr><td>二<td>&nbsp;</table>", "一\t1\n二\t"),
    "wide": (
        "<table><tr><td colspan=2>一<td colspan=4>二<tr><td colspan=2 rowspan=2>3<td colspan=2><td colspan=2>4"
        "<tr><td colspan=2>5<td colspan=2></table>",
        "一\t二\t\n3\t\t4\n\t5\t",
    ),
    "merged": ("<table><tr><td rowspan=2>一<td colspan=2>二<tr><td>3<td>4</table>", "一\t二\t\n\t3\t4"),
    "layout": (
        "<table><tr><td>栏目</td><td><p>一</p><table><tr><td>a<td>b</table></td></tr></table>",
        "栏目\n\n一\n\na\tb",
    ),
    "tag_in_lines": ("甲|乙<br>丙\n1|2\n", "甲|乙 丙\n1|2\n"),
    "entity_in_lines": ("一、总体情况\n公开&nbsp;12条\n", "一、总体情况\n公开 12条\n"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_a_reader_sees(name: str) -> None:
    raw, text = TEXTS[name]
    assert is_markup(raw)
    assert read_markup(raw).text == text


@pytest.mark.parametrize("raw", ["一、总体情况\n《<条例>》 3 < 5", "a & b", "", "<公开> 12 条", "AT&T; 5<6>4"])
def test_text_without_tags_is_no_markup(raw: str) -> None:
    assert not is_markup(raw)


def test_span_of_a_figure_holds_its_tags() -> None:
    raw = "<table><tr><td>甲<td><font>2</font><font>6</font></table>"
    source = read_source(raw)
    assert raw[slice(*source.span(source.text.index("2"), source.text.index("2") + 2))] == "2</font><font>6"


def test_marks() -> None:
    page = read_markup(
        "<title>年报 &amp; 表</title><meta name='PubDate' content='2022-01-20'><h2>一、总体</h2><p>甲</p>"
    )
    assert [(mark.kind, mark.name, mark.value) for mark in page.marks if mark.kind != "h2"] == [
        ("title", None, "年报 & 表"),
        ("meta", "PubDate", "2022-01-20"),
    ]
    assert [page.text[mark.start : mark.end] for mark in page.marks if mark.kind == "h2"] == ["一、总体"]


def test_cells_of_a_table() -> None:
    page = read_markup("<table><tr><td rowspan=2>一<td>2<tr><td>3</table>")
    (table,) = page.tables
    assert [(c.row, c.column, c.row_span, page.text[c.start : c.end]) for c in table.cells] == [
        (0, 0, 2, "一"),
        (0, 1, 1, "2"),
        (1, 1, 1, "3"),
    ]
    assert page.text[table.start : table.end] == "一\t2\n\t3"


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_character_comes_from_its_place(seed: int) -> None:
    random = Random(seed)
    raw = "<p>" + "".join(random.choice(PIECES) for _ in range(random.randint(0, 60)))
    source = read_source(raw)
    for i, character in enumerate(source.text):
        start, end = source.span(i, i + 1)
        assert 0 <= start <= end <= len(raw)
        if "\u4e00" <= character <= "\u9fff" or character.isdigit():
            assert character in raw[start:end] or raw[start:end] in "２１"
