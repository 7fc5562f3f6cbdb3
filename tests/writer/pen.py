"""Text that remembers where its cells stand."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.writer.model import Key


@dataclass(frozen=True)
class PrintedCell:
    """What stands at ``text[span[0]:span[1]]`` for one indicator; a blank without a mark has an empty span.

    ``certain`` is False where the print itself leaves open in which column a figure or blank stands.
    """

    value: Decimal | None
    status: str
    span: tuple[int, int]
    certain: bool = True


@dataclass(frozen=True)
class Printed:
    text: str
    cells: dict[Key, PrintedCell]


@dataclass
class Pen:
    """Collects pieces of text; `cell` notes the span of the piece that it writes."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    spans: dict[Key, tuple[int, int]] = field(default_factory=dict)

    def write(self, text: str) -> "Pen":
        self.pieces.append(text)
        self.length += len(text)
        return self

    def cell(self, key: Key, text: str, before: str = "", after: str = "") -> "Pen":
        """``before`` and ``after`` surround the cell and are no part of it."""
        self.write(before)
        self.spans[key] = (self.length, self.length + len(text))
        return self.write(text).write(after)

    @property
    def text(self) -> str:
        return "".join(self.pieces)
