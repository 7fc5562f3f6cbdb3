"""HTML as text: blocks become lines, table rows tabbed lines, everything keeps its offsets in the markup.

In: markup as submitted. Out: a `Page` with the text that a reader sees (already folded, see
`service.extraction.source`), the runs that lead back to the markup, the tables with their cells, and the
marks that carry meaning (``<title>``, headings, metadata). Script, style and comments are not text.
The tokens are turbohtml's, which reads as browsers do; it is imported here alone, when there is markup.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from service.extraction.layer import fold
from service.extraction.record import Record

if TYPE_CHECKING:
    from turbohtml import Token


class Cell(Record):
    """One table cell: its place in the grid and ``text[start:end]`` of the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    start: int
    end: int


class Table(Record):
    """One table: ``[start, end)`` of the page's text and its cells in reading order."""

    start: int
    end: int
    cells: tuple[Cell, ...]


class Mark(Record):
    """What the markup says of a stretch of text: ``kind`` is ``title``, ``h1`` … ``h6`` or ``meta``.

    ``title`` and ``meta`` marks have no text in the page: ``value`` is the title or the content, ``name`` the
    metadata's name (``PubDate``, ``2022-01-20``).
    """

    kind: str
    start: int
    end: int
    name: str | None = None
    value: str | None = None


class Page(Record):
    text: str
    runs: tuple[tuple[int, int, int], ...]
    tables: tuple[Table, ...]
    marks: tuple[Mark, ...]


_TAG_RE = re.compile(
    r"</?(?:html|body|head|div|p|table|tbody|tr|td|th|ul|li|h[1-6]|br|span|font|b|strong|em|u|i|a|img|sup|sub|section)"
    r"(?:\s[^<>]{0,2000})?/?>|<!doctype\b|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|middot|mdash|ensp|emsp|#\d{2,6});",
    re.IGNORECASE,
)
# Markup whose lines mean nothing has blocks of its own; else it is text with a tag or an entity in it.
_BLOCK_RE = re.compile(r"<(?:html|body|div|p|td|li|section|article)[\s>]", re.IGNORECASE)
_BREAK_RE = re.compile(r"<br\s*/?>", re.IGNORECASE)
_INVISIBLE = "\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_PIECE_RE = re.compile(rf"(?P<words>[^\s{_INVISIBLE}]+(?: [^\s{_INVISIBLE}]+)*)|(?P<blanks>\s+)|[{_INVISIBLE}]+")
_VERBATIM_RE = re.compile(rf"(?P<words>[^{_INVISIBLE}]+)|(?P<blanks>(?!))|[{_INVISIBLE}]+")

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# fmt: off
_BLOCKS = _HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main",
    "menu", "nav", "ol", "p", "pre", "section", "summary", "ul",
}
# fmt: on
_INLINE = frozenset(("a", "b", "em", "font", "i", "img", "o:p", "span", "strong", "sub", "sup", "u"))
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select"))
_HIDING = _UNSEEN | {"title"}
# Deeper tables are read as the text that they hold, so that no page can exhaust the stack.
_DEEPEST = 24
# No form is wider; a page that says colspan=1000 in every cell must not grow a thousandfold.
_WIDEST = 40
_LONGEST_CELL = 400


@dataclass(slots=True)
class _Text:
    """Characters of the markup from ``start``; ``end`` differs from their number where an entity stood."""

    value: str
    start: int
    end: int


@dataclass(slots=True)
class _Break:
    """The end of a line (1) or of a block (2)."""

    strength: int


@dataclass(slots=True)
class _Edge:
    """A heading begins or ends."""

    kind: str
    opens: bool


@dataclass(slots=True)
class _CellNode:
    row_span: int
    column_span: int
    items: "list[_Item]" = field(default_factory=list)


@dataclass(slots=True)
class _TableNode:
    rows: list[list[_CellNode]] = field(default_factory=list)


_Item = _Text | _Break | _Edge | _TableNode


def is_markup(raw: str) -> bool:
    """Whether a text is HTML, by its content: a tag or an entity of it."""
    return ("<" in raw or "&" in raw) and _TAG_RE.search(raw) is not None


def _is_verbatim(raw: str) -> bool:
    """Whether the lines of the text are its own and the markup only strewn in: a Markdown cell with a <br>."""
    return _BLOCK_RE.search(raw) is None and len(_BREAK_RE.findall(raw)) <= raw.count("\n")


class _TreeBuilder:
    """Tokens to a tree of tables and cells; everything else stays in a row."""

    def __init__(self, raw: str, unclosed: Mapping[str, int]) -> None:
        self.raw = raw
        # Which tags hide nothing from which token on, as the element that one of them begins there has no end.
        self.unclosed = unclosed
        self.items: list[_Item] = []
        self.here = self.items
        self.marks: list[Mark] = []
        # Open tables, each with its open cell if any.
        self.open: list[tuple[_TableNode, list[_Item]]] = []
        self.cells: list[_CellNode | None] = []
        self.too_deep = 0
        self.unseen: str | None = None
        self.title: list[str] | None = None
        self.hidden_from = 0

    def build(self) -> None:
        """Read the whole markup."""
        from turbohtml import TokenType, tokenize

        # Characters that the tokeniser would drop or join: blanks of the same length keep the offsets.
        text = self.raw.replace("\r", " ").replace("\0", " ").replace("</>", "   ")
        starts = TokenType.START_TAG
        at = 0
        for number, token in enumerate(tokenize(text, resolve_references=False, capture_source=True)):
            kind, tag = token.type, token.tag
            source = token.source
            end = at + len(token.data or "" if source is None else source)
            if tag is None:
                if kind in (TokenType.TEXT, TokenType.CHARACTER_REFERENCE):
                    self._text(token.data or "", at, end)
            elif tag not in _INLINE:
                if kind is starts:
                    self._start_tag(tag, token, number)
                else:
                    self._end_tag(tag)
            at = end

    def find_unclosed(self) -> str | None:
        """The tag of the element that hides what follows to the end, if there is one."""
        return "title" if self.title is not None else self.unseen

    def _move(self) -> None:
        """Find where text goes now: to the open cell, or around the table that has none open."""
        if self.open:
            cell = self.cells[-1]
            self.here = cell.items if cell else self.open[-1][1]
        else:
            self.here = self.items

    def _text(self, value: str, start: int, end: int) -> None:
        if self.unseen:
            return
        if self.title is not None:
            self.title.append(value)
        elif not self.open or self.cells[-1] or value.strip():
            self.here.append(_Text(value, start, end))

    def _start_tag(self, tag: str, token: "Token", number: int) -> None:
        if self.unseen:
            return
        if tag in _HIDING and number < self.unclosed.get(tag, number + 1):
            self.hidden_from = number
            if tag == "title":
                self.title = []
            else:
                self.unseen = tag
        elif tag == "meta":
            name, content = token.attr("name") or token.attr("property"), token.attr("content")
            if name and content:
                self.marks.append(Mark("meta", 0, 0, name, content))
        elif tag == "br":
            self.here.append(_Break(1))
        elif tag in ("table", "tr", "td", "th"):
            self._start_grid(tag, token)
            self._move()
        elif tag in _BLOCKS:
            self.here.append(_Break(2))
            if tag in _HEADINGS:
                self.here.append(_Edge(tag, True))

    def _start_grid(self, tag: str, token: "Token") -> None:
        if tag == "table":
            if len(self.open) >= _DEEPEST:
                self.too_deep += 1
                return
            table = _TableNode()
            outside = self.here
            outside.append(table)
            self.open.append((table, outside))
            self.cells.append(None)
        elif self.open and not self.too_deep:
            table = self.open[-1][0]
            self.cells[-1] = None
            if tag == "tr" or not table.rows:
                table.rows.append([])
            if tag != "tr":
                cell = _CellNode(_read_span(token.attr("rowspan")), _read_span(token.attr("colspan")))
                table.rows[-1].append(cell)
                self.cells[-1] = cell
        else:
            self.here.append(_Break(2))

    def _end_tag(self, tag: str) -> None:
        if self.unseen:
            self.unseen = None if tag == self.unseen else self.unseen
        elif tag == "title" and self.title is not None:
            self.marks.append(Mark("title", 0, 0, None, " ".join("".join(self.title).split())))
            self.title = None
        elif tag in ("table", "tr", "td", "th"):
            self._end_grid(tag)
            self._move()
        elif tag in _BLOCKS:
            if tag in _HEADINGS:
                self.here.append(_Edge(tag, False))
            self.here.append(_Break(2))

    def _end_grid(self, tag: str) -> None:
        if self.too_deep:
            self.too_deep -= tag == "table"
        elif self.open:
            if tag == "table":
                self.open.pop()
                self.cells.pop()
            else:
                self.cells[-1] = None


def _read_span(printed: str | None) -> int:
    value = (printed or "1").strip()
    return max(1, min(int(value), _WIDEST)) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _is_grid(table: _TableNode) -> bool:
    """Whether a table holds data; one that lays out a page has tables, long text or single cells in it."""
    widest = max((len(row) for row in table.rows), default=0)
    return widest > 1 and not any(_is_long(cell) for row in table.rows for cell in row)


def _is_long(cell: _CellNode) -> bool:
    if any(isinstance(item, (_TableNode, _Edge)) for item in cell.items):
        return True
    return sum(len(item.value.strip()) for item in cell.items if isinstance(item, _Text)) > _LONGEST_CELL


class _Place(NamedTuple):
    """A cell in its grid: ``[column, end)``."""

    cell: _CellNode
    column: int
    end: int


def _skip_covered(column: int, covered: dict[int, int]) -> int:
    """The next column of a row that no cell of a row above reaches into."""
    while covered.get(column, 0):
        covered[column] -= 1
        column += 1
    return column


def _place_cells(rows: Iterable[list[_CellNode]]) -> Iterator[tuple[list[_Place], int]]:
    """For each row its cells in their columns, and where it ends."""
    covered: dict[int, int] = {}
    for row in rows:
        places: list[_Place] = []
        column = 0
        for cell in row:
            column = _skip_covered(column, covered)
            end = column + min(cell.column_span, max(1, _WIDEST - column))
            places.append(_Place(cell, column, end))
            if cell.row_span > 1:
                covered |= dict.fromkeys(range(column, min(end, _WIDEST)), cell.row_span - 1)
            column = end
        yield places, _skip_covered(column, covered)


class _Printer:
    """Prints the tree as text and notes where each piece came from."""

    def __init__(self, is_verbatim: bool) -> None:
        self.is_verbatim = is_verbatim
        self.pieces: list[str] = []
        self.length = 0
        self.runs: list[tuple[int, int, int]] = []
        self.tables: list[Table] = []
        self.marks: list[Mark] = []
        self.pending = 0
        self.blank: tuple[int, int] | None = None
        self.at = 0
        self.headings: list[tuple[str, int]] = []

    def print_items(self, items: list[_Item], in_row: bool) -> None:
        """Everything of one container; in a row line ends are blanks."""
        for item in items:
            if isinstance(item, _Text):
                self._print_text(item, in_row)
            elif isinstance(item, _TableNode):
                self._print_table(item)
            elif isinstance(item, _Edge):
                self._print_edge(item)
            elif in_row or (self.is_verbatim and item.strength == 1):
                self.blank = (self.at, self.at)
            else:
                self.pending = max(self.pending, item.strength)

    def _print_edge(self, edge: _Edge) -> None:
        if edge.opens:
            self._flush()
            self.headings.append((edge.kind, self.length))
        elif self.headings and self.headings[-1][0] == edge.kind:
            kind, start = self.headings.pop()
            if start < self.length:
                self.marks.append(Mark(kind, start, self.length))

    def _print_text(self, item: _Text, in_row: bool) -> None:
        value = fold(item.value)
        is_entity = item.end - item.start != len(value)
        pattern = _VERBATIM_RE if self.is_verbatim and not in_row else _PIECE_RE
        for match in pattern.finditer(value):
            start, end = (item.start, item.end) if is_entity else (item.start + match.start(), item.start + match.end())
            if match.lastgroup == "words":
                self._flush()
                self._write(match[0], start, end)
            elif match.lastgroup == "blanks":
                self.blank = (start, end)
            self.at = end

    def _flush(self) -> None:
        """Write the line end or blank that is due."""
        if self.pending and self.length:
            self._write("\n" * self.pending, self.at, self.at)
        elif self.blank and self.length and self.pieces[-1][-1] not in "\n\t":
            self._write(" ", *self.blank)
        self.pending, self.blank = 0, None

    def _write(self, text: str, start: int, end: int) -> None:
        self.runs.append((self.length, start, end))
        self.pieces.append(text)
        self.length += len(text)

    def _print_table(self, table: _TableNode) -> None:
        self.pending = 2
        if _is_grid(table):
            self._flush()
            self._print_grid(table)
        else:
            for row in table.rows:
                for cell in row:
                    self.print_items(cell.items, False)
                    self.pending = 2
        self.pending = 2

    def _print_grid(self, table: _TableNode) -> None:
        start = self.length
        cells: list[Cell] = []
        rows = list(_place_cells(table.rows))
        # A column that no cell begins in is none: a page that says colspan=2 in every cell is half as wide.
        columns = sorted({place.column for row, _ in rows for place in row})
        for number, (row, end) in enumerate(rows):
            if number:
                self._write("\n", self.at, self.at)
            field = 0
            for place in row:
                first, last = bisect_left(columns, place.column), bisect_left(columns, place.end)
                self._print_tabs(first - field)
                field = first
                cells.append(self._print_cell(place.cell, number, first, last - first))
            self._print_tabs(bisect_left(columns, end) - 1 - field)
        self.tables.append(Table(start, self.length, tuple(cells)))

    def _print_tabs(self, count: int) -> None:
        """The ends of so many fields, those that a merged cell covers among them."""
        for _ in range(count):
            self._write("\t", self.at, self.at)

    def _print_cell(self, cell: _CellNode, row: int, column: int, width: int) -> Cell:
        self.blank, self.pending = None, 0
        start = self.length
        self.print_items(cell.items, True)
        self.blank = None
        return Cell(row, column, cell.row_span, width, start, self.length)


def _build_tree(raw: str) -> _TreeBuilder:
    """The tree of the markup, read anew for each tag of which an element turns out to have no end: it hides nothing."""
    unclosed: dict[str, int] = {}
    while True:
        builder = _TreeBuilder(raw, unclosed)
        builder.build()
        tag = builder.find_unclosed()
        if tag is None:
            return builder
        unclosed[tag] = builder.hidden_from


def read_markup(raw: str) -> Page:
    """The page that a reader sees."""
    builder = _build_tree(raw)
    printer = _Printer(_is_verbatim(raw))
    printer.print_items(builder.items, False)
    marks = (*builder.marks, *printer.marks)
    return Page("".join(printer.pieces), tuple(printer.runs) or ((0, 0, 0),), tuple(printer.tables), marks)
