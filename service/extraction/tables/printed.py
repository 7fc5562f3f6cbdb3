"""A statutory table as a text prints it, while it is read and when it has been.

In: the labels, cells and strange words of a table in reading order, each told by `alignment`. Out: `Printed`: its rows
(`Entry`), the runs of cells between labels (`Run`), words that the form does not know (`Stranger`). Labels may come in
pieces. It looks at no text.
"""

from collections import deque
from typing import Literal

from msgspec import field

from service.extraction.codebook.tables import Family, Term, load_forms
from service.extraction.record import Draft
from service.extraction.tables.cells import Cell
from service.extraction.tables.labels import UNIT_MULTIPLES, Piece, is_unit

RunKind = Literal["row", "line", "stream"]

_MOST_BEGUN = 64
# As many characters of a label tell it.
ENOUGH = 4
_RARELY = 10
_FEWEST = 2


class Entry(Draft):
    """A row as printed: ``[start, end)`` of its label, its last line, the heads above it and where they stand.

    ``unit`` is that of its own field: 元, where the form has 万元. ``is_similar``: its words are only like the label.
    """

    row: int
    start: int
    end: int
    line: int
    heads: tuple[str, ...]
    head_cells: tuple[Cell, ...] = ()
    unit: str | None = None
    is_similar: bool = False


class Run(Draft):
    """Cells that no label parts. ``kind`` row: fields of one delimited line; line: one open line; stream: any.

    ``entry`` is the row whose label, or a part of it, stands before them in their line.
    """

    kind: RunKind
    line: int
    entry: Entry | None
    cells: list[Cell] = field(default_factory=list)

    @property
    def has_figures(self) -> bool:
        """Whether it is more than blanks."""
        return any(cell.kind == "figure" for cell in self.cells)


class Stranger(Draft):
    """Words that are no part of the form; ``is_row`` where they look like a row of their own."""

    start: int
    end: int
    line: int
    is_row: bool


class Break(Draft):
    """New heads: another printed table of the family begins, or another page of one."""


Event = Entry | Run | Stranger | Break


class Printed(Draft):
    """One table: everything of it in reading order; ``[start, end)`` from its first label to its last cell.

    ``heads`` counts the heads over its columns, ``parted`` its lone figures below an empty line, ``joined`` the others,
    ``tight`` its lines of words that stand right below other lines.
    """

    family: Family
    start: int
    end: int
    events: list[Event] = field(default_factory=list)
    heads: int = 0
    parted: int = 0
    joined: int = 0
    tight: int = 0

    @property
    def is_parted(self) -> bool:
        """Whether an empty line stands above all its figures, so that one alone is no blank cell."""
        if self.parted <= _RARELY * self.joined:
            return False
        figures = sum(cell.kind == "figure" for event in self.events if isinstance(event, Run) for cell in event.cells)
        return 2 * self.parted > figures


class _Begun(Draft):
    """A label of which only a part has been printed: the pieces that it may be so far, its row or its head."""

    pieces: tuple[Piece, ...]
    entry: Entry | None


class Table:
    """A table while it is read: what has been printed of it so far."""

    def __init__(self, family: Family, start: int) -> None:
        self.family = family
        self.printed = Printed(family, start, start)
        self.entries: dict[int, Entry] = {}
        self.places: dict[int, int] = {}
        self.filled: set[int] = set()
        self.last_row = -1
        self.begun: deque[_Begun] = deque(maxlen=_MOST_BEGUN)
        self.heads: list[tuple[str | _Begun, Cell]] = []
        self.in_heads = False
        self.run: Run | None = None
        self.latest: Entry | None = None
        # A narrow column wraps 万元: its first half stands before the label of its row or behind it.
        self.multiple = ""

    @property
    def is_below_rows(self) -> bool:
        """Whether rows have been printed, and no heads below them."""
        return bool(self.filled) and not self.in_heads

    def choose(self, terms: list[Term], is_row: bool | None) -> Term:
        """Which of the things that one name may mean: 其他 and 总计 are columns among heads, rows among rows."""
        rows = [term for term in terms if term.kind == "row"]
        columns = [term for term in terms if term.kind != "row"]
        is_sure = bool(is_row)
        is_row = not self.in_heads if is_row is None else is_row
        if columns and not (rows and is_row):
            return columns[0]
        free = [term for term in rows if term.index not in self.filled]
        later = [term for term in free if term.index > self.last_row]
        # A merged label may be said again in each of its fields: （七）总计 below （七）总计.
        again = [term for term in free if term.index == self.last_row and is_sure]
        # Behind the last rows 其他 is no row: it is the head of another table.
        return (later or again or (is_sure and free) or columns or free or rows)[0]

    def touch(self, index: int, cell: Cell) -> Entry:
        """The row of a label that begins here; one that is said again is the row with whose figures it is said."""
        entry = self.entries.get(index)
        is_again = entry is not None and entry.line != cell.line and self.printed.events[-1] is not entry
        if entry and is_again and index not in self.filled and not self.family.rows_are_heads:
            # It was the title of its figures' table, or a head of another one.
            self._drop(entry, is_row=False)
            entry = None
        if entry is None:
            head_cells = tuple(head_cell for _, head_cell in self.heads)
            entry = Entry(index, cell.start, cell.end, cell.line, self._head_keys(), head_cells)
            self.entries[index] = entry
            self.places[index] = len(self.printed.events)
            self.printed.events.append(entry)
        self.extend(entry, cell)
        self.in_heads = False
        if self.family.rows[index].layouts:
            self.last_row = index
        return entry

    def settle(self, entry: Entry) -> None:
        """The label of a row has been read in full: none of its pieces is waited for."""
        entry.is_similar = False
        for begun in self.begun:
            if begun.entry is entry:
                begun.pieces = ()

    def _drop(self, entry: Entry, is_row: bool) -> None:
        """The words of a row are no label of it."""
        del self.entries[entry.row]
        self.printed.events[self.places[entry.row]] = Stranger(entry.start, entry.end, entry.line, is_row)
        for begun in self.begun:
            if begun.entry is entry:
                begun.entry = None

    def give_way(self, index: int) -> None:
        """Before the label of a row, words that are only like it and have figures were a row of the office's own.

        Offices add rows: 废止规范性文件数 above 制发规范性文件总数 is no other spelling of it.
        """
        if index not in self.filled or not self.entries[index].is_similar:
            return
        entry = self.entries[index]
        self._drop(entry, is_row=True)
        for event in self.printed.events:
            if isinstance(event, Run) and event.entry is entry:
                event.entry = None
        self.filled.discard(index)
        self.run = self.latest = None

    def extend(self, entry: Entry | None, cell: Cell) -> None:
        """More words of a label: the cells after them are no more those before them."""
        self.printed.end = max(self.printed.end, cell.end)
        if entry:
            entry.end, entry.line = max(entry.end, cell.end), cell.line
            self.run, self.latest = None, entry

    def take_unit(self, words: str) -> bool:
        """The unit of the latest row, or the first half of one; False where the words are none."""
        if words in UNIT_MULTIPLES:
            self.multiple = words
            return True
        if not is_unit(words):
            return False
        if self.latest:
            self.latest.unit, self.multiple = self.multiple + words, ""
        return True

    def take_head(self, head: str | _Begun | None, cell: Cell) -> None:
        """A head over the columns; the heads of a new line of rows replace those of the last."""
        if not self.in_heads:
            self.heads = []
            if not self.family.rows_are_heads:
                self.printed.events.append(Break())
                self.run = self.latest = None
        self.in_heads = True
        self.printed.end = max(self.printed.end, cell.end)
        if head is not None:
            self.heads.append((head, cell))
            self.printed.heads += 1

    def _head_keys(self) -> tuple[str, ...]:
        keys = load_forms().keys
        return tuple(head if isinstance(head, str) else keys[head.pieces[0].label] for head, _ in self.heads)

    def add_cell(self, cell: Cell, kind: RunKind) -> None:
        """A cell behind the last label."""
        if not self.printed.events and cell.kind != "figure":
            return
        last = self.printed.events[-1] if self.printed.events else None
        is_open = kind != "row"
        if isinstance(last, Stranger) and is_open and (last.line == cell.line or self._is_others(last, cell)):
            # What follows strange words in their line is theirs: 填报日期：2019 年 1 月 10 日. So is what follows them
            # behind a row that has all its figures: 政务客户端公开政府信息数 below 4.政务微信公开政府信息数 and 8.
            last.is_row, self.run = True, None
        if self.run is None:
            latest = self.latest
            self.run = Run(kind, cell.line, latest if latest and latest.line == cell.line else None)
            self.printed.events.append(self.run)
        elif self.run.kind == "line" and self.run.line != cell.line:
            if cell.kind == "soft" and (len(self.run.cells) > 1 or self.run.entry):
                # Below a whole row an empty line is no cell.
                return
            self.run.kind = "stream"
        self.run.cells.append(cell)
        if cell.kind == "figure":
            self.printed.end = max(self.printed.end, cell.end)
            if self.last_row >= 0:
                self.filled.add(self.last_row)

    def _is_others(self, stranger: Stranger, cell: Cell) -> bool:
        """Whether a figure behind strange words is theirs: the row before has one for each of its columns.

        A pipe in a line of its own is no words.
        """
        if self.run is None or cell.kind != "figure" or stranger.end - stranger.start < _FEWEST:
            return False
        figures = sum(each.kind == "figure" for each in self.run.cells)
        if self.last_row < 0:
            # Above the first row of the form the heads tell how many columns there are.
            return figures == len(set(self._head_keys()))
        widths = {len(layout.columns) for layout in self.family.rows[self.last_row].layouts}
        if len(widths) > 1 and self.last_row in self.entries:
            # 行政许可 has three columns or one, by the heads over it.
            widths &= {len(set(self.entries[self.last_row].heads))}
        return widths == {figures}

    def add_stranger(self, cell: Cell, is_row: bool) -> None:
        """Words that the form does not know."""
        if self.printed.events:
            self.printed.events.append(Stranger(cell.start, cell.end, cell.line, is_row))
            if is_row:
                self.run = self.latest = None

    def begin(self, pieces: tuple[Piece, ...], entry: Entry) -> None:
        """Wait for the rest of a row's label."""
        self.begun.append(_Begun(pieces, entry))

    def continue_label(self, pieces: tuple[Piece, ...], cell: Cell) -> bool:
        """The next characters of a label that was begun: 全和社会稳定 below 危及国家安全、公共安全、经济安."""
        for begun in self.begun:
            ends = {(piece.label, piece.term): piece.end for piece in begun.pieces}
            following = tuple(piece for piece in pieces if ends.get((piece.label, piece.term)) == piece.start)
            if following:
                begun.pieces = following
                if begun.entry and all(piece.term.index != begun.entry.row for piece in following):
                    self._rename(begun.entry, following)
                self.extend(begun.entry, cell)
                return True
        return False

    def _rename(self, entry: Entry, pieces: tuple[Piece, ...]) -> None:
        """A row whose first words were those of another one: 政府网站 was not 政府网站公开政府信息数."""
        index = next((piece.term.index for piece in pieces if piece.term.index not in self.entries), None)
        if index is not None:
            del self.entries[entry.row]
            self.entries[index] = entry
            self.places[index] = self.places.pop(entry.row)
            entry.row = index
            self.last_row = index

    def start_label(self, pieces: tuple[Piece, ...], cell: Cell, is_row: bool) -> bool:
        """The first characters of a label, or enough of its later ones; rows come in their order."""
        if not is_row and self.ends_latest(pieces):
            self.extend(self.latest, cell)
            return True
        heads = tuple(piece for piece in pieces if piece.term.kind != "row" and piece.start == 0)
        rows = [piece for piece in pieces if piece.term.kind == "row" and piece.term.index not in self.filled]
        # 政府信息 inside a label that is printed already is no row whose first characters were lost. What is like a
        # whole label is a row of its own where that row has its figure, or is a group that has none.
        is_known = any(
            piece.term.kind == "row"
            and piece.term.index in self.entries
            and not (piece.is_whole and self._is_done(piece.term.index))
            for piece in pieces
        )
        rows = [piece for piece in rows if self._may_start(piece, is_known)]
        rows.sort(key=lambda piece: (piece.start > 0, piece.term.index <= self.last_row, piece.term.index))
        if rows and not (heads and self.in_heads and not is_row):
            entry = self.touch(rows[0].term.index, cell)
            entry.is_similar = rows[0].is_whole and entry.start == cell.start
            self.begin(tuple(rows), entry)
            return True
        if heads:
            begun = _Begun(heads, None)
            self.begun.append(begun)
            self.take_head(begun if heads[0].term.kind != "head" else None, cell)
        return bool(heads) or is_known

    def _is_done(self, index: int) -> bool:
        """Whether a row waits for no figure."""
        return index in self.filled or not self.family.rows[index].layouts

    def _may_start(self, piece: Piece, is_known: bool) -> bool:
        """Whether a row's label may start with a piece: with its first characters, or with enough of its later ones.

        Words that are only like a label name no row above the latest.
        """
        if piece.start:
            return not is_known and piece.end - piece.start >= ENOUGH
        return not piece.is_whole or piece.term.index >= self.last_row

    def ends_latest(self, pieces: tuple[Piece, ...]) -> bool:
        """Whether a few characters end the label above, which may have a slip: 申请 below 4.无正当由理大量反复."""
        latest = self.latest
        return latest is not None and any(
            piece.term.kind == "row"
            and piece.term.index == latest.row
            and piece.start > 0
            and piece.end == len(piece.label) < piece.start + ENOUGH
            for piece in pieces
        )

    def awaits(self, pieces: tuple[Piece, ...]) -> bool:
        """Whether words begin the label of a row that may follow the latest."""
        return any(
            piece.start == 0 and piece.term.kind == "row" and piece.term.index > self.last_row >= 0 for piece in pieces
        )

    def knows(self, pieces: tuple[Piece, ...]) -> bool:
        """Whether words are some part of a label that was printed: characters before them were lost."""
        return any(
            piece.end - piece.start > 1 and (piece.term.kind != "row" or piece.term.index in self.entries)
            for piece in pieces
        )
