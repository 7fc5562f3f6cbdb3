"""The statutory tables: text aligned to the forms that the law prints.

In: a `Source`. Out: a `TableReading`: which form, one `Reading` for each cell, the regions of the view
that are tables (statutory or not) and therefore no prose, and a warning for what could not be placed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from service.extraction.codebook import load_entries
from service.extraction.codebook.tables import Family, Layout, Term, is_numbered, load_forms, to_key
from service.extraction.grids import CellValue, Token, find_tokens, read_cell
from service.extraction.placement import Line, place
from service.extraction.report import ParseWarning, Reading, Span
from service.extraction.source import Source

_UNIT_WORDS = frozenset(["条", "件", "次", "篇", "个", "人", "人次", "万元", "元", "亿元", "千元", "项"])
_MONEY = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10_000)}
# So many rows with words of their own make a table; fewer may be a chance mention.
_LEAST_ROWS = {"statistics": 3, "disclosure": 1, "requests": 3, "remedies": 1}


@dataclass(frozen=True, slots=True)
class TableReading:
    """``form`` is 2014, 2019, 2021 or None; ``regions`` are sorted spans of the view, statutory tables and others."""

    form: str | None
    readings: tuple[Reading, ...]
    regions: tuple[Span, ...]
    warnings: tuple[ParseWarning, ...]


@dataclass(slots=True)
class _Instance:
    """One family's table as the text prints it."""

    family: Family
    start: int
    end: int
    lines: list[Line] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    in_heads: bool = False


class _Assembler:
    """Words to rows and heads, cells to rows: the state of one pass over the tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.forms = load_forms()
        self.instances: list[_Instance] = []
        self.current: _Instance | None = None

    def feed(self, token: Token) -> None:
        if token.kind == "text":
            self._take_words(token)
        elif token.kind != "soft" and self.current and self.current.lines:
            self._take_cell(self.current, token)

    def _take_words(self, token: Token) -> None:
        words = self.text[token.start : token.end]
        key = to_key(words)
        term = self._choose(self.forms.terms.get(key, ()), words)
        if term is None:
            return
        instance = self._enter(term, token)
        instance.end = token.end
        if term.kind == "row":
            instance.lines.append(Line(term.index, token.start, token.end, tuple(instance.heads)))
            instance.in_heads = False
            return
        if not instance.in_heads:
            instance.heads = []
        instance.in_heads = True
        if term.kind in ("column", "extra"):
            instance.heads.append(key)

    def _choose(self, terms: tuple[Term, ...], words: str) -> Term | None:
        here = self.current
        mine = [term for term in terms if here and term.family == here.family.name] or list(terms)
        if len(mine) < 2:
            return mine[0] if mine else None
        rows = [term for term in mine if term.kind == "row"]
        columns = [term for term in mine if term.kind != "row"]
        if columns and (not rows or (here and here.in_heads and not is_numbered(words))):
            return columns[0]
        last = here.lines[-1].row if here and here.lines else -1
        return next((term for term in rows if term.index > last), rows[0]) if here else None

    def _enter(self, term: Term, token: Token) -> _Instance:
        if self.current is None or self.current.family.name != term.family:
            self.current = _Instance(self.forms.families[term.family], token.start, token.end)
            self.instances.append(self.current)
        return self.current

    def _take_cell(self, instance: _Instance, token: Token) -> None:
        line = instance.lines[-1]
        # Fields before the words of their row belong to no row: the merged label fields of 三、本年度办理结果.
        if not line.cells or line.cells[-1].row == token.row or token.row < 0 or token.kind == "figure":
            line.cells.append(token)
        instance.end = max(instance.end, token.end)


def _choose_layout(instance: _Instance, line: Line, edition: str | None) -> Layout | None:
    """The columns of a row: those whose heads stand above it, else those that have as many figures."""
    layouts = instance.family.rows[line.row].layouts
    if len(layouts) == 1 and instance.family.name != "disclosure":
        return layouts[0]
    fitting = [
        layout
        for layout in layouts
        if len(line.heads) == len(layout.columns)
        and all(head in column.keys for head, column in zip(line.heads, layout.columns, strict=True))
    ]
    return fitting[0] if fitting else None


def _lines_to_place(instance: _Instance) -> Iterator[Line]:
    """The lines with figures of their own; the remedies are printed below their three heads."""
    lines = [line for line in instance.lines if instance.family.rows[line.row].layouts]
    pending: list[Line] = []
    for line in lines:
        pending.append(line)
        if line.cells and len(pending) > 1:
            width = len(line.cells) // len(pending)
            if width * len(pending) == len(line.cells) and width == len(
                instance.family.rows[line.row].layouts[0].columns
            ):
                cells = line.cells
                for i, waiting in enumerate(pending):
                    waiting.cells = cells[i * width : (i + 1) * width]
        if line.cells:
            pending = []
    yield from lines


def _to_value(cell: Token | None, text: str, code: str, money: bool) -> CellValue:
    if cell is None:
        return CellValue("blank")
    value = read_cell(text[cell.start : cell.end]) or CellValue("blank")
    if value.value is not None and money and value.unit in _MONEY:
        return CellValue(value.status, value.value * _MONEY[value.unit], "万元")
    return value


def _read_instance(source: Source, instance: _Instance, units: dict[str, str]) -> Iterator[Reading]:
    chosen: list[tuple[Line, Layout]] = []
    for line in _lines_to_place(instance):
        layout = _choose_layout(instance, line, None)
        if layout:
            chosen.append((line, layout))
    for width in sorted({len(layout.columns) for _, layout in chosen}):
        place(instance.family, [line for line, layout in chosen if len(layout.columns) == width], width)
    for line, layout in chosen:
        if line.placed is None:
            continue
        end = line.end
        for column, code, cell in zip(layout.columns, layout.codes, line.placed, strict=True):
            value = _to_value(cell, source.text, code, units[code] == "万元")
            span = source.span(cell.start, cell.end) if cell else source.span(end, end)
            end = cell.end if cell else end
            yield Reading(
                code,
                column.applicant,
                value.value,
                value.status,
                "exact",
                "table",
                span,
                f"{layout.editions[-1]}/{layout.table}",
            )


def _is_table(instance: _Instance) -> bool:
    filled = [line for line in instance.lines if line.cells]
    return len(filled) >= _LEAST_ROWS[instance.family.name]


def _vote(instances: Iterable[_Instance], readings: Iterable[Reading]) -> str | None:
    votes = Counter(reading.rule.split("/")[0] for reading in readings)
    return max(votes, key=lambda edition: votes[edition]) if votes else None


def read_tables(source: Source) -> TableReading:
    """Every statutory table of the text."""
    assembler = _Assembler(source.text)
    for token in find_tokens(source.text, 0, len(source.text)):
        assembler.feed(token)
    units = {entry.code: entry.unit for entry in load_entries()}
    instances = [instance for instance in assembler.instances if _is_table(instance)]
    readings = tuple(reading for instance in instances for reading in _read_instance(source, instance, units))
    regions = tuple((instance.start, instance.end) for instance in instances)
    return TableReading(_vote(instances, readings), readings, regions, ())
