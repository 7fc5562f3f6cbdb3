"""One shape of error on every route and for every mistake, and nothing of what was sent in answers or log."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
import pytest
import requests

from service.access import JsonFormatter
from service.app import create_app
from service.errors import KINDS
from service.schemas import ProblemSchema
from service.settings import Settings
from tests.conftest import LiveService, RunService, find_workers, read_memory
from tests.samples import make_text

ID = "0" * 64
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}
GZIP = {"Content-Encoding": "gzip"}
# What a client sends in these tests holds this word, and no answer and no log may.
MARKER = "机密段落"
LINES = {"Content-Type": "application/x-ndjson"}


def assert_problem(answer: requests.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert ProblemSchema().validate(problem) == {}
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, "about:blank")
    assert problem["title"] == KINDS[status].title
    assert MARKER not in answer.text


MISTAKES = {
    "unknown_route": ("GET", "/v2/reports", {}, b"", 404, "not_found"),
    "doubled_slash": ("GET", "/v1//reports", {}, b"", 404, "not_found"),
    "trailing_slash": ("GET", "/v1/reports/", {}, b"", 404, "not_found"),
    "dots": ("GET", f"/v1/reports/..%2f{ID}", {}, b"", 404, "not_found"),
    "unknown_report": ("GET", f"/v1/reports/{ID}", {}, b"", 404, "unknown_report"),
    "upper_case_id": ("GET", f"/v1/reports/{'A' * 64}", {}, b"", 404, "unknown_report"),
    "no_id": ("GET", f"/v1/reports/{MARKER}", {}, b"", 404, "not_found"),
    "method": ("PUT", "/v1/reports", TEXT, MARKER.encode(), 405, "method_not_allowed"),
    "invented_method": ("BREW", "/v1/reports", TEXT, b"", 405, "method_not_allowed"),
    "no_media_type": ("POST", "/v1/reports", {}, MARKER.encode(), 415, "unsupported_media_type"),
    "form": (
        "POST",
        "/v1/reports",
        {"Content-Type": "application/x-www-form-urlencoded"},
        MARKER.encode(),
        415,
        "unsupported_media_type",
    ),
    "pdf": ("POST", "/v1/reports", {"Content-Type": "application/pdf"}, b"%PDF-1.7", 415, "unsupported_media_type"),
    "cut_gzip": ("POST", "/v1/reports", TEXT | GZIP, b"\x1f\x8b", 400, "malformed_gzip"),
    "no_gzip": ("POST", "/v1/reports", TEXT | GZIP, MARKER.encode(), 400, "malformed_gzip"),
    "no_bytes_of_gzip": ("POST", "/v1/reports", TEXT | GZIP, b"", 422, "empty_text"),
    "damaged_gzip": (
        "POST",
        "/v1/comparisons",
        JSON | GZIP,
        gzip.compress(MARKER.encode())[:-5] + b"\x00" * 5,
        400,
        "malformed_gzip",
    ),
    "other_coding": (
        "POST",
        "/v1/reports",
        TEXT | {"Content-Encoding": "br"},
        MARKER.encode(),
        415,
        "unsupported_media_type",
    ),
    "binary": ("POST", "/v1/reports", TEXT, bytes(range(256)) * 8, 400, "no_text"),
    "nuls": ("POST", "/v1/reports", TEXT, b"\x00" * 4096, 400, "no_text"),
    "wrong_charset": (
        "POST",
        "/v1/reports",
        {"Content-Type": "text/plain; charset=utf-8"},
        b"\xff\xff\xff",
        400,
        "no_text",
    ),
    "odd_utf_16": ("POST", "/v1/reports", TEXT, b"\xff\xfe\x00", 400, "no_text"),
    "no_body": ("POST", "/v1/reports", TEXT, b"", 422, "empty_text"),
    "blank_body": ("POST", "/v1/reports", TEXT, " \r\n\t　".encode(), 422, "empty_text"),
    "byte_order_mark_alone": ("POST", "/v1/reports", TEXT, b"\xef\xbb\xbf", 422, "empty_text"),
    "empty_json_text": ("POST", "/v1/reports", JSON, b'{"text": ""}', 422, "empty_text"),
    "broken_json": ("POST", "/v1/reports", JSON, b'{"text": ', 400, "malformed_json"),
    "json_in_no_charset": ("POST", "/v1/reports", JSON, b'{"text": "\xff\xff"}', 400, "malformed_json"),
    "unpaired_surrogate": ("POST", "/v1/reports", JSON, b'{"text": "\\ud800"}', 400, "malformed_json"),
    "deep_json": ("POST", "/v1/reports", JSON, b"[" * 100_000, 400, "malformed_json"),
    "json_list": ("POST", "/v1/reports", JSON, f'["{MARKER}"]'.encode(), 422, "invalid_members"),
    "json_string": ("POST", "/v1/reports", JSON, f'"{MARKER}"'.encode(), 422, "invalid_members"),
    "missing_text": ("POST", "/v1/reports", JSON, b"{}", 422, "invalid_members"),
    "null_text": ("POST", "/v1/reports", JSON, b'{"text": null}', 422, "invalid_members"),
    "number_for_text": ("POST", "/v1/reports", JSON, b'{"text": 2024}', 422, "invalid_members"),
    "unknown_member": (
        "POST",
        "/v1/reports",
        JSON,
        msgspec.json.encode({"text": "x", MARKER: MARKER}),
        422,
        "invalid_members",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_a_problem(live_service: LiveService, name: str) -> None:
    method, path, headers, body, status, code = MISTAKES[name]
    assert_problem(live_service.request(method, path, headers=headers, data=body), status, code)


def test_members_are_pointed_at(live_service: LiveService) -> None:
    answer = live_service.request("POST", "/v1/reports", json={"text": 1, MARKER: 2})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/text", "#"]


def test_what_is_no_id_is_told_so(live_service: LiveService) -> None:
    for method in ("GET", "DELETE"):
        answer = live_service.request(method, f"/v1/reports/{'A' * 64}")
        assert_problem(answer, 404, "unknown_report")
        assert "lower-case" in answer.json()["detail"]
        assert "lower-case" not in live_service.request(method, f"/v1/reports/{'a' * 64}").json()["detail"]


@pytest.mark.parametrize("path", ["/v1/reports", f"/v1/reports/{ID}", "/docs", "/"])
def test_answer_to_options_has_no_type(live_service: LiveService, path: str) -> None:
    answer = live_service.request("OPTIONS", path)
    assert (answer.status_code, answer.content, "Content-Type" in answer.headers) == (200, b"", False)
    assert "OPTIONS" in answer.headers["Allow"]


def test_415_says_what_is_taken(live_service: LiveService) -> None:
    answer = live_service.request("POST", "/v1/reports", data=b"x", headers={"Content-Type": "text/csv"})
    assert answer.headers["Accept"] == "text/plain, text/html, text/markdown, application/json"
    assert answer.headers["Accept-Encoding"] == "gzip"


def list_wrong_methods() -> list[tuple[str, str]]:
    app = create_app(Settings.from_env({"REDIS_URL": "unix:///nowhere"}))
    allowed: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        allowed.setdefault(re.sub("<[^>]*report_id>", ID, rule.rule), set()).update(rule.methods or ())
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return [(method, path) for path, taken in allowed.items() for method in methods if method not in taken]


@pytest.mark.parametrize(("method", "path"), list_wrong_methods())
def test_wrong_method_names_the_right_ones(live_service: LiveService, method: str, path: str) -> None:
    answer = live_service.request(method, path)
    assert_problem(answer, 405, "method_not_allowed")
    assert method not in answer.headers["Allow"]


@pytest.fixture(scope="module")
def narrow(run_service: RunService) -> Iterator[LiveService]:
    """Takes a text that names the marker, and no byte more."""
    with run_service(MAX_BODY_BYTES=str(len(make_text(MARKER).encode())), WORKERS="1") as service:
        yield service


def test_body_over_the_limit_is_refused(narrow: LiveService) -> None:
    text = make_text(MARKER)
    assert narrow.post_text(text).status_code == 201
    assert_problem(narrow.post_text(text + "。"), 413, "body_too_large")
    # A body in chunks says no length before it comes.
    chunks = (text.encode() for _ in range(3))
    answer = narrow.request("POST", "/v1/reports", data=chunks, headers=TEXT)
    assert_problem(answer, 413, "body_too_large")
    assert narrow.post_text(text).status_code == 200


def test_packed_body_is_held_to_the_limit_unpacked(narrow: LiveService) -> None:
    text = make_text(MARKER[::-1])
    for body, status in ((text, 201), (text + "。", 413)):
        packed = gzip.compress(body.encode())
        assert narrow.request("POST", "/v1/reports", data=packed, headers=TEXT | GZIP).status_code == status


def test_bomb_costs_no_more_than_the_limit(run_service: RunService) -> None:
    bomb = gzip.compress(b"0" * 200_000_000, 1)
    with run_service(WORKERS="1", MAX_BODY_BYTES="2000000", MAX_BATCH_BYTES="4000000") as service:
        service.post_text(make_text("炸弹"))
        (worker,) = find_workers(service)
        before = read_memory(worker)
        for path, headers in (("/v1/reports", TEXT), ("/v1/reports/batch", LINES)):
            answer = service.request("POST", path, data=bomb, headers=headers | GZIP)
            assert_problem(answer, 413, "body_too_large")
        assert read_memory(worker) - before < 8_000


def send_raw(service: LiveService, data: bytes) -> bytes:
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


RAW = {
    "no_http": (MARKER.encode() + b"\r\n\r\n", 400),
    "no_version": (b"GET /healthz\r\n\r\n", 400),
    "bad_header": (b"GET /healthz HTTP/1.1\r\n" + MARKER.encode() + b"\r\n\r\n", 400),
    "long_address": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
    "large_header": (b"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    "unknown_coding": (b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: odd\r\n\r\n", 501),
    "bad_chunk": (
        b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        400,
    ),
    "cut_body": (
        b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\na",
        400,
    ),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_request_is_a_problem_too(live_service: LiveService, name: str) -> None:
    data, status = RAW[name]
    head, _, body = send_raw(live_service, data).partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode()
    assert b"Content-Type: application/problem+json" in head
    assert ProblemSchema().validate(msgspec.json.decode(body)) == {}
    assert MARKER.encode() not in body


def test_fault_is_a_500_without_its_words(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: str) -> None:
        raise KeyError(MARKER)

    monkeypatch.setattr("service.reading.parse_report", fail)
    app = create_app(Settings.from_env({"REDIS_URL": "unix:///nowhere"}))
    answer = app.test_client().post("/v1/reports", data=MARKER, content_type="text/plain")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.json["code"] == "internal_server_error"
    assert MARKER not in answer.text
    assert "KeyError" in caplog.text
    assert MARKER not in caplog.text
    (line,) = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.levelname == "ERROR"]
    assert line["request_id"] == answer.headers["X-Request-Id"]


def test_texts_reach_no_log(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        service.post_text(make_text(MARKER))
        for method, path, headers, body, *_ in MISTAKES.values():
            service.request(method, path, headers=headers, data=body)
        for data, _ in RAW.values():
            send_raw(service, data)
        log = service.read_log()
    assert "refused a request" in log
    assert MARKER not in log
    assert MARKER.encode().decode("latin-1") not in log
    assert repr(MARKER.encode())[2:-1] not in log
