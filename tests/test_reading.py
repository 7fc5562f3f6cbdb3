"""The reader beside a worker: the same reports, time kept by the kernel, faults that cost one text, nothing left."""

import signal
import subprocess
import sys

import psutil

from tests.conftest import ROOT, LiveService, RunService, find_workers, wait_until
from tests.samples import REPORT

SECONDS = 10

# A regular expression that takes years, as one of ours must never; and a text that the program fails on.
SCRIPT = """
import re, sys
from service import reading
from tests.samples import REPORT

parse_report = reading.parse_report

def parse(text):
    if text == "slow":
        re.match("(a+)+$", "a" * 64 + "b")
    return parse_report(text if text != "faulty" else None)

reading.parse_report = parse
reading.read_text(REPORT)
reader = reading.Reader(0.5)
for text in (REPORT, "slow", "faulty", "", REPORT):
    try:
        answer = reader.read(text)
        print(answer.packed == reading.read_text(text).packed and answer[2:] == reading.read_text(text)[2:])
    except Exception as error:
        print(repr(error))
"""


def test_time_and_faults_cost_one_text() -> None:
    command = [sys.executable, "-c", SCRIPT]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    told = ["True", "OutOfTimeError()", "ReadingError('TypeError')", "True", "True"]
    assert run.stdout.splitlines() == told
    assert "TypeError in\n" in run.stderr


def find_readers(service: LiveService, workers: int = 1) -> list[psutil.Process]:
    """What runs beside the workers, when all have started: of each its keeper and its reader."""
    assert wait_until(lambda: len(list_readers(service)) == 2 * workers)
    return list_readers(service)


def list_readers(service: LiveService) -> list[psutil.Process]:
    return [each for pid in find_workers(service) for each in psutil.Process(pid).children(recursive=True)]


def test_a_text_beyond_its_time_is_a_problem_and_no_more(run_service: RunService) -> None:
    with run_service(WORKERS="1", PARSE_TIMEOUT_MS="100") as service:
        (worker,) = find_workers(service)
        answer = service.post_text("".join(f"第{line}段：收到政府信息公开申请{line}件。\n" for line in range(15_000)))
        assert (answer.status_code, answer.json()["code"]) == (422, "parse_timeout")
        assert "gongkai_parse_timeouts_total 1.0" in service.get("/metrics").text
        assert service.post_text(REPORT).status_code == 201
        assert find_workers(service) == [worker]
        assert find_readers(service)


def test_a_worker_without_its_reader_makes_way(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        for process in find_readers(service):
            process.kill()
        assert service.post_text(REPORT).status_code == 503
        assert wait_until(lambda: service.post_text(REPORT).status_code in (200, 201))
        # Until it has ended, the worker may be asked again, and says it again.
        assert "the reader is gone, the worker ends" in service.read_log()


def test_a_group_of_signals_ends_no_reader(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        readers = find_readers(service)
        for process in readers:
            for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                process.send_signal(name)
        assert service.post_text(REPORT).status_code == 201
        assert find_readers(service) == readers
        assert {process.nice() for process in readers} == {min(psutil.Process(service.process.pid).nice() + 5, 19)}


def test_no_socket_of_the_worker_is_held(run_service: RunService) -> None:
    with run_service(WORKERS="1") as service:
        service.post_text(REPORT)
        # One end of a pair that has no name, and nothing that listens or leads to the cache.
        for process in find_readers(service):
            assert process.net_connections("inet") == []
            assert [link.raddr for link in process.net_connections("unix")] in ([], [""])
            assert process.num_fds() <= 4
