"""The template that prose rules match on: figures and titles folded, offsets that lead back, sentences."""

import pytest

from service.extraction.codebook.marks import COUNT, ISSUES, MONEY, OTHER, PEOPLE
from service.extraction.codebook.rules import load_rulebook
from service.extraction.figures import find_figures
from service.extraction.prose.clauses import Template, to_template
from service.extraction.prose_text import read_prose
from service.extraction.source import read_source


def fold(text: str) -> tuple[Template, str]:
    prose = read_prose(read_source(text), ())
    return to_template(prose.text, find_figures(prose), load_rulebook().units), prose.text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("主动公开政府信息1,242余条。", f"主动公开政府信息{COUNT}。"),
        ("主动公开政府信息约九百条。", f"主动公开政府信息{COUNT}。"),
        ("培训3期210人次,经费2.5万元。", f"培训{ISSUES}{PEOPLE},经费{MONEY}。"),
        ("满意率达95%。", f"满意率达{OTHER}。"),
        ("2018年公布《2018年工作要点》35件。", f"2018年公布《》{COUNT}。"),
        ("不是《条例》所指政府信息1件", f"不是《条例》所指政府信息{COUNT}"),
        ("公开政府信息16项65条。", f"公开政府信息{COUNT}。"),
        ("公开政府信息5大类66条。", f"公开政府信息{COUNT}。"),
        ("公开政府信息3大类12个小类66条。", f"公开政府信息{COUNT}。"),
        ("公开十二个类别66条、4个栏目9篇。", f"公开{COUNT}、{COUNT}。"),
        ("培训2批90人,许可3项、处罚5件。", f"培训{COUNT}{PEOPLE},许可{COUNT}、处罚{COUNT}。"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text)[0].text == folded


def test_offsets_lead_back() -> None:
    template, prose = fold("按照《2018年工作要点》,收到申请1,024件,答复约900件。")
    for word in ("收到申请", "答复"):
        start = template.to_prose(template.text.index(word))
        assert prose[start : start + len(word)] == word
    end = template.to_prose(len(template.text))
    assert end == len(prose)


def test_sentences_are_those_with_a_figure() -> None:
    template, _ = fold("依法公开。收到申请3件!无误。\n答复2件;办结1件")
    assert [template.text[slice(*span)] for span in template.sentences()] == [
        f"收到申请{COUNT}",
        f"答复{COUNT};办结{COUNT}",
    ]


def test_a_full_stop_inside_a_number_or_name_ends_nothing() -> None:
    template, _ = fold("网址www.gov.cn,公开2.5万条.其中网站3条")
    assert [template.text[slice(*span)] for span in template.sentences()] == [
        f"网址www.gov.cn,公开{COUNT}",
        f"其中网站{COUNT}",
    ]


def test_text_without_full_stops_is_cut_at_a_comma() -> None:
    template, _ = fold("主动公开政府信息12条," * 200)
    spans = list(template.sentences())
    assert max(end - start for start, end in spans) <= 600
    assert sum(len(template.figures_in(*span)) for span in spans) == len(template.places) == 200
    assert all(template.text[end - 1] == "," for _, end in spans)
