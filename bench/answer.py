"""What an answer costs over HTTP: the service as shipped against floors on the same gunicorn and the same Redis.

Load comes from `wrk` on the loopback, bounded in time. With keep-alive clients gunicorn's threads sometimes leave
nearly all work to one worker, which halves a figure; such runs are seen by the workers' share of CPU time and repeated.
"""

import gzip
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.texts import OWN, ROOT, read_texts
from bench.timing import take_turns
from service.embedded import start_server
from service.extraction import parse_report

CONNECTIONS = 8
MOST_SKEW = 0.7
MOST_RUNS = 4
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
LISTENING_RE = re.compile(r"Listening at: (http://\S+)")


@dataclass(frozen=True)
class Load:
    """One kind of request: its name, where it goes, and the wrk script that says how."""

    name: str
    path: str
    script: str


def _find_children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    url: str

    def workers(self) -> list[int]:
        """The processes that answer; the cache's server is a child of gunicorn too."""
        found = _find_children(self.process.pid)
        return [pid for pid in found if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def readers(self) -> list[int]:
        """The processes that read texts, each below the keeper that its worker has."""
        return [
            reader
            for worker in self.workers()
            for keeper in _find_children(worker)
            for reader in _find_children(keeper)
        ]


@contextmanager
def serve(application: str | None, environ: dict[str, str]) -> Iterator[Server]:
    """Gunicorn with the service's own configuration and another application, or none: the service itself."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:service.gunicorn_conf"]
    # Opened to append: whoever reads does so by a handle of its own, and moves nobody's place of writing.
    with tempfile.NamedTemporaryFile("ab") as log:
        process = subprocess.Popen(
            command + ([application] if application else []),
            cwd=ROOT,
            # A worker that made way for another would take its processor time with it.
            env=os.environ | environ | {"BIND": "127.0.0.1:0", "MAX_REQUESTS": "1000000000"},
            stderr=log,
            text=True,
        )
        try:
            deadline = time.monotonic() + 60
            while True:
                found = LISTENING_RE.search(Path(log.name).read_text("utf-8"))
                if found:
                    yield Server(process, found[1])
                    return
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the server did not start")
                time.sleep(0.01)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _run_wrk(server: Server, load: Load, seconds: int, folder: Path) -> tuple[float, float, float, float]:
    """Requests a second, p99 milliseconds, the busiest worker's share of CPU time, requests a core-second."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", server.url + load.path]
    script = folder / "load.lua"
    script.write_text(load.script, "utf-8")
    command += ["-s", str(script)]
    workers = server.workers()
    before = [_cpu_ticks(pid) for pid in workers]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    used = [_cpu_ticks(pid) - ticks for pid, ticks in zip(workers, before, strict=True)]
    if "Non-2xx" in printed and "304" not in load.name:
        raise RuntimeError(f"{load.name}: the server refused requests")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])  # type: ignore[index]
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    to_ms = {"us": 1e-3, "ms": 1.0, "s": 1e3}
    spent = sum(used) / CLOCK_TICKS
    return (
        rate,
        float(p99[1]) * to_ms[p99[2]] if p99 else 0.0,
        max(used) / max(sum(used), 1),
        rate * seconds / max(spent, 0.01),
    )


def _measure(server: Server, load: Load, seconds: int, folder: Path) -> dict[str, float]:
    for _ in range(MOST_RUNS):
        rate, p99, skew, per_core = _run_wrk(server, load, seconds, folder)
        if skew <= MOST_SKEW:
            break
    return {"rate": rate, "p99_ms": p99, "skew": skew, "per_core_second": per_core}


GET_SCRIPT = 'wrk.headers["Accept-Encoding"] = "gzip"\n'
POST_SCRIPT = """wrk.method = "POST"
wrk.headers["Accept-Encoding"] = "gzip"
wrk.headers["Content-Type"] = "text/plain"
wrk.body = io.open("{file}", "rb"):read("*all")
"""


def _compare_posts(server: Server, text: str, rounds: int) -> dict[str, float]:
    """Median milliseconds of a POST of a text that is new each time and of its parse here, and of their ratios.

    A round has one of each: the machine is the same within a round.
    """
    host = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    numbers = itertools.count()

    def post() -> None:
        body = f"{text}\n{time.time_ns()} {next(numbers)}".encode()
        connection.request("POST", "/v1/reports", body, {"Content-Type": "text/plain", "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"POST of a new text answered {answer.status}")

    def parse() -> None:
        parse_report(f"{text}\n{time.time_ns()} {next(numbers)}")

    times = take_turns({"post": post, "parse": parse}, rounds, time.perf_counter)
    connection.close()
    pairs = zip(times["post"], times["parse"], strict=True)
    return {
        "post_ms": statistics.median(times["post"]) * 1e3,
        "parse_ms": statistics.median(times["parse"]) * 1e3,
        "ratio": statistics.median(posted / (1.15 * parsed + 1e-3) for posted, parsed in pairs),
    }


def _post_batch(server: Server, texts: list[str]) -> float:
    """Texts a second through one batch of new texts."""
    lines = [json.dumps({"text": f"{text}\n{time.time_ns()}"}, ensure_ascii=False) for text in texts]
    request = urllib.request.Request(
        f"{server.url}/v1/reports/batch", "\n".join(lines).encode(), {"Content-Type": "application/x-ndjson"}
    )
    begin = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    return len(texts) / (time.perf_counter() - begin)


def measure_answer(rounds: int, seconds: int) -> dict[str, Any]:
    """Rates, tails and ratios to their floors; {} with a word on standard error where wrk is not installed."""
    if shutil.which("wrk") is None:
        print("answer: left out, wrk is not installed (Debian: apt-get install wrk)", file=sys.stderr)
        return {}
    text = max((text for text in read_texts(OWN).values() if not text.startswith("<")), key=len)
    embedded = start_server(128)
    try:
        with tempfile.TemporaryDirectory() as name:
            return _measure_servers(Path(name), embedded.url, text, rounds, seconds)
    finally:
        embedded.stop()


def _measure_servers(folder: Path, redis_url: str, text: str, rounds: int, seconds: int) -> dict[str, Any]:
    body, posted = folder / "body", folder / "posted"
    environ = {"REDIS_URL": redis_url, "FLOOR_BODY": str(body)}
    posted.write_text(text, "utf-8")
    script = POST_SCRIPT.replace("{file}", str(posted))
    with serve(None, environ) as service:
        headers = {"Content-Type": "text/plain", "Accept-Encoding": "gzip"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{service.url}/v1/reports", text.encode(), headers)
        ) as answer:
            body.write_bytes(answer.read())
            path, etag = answer.headers["Location"], answer.headers["ETag"]
        not_modified = f"{GET_SCRIPT}wrk.headers[\"If-None-Match\"] = '{etag}'\n"
        with serve("bench.floors:make_bare()", environ) as bare, serve("bench.floors:make_flask()", environ) as flask:
            loads = {
                "bare WSGI": (bare, Load("bare", "/", GET_SCRIPT)),
                "Flask, fixed bytes": (flask, Load("fixed", "/fixed", GET_SCRIPT)),
                "Flask + Redis GET": (flask, Load("get", "/get", GET_SCRIPT)),
                "GET": (service, Load("GET", path, GET_SCRIPT)),
                "Flask + EXISTS, 304": (flask, Load("floor 304", "/exists", GET_SCRIPT)),
                "304": (service, Load("304", path, not_modified)),
                "Flask: body, hash, GET": (flask, Load("post floor", "/post", script)),
                "POST remembered": (service, Load("post", "/v1/reports", script)),
            }
            runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in loads}
            for _ in range(rounds):
                for kind, (server, load) in loads.items():
                    runs[kind].append(_measure(server, load, seconds, folder))
        new = _compare_posts(service, text, 30)
        batch = _post_batch(service, [text] * 100)
    figures = {
        kind: {key: statistics.median(run[key] for run in taken) for key in taken[0]} for kind, taken in runs.items()
    }

    def compare(kind: str, floor: str) -> float:
        """The median of the rounds' ratios: the machine is the same within a round and drifts from one to the next."""
        pairs = zip(runs[kind], runs[floor], strict=True)
        return statistics.median(run["rate"] / least["rate"] for run, least in pairs)

    packed, plain = body.stat().st_size, len(gzip.decompress(body.read_bytes()))
    return {
        "loads": figures,
        "ratios": {
            "GET / Flask + Redis GET": compare("GET", "Flask + Redis GET"),
            "304 / Flask + EXISTS": compare("304", "Flask + EXISTS, 304"),
            "POST remembered / Flask: body, hash, GET": compare("POST remembered", "Flask: body, hash, GET"),
            "POST new / (1.15 parse + 1 ms)": new["ratio"],
        },
        "new": new,
        "batch_texts_per_second": batch,
        "bytes": {"json": plain, "stored": packed, "stored / json": packed / plain},
    }
