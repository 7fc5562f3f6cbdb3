"""Bounded load on a service, and what came of each request.

In: a service and texts. Out: for each request its status, its seconds, and whether the report is the one of its text.
A report is right when it is byte for byte what the core makes of that text.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import requests

from service.extraction import hash_text, parse_report
from tests.conftest import LiveService


def make_texts(count: int) -> list[str]:
    return [
        f"青石县{2011 + number % 12}年政府信息公开工作年度报告\n\n一、收到和处理政府信息公开申请情况\n"
        f"本年度收到政府信息公开申请{number + 1}件，均已答复。\n"
        for number in range(count)
    ]


@dataclass
class Outcome:
    """What came of the load. `slowest` is the longest of each method, in seconds."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    cache: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"POST": [], "GET": []})
    wrong: int = 0
    broken: int = 0

    def count(self, method: str, least: int) -> int:
        return sum(number for (each, status), number in self.statuses.items() if each == method and status >= least)

    def slowest(self, method: str) -> float:
        return max(self.seconds[method])

    def describe(self) -> str:
        kinds = ", ".join(f"{method} {status}: {number}" for (method, status), number in sorted(self.statuses.items()))
        slowest = ", ".join(f"{name} {max(all_) * 1000:.0f} ms" for name, all_ in self.seconds.items() if all_)
        return f"{kinds}; slowest {slowest}; wrong {self.wrong}, broken {self.broken}"


class Load:
    """Clients that post and get until they are told to end; at most `requests_each` of both."""

    def __init__(self, service: LiveService, clients: int = 3, requests_each: int = 4000, texts: int = 60) -> None:
        self._service = service
        self._requests_each = requests_each
        self._wanted = {text: msgspec.json.encode(parse_report(text)) for text in make_texts(texts)}
        self._end = threading.Event()
        self._lock = threading.Lock()
        self.outcome = Outcome()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(clients)]

    def _send(self, session: requests.Session, method: str, path: str, want: bytes, body: bytes | None) -> None:
        start = time.monotonic()
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
        try:
            answer = session.request(method, self._service.url + path, data=body, headers=headers, timeout=30)
        except requests.RequestException:
            with self._lock:
                self.outcome.broken += 1
            return
        with self._lock:
            self.outcome.statuses[method, answer.status_code] += 1
            self.outcome.cache[answer.headers.get("Cache-Status", "")] += 1
            self.outcome.seconds[method].append(time.monotonic() - start)
            self.outcome.wrong += answer.status_code in (200, 201) and answer.content != want

    def _run(self, number: int) -> None:
        texts = list(self._wanted)
        with requests.Session() as session:
            for turn in range(number * 997, number * 997 + self._requests_each):
                if self._end.is_set():
                    return
                text = texts[turn * 7 % len(texts)]
                self._send(session, "POST", "/v1/reports", self._wanted[text], text.encode())
                self._send(session, "GET", f"/v1/reports/{hash_text(text)}", self._wanted[text], None)
                self._end.wait(0.002)

    @contextmanager
    def running(self) -> Iterator[Outcome]:
        for thread in self._threads:
            thread.start()
        try:
            yield self.outcome
        finally:
            self._end.set()
            for thread in self._threads:
                thread.join()


def remembers_again(service: LiveService) -> bool:
    """Whether a new text is stored and found again."""
    text = f"{time.monotonic_ns()}年收到政府信息公开申请3件。"
    stored = service.post_text(text).headers["Cache-Status"].endswith("stored")
    return stored and service.post_text(text).headers["Cache-Status"] == "gongkai; hit"
