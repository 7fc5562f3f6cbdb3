"""The printed forms hold every cell of the codebook once, in its order, and draw without gap or overlap."""

import pytest

from service.extraction.codebook import load_entries
from service.reference.forms import Line, PrintedForm, PrintedTable, load_printed_forms

FORMS = load_printed_forms()
TABLES = [(form, table) for form in FORMS.values() for table in form.tables]
by_table = pytest.mark.parametrize(("form", "table"), TABLES, ids=[f"{f.form}-{t.name}" for f, t in TABLES])
# 2019: 8 rows by article, 23 of requests, 1 of remedies; 2021: 6, 25 and 1.
FIGURE_ROWS = {"2014": 58, "2019": 32, "2021": 32}


def lay_out(lines: tuple[Line, ...]) -> list[int]:
    """The width of each line once every merged cell is laid over the lines below it."""
    taken: dict[tuple[int, int], bool] = {}
    for y, line in enumerate(lines):
        x = 0
        for cell in line:
            while (y, x) in taken:
                x += 1
            for key in ((y + down, x + right) for down in range(cell.rowspan) for right in range(cell.colspan)):
                assert key not in taken, f"{cell} overlaps at {key}"
                taken[key] = True
    height = len(lines)
    assert all(y < height for y, _ in taken), "a merged cell hangs out at the bottom"
    return [sum(1 for key in taken if key[0] == y) for y in range(height)]


@by_table
def test_drawing_is_a_rectangle(form: PrintedForm, table: PrintedTable) -> None:
    assert len(set(lay_out(table.head + table.body))) == 1


@by_table
def test_rows_and_drawing_agree(form: PrintedForm, table: PrintedTable) -> None:
    cells = [cell for row in table.rows for cell in row.cells]
    assert cells == [cell for line in table.body for cell in line if cell.code]
    drawn = [cell.label for line in table.body for cell in line]
    assert [row.label for row in table.rows if row.label and row.label not in drawn] == []
    assert all(len(row.cells) in (0, len(table.columns)) for row in table.rows)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_code_stands_once_in_the_order_of_the_codebook(form: PrintedForm) -> None:
    cells = [(cell.code, cell.applicant) for table in form.tables for row in table.rows for cell in row.cells]
    assert len(set(cells)) == len(cells)
    printed = list(dict.fromkeys(code for code, _ in cells))
    assert printed == [entry.code for entry in load_entries() if form.form in entry.eras]
    assert sum(1 for table in form.tables for row in table.rows if row.cells) == FIGURE_ROWS[form.form]


def test_labels_are_those_of_the_codebook() -> None:
    """``indicators.csv`` names a cell by its row and column; what the drawing prints must hold those words."""
    failures = []
    entries = {(entry.code, era): entry.label for entry in load_entries() for era in entry.eras}
    for form, table in TABLES:
        columns = [" / ".join(column.labels) for column in table.columns]
        for row in table.rows:
            for cell, column in zip(row.cells, columns, strict=False):
                label = entries[cell.code or "", form.form]
                if not all(part in f"{row.label} / {column}" for part in label.split(" / ")[-1:]):
                    failures.append((form.form, cell.code, label, row.label, column))
    assert failures == []


def test_levels_follow_the_numbering() -> None:
    levels = {row.label: row.level for row in FORMS["2014"].tables[0].rows}
    assert levels["三、依申请公开情况"] == 1
    assert levels["（三）申请答复数"] == 2
    assert levels["4.不同意公开答复数"] == 3
    assert [levels[label] for label in ("其中：涉及国家秘密", "涉及商业秘密", "法律法规规定的其他情形")] == [4, 4, 4]
    assert levels["其中：主动公开规范性文件数"] == levels["制发规范性文件总数"] == 3


def test_other_handling_is_a_row_in_2019_and_a_group_in_2021() -> None:
    rows = {
        name: [row for table in form.tables for row in table.rows if row.label == "（六）其他处理"]
        for name, form in FORMS.items()
    }
    assert [len(found[0].cells) if found else None for found in rows.values()] == [None, 7, 0]
