"""The codebook: for every code its meaning, its places in the law and the series it belongs to.

In: the core's ``indicators.csv``, the printed forms, ``definitions.toml`` and ``series.toml``. Out: one frozen
`Codebook`, or a `CodebookError` that names every fault of the data at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from service.extraction.codebook import Entry
from service.reference.data import CodebookData, find_places, load_data
from service.reference.faults import TEXTS, find_faults
from service.reference.forms import PrintedForm


class CodebookError(ValueError):
    """One line for each fault of the data."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form prints a code: its table and the labels on the way to the cell. Told in prose, it has none."""

    form: str
    table: str | None
    labels: tuple[str, ...]
    sums_into: str | None


@dataclass(frozen=True, slots=True)
class CodebookEntry:
    """One code. ``parent`` is the code that it is a part of; ``basis`` names articles in full."""

    code: str
    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str
    unit: str
    by_applicant: bool
    parent: str | None
    basis: tuple[str, ...]
    places: tuple[Place, ...]
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeriesMember:
    """The codes of one form whose values are added; of codes with applicants the ``total`` column."""

    form: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """How far the values of two neighbouring forms may be compared: same, close, broken, none."""

    before: str
    after: str
    fit: str


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of several forms that make one series; it bears the code under which they are best known."""

    series: str
    label_zh: str
    label_en: str
    unit: str
    members: tuple[SeriesMember, ...]
    joins: tuple[Join, ...]
    note_zh: str | None
    note_en: str | None


@dataclass(frozen=True, slots=True)
class Codebook:
    forms: tuple[PrintedForm, ...]
    indicators: tuple[CodebookEntry, ...]
    series: tuple[Series, ...]


def _to_series(series: dict[str, Any], data: CodebookData) -> Series:
    code = data.definitions[series["series"]]
    unit = next(entry.unit for entry in data.entries if entry.code == series["series"])
    members = tuple(SeriesMember(form, tuple(series["forms"][form])) for form in data.forms if form in series["forms"])
    joins = tuple(Join(*pair, fit) for pair, fit in zip(pairwise(data.forms), series["fit"], strict=True))
    notes = series.get("note_zh"), series.get("note_en")
    return Series(series["series"], code["label_zh"], code["label_en"], unit, members, joins, *notes)


def _to_entries(data: CodebookData, series: tuple[Series, ...]) -> Iterator[CodebookEntry]:
    printed = find_places(data)
    rows: dict[str, list[Entry]] = {}
    for entry in data.entries:
        rows.setdefault(entry.code, []).append(entry)
    for code, entries in rows.items():
        definition = data.definitions[code]
        eras = [(era, *printed.get((code, era), (None, ())), e.sums_into) for e in entries for era in e.eras]
        basis = (text.split(" ", 1) for text in definition.get("basis", ()))
        yield CodebookEntry(
            code=code,
            **{name: definition[name] for name in TEXTS},
            unit=entries[0].unit,
            by_applicant=any(entry.by_applicant for entry in entries),
            parent=definition.get("parent"),
            basis=tuple(data.laws[law]["full"] + "".join(article) for law, *article in basis),
            places=tuple(Place(*era) for era in eras),
            series=tuple(s.series for s in series if any(code in member.codes for member in s.members)),
        )


@cache
def load_codebook() -> Codebook:
    """The whole codebook in its order."""
    data = load_data()
    faults = find_faults(data)
    if faults:
        raise CodebookError("\n".join(faults))
    series = tuple(_to_series(entry, data) for entry in data.series)
    return Codebook(tuple(data.forms.values()), tuple(_to_entries(data, series)), series)
