"""The report: frozen values that one parse of one text returns, member by member.

Shapes and names are the public contract. A span is ``(start, end)``, half open, in Unicode code
points of the text as submitted; ``None`` means that the value was derived and stands nowhere.
Numbers are ``int`` where integral, else ``float``; money is in 万元.
"""

from decimal import Decimal
from typing import Literal

from service.extraction.record import Record

Span = tuple[int, int]
Number = int | float
Applicant = Literal[
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "social_welfare_organisation",
    "legal_service_organisation",
    "other_organisation",
    "total",
]
Status = Literal["reported", "blank", "not_applicable"]
Qualifier = Literal["exact", "about", "over", "under"]
Origin = Literal["table", "prose", "derived"]
CheckStatus = Literal["pass", "fail", "unknown"]


# Readers of JSON hold larger integers as floats, and encoders refuse those of more than 64 bits.
_LARGEST_INTEGER = 2**53


def to_number(value: Decimal) -> Number:
    """A JSON number: ``int`` where the value is integral and readers keep it whole, else the nearest ``float``."""
    whole = int(value)
    return whole if whole == value and abs(whole) < _LARGEST_INTEGER else float(value)


class Region(Record):
    """The report's own region: as it calls itself, with GB/T 2260 path and code where they are certain."""

    name: str
    path: tuple[str, ...] | None = None
    code: str | None = None


class Period(Record):
    """ISO 8601 dates as stated; a closing date alone leaves ``start`` None."""

    start: str | None = None
    end: str | None = None


class Contacts(Record):
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    website: str | None = None


class Document(Record):
    """Who reports what: ``kind`` annual_report, work_report or unknown; ``form`` 2014, 2019, 2021 or prose."""

    title: str | None = None
    kind: str = "unknown"
    form: str = "prose"
    year: int | None = None
    issuer: str | None = None
    compiler: str | None = None
    region: Region | None = None
    period: Period = Period()
    published_on: str | None = None
    contacts: Contacts = Contacts()


class Section(Record):
    """One heading with its body. ``level`` is the nesting depth from 1; ``number`` as printed, ``（二）``."""

    level: int
    number: str | None
    title: str
    span: Span


class Observation(Record):
    """One place of the text that states an indicator; ``rule`` names what read it."""

    value: Number | None
    qualifier: Qualifier
    source: Origin
    span: Span | None
    rule: str


class Indicator(Record):
    """One statutory figure: one entry for each (code, applicant)."""

    code: str
    applicant: Applicant | None
    label: str
    value: Number | None
    unit: str
    status: Status
    qualifier: Qualifier
    source: Origin
    span: Span | None
    observations: tuple[Observation, ...] = ()


class Quantity(Record):
    """A figure in prose that measures something and is no indicator's observation."""

    text: str
    value: Number
    unit: str | None
    qualifier: Qualifier
    subject: str | None
    section: str | None
    span: Span


class Citation(Record):
    title: str | None
    number: str | None
    span: Span


class Item(Record):
    """One problem or one improvement, in the report's words."""

    text: str
    span: Span


class Operand(Record):
    """One figure that a check compared; ``label`` says in the form's words what it is."""

    label: str
    value: Number | None
    code: str | None = None
    applicant: Applicant | None = None
    span: Span | None = None


class Check(Record):
    rule: str
    status: CheckStatus
    message: str
    operands: tuple[Operand, ...]
    expected: Number | None
    actual: Number | None
    difference: Number | None


class ParseWarning(Record):
    """What the parser could not place; ``code`` is a noun such as ``unplaced_cell``."""

    code: str
    message: str
    span: Span | None


class Report(Record):
    """One parse of one text. ``id`` is the lower-case hex SHA-256 of the text's UTF-8 bytes."""

    id: str
    parser_version: str
    document: Document
    sections: tuple[Section, ...]
    indicators: tuple[Indicator, ...]
    quantities: tuple[Quantity, ...]
    citations: tuple[Citation, ...]
    problems: tuple[Item, ...]
    improvements: tuple[Item, ...]
    checks: tuple[Check, ...]
    check_summary: dict[str, dict[str, int]]
    warnings: tuple[ParseWarning, ...]


class Reading(Record):
    """What one step read of one indicator, before reconciliation: not part of the public report.

    ``status`` blank or not_applicable goes with ``value`` None. ``span`` is in the submitted text; a
    blank cell that holds no character has the empty span of its place.
    """

    code: str
    applicant: Applicant | None
    value: Decimal | None
    status: Status
    qualifier: Qualifier
    source: Origin
    span: Span
    rule: str
