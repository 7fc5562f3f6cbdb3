"""Totals that readers compute by hand anyway, from the cells of the 2019 and 2021 forms.

In: the indicators of one report and its form. Out: indicators marked ``derived`` with no span and no observations: the
group totals of the requests matrix over all applicants and the lawsuits over both ways of suing. A figure that the
report prints itself is never derived, and a total with a missing part is not either.
"""

from collections.abc import Sequence
from functools import cache

from service.extraction.codebook import load_entries
from service.extraction.report import Applicant, Indicator, Qualifier

_GROUPS = ("outcomes.denied", "outcomes.unavailable", "outcomes.not_processed")
_WAYS = ("litigation.direct", "litigation.after_review")
_RESULTS = ("upheld", "corrected", "other", "pending", "total")
_FORMS = ("2019", "2021")


@cache
def _parts(form: str) -> tuple[tuple[str, Applicant | None, tuple[str, ...], str], ...]:
    """Each derivable code with the column and the codes of its parts, and its label, in codebook order."""
    entries = [entry for entry in load_entries() if form in entry.eras]
    labels = {entry.code: entry.label for entry in entries}
    derivable: list[tuple[str, Applicant | None, tuple[str, ...], str]] = []
    for group in _GROUPS:
        codes = tuple(entry.code for entry in entries if entry.code.startswith(f"{group}."))
        derivable.append((group, "total", codes, labels[codes[0]].partition(" / ")[0]))
    for result in ("total", *_RESULTS[:-1]):
        codes = tuple(f"{way}.{result}" for way in _WAYS)
        first, *_, last = labels[codes[0]].split(" / ")
        derivable.append((f"litigation.{result}", None, codes, f"{first} / {last}"))
    return tuple(derivable)


def find_derived(indicators: Sequence[Indicator], form: str | None) -> tuple[Indicator, ...]:
    """The derived totals of a report of the 2019 or 2021 form; a blank part counts as 0, all blank derive nothing."""
    if form not in _FORMS:
        return ()
    by_key = {(each.code, each.applicant): each for each in indicators}
    derived: list[Indicator] = []
    for code, column, codes, label in _parts(form):
        parts = [by_key.get((part, column)) for part in codes]
        present = [part for part in parts if part is not None]
        is_printed = (code, None) in by_key or (code, "total") in by_key
        if is_printed or len(present) < len(parts) or all(part.value is None for part in present):
            continue
        value = sum(part.value or 0 for part in present)
        qualifier: Qualifier = next((part.qualifier for part in present if part.qualifier != "exact"), "exact")
        derived.append(Indicator(code, None, label, value, "件", "reported", qualifier, "derived", None))
    return tuple(derived)
