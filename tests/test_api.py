"""The routes over real HTTP: gunicorn, two workers, the embedded server."""

import gzip
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from service.extraction import PARSER_VERSION, parse_report
from service.schemas import HealthSchema, ReadinessSchema, ReportSchema
from tests.conftest import LiveService, RunService, wait_until
from tests.samples import REPORT, make_text

NO_GZIP = {"Accept-Encoding": "identity"}


def hash_utf8(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_first_post_is_created_and_stored(live_service: LiveService) -> None:
    text = make_text("第一份")
    answer = live_service.post_text(text)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/reports/{hash_utf8(text)}"
    assert answer.headers["Cache-Status"] == "gongkai; fwd=uri-miss; stored"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == msgspec.json.encode(parse_report(text))


def test_report_has_the_shape_that_the_schema_says(live_service: LiveService) -> None:
    report = live_service.post_text(REPORT).json()
    assert ReportSchema().validate(report) == {}
    assert report["id"] == hash_utf8(REPORT)
    assert report["parser_version"] == PARSER_VERSION


def test_second_post_is_remembered(live_service: LiveService) -> None:
    text = make_text("第二份")
    first, second = live_service.post_text(text), live_service.post_text(text)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["Cache-Status"] == "gongkai; hit"
    assert "Location" not in second.headers
    assert second.content == first.content
    assert second.headers["ETag"] == first.headers["ETag"]


def test_location_gives_the_report(live_service: LiveService) -> None:
    posted = live_service.post_text(make_text("按址取回"))
    answer = live_service.get(posted.headers["Location"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Status"] == "gongkai; hit"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert answer.content == posted.content


def test_head_is_get_without_body(live_service: LiveService) -> None:
    path = live_service.post_text(REPORT).url + "/" + hash_utf8(REPORT)
    path = path.removeprefix(live_service.url)
    full, head = live_service.get(path), live_service.request("HEAD", path)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Content-Encoding", "Cache-Status"):
        assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_known_report_is_not_sent_again(live_service: LiveService, form: str) -> None:
    etag = live_service.post_text(REPORT).headers["ETag"]
    path = f"/v1/reports/{hash_utf8(REPORT)}"
    answer = live_service.get(path, headers={"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


def test_other_etag_gets_the_report(live_service: LiveService) -> None:
    live_service.post_text(REPORT)
    answer = live_service.get(f"/v1/reports/{hash_utf8(REPORT)}", headers={"If-None-Match": '"other"'})
    assert (answer.status_code, answer.json()["id"]) == (200, hash_utf8(REPORT))


def test_etag_of_a_forgotten_report_is_not_found(live_service: LiveService) -> None:
    report_id = hash_utf8("never posted")
    headers = {"If-None-Match": f'"{report_id}.{PARSER_VERSION}.gzip"'}
    assert live_service.get(f"/v1/reports/{report_id}", headers=headers).status_code == 404


def test_each_encoding_has_its_own_bytes_and_etag(live_service: LiveService) -> None:
    live_service.post_text(REPORT)
    path = f"/v1/reports/{hash_utf8(REPORT)}"
    packed = live_service.get(path, headers={"Accept-Encoding": "gzip"}, stream=True)
    plain = live_service.get(path, headers=NO_GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.raw.read()) == plain.content
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert live_service.get(path, headers={"Accept-Encoding": "br, gzip;q=0"}).headers["ETag"] == plain.headers["ETag"]


def test_posted_text_decides_not_how_it_came(live_service: LiveService) -> None:
    want = live_service.post_text(REPORT)
    bodies = [
        ("text/plain", REPORT.encode("gb18030")),
        ("text/plain; charset=GB2312", REPORT.encode("gb18030")),
        ("text/plain", REPORT.encode("utf-8-sig")),
        ("text/plain", REPORT.encode("utf-16")),
        ("text/plain; charset=utf-16be", REPORT.encode("utf-16-be")),
        ('text/plain; charset="utf-8"; format=flowed', REPORT.encode()),
        ("text/plain; charset=iso-8859-1", REPORT.encode()),
        ("text/plain; charset=utf-8", REPORT.encode("gb18030")),
        ("text/markdown", REPORT.encode()),
        ("text/html; charset=gbk", REPORT.encode()),
        ("application/json", msgspec.json.encode({"text": REPORT})),
        ("application/json; charset=gbk", json.dumps({"text": REPORT}, ensure_ascii=False).encode("gb18030")),
        ("application/json", json.dumps({"text": REPORT}, ensure_ascii=False).encode("utf-16")),
        ("application/json; charset=utf-8", b"\xef\xbb\xbf" + msgspec.json.encode({"text": REPORT})),
    ]
    for media_type, body in bodies:
        answer = live_service.request("POST", "/v1/reports", data=body, headers={"Content-Type": media_type})
        assert (answer.status_code, answer.content) == (200, want.content), media_type
        headers = {"Content-Type": media_type, "Content-Encoding": "gzip"}
        answer = live_service.request("POST", "/v1/reports", data=gzip.compress(body), headers=headers)
        assert (answer.status_code, answer.content) == (200, want.content), f"{media_type}, packed"


def test_a_page_declares_its_own_charset(live_service: LiveService) -> None:
    page = f"<html><head><meta charset=gb2312><title>年报</title></head><body><p>{REPORT}</p></body></html>"
    want = live_service.post_text(page)
    for media_type in ("text/html", "text/plain", "text/markdown"):
        headers = {"Content-Type": media_type}
        answer = live_service.request("POST", "/v1/reports", data=page.encode("gb18030"), headers=headers)
        assert (answer.status_code, answer.content) == (200, want.content), media_type


def test_forgotten_report_is_unknown(live_service: LiveService) -> None:
    text = make_text("忘记")
    path = live_service.post_text(text).headers["Location"]
    # Behind a slash or with capitals it is another address.
    for other in (path + "/", path.replace(path[-64:], path[-64:].upper()), "/v1/reports/batch"):
        assert live_service.request("DELETE", other).status_code in (404, 405)
    answer = live_service.request("DELETE", path)
    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (204, b"", None)
    for method in ("DELETE", "GET", "HEAD"):
        assert live_service.request(method, path).status_code == 404
    assert live_service.post_text(text).status_code == 201


def test_all_workers_share_the_cache(live_service: LiveService) -> None:
    path = live_service.post_text(make_text("共享")).headers["Location"]
    # Each request opens a connection of its own, so that either worker may take it.
    assert {live_service.get(path).status_code for _ in range(24)} == {200}


def test_many_at_once_get_the_same_bytes(live_service: LiveService) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(live_service.post_text, [make_text("同时")] * 24))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.content for answer in answers}) == 1


def test_expired_report_is_unknown(run_service: RunService) -> None:
    with run_service(CACHE_TTL_SECONDS="3", WORKERS="1") as service:
        path = service.post_text(REPORT).headers["Location"]
        assert service.get(path).status_code == 200
        assert wait_until(lambda: service.get(path).status_code == 404)
        assert service.post_text(REPORT).status_code == 201


def test_health_says_that_the_process_lives(live_service: LiveService) -> None:
    answer = live_service.get("/healthz")
    assert (answer.status_code, HealthSchema().validate(answer.json())) == (200, {})


def test_readiness_names_what_is_needed(live_service: LiveService) -> None:
    answer = live_service.get("/readyz")
    assert ReadinessSchema().validate(answer.json()) == {}
    assert answer.json()["status"] == "ready"
    (need,) = answer.json()["needs"]
    assert (need["name"], need["status"]) == ("cache", "ok")
    assert need["detail"].split()[0] in ("valkey", "redis")


def test_log_says_which_cache_is_in_use(live_service: LiveService) -> None:
    assert "(embedded, at most 16 MiB, " in live_service.read_log()
