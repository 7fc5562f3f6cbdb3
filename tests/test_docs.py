"""The pages of docs/: what is generated is fresh, and no link leads nowhere."""

import re
from pathlib import Path

import pytest

from service.reference.codebook import load_codebook
from service.settings import VARIABLES
from tests.conftest import ROOT
from tools import settings
from tools.codebook import TARGET, TOPICS, write_page

PAGES = sorted((ROOT / "docs").glob("*.md"))


def test_codebook_page_is_fresh() -> None:
    assert TARGET.read_text("utf-8") == write_page(load_codebook()), "make codebook"


def test_table_of_settings_is_fresh() -> None:
    page = settings.TARGET.read_text("utf-8")
    assert page == settings.write_page(page), "make settings"
    assert all(f"\n| `{variable.name}` |" in page for variable in VARIABLES)


def test_codebook_page_holds_every_code() -> None:
    page = TARGET.read_text("utf-8")
    assert {entry.code.partition(".")[0] for entry in load_codebook().indicators} == set(TOPICS)
    assert all(f"\n#### `{entry.code}`\n" in page for entry in load_codebook().indicators)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert "://" in target or (page.parent / target).exists(), target


def test_settings_that_the_guide_names_exist() -> None:
    known = {variable.name for variable in VARIABLES}
    pages = [page.read_text("utf-8") for page in (*PAGES, ROOT / "README.md")]
    named = set(re.findall(r"`((?:MAX|CACHE|REDIS|API|RATE|CORS|ALLOW|TRUSTED)_[A-Z_]+)[`=]", "".join(pages)))
    assert named
    assert named <= known
