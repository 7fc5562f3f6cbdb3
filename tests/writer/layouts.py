"""The flattenings: one function for each, from a form's sheets to a page with prose around and the cells' spans.

`write(name, figures, random)` prints a whole short report. What a layout loses (the place of a blank) it loses here
too; such cells are marked as not certain.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from tests.writer.labels import APPLICANT_HEADS, REMEDIES, REMEDY_HEADS, REMEDY_PARTS
from tests.writer.model import FormFigures, Key
from tests.writer.pen import Pen, Printed, PrintedCell
from tests.writer.sheets import Box, Sheet, cover, draw_sheets, expand
from tests.writer.style import Style, draw_style
from tests.writer.tearings import (
    write_blocks,
    write_by_file,
    write_by_height,
    write_columns,
    write_displaced,
    write_dumps,
)

Writer = Callable[[Pen, Sheet, Style, Random], None]

_ANY = ("plain", "plain", "plain", "full_width", "commas", "units", "signs")
_DELIMITED = (*_ANY, "blanks")
# Where blanks stand between cells a blank inside a number is no spelling but a loss.
_OPEN = ("plain", "plain", "full_width", "commas", "signs")

_OPENING = (
    "本报告由县政府办公室依照条例编写，数据从上年1月1日起算，到12月31日为止。",
    "联系电话：0555-6667788，邮编243000，欢迎来电。",
)
_PROSE = (
    "一年来，我们共开会12次，办结群众来信326件，比上年多出15.2%，网站访问量达到86万人次。",
    "全年发布解读材料四十余篇，回应关切9次，培训两期共180人。",
    "今后将压实责任，抽查30个单位，整改率力争达到100%。",
)
_PARTS = {
    "art20_一": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "remedies": "四、政府信息公开行政复议、行政诉讼情况",
}


def _cell(pen: Pen, box: Box, before: str = "", after: str = "") -> None:
    if box.key:
        pen.cell(box.key, box.text, before, after)
    else:
        pen.write(before + box.text + after)


def _grid(sheet: Sheet, style: Style) -> list[list[Box]]:
    """The rows as fields: merged boxes leave empty fields or none."""
    rows = expand(sheet.heads + sheet.rows, sheet.width)
    if style.merged == "kept":
        return [[box or Box("") for box in row] for row in rows]
    return [[box for box in row if box is not None] for row in rows]


def write_tabs(pen: Pen, sheet: Sheet, style: Style, random: Random, tab: str = "\t") -> None:
    """One row a line, tabs between."""
    for row in _grid(sheet, style):
        for i, box in enumerate(row):
            _cell(pen, box, tab if i else "")
        pen.write("\n")


def write_double_tabs(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """One row a line, two tabs between fields, as some readers of web pages print."""
    write_tabs(pen, sheet, style, random, "\t\t")


def write_pipes(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """One row a line, pipes between and perhaps around, perhaps a Markdown rule; a blank last cell may be missing."""
    outer = style.outer
    rule = outer == "both" and random.random() < 0.7
    cut = random.random() < 0.2
    for number, row in enumerate(_grid(sheet, style)):
        pen.write("| " if outer == "both" else "")
        for i, box in enumerate(row):
            last = i == len(row) - 1
            if last and i and cut and box.key and not box.text:
                pen.cell(box.key, "")
                continue
            _cell(pen, box, " | " if i else "")
        pen.write(" |\n" if outer != "none" else "\n")
        if rule and not number:
            pen.write("|" + " --- |" * len(row) + "\n")


def write_commas(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """As spreadsheets are saved: commas between, quotation marks around cells that hold one and around some others."""
    quoted = random.choice((0.0, 0.0, 0.3, 1.0))
    for row in _grid(sheet, style):
        for i, box in enumerate(row):
            mark = '"' if "," in box.text or random.random() < quoted else ""
            _cell(pen, box, ("," if i else "") + mark, mark)
        pen.write("\n")


def write_repeated(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """By pipes, a merged cell said again in every field that it covers; the small tables are of one grid."""
    width = 4 if sheet.name.startswith("art20") else sheet.width
    for row in cover(sheet.heads + sheet.rows, sheet.width):
        for box in (*row, *row[-1:] * (width - len(row))):
            if box.key in pen.spans:
                pen.write(f"| {box.text} ")
            else:
                _cell(pen, box, "| ", " ")
        pen.write("|\n")


def write_piped_lines(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """One cell a line, each closed by a pipe: what some page readers make of paragraphs inside cells.

    The pipe stands behind its cell or on the next line; a pipe on a line of its own may open every row.
    """
    kind = {"right": "behind", "none": "below", "both": "opened"}[style.outer]
    rows = expand(sheet.heads + sheet.rows, sheet.width)
    for row in rows:
        first = next(i for i, box in enumerate(row) if box is not None)
        pen.write("|\n" if kind == "opened" else "")
        for box in row[first:]:
            close = "\n|\n" if kind == "below" else " |\n" if not box or box.text else "|\n"
            _cell(pen, box or Box(""), "", close)


def write_html(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """A table of a web page: merged cells, paragraphs and inline tags in cells, figures and labels cut by tags."""
    tag = random.choice(("td", "th"))
    pen.write('<table border="1" cellspacing="0"><tbody>\n')
    for number, row in enumerate(sheet.heads + sheet.rows):
        pen.write("<tr>")
        for box in row:
            name = tag if number < len(sheet.heads) else "td"
            pen.write(f"<{name}{_spans(box)}>")
            _html_cell(pen, box, random)
            pen.write(f"</{name}>" if random.random() < 0.9 else "")
        pen.write("</tr>\n" if random.random() < 0.9 else "\n")
    pen.write("</tbody></table>\n")


def _spans(box: Box) -> str:
    rows = f' rowspan="{box.rows}"' if box.rows > 1 else ""
    columns = f" colspan={box.columns}" if box.columns > 1 else ""
    return rows + columns + ' style="width:66px"'


def _html_cell(pen: Pen, box: Box, random: Random) -> None:
    before, after = random.choice(
        (("", ""), ("<p>", "</p>"), ('<p align="center"><span>', "</span></p>\n"), (" ", "&nbsp;"))
    )
    text = _html_text(box.text, random)
    if box.key and box.text:
        pen.cell(box.key, text, before, after)
    elif box.key:
        pen.cell(box.key, "", before + random.choice(("", "&nbsp;", "<br/>")), after)
    else:
        pen.write(before + text + after)


def _html_text(text: str, random: Random) -> str:
    """The text with inline tags, entities or a line break inside."""
    kind = random.random()
    if kind < 0.2 and len(text) > 1:
        cut = random.randint(1, len(text) - 1)
        return f"{text[:cut]}</font><font face='宋体'>{text[cut:]}"
    if kind < 0.25 and len(text) > 6 and not text[0].isdigit():
        return f"{text[:3]}<br/>{text[3:]}"
    if kind < 0.3:
        return "".join(f"&#{ord(character)};" for character in text)
    return text.replace(" ", "&nbsp;")


def write_lines(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """One cell a line; a blank cell without a mark is an empty line."""
    for row in sheet.heads + sheet.rows:
        for box in row:
            if box.is_figure or box.text:
                _cell(pen, box, "", "\n")
    pen.write("\n")


def write_spaced_lines(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """One cell a line with an empty line between all cells."""
    for row in sheet.heads + sheet.rows:
        for box in row:
            if box.is_figure or box.text:
                _cell(pen, box, "", "\n\n")


def _width(text: str, double: bool) -> int:
    return sum(2 if double and ord(character) > 0x2E7F else 1 for character in text)


def _wrap(text: str, room: int, double: bool) -> list[str]:
    lines, line = [], ""
    for character in text:
        if line and _width(line + character, double) > room:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def _aligned_widths(sheet: Sheet) -> list[int]:
    if sheet.name == "statistics":
        return [44, 8, 14]
    if sheet.name == "requests":
        return [12, 14, 26] + [9] * (sheet.width - 3)
    if sheet.name == "remedies":
        return [9] * 15
    return [26] + [22] * (sheet.width - 1)


def write_aligned(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """Columns aligned by blanks, labels wrapped in their column, page numbers between pages: `pdftotext -layout`."""
    double = random.random() < 0.5
    fill = "\u3000" if double and random.random() < 0.3 else " "
    widths = _aligned_widths(sheet)
    right = random.random() < 0.5
    rows = sheet.heads + sheet.rows
    for number, row in enumerate(expand(rows, sheet.width)):
        _write_aligned_row(pen, row, widths, double, fill, right)
        if number > len(sheet.heads) and random.random() < 0.05:
            pen.write(f"\n{' ' * 40}- {random.randint(2, 19)} -\n\n")
    pen.write("\n")


def _write_aligned_row(
    pen: Pen, row: Sequence[Box | None], widths: list[int], double: bool, fill: str, right: bool
) -> None:
    blocks: list[tuple[int, int, Box, list[str]]] = []
    for i, box in enumerate(row):
        if box is not None:
            room = sum(widths[i : i + box.columns])
            wrapped = [box.text] if box.is_figure else _wrap(box.text, room - 2, double)
            blocks.append((sum(widths[:i]), room, box, wrapped))
    height = max(len(wrapped) for *_, wrapped in blocks)
    figure_line = (height - 1) // 2
    for number in range(height):
        at = 0
        for left, room, box, wrapped in blocks:
            piece = wrapped[number] if not box.is_figure and number < len(wrapped) else ""
            if box.is_figure:
                piece = box.text if number == figure_line else ""
            indent = max(0, room - 1 - _width(piece, double)) if box.is_figure and right else 1
            gap = max(1 if at else 0, left + indent - at)
            if box.is_figure and number == figure_line:
                # A blank cell has no character: its place is where the line stands.
                _aligned_cell(pen, box, piece, gap, fill)
                at += gap + _width(piece, double) if piece else 0
            elif piece:
                pen.write(_blanks(gap, fill) + piece)
                at += gap + _width(piece, double)
        pen.write("\n")


def _aligned_cell(pen: Pen, box: Box, piece: str, gap: int, fill: str) -> None:
    if box.key and piece:
        pen.cell(box.key, piece, _blanks(gap, fill))
    elif box.key:
        pen.cell(box.key, "")
    elif piece:
        pen.write(_blanks(gap, fill) + piece)


def _blanks(count: int, fill: str) -> str:
    if fill == " " or count < 2:
        return " " * count
    return fill * (count // 2) + " " * (count % 2)


def write_reading_order(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """A PDF read block by block: heads first, then labels and figures torn apart, page numbers in between."""
    kind = random.choice(("lines", "labels_first", "figures_first", "row_lines"))
    for row in sheet.heads:
        for box in row:
            for piece in _wrap(box.text, random.choice((2, 4, 30)), False):
                pen.write(piece + "\n")
    pages = _pages(sheet.rows, random)
    for number, page in enumerate(pages):
        if kind in ("lines", "row_lines"):
            for row in page:
                _reading_row(pen, row, kind == "row_lines", random)
        else:
            labels = [box for row in page for box in row if not box.is_figure and box.text]
            if kind == "labels_first":
                _reading_labels(pen, labels, random)
            for row in page:
                boxes = [box for box in row if box.is_figure]
                for i, box in enumerate(boxes):
                    _cell(pen, box, "", "\n" if i == len(boxes) - 1 else random.choice((" ", "\n")))
            if kind == "figures_first":
                _reading_labels(pen, labels, random)
        if number < len(pages) - 1:
            mark = random.choice(("- {} -", "-{}-", "— {} —", "第 {} 页"))
            pen.write(mark.format(number + 3) + "\n")


def _pages(rows: list[list[Box]], random: Random) -> list[list[list[Box]]]:
    if len(rows) < 8 or random.random() < 0.3:
        return [rows]
    cut = random.randint(4, len(rows) - 3)
    return [rows[:cut], rows[cut:]]


def _reading_labels(pen: Pen, labels: list[Box], random: Random) -> None:
    for box in labels:
        for piece in _wrap(box.text, random.choice((8, 14, 60)), False):
            pen.write(piece + "\n")


def _reading_row(pen: Pen, row: list[Box], one_line: bool, random: Random) -> None:
    labels = [box for box in row if not box.is_figure and box.text]
    figures = [box for box in row if box.is_figure]
    for box in labels[:-1]:
        pen.write("\n".join(_wrap(box.text, random.choice((9, 15, 60)), False)) + "\n")
    pieces = _wrap(labels[-1].text, random.choice((9, 15, 60)), False) if labels else []
    torn = len(pieces) > 1 and random.random() < 0.4
    for piece in pieces[: -1 if torn else None]:
        pen.write(piece + "\n")
    for i, box in enumerate(figures):
        _cell(pen, box, "", "\n" if i == len(figures) - 1 or not one_line else " ")
    if torn:
        pen.write(pieces[-1] + "\n")


def write_glued(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """Label, unit and figure without anything between; a row of several figures keeps blanks between them."""
    for row in sheet.heads:
        pen.write("".join(box.text for box in row) + "\n")
    for row in sheet.rows:
        figures = [box for box in row if box.is_figure]
        pen.write("".join(box.text for box in row if not box.is_figure))
        for i, box in enumerate(figures):
            _cell(pen, box, " " if i else "")
        pen.write("\n")


def write_split(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """The matrix in many small tables under wrong or numbered heads, the remedies in three; the rest by pipes."""
    if sheet.name == "requests":
        _write_split_matrix(pen, sheet, random)
    elif sheet.name == "remedies":
        _write_split_remedies(pen, sheet)
    else:
        write_pipes(pen, sheet, Style(merged="dropped", outer=style.outer), random)


def _write_split_matrix(pen: Pen, sheet: Sheet, random: Random) -> None:
    numbered = [f"列{i}" for i in range(1, 7)]
    heads = random.choice((numbered, ["自然人", *numbered[1:]], list(APPLICANT_HEADS[1:])))
    rows = list(sheet.rows)
    while rows:
        count = random.randint(1, 6)
        part, rows = rows[:count], rows[count:]
        width = sum(box.is_figure for box in part[0])
        pen.write("| 指标 | " + " | ".join((heads + ["总计"] * width)[:width]) + " |\n")
        pen.write("|" + " --- |" * (width + 1) + "\n")
        for row in part:
            labels = [box for box in row if not box.is_figure and box.text]
            for box in labels[:-1]:
                pen.write(f"{box.text}\n")
            pen.write(f"| {labels[-1].text if labels else ''} |")
            for box in row:
                if box.is_figure:
                    _cell(pen, box, " ", " |")
            pen.write("\n")
        pen.write("\n")


def _write_split_remedies(pen: Pen, sheet: Sheet) -> None:
    figures = iter(sheet.rows[0])
    for label, kind in REMEDIES:
        if kind == "litigation.direct":
            pen.write("行政诉讼\n\n")
        pen.write(f"{label}\n\n| {' | '.join(REMEDY_HEADS)} |\n|{' --- |' * 5}\n|")
        for _ in REMEDY_PARTS:
            _cell(pen, next(figures), " ", " |")
        pen.write("\n\n")


def write_row_lines(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """All figures of a row on one line, single blanks between, the label before them or on its own line."""
    own_line = random.random() < 0.5
    for row in sheet.heads:
        pen.write(" ".join(box.text for box in row) + "\n")
    for row in sheet.rows:
        labels = [box.text for box in row if not box.is_figure and box.text]
        figures = [box for box in row if box.is_figure]
        pen.write("\n".join(labels))
        pen.write("\n" if labels and (own_line or not figures) else "")
        for i, box in enumerate(figures):
            _cell(pen, box, " " if i or (labels and not own_line) else "")
        pen.write("\n" if figures else "")


_PAGE_HEAD = (
    "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>年度报告</title>\n"
    "<style>td{width:12px}</style><script>var a = 5 < 6; document.write('<td>99</td>');</script></head>\n<body>\n"
    "<div class='nav'><a href='/'>首页</a> | <a href='/a'>政务公开</a></div>\n"
    "<!-- <table><tr><td>7</td></tr></table> -->\n"
    "<table class='head'><tr><th>索 引 号</th><td>0031/2022-00012</td></tr>"
    "<tr><th>发布日期</th><td>2022-01-20</td></tr></table>\n"
)


def _write_html(sheets: list[Sheet], style: Style, random: Random, writer: Writer) -> Pen:
    """A whole page; now and then a table lays it out."""
    pen = Pen().write(_PAGE_HEAD)
    is_laid_out = random.random() < 0.5
    pen.write("<table width='100%'><tr><td>导航<br>栏目</td><td>\n" if is_laid_out else "<div>")
    pen.write("".join(f"<p>{line}</p>\n" for line in (*_OPENING, "一、总体情况", _PROSE[0])))
    for sheet in sheets:
        pen.write(f"<h2>{_PARTS.get(sheet.name, '')}</h2>\n")
        writer(pen, sheet, style, random)
    pen.write(f"<p>五、存在的主要问题及改进情况</p><p>{_PROSE[2]}</p>")
    pen.write("</td></tr></table>" if is_laid_out else "</div>")
    return pen.write("<div>版权所有 备案号：12345678号</div></body></html>\n")


def _write_text(sheets: list[Sheet], style: Style, random: Random, writer: Writer) -> Pen:
    pen = Pen()
    pen.write("岭南县政府信息公开工作年度报告\n" + "\n".join(_OPENING) + "\n一、总体情况\n" + _PROSE[0] + "\n")
    for sheet in sheets:
        heading = _PARTS.get(sheet.name)
        if heading:
            pen.write(f"{heading}\n")
        if sheet.name == "statistics":
            pen.write("政府信息公开情况统计表\n填报单位（盖章）：岭南县政府办公室\n")
        writer(pen, sheet, style, random)
    if sheets[0].name == "statistics":
        pen.write("单位负责人：王某 审核人：李某 联系电话：0555-6667788 填报日期：2018年1月15日\n")
    pen.write("五、存在的主要问题及改进情况\n" + _PROSE[2] + "\n岭南县人民政府办公室\n2022年1月20日\n")
    return pen


_WRITERS: dict[str, tuple[Writer, tuple[str, ...]]] = {
    "tabs": (write_tabs, _DELIMITED),
    "double_tabs": (write_double_tabs, _DELIMITED),
    "pipes": (write_pipes, _DELIMITED),
    "repeated": (write_repeated, _DELIMITED),
    "commas": (write_commas, _DELIMITED),
    "html": (write_html, _DELIMITED),
    "piped_lines": (write_piped_lines, _DELIMITED),
    "lines": (write_lines, _ANY),
    "one_line": (write_lines, _ANY),
    "spaced_lines": (write_spaced_lines, _ANY),
    "aligned": (write_aligned, _OPEN),
    "reading_order": (write_reading_order, _OPEN),
    "torn_by_height": (write_by_height, _OPEN),
    "torn_by_file": (write_by_file, _OPEN),
    "torn_dumps": (write_dumps, _OPEN),
    "torn_columns": (write_columns, _OPEN),
    "torn_displaced": (write_displaced, _OPEN),
    "torn_blocks": (write_blocks, _OPEN),
    "glued": (write_glued, _OPEN),
    "split": (write_split, _DELIMITED),
    "row_lines": (write_row_lines, _OPEN),
}
# Layouts in which a blank without a mark leaves nothing behind that shows its column.
_LOSING = frozenset(("reading_order", "glued", "row_lines"))

FLATTENINGS = tuple(_WRITERS)
# Layout 6, in which labels and figures are torn apart.
TORN = ("reading_order", *(name for name in FLATTENINGS if name.startswith("torn")))


def write(name: str, figures: FormFigures, random: Random, style: Style | None = None) -> Printed:
    """A report that prints ``figures`` in one flattening; habits of print are drawn unless ``style`` is given."""
    writer, spellings = _WRITERS[name]
    style = style or draw_style(random, spellings)
    if name == "one_line":
        style = replace(style, blank=style.blank or "-")
    page = _write_html if name == "html" else _write_text
    pen = page(draw_sheets(figures, style, random), style, random, writer)
    cells: dict[Key, PrintedCell] = {}
    unmarked = (name in _LOSING or name in TORN) and not style.blank
    for key, span in pen.spans.items():
        cell = figures.cells[key]
        row_blank = any(other.value is None for (code, _), other in figures.cells.items() if code == key[0])
        cells[key] = PrintedCell(cell.value, cell.status, span, not (unmarked and row_blank))
    text = pen.text.replace("\n", " ") if name == "one_line" else pen.text
    return Printed(text, cells)
