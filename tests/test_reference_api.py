"""The codebook and the forms over HTTP: the media type that was asked for, validators, and the shapes promised."""

import csv
import io

import pytest
import requests

from service.reference.codebook import load_codebook
from service.reference.published import HEADER
from service.schemas import CodebookSchema, PrintedFormSchema
from tests.conftest import LiveService

ADDRESSES = ("/v1/indicators", "/v1/forms/2014", "/v1/forms/2019", "/v1/forms/2021")


def read_csv(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_codebook_is_what_its_schema_says(live_service: LiveService) -> None:
    answer = live_service.get("/v1/indicators")
    assert answer.headers["Content-Type"] == "application/json"
    assert CodebookSchema().validate(answer.json()) == {}
    assert len(answer.json()["indicators"]) == len(load_codebook().indicators)


@pytest.mark.parametrize(("form", "tables"), [("2014", 1), ("2019", 7), ("2021", 6)])
def test_forms_are_what_their_schema_says(live_service: LiveService, form: str, tables: int) -> None:
    answer = live_service.get(f"/v1/forms/{form}")
    assert PrintedFormSchema().validate(answer.json()) == {}
    assert (answer.json()["form"], len(answer.json()["tables"])) == (form, tables)


def test_codebook_as_csv_has_a_row_for_each_code_and_form(live_service: LiveService) -> None:
    answer = live_service.get("/v1/indicators", headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    rows = read_csv(answer)
    assert tuple(rows[0]) == HEADER
    assert len(rows) == sum(len(entry.places) for entry in load_codebook().indicators)
    granted = next(row for row in rows if (row["code"], row["form"]) == ("outcomes.granted", "2021"))
    assert granted["source"].startswith("国办公开办函〔2021〕30号 / 三、收到和处理政府信息公开申请情况")
    names = ("by_applicant", "sums_into", "codes_2014", "fit_2014_2019", "fit_2019_2021")
    assert [granted[name] for name in names] == ["true", "outcomes.total", "outcomes.granted", "close", "same"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_client_that_holds_it_gets_304(live_service: LiveService, address: str, coding: str) -> None:
    first = live_service.get(address, headers={"Accept-Encoding": coding})
    assert first.headers.get("Content-Encoding", "identity") == coding
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    assert first.headers["Vary"] == "Accept, Accept-Encoding"
    held = {"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]}
    again = live_service.get(address, headers=held)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    other = "identity" if coding == "gzip" else "gzip"
    assert live_service.get(address, headers=held | {"Accept-Encoding": other}).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_body(live_service: LiveService, address: str) -> None:
    whole, head = live_service.get(address), live_service.request("HEAD", address, headers={"Accept-Encoding": "gzip"})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) < len(whole.content)


@pytest.mark.parametrize(
    ("address", "accept", "content_type"),
    [
        ("/v1/indicators", "*/*", "application/json"),
        ("/v1/indicators", "text/html, */*;q=0.8", "application/json"),
        ("/v1/indicators", "text/*", "text/csv; charset=utf-8; header=present"),
        ("/v1/indicators", "application/json;q=0.5, text/csv", "text/csv; charset=utf-8; header=present"),
        ("/v1/indicators", "text/csv;q=0, application/json", "application/json"),
        ("/v1/forms/2021", "application/*", "application/json"),
        ("/v1/forms/2021", "application/json; charset=utf-8", "application/json"),
        ("/v1/indicators", "text/csv;charset=utf-8;q=0.9, text/html", "text/csv; charset=utf-8; header=present"),
    ],
)
def test_the_best_media_type_is_sent(live_service: LiveService, address: str, accept: str, content_type: str) -> None:
    assert live_service.get(address, headers={"Accept": accept}).headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("address", "accept", "status", "code"),
    [
        ("/v1/indicators", "text/html", 406, "not_acceptable"),
        ("/v1/indicators", "application/json;q=0", 406, "not_acceptable"),
        ("/v1/forms/2021", "text/csv", 406, "not_acceptable"),
        ("/v1/forms/2008", "*/*", 404, "unknown_form"),
        ("/v1/forms/prose", "*/*", 404, "unknown_form"),
    ],
)
def test_mistakes_are_problems(live_service: LiveService, address: str, accept: str, status: int, code: str) -> None:
    answer = live_service.get(address, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)
