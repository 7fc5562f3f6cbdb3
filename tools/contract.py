"""The contract: every operation of the API, and for each of its answers one real exchange that gives it.

In: nothing. Out: `OPERATIONS`, which `tools.openapi` writes down and the tests hold the service to. Shapes are
named here and come from `service.schemas`.
"""

import hashlib
from dataclasses import dataclass, field, replace

import msgspec

JSON = "application/json"
TEXT = "text/plain"
TEXTS = (TEXT, "text/html", "text/markdown")
CSV = "text/csv"
LINES = "application/x-ndjson"
PROBLEM = "application/problem+json"

SAMPLE = """青石县2024年政府信息公开工作年度报告

一、收到和处理政府信息公开申请情况
2024年，青石县收到政府信息公开申请37件，上年结转2件。

青石县人民政府办公室
2025年1月17日
"""
SAMPLE_ID = hashlib.sha256(SAMPLE.encode()).hexdigest()
SAMPLE_PATH = f"/v1/reports/{SAMPLE_ID}"
UNKNOWN_ID = "0" * 64
TEXT_HEADERS = {"Content-Type": f"{TEXT}; charset=utf-8"}
JSON_HEADERS = {"Content-Type": JSON}
LINES_HEADERS = {"Content-Type": LINES}
# A secret that opens the service with keys in part.
READING_SECRET = "reading"


@dataclass(frozen=True)
class Exchange:
    """One request, named for the example that its answer becomes, and which service it is sent to."""

    name: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    setting: str = "running"


@dataclass(frozen=True)
class Answer:
    """One status of an operation: its headers, its media types with their schemas, the exchanges that give it."""

    status: int
    description: str
    exchanges: tuple[Exchange, ...]
    headers: tuple[str, ...] = ()
    content: dict[str, str | None] = field(default_factory=dict)
    # A body too long to be read as an example stays out of the document.
    is_example: bool = True


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    id: str
    tag: str
    summary: str
    description: str
    answers: tuple[Answer, ...]
    parameters: tuple[str, ...] = ()
    # The schema of the JSON that it takes, and whether it takes a text as it is as well.
    request_schema: str | None = None
    request_type: str = JSON
    takes_text: bool = False


def problem(status: int, description: str, *exchanges: Exchange, headers: tuple[str, ...] = ()) -> Answer:
    return Answer(status, description, exchanges, headers, {PROBLEM: "Problem"})


REPORT_HEADERS = ("ETag", "Cache-Control", "Cache-Status", "Vary")
# With `members` a client gets a part, which has only what it asked for.
REPORT_CONTENT: dict[str, str | None] = {JSON: "Report or ReportPart", CSV: None}
PUBLISHED_HEADERS = ("ETag", "Cache-Control", "Vary")


def post(name: str, body: bytes, headers: dict[str, str] = TEXT_HEADERS, **options: str) -> Exchange:
    return Exchange(name, "/v1/reports", headers, body, **options)


def post_json(name: str, body: object) -> Exchange:
    return post(name, msgspec.json.encode(body), JSON_HEADERS)


def not_modified(path: str) -> Answer:
    exchange = Exchange("not_modified", path, {"If-None-Match": "*"})
    return Answer(304, "The client holds it already.", (exchange,), ("ETag", "Cache-Control", "Vary"))


def not_acceptable(path: str, method_headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    exchange = Exchange("not_acceptable", path, {**(method_headers or {}), "Accept": "image/png"}, body)
    return problem(406, "No media type that the client takes.", exchange)


def compare(name: str, body: object, setting: str = "running") -> Exchange:
    data = msgspec.json.encode(body) if body else b"{"
    return Exchange(name, "/v1/comparisons", JSON_HEADERS, data, setting)


EARLIER = SAMPLE.replace("2024", "2023").replace("2025", "2024").replace("37件", "29件")
PAIR = msgspec.json.encode({"earlier": {"text": EARLIER}, "later": {"id": SAMPLE_ID}})
UNKNOWN_MEMBER = "`members` names what a report does not have, or goes with CSV."
FAULT = "The service failed; it has logged where."
# What may go wrong with any report asked for by its id.
UNANSWERED_BY_ID = (
    problem(500, FAULT, Exchange("internal_server_error", SAMPLE_PATH, setting="faulty")),
    problem(
        503,
        "The cache does not answer.",
        Exchange("cache_unavailable", SAMPLE_PATH, setting="cacheless"),
        headers=("Retry-After",),
    ),
)
# Texts that nothing else posts, so that none of them is remembered: one to be refused, one too long for its time.
UNREAD = SAMPLE.replace("青石", "白石")
LONG_LINE = "政" * 1200
LENGTHY = UNREAD * 300
BUSY = "The workers have more texts to read than they can (`busy`)"

POST_REPORT = Operation(
    "post",
    "/v1/reports",
    "postReport",
    "reports",
    "Read one report",
    "The text of one report in; its figures out, read now or remembered. The same text always gives the same report.",
    (
        Answer(
            201,
            "Read now. It is remembered under `Location`, unless `Cache-Status` says otherwise.",
            (post("parsed", SAMPLE.encode()),),
            (*REPORT_HEADERS, "Location"),
            REPORT_CONTENT,
        ),
        Answer(
            200,
            "Remembered.",
            (
                post_json("remembered", {"text": SAMPLE}),
                post("table", SAMPLE.encode("gb18030"), {"Content-Type": "text/plain; charset=gb18030", "Accept": CSV}),
            ),
            REPORT_HEADERS,
            REPORT_CONTENT,
        ),
        problem(
            400,
            "The body is no text, no JSON, no gzip, or not whole.",
            post("no_text", b"\x00\x01\x02\x03"),
            post("malformed_gzip", b"\x1f\x8b", TEXT_HEADERS | {"Content-Encoding": "gzip"}),
            post("malformed_json", b'{"text": ', JSON_HEADERS),
        ),
        not_acceptable("/v1/reports", TEXT_HEADERS, SAMPLE.encode()),
        problem(
            413,
            "The body is over the size limit, or a line of the text is too long.",
            post("body_too_large", b" " * 5000),
            post("line_too_long", LONG_LINE.encode()),
        ),
        problem(
            415,
            "Another media type, or another coding than gzip.",
            post("unsupported_media_type", b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}),
            headers=("Accept", "Accept-Encoding"),
        ),
        problem(
            422,
            f"The text is empty, too deep or costs too much time, or the JSON has wrong members. {UNKNOWN_MEMBER}",
            post("empty_text", b" "),
            post_json("invalid_members", {"words": "", "text": 1}),
            Exchange("unknown_member", "/v1/reports?members=figures", TEXT_HEADERS, SAMPLE.encode()),
            post("nested_too_deeply", b"<div>\n" * 600),
            post("parse_timeout", LENGTHY.encode(), setting="hurried"),
        ),
        problem(500, FAULT, post("internal_server_error", SAMPLE.encode(), setting="faulty")),
        problem(503, f"{BUSY}.", post("busy", UNREAD.encode(), setting="busy"), headers=("Retry-After",)),
    ),
    ("members",),
    request_schema="ReportRequest",
    takes_text=True,
)

POST_BATCH = Operation(
    "post",
    "/v1/reports/batch",
    "postBatch",
    "reports",
    "Read many reports",
    "One JSON object a line in, one a line out in the same order, sent as it is read: its report, or its own problem. "
    "The schemas are those of one line. Blank lines are passed over and have no answer. "
    "A batch with too many items ends in a problem that says so.",
    (
        Answer(
            200,
            "One line for each item.",
            (
                Exchange("read", "/v1/reports/batch", LINES_HEADERS, msgspec.json.encode({"key": "a", "text": SAMPLE})),
                Exchange("refused", "/v1/reports/batch", LINES_HEADERS, b'{"key": "b", "text": " "}'),
            ),
            ("Batch-Limits", "Cache-Control", "Vary"),
            {LINES: "BatchAnswer"},
        ),
        problem(
            400,
            "The body is no gzip, or not whole.",
            Exchange("malformed_gzip", "/v1/reports/batch", LINES_HEADERS | {"Content-Encoding": "gzip"}, b"\x1f\x8b"),
        ),
        not_acceptable("/v1/reports/batch", LINES_HEADERS, b"{}"),
        problem(
            413,
            "The body is over the size limit.",
            Exchange("body_too_large", "/v1/reports/batch", LINES_HEADERS, b" " * 9000),
        ),
        problem(
            415,
            "Another media type, or another coding than gzip.",
            Exchange("unsupported_media_type", "/v1/reports/batch", JSON_HEADERS, b"[]"),
            headers=("Accept", "Accept-Encoding"),
        ),
    ),
    request_schema="BatchItem",
    request_type=LINES,
)

GET_REPORT = Operation(
    "get",
    "/v1/reports/{report_id}",
    "getReport",
    "reports",
    "Get a remembered report",
    "The report of a text whose hash is known, as long as it is remembered and the parser is still the same.",
    (
        Answer(
            200,
            "Remembered.",
            (Exchange("report", SAMPLE_PATH), Exchange("part", f"{SAMPLE_PATH}?members=document")),
            REPORT_HEADERS,
            REPORT_CONTENT,
        ),
        Answer(
            304,
            "The client holds it already.",
            (Exchange("not_modified", SAMPLE_PATH, {"If-None-Match": "*"}),),
            REPORT_HEADERS,
        ),
        problem(404, "Nothing is remembered under this id.", Exchange("unknown_report", f"/v1/reports/{UNKNOWN_ID}")),
        not_acceptable(SAMPLE_PATH),
        problem(422, UNKNOWN_MEMBER, Exchange("unknown_member", f"{SAMPLE_PATH}?members=figures")),
        *UNANSWERED_BY_ID,
    ),
    ("report_id", "members", "If-None-Match"),
)

DELETE_REPORT = Operation(
    "delete",
    "/v1/reports/{report_id}",
    "deleteReport",
    "reports",
    "Forget a report",
    "Removes what is remembered of a text whose hash is known. The same text can be read again at any time.",
    (
        Answer(204, "Forgotten.", (Exchange("forgotten", SAMPLE_PATH),)),
        problem(
            403,
            "The key may not forget reports.",
            Exchange("key_may_not", SAMPLE_PATH, {"Authorization": f"Bearer {READING_SECRET}"}, setting="keyed"),
            headers=("WWW-Authenticate",),
        ),
        problem(404, "Nothing is remembered under this id.", Exchange("unknown_report", f"/v1/reports/{UNKNOWN_ID}")),
        *UNANSWERED_BY_ID,
    ),
    ("report_id",),
)

POST_COMPARISON = Operation(
    "post",
    "/v1/comparisons",
    "postComparison",
    "reports",
    "Compare two reports",
    "Two reports, each by its id or its text: their figures side by side, and the checks that link their years.",
    (
        Answer(
            200,
            "The comparison, made anew each time.",
            (compare("compared", {"earlier": {"text": EARLIER}, "later": {"id": SAMPLE_ID}}),),
            ("Cache-Control", "Vary"),
            {JSON: "Comparison"},
        ),
        problem(400, "The body is no JSON, no gzip, or not whole.", compare("malformed_json", None)),
        problem(
            404,
            "Nothing is remembered under an id.",
            compare("unknown_report", {"earlier": {"id": UNKNOWN_ID}, "later": {"id": SAMPLE_ID}}),
        ),
        not_acceptable("/v1/comparisons", JSON_HEADERS, b"{}"),
        problem(
            413,
            "The body is over the size limit, or a line of a text is too long.",
            compare("body_too_large", " " * 5000),
            compare("line_too_long", {"earlier": {"text": LONG_LINE}, "later": {"id": SAMPLE_ID}}),
        ),
        problem(
            415,
            "Another media type, or another coding than gzip.",
            Exchange("unsupported_media_type", "/v1/comparisons", TEXT_HEADERS, b"x"),
            headers=("Accept", "Accept-Encoding"),
        ),
        problem(
            422,
            "The JSON has wrong members, or a text is nested too deeply or takes too long to be read.",
            compare("invalid_members", {"earlier": {}}),
            compare("parse_timeout", {"earlier": {"text": LENGTHY}, "later": {"id": SAMPLE_ID}}, "hurried"),
        ),
        problem(
            500,
            FAULT,
            Exchange("internal_server_error", "/v1/comparisons", JSON_HEADERS, PAIR, setting="faulty"),
        ),
        problem(
            503,
            f"{BUSY}, or the cache does not answer.",
            compare("busy", {"earlier": {"text": UNREAD}, "later": {"id": SAMPLE_ID}}, "busy"),
            Exchange("cache_unavailable", "/v1/comparisons", JSON_HEADERS, PAIR, setting="cacheless"),
            headers=("Retry-After",),
        ),
    ),
    request_schema="ComparisonRequest",
)

GET_INDICATORS = Operation(
    "get",
    "/v1/indicators",
    "getIndicators",
    "codebook",
    "Get the codebook",
    "Every code with its labels, unit, definition and legal basis, where the forms print it, and the series that run "
    "from 2014 to today.",
    (
        Answer(
            200,
            "The codebook.",
            (Exchange("codebook", "/v1/indicators"), Exchange("table", "/v1/indicators", {"Accept": CSV})),
            PUBLISHED_HEADERS,
            {JSON: "Codebook", CSV: None},
            is_example=False,
        ),
        not_modified("/v1/indicators"),
        not_acceptable("/v1/indicators"),
    ),
    ("If-None-Match",),
)

GET_FORM = Operation(
    "get",
    "/v1/forms/{form}",
    "getForm",
    "codebook",
    "Get a printed form",
    "Rows and columns of one statutory form as the regulation prints it, with the code of each cell.",
    (
        Answer(
            200,
            "The form.",
            (Exchange("form", "/v1/forms/2021"),),
            PUBLISHED_HEADERS,
            {JSON: "PrintedForm"},
            is_example=False,
        ),
        not_modified("/v1/forms/2021"),
        problem(404, "There is no such form.", Exchange("unknown_form", "/v1/forms/1999")),
        not_acceptable("/v1/forms/2021"),
    ),
    ("form", "If-None-Match"),
)

GET_HEALTH = Operation(
    "get",
    "/healthz",
    "getHealth",
    "health",
    "Ask whether the process lives",
    "For a supervisor that restarts what does not answer.",
    (Answer(200, "It lives.", (Exchange("alive", "/healthz"),), ("Cache-Control",), {JSON: "Health"}),),
)

GET_READINESS = Operation(
    "get",
    "/readyz",
    "getReadiness",
    "health",
    "Ask whether what the service needs is there",
    "For a balancer and for people. Without its cache the service still reads reports: degraded, and ready.",
    (
        Answer(
            200,
            "Each need by name.",
            (Exchange("ready", "/readyz"), Exchange("degraded", "/readyz", setting="cacheless")),
            ("Cache-Control",),
            {JSON: "Readiness"},
        ),
        problem(500, FAULT, Exchange("internal_server_error", "/readyz", setting="faulty")),
    ),
)

GET_METRICS = Operation(
    "get",
    "/metrics",
    "getMetrics",
    "health",
    "Get the counts of all workers for Prometheus",
    "Requests, cache, parses, failed checks and warnings since the start, in the text format of Prometheus.",
    (
        Answer(
            200,
            "The metrics.",
            (Exchange("metrics", "/metrics"),),
            ("Cache-Control",),
            {"text/plain": None},
            is_example=False,
        ),
    ),
)
KEYLESS = "The service asks for a key (`API_KEYS`), and this is none that it knows."
HASTY = "The client has made more requests than the service allows (`RATE_LIMIT`)."


def guard(operation: Operation) -> Operation:
    """The operation with the answers of the gate that stands before everything under /v1."""
    exchange = operation.answers[0].exchanges[0]
    keyless = problem(
        401, KEYLESS, replace(exchange, name="key_missing", setting="keyed"), headers=("WWW-Authenticate",)
    )
    hasty = problem(
        429,
        HASTY,
        replace(exchange, name="too_many_requests", setting="limited"),
        headers=("Retry-After", "RateLimit", "RateLimit-Policy"),
    )
    answers = sorted((*operation.answers, keyless, hasty), key=lambda answer: answer.status)
    return replace(operation, answers=(operation.answers[0], *(a for a in answers if a is not operation.answers[0])))


# What forgets the sample comes after all that ask for it.
OPERATIONS = (
    guard(POST_REPORT),
    guard(POST_BATCH),
    guard(GET_REPORT),
    guard(POST_COMPARISON),
    guard(GET_INDICATORS),
    guard(GET_FORM),
    GET_HEALTH,
    GET_READINESS,
    GET_METRICS,
    guard(DELETE_REPORT),
)
