"""The codebook and the forms as they are sent: bytes made once, with their entity tags.

In: `load_codebook`. Out: a `Publication` for each media type of the codebook and for each form. It sees no request.
"""

from collections.abc import Iterator
from functools import cache

import msgspec

from service.reference.codebook import Codebook, CodebookEntry, Place, load_codebook
from service.reference.forms import PrintedForm, load_printed_forms
from service.representations import CSV_CONTENT_TYPE, CSV_TYPE, JSON_TYPE, Publication, publish
from service.tidy import Cell, write_csv

HEADER = (
    "code",
    "form",
    "label_zh",
    "label_en",
    "unit",
    "by_applicant",
    "parent",
    "sums_into",
    "definition_zh",
    "definition_en",
    "source",
    "basis",
    "series",
    "codes_2014",
    "codes_2019",
    "codes_2021",
    "fit_2014_2019",
    "fit_2019_2021",
    "note_zh",
    "note_en",
)


def describe_form(form: PrintedForm) -> dict[str, str | int | None]:
    """Who fixed the form and for which years, without its tables."""
    return {name: getattr(form, name) for name in ("form", "title", "document", "number", "first_year", "last_year")}


def _describe_series(entry: CodebookEntry, codebook: Codebook) -> dict[str, Cell]:
    """The crosswalk of one code: the series that bears its name, else the first that it is in."""
    found = [series for series in codebook.series if series.series in entry.series]
    if not found:
        return {}
    series = next((series for series in found if series.series == entry.code), found[0])
    codes = {f"codes_{member.form}": "+".join(member.codes) for member in series.members}
    fits = {f"fit_{join.before}_{join.after}": join.fit for join in series.joins}
    return {"series": series.series, **codes, **fits, "note_zh": series.note_zh, "note_en": series.note_en}


def _describe_place(place: Place, codebook: Codebook) -> dict[str, Cell]:
    number = next((form.number for form in codebook.forms if form.form == place.form), None)
    source = " / ".join((number, *place.labels)) if number else None
    return {"form": place.form, "sums_into": place.sums_into, "source": source}


def to_rows(codebook: Codebook) -> Iterator[tuple[Cell, ...]]:
    """One row for each code and form, in the order of `HEADER`."""
    for entry in codebook.indicators:
        about = {name: getattr(entry, name) for name in HEADER if hasattr(entry, name)}
        about |= {"by_applicant": str(entry.by_applicant).lower(), "basis": "；".join(entry.basis) or None}
        about |= _describe_series(entry, codebook)
        for place in entry.places:
            row = about | _describe_place(place, codebook)
            yield tuple(row.get(name) for name in HEADER)


@cache
def publish_codebook() -> dict[str, Publication]:
    """The codebook by media type."""
    codebook = load_codebook()
    forms = [describe_form(form) for form in codebook.forms]
    json = msgspec.json.encode({"forms": forms, "indicators": codebook.indicators, "series": codebook.series})
    return {
        JSON_TYPE: publish(JSON_TYPE, json),
        CSV_TYPE: publish(CSV_CONTENT_TYPE, write_csv(HEADER, to_rows(codebook))),
    }


@cache
def publish_forms() -> dict[str, Publication]:
    """Each printed form by its name."""
    return {name: publish(JSON_TYPE, msgspec.json.encode(form)) for name, form in load_printed_forms().items()}
