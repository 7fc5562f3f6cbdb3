"""All readings of one indicator to one entry: the winner on top, every statement kept.

In: readings of tables and prose, the form, the year. Out: indicators in the order of the codebook. A table cell that
holds a number wins over prose, prose over a blank cell, exact over approximate, then the first. It neither compares
nor adds up; see `service.extraction.checks` and `service.extraction.derived`.
"""

from collections.abc import Sequence
from functools import cache
from typing import get_args

from service.extraction.codebook import ERAS, Entry, find_era, load_entries
from service.extraction.report import Applicant, Indicator, Number, Observation, Reading, to_number

_APPLICANTS: dict[str | None, int] = {name: place for place, name in enumerate((None, *get_args(Applicant)))}
_NARRATIVE = "narrative"


@cache
def _entries(era: str) -> dict[str, tuple[int, Entry]]:
    """The place and the entry of each code: of the era, else the narrative one, else another era's."""

    def fit(entry: Entry) -> int:
        return 0 if era in entry.eras else 1 if _NARRATIVE in entry.eras else 2

    found: dict[str, tuple[int, Entry]] = {}
    for place, entry in enumerate(load_entries()):
        if entry.code not in found or fit(entry) < fit(found[entry.code][1]):
            found[entry.code] = (place, entry)
    return found


def _rank(reading: Reading) -> tuple[int, bool, int]:
    """Smallest for the reading that wins."""
    if reading.value is None:
        return 2, False, reading.span[0]
    return int(reading.source != "table"), reading.qualifier != "exact", reading.span[0]


def _number(reading: Reading) -> Number | None:
    return None if reading.value is None else to_number(reading.value)


def _observation(reading: Reading) -> Observation:
    return Observation(_number(reading), reading.qualifier, reading.source, reading.span, reading.rule)


def _reconcile_one(readings: Sequence[Reading], entry: Entry) -> Indicator:
    winner = min(readings, key=_rank) if len(readings) > 1 else readings[0]
    in_order = sorted(readings, key=lambda one: one.span) if len(readings) > 1 else readings
    return Indicator(
        code=winner.code,
        applicant=winner.applicant,
        label=entry.label,
        value=_number(winner),
        unit=entry.unit,
        status=winner.status,
        qualifier=winner.qualifier,
        source=winner.source,
        span=winner.span,
        observations=tuple(map(_observation, in_order)),
    )


def reconcile(readings: Sequence[Reading], form: str | None, year: int | None) -> tuple[Indicator, ...]:
    """One indicator for each (code, applicant)."""
    # Labels there must be, also where the year is unknown.
    entries = _entries(find_era(form, year) or min(ERAS))
    groups: dict[tuple[int, int], list[Reading]] = {}
    for reading in readings:
        groups.setdefault((entries[reading.code][0], _APPLICANTS[reading.applicant]), []).append(reading)
    return tuple(_reconcile_one(group, entries[group[0].code][1]) for _, group in sorted(groups.items()))
