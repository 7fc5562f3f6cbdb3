"""The statutory forms as data: families of tables, their rows and columns, and the words that name them.

In: ``forms.toml`` and ``indicators.csv``. Out: frozen `Family` objects. Words are compared by their `to_key`:
without numbering, blanks, punctuation and what stands in brackets behind the first word.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, cast

from service.extraction.codebook import load_entries, load_toml
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.record import Record
from service.extraction.report import Applicant

TermKind = Literal["row", "column", "head", "extra"]
# The family that is one long list with a figure for each row: offices number its rows, add some, or print it as lines
# of words.
LIST = "statistics"

# 第二十条第（一）项 is a name, its bracket no remark: it becomes 第二十条一.
_ARTICLE_RE = re.compile(r"第二十条第?[(（]?([一二三四五六七八九])[)）]?项")
_NUMBERING_RE = re.compile(
    rf"(?:其中[:：、,，]?|[(（\[【〔]?(?:[{NUMERALS}]{{1,3}}|\d{{1,2}})[)）\]】〕、.．,，:：]+|[㈠-㈩⑴-⒇⒈-⒛①-⑳]|\d{{1,2}}(?=[^\W\d]))+"
)
_REMARK_RE = re.compile(r"(?<=.)[(（\[【〔][^()（）]*(?:[)）\]】〕]|$)", re.DOTALL)
_NO_WORD_RE = re.compile(r"[\W_]+")


def _drop_numbering(text: str) -> str:
    text = "".join(text.split())
    numbering = _NUMBERING_RE.match(text)
    return text[numbering.end() :] if numbering and numbering.end() < len(text) else text


# The labels of a form come back in every report; what else stands in a table passes through.
@lru_cache(maxsize=4096)
def to_key(text: str) -> str:
    """The words of a label that are compared: ``2. 政府网站 公开政府信息数（…）`` is 政府网站公开政府信息数."""
    text = _drop_numbering(text)
    article = _ARTICLE_RE.search(text)
    if article:
        return "第二十条" + article[1]
    return _NO_WORD_RE.sub("", _REMARK_RE.sub("", text)) or _NO_WORD_RE.sub("", text)


@lru_cache(maxsize=4096)
def to_words(text: str) -> str:
    """All words of a label, remarks too, of which a piece may stand on a line of its own."""
    words = _NO_WORD_RE.sub("", _drop_numbering(text))
    # 1条） is the end of 计1条）, no item.
    return words if len(words) > 1 else _NO_WORD_RE.sub("", text)


def is_numbered(text: str) -> bool:
    """Whether a label begins with its number: ``（七）总计`` is a row, 总计 may be a column."""
    return _NUMBERING_RE.match(text.lstrip()) is not None


class Term(Record):
    """What a key names in its family: a row by its index, a column, an extra column or a head that means no column."""

    kind: TermKind
    family: str
    index: int = -1


@dataclass(slots=True, frozen=True, eq=False)
class Column:
    """One head over figures: its spellings as keys, and whom the column counts. Each is itself alone."""

    label: str
    keys: frozenset[str]
    applicant: Applicant | None


class Layout(Record):
    """What a printed row holds in one table of one or more editions: a code for each column."""

    table: str
    editions: tuple[str, ...]
    columns: tuple[Column, ...]
    codes: tuple[str, ...]


class Row(Record):
    """One printed row and the layouts that editions give it; a group label has none."""

    label: str
    keys: frozenset[str]
    layouts: tuple[Layout, ...]


# A cell of a family is (row index, column index); an identity says that two sets of cells have equal sums.
CellIndex = tuple[int, int]
Identity = tuple[tuple[CellIndex, ...], tuple[CellIndex, ...]]


class Family(Record):
    """Tables that stand in one place of a report: their rows in print order and the identities of their cells.

    ``older`` are the rows, by their index, that forms before it had as well.
    """

    name: str
    rows: tuple[Row, ...]
    identities: tuple[Identity, ...]
    extra_keys: frozenset[str]
    extra_parts: tuple[int, ...]
    rows_are_heads: bool
    older: frozenset[int] = frozenset()


class Forms(Record):
    """All families by name, every key with what it may name, each family's labels in full, and the keys of those."""

    families: dict[str, Family]
    terms: dict[str, tuple[Term, ...]]
    labels: dict[str, tuple[tuple[str, Term], ...]]
    keys: dict[str, str]


def _to_keys(entry: dict[str, Any]) -> frozenset[str]:
    return frozenset(to_key(label) for label in (entry["label"], *entry.get("also", ())))


@cache
def _to_column(label: str, keys: frozenset[str], applicant: Applicant | None) -> Column:
    """The one column of its kind: tables are told apart by their columns, row by row."""
    return Column(label, keys, applicant)


def _to_layouts(table: dict[str, Any], row: dict[str, Any]) -> tuple[Layout, ...]:
    columns = tuple(_to_column(c["label"], _to_keys(c), c.get("applicant")) for c in table["columns"])
    codes = tuple(row.get("codes", ())) or (row["code"],) * len(columns) if "code" in row or "codes" in row else ()
    if not codes:
        return ()
    return (Layout(table["name"], tuple(row.get("editions", table["editions"])), columns, codes),)


def _merge_rows(tables: list[dict[str, Any]]) -> tuple[Row, ...]:
    """The rows of a family's tables in print order; a row of several tables has a layout of each."""
    rows: list[Row] = []
    for table in tables:
        for entry in table["rows"]:
            keys, layouts = _to_keys(entry), _to_layouts(table, entry)
            known = [i for i, row in enumerate(rows) if row.keys & keys and len(tables) > 1]
            if known:
                old = rows[known[0]]
                rows[known[0]] = Row(old.label, old.keys | keys, old.layouts + layouts)
            else:
                rows.append(Row(entry["label"], keys, layouts))
    return tuple(rows)


def _cells_by_code(rows: tuple[Row, ...]) -> dict[tuple[str, Applicant | None], CellIndex]:
    return {
        (code, column.applicant): (r, c)
        for r, row in enumerate(rows)
        for layout in row.layouts
        for c, (column, code) in enumerate(zip(layout.columns, layout.codes, strict=True))
    }


def _find_identities(table: dict[str, Any], rows: tuple[Row, ...]) -> tuple[Identity, ...]:
    """The sums of ``indicators.csv``, the applicants of a row and the balance, as cells."""
    cells = _cells_by_code(rows)
    applicants = list(dict.fromkeys(applicant for _, applicant in cells))
    parts: dict[str, list[str]] = {}
    for entry in load_entries():
        if entry.sums_into and entry.table == table["name"]:
            parts.setdefault(entry.sums_into, []).append(entry.code)
    found: list[Identity] = []
    for applicant in applicants:
        for whole, codes in parts.items():
            left = tuple(cells[code, applicant] for code in dict.fromkeys(codes) if (code, applicant) in cells)
            found.append((left, (cells[whole, applicant],)))
        if "balance" in table:
            first, second = (tuple(cells[code, applicant] for code in side) for side in table["balance"])
            found.append((first, second))
    if "total" in applicants:
        last = len(applicants) - 1
        found += [(tuple((r, c) for c in range(last)), ((r, last),)) for r, row in enumerate(rows) if row.layouts]
    return tuple(found)


def _load_family(name: str, tables: list[dict[str, Any]]) -> Family:
    rows = _merge_rows(tables)
    identities = _find_identities(tables[0], rows) if len(tables) == 1 else ()
    extras = [extra for table in tables for extra in table.get("extra", ())]
    labels = [column["label"] for column in tables[0]["columns"]]
    keys = _to_keys(extras[0]) if extras else frozenset()
    parts = tuple(labels.index(label) for label in extras[0]["sums"]) if extras else ()
    shared = {to_key(label) for table in tables for label in table.get("older", ())}
    older = frozenset(i for i, row in enumerate(rows) if row.keys & shared)
    return Family(name, rows, identities, keys, parts, any("rows_are_heads" in table for table in tables), older)


def _find_labels(family: Family, tables: list[dict[str, Any]]) -> list[tuple[str, Term]]:
    """Every printed label of a family with its term; a row that editions share stands once for each spelling."""
    found: list[tuple[str, Term]] = []
    rows = {key: i for i, row in reversed(list(enumerate(family.rows))) for key in row.keys}
    for table in tables:
        for kind, entries in (("row", "rows"), ("column", "columns"), ("head", "heads"), ("extra", "extra")):
            for i, entry in enumerate(table.get(entries, ())):
                index = i if kind != "row" or len(tables) == 1 else rows[to_key(entry["label"])]
                term = Term(cast(TermKind, kind), family.name, index)
                found += [(label, term) for label in (entry["label"], *entry.get("also", ()))]
    return found


@cache
def without_last(layout: Layout) -> Layout:
    """The row as it is printed where the last column, of totals, is left out."""
    return Layout(layout.table, layout.editions, layout.columns[:-1], layout.codes[:-1])


@cache
def narrow(name: str, width: int) -> Family:
    """The family whose identities need no more than so many columns."""
    family = load_forms().families[name]
    identities = tuple(sides for sides in family.identities if all(c < width for side in sides for _, c in side))
    return Family(family.name, family.rows, identities, family.extra_keys, family.extra_parts, family.rows_are_heads)


@cache
def load_forms() -> Forms:
    """Every family of ``forms.toml``."""
    by_family: dict[str, list[dict[str, Any]]] = {}
    for table in load_toml("forms.toml")["tables"]:
        by_family.setdefault(table["family"], []).append(table)
    families = {name: _load_family(name, tables) for name, tables in by_family.items()}
    terms: dict[str, dict[Term, None]] = {}
    labels: dict[str, dict[tuple[str, Term], None]] = {}
    keys: dict[str, str] = {}
    for name, tables in by_family.items():
        for label, term in _find_labels(families[name], tables):
            keys[to_words(label)] = to_key(label)
            terms.setdefault(to_key(label), {})[term] = None
            labels.setdefault(name, {})[to_words(label), term] = None
    return Forms(
        families,
        {key: tuple(found) for key, found in terms.items()},
        {name: tuple(found) for name, found in labels.items()},
        keys,
    )
