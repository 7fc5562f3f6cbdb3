"""Texts that real converters made of pages and PDFs: nothing wrong without a warning, and all that the text holds."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from service.extraction.source import read_source
from service.extraction.tables.forms import read_tables

FOLDER = Path(__file__).parent / "converters"
TEXTS = sorted(FOLDER.glob("*/*.txt"))
# Pages with all their cells filled lose nothing on the way, but for readers that print labels and figures apart.
TEARING = {"pdfminer", "pdftotext"}
# Readers that keep the place of a blank cell.
KEEPING = {"trafilatura", "html2text", "markdownify", "resiliparse", "pandoc-gfm"}


def read_figures(name: str) -> dict[tuple[str, str | None], Decimal | None]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as lines:
        return {
            (row["code"], row["applicant"] or None): Decimal(row["value"]) if row["value"] else None
            for row in csv.DictReader(lines)
        }


def compare(path: Path) -> tuple[Counter[str], list[object]]:
    """How many cells are right, missing or wrong, and the wrong ones; what stands among warnings is not silent."""
    reading = read_tables(read_source(path.read_text("utf-8")))
    expected = read_figures(path.stem)
    warned = [warning.span for warning in reading.warnings if warning.span]
    counts, wrong = Counter(missing=len(expected)), []
    for item in reading.readings:
        key = item.code, item.applicant
        if key in expected and expected[key] == item.value:
            counts["right"] += 1
            counts["missing"] -= 1
        elif not any(start <= item.span[0] and item.span[1] <= end for start, end in warned):
            wrong.append((key, item.value))
    counts["warnings"] = len(reading.warnings)
    return counts, wrong


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_converted_report(path: Path) -> None:
    counts, wrong = compare(path)
    assert wrong == []
    assert not counts["missing"] or counts["warnings"]
    is_whole = path.parent.name in KEEPING or ("blanks" not in path.stem and path.parent.name not in TEARING)
    assert not (is_whole and counts["missing"]), counts


def test_every_converter_has_every_page() -> None:
    names = {path.stem for path in FOLDER.glob("*.csv")}
    assert len(names) == 4
    assert all({text.stem for text in folder.iterdir()} == names for folder in FOLDER.iterdir() if folder.is_dir())
