"""Three instances behind nginx with one cluster of caches; one instance is killed under load.

Counted: reports that a client was promised and that are gone, reports that are not those of their texts, requests that
failed. The figures go to `docs/operations.md`; `make faults` prints them.
"""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import msgspec
import psutil
import pytest
import requests

from service.extraction import hash_text, parse_report
from tests.conftest import LiveService, RunService
from tests.faults.proxy import run_proxy
from tests.faults.servers import run_cluster

CLIENTS = 8
SECONDS_BEFORE, SECONDS_AFTER = 3, 5
MOST_REQUESTS = 3000


def make_text(number: int) -> str:
    return (
        f"白河县{2008 + number % 16}年政府信息公开工作年度报告\n\n一、收到和处理政府信息公开申请情况\n"
        f"本年度收到政府信息公开申请{number + 1}件，上年结转{number % 7}件，均已答复。\n"
    )


@dataclass(frozen=True)
class Failure:
    """A request that got no report: what came instead, and when it was sent."""

    kind: str
    sent: float


@dataclass
class Seen:
    """What the clients saw: reports by their texts, failures, the time that the slowest took."""

    reports: dict[str, bytes] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    differing: int = 0
    slowest: float = 0.0


class Clients:
    """Clients that post new texts and known ones, and get reports that they were promised, until told to end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = itertools.count()
        self._end = threading.Event()
        self._lock = threading.Lock()
        self.seen = Seen()

    def _note(self, text: str, answer: requests.Response, method: str, start: float) -> None:
        with self._lock:
            seen = self.seen
            seen.slowest = max(seen.slowest, time.monotonic() - start)
            seen.statuses[method, answer.status_code] += 1
            if answer.status_code not in (200, 201):
                seen.failures.append(Failure(str(answer.status_code), start))
            elif seen.reports.setdefault(text, answer.content) != answer.content:
                seen.differing += 1

    def _send(self, session: requests.Session, method: str, text: str) -> None:
        start = time.monotonic()
        path = "/v1/reports" if method == "POST" else f"/v1/reports/{hash_text(text)}"
        body = text.encode() if method == "POST" else None
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
        try:
            answer = session.request(method, self._url + path, data=body, headers=headers, timeout=30)
        except requests.RequestException as error:
            with self._lock:
                self.seen.failures.append(Failure(type(error).__name__, start))
            return
        self._note(text, answer, method, start)

    def _run(self) -> None:
        with requests.Session() as session:
            for _ in range(MOST_REQUESTS // CLIENTS):
                if self._end.is_set():
                    return
                number = next(self._numbers)
                self._send(session, "POST", make_text(number))
                # One that another client may be posting at this moment, and one that was promised long ago.
                self._send(session, "POST", make_text(max(0, number - 3)))
                if make_text(number // 2) in self.seen.reports:
                    self._send(session, "GET", make_text(number // 2))

    @contextmanager
    def running(self) -> Iterator[Seen]:
        threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield self.seen
        finally:
            self._end.set()
            for thread in threads:
                thread.join()


def kill(service: LiveService) -> None:
    """Master, workers and readers, none of which has time to say a word."""
    for process in [*psutil.Process(service.process.pid).children(recursive=True), psutil.Process(service.process.pid)]:
        process.kill()
    service.process.wait()


@pytest.fixture
def instances(run_service: RunService) -> Iterator[list[LiveService]]:
    with ExitStack() as stack:
        nodes = ",".join(f"127.0.0.1:{server.port}" for server in stack.enter_context(run_cluster())[:3])
        settings = {"REDIS_URL": f"redis+cluster://{nodes}", "TRUSTED_PROXIES": "1", "THREADS": "8"}
        yield [stack.enter_context(run_service(**settings)) for _ in range(3)]


def verify(seen: Seen, places: list[str]) -> tuple[int, int]:
    """How many of the reports that clients got are not there any more, and how many are not those of their texts."""
    lost, wrong = 0, 0
    with requests.Session() as session:
        for text, content in seen.reports.items():
            want = msgspec.json.encode(parse_report(text))
            wrong += content != want
            for place in places:
                answer = session.get(f"{place}/v1/reports/{hash_text(text)}", timeout=30)
                lost += answer.status_code != 200
                wrong += answer.status_code == 200 and answer.content != want
    return lost, wrong


def test_one_of_three_is_killed_under_load(instances: list[LiveService]) -> None:
    with run_proxy([instance.url for instance in instances]) as url:
        with Clients(url).running() as seen:
            time.sleep(SECONDS_BEFORE)
            before = sum(seen.statuses.values())
            kill(instances[0])
            killed = time.monotonic()
            time.sleep(SECONDS_AFTER)
        lost, wrong = verify(seen, [url, instances[1].url, instances[2].url])
        later = [failure for failure in seen.failures if failure.sent > killed]
        print(
            f"\none of three killed: {before} answers before, {sum(seen.statuses.values()) - before} after; "
            f"{dict(seen.statuses)}; promised {len(seen.reports)}, lost {lost}, wrong {wrong + seen.differing}; "
            f"failed {Counter(failure.kind for failure in seen.failures)}, of which sent after the kill {len(later)}; "
            f"slowest {seen.slowest * 1000:.0f} ms"
        )
        # The killed one had its part of the work.
        assert instances[0].read_log().count('"route":"/v1/reports') > 20
        assert before > 50
        assert sum(seen.statuses.values()) - before > 50
        assert (lost, wrong, seen.differing) == (0, 0, 0)
        # Each client had one request open at most, and what was sent later went to the other instances.
        assert later == []
        assert len(seen.failures) <= CLIENTS


def test_the_proxy_keeps_metrics_to_itself(instances: list[LiveService]) -> None:
    with run_proxy([instance.url for instance in instances]) as url:
        assert requests.get(f"{url}/metrics", timeout=30).status_code == 404
        assert instances[0].get("/metrics").status_code == 200
        posted = requests.post(f"{url}/v1/reports", data=make_text(1).encode(), headers={"Content-Type": "text/plain"})
        assert posted.status_code == 201
        assert posted.headers["Location"] == f"/v1/reports/{hash_text(make_text(1))}"
