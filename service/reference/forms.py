"""The statutory forms as the law prints them, so that a client can draw one and fill it.

In: ``forms.toml`` of this folder (who fixed a form, for which years) and ``forms.toml`` of the core's codebook
(rows, columns, labels). Out: frozen `PrintedForm` objects. ``columns`` and ``rows`` say what a table holds; ``head``
and ``body`` are the same table cell by cell, merged as printed. No figures: these come from a report.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import Any

from service.extraction.codebook import load_entries, load_toml
from service.extraction.report import Applicant

LEVELS = tuple(
    re.compile(number) for number in (r"[一二三四五六七八九十]+、", r"（[一二三四五六七八九十]+）", r"\d+\.")
)


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One cell of the drawn table: a ``label``, or the place of the figure that ``code`` and ``applicant`` name."""

    label: str | None = None
    code: str | None = None
    applicant: Applicant | None = None
    unit: str | None = None
    colspan: int = 1
    rowspan: int = 1


Line = tuple[PrintedCell, ...]


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """One column of figures and the heads above it, the outermost first."""

    labels: tuple[str, ...]
    applicant: Applicant | None = None


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row in printed order, ``level`` deep from 1; the label of a part or a group has no ``cells``."""

    label: str
    level: int
    cells: Line


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """One table. ``part`` is the heading of the report under which it stands."""

    name: str
    part: str
    title: str | None
    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    head: tuple[Line, ...]
    body: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """One edition. ``last_year`` is the last fiscal year that it serves, None for the edition in force."""

    form: str
    title: str
    document: str
    number: str
    first_year: int
    last_year: int | None
    tables: tuple[PrintedTable, ...]


def _read_level(label: str, before: str, level: int) -> int:
    """The depth that a row's number says; 其中 goes one below the row before it, other rows stay where that row is."""
    for depth, number in enumerate(LEVELS, start=1):
        if number.match(label):
            return depth
    return level + 1 if label.startswith("其中") and not before.startswith("其中") else max(level, 1)


def _find_codes(row: dict[str, Any], table: dict[str, Any], form: str) -> tuple[str, ...] | None:
    """A code for each column, none for a group, None for a row that this edition does not print."""
    codes: tuple[str, ...] = tuple(row.get("codes", (row["code"],) * len(table["columns"]) if "code" in row else ()))
    if form in row.get("editions", table["editions"]):
        return codes
    # （六）其他处理 has figures in 2019; in 2021 it is the group of the three rows that took its place.
    return () if any(other.get("code", "").startswith(f"{codes[0]}.") for other in table["rows"]) else None


def _to_rows(table: dict[str, Any], form: str, units: dict[str, str]) -> tuple[PrintedRow, ...]:
    rows: list[PrintedRow] = []
    label, level = "", 0
    applicants = [column.get("applicant") for column in table["columns"]]
    for row in table["rows"]:
        codes = _find_codes(row, table, form)
        if codes is not None:
            label, level = row["label"], _read_level(row["label"], label, level)
            cells = [PrintedCell(code=c, applicant=a, unit=units[c]) for c, a in zip(codes, applicants, strict=False)]
            rows.append(PrintedRow(label, level, tuple(cells)))
    return tuple(rows)


def _to_columns(table: dict[str, Any]) -> tuple[PrintedColumn, ...]:
    """The columns with their heads; 商业企业 to 其他 stand under one more head, 法人或其他组织."""
    under = {label for extra in table.get("extra", ()) for label in extra["sums"]}
    return tuple(
        PrintedColumn(
            (table["heads"][-1]["label"], column["label"]) if column["label"] in under else (column["label"],),
            column.get("applicant"),
        )
        for column in table["columns"]
    )


Drawing = tuple[tuple[PrintedColumn, ...], tuple[PrintedRow, ...], tuple[Line, ...], tuple[Line, ...]]


def _draw_statistics(table: dict[str, Any], rows: tuple[PrintedRow, ...]) -> Drawing:
    """统计指标 | 单位 | 统计数, one figure a row."""
    heads = tuple(PrintedCell(head["label"]) for head in (*table["heads"], *table["columns"]))
    figures = [row.cells[0] if row.cells else PrintedCell("") for row in rows]
    body = tuple(
        (PrintedCell(row.label), PrintedCell(cell.unit or ""), cell) for row, cell in zip(rows, figures, strict=True)
    )
    return _to_columns(table), rows, (heads,), body


def _draw_article(table: dict[str, Any], rows: tuple[PrintedRow, ...]) -> Drawing:
    """The number of the article over all columns, then 信息内容 and the columns."""
    columns = _to_columns(table)
    article, corner = (head["label"] for head in table["heads"])
    names = (PrintedCell(corner), *(PrintedCell(column.labels[0]) for column in columns))
    head = ((PrintedCell(article, colspan=len(names)),), names)
    return columns, rows, head, tuple((PrintedCell(row.label), *row.cells) for row in rows)


def _draw_matrix_head(table: dict[str, Any], columns: tuple[PrintedColumn, ...]) -> tuple[Line, ...]:
    corner, over_all, over_some = (head["label"] for head in table["heads"])
    below = tuple(PrintedCell(column.labels[1]) for column in columns if len(column.labels) > 1)
    first, *_, last = (column.labels[0] for column in columns)
    middle = (PrintedCell(first, rowspan=2), PrintedCell(over_some, colspan=len(below)), PrintedCell(last, rowspan=2))
    return (PrintedCell(corner, colspan=3, rowspan=3), PrintedCell(over_all, colspan=len(columns))), middle, below


def _count_members(group: PrintedRow, below: tuple[PrintedRow, ...]) -> int:
    """How many rows of figures stand under a group label."""
    return sum(1 for row in takewhile(lambda row: row.level > group.level, below) if row.cells)


def _draw_matrix(table: dict[str, Any], rows: tuple[PrintedRow, ...]) -> Drawing:
    """The requests: labels in three columns, the group labels merged downwards over their rows."""
    columns = _to_columns(table)
    body: list[Line] = []
    groups: list[PrintedCell] = []
    for i, row in enumerate(rows):
        if row.cells:
            body.append((*groups, PrintedCell(row.label, colspan=4 - row.level), *row.cells))
            groups = []
            continue
        groups.append(PrintedCell(row.label, rowspan=_count_members(row, rows[i + 1 :])))
    return columns, rows, _draw_matrix_head(table, columns), tuple(body)


def _draw_remedies(table: dict[str, Any], rows: tuple[PrintedRow, ...]) -> Drawing:
    """行政复议 and 行政诉讼: what the core keeps as rows is printed as heads over a single row of figures."""
    results = [column["label"] for column in table["columns"]]
    review, litigation, *ways = rows
    names = [((review.label,), review), *(((litigation.label, way.label), way) for way in ways)]
    columns = tuple(PrintedColumn((*above, result)) for above, _ in names for result in results)
    figures = tuple(cell for _, row in names for cell in row.cells)
    wide = len(results)
    head = (
        (PrintedCell(review.label, colspan=wide), PrintedCell(litigation.label, colspan=wide * len(ways))),
        (*(PrintedCell(r, rowspan=2) for r in results), *(PrintedCell(way.label, colspan=wide) for way in ways)),
        tuple(PrintedCell(result) for _ in ways for result in results),
    )
    return columns, (PrintedRow("", 1, figures),), head, (figures,)


DRAW = {
    "statistics": _draw_statistics,
    "disclosure": _draw_article,
    "requests": _draw_matrix,
    "remedies": _draw_remedies,
}


def _print_table(table: dict[str, Any], form: dict[str, Any], units: dict[str, str]) -> PrintedTable:
    family = table["family"]
    title = table["heads"][0]["label"] if family == "disclosure" else None
    drawing = DRAW[family](table, _to_rows(table, form["form"], units))
    return PrintedTable(table["name"], form["parts"][family], title, *drawing)


@cache
def load_printed_forms() -> dict[str, PrintedForm]:
    """Every edition by its name: 2014, 2019, 2021."""
    units = {entry.code: entry.unit for entry in load_entries()}
    tables = load_toml("forms.toml")["tables"]
    text = resources.files(__package__).joinpath("forms.toml").read_text("utf-8")
    forms = {}
    for form in tomllib.loads(text)["forms"]:
        printed = tuple(_print_table(table, form, units) for table in tables if form["form"] in table["editions"])
        about = {name: value for name, value in form.items() if name != "parts"}
        forms[form["form"]] = PrintedForm(**{"last_year": None, **about, "tables": printed})
    return forms
