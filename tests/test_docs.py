"""The pages for people: what is generated is fresh, and no link leads nowhere."""

import re
from pathlib import Path

import pytest

from service.errors import KINDS
from service.metrics import Metrics
from service.reference.codebook import load_codebook
from service.settings import VARIABLES
from tests.conftest import ROOT
from tools import settings
from tools.codebook import TARGET, TOPICS, write_page

FOLDERS = (".", "docs", "docs/performance", "examples", "tests/converters")
PAGES = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.md"))
HEADING_RE = re.compile(r"^#+ (.+)$", re.MULTILINE)


def test_codebook_page_is_fresh() -> None:
    assert TARGET.read_text("utf-8") == write_page(load_codebook()), "make codebook"


def test_every_module_of_the_core_is_on_the_map() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    core = ROOT / "service" / "extraction"
    # One row tells of all checks, and one of the data and who loads it.
    mapped = [core, *(core / name for name in ("document", "prose", "tables"))]
    modules = {path.stem for folder in mapped for path in folder.iterdir() if not path.name.startswith("__")}
    # The values that the modules pass on, and who calls them.
    assert modules - set(re.findall(r"`([a-z_]+)/?`", page)) == {"pipeline", "record", "report", "version"}


def test_every_warning_is_explained() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "service" / "extraction").rglob("*.py"))
    patterns = (r'\bwarn\(source, "(\w+)"', r'Warning\("(\w+)"', r'yield "(\w+)", f?"')
    codes = {code for pattern in patterns for code in re.findall(pattern, source)}
    pages = "".join(page.read_text("utf-8") for page in PAGES if page.parent.name == "docs")
    assert len(codes) > 10
    assert [code for code in sorted(codes) if f"`{code}`" not in pages] == []


def test_every_problem_of_the_api_is_told() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "service").rglob("*.py"))
    codes = set(re.findall(r'Error\(\s*\d{3}, "(\w+)"', source)) - {"unknown_asset"}
    # What a request to a route can come to; the others tell of bytes that reach none.
    codes |= {KINDS[status].code for status in (404, 405, 408, 413, 429, 500)}
    page = (ROOT / "docs" / "api.md").read_text("utf-8").partition("## Errors")[2]
    assert len(codes) > 20
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []


def test_table_of_settings_is_fresh() -> None:
    page = settings.TARGET.read_text("utf-8")
    assert page == settings.write_page(page), "make settings"
    assert all(f"\n| `{variable.name}` |" in page for variable in VARIABLES)


def test_codebook_page_holds_every_code() -> None:
    page = TARGET.read_text("utf-8")
    assert {entry.code.partition(".")[0] for entry in load_codebook().indicators} == set(TOPICS)
    assert all(f"\n#### `{entry.code}`\n" in page for entry in load_codebook().indicators)


def find_anchors(page: Path) -> set[str]:
    """The names by which links reach the headings of a page."""
    titles = (title.lower().replace(" ", "-") for title in HEADING_RE.findall(page.read_text("utf-8")))
    return {re.sub(r"[^\w-]", "", title) for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", page.read_text("utf-8")):
        if "://" not in target:
            path = page.parent / target if target else page
            assert path.exists(), target
            assert not anchor or anchor in find_anchors(path), anchor


def test_settings_that_the_guide_names_exist() -> None:
    known = {variable.name for variable in VARIABLES}
    pages = [page.read_text("utf-8") for page in PAGES]
    named = set(re.findall(r"`((?:MAX|CACHE|REDIS|API|RATE|CORS|ALLOW|TRUSTED)_[A-Z_]+)[`=]", "".join(pages)))
    assert named
    assert named <= known


def test_metrics_that_the_guide_names_exist() -> None:
    named = set(re.findall(r"`(gongkai_\w+)", (ROOT / "docs" / "operations.md").read_text("utf-8")))
    told = set(re.findall(r"^# HELP (\w+)", Metrics().render().decode(), re.MULTILINE))
    assert named
    assert named <= told
