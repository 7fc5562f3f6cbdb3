"""Both READMEs: every command in them is run, against a service of its own, and prints what they say."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT, RunService

READMES = ("README.md", "README.zh-CN.md")
CONSOLE_RE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def find_commands(name: str) -> list[tuple[str, str]]:
    """Each command of a README with the output that it shows."""
    blocks = "".join(CONSOLE_RE.findall((ROOT / name).read_text("utf-8")))
    commands = [part.partition("\n") for part in re.split(r"^\$ ", blocks, flags=re.MULTILINE)[1:]]
    return [(command, output) for command, _, output in commands]


def make_pattern(output: str) -> re.Pattern[str]:
    """What is shown, line by line in this order; … is anything in a line, and a line of it any lines."""
    pieces = [".*?".join(re.escape(piece) for piece in line.split("…")) for line in output.splitlines()]
    return re.compile(".*?".join(pieces), re.DOTALL)


@pytest.mark.parametrize("name", READMES)
def test_commands_print_what_the_readme_says(run_service: RunService, name: str) -> None:
    commands = find_commands(name)
    assert len(commands) >= 3
    with run_service(WORKERS="1") as service:
        for command, output in commands:
            real = command.replace("http://127.0.0.1:8000", service.url).replace(".venv/bin/python", sys.executable)
            run = subprocess.run(real, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
            assert make_pattern(output).match(run.stdout), f"{command}\n{run.stdout[:2000]}"


def test_pattern_refuses_other_output() -> None:
    pattern = make_pattern("HTTP/1.1 200 OK\n…\nETag: …\n")
    assert pattern.match("HTTP/1.1 200 OK\r\nServer: x\r\nETag: y\r\n")
    assert not pattern.match("HTTP/1.1 201 CREATED\r\nETag: y\r\n")
    assert not pattern.match("HTTP/1.1 200 OK\r\nServer: x\r\n")


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    command = ["make", "--no-print-directory", "help"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in run.stdout.splitlines()} == targets
