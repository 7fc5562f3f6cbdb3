"""The codebook is complete and true to the forms, and a fault in its data is found, with all others, by name."""

import copy
import dataclasses
from typing import Any

import pytest

from service.extraction.codebook import find_era, load_entries
from service.reference.codebook import Series, load_codebook
from service.reference.data import CodebookData, load_data
from service.reference.faults import find_faults

CODEBOOK = load_codebook()
FORMS = [form.form for form in CODEBOOK.forms]


def test_data_has_no_fault() -> None:
    assert find_faults(load_data()) == ()


def test_every_code_has_one_entry_in_order() -> None:
    assert [entry.code for entry in CODEBOOK.indicators] == list(dict.fromkeys(e.code for e in load_entries()))
    assert len({entry.label_en for entry in CODEBOOK.indicators}) == len(CODEBOOK.indicators)
    assert len({entry.definition_en for entry in CODEBOOK.indicators}) == len(CODEBOOK.indicators)
    assert len({entry.definition_zh for entry in CODEBOOK.indicators}) == len(CODEBOOK.indicators)


def test_core_and_codebook_agree_on_the_years_of_a_form() -> None:
    for form in load_codebook().forms:
        last = form.last_year or form.first_year + 10
        assert {find_era(None, year) for year in range(form.first_year, last + 1)} == {form.form}
    assert (find_era(None, 2009), find_era("2019", 2023), find_era(None, None)) == ("2014", "2019", None)


def test_crosswalk_is_symmetric() -> None:
    """What a code meets in another form meets it back."""
    pairs = {
        ((a, one.form), (b, other.form))
        for series in CODEBOOK.series
        for one in series.members
        for other in series.members
        for a in one.codes
        for b in other.codes
        if one.form != other.form
    }
    assert pairs
    assert {(b, a) for a, b in pairs} == pairs
    known = {entry.code: entry.series for entry in CODEBOOK.indicators}
    for (a, _), (b, _) in pairs:
        assert set(known[a]) & set(known[b]), f"{a} and {b} share no series"


def test_group_series_add_up_what_the_form_adds_up() -> None:
    """A series made of rows of one group holds all of them, or a total would be short."""
    by_series = {series.series: series for series in CODEBOOK.series}
    for name in ("outcomes.denied", "outcomes.unavailable", "outcomes.not_processed"):
        for form in ("2019", "2021"):
            rows = [e.code for e in load_entries() if form in e.eras and e.code.startswith(f"{name}.")]
            assert list(find_codes(by_series[name], form)) == rows
    for result in ("upheld", "corrected", "other", "pending", "total"):
        codes = (f"litigation.direct.{result}", f"litigation.after_review.{result}")
        assert find_codes(by_series[f"litigation.{result}"], "2021") == codes


def find_codes(series: Series, form: str) -> tuple[str, ...]:
    return next((member.codes for member in series.members if member.form == form), ())


@pytest.mark.parametrize(
    ("series", "codes", "fits"),
    [
        ("requests.received", ("requests.received",) * 3, ("close", "same")),
        ("outcomes.unavailable.needs_creation", (None, *["outcomes.unavailable.needs_creation"] * 2), ("none", "same")),
        ("review.upheld", ("review.upheld",) * 3, ("close", "same")),
        ("outcomes.total", ("requests.closed", "outcomes.total", "outcomes.total"), ("close", "same")),
        ("disclosure.total", ("disclosure.total", None, None), ("none", "none")),
        ("requests.carried_in", (None, "requests.carried_in", "requests.carried_in"), ("none", "same")),
    ],
)
def test_known_series(series: str, codes: tuple[str | None, ...], fits: tuple[str, ...]) -> None:
    found = next(entry for entry in CODEBOOK.series if entry.series == series)
    assert [find_codes(found, form) for form in FORMS] == [(code,) if code else () for code in codes]
    assert tuple(join.fit for join in found.joins) == fits


def test_issued_documents_change_their_name_twice() -> None:
    issued = next(series for series in CODEBOOK.series if series.series == "normative_documents.issued")
    names = ("normative_documents.issued", "normative_documents.made", "normative_documents.issued")
    assert [find_codes(issued, form) for form in FORMS] == [(name,) for name in names]
    assert [join.fit for join in issued.joins] == ["close", "close"]


def test_places_lead_to_the_cell() -> None:
    places = {(entry.code, place.form): place for entry in CODEBOOK.indicators for place in entry.places}
    denied = places["outcomes.denied.state_secret", "2014"]
    assert denied.labels[-3:] == ("（三）申请答复数", "4.不同意公开答复数", "其中：涉及国家秘密")
    assert denied.sums_into == "outcomes.denied"
    assert places["regulations.in_force", "2021"].labels[-2:] == ("规章", "现行有效件数")
    assert places["litigation.direct.upheld", "2019"].labels[-3:] == ("行政诉讼", "未经复议直接起诉", "结果维持")
    assert places["outcomes.unavailable", "narrative"].labels == ()


def damage(data: CodebookData, path: tuple[Any, ...], value: Any) -> CodebookData:
    """The data with one value set, or taken away where the value is None."""
    parts = {field.name: getattr(data, field.name) for field in dataclasses.fields(data)}
    parts["definitions"], parts["series"] = copy.deepcopy((data.definitions, data.series))
    target: Any = parts
    for step in path[:-1]:
        target = target[step]
    if value is None:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return CodebookData(**parts)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("definitions", "review.total"), None, "review.total: has no definition"),
        (("definitions", "review.totals"), {"parent": "review.total"}, "review.totals: is defined, but no code"),
        (("definitions", "review.total", "label_en"), None, "review.total: label_en is missing"),
        (("definitions", "review.total", "definition_en"), "One. Two.", "definition_en is not one sentence"),
        (("definitions", "review.total", "lable"), "x", "review.total: lable is not known"),
        (("definitions", "review.upheld", "parent"), "review.totl", "parent review.totl does not exist"),
        (("definitions", "review.total", "parent"), "review.upheld", "review.total: is its own ancestor"),
        (("definitions", "review.total", "basis"), ["r2018 第一条"], "basis r2018 第一条 names no law"),
        (("definitions", "review.total", "basis"), ["r2019 条"], "basis r2019 条 names no law"),
        (("series", 0, "forms"), {}, "disclosure.total: stands in no series of form 2014"),
        (("series", 0, "forms"), {"2021": ["disclosure.total"]}, "form 2021 of a series does not print it"),
        (("series", 0, "series"), "disclosures", "disclosures: a series is named after a code"),
        (("series", 0, "fit"), ["none"], "disclosure.total: fit is not one of"),
        (("series", 0, "fit"), ["same", "none"], "fit same from 2014 to 2019 does not agree"),
        (("series", 7, "note_en"), None, "normative_documents.issued: a close fit needs a note"),
    ],
)
def test_faults_are_found(path: tuple[Any, ...], value: Any, fault: str) -> None:
    faults = find_faults(damage(load_data(), path, value))
    assert any(fault in line for line in faults), faults


def test_all_faults_are_listed_at_once() -> None:
    data = damage(damage(load_data(), ("definitions", "review.total"), None), ("series", 0, "fit"), ["none"])
    assert len(find_faults(data)) >= 2
