"""The tables of a form as sheets of boxes, before any flattening: heads, labels, merged boxes and figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.writer.labels import (
    APPLICANT_HEADS,
    APPLICANTS,
    BALANCE_NOTE,
    MATRIX,
    REMEDIES,
    REMEDY_HEADS,
    REMEDY_PARTS,
    SMALL_TABLES,
    STATISTICS,
    Row,
    SmallTable,
)
from tests.writer.model import Cell, FormFigures, Key
from tests.writer.style import Style


@dataclass(frozen=True)
class Box:
    """One box of a sheet. ``key`` marks a figure's box, whose text may be a blank mark."""

    text: str
    key: Key | None = None
    rows: int = 1
    columns: int = 1
    is_sum: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether the box holds a figure or a blank for one, not words."""
        return self.key is not None or self.is_sum


@dataclass
class Sheet:
    """A table: its boxes row by row, only where they begin; ``heads`` rows come first, ``width`` columns."""

    name: str
    width: int
    heads: list[list[Box]] = field(default_factory=list)
    rows: list[list[Box]] = field(default_factory=list)


@dataclass
class _Printer:
    figures: FormFigures
    style: Style
    random: Random

    def label(self, text: str) -> str:
        return self.style.label(text, self.random)

    def row_label(self, row: Row) -> str:
        return self.label(row.mark + row.words + (row.remark if self.style.remarks else ""))

    def box(self, key: Key, unit: str) -> Box:
        cell: Cell = self.figures.cells[key]
        if cell.value is None:
            return Box("不适用" if cell.status == "not_applicable" else self.style.blank, key)
        return Box(self.style.figure(cell.value, unit, key[0].endswith("items_change")), key)

    def has(self, code: str) -> bool:
        return any(key[0] == code for key in self.figures.cells)


def _statistics(printer: _Printer) -> Sheet:
    sheet = Sheet("statistics", 3, [[Box("统计指标"), Box("单位"), Box("统计数")]])
    for row in STATISTICS:
        label = Box(printer.row_label(row))
        if row.code is None:
            sheet.rows.append([label, Box(""), Box("")])
        elif printer.has(row.code):
            sheet.rows.append([label, Box(row.unit), printer.box((row.code, None), "")])
    return sheet


def _small(printer: _Printer, table: SmallTable) -> Sheet:
    width = len(table.heads) + 1
    swap = {"规范性文件": "行政规范性文件", "行政规范性文件": "规范性文件"} if printer.style.swapped_names else {}
    heads = [
        [Box(printer.label(f"第二十条第（{table.article}）项"), columns=width)],
        [Box("信息内容"), *(Box(printer.label(head)) for head in table.heads)],
    ]
    sheet = Sheet(f"art20_{table.article}", width, heads)
    for label, codes in table.rows:
        if printer.has(codes[0]):
            units = ("万元" if code in ("fees.amount", "procurement.amount") else "" for code in codes)
            boxes = [printer.box((code, None), unit) for code, unit in zip(codes, units, strict=True)]
            sheet.rows.append([Box(swap.get(label, label)), *boxes])
    return sheet


def _subtotal(printer: _Printer, code: str) -> Box:
    parts = [printer.figures.cells[code, applicant].value for applicant in APPLICANTS[1:6]]
    if all(part is None for part in parts):
        return Box(printer.style.blank, is_sum=True)
    return Box(f"{sum(part for part in parts if part is not None):f}", is_sum=True)


def _matrix_heads(style: Style, label: str) -> list[list[Box]]:
    inner = 6 if style.subtotal else 5
    organisations = [Box(head) for head in APPLICANT_HEADS[1:6]] + ([Box("小计")] if style.subtotal else [])
    return [
        [Box(label, rows=3, columns=3), Box("申请人情况", columns=inner + 2)],
        [Box("自然人", rows=2), Box("法人或其他组织", columns=inner), Box("总计", rows=2)],
        organisations,
    ]


def _matrix(printer: _Printer) -> Sheet:
    style = printer.style
    entries = [entry for entry in MATRIX[printer.figures.edition] if printer.has(entry.row.code or "")]
    sheet = Sheet("requests", 11 if style.subtotal else 10, _matrix_heads(style, printer.label(BALANCE_NOTE)))
    seen: set[str] = set()
    for entry in entries:
        labels: list[Box] = []
        if entry.part and entry.part not in seen:
            seen.add(entry.part)
            count = sum(other.part == entry.part for other in entries)
            labels.append(Box(printer.label(entry.part), rows=count))
        if entry.group and entry.group not in seen:
            seen.add(entry.group)
            count = sum(other.group == entry.group for other in entries)
            labels.append(Box(printer.label(entry.group), rows=count))
        columns = 3 - bool(entry.part) - bool(entry.group)
        labels.append(Box(printer.row_label(entry.row), columns=columns))
        code = entry.row.code or ""
        figures = [printer.box((code, applicant), "") for applicant in APPLICANTS]
        if style.subtotal:
            figures.insert(6, _subtotal(printer, code))
        sheet.rows.append(labels + figures)
    return sheet


def _remedies(printer: _Printer) -> Sheet:
    heads = [
        [Box("行政复议", columns=5), Box("行政诉讼", columns=10)],
        [*(Box(head, rows=2) for head in REMEDY_HEADS), Box(REMEDIES[1][0], columns=5), Box(REMEDIES[2][0], columns=5)],
        [Box(head) for head in (*REMEDY_HEADS, *REMEDY_HEADS)],
    ]
    row = [printer.box((f"{kind}.{part}", None), "") for _, kind in REMEDIES for part in REMEDY_PARTS]
    return Sheet("remedies", 15, heads, [row])


def draw_sheets(figures: FormFigures, style: Style, random: Random) -> list[Sheet]:
    """The sheets of a form in print order; a table of which nothing is left is not there."""
    printer = _Printer(figures, style, random)
    if figures.edition == "2014":
        return [_statistics(printer)]
    sheets = [_small(printer, table) for table in SMALL_TABLES[figures.edition]]
    sheets.append(_matrix(printer))
    if printer.has("review.total"):
        sheets.append(_remedies(printer))
    return [sheet for sheet in sheets if sheet.rows]


def cover(rows: Sequence[Sequence[Box]], width: int) -> list[list[Box]]:
    """Every field of a sheet with the box that covers it."""
    grid: list[list[Box]] = []
    open_boxes: dict[int, tuple[Box, int]] = {}
    for row in rows:
        line: list[Box] = []
        boxes = iter(row)
        while len(line) < width:
            column = len(line)
            above, left = open_boxes.get(column, (None, 0))
            if above and left:
                open_boxes[column] = above, left - 1
                line.append(above)
                continue
            box = next(boxes, Box(""))
            for offset in range(box.columns):
                if box.rows > 1:
                    open_boxes[column + offset] = box, box.rows - 1
                line.append(box)
        grid.append(line)
    return grid


def expand(rows: Sequence[Sequence[Box]], width: int) -> list[list[Box | None]]:
    """Every field of a sheet: a merged box in its first field, None in the others."""
    seen: set[int] = set()
    grid: list[list[Box | None]] = []
    for line in cover(rows, width):
        grid.append([])
        for box in line:
            grid[-1].append(None if id(box) in seen else box)
            seen.add(id(box))
    return grid
