"""The codebook's files, read and joined with what the forms print.

Out: a `CodebookData`, and for each code that a form prints the way to its cell. Whether the data is right is what
`faults` says.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from service.extraction.codebook import Entry, load_entries
from service.reference.forms import PrintedForm, PrintedTable, load_printed_forms


@dataclass(frozen=True, slots=True)
class CodebookData:
    """What the files hold, before anything is made of it."""

    entries: tuple[Entry, ...]
    forms: dict[str, PrintedForm]
    laws: dict[str, dict[str, str]]
    definitions: dict[str, dict[str, Any]]
    series: list[dict[str, Any]]


def load_data() -> CodebookData:
    folder = resources.files(__package__)
    definitions = tomllib.loads(folder.joinpath("definitions.toml").read_text("utf-8"))
    series = tomllib.loads(folder.joinpath("series.toml").read_text("utf-8"))["series"]
    return CodebookData(load_entries(), load_printed_forms(), definitions["laws"], definitions["codes"], series)


def _find_labels(table: PrintedTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each code with the labels that lead to it: part, article, groups, row, and its column where a row has several."""
    above = (table.part, table.title) if table.title else (table.part,)
    path: list[str] = []
    for row in table.rows:
        path = [*path[: row.level - 1], row.label] if row.label else []
        several = len({cell.code for cell in row.cells}) > 1
        for cell, column in zip(row.cells, table.columns, strict=False):
            yield cell.code or "", (*above, *path, *(column.labels if several or table.title else ()))


def find_places(data: CodebookData) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """For each (code, form) that the law prints: the table and the labels on the way to it."""
    return {
        (code, name): (table.name, labels)
        for name, form in data.forms.items()
        for table in form.tables
        for code, labels in _find_labels(table)
    }
