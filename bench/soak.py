"""`make soak`: mixed texts for ten minutes, and how much memory each process holds meanwhile.

In: our own reports, changed a little each time so that they are new, long ones among them, remembered ones, batches and
bodies that are refused. Out: standard output, ``docs/performance/soak.json`` and ``soak.svg``. Workers are not
recycled here: what they would leak, they keep. With --seconds, another length and nothing written.
"""

import argparse
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter
from typing import Any

import psutil
import requests

from bench.answer import Server, serve
from bench.picture import draw_soak
from bench.texts import OWN, ROOT, read_texts

FOLDER = ROOT / "docs" / "performance"
SECONDS = 600
CLIENTS = 4
SAMPLE_SECONDS = 5
# What a client does, by how often of a hundred times: a new text, a remembered one, a batch, a long text, a bad body.
KINDS = {"new": 60, "remembered": 25, "batch": 5, "long": 5, "bad": 5}
BATCH = 10
LONG = 20


class Mix:
    """Requests of all kinds, the same ones in each run."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)
        self._texts = list(read_texts(OWN).values())
        self._count = itertools.count(number, CLIENTS)

    def _make_new(self) -> str:
        return f"{self._random.choice(self._texts)}\n第{next(self._count)}份"

    def make(self) -> tuple[str, str, bytes, str]:
        """A kind with path, body and media type."""
        (kind,) = self._random.choices(list(KINDS), list(KINDS.values()))
        if kind == "batch":
            lines = [json.dumps({"text": self._make_new()}, ensure_ascii=False) for _ in range(BATCH)]
            return kind, "/v1/reports/batch", "\n".join(lines).encode(), "application/x-ndjson"
        if kind == "bad":
            return kind, "/v1/reports", b"{" + self._make_new().encode(), "application/json"
        text = self._random.choice(self._texts) if kind == "remembered" else self._make_new()
        return kind, "/v1/reports", (text * (LONG if kind == "long" else 1)).encode(), "text/plain; charset=utf-8"


def send_all(url: str, mix: Mix, end: threading.Event, counts: Counter[str]) -> None:
    with requests.Session() as session:
        while not end.is_set():
            kind, path, body, media_type = mix.make()
            try:
                answer = session.post(url + path, data=body, headers={"Content-Type": media_type}, timeout=120)
                counts[f"{kind} {answer.status_code}"] += 1
            except requests.RequestException as error:
                counts[f"{kind} {type(error).__name__}"] += 1


def read_memory(process: psutil.Process) -> dict[str, float]:
    """Megabytes: what the process holds, and its share of it where others hold the same."""
    memory = process.memory_full_info()
    return {"rss": round(memory.rss / 2**20, 1), "pss": round(memory.pss / 2**20, 1)}


def sample(server: Server, start: float) -> dict[str, Any]:
    """The memory of each worker and of the reader beside it."""
    row: dict[str, Any] = {"seconds": round(time.monotonic() - start)}
    # The master's other child is the guard of the cache, whose own is a server.
    workers = [pid for pid in server.workers() if "gunicorn" in " ".join(psutil.Process(pid).cmdline())]
    for number, pid in enumerate(workers, 1):
        row[f"worker {number}"] = read_memory(psutil.Process(pid))
        (keeper,) = psutil.Process(pid).children()
        row[f"reader {number}"] = read_memory(keeper.children()[0])
    return row


def soak(seconds: int) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    end = threading.Event()
    with serve(None, {"REDIS_URL": "", "MAX_REQUESTS": "0", "WORKERS": "2"}) as server:
        requests.get(f"{server.url}/healthz", timeout=30).raise_for_status()
        arguments = [(server.url, Mix(number), end, counts) for number in range(CLIENTS)]
        clients = [threading.Thread(target=send_all, args=each) for each in arguments]
        start = time.monotonic()
        for client in clients:
            client.start()
        rows = []
        while time.monotonic() - start < seconds:
            rows.append(sample(server, start))
            time.sleep(SAMPLE_SECONDS)
        end.set()
        for client in clients:
            client.join()
        rows.append(sample(server, start))
    return {"seconds": seconds, "answers": dict(sorted(counts.items())), "memory_mb": rows}


def print_soak(result: dict[str, Any]) -> None:
    print(result["answers"])
    rows = result["memory_mb"]
    for name in (name for name in rows[-1] if name != "seconds"):
        resident = [row[name]["rss"] for row in rows if name in row]
        quarters = [max(resident[len(resident) * part // 4 : len(resident) * (part + 1) // 4 + 1]) for part in range(4)]
        print(f"{name}: most MB in each quarter {quarters}, share at the end {rows[-1][name]['pss']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, help="another length; nothing is written")
    seconds: int | None = parser.parse_args().seconds
    result = soak(seconds or SECONDS)
    print_soak(result)
    if seconds is None:
        (FOLDER / "soak.json").write_text(json.dumps(result) + "\n", "utf-8")
        draw_soak(result, FOLDER / "soak.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
