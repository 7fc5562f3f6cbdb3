"""Many files at once: the same records whatever the number of processes, bad files named, and runs that go on."""

import contextlib
import csv
import io
import os
import pty
import signal
import subprocess
import sys
import termios
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import psutil
import pytest

from service.bulk import parse_paths
from service.cache import RedisReportCache
from service.embedded import EmbeddedServer
from service.extraction import PARSER_VERSION, hash_text, parse_report
from service.journal import read_stamp
from service.representations import encode_report, pack
from service.settings import Settings
from service.tidy import HEADER
from tests.conftest import ROOT, START_SECONDS, wait_until
from tests.samples import REPORT, make_text

# So many files come before the pipe at which a long run waits.
BEFORE = 20


def make_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "service", "parse", *arguments]


def run_parse(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[bytes]":
    environ = os.environ | {"REDIS_URL": ""} | settings
    return subprocess.run(make_command(*arguments), cwd=ROOT, env=environ, capture_output=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six reports in two folders, and what is none."""
    (tmp_path / "in" / "2023").mkdir(parents=True)
    names = ("b.txt", "a.TXT", "c.md", "2023/d.html", "2023/e.htm", "2023/f.txt")
    for name in names:
        (tmp_path / "in" / name).write_text(make_text(name), "utf-8")
    (tmp_path / "in" / "notes.pdf").write_bytes(b"%PDF")
    return tmp_path / "in"


def find_texts(folder: Path) -> list[str]:
    paths = sorted(str(path) for path in folder.rglob("*") if path.suffix in (".txt", ".TXT", ".md", ".html", ".htm"))
    return [Path(path).read_text("utf-8") for path in paths]


@cache
def expect_line(text: str) -> bytes:
    return encode_report(parse_report(text)) + b"\n"


def expect_json(folder: Path) -> bytes:
    return b"".join(map(expect_line, find_texts(folder)))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_is_read_in_the_order_of_its_names(folder: Path, jobs: str) -> None:
    run = run_parse("--jobs", jobs, str(folder))
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout == expect_json(folder)


def test_csv_is_one_table(folder: Path) -> None:
    run = run_parse("--format", "csv", str(folder))
    rows = list(csv.DictReader(io.StringIO(run.stdout.decode("utf-8-sig"), newline="")))
    assert run.stdout.startswith(b"\xef\xbb\xbf")
    assert tuple(rows[0]) == (*HEADER, "file")
    reports = [msgspec.json.decode(expect_line(text)) for text in find_texts(folder)]
    assert [(row["id"], row["code"]) for row in rows] == [
        (r["id"], i["code"]) for r in reports for i in r["indicators"]
    ]
    assert all(hash_text(Path(row["file"]).read_text("utf-8")) == row["id"] for row in rows)
    assert rows


def test_named_lines_say_which_file_they_are_of(folder: Path) -> None:
    (folder / "aa.txt").write_text(" \n", "utf-8")
    strange = os.fsencode(folder) + b"/\xcd\xf8.txt"
    Path(os.fsdecode(strange)).write_text(REPORT, "utf-8")
    run = run_parse("--format", "named", "--jobs", "2", str(folder))
    assert (run.returncode, run.stderr.count(b"\n")) == (1, 1)
    lines = [msgspec.json.decode(line, type=dict[str, msgspec.Raw]) for line in run.stdout.splitlines()]
    files = [msgspec.json.decode(line["file"], type=str) for line in lines]
    assert [Path(file).name for file in files] == ["d.html", "e.htm", "f.txt", "a.TXT", "b.txt", "c.md", "??.txt"]
    texts = [Path(file).read_text("utf-8") for file in files[:-1]]
    assert [bytes(line["report"]) + b"\n" for line in lines] == [*map(expect_line, texts), expect_line(REPORT)]


def test_bad_files_are_listed_at_the_end(folder: Path) -> None:
    (folder / "aa.txt").write_bytes(b"\x00" * 64)
    (folder / "ab.txt").write_text(" \n", "utf-8")
    run = run_parse("--jobs", "2", str(folder), str(folder / "missing.txt"))
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 6
    reasons = ("no text in UTF-8, UTF-16 or GB18030", "the text is empty", "No such file or directory")
    names = ("aa.txt", "ab.txt", "missing.txt")
    assert run.stderr.decode().splitlines() == [f"{folder / n}: {r}" for n, r in zip(names, reasons, strict=True)]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    assert len(run_parse(str(folder), str(folder / "b.txt")).stdout.splitlines()) == 6


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_odd_numbers_of_processes_are_refused(jobs: str) -> None:
    run = run_parse("--jobs", jobs, "x")
    assert (run.returncode, run.stdout) == (2, b"")
    assert b"--jobs" in run.stderr


def wait_until_gone(processes: list[psutil.Process]) -> None:
    assert processes
    assert psutil.wait_procs(processes, timeout=10)[1] == []


@dataclass
class Long:
    """A run that stands still in the middle: what it has to read next is a pipe into which nobody writes."""

    folder: Path

    def __post_init__(self) -> None:
        for name in ("a", "c"):
            (self.folder / name).mkdir(parents=True)
            for number in range(BEFORE):
                (self.folder / name / f"{number:03}.txt").write_text(make_text(f"{name}{number}"), "utf-8")
        os.mkfifo(self.pipe)
        self.output, self.journal = self.folder.parent / "out.json", self.folder.parent / "out.json.journal"
        paths = (str(self.folder / "a"), str(self.pipe), str(self.folder / "c"))
        self.arguments = ("--jobs", "2", "--output", str(self.output), *paths)

    @property
    def pipe(self) -> Path:
        return self.folder / "b.txt"

    def count_read(self) -> int:
        """The records in the journal, whose first line tells of the run."""
        return self.journal.read_bytes().count(b"\n") - 1 if self.journal.exists() else 0

    def start(self) -> "subprocess.Popen[bytes]":
        """The run, when it has come to the pipe."""
        environ = os.environ | {"REDIS_URL": ""}
        process = subprocess.Popen(make_command(*self.arguments), cwd=ROOT, env=environ, stderr=subprocess.PIPE)
        assert wait_until(lambda: self.count_read() == BEFORE)
        return process

    def release(self) -> None:
        """Whoever waits at the pipe gets an end, and a file is there from now on."""
        with contextlib.suppress(OSError):
            os.close(os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK))
        self.pipe.unlink()
        self.pipe.write_text(make_text("b"), "utf-8")

    def assert_goes_on(self) -> None:
        run = run_parse(*self.arguments)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
        assert self.output.read_bytes() == expect_json(self.folder)
        assert not self.journal.exists()


@pytest.fixture
def long(tmp_path: Path) -> Long:
    return Long(tmp_path / "in")


def test_a_run_that_was_killed_goes_on(long: Long) -> None:
    process = long.start()
    pool = psutil.Process(process.pid).children()
    process.kill()
    process.communicate(timeout=START_SECONDS)
    wait_until_gone(pool)
    assert long.count_read() == BEFORE
    with long.output.open("ab") as file:
        file.write(b'{"id": "cut o')
    with long.journal.open("ab") as file:
        file.write(b'{"name": "cut o')
    long.release()
    long.assert_goes_on()


def test_a_run_that_was_interrupted_says_so_and_goes_on(long: Long) -> None:
    process = long.start()
    process.send_signal(signal.SIGINT)
    # What is being read is read to its end.
    long.release()
    said = b"Interrupted. The same command goes on where it stopped.\n"
    assert (process.communicate(timeout=START_SECONDS)[1], process.returncode) == (said, 1)
    assert long.count_read() == BEFORE
    long.assert_goes_on()


def test_a_run_that_lost_a_process_says_so_and_goes_on(long: Long) -> None:
    process = long.start()
    psutil.Process(process.pid).children()[-1].kill()
    said = b"A process died. The same command goes on where it stopped.\n"
    assert (process.communicate(timeout=START_SECONDS)[1], process.returncode) == (said, 1)
    assert long.count_read() == BEFORE
    long.release()
    long.assert_goes_on()


def write_journal(output: Path, names: list[Path], **run: str) -> None:
    """A journal as a run that was cut short leaves it, and an output that tells whether it was gone on with."""
    output.write_bytes(b"kept\n" * len(names))
    lines: list[object] = [{"parser_version": PARSER_VERSION, "format": "json"} | run]
    for count, name in enumerate(names, start=1):
        lines.append({"name": str(name), "stamp": read_stamp(str(name)), "length": 5 * count})
    journal = output.with_name(f"{output.name}.journal")
    journal.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))


@pytest.mark.parametrize("change", ["nothing", "file", "version", "format", "output", "journal"])
def test_a_run_goes_on_only_where_nothing_changed(folder: Path, change: str) -> None:
    output = folder / "out.json"
    first = min(path for path in folder.rglob("*.htm*"))
    write_journal(output, [first], **({"parser_version": "0"} if change == "version" else {}))
    if change == "file":
        first.write_text(make_text("changed") + "。", "utf-8")
    elif change == "output":
        output.write_bytes(b"")
    elif change == "journal":
        output.with_name("out.json.journal").write_bytes(b"\x00\n")
    written = "csv" if change == "format" else "json"
    assert parse_paths([str(folder)], written, 1, str(output), Settings.from_env({})) == 0
    lines = output.read_bytes().splitlines()
    assert lines.count(b"kept") == (1 if change == "nothing" else 0)
    if written == "json":
        assert len(lines) == 6


def test_a_name_in_no_utf_8_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in (b"\xc4\xea\xb1\xa8.txt", b"\xc4\xea\xb1\xa82.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name)).write_text(REPORT, "utf-8")
    output = tmp_path / "out.json"
    run = run_parse("--output", str(output), str(tmp_path / "in"))
    assert (run.returncode, run.stderr) == (0, b"")
    assert output.read_bytes() == 2 * expect_line(REPORT)


def test_the_cache_is_asked_and_filled(folder: Path, cache_server: EmbeddedServer) -> None:
    settings = {"REDIS_URL": cache_server.url}
    cache = RedisReportCache(cache_server.url, 1, 60)
    first, *others = [hash_text(text) for text in find_texts(folder)]
    remembered = pack(b'{"remembered":true}')
    cache.put(first, remembered)
    run = run_parse("--jobs", "2", str(folder), **settings)
    assert run.stdout.splitlines()[0] == b'{"remembered":true}'
    assert run.stdout.splitlines()[1:] == expect_json(folder).splitlines()[1:]
    assert all(cache.has(report_id) for report_id in others)


def test_a_cache_that_is_away_costs_no_report(folder: Path) -> None:
    run = run_parse(str(folder), REDIS_URL="redis://127.0.0.1:1")
    assert (run.returncode, run.stdout) == (0, expect_json(folder))


def test_a_terminal_sees_the_progress(folder: Path) -> None:
    terminal, child = pty.openpty()
    termios.tcsetwinsize(child, (24, 80))
    run = subprocess.run(make_command(str(folder)), cwd=ROOT, stdout=subprocess.PIPE, stderr=child, check=False)
    os.close(child)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert run.returncode == 0
    assert "6/6" in shown


def test_a_text_of_standard_input_and_files_together(folder: Path) -> None:
    command = make_command("--jobs", "2", "-", str(folder))
    run = subprocess.run(command, cwd=ROOT, input=REPORT.encode(), capture_output=True, check=False)
    assert run.stdout == expect_line(REPORT) + expect_json(folder)
