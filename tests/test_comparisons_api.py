"""POST /v1/comparisons over real HTTP: reports by id and by text, and every way to get it wrong."""

import hashlib
from typing import Any

import msgspec
import pytest

from service.extraction import parse_report
from service.extraction.comparison import compare, to_side
from service.schemas import ComparisonSchema, ProblemSchema
from tests.conftest import LiveService, RunService
from tests.samples import REPORT, make_text

LATER = make_text("比较之用")
EARLIER = LATER.replace("2024", "2023").replace("1286", "1042")
UNKNOWN = "0" * 64


def hash_utf8(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def post(service: LiveService, **members: Any) -> Any:
    return service.request("POST", "/v1/comparisons", json=members)


def assert_problem(answer: Any, status: int, code: str, pointers: list[str]) -> None:
    problem = answer.json()
    assert ProblemSchema().validate(problem) == {}
    assert (answer.status_code, problem["code"]) == (status, code)
    assert [error["pointer"] for error in problem.get("errors", [])] == pointers


def test_two_texts(live_service: LiveService) -> None:
    answer = post(live_service, earlier={"text": EARLIER}, later={"text": LATER})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ComparisonSchema().validate(answer.json()) == {}
    expected = compare(to_side(parse_report(EARLIER)), to_side(parse_report(LATER)))
    assert answer.json() == msgspec.json.decode(msgspec.json.encode(expected))


def test_two_ids_say_the_same_as_two_texts(live_service: LiveService) -> None:
    for text in (EARLIER, LATER):
        live_service.post_text(text)
    by_id = post(live_service, earlier={"id": hash_utf8(EARLIER)}, later={"id": hash_utf8(LATER)})
    assert by_id.content == post(live_service, earlier={"text": EARLIER}, later={"text": LATER}).content


def test_a_compared_text_is_remembered(live_service: LiveService) -> None:
    text = make_text("先比较后取回")
    post(live_service, earlier={"text": EARLIER}, later={"text": text})
    assert live_service.get(f"/v1/reports/{hash_utf8(text)}").status_code == 200


@pytest.mark.parametrize(
    ("earlier", "later", "pointers"),
    [
        ({"id": UNKNOWN}, {"text": LATER}, ["#/earlier/id"]),
        ({"text": EARLIER}, {"id": UNKNOWN}, ["#/later/id"]),
        ({"id": UNKNOWN}, {"id": "A" * 64}, ["#/earlier/id", "#/later/id"]),
        ({"id": "what"}, {"text": LATER}, ["#/earlier/id"]),
    ],
)
def test_unknown_ids_are_named(live_service: LiveService, earlier: Any, later: Any, pointers: list[str]) -> None:
    assert_problem(post(live_service, earlier=earlier, later=later), 404, "unknown_report", pointers)


@pytest.mark.parametrize(
    ("members", "pointers"),
    [
        ({}, ["#/earlier", "#/later"]),
        ({"earlier": {"text": REPORT}}, ["#/later"]),
        ({"earlier": {"text": REPORT}, "later": REPORT}, ["#/later"]),
        ({"earlier": {}, "later": {"text": REPORT}}, ["#/earlier"]),
        ({"earlier": {"text": REPORT, "id": UNKNOWN}, "later": {"text": REPORT}}, ["#/earlier"]),
        ({"earlier": {"text": 7}, "later": {"id": None}}, ["#/earlier/text", "#/later/id"]),
        ({"earlier": {"text": " \n"}, "later": {"text": ""}}, ["#/earlier/text", "#/later/text"]),
        ({"earlier": {"text": REPORT, "year": 3}, "later": {"text": REPORT}}, ["#/earlier"]),
        ({"earlier": {"text": REPORT}, "later": {"text": REPORT}, "more": 1}, ["#"]),
    ],
)
def test_wrong_members_are_pointed_at(live_service: LiveService, members: Any, pointers: list[str]) -> None:
    assert_problem(post(live_service, **members), 422, "invalid_members", pointers)


@pytest.mark.parametrize("body", [b"", b"{", b'{"earlier": "\xff"}'])
def test_what_is_no_json(live_service: LiveService, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = live_service.request("POST", "/v1/comparisons", data=body, headers=headers)
    assert_problem(answer, 400, "malformed_json", [])


def test_other_media_types(live_service: LiveService) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = live_service.request("POST", "/v1/comparisons", data=REPORT.encode(), headers=headers)
    assert_problem(answer, 415, "unsupported_media_type", [])
    assert answer.headers["Accept"] == "application/json"


def test_json_alone_is_answered(live_service: LiveService) -> None:
    members = {"earlier": {"text": EARLIER}, "later": {"text": LATER}}
    answer = live_service.request("POST", "/v1/comparisons", json=members, headers={"Accept": "text/csv"})
    assert_problem(answer, 406, "not_acceptable", [])


def test_without_a_cache_texts_are_compared_and_ids_are_not_known(run_service: RunService) -> None:
    with run_service(WORKERS="1", REDIS_URL="unix:///nowhere") as service:
        assert post(service, earlier={"text": EARLIER}, later={"text": LATER}).status_code == 200
        assert_problem(post(service, earlier={"id": UNKNOWN}, later={"text": LATER}), 503, "cache_unavailable", [])
