"""Logs, metrics and headers: what each request leaves behind, and what never gets there."""

import json
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import requests

from tests.conftest import LiveService, RunService, wait_until
from tests.samples import REPORT

MARKER = "机密标记七三九"


def read_lines(service: LiveService, route: str) -> list[dict[str, object]]:
    """The lines of a route, once there is one: a line is written when its answer has gone out."""
    assert wait_until(lambda: f'"route":"{route}"' in service.read_log())
    lines = [json.loads(line) for line in service.read_log().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("route") == route]


def read_metric(service: LiveService, name: str) -> float:
    text = service.get("/metrics").text
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def test_one_line_for_each_request(run_service: RunService) -> None:
    with run_service() as service:
        posted = service.post_text(REPORT, allow_redirects=False)
        service.get(posted.headers["Location"], headers={"X-Request-Id": "client-7"})
        service.get("/v1/nothing")
        (first,) = read_lines(service, "/v1/reports")
        assert first["request_id"] == posted.headers["X-Request-Id"]
        assert (first["method"], first["status"], first["cache"]) == ("POST", 201, "stored")
        assert first["bytes"] == int(posted.headers["Content-Length"])
        assert 0 < first["ms"] < 30_000  # type: ignore[operator]
        (second,) = read_lines(service, "/v1/reports/{report_id}")
        assert (second["request_id"], second["status"], second["cache"]) == ("client-7", 200, "hit")
        (third,) = read_lines(service, "unknown")
        assert (third["status"], third["cache"]) == (404, None)


def test_a_stopped_service_has_written_every_line(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        # So many at once that their lines are written together, in pieces that a pipe takes whole.
        with ThreadPoolExecutor(8) as clients:
            ids = list(clients.map(lambda _: service.get("/v1/nothing").headers["X-Request-Id"], range(120)))
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(30)
        lines = [json.loads(line) for line in service.read_log().splitlines() if '"route":"unknown"' in line]
    assert sorted(line["request_id"] for line in lines) == sorted(ids)


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, '{"a":1}', "é", "a\tb"])
def test_an_unfit_request_id_is_replaced(live_service: LiveService, given: str) -> None:
    answer = live_service.get("/healthz", headers={"X-Request-Id": given.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_every_answer_has_its_headers(live_service: LiveService) -> None:
    for path in ("/healthz", "/v1/nothing", "/v1/indicators", "/metrics", "/"):
        headers = live_service.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert re.search(r"\d", headers.get("Server", "")) is None


def test_metrics_are_those_of_all_workers_and_outlive_them(run_service: RunService) -> None:
    with run_service(WORKERS="2") as service:
        for number in range(10):
            service.post_text(f"{2010 + number}年，收到政府信息公开申请3件，其中网络申请4件。")
            service.post_text(f"{2010 + number}年，收到政府信息公开申请3件，其中网络申请4件。")
        names = ('gongkai_requests_total{method="POST"', "gongkai_parse_seconds_count", "gongkai_cache_lookups_total")
        # A request is counted when its answer has gone out.
        assert wait_until(lambda: read_metric(service, names[0]) == 20)
        assert read_metric(service, names[1]) == 10
        assert read_metric(service, 'gongkai_cache_lookups_total{outcome="hit"}') == 10
        assert read_metric(service, 'gongkai_cache_lookups_total{outcome="miss"}') == 10
        assert read_metric(service, 'gongkai_checks_failed_total{rule="breakdown"}') == 10
        assert read_metric(service, "gongkai_cache_breaker_open") == 0
        service.process.send_signal(signal.SIGHUP)
        service.post_text("二〇二四年收到申请5件。")
        assert read_metric(service, names[1]) == 11


def test_a_dead_cache_is_seen(run_service: RunService) -> None:
    with run_service(REDIS_URL="redis://127.0.0.1:1", WORKERS="1") as service:
        for number in range(5):
            service.post_text(f"收到申请{number}件。")
        assert read_metric(service, "gongkai_cache_breaker_open") == 1
        assert read_metric(service, 'gongkai_cache_lookups_total{outcome="error"}') == 5
        assert "not asked until it answers" in service.read_log()


def send(service: LiveService, body: bytes, media_type: bytes) -> requests.Response:
    return service.request("POST", "/v1/reports", data=body, headers={"Content-Type": media_type})


def test_no_word_of_a_text_gets_out(run_service: RunService) -> None:
    with run_service(WORKERS="1", MAX_BODY_BYTES="5000") as service:
        encoded = MARKER.encode()
        seen = service.post_text(f"{MARKER}收到申请5件。").headers
        answers = [
            send(service, msgspec.json.encode({MARKER: MARKER}), b"application/json"),
            send(service, encoded, b"text/" + encoded),
            send(service, b"{" + encoded, b"application/json"),
            send(service, encoded * 1000, b"text/plain"),
            service.get(f"/v1/reports/{MARKER}", headers={"X-Request-Id": encoded, "Authorization": encoded}),
            service.get(f"/{MARKER}?{MARKER}"),
        ]
        assert wait_until(lambda: service.read_log().count('"route":') >= 1 + len(answers))
        kept = [service.read_log(), service.get("/metrics").text, str(seen)]
        kept += [answer.text + str(answer.headers) for answer in answers]
        assert {answer.status_code // 100 for answer in answers} == {4}
    for text in kept:
        assert MARKER not in text
        assert MARKER.encode("unicode-escape").decode() not in text
