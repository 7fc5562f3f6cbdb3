"""The examples run, against a service of the tests, and show what they say."""

import csv
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.conftest import ROOT, LiveService
from tests.samples import make_text
from tests.writer import FormFigures, make_figures, write

YEARS = range(2016, 2025)


def run(service: LiveService, *command: str) -> str:
    environ = os.environ | {"GONGKAI": service.url}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_python(service: LiveService, *command: str) -> str:
    return run(service, sys.executable, *command)


def make_year(year: int) -> tuple[str, FormFigures]:
    """One county's report of a year, its tables with tabs, and the figures that it states."""
    edition = "2014" if year < 2019 else "2019" if year < 2021 else "2021"
    figures = make_figures(edition, Random(year))
    head = f"岷阳县人民政府{year}年政府信息公开工作年度报告\n\n"
    return head + write("tabs", figures, Random(1)).text, figures


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    for year in YEARS:
        (folder / f"{year}.txt").write_text(make_year(year)[0], "utf-8")
    return folder


def test_curl(live_service: LiveService, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(make_text("壳层"), "utf-8")
    shown = run(live_service, "sh", "examples/curl.sh", str(text))
    assert shown.count("HTTP/1.1 ") == 2
    for part in (
        "HTTP/1.1 201",
        "HTTP/1.1 200",
        "Cache-Status: gongkai; hit",
        "304 0 bytes",
        "id,issuer,region_code,year,form,code",
        '{"document":{"title":',
        '{"key":"good","status":201',
        '{"key":"bad","status":422',
        "requests.received,2021,收到政府信息公开申请数,Requests received in the year,件",
        '"code":"empty_text"',
    ):
        assert part in shown, part


def test_read_report(live_service: LiveService) -> None:
    shown = run_python(live_service, "examples/read_report.py")
    assert shown.startswith("青岚县人民政府 2021 form 2021")
    assert "requests.received " in shown
    assert "[98]" in shown


def test_read_report_says_what_is_wrong(live_service: LiveService, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" ", "utf-8")
    command = [sys.executable, "examples/read_report.py", str(tmp_path / "empty.txt")]
    environ = os.environ | {"GONGKAI": live_service.url}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "422 empty_text: The text is empty.\n")


def test_batch_folder(live_service: LiveService, county: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    run_python(live_service, "examples/batch_folder.py", str(county), str(table))
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert {int(row["year"]) for row in rows} == set(YEARS)
    assert {row["file"] for row in rows} == {str(county / f"{year}.txt") for year in YEARS}
    told = {(row["year"], row["applicant"], row["value"]) for row in rows if row["code"] == "requests.received"}
    for year in YEARS:
        figures = make_year(year)[1]
        applicant = None if year < 2019 else "total"
        value = figures.cells["requests.received", applicant].value
        assert (str(year), applicant or "", str(value)) in told


def add_up(figures: FormFigures, *codes: str) -> Decimal:
    """The values of codes over all applicants."""
    cells = {code: cell for (code, applicant), cell in figures.cells.items() if applicant in (None, "total")}
    return sum((cells[code].value or Decimal(0) for code in codes), Decimal(0))


def test_plot_series(live_service: LiveService, county: Path, tmp_path: Path) -> None:
    table, codebook, picture = tmp_path / "reports.csv", tmp_path / "codebook.csv", tmp_path / "series.svg"
    run_python(live_service, "-m", "service", "parse", "--format", "csv", "--output", str(table), str(county))
    codebook.write_bytes(live_service.get("/v1/indicators", headers={"Accept": "text/csv"}).content)
    shown = run_python(live_service, "examples/plot_series.py", str(table), str(codebook), str(picture))
    rows = {line.split()[-6]: line.split()[-5:] for line in shown.splitlines()[2:]}
    assert set(rows) == {str(year) for year in YEARS}
    for year in YEARS:
        figures = make_year(year)[1]
        received, granted, denied, review, litigation = (Decimal(value) for value in rows[str(year)])
        denied_codes = {code for code, _ in figures.cells if code.startswith("outcomes.denied.")}
        suits = ("litigation.total",) if year < 2019 else ("litigation.direct.total", "litigation.after_review.total")
        assert received == add_up(figures, "requests.received")
        assert granted == add_up(figures, "outcomes.granted")
        assert denied == add_up(figures, *(["outcomes.denied"] if year < 2019 else denied_codes))
        assert review == add_up(figures, "review.total")
        assert litigation == add_up(figures, *suits)
    assert picture.read_text("utf-8").count("Requests received in the year") == 1


def test_every_example_is_run_and_listed() -> None:
    examples = {path.name for path in (ROOT / "examples").iterdir()} - {"README.md", "__pycache__"}
    contract = ROOT / "tests" / "contract" / "test_contract.py"
    tests = Path(__file__).read_text("utf-8") + contract.read_text("utf-8")
    page = (ROOT / "examples" / "README.md").read_text("utf-8")
    for name in examples:
        assert f"examples/{name}" in tests, name
        assert f"[{name}]({name})" in page, name
