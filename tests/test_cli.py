"""The command line: one report a line, and a message for each file that is none."""

import subprocess
import sys
from pathlib import Path

import msgspec

from service.extraction import parse_report
from tests.conftest import ROOT
from tests.samples import REPORT, make_text


def run_parse(*names: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "service", "parse", *names]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, check=False)


def test_each_file_is_one_line(tmp_path: Path) -> None:
    texts = [REPORT, make_text("又一份")]
    for name, text, codec in zip("ab", texts, ("utf-8-sig", "gb18030"), strict=True):
        (tmp_path / name).write_bytes(text.encode(codec))
    run = run_parse(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.splitlines() == [msgspec.json.encode(parse_report(text)) for text in texts]


def test_hyphen_is_standard_input() -> None:
    run = run_parse("-", stdin=REPORT.encode())
    assert run.returncode == 0
    assert msgspec.json.decode(run.stdout) == msgspec.json.decode(msgspec.json.encode(parse_report(REPORT)))


def test_bad_files_are_named_and_the_others_come(tmp_path: Path) -> None:
    good, binary, missing = tmp_path / "good", tmp_path / "binary", tmp_path / "missing"
    good.write_text(REPORT, "utf-8")
    binary.write_bytes(b"\x00" * 64)
    run = run_parse(str(missing), str(binary), str(tmp_path), str(good))
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 1
    messages = run.stderr.decode().splitlines()
    assert messages == [
        f"{missing}: No such file or directory",
        f"{binary}: no text in UTF-8, UTF-16 or GB18030",
        f"{tmp_path}: Is a directory",
    ]


def test_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(REPORT, "utf-8")
    command = f"'{sys.executable}' -m service parse {f'{tmp_path}/a ' * 200} | head -c 10"
    run = subprocess.run(command, cwd=ROOT, shell=True, capture_output=True, check=False)
    assert (len(run.stdout), run.stderr) == (10, b"")


def run_compare(*names: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "service", "compare", *names]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def test_two_years_are_compared(tmp_path: Path) -> None:
    for name, text in (("a", REPORT.replace("2024", "2023")), ("b", REPORT)):
        (tmp_path / name).write_text(text, "utf-8")
    run = run_compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (run.returncode, run.stderr) == (0, b"")
    comparison = msgspec.json.decode(run.stdout)
    assert (comparison["earlier"]["year"], comparison["later"]["year"]) == (2023, 2024)
    assert comparison["warnings"] == []


def test_what_cannot_be_read_is_not_compared(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(REPORT, "utf-8")
    run = run_compare(str(tmp_path / "a"), str(tmp_path / "none"))
    assert (run.returncode, run.stdout) == (1, b"")
    assert run.stderr.decode() == f"{tmp_path}/none: No such file or directory\n"


def test_no_command_is_a_usage_message() -> None:
    run = subprocess.run([sys.executable, "-m", "service"], cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith(b"usage: python -m service")
