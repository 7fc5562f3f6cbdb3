"""Writes statutory forms: any figures of any edition, in every flattening that reaches a reader, and where each stands.

    figures = make_figures("2021", Random(7))           # a report whose arithmetic holds
    figures = break_identity(figures, Random(7))         # one figure wrong, as printed
    printed = write("tabs", figures, Random(7))          # text, and the cells with value, status and span
    printed.text[slice(*printed.cells["review.total", None].span)]

`FormFigures` is the model (what a report claims), `write` prints it, `FLATTENINGS` names the layouts. Everything is a
function of its arguments: the same `Random` gives the same page. Nothing here imports the parser: labels are the law's.
"""

from tests.writer.layouts import FLATTENINGS, TORN, write
from tests.writer.model import Cell, FormFigures, Key, break_identity, make_figures
from tests.writer.pen import Printed, PrintedCell

__all__ = [
    "FLATTENINGS",
    "TORN",
    "Cell",
    "FormFigures",
    "Key",
    "Printed",
    "PrintedCell",
    "break_identity",
    "make_figures",
    "write",
]
