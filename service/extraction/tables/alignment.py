"""Lines to the rows of the statutory forms: which labels and which runs of cells follow each other.

In: a text. Out: `Printed` tables, each of one family of forms, with rows, cells and strange words in reading order.
Labels may be wrapped, torn apart or misspelt; prose ends a table. No cell is given to a row here: see `placement`.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence

from service.extraction.codebook.tables import LIST, Family, Term, load_forms
from service.extraction.codebook.vocabulary import NUMERALS
from service.extraction.tables.cells import Cell, Line
from service.extraction.tables.labels import (
    UNIT_MULTIPLES,
    Label,
    find_first_label,
    find_pieces,
    find_similar,
    find_slips,
    is_furniture,
    is_unit,
    read_label,
    split_labels,
)
from service.extraction.tables.open_lines import split_glued, split_open
from service.extraction.tables.printed import ENOUGH, Entry, Printed, Table

# No list of the years before the form has this row.
_LISTED_ROW = "重大舆情数"
# What follows a figure of prose that stands apart: 2022 年全市…, 41 件、行政诉讼….
_COUNTED_RE = re.compile("年|(?:[件条次人个篇份宗起]|人次)[、,;。]")
# It begins with the marks, so that `re` skips to the next of them.
_PROSE_RE = re.compile("[。;!?,，](?:(?<![,，])|(?<=[^\\W\\d][,，]))")
# A line of words that is longer is a sentence, unless it is a label.
_LONG = 30
_ITEM_RE = re.compile(rf"[(（]?(?:\d{{1,2}}|[{NUMERALS}]{{1,3}})[)）、.．]\s?\w{{2}}")
_HANGING_RE = re.compile(r"\d[-—―─/]{0,12}$")
_FIGURE_BEFORE_RE = re.compile(r"\d[\d,]*+(?:\.\d+)?(?=[^\W\d_])")
_WORD_RE = re.compile(r"(?:\d{1,2}[.、]\s)?\S+")
# 注：含上年度结转数量。 is printed between the heads and the figures as well.
_NOTE_RE = re.compile("(?:备?注|说明)[:：]")
# Heads over narrow columns come in pieces: 第二 十条 第( 五) 项 信息 内容 本年 处理 决定 数量.
_RECENT = 24
# 当面申请 is a word of every office, not 当面申请数 with a slip: only long labels open a table that way.
_LEAST_SLIPPED = 9
_FAMILIES_OF_ROWS = ("requests", "statistics")
_PIECES_THAT_OPEN = {"requests": 9, "disclosure": 4}
# 其他, 总计, 规章 or 数量 alone open no table: every other table has them too.
_WEAK = 2
# With brackets and blanks around it: ( 万元 ).
_LONGEST_UNIT = 10
_DASHES = frozenset("-—―─/")


def _is_prose(words: str) -> bool:
    return max(map(len, words.split())) > _LONG or _PROSE_RE.search(words) is not None


def _names(words: str, family: str) -> bool:
    """Whether words are a label of the family, a piece of one, or one with a slip."""
    if any(term.family == family for term in read_label(words).terms):
        return True
    return bool(find_pieces(words, family) or find_similar(words, family))


def _find_first_group(family: Family) -> int:
    return next((i for i, row in enumerate(family.rows) if not row.layouts), -1)


class _Reader:
    """One pass over the lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.forms = load_forms()
        self.tables: list[Table] = []
        self.table: Table | None = None
        # The last words that were no whole label: pieces of heads may stand before the first that is whole.
        self.recent: deque[Cell] = deque(maxlen=_RECENT)
        self.is_below_empty = False

    def feed(self, line: Line) -> None:
        """Take one line."""
        if line.kind == "row":
            self._feed_row(line)
        elif line.kind == "open":
            self._feed_open(line)
        elif self.table:
            self.table.add_cell(Cell("soft", line.start, line.start, line.number), "stream")
        self.is_below_empty = line.kind == "empty"

    def _feed_row(self, line: Line) -> None:
        """The fields of a delimited line: cells belong to the label before them in the line."""
        self._break_run()
        is_labelled = False
        has_figures = any(cell.kind == "figure" for cell in line.cells)
        leading: list[Cell] = []
        strange: list[Cell] = []
        for cell in line.cells:
            if cell.kind != "words":
                if self.table and is_labelled:
                    self.table.add_cell(cell, "row")
                else:
                    leading.append(cell)
            elif not self._read_unit(cell):
                # Where no figures stand in the line, only its first words can name a row: 指标, 列1 … 列6, 总计.
                if self._read_words(cell, has_figures or (None if not is_labelled and not strange else False)):
                    is_labelled = True
                else:
                    strange.append(cell)
                    self._add_part(cell, is_labelled and (has_figures or self.text[cell.end - 1].isdecimal()))
        if not is_labelled and strange and has_figures:
            is_labelled = self._open_by_slip(line, strange[0])
        if self.table and not is_labelled:
            if strange:
                self._add_stranger(strange[0], is_row=True)
                for cell in leading if self.table else ():
                    self.table.add_cell(cell, "row")
            elif has_figures:
                for cell in leading:
                    self.table.add_cell(cell, "row")
        self._break_run()

    def _add_part(self, cell: Cell, is_part: bool) -> None:
        """Words between a label and its figures, which may name a part of the row: 其他对外管理服务事项|行政检查|0."""
        if self.table and is_part:
            self.table.add_stranger(cell, is_row=False)

    def _open_by_slip(self, line: Line, words: Cell) -> bool:
        """A row whose label has a slip, the first of its table."""
        here = self.table.family.name if self.table else None
        for family in _FAMILIES_OF_ROWS if words.end - words.start > _LEAST_SLIPPED else ():
            pieces = find_slips(self.text[words.start : words.end], family)
            if family != here and pieces and pieces[0].term.kind == "row":
                table = self._open_table(pieces[0].term, words)
                table.start_label(pieces, words, True)
                for cell in line.cells:
                    if cell.kind != "words" and cell.start > words.start:
                        table.add_cell(cell, "row")
                return True
        return False

    def _read_unit(self, cell: Cell) -> bool:
        """Take the unit of a row, which stands between its label and its figure."""
        if cell.end - cell.start > _LONGEST_UNIT:
            return False
        words = self.text[cell.start : cell.end].strip("() ")
        if self.table:
            return self.table.take_unit(words)
        return is_unit(words)

    def _break_run(self) -> None:
        if self.table:
            self.table.run = None

    def _feed_open(self, line: Line) -> None:
        content = self.text[line.start : line.end]
        words = content.strip()
        if self.table is None and not line.cells and len(words) > 2 * _LONG and "  " not in words:
            self.recent.clear()
            return
        start = line.start + content.index(words)
        end = start + len(words)
        if self.table and words.isdecimal():
            self.table.printed.parted += self.is_below_empty
            self.table.printed.joined += not self.is_below_empty
            self.recent.clear()
            self.table.add_cell(Cell("figure", start, end, line.number), "line")
            return
        if self.table:
            self.table.printed.tight += not self.is_below_empty
        if is_furniture(words) and not self._may_be_cells(words):
            return
        if not line.cells and self._read_line(Cell("words", start, end, line.number), words):
            return
        cells = line.cells or split_open(self.text, start, end, line.number)
        if self.table and self._is_sentence(self.table, cells):
            self._leave_table()
            return
        for cell in cells:
            if cell.kind != "words":
                self.recent.clear()
                if self.table:
                    self.table.add_cell(cell, "line")
            elif not self._read_unit(cell) and not self._read_open_words(cell):
                self._add_stranger(cell, read_label(self.text[cell.start : cell.end]).is_numbered)

    def _is_sentence(self, table: Table, cells: Sequence[Cell]) -> bool:
        """Whether figures stand among words of prose and not behind a label: 2020 年，共受理 12 件，其中…"""
        has_figures = False
        for cell in cells:
            words = self.text[cell.start : cell.end]
            if cell.kind != "words":
                has_figures = True
            elif has_figures and _COUNTED_RE.match(words):
                return True
            elif _is_prose(words):
                return has_figures and not _names(words, table.family.name)
            elif not is_unit(words) and _names(words, table.family.name):
                return False
        return False

    def _leave_table(self) -> None:
        self.table = None
        self.recent.clear()

    def _may_be_cells(self, words: str) -> bool:
        """Whether what looks like the foot of a page, ``- 17 -``, stands where a row of three cells is due."""
        table = self.table
        if table is None or table.family.name != "disclosure" or " " not in words:
            return False
        return bool(table.printed.events) and isinstance(table.printed.events[-1], Entry)

    def _read_line(self, cell: Cell, words: str) -> bool:
        """A line that is one label or a piece of one, digits in its remark and all."""
        if "  " in words or words[-1] in _DASHES:
            return False
        # An open bracket would hide the rest of the line: 专职人员数（不包括政府公报及政府网 人 1.
        if words.count("(") == words.count(")") and self._read_terms(cell):
            return True
        return self.table is not None and len(words) > ENOUGH and self._read_exact_piece(self.table, cell, words)

    def _read_open_words(self, cell: Cell) -> bool:
        """Words of an open line: a label, several, a piece of one, or a label with its figure glued to it."""
        self.recent.append(cell)
        words = self.text[cell.start : cell.end]
        if self.table and words[-2:-1] == " " and words[-1] in UNIT_MULTIPLES:
            # The unit of a narrow column behind the first line of a wrapped label: 政府网站建设维 万.
            self.table.take_unit(words[-1])
            cell = Cell("words", cell.start, cell.end - 2, cell.line)
        if self.table and words[0].isdecimal() and self._read_figure_before(self.table, cell):
            return True
        # A key knows no dash: 保护第三方合法权益- would hide the blank that is glued to it.
        if self.text[cell.end - 1] not in _DASHES and self._read_terms(cell):
            return True
        parts = split_glued(self.text, cell)
        if parts and (self.text[parts[0].end - 1] == ":" or words[-1] == ";") and not self._is_of_list(parts[0]):
            parts = None
        # 增/ is a piece of 本年增/减: a blank is glued to whole labels alone.
        read = self._read_words if parts and parts[1].kind == "figure" else self._read_whole
        # 1 is a word of the remark that ends here: （不同渠道和方式公开相同信息计1 above 条）.
        is_piece = parts and parts[1].kind == "figure" and self.table and find_pieces(words, self.table.family.name)
        if parts and not is_piece and read(parts[0]):
            if self.table:
                self.table.add_cell(parts[1], "line")
            return True
        return self._read_words(cell)

    def _is_of_list(self, cell: Cell) -> bool:
        """Whether words are a row of the form that offices print as a list: 收到申请数:12件; others are prose."""
        if _LISTED_ROW not in self.text:
            return False
        return any(term.family == LIST for term in read_label(self.text[cell.start : cell.end]).terms)

    def _read_figure_before(self, table: Table, cell: Cell) -> bool:
        """Take a figure to which the rest of the label beside it is glued: 1.政府公报公开政 条 29府信息数."""
        figure = _FIGURE_BEFORE_RE.match(self.text, cell.start, cell.end)
        rest = Cell("words", figure.end(), cell.end, cell.line) if figure else cell
        pieces = find_pieces(self.text[rest.start : rest.end], table.family.name) if figure else ()
        if not figure or not table.continue_label(tuple(piece for piece in pieces if piece.start), rest):
            return False
        table.add_cell(Cell("figure", *figure.span(), cell.line), "line")
        return True

    def _read_words(self, cell: Cell, is_row: bool | None = None) -> bool:
        """Take a label, a chain of labels or a piece of one; False where the words are strange to the form.

        ``is_row`` says what an ambiguous name such as 总计 is, where the line shows it.
        """
        if self._read_whole(cell, is_row):
            return True
        words = self.text[cell.start : cell.end]
        if self.table is None:
            return self._open_by_piece(cell, words)
        return is_furniture(words) or self._read_piece(self.table, cell, words)

    def _read_whole(self, cell: Cell, is_row: bool | None = None) -> bool:
        """Take a label or a chain of labels: 三、本年度办理结果（一）予以公开."""
        if self._read_terms(cell, is_row):
            return True
        words = self.text[cell.start : cell.end]
        if self.table is None and _PROSE_RE.search(words):
            return False
        chain = split_labels(words)
        if chain and self._is_sum_of_group(*(words[start:end] for start, end in chain[-2:])):
            return False
        for start, end in chain:
            self._read_terms(Cell("words", cell.start + start, cell.start + end, cell.line))
        return bool(chain)

    def _is_sum_of_group(self, group: str, last: str) -> bool:
        """Whether words are the sum of a group that an office added: 不予公开合计."""
        if read_label(last).is_numbered or len(last.strip()) > _WEAK:
            return False
        rows = [term for term in read_label(group).terms if term.kind == "row" and not self._opens(term)]
        # The first group holds the others: 本年度办理结果总计 is the row of the form.
        return any(term.index != _find_first_group(self.forms.families[term.family]) for term in rows)

    def _open_by_piece(self, cell: Cell, words: str) -> bool:
        """A table whose first heads are wrapped: （本列数据的勾稽关系为：第一项加第二, or 第二十条 above 第（一）项."""
        here = self.table.family.name if self.table else None
        for family, least in _PIECES_THAT_OPEN.items():
            if family != here and len(words) >= least:
                for piece in find_pieces(words, family):
                    if piece.term.kind != "row" and piece.start == 0:
                        return self._open_table(piece.term, cell).start_label((piece,), cell, False)
        return False

    def _read_terms(self, cell: Cell, is_row: bool | None = None) -> bool:
        """Take a whole label."""
        label = read_label(self.text[cell.start : cell.end])
        if not label.terms:
            return False
        table = self.table
        mine = [term for term in label.terms if table and term.family == table.family.name]
        if not mine:
            if len(label.key) <= _WEAK or not self._opens(label.terms[0]):
                return False
            if table and table.awaits(find_pieces(label.words, table.family.name)):
                # 四、行政复议 above 数量 of a narrow column is a row of this table, and no head of the remedies.
                return False
            mine = [label.terms[0]]
        if table is None or mine[0].family != table.family.name:
            table = self._open_table(mine[0], cell)
        self.recent.clear()
        term = mine[0] if len(mine) == 1 else table.choose(mine, label.is_numbered or is_row)
        if term.kind == "extra" and table.is_below_rows:
            # 小计 below rows is a row of the office's own.
            return False
        if is_row is False and term.kind == "row" and term.index in table.filled:
            # Beside others and above figures a row that has its own is a head: 项目 | 予以公开 | 部分公开.
            return True
        self._take_term(table, term, cell, label)
        if term.kind == "row" and self.text[cell.end - 1] == ")" and not self._opens(term):
            self._read_remark(cell)
        return True

    def _read_remark(self, cell: Cell) -> None:
        """The row in the brackets behind its group: 行政诉讼（未经复议直接起诉）."""
        opening = self.text.find("(", cell.start, cell.end)
        inner = Cell("words", opening + 1, cell.end - 1, cell.line)
        terms = read_label(self.text[inner.start : inner.end]).terms if opening >= 0 else ()
        if any(term.kind == "row" and self._opens(term) for term in terms):
            self._read_terms(inner)

    def _opens(self, term: Term) -> bool:
        """Whether a label may open a table: a row with figures, or a head."""
        return term.kind != "row" or bool(self.forms.families[term.family].rows[term.index].layouts)

    def _open_table(self, term: Term, cell: Cell) -> Table:
        was_here = self.table is not None and self.table.family.name == term.family
        self.table = Table(self.forms.families[term.family], cell.start)
        self.tables.append(self.table)
        for words in () if was_here else self.recent:
            label = read_label(self.text[words.start : words.end])
            pieces = find_pieces(label.words, term.family)
            if not (self.table.family.rows_are_heads or label.is_numbered):
                pieces = tuple(piece for piece in pieces if piece.term.kind != "row" or piece.start)
            if pieces and not self.table.continue_label(pieces, words):
                starting = tuple(piece for piece in pieces if piece.start == 0)
                self.table.start_label(starting, words, label.is_numbered)
        self.recent.clear()
        return self.table

    def _take_term(self, table: Table, term: Term, cell: Cell, label: Label) -> None:
        if term.kind != "row":
            # The heads of the remedies stand between the labels above them and the figures.
            if not table.family.rows_are_heads or not table.run or not table.run.has_figures:
                table.run = None
            table.take_head(label.key if term.kind != "head" else None, cell)
            return
        table.give_way(term.index)
        if term.index in table.filled:
            # The same row again is the same form again, with the heads right above it.
            heads = table.heads if table.in_heads else []
            table = self._open_table(term, cell)
            table.heads, table.in_heads, table.printed.heads = heads, bool(heads), len(heads)
        entry = table.touch(term.index, cell)
        table.settle(entry)
        table.take_unit(label.unit)
        pieces = tuple(
            piece
            for piece in find_pieces(label.words, table.family.name)
            if piece.term == term and piece.start == 0 and piece.end < len(piece.label)
        )
        if pieces:
            # Its remark may follow: （不同渠道和方式公开相同信息计1条）.
            table.begin(pieces, entry)

    def _read_piece(self, table: Table, cell: Cell, words: str) -> bool:
        label = read_label(words)
        if self._read_exact_piece(table, cell, words) or (
            label.unit and self._read_unit_behind(table, cell, label.unit)
        ):
            return True
        if " " in words and self._read_line_of_pieces(table, cell):
            return True
        if len(label.words) < ENOUGH or (len(words) > _LONG and _PROSE_RE.search(words)):
            return False
        if _HANGING_RE.search(words):
            # Figures that cannot be told apart hang at the label: 行政强制8-58, 规范性文件09-.
            return False
        cut = find_first_label(words)
        if cut and read_label(words[cut:]).is_numbered:
            # A group's label, and one with a slip glued to it: （四）无法提供1.本机关掌不握相关政府信息.
            rest = Cell("words", cell.start + cut, cell.end, cell.line)
            self._read_terms(Cell("words", cell.start, rest.start, cell.line))
            return self._read_words(rest)
        is_started = table.start_label(find_similar(words, table.family.name), cell, label.is_numbered)
        if is_started:
            table.take_unit(label.unit)
        return is_started

    def _read_unit_behind(self, table: Table, cell: Cell, unit: str) -> bool:
        """Take the next line of a wrapped label with the unit of its row: 及政府网站建设维护 万元, 谈次数次."""
        piece = Cell("words", cell.start, self.text.rindex(unit, cell.start, cell.end), cell.line)
        pieces = find_pieces(self.text[piece.start : piece.end].rstrip(), table.family.name)
        return table.continue_label(pieces, piece) and table.take_unit(unit)

    def _read_line_of_pieces(self, table: Table, cell: Cell) -> bool:
        """Pieces of several labels with one blank between: 结果 结果 其他 尚未."""
        parts = [
            Cell("words", *match.span(), cell.line) for match in _WORD_RE.finditer(self.text, cell.start, cell.end)
        ]
        family = table.family.name
        if not all(_names(self.text[part.start : part.end], family) for part in parts):
            return False
        for part in parts:
            words = self.text[part.start : part.end]
            is_known = self._read_terms(part) or self._read_exact_piece(table, part, words)
            if not is_known and not table.start_label(find_similar(words, family), part, read_label(words).is_numbered):
                table.add_stranger(part, False)
        return True

    def _read_exact_piece(self, table: Table, cell: Cell, words: str) -> bool:
        pieces = find_pieces(words, table.family.name)
        if _ITEM_RE.match(words):
            # 9.其他情形 is no end of 不计其他情形.
            pieces = tuple(piece for piece in pieces if piece.start == 0)
        if table.is_below_rows:
            pieces = tuple(piece for piece in pieces if piece.term.kind != "extra")
        if not pieces:
            return False
        is_row = read_label(words).is_numbered
        return table.continue_label(pieces, cell) or table.start_label(pieces, cell, is_row) or table.knows(pieces)

    def _add_stranger(self, cell: Cell, is_row: bool) -> None:
        words = self.text[cell.start : cell.end]
        if self.table is None or self._open_by_piece(cell, words):
            return
        if not _is_prose(words):
            self.table.add_stranger(cell, is_row)
        elif not _NOTE_RE.match(words):
            self._leave_table()


def find_printed(text: str, lines: Iterable[Line]) -> list[Printed]:
    """The statutory tables of a text as they are printed, from its lines of cells."""
    reader = _Reader(text)
    for line in lines:
        reader.feed(line)
    return [table.printed for table in reader.tables]
