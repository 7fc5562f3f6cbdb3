"""What a report claims in its statutory tables, whatever the print: figures, blanks and rows left out.

`make_figures` draws a report whose arithmetic holds, `break_identity` spoils one figure of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from tests.writer.labels import APPLICANTS, MATRIX, REMEDIES, REMEDY_PARTS, SMALL_TABLES, STATISTICS

Key = tuple[str, str | None]


@dataclass(frozen=True)
class Cell:
    """A figure, or None for a cell left blank (``status`` blank or not_applicable)."""

    value: Decimal | None
    status: str = "reported"


BLANK = Cell(None, "blank")


@dataclass(frozen=True)
class FormFigures:
    """The cells of one edition's tables by (code, applicant). A code without cells is a row that is not printed."""

    edition: str
    cells: Mapping[Key, Cell] = field(default_factory=dict)

    def value(self, code: str, applicant: str | None = None) -> Decimal | None:
        cell = self.cells.get((code, applicant))
        return cell.value if cell else None

    def having(self, code: str, value: int | Decimal | None, applicant: str | None = None) -> "FormFigures":
        """The same report with one cell changed; None blanks it."""
        cell = BLANK if value is None else Cell(Decimal(value))
        return replace(self, cells={**self.cells, (code, applicant): cell})

    def without(self, codes: Iterable[str]) -> "FormFigures":
        """The same report with rows left out."""
        gone = set(codes)
        return replace(self, cells={key: cell for key, cell in self.cells.items() if key[0] not in gone})


def _draw(random: Random, most: int) -> int:
    """Mostly small, often zero, now and then large: as offices report."""
    kind = random.random()
    if kind < 0.35:
        return 0
    return random.randint(1, 9) if kind < 0.75 else random.randint(10, most)


def _money(random: Random) -> Decimal:
    return Decimal(random.randint(0, 500_000)) / random.choice((1, 10, 100))


def _statistics(random: Random, most: int) -> dict[str, Decimal]:
    drawn: dict[str, Decimal] = {}
    for row in STATISTICS:
        if row.code:
            drawn[row.code] = Decimal(_draw(random, most)) if row.unit != "万元" else _money(random)
    for whole, parts in statistics_sums():
        drawn[whole] = sum((drawn[part] for part in parts), Decimal(0))
    for part, whole in (
        ("response.press_conferences_by_leaders", "response.press_conferences"),
        ("response.online_interviews_by_leaders", "response.online_interviews"),
    ):
        drawn[part] = min(drawn[part], drawn[whole])
    # One item may go through several channels, none goes through no channel.
    channels = sum((value for code, value in drawn.items() if code.startswith("disclosure.channel.")), Decimal(0))
    drawn["disclosure.total"] = min(drawn["disclosure.total"], channels)
    return drawn


def statistics_sums() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(whole, parts) of the 2014 form, parts of parts first."""

    def parts(prefix: str) -> tuple[str, ...]:
        return tuple(row.code for row in STATISTICS if row.code and row.code.startswith(prefix))

    replies = ("outcomes.granted", "outcomes.partially_granted", "outcomes.denied")
    return (
        ("requests.received", parts("requests.received.")),
        ("requests.closed", parts("requests.closed.")),
        ("outcomes.denied", parts("outcomes.denied.")),
        ("replies.total", (*(code for code in parts("replies.") if code != "replies.total"), *replies)),
        ("review.total", ("review.upheld", "review.corrected", "review.other")),
        ("litigation.total", ("litigation.upheld", "litigation.corrected", "litigation.other")),
        ("capacity.staff", ("capacity.staff.full_time", "capacity.staff.part_time")),
    )


def _small_tables(edition: str, random: Random, most: int) -> dict[str, Decimal]:
    drawn: dict[str, Decimal] = {}
    for table in SMALL_TABLES[edition]:
        for _, codes in table.rows:
            for code in codes:
                drawn[code] = Decimal(_draw(random, most * 10))
                if code in ("fees.amount", "procurement.amount"):
                    drawn[code] = _money(random)
                if code.endswith("items_change"):
                    drawn[code] = Decimal(random.randint(-12, 40))
    return drawn


def _draw_shares(random: Random) -> tuple[float, ...]:
    """How often each kind of applicant asks for something: in most counties people alone do, and a firm or two."""
    busy = random.choice((0.0, 0.1, 0.5, 1.0))
    return (1.0, *(busy * random.random() for _ in APPLICANTS[2:]))


def _matrix(edition: str, random: Random, most: int) -> dict[Key, Decimal]:
    """Parts drawn; totals, applicants' totals and what came in follow from them, so that each column balances."""
    drawn: dict[Key, Decimal] = {}
    parts = [entry.row.code for entry in MATRIX[edition] if entry.row.code and entry.row.code.startswith("outcomes.")]
    parts = [code for code in parts if code != "outcomes.total"]
    shares = _draw_shares(random)
    # A county uses a few outcomes in a year, a city nearly all.
    used = random.choice((0.1, 0.3, 1.0))
    for code in (*parts, "requests.carried_out"):
        is_used = random.random() < used
        for applicant, share in zip(APPLICANTS, shares, strict=False):
            drawn[code, applicant] = Decimal(_draw(random, most) if is_used and random.random() < share else 0)
    for applicant in APPLICANTS[:-1]:
        total = sum((drawn[code, applicant] for code in parts), Decimal(0))
        drawn["outcomes.total", applicant] = total
        due = int(total + drawn["requests.carried_out", applicant])
        carried_in = random.randint(0, due // 4)
        drawn["requests.carried_in", applicant] = Decimal(carried_in)
        drawn["requests.received", applicant] = Decimal(due - carried_in)
    for code in {code for code, _ in drawn}:
        drawn[code, "total"] = sum((drawn[code, applicant] for applicant in APPLICANTS[:-1]), Decimal(0))
    return drawn


def _remedies(random: Random, most: int) -> dict[Key, Decimal]:
    drawn: dict[Key, Decimal] = {}
    for _, kind in REMEDIES:
        for part in REMEDY_PARTS[:-1]:
            drawn[f"{kind}.{part}", None] = Decimal(_draw(random, most))
        drawn[f"{kind}.total", None] = sum((drawn[f"{kind}.{part}", None] for part in REMEDY_PARTS[:-1]), Decimal(0))
    return drawn


def make_figures(edition: str, random: Random, most: int = 300, blanks: float = 0.0) -> FormFigures:
    """A report of ``edition`` whose arithmetic holds; a share ``blanks`` of its zero cells is left empty.

    An empty cell counts as zero in every identity, so the arithmetic holds with them too.
    """
    if edition == "2014":
        drawn: dict[Key, Decimal] = {(code, None): value for code, value in _statistics(random, most).items()}
    else:
        drawn = {(code, None): value for code, value in _small_tables(edition, random, most).items()}
        drawn.update(_matrix(edition, random, most))
        drawn.update(_remedies(random, most))
    cells = {}
    for key in sorted(drawn, key=str):
        value = drawn[key]
        cells[key] = BLANK if not value and random.random() < blanks else Cell(value)
    return FormFigures(edition, cells)


def break_identity(figures: FormFigures, random: Random) -> FormFigures:
    """One cell that stands in an identity printed wrong by one to nine, as an office's slip."""
    keys = [
        key
        for key, cell in figures.cells.items()
        if cell.value is not None and (key[1] or key[0].startswith(("review.", "litigation.", "requests.received")))
    ]
    key = random.choice(sorted(keys, key=str))
    value = figures.cells[key].value
    assert value is not None
    return replace(figures, cells={**figures.cells, key: Cell(value + random.randint(1, 9))})
