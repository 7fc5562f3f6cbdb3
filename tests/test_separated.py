"""Comma-separated rows: their commas part cells, those of sentences and of quoted cells do not."""

from service.extraction import parse_report
from service.extraction.separated import part_cells

ROWS = "\n".join(f"三、本年度办理结果,（一）予以公开,,{n},0,0,0,0,1,{n + 1}" for n in range(20))
SENTENCES = "公开信息12,条,共3篇,1,2,3,4,5项,网站公开400条,微信公开30条,其他公开5条。\n" * 30


def test_commas_between_cells_are_tabs() -> None:
    parted = part_cells(ROWS)
    assert len(parted) == len(ROWS)
    assert parted.splitlines()[3].split("\t")[3:] == ["3", "0", "0", "0", "0", "1", "4"]


def test_commas_of_sentences_stay() -> None:
    assert part_cells(SENTENCES) == SENTENCES
    assert part_cells(SENTENCES + ROWS).startswith(SENTENCES)


def test_quoted_cells_keep_their_commas() -> None:
    row = '行政许可,"1,306","说明,见附件",12'
    assert part_cells(f"{ROWS}\n{row}").splitlines()[-1] == "行政许可\t 1,306 \t 说明,见附件 \t12"


def test_quoted_cells_are_a_row_whatever_its_last_cell_says() -> None:
    rows = '"行政事业性收费","2363","减少1"\n\n"行政强制","12","见附件"\n\n规范性文件,12,减少1'
    assert part_cells(f"{ROWS}\n\n{rows}").splitlines()[-5::2] == [
        " 行政事业性收费 \t 2363 \t 减少1 ",
        " 行政强制 \t 12 \t 见附件 ",
        "规范性文件\t12\t减少1",
    ]


def test_few_rows_are_no_table() -> None:
    assert part_cells(ROWS.splitlines()[0]) == ROWS.splitlines()[0]


def test_prose_above_the_rows_is_read() -> None:
    report = parse_report(f"青石县2021年政府信息公开工作年度报告\n一、总体情况\n发放手册300份,接听来电45次。\n{ROWS}\n")
    assert [quantity.text for quantity in report.quantities] == ["300份", "45次"]


def test_line_ends_within_quoted_cells_are_blanks() -> None:
    row = '"部分公开\n（区分""处理""的）"\t3\t"见\n附件"\n"规范性\n文件",1,2'
    assert part_cells(row).splitlines() == ['"部分公开 （区分""处理""的）"\t3\t"见 附件"', '"规范性 文件",1,2']


def test_line_ends_within_quotations_of_sentences_stay() -> None:
    text = '做到"应公开\n尽公开"，主动公开。\n"一图读懂\n新政策"\n专栏3个,"政策\n解读。"'
    assert part_cells(text) == text
