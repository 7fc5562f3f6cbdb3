"""Reports answered without Flask: whatever is asked, the answer is the one that Flask's routes give."""

import gzip
import itertools
import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from service.app import create_app
from service.embedded import EmbeddedServer
from service.extraction import hash_text
from service.representations import make_etag
from service.settings import Settings
from tests.samples import REPORT, make_text

TEXT = make_text("两条路，一个答案")
ID = hash_text(TEXT)
TAGS = (make_etag(ID, is_packed=True), make_etag(ID, is_packed=False))
PATHS = (
    f"/v1/reports/{ID}",
    f"/v1/reports/{ID}?members=document,checks",
    f"/v1/reports/{ID}?members=unknown",
    f"/v1/reports/{ID}?other=1",
    f"/v1/reports/{ID.upper()}",
    f"/v1/reports/{'0' * 64}",
    f"/v1/reports/{ID}0",
    f"/v1/reports/{ID}/",
)
GET_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept": "text/csv"},
    {"Accept": "application/json;q=0.5, */*;q=0.1"},
    {"Accept": "image/png"},
    {"If-None-Match": f'"{TAGS[0]}"'},
    {"If-None-Match": f'W/"{TAGS[0]}", "{TAGS[1]}"'},
    {"If-None-Match": "*"},
    {"If-None-Match": ""},
    {"If-None-Match": '"another"'},
)
POSTS: tuple[dict[str, Any], ...] = (
    {"data": TEXT.encode(), "content_type": "text/plain"},
    {"data": TEXT.encode("gb18030"), "content_type": "text/plain; charset=gb18030"},
    {"data": json.dumps({"text": TEXT}), "content_type": "application/json"},
    {"data": json.dumps({"words": TEXT}), "content_type": "application/json"},
    {"data": b"{", "content_type": "application/json"},
    {"data": gzip.compress(TEXT.encode()), "content_type": "text/plain", "headers": {"Content-Encoding": "gzip"}},
    {"data": b"no gzip", "content_type": "text/plain", "headers": {"Content-Encoding": "gzip"}},
    {"data": TEXT.encode(), "content_type": "text/plain", "headers": {"Content-Encoding": "br"}},
    {"data": TEXT.encode(), "content_type": "image/png"},
    {"data": TEXT.encode()},
    {"data": b" \n", "content_type": "text/plain"},
    {"data": b"", "content_type": "text/plain"},
    {"data": b"\x00\x01\x02\x03", "content_type": "text/plain"},
    {"data": b"x" * 40_000, "content_type": "text/plain"},
    {"data": TEXT.encode(), "content_type": "text/plain", "query_string": "members=document"},
    {"data": TEXT.encode(), "content_type": "text/plain", "environ_overrides": {"CONTENT_LENGTH": "99999"}},
    {"data": TEXT.encode(), "content_type": "text/plain", "environ_overrides": {"SCRIPT_NAME": "/reports"}},
)


def find_headers(answer: TestResponse) -> list[tuple[str, str]]:
    """The headers but for those that each of the two has alone, or that differ each time."""
    return sorted(
        (name, value) for name, value in answer.headers if not name.startswith(("X-Request", "Access-Control"))
    )


class Pair:
    """The same service twice, one of them with something for Flask to do behind each request."""

    def __init__(self, url: str) -> None:
        settings = {"REDIS_URL": url, "MAX_BODY_BYTES": "30000"}
        self.direct = create_app(Settings.from_env(settings)).test_client()
        self.through_flask = create_app(
            Settings.from_env(settings | {"CORS_ORIGINS": "https://example.org"})
        ).test_client()

    def ask_both(self, path: str, **request: Any) -> tuple[tuple[object, ...], ...]:
        answers = []
        for client in (self.direct, self.through_flask):
            answer = client.open(path, **request)
            answers.append((answer.status, find_headers(answer), answer.data))
        return tuple(answers)


@pytest.fixture(scope="module")
def pair(cache_server: EmbeddedServer) -> Pair:
    return Pair(cache_server.url)


@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_asked_of_a_report_has_one_answer(pair: Pair, method: str, coding: str) -> None:
    pair.direct.post("/v1/reports", data=TEXT.encode(), content_type="text/plain")
    statuses = set()
    for path, headers in itertools.product(PATHS, GET_HEADERS):
        direct, through_flask = pair.ask_both(path, method=method, headers=headers | {"Accept-Encoding": coding})
        assert direct == through_flask, (path, headers)
        statuses.add(direct[0])
    assert {status[:3] for status in statuses} == {"200", "304", "404", "406", "422"}


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_is_posted_has_one_answer(pair: Pair, coding: str) -> None:
    statuses = set()
    for post in POSTS:
        pair.direct.delete(f"/v1/reports/{ID}")
        headers = post.get("headers", {}) | {"Accept-Encoding": coding}
        pair.direct.post("/v1/reports", **(post | {"headers": headers}))
        direct, through_flask = pair.ask_both("/v1/reports", method="POST", **(post | {"headers": headers}))
        assert direct == through_flask, post
        statuses.add(direct[0])
    assert {status[:3] for status in statuses} == {"200", "400", "413", "415", "422"}


def test_a_new_text_has_one_answer(pair: Pair) -> None:
    report_id = hash_text(REPORT)
    answers = []
    for client in (pair.direct, pair.through_flask):
        client.delete(f"/v1/reports/{report_id}")
        answer = client.post("/v1/reports", data=REPORT.encode(), content_type="text/plain")
        answers.append((answer.status, find_headers(answer), answer.data))
    assert answers[0] == answers[1]
    assert answers[0][0] == "201 CREATED"


def test_a_fault_is_a_problem_and_no_trace(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError(TEXT)

    monkeypatch.setattr("service.routes.reports.recall_or_parse", fail)
    direct, through_flask = pair.ask_both("/v1/reports", method="POST", data=TEXT.encode(), content_type="text/plain")
    assert direct == through_flask
    assert direct[0] == "500 INTERNAL SERVER ERROR"
