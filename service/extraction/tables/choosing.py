"""Readings to one reading: the form's identities choose, and never change a figure.

In: lines with the readings that the print allows. Out: each line placed; where two readings are as good, the cells that
differ are `UNDECIDED`.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import product

from service.extraction.codebook.tables import Family, Identity
from service.extraction.tables.assignment import UNDECIDED, Line, Reading
from service.extraction.tables.columns import adds_up, find_own_sums
from service.extraction.tables.tearing import ValueOf

_MOST_COMBINATIONS = 512
# Figures that are all the same, such as noughts, prove nothing.
FEW_VALUES = 2


class Chooser:
    """Chooses between readings by the identities of the form."""

    def __init__(self, family: Family, lines: Sequence[Line], value: ValueOf) -> None:
        self.family = family
        self.value = value
        self.lines = {line.entry.row: line for line in lines if line.readings}
        self.across: list[Identity] = []
        # Rows whose own sum holds in no reading: nothing can choose between their readings.
        self.broken: set[int] = set()

    def choose(self) -> None:
        """Narrow the readings of every line as far as the identities allow."""
        if self._open_rows():
            self._narrow_all()
        for line in self.lines.values():
            line.placed = line.readings[0] if len(line.readings) == 1 else _agreed(line.readings)

    def _narrow_all(self) -> None:
        self.across = [sides for sides in self.family.identities if len({row for side in sides for row, _ in side}) > 1]
        for row, line in self.lines.items():
            if len(line.readings) > 1:
                own = find_own_sums(self.family, row)
                kept = [reading for reading in line.readings if adds_up(reading, own, self.value)]
                line.readings = kept or line.readings
                if not kept:
                    self.broken.add(row)
        self._narrow()
        self._search()

    def is_plausible(self, torn: Sequence[Line]) -> bool:
        """Whether rows that were pieced together add up as rows of the form do, but for some slips."""
        rows = {line.entry.row for line in torn if line.placed and UNDECIDED not in line.placed}
        sums = [
            (self._sum(a, {}), self._sum(b, {}))
            for a, b in self.family.identities
            if {row for row, _ in (*a, *b)} <= rows
        ]
        # Sums of nothing but zeros say nothing.
        sums = [pair for pair in sums if any(pair)]
        if not sums and self.family.identities and not self.family.rows_are_heads:
            return len({self.value(cell) if cell else None for line in torn for cell in line.placed or ()}) < FEW_VALUES
        return 3 * sum(left == right for left, right in sums) >= 2 * len(sums)

    def _holding(self, identities: Iterable[Identity], rows: dict[int, Reading]) -> int:
        """How many identities hold for these readings; rows with one reading are known."""
        return sum(self._sum(a, rows) == self._sum(b, rows) for a, b in identities)

    def _sum(self, cells: Iterable[tuple[int, int]], rows: dict[int, Reading]) -> Decimal:
        total = Decimal(0)
        for row, column in cells:
            reading = rows.get(row)
            if reading is None and row in self.lines:
                reading = self.lines[row].readings[0]
            cell = reading[column] if reading else None
            total += (self.value(cell) if cell else None) or Decimal(0)
        return total

    def _open_rows(self) -> list[int]:
        return [row for row, line in self.lines.items() if len(line.readings) > 1]

    def _narrow(self) -> None:
        """Rows that alone are open in some identity between rows."""
        changed = True
        while changed:
            changed = False
            for row in self._open_rows():
                waiting = set(self._open_rows()) - {row} | self.broken
                if row in self.broken:
                    continue
                identities = [
                    (a, b)
                    for a, b in self.across
                    if any(r == row for r, _ in (*a, *b)) and not any(r in waiting for r, _ in (*a, *b))
                ]
                line = self.lines[row]
                kept = [r for r in line.readings if self._holding(identities, {row: r}) == len(identities)]
                changed = changed or 0 < len(kept) < len(line.readings)
                line.readings = kept or line.readings

    def _search(self) -> None:
        """All combinations of what is still open, where they are few and one makes every identity hold."""
        rows = self._open_rows()
        count = 1
        for row in rows:
            count *= len(self.lines[row].readings)
        if not rows or self.broken or count > _MOST_COMBINATIONS:
            return
        kept = [
            chosen
            for chosen in product(*(self.lines[row].readings for row in rows))
            if self._holding(self.across, dict(zip(rows, chosen, strict=True))) == len(self.across)
        ]
        for i, row in enumerate(rows):
            self.lines[row].readings = list(dict.fromkeys(chosen[i] for chosen in kept)) or self.lines[row].readings


def _agreed(readings: Sequence[Reading]) -> Reading:
    """What all readings agree on; the rest is undecided."""
    return tuple(cells[0] if len(set(map(id, cells))) == 1 else UNDECIDED for cells in zip(*readings, strict=True))
