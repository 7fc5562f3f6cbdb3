"""The shapes of requests and answers, in marshmallow.

In: a request's JSON members, validated here. Out: the description of everything that the service sends, from
which `openapi.yaml` takes its shapes and against which tests validate real answers. A report is
never dumped through them: its bytes are made once, by `representations`.
"""

from typing import Any, get_args

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from service.extraction.report import Applicant, CheckStatus, Origin, Qualifier, Status

APPLICANTS = get_args(Applicant)
QUALIFIERS = get_args(Qualifier)
SOURCES = get_args(Origin)
ID_PATTERN = r"^[0-9a-f]{64}$"
DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
DATE_OR_MONTH_PATTERN = r"^\d{4}-\d{2}(-\d{2})?$"


def _describe(text: str) -> dict[str, str]:
    return {"description": text}


def _text(description: str, **options: Any) -> fields.String:
    return fields.String(required=True, metadata=_describe(description), **options)


def _maybe_text(description: str, **options: Any) -> fields.String:
    return _text(description, allow_none=True, **options)


def _choice(description: str, choices: tuple[str, ...], **options: Any) -> fields.String:
    return _text(description, validate=validate.OneOf(choices), **options)


def _number(description: str) -> fields.Float:
    return fields.Float(required=True, metadata=_describe(description))


def _maybe_number(description: str) -> fields.Float:
    return fields.Float(required=True, allow_none=True, metadata=_describe(description))


def _count(description: str) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0), metadata=_describe(description))


def _date(description: str) -> fields.String:
    return _maybe_text(f"{description}, ISO 8601.", validate=validate.Regexp(DATE_PATTERN))


def _list(schema: type[Schema], description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, metadata=_describe(description))


def _span(**options: Any) -> fields.List[Any]:
    return fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=0)),
        required=True,
        validate=validate.Length(equal=2),
        metadata=_describe("[start, end) in Unicode code points of the text as submitted."),
        **options,
    )


def _maybe_span() -> fields.List[Any]:
    return _span(allow_none=True)


def _applicant() -> fields.String:
    return _choice(
        "The applicant column of the requests matrix; null for codes without that dimension.",
        APPLICANTS,
        allow_none=True,
    )


class StrictSchema(Schema):
    """Members that a schema does not name are errors."""

    class Meta:
        unknown = RAISE


class ReportRequestSchema(StrictSchema):
    text = _text("The report's text.")


class ReportReferenceSchema(StrictSchema):
    id = fields.String(metadata=_describe("The id of a remembered report; this or `text`."))
    text = fields.String(metadata=_describe("The report's text; this or `id`."))

    @validates_schema(skip_on_field_errors=True)
    def check_one_of_two(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("Either id or text, not both.")


class ComparisonRequestSchema(StrictSchema):
    earlier = fields.Nested(ReportReferenceSchema, required=True)
    later = fields.Nested(ReportReferenceSchema, required=True)


class BatchItemSchema(StrictSchema):
    """One line of a batch."""

    key = fields.String(
        validate=validate.Length(max=200), metadata=_describe("A name of the client's, given back with the answer.")
    )
    text = _text("The report's text.")


class RegionSchema(StrictSchema):
    name = _text("The report's own region as it calls itself, 铁东区.")
    path = fields.List(
        fields.String(), required=True, allow_none=True, metadata=_describe("GB/T 2260 names from the province down.")
    )
    code = _maybe_text("GB/T 2260 code, null where it is not certain.")


class PeriodSchema(StrictSchema):
    start = _date("First day as stated")
    end = _date("Last day as stated")


class ContactsSchema(StrictSchema):
    address = _maybe_text("Postal address.")
    postcode = _maybe_text("Postcode.")
    phone = _maybe_text("Telephone number.")
    fax = _maybe_text("Fax number.")
    email = _maybe_text("E-mail address.")
    website = _maybe_text("Web address.")


class DocumentSchema(StrictSchema):
    title = _maybe_text("The heading lines joined, white space inside dropped.")
    kind = _choice(
        "`annual_report`; `work_report` for other reports on this work; `unknown`.",
        ("annual_report", "work_report", "unknown"),
    )
    form = _choice(
        "The statutory table that the text holds; `prose` where it holds none.", ("2014", "2019", "2021", "prose")
    )
    year = fields.Integer(required=True, allow_none=True, strict=True, metadata=_describe("The reported year."))
    issuer = _maybe_text("The body whose report it is.")
    compiler = _maybe_text("The office that compiled or signed it.")
    region = fields.Nested(RegionSchema, required=True, allow_none=True)
    period = fields.Nested(PeriodSchema, required=True)
    published_on = _maybe_text(
        "Date of signature or publication, ISO 8601; the month alone where no day is printed.",
        validate=validate.Regexp(DATE_OR_MONTH_PATTERN),
    )
    contacts = fields.Nested(ContactsSchema, required=True)


class SectionSchema(StrictSchema):
    level = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1), metadata=_describe("Nesting depth from 1.")
    )
    number = _maybe_text("The number as printed, 一 or （二）.")
    title = _text("The heading without its number.")
    span = _span()


class ObservationSchema(StrictSchema):
    value = _maybe_number("The figure as this place states it.")
    qualifier = _choice("How exactly it is stated.", QUALIFIERS)
    source = _choice("Where it was read.", SOURCES)
    span = _maybe_span()
    rule = _text("What read it.")


class IndicatorSchema(StrictSchema):
    code = _text("The code of the codebook.")
    applicant = _applicant()
    label = _text("The label as the form prints it.")
    value = _maybe_number("The figure, null where the cell is blank or not applicable.")
    unit = _text("The form's unit.")
    status = _choice("Blank is not zero.", get_args(Status))
    qualifier = _choice("How exactly the figure is stated.", QUALIFIERS)
    source = _choice("Where it was read.", SOURCES)
    span = _maybe_span()
    observations = _list(ObservationSchema, "Every place that states this figure.")


class QuantitySchema(StrictSchema):
    text = _text("Number, unit and attached marks, 约1.5万份.")
    value = _number("The number, 万 and 亿 multiplied out; money in 万元.")
    unit = _maybe_text("The unit as printed without its multiplier.")
    qualifier = _choice("How exactly it is stated.", QUALIFIERS)
    subject = _maybe_text("What is counted, in the text's words.")
    section = _maybe_text("The number path of its section.")
    span = _span()


class CitationSchema(StrictSchema):
    title = _maybe_text("Title without 《》.")
    number = _maybe_text("Document number, 国办发〔2017〕24号.")
    span = _span()


class ItemSchema(StrictSchema):
    text = _text("The item in the report's words.")
    span = _span()


class OperandSchema(StrictSchema):
    label = _text("What the figure is, in the form's words.")
    value = _maybe_number("The figure that was compared.")
    code = _maybe_text("The indicator's code, where it is one.")
    applicant = _applicant()
    span = _maybe_span()


class CheckSchema(StrictSchema):
    rule = _choice("Which arithmetic.", ("sum", "applicants", "balance", "at_most", "agreement", "share", "breakdown"))
    status = _choice("`unknown` when an operand is missing.", get_args(CheckStatus))
    message = _text("One Chinese sentence that states the figures.")
    operands = _list(OperandSchema, "The figures that were compared.")
    expected = _maybe_number("The left side.")
    actual = _maybe_number("The right side.")
    difference = _maybe_number("What lies between them.")


class WarningSchema(StrictSchema):
    code = _text("A noun, `unplaced_cell`.")
    message = _text("One sentence.")
    span = _maybe_span()


class ReportSchema(StrictSchema):
    id = _text("Lower-case hex SHA-256 of the text's UTF-8 bytes.", validate=validate.Regexp(ID_PATTERN))
    parser_version = _text("Changes whenever the same text could give another report.")
    document = fields.Nested(DocumentSchema, required=True)
    sections = _list(SectionSchema, "The outline.")
    indicators = _list(IndicatorSchema, "One entry for each statutory figure: each (code, applicant).")
    quantities = _list(QuantitySchema, "Every other figure in the prose.")
    citations = _list(CitationSchema, "Laws and documents.")
    problems = _list(ItemSchema, "The items of 存在的主要问题.")
    improvements = _list(ItemSchema, "The items of 改进措施.")
    checks = _list(CheckSchema, "The arithmetic that the report should satisfy.")
    check_summary = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=_count("How many.")),
        required=True,
        metadata=_describe("For each rule how many checks passed, failed or stayed unknown."),
    )
    warnings = _list(WarningSchema, "What the parser could not place.")


class PartySchema(StrictSchema):
    id = _text("The report's id.", validate=validate.Regexp(ID_PATTERN))
    issuer = _maybe_text("The body whose report it is.")
    year = fields.Integer(required=True, allow_none=True, strict=True, metadata=_describe("The reported year."))
    form = _choice("The statutory table that the text holds.", ("2014", "2019", "2021", "prose"))


class StatementSchema(StrictSchema):
    value = _maybe_number("The figure, null where the cell is blank or not applicable.")
    status = _choice("Blank is not zero.", get_args(Status))
    qualifier = _choice("How exactly the figure is stated.", QUALIFIERS)
    source = _choice("Where it was read.", SOURCES)
    span = _maybe_span()


class ChangeSchema(StrictSchema):
    code = _text("The code of the codebook.")
    applicant = _applicant()
    label = _text("The label as the later report's form prints it, else the earlier's.")
    unit = _text("The form's unit.")
    earlier = fields.Nested(StatementSchema, required=True, allow_none=True)
    later = fields.Nested(StatementSchema, required=True, allow_none=True)
    change = _maybe_number("Later less earlier; null where one of them is no figure.")
    change_percent = _maybe_number("The change in per cent of the earlier figure, to two decimals; null from 0.")


class LinkSchema(CheckSchema):
    rule = _choice("What links one year to the next.", ("carried_over", "in_force"))


class ComparisonSchema(StrictSchema):
    earlier = fields.Nested(PartySchema, required=True)
    later = fields.Nested(PartySchema, required=True)
    indicators = _list(ChangeSchema, "Every indicator of either report, in the order of the codebook.")
    checks = _list(LinkSchema, "What the later report should take over from the earlier one.")
    check_summary = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=_count("How many.")),
        required=True,
        metadata=_describe("For each rule how many checks passed, failed or stayed unknown."),
    )
    warnings = _list(WarningSchema, "Why the two may not belong together.")


class ProblemErrorSchema(StrictSchema):
    pointer = _text("JSON pointer to the member, as a URI fragment.")
    detail = _text("What is wrong with it.")


class ProblemSchema(StrictSchema):
    type = _text("`about:blank`: the status says what kind of problem it is.")
    title = _text("The phrase of the status.")
    status = fields.Integer(required=True, strict=True, metadata=_describe("The HTTP status."))
    detail = _text("One sentence for people; never words of the request.")
    code = _text("A constant name for programs, `empty_text`.")
    errors = fields.List(
        fields.Nested(ProblemErrorSchema), metadata=_describe("One entry for each wrong member of a JSON body.")
    )


class BatchAnswerSchema(StrictSchema):
    """One line of a batch's answer: a report or a problem."""

    key = _maybe_text("The key of the item; null where it has none or cannot be read.")
    status = fields.Integer(
        required=True, strict=True, metadata=_describe("201 read now, 200 remembered, else the problem's status.")
    )
    report = fields.Nested(ReportSchema)
    problem = fields.Nested(ProblemSchema)


class HealthSchema(StrictSchema):
    status = _choice("The process lives.", ("ok",))


class NeedSchema(StrictSchema):
    name = _text("What is needed, `cache`.")
    status = _choice("Whether it is there.", ("ok", "unavailable"))
    detail = _maybe_text("Which server answers.")


class ReadinessSchema(StrictSchema):
    status = _choice("`degraded`: reports are parsed and not remembered.", ("ready", "degraded"))
    needs = _list(NeedSchema, "What the service needs, by name.")


class PrintedCellSchema(StrictSchema):
    label = _maybe_text("The printed words; null where a figure stands.")
    code = _maybe_text("The code of the figure; null for a label.")
    applicant = _applicant()
    unit = _maybe_text("The unit of the figure; null for a label.")
    colspan = _count("How many columns the cell is wide.")
    rowspan = _count("How many lines the cell is high.")


class PrintedColumnSchema(StrictSchema):
    labels = fields.List(fields.String(), required=True, metadata=_describe("The heads above, the outermost first."))
    applicant = _applicant()


class PrintedRowSchema(StrictSchema):
    label = _text("The printed label; empty for the one row of the remedies.")
    level = _count("Nesting depth from 1.")
    cells = _list(PrintedCellSchema, "One cell for each column; none for the label of a part or a group.")


def _lines(description: str) -> fields.List[Any]:
    line = fields.List(fields.Nested(PrintedCellSchema))
    return fields.List(line, required=True, metadata=_describe(description))


class PrintedTableSchema(StrictSchema):
    name = _text("`statistics`, `art20_1`, `requests`, `remedies` …")
    part = _text("The heading of the report under which the table stands.")
    title = _maybe_text("What the table prints over itself, 第二十条第（一）项.")
    columns = _list(PrintedColumnSchema, "The columns of figures in printed order.")
    rows = _list(PrintedRowSchema, "The rows in printed order, group labels among them.")
    head = _lines("The head lines, cell by cell, merged as printed.")
    body = _lines("The lines below the head, cell by cell, merged as printed.")


def _year(description: str, **options: Any) -> fields.Integer:
    return fields.Integer(required=True, strict=True, metadata=_describe(description), **options)


class FormSchema(StrictSchema):
    form = _text("`2014`, `2019` or `2021`.")
    title = _text("The title of the form.")
    document = _text("The document that fixed it.")
    number = _text("The number of that document.")
    first_year = _year("The first fiscal year that the form serves.")
    last_year = _year("The last one; null for the form in force.", allow_none=True)


class PrintedFormSchema(FormSchema):
    tables = _list(PrintedTableSchema, "The tables in printed order.")


class PlaceSchema(StrictSchema):
    form = _choice(
        "`narrative` where a code is told in prose and printed by no form.", ("2014", "2019", "2021", "narrative")
    )
    table = _maybe_text("The table of the form.")
    labels = fields.List(
        fields.String(), required=True, metadata=_describe("The printed labels on the way to the cell.")
    )
    sums_into = _maybe_text("The code whose figure the parts of this form add up to.")


class CodebookEntrySchema(StrictSchema):
    code = _text("The code.")
    label_zh = _text("Chinese label.")
    label_en = _text("English label.")
    definition_zh = _text("What it counts, in Chinese.")
    definition_en = _text("What it counts, in English.")
    unit = _text("The unit of its figures.")
    by_applicant = fields.Boolean(required=True, metadata=_describe("Whether a form divides it by applicant."))
    parent = _maybe_text("The code that it is a part of.")
    basis = fields.List(fields.String(), required=True, metadata=_describe("Articles of laws, in full."))
    places = _list(PlaceSchema, "Where the forms print it.")
    series = fields.List(fields.String(), required=True, metadata=_describe("The series that it is in."))


class SeriesMemberSchema(StrictSchema):
    form = _text("The form.")
    codes = fields.List(
        fields.String(),
        required=True,
        metadata=_describe("Codes whose values are added; by applicant the column total."),
    )


class JoinSchema(StrictSchema):
    before = _text("The earlier form.")
    after = _text("The later form.")
    fit = _choice("How far values of the two may be compared.", ("same", "close", "broken", "none"))


class SeriesSchema(StrictSchema):
    series = _text("The code under which the series is best known.")
    label_zh = _text("Chinese label.")
    label_en = _text("English label.")
    unit = _text("The unit.")
    members = _list(SeriesMemberSchema, "The codes of each form that has a counterpart.")
    joins = _list(JoinSchema, "Each pair of neighbouring forms.")
    note_zh = _maybe_text("Why the series bends or breaks, in Chinese.")
    note_en = _maybe_text("Why the series bends or breaks, in English.")


class CodebookSchema(StrictSchema):
    forms = _list(FormSchema, "The forms in the order of their years.")
    indicators = _list(CodebookEntrySchema, "Every code in the order of the forms.")
    series = _list(SeriesSchema, "The crosswalk of the forms.")
