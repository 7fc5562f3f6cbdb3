"""A batch over HTTP: one line for each item in its order, as it is read, each with its own report or problem."""

import gzip
import http.client
import json
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
import requests

from service.access import JsonFormatter
from service.app import create_app
from service.extraction import hash_text
from service.schemas import BatchAnswerSchema
from service.settings import Settings
from tests.conftest import LiveService, RunService, find_workers, read_memory
from tests.samples import make_text

LINES = {"Content-Type": "application/x-ndjson"}
PATH = "/v1/reports/batch"
MARKER = "机密段落"


def write_lines(items: Iterable[object]) -> bytes:
    return b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in items)


def post(service: LiveService, body: bytes, **headers: str) -> requests.Response:
    return service.request("POST", PATH, data=body, headers=LINES | headers)


def read_lines(answer: requests.Response) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert [BatchAnswerSchema().validate(line) for line in lines] == [{}] * len(lines)
    return lines


def read_codes(answer: requests.Response) -> list[tuple[object, object, object]]:
    return [(line["key"], line["status"], line.get("problem", {}).get("code")) for line in read_lines(answer)]  # type: ignore[attr-defined]


def test_items_are_answered_in_their_order(live_service: LiveService) -> None:
    texts = {name: make_text(name) for name in ("甲", "乙", "丙")}
    answer = post(live_service, write_lines({"key": key, "text": text} for key, text in texts.items()))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
    lines = read_lines(answer)
    assert [line["key"] for line in lines] == list(texts)
    for line, text in zip(lines, texts.values(), strict=True):
        assert line["report"] == live_service.get(f"/v1/reports/{hash_text(text)}").json()


def test_a_remembered_text_is_200_and_a_new_one_201(live_service: LiveService) -> None:
    body = write_lines([{"text": make_text("记住")}, {"text": make_text("记住")}])
    assert [line["status"] for line in read_lines(post(live_service, body))] == [201, 200]
    assert [line["status"] for line in read_lines(post(live_service, body))] == [200, 200]
    assert live_service.post_text(make_text("记住")).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_lines_are_compressed_for_who_takes_it(live_service: LiveService, coding: str) -> None:
    items = [{"key": str(number), "text": make_text(f"压缩{number}")} for number in range(5)]
    answer = post(live_service, write_lines(items), **{"Accept-Encoding": coding})
    assert answer.headers.get("Content-Encoding", "identity") == coding
    assert [line["key"] for line in read_lines(answer)] == ["0", "1", "2", "3", "4"]


def test_packed_lines_are_read(live_service: LiveService) -> None:
    body = gzip.compress(write_lines({"key": str(number), "text": make_text(f"打包{number}")} for number in range(50)))
    answer = post(live_service, body, **{"Content-Encoding": "gzip"})
    assert [line["key"] for line in read_lines(answer)] == [str(number) for number in range(50)]
    answer = post(live_service, body[:-9], **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_gzip")


def test_each_mistake_is_its_item_alone(live_service: LiveService) -> None:
    good = {"key": "good", "text": make_text("好的")}
    mistakes = [
        b'{"key": "cut", "text": "',
        b"[]",
        b'"text"',
        b'{"key": "none"}',
        b'{"key": "wrong", "text": 1}',
        b'{"key": "empty", "text": " \\n"}',
        b'{"key": "more", "text": "x", "charset": "gbk"}',
        b'{"key": 7, "text": "x"}',
        json.dumps({"key": "k" * 201, "text": "x"}).encode(),
        b'{"text": "\xff\xff"}',
        b'{"key": "half", "text": "\\ud800"}',
    ]
    body = write_lines([good]) + b"\n \n" + b"\n".join(mistakes) + b"\r\n" + write_lines([good])[:-1]
    invalid, malformed = "invalid_members", "malformed_json"
    assert read_codes(post(live_service, body)) == [
        ("good", 201, None),
        (None, 400, malformed),
        (None, 422, invalid),
        (None, 422, invalid),
        ("none", 422, invalid),
        ("wrong", 422, invalid),
        ("empty", 422, "empty_text"),
        ("more", 422, invalid),
        (None, 422, invalid),
        (None, 422, invalid),
        (None, 400, malformed),
        (None, 400, malformed),
        ("good", 200, None),
    ]


def test_blank_batches_have_no_lines(live_service: LiveService) -> None:
    for body in (b"", b"\n\n \r\n"):
        answer = post(live_service, body)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "application/json"}, 415, "unsupported_media_type"),
        ({"Content-Encoding": "br"}, 415, "unsupported_media_type"),
        ({"Accept": "text/csv"}, 406, "not_acceptable"),
    ],
)
def test_what_is_no_batch_is_a_problem(
    live_service: LiveService, headers: dict[str, str], status: int, code: str
) -> None:
    answer = post(live_service, gzip.compress(MARKER.encode()), **headers)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_limits_are_stated_and_kept(run_service: RunService) -> None:
    with run_service(MAX_BATCH_ITEMS="3", MAX_BATCH_BYTES="20000", MAX_BODY_BYTES="3000") as service:
        small = {"key": "s", "text": "短" * 10}
        answer = post(service, write_lines([small] * 3))
        assert answer.headers["Batch-Limits"] == "items=3, bytes=20000, item-bytes=3000"
        assert [line["status"] for line in read_lines(answer)] == [201, 200, 200]
        answer = post(service, write_lines([small, {"text": MARKER * 1000}, small]))
        assert read_codes(answer) == [("s", 200, None), (None, 413, "body_too_large"), ("s", 200, None)]
        answer = post(service, write_lines([small] * 5))
        assert read_codes(answer)[3:] == [(None, 413, "too_many_items")]
        assert MARKER not in answer.text
        for body in (b"x" * 20001, iter([b"x" * 20001])):
            refused = post(service, body)  # type: ignore[arg-type]
            assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
        exact = post(service, write_lines([small])[:-1] + b"\n" * (20000 - len(write_lines([small])) + 1))
        assert [line["status"] for line in read_lines(exact)] == [200]


def test_a_fault_costs_one_item(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    from service import reading

    parse = reading.parse_report

    def fail(text: str) -> object:
        if text == MARKER:
            raise ValueError(text)
        return parse(text)

    monkeypatch.setattr("service.reading.parse_report", fail)
    client = create_app(Settings.from_env({"REDIS_URL": "unix:///nowhere"})).test_client()
    items = [{"key": "a", "text": "一"}, {"key": "b", "text": MARKER}, {"key": "c", "text": "二"}]
    answer = client.post(PATH, data=write_lines(items), headers=LINES)
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert [(line["key"], line["status"]) for line in lines] == [("a", 201), ("b", 500), ("c", 201)]
    assert lines[1]["problem"]["code"] == "internal_server_error"
    assert "ValueError" in caplog.text
    assert MARKER not in caplog.text + answer.text
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert json.loads(JsonFormatter().format(record))["request_id"] == answer.headers["X-Request-Id"]


def send_slowly(service: LiveService, body: bytes) -> Iterator[tuple[float, bytes]]:
    """The lines of the answer with the time at which each could be read."""
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=60)
    connection.request("POST", PATH, body, LINES)
    response = connection.getresponse()
    while line := response.readline():
        yield time.monotonic(), line
    connection.close()


def test_lines_come_while_others_are_read(live_service: LiveService) -> None:
    long = make_text("逐条") * 60
    start = time.monotonic()
    times = [when for when, _ in send_slowly(live_service, write_lines({"text": f"{n}{long}"} for n in range(20)))]
    assert len(times) == 20
    # Sent together at the end, the first would be as late as the last.
    assert times[-1] - times[0] > (times[-1] - start) / 2


def test_an_answer_longer_than_the_sockets_holds_does_not_block(live_service: LiveService) -> None:
    """A client that reads nothing before it has sent everything, as most do."""
    text = make_text("很长") * 30
    body = write_lines({"key": str(number), "text": text} for number in range(400))
    answer = post(live_service, body, **{"Accept-Encoding": "identity"})
    assert len(answer.content) > 15_000_000
    assert answer.content.count(b"\n") == 400


def test_memory_is_bounded_by_one_item(run_service: RunService) -> None:
    with run_service(WORKERS="1", CACHE_MEMORY_MB="4") as service:
        text = make_text("内存") * 10
        post(service, write_lines([{"text": text}] * 100))
        (worker,) = find_workers(service)
        before = read_memory(worker)
        body = write_lines({"text": text} for _ in range(800))
        answer = service.request("POST", PATH, data=body, headers=LINES, stream=True)
        size = sum(len(chunk) for chunk in answer.iter_content(65536))
        assert len(body) + size > 16_000_000
        assert read_memory(worker) - before < 6_000, f"{len(body)} bytes in, {size} out"


def test_keys_are_free(live_service: LiveService) -> None:
    keys = ["", "k" * 200, "岷阳县/2024.html", '"', "same", "same"]
    answer = post(live_service, write_lines({"key": key, "text": "年报"} for key in keys))
    assert [line["key"] for line in read_lines(answer)] == keys
