"""What the service costs: boot to first answer, resident memory of a worker."""

import statistics
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.answer import serve
from bench.texts import OWN, read_texts


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _ask(url: str, body: bytes | None = None) -> None:
    with urllib.request.urlopen(
        urllib.request.Request(url, body, {"Content-Type": "text/plain"}), timeout=30
    ) as answer:
        answer.read()


def _time_boot() -> float:
    begin = time.perf_counter()
    with serve(None, {"REDIS_URL": ""}) as server:
        _ask(f"{server.url}/healthz")
        return time.perf_counter() - begin


def measure_cost(boots: int, requests: int) -> dict[str, Any]:
    """Median seconds to the first answer, embedded cache included; MB of the largest process before and after load."""
    texts = [text for text in read_texts(OWN).values() if not text.startswith("<")]
    boot = statistics.median(_time_boot() for _ in range(boots))
    with serve(None, {"REDIS_URL": ""}) as server:
        _ask(f"{server.url}/healthz")
        after_boot = max(map(_resident_mb, (*server.workers(), *server.readers())))
        for number in range(requests):
            _ask(f"{server.url}/v1/reports", f"{texts[number % len(texts)]}\n{number}".encode())
        return {
            "boot_seconds": boot,
            "worker_mb_after_boot": after_boot,
            "worker_mb_after_load": max(map(_resident_mb, server.workers())),
            "reader_mb_after_load": max(map(_resident_mb, server.readers()), default=0.0),
            "requests": requests,
        }
