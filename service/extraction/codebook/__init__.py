"""The codebook: what the forms' rows are called, as data, loaded once and validated.

``indicators.csv`` lists every indicator in the order of the forms. The core's only file access beside its version hash.
"""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of ``indicators.csv``. ``eras`` are 2014, 2019, 2021 or narrative; ``sums_into`` is a code or None."""

    code: str
    unit: str
    eras: tuple[str, ...]
    table: str | None
    label: str
    sums_into: str | None
    by_applicant: bool
    note: str | None


@cache
def load_entries() -> tuple[Entry, ...]:
    """The rows of the codebook in their order; a code that several eras use has several rows."""
    text = resources.files(__package__).joinpath("indicators.csv").read_text("utf-8")
    return tuple(
        Entry(
            code=row["code"],
            unit=row["unit"],
            eras=tuple(row["era"].split(";")),
            table=row["table"] or None,
            label=row["label"],
            sums_into=row["sums_into"] or None,
            by_applicant=row["dimension"] == "applicant",
            note=row["note"] or None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def load_toml(name: str) -> dict[str, Any]:
    """One data file of the codebook, ``prose.toml`` and the like."""
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))
