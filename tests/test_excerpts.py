"""A report as a table and in part: what is sent, under which entity tag, and what is refused."""

import csv
import io

import pytest

from service.representations import MEMBERS
from service.tidy import HEADER
from tests.conftest import LiveService
from tests.samples import make_text

TYPES = {"Content-Type": "text/plain"}


def post(live_service: LiveService, name: str) -> str:
    return str(live_service.post_text(make_text(name)).json()["id"])


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_get_as_csv_is_the_tidy_table(live_service: LiveService, coding: str) -> None:
    address = f"/v1/reports/{post(live_service, '表')}"
    report = live_service.get(address).json()
    answer = live_service.get(address, headers={"Accept": "text/csv", "Accept-Encoding": coding})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers.get("Content-Encoding", "identity") == coding
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer.content.decode("utf-8-sig").splitlines()[0] == ",".join(HEADER)
    assert [(row["code"], row["unit"]) for row in rows] == [(i["code"], i["unit"]) for i in report["indicators"]]


def test_post_as_csv_is_the_same_table(live_service: LiveService) -> None:
    csv_only = TYPES | {"Accept": "text/csv"}
    body = make_text("寄表").encode()
    first = live_service.request("POST", "/v1/reports", data=body, headers=csv_only)
    again = live_service.request("POST", "/v1/reports", data=body, headers=csv_only)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content == live_service.get(first.headers["Location"], headers=csv_only).content


@pytest.mark.parametrize("members", ["document", "document,indicators", "indicators,document", "id", ",".join(MEMBERS)])
def test_members_choose_a_part(live_service: LiveService, members: str) -> None:
    address = f"/v1/reports/{post(live_service, '部分')}"
    report = live_service.get(address).json()
    part = live_service.get(f"{address}?members={members}").json()
    assert part == {name: report[name] for name in members.split(",")}
    assert list(part) == [name for name in MEMBERS if name in part]


def test_each_form_has_its_own_entity_tag(live_service: LiveService) -> None:
    address = f"/v1/reports/{post(live_service, '标签')}"
    wanted = {
        "whole": live_service.get(address),
        "table": live_service.get(address, headers={"Accept": "text/csv"}),
        "part": live_service.get(f"{address}?members=document"),
        "plain": live_service.get(address, headers={"Accept-Encoding": "identity"}),
    }
    tags = {answer.headers["ETag"] for answer in wanted.values()}
    assert len(tags) == len(wanted)
    held = {"If-None-Match": wanted["table"].headers["ETag"]}
    assert live_service.get(address, headers=held).status_code == 200
    assert live_service.get(address, headers=held | {"Accept": "text/csv"}).status_code == 304
    assert wanted["whole"].headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("query", "accept", "status", "code"),
    [
        ("?members=quantity", "*/*", 422, "unknown_member"),
        ("?members=document,", "*/*", 422, "unknown_member"),
        ("?members=", "*/*", 422, "unknown_member"),
        ("?members=document&members=figures", "*/*", 422, "unknown_member"),
        ("?members=document", "text/csv", 422, "unknown_member"),
        ("", "text/html", 406, "not_acceptable"),
        ("", "application/json;q=0, text/csv;q=0", 406, "not_acceptable"),
    ],
)
def test_what_is_not_to_be_had_is_a_problem(
    live_service: LiveService, query: str, accept: str, status: int, code: str
) -> None:
    address = f"/v1/reports/{post(live_service, '拒绝')}{query}"
    for answer in (
        live_service.get(address, headers={"Accept": accept}),
        live_service.request("POST", f"/v1/reports{query}", data=b"x", headers=TYPES | {"Accept": accept}),
    ):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_other_queries_change_nothing(live_service: LiveService) -> None:
    address = f"/v1/reports/{post(live_service, '无关')}"
    assert live_service.get(f"{address}?page=2").content == live_service.get(address).content
