"""Torn tables: which order of the figures the sums of a form bear out, and what stays open."""

from decimal import Decimal

import pytest

from service.extraction.codebook.tables import load_forms
from service.extraction.tables.cells import Cell
from service.extraction.tables.tearing import Torn, find_pages, read_torn

REQUESTS = load_forms().families["requests"]
RECEIVED, CARRIED_IN, GRANTED, SECRET, TOTAL, CARRIED_OUT = 0, 1, 3, 6, 28, 29
ROWS = (RECEIVED, CARRIED_IN, GRANTED, SECRET, TOTAL, CARRIED_OUT)
MATRIX = (
    (7, 2, 0, 0, 0, 1, 10),
    (1, 0, 0, 0, 0, 0, 1),
    (5, 1, 0, 0, 0, 0, 6),
    (2, 1, 0, 0, 0, 1, 4),
    (7, 2, 0, 0, 0, 1, 10),
    (1, 0, 0, 0, 0, 0, 1),
)
BY_ROWS = [value for row in MATRIX for value in row]
BY_COLUMNS = [row[column] for column in range(7) for row in MATRIX]


def read(values: list[int], rows: tuple[int, ...] = ROWS) -> tuple[Torn | None, list[Cell]]:
    """Rows, then figures, one a line."""
    cells = [Cell("figure", i, i + 1, i) for i in range(len(values))]
    blocks: list[int | list[Cell]] = [*rows, cells]
    return read_torn(REQUESTS, blocks, rows, 7, None, lambda cell: Decimal(values[cell.start])), cells


def figures(torn: Torn | None, values: list[int]) -> dict[int, tuple[int, ...]]:
    assert torn is not None
    return {row: tuple(values[cell.start] for cell in cells) for row, cells in torn.rows.items()}


@pytest.mark.parametrize(("values", "order"), [(BY_ROWS, "rows"), (BY_COLUMNS, "columns")])
def test_sums_show_the_order(values: list[int], order: str) -> None:
    torn, _ = read(values)
    assert torn is not None
    assert (torn.order, torn.open_rows) == (order, frozenset())
    assert figures(torn, values) == dict(zip(ROWS, MATRIX, strict=True))


def test_one_wrong_sum_is_no_other_order() -> None:
    values = [*BY_ROWS[:14], 6, *BY_ROWS[15:]]
    torn, _ = read(values)
    assert torn is not None
    assert figures(torn, values)[GRANTED] == (6, 1, 0, 0, 0, 0, 6)


def test_figures_in_no_order_are_left_out() -> None:
    torn, _ = read([*BY_ROWS[3:17], *BY_ROWS[:3], *BY_ROWS[17:]])
    assert torn is None


def test_number_of_a_page_is_no_figure() -> None:
    values = [*BY_ROWS[:14], 3, *BY_ROWS[14:]]
    torn, _ = read(values)
    assert figures(torn, values) == dict(zip(ROWS, MATRIX, strict=True))


def test_total_is_not_taken_for_another_row() -> None:
    # 总计 between the outcomes: the sums down the columns fail, though each row adds up.
    moved = [*MATRIX[:3], MATRIX[4], MATRIX[3], MATRIX[5]]
    assert read([value for row in moved for value in row])[0] is None


def test_zeros_and_nothing_else_show_no_order() -> None:
    torn, _ = read([0] * len(BY_ROWS))
    assert torn is not None
    assert torn.order is None


def test_order_of_labels_and_of_the_form_leave_open_what_they_change() -> None:
    # 予以公开 and 属于国家秘密 change places: sums cannot tell whose figures are whose.
    torn, _ = read(BY_ROWS, (RECEIVED, CARRIED_IN, SECRET, GRANTED, TOTAL, CARRIED_OUT))
    assert torn is not None
    assert torn.open_rows == {GRANTED, SECRET}


def test_pages_begin_where_a_label_follows_figures() -> None:
    cell = Cell("figure", 0, 1, 0)
    pages = find_pages([0, 1, [cell], 3, [cell]])
    assert [page.rows for page in pages] == [(0, 1), (3,)]
