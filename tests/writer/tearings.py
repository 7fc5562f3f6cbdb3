"""Layout 6: how converters of PDF files tear a table, one function for each habit, as `layouts` has them.

`pdftotext` prints lines by height and column, so that merged labels come in fragments beside or behind their rows;
its raw mode and `pypdf` follow the file; `pdfminer` dumps blocks of labels and of figures, by rows or by columns.
"""

from collections.abc import Iterator, Sequence
from random import Random

from tests.writer.pen import Pen
from tests.writer.sheets import Box, Sheet
from tests.writer.style import Style

_MARKS = ("- {} -", "-{}-", "— {} —", "第 {} 页", "{}")


def wrap(text: str, room: int) -> list[str]:
    """The text in lines of so many characters."""
    return [text[at : at + room] for at in range(0, len(text), room)] or [""]


def _write_cell(pen: Pen, box: Box, after: str) -> None:
    if box.key:
        pen.cell(box.key, box.text, "", after)
    else:
        pen.write(box.text + after)


def write_figures(pen: Pen, boxes: Sequence[Box], between: str) -> None:
    """Figures with something between, a line end behind the last."""
    for i, box in enumerate(boxes):
        _write_cell(pen, box, "\n" if i == len(boxes) - 1 else between)


def _split_row(row: Sequence[Box]) -> tuple[list[Box], list[Box], list[Box]]:
    """The merged labels that begin in a row, its own label with its unit, and its figures."""
    labels = [box for box in row if not box.is_figure and box.text]
    merged = [box for box in labels if box.rows > 1]
    return merged, [box for box in labels if box.rows == 1], [box for box in row if box.is_figure]


def _write_labels(pen: Pen, labels: Sequence[Box], room: int, between: str = "\n") -> None:
    for box in labels:
        pen.write("\n".join(wrap(box.text, room)) + between)


def _write_heads(pen: Pen, sheet: Sheet, random: Random) -> None:
    room = random.choice((2, 4, 30))
    for row in sheet.heads:
        for box in row:
            # Only heads over one column are narrow.
            pen.write("\n".join(wrap(box.text, room if box.columns == 1 else 30)) + "\n")


def _find_pages(rows: Sequence[list[Box]], random: Random) -> list[list[list[Box]]]:
    if len(rows) < 8 or random.random() < 0.3:
        return [list(rows)]
    cut = random.randint(4, len(rows) - 3)
    return [list(rows[:cut]), list(rows[cut:])]


def _write_foot(pen: Pen, mark: str, number: int) -> None:
    pen.write(mark.format(number) + "\n")


def _find_middles(rows: Sequence[list[Box]]) -> dict[int, list[str]]:
    """The merged labels of a page by the row beside whose middle they stand."""
    found: dict[int, list[str]] = {}
    for i, row in enumerate(rows):
        for box in _split_row(row)[0]:
            found.setdefault(i + min(box.rows, len(rows) - i) // 2, []).append(box.text)
    return found


def write_by_height(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """`pdftotext`: merged labels in fragments, in the middle of their rows or behind the page's rows; pairs of rows."""
    _write_heads(pen, sheet, random)
    room, own_room = random.choice((3, 4)), random.choice((10, 13, 30))
    between = random.choice(("\n", "\n\n"))
    is_late = random.random() < 0.5
    mark = random.choice(_MARKS[:-1])
    pages = _find_pages(sheet.rows, random)
    for number, page in enumerate(pages):
        merged = _find_middles(page)
        late = [text for texts in merged.values() for text in texts] if is_late else []
        waiting: list[Box] = []
        for i, row in enumerate(page):
            for text in () if is_late else merged.get(i, ()):
                pen.write("\n".join(wrap(text, room)) + between)
            _, labels, figures = _split_row(row)
            _write_labels(pen, labels, own_room, between)
            # Beside a fragment two rows come label by label, then figure by figure.
            if i in merged and not is_late and i + 1 < len(page) and not waiting:
                waiting = figures
                continue
            write_figures(pen, [*waiting, *figures], between)
            pen.write("\n" if between == "\n\n" else "")
            waiting = []
        for text in late:
            pen.write("\n".join(wrap(text, room)) + between)
        if number < len(pages) - 1:
            _write_foot(pen, mark, number + 3)


def _gap(labels: Sequence[Box], figures: Sequence[Box], room: int) -> str:
    """Figures follow a label in its line where it is not wrapped."""
    return " " if figures and labels and len(labels[-1].text) <= room else "\n"


def write_by_file(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """`pdftotext -raw`: boxes as the file has them, figures behind wrapped labels in a line; heads on each page."""
    own_room = random.choice((9, 12, 30))
    repeats = random.random() < 0.5
    mark = random.choice(_MARKS[:-1])
    pages = _find_pages(sheet.rows, random)
    for number, page in enumerate(pages):
        if number == 0 or repeats:
            _write_heads(pen, sheet, random)
        for row in page:
            merged, labels, figures = _split_row(row)
            _write_labels(pen, merged, 3)
            _write_labels(pen, labels[:-1], own_room)
            _write_labels(pen, labels[-1:], own_room, _gap(labels, figures, own_room))
            write_figures(pen, figures, " ")
        if number < len(pages) - 1:
            _write_foot(pen, mark, number + 3)


def write_dumps(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """Labels of a page, then its figures row by row, the bare number of the page behind them."""
    _write_heads(pen, sheet, random)
    pages = _find_pages(sheet.rows, random)
    number = random.randint(2, 9)
    mark = random.choice(_MARKS)
    for page in pages:
        for row in page:
            merged, labels, _ = _split_row(row)
            _write_labels(pen, [*merged, *labels], random.choice((8, 14, 60)))
        for row in page:
            write_figures(pen, _split_row(row)[2], random.choice((" ", "\n")))
        if page is not pages[-1]:
            _write_foot(pen, mark, number)


def write_columns(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """Labels of a page, then its figures column by column."""
    _write_heads(pen, sheet, random)
    pages = _find_pages(sheet.rows, random)
    for number, page in enumerate(pages):
        for row in page:
            merged, labels, _ = _split_row(row)
            _write_labels(pen, [*merged, *labels], 60)
        for box in _by_columns([_split_row(row)[2] for row in page]):
            _write_cell(pen, box, "\n")
        if number < len(pages) - 1:
            _write_foot(pen, "- {} -", number + 3)


def _by_columns(rows: Sequence[Sequence[Box]]) -> Iterator[Box]:
    for column in range(max(map(len, rows), default=0)):
        yield from (row[column] for row in rows if column < len(row))


def write_blocks(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """`pdfminer`: blocks of some rows and some columns, in no order that the text shows."""
    _write_heads(pen, sheet, random)
    for row in sheet.rows:
        merged, labels, _ = _split_row(row)
        _write_labels(pen, [*merged, *labels], 60, "\n\n")
    rows = [_split_row(row)[2] for row in sheet.rows]
    if len(rows) < 2:
        write_figures(pen, rows[0], "\n\n")
        return
    cut = random.randint(1, len(rows) - 1)
    width = max(map(len, rows))
    columns = random.sample(range(width), width)
    for part in (rows[:cut], rows[cut:]):
        for column in columns:
            for row in part:
                if column < len(row):
                    _write_cell(pen, row[column], "\n\n")


def write_displaced(pen: Pen, sheet: Sheet, style: Style, random: Random) -> None:
    """`pdftotext` where a figure stands a little higher than its row: it is printed elsewhere."""
    _write_heads(pen, sheet, random)
    moved = random.randrange(len(sheet.rows)) if sheet.name == "requests" else -1
    lost: list[Box] = []
    for i, row in enumerate(sheet.rows):
        merged, labels, figures = _split_row(row)
        _write_labels(pen, merged, 4, "\n\n")
        _write_labels(pen, labels, 12, "\n\n")
        if i == moved:
            lost = [figures.pop()]
        write_figures(pen, figures, "\n\n")
        pen.write("\n")
        if lost and i > moved:
            write_figures(pen, lost, "\n")
            lost = []
    write_figures(pen, lost, "\n")
