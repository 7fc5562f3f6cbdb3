"""The codebook: what the forms' rows are called, as data, loaded once and validated.

``indicators.csv`` lists every indicator in the order of the forms, ``names.csv`` what messages call them. The core's
only file access beside its version hash.
"""

import csv
import tomllib
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from service.extraction.record import Record

# Each form with the first fiscal year that it is in force for; what is older is told in the words of the first.
ERAS = {"2014": 2014, "2019": 2019, "2021": 2021}


class Entry(Record):
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


class Division(NamedTuple):
    """One row of ``regions.csv``: a division of GB/T 2260 and the years in which it had this name and code."""

    code: str
    name: str
    short: str
    since: int
    until: int

    @property
    def stem(self) -> str:
        """The digits that the codes within it begin with."""
        return self.code[:2] if self.code.endswith("0000") else self.code[:4] if self.code.endswith("00") else self.code


@cache
def load_divisions() -> tuple[Division, ...]:
    """The provinces, prefectures and counties since 2007, by code; see ``regions.license`` for their source."""
    text = resources.files(__package__).joinpath("regions.csv").read_text("utf-8")
    rows = (line.split(",") for line in text.splitlines()[1:])
    return tuple(
        Division(code, name, short, int(since or 0), int(until or 9999)) for code, name, short, since, until in rows
    )


def find_era(form: str | None, year: int | None) -> str | None:
    """The form whose rows the figures belong to: the printed one, else the one in force in the fiscal year."""
    if form in ERAS:
        return form
    if year is None:
        return None
    return next((era for era, first in reversed(ERAS.items()) if year >= first), min(ERAS))


@cache
def load_names(era: str | None) -> dict[str, str]:
    """The short Chinese name of every code, in the words of an era's form (`names.csv`)."""
    text = resources.files(__package__).joinpath("names.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: (era == "2014" and row["name_2014"]) or row["name"] for row in rows}


@cache
def load_toml(name: str) -> dict[str, Any]:
    """One data file of the codebook, ``prose.toml`` and the like; several modules read it, and none changes it."""
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))
