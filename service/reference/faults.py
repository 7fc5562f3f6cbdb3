"""What is wrong with the codebook's data: one sentence for each fault, all of them at once.

In: a `CodebookData`. Out: sentences in a fixed order, none for good data. It changes nothing.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from service.reference.data import CodebookData, find_places

FITS = ("same", "close", "broken", "none")
TEXTS = ("label_zh", "label_en", "definition_zh", "definition_en")
ARTICLE_RE = re.compile(
    r"(?:第[一二三四五六七八九十]+条(?:第[一二三四五六七八九十]+款)?(?:第（[一二三四五六七八九十]+）项)?至?)+"
)


def _find_definition_faults(data: CodebookData) -> Iterator[str]:
    codes = {entry.code for entry in data.entries}
    yield from (f"{code}: has no definition" for code in sorted(codes - set(data.definitions)))
    for code, definition in data.definitions.items():
        if code not in codes:
            yield f"{code}: is defined, but no code"
        yield from (f"{code}: {name} is missing" for name in TEXTS if not definition.get(name, "").strip())
        yield from (f"{code}: {name} is not known" for name in set(definition) - {*TEXTS, "parent", "basis"})
        for name, stop in (("definition_zh", "。"), ("definition_en", ".")):
            if definition.get(name, stop).find(stop) != len(definition.get(name, stop)) - 1:
                yield f"{code}: {name} is not one sentence"
        yield from _find_parent_faults(code, data)
        for basis in definition.get("basis", ()):
            law, _, article = basis.partition(" ")
            if law not in data.laws or (article and not ARTICLE_RE.fullmatch(article)):
                yield f"{code}: basis {basis} names no law and article"


def _find_parent_faults(code: str, data: CodebookData) -> Iterator[str]:
    seen, parent = {code}, data.definitions[code].get("parent")
    while parent is not None:
        if parent not in data.definitions:
            yield f"{code}: parent {parent} does not exist"
            return
        if parent in seen:
            yield f"{code}: is its own ancestor"
            return
        seen.add(parent)
        parent = data.definitions[parent].get("parent")


def _find_series_faults(data: CodebookData) -> Iterator[str]:
    printed = find_places(data)
    units = {entry.code: entry.unit for entry in data.entries}
    joined = {(code, form) for series in data.series for form, codes in series["forms"].items() for code in codes}
    yield from (f"{code}: stands in no series of form {form}" for code, form in sorted(printed.keys() - joined))
    yield from (f"{code}: form {form} of a series does not print it" for code, form in sorted(joined - printed.keys()))
    for series in data.series:
        name, forms = series["series"], series["forms"]
        if name not in data.definitions:
            yield f"{name}: a series is named after a code"
        if len(series["fit"]) != len(data.forms) - 1 or set(series["fit"]) - set(FITS):
            yield f"{name}: fit is not one of {FITS} for each pair of forms"
            continue
        for (before, after), fit in zip(pairwise(data.forms), series["fit"], strict=True):
            if (fit == "none") != (before not in forms or after not in forms):
                yield f"{name}: fit {fit} from {before} to {after} does not agree with its members"
            if fit == "same" and len({units.get(code) for form in (before, after) for code in forms.get(form, ())}) > 1:
                yield f"{name}: is the same from {before} to {after}, but in other units"
            if fit in ("close", "broken") and not (series.get("note_zh") and series.get("note_en")):
                yield f"{name}: a {fit} fit needs a note in both languages"


def _find_entry_faults(data: CodebookData) -> Iterator[str]:
    printed = find_places(data)
    listed = {(entry.code, era) for entry in data.entries for era in entry.eras if era in data.forms}
    yield from (
        f"{code}: form {form} lists it, but does not print it" for code, form in sorted(listed - printed.keys())
    )
    yield from (
        f"{code}: form {form} prints it, but does not list it" for code, form in sorted(printed.keys() - listed)
    )
    units: dict[str, str] = {}
    for entry in data.entries:
        if units.setdefault(entry.code, entry.unit) != entry.unit:
            yield f"{entry.code}: has the units {units[entry.code]} and {entry.unit}"


def find_faults(data: CodebookData) -> tuple[str, ...]:
    """Everything that is wrong with the data, in a fixed order."""
    return (*_find_entry_faults(data), *_find_definition_faults(data), *_find_series_faults(data))
