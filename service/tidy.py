"""Reports as tidy tables: one row for each indicator, ready for a spreadsheet or a data frame.

In: a report, as its JSON members. Out: rows in the order of `HEADER`, and CSV bytes (UTF-8 with byte-order mark, as
Excel wants it). Quantities, checks and sections are not in the table: they are in the JSON.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

HEADER = (
    "id",
    "issuer",
    "region_code",
    "year",
    "form",
    "code",
    "label",
    "applicant",
    "value",
    "unit",
    "status",
    "source",
    "qualifier",
    "start",
    "end",
    "parser_version",
)
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet runs a cell that begins with one of these as a formula, =HYPERLINK(…) for one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | bool | None


def _to_text(cell: Cell) -> Cell:
    """Text as it is, behind an apostrophe where a spreadsheet would take it for a formula; figures stay figures."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV lines without head and mark, to be added to a table; None is an empty field."""
    lines = io.StringIO()
    csv.writer(lines).writerows([_to_text(cell) for cell in row] for row in rows)
    # A lone surrogate of a broken text is no character that UTF-8 can hold.
    return lines.getvalue().encode("utf-8", "replace")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file with a head line."""
    return BYTE_ORDER_MARK.encode() + write_lines([header]) + write_lines(rows)


def to_rows(report: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    """The indicators of one report, each with what identifies the report."""
    document = report["document"]
    region = document["region"] or {}
    about = (report["id"], document["issuer"], region.get("code"), document["year"], document["form"])
    for indicator in report["indicators"]:
        start, end = indicator["span"] or (None, None)
        told = (indicator[name] for name in HEADER[len(about) : -3])
        yield (*about, *told, start, end, report["parser_version"])


def write_tidy(reports: Iterable[Mapping[str, Any]]) -> bytes:
    """One table of any number of reports."""
    return write_csv(HEADER, (row for report in reports for row in to_rows(report)))
