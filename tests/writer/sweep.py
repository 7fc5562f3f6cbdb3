"""How well the tables are read, by form and flattening: `python -m tests.writer.sweep [COUNT] [--only NAME]`.

Writes COUNT reports for each form and flattening, reads them back and counts cells: right (value, status and span),
wrong without a warning, wrong or left out with one. It asserts nothing; the property tests hold the limits.
"""

import argparse
from collections import Counter
from decimal import Decimal
from random import Random

from service.extraction.source import read_source
from service.extraction.tables.forms import TableReading, read_tables
from tests.writer import FLATTENINGS, Printed, break_identity, make_figures, write

_LEFT_OUT = ("missing_certain", "missing_open")


def compare(printed: Printed, reading: TableReading) -> Counter[str]:
    """Every printed cell by what became of it; what was read and never printed is `invented`."""
    got: dict[tuple[str, str | None], list[tuple[Decimal | None, str, tuple[int, int]]]] = {}
    for item in reading.readings:
        got.setdefault((item.code, item.applicant), []).append((item.value, item.status, item.span))
    warned = [warning.span for warning in reading.warnings if warning.span]
    counts: Counter[str] = Counter()
    for key, cell in printed.cells.items():
        kind = _judge(cell.value, cell.status, cell.span, got.get(key, []), bool(printed.text[slice(*cell.span)]))
        if kind == "wrong" and any(start <= cell.span[0] and cell.span[1] <= end for start, end in warned):
            kind = "wrong_warned"
        if kind == "missing":
            kind = "missing_certain" if cell.certain else "missing_open"
            kind += "" if reading.warnings else "_silent"
        counts[kind] += 1
    counts["invented"] += sum(1 for key in got if key not in printed.cells)
    return counts


def _judge(
    value: Decimal | None,
    status: str,
    span: tuple[int, int],
    found: list[tuple[Decimal | None, str, tuple[int, int]]],
    has_text: bool,
) -> str:
    if not found:
        return "missing"
    if len(found) > 1 or found[0][:2] != (value, status):
        return "wrong"
    return "wrong_span" if has_text and found[0][2] != span else "right"


def sweep(name: str, edition: str, count: int, blanks: float = 0.0, broken: bool = False) -> Counter[str]:
    """The counts over ``count`` reports of one form in one flattening."""
    counts: Counter[str] = Counter()
    for seed in range(count):
        random = Random(f"{name}/{edition}/{seed}")
        figures = make_figures(edition, random, blanks=blanks)
        if broken:
            figures = break_identity(figures, random)
        printed = write(name, figures, random)
        found = compare(printed, read_tables(read_source(printed.text)))
        if found["wrong"] or found["invented"] or found["wrong_span"]:
            counts["bad_seeds"] += 1
            counts[f"seed:{seed}"] += 1
        counts += found
    return counts


def main() -> None:
    """Print one line for each form and flattening."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=50)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    for name in FLATTENINGS:
        if args.only not in name:
            continue
        for edition in ("2014", "2019", "2021"):
            for blanks, broken in ((0.0, False), (0.3, False), (0.0, True)):
                counts = sweep(name, edition, args.count, blanks, broken)
                cells = sum(n for kind, n in counts.items() if not kind.startswith(("seed", "bad", "invented")))
                seeds = [kind[5:] for kind in counts if kind.startswith("seed:")][:5]
                rest = {k: n for k, n in counts.items() if not k.startswith("seed") and k != "right"}
                label = f"{name:14}{edition} blanks {blanks:.1f} {'broken' if broken else ''}"
                print(f"{label:40} {counts['right'] / cells:.5f} {rest} {seeds}", flush=True)


if __name__ == "__main__":
    main()
