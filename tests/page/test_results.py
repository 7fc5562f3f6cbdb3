"""What leaves the page: files, comparisons, print; and keys, which must not."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from service.keys import hash_secret
from tests.conftest import LiveService, RunService
from tests.page.conftest import OpenPage, give, open_sample, read_sample

KEY = "s3cret-key"


def download(page: Page, action: str, folder: Path) -> Path:
    with page.expect_download() as started:
        page.click(f"[data-action={action}]")
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_downloads_are_what_the_service_says(open_page: OpenPage, live_service: LiveService, tmp_path: Path) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    report = live_service.post_text(read_sample("county-2021.txt"))
    as_json = download(page, "json", tmp_path)
    assert as_json.name == "青岚县人民政府-2021.json"
    assert json.loads(as_json.read_text("utf-8")) == report.json()
    table = live_service.get(f"/v1/reports/{report.json()['id']}", headers={"Accept": "text/csv"})
    assert download(page, "csv", tmp_path).read_bytes() == table.content


def test_the_marked_page_needs_nothing_else(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    text = (
        read_sample("county-2021.txt")
        .replace("三、平台", "<script>taken=1</script>三、平台")
        .replace("5310条", "5310条<b>")
    )
    give(page, text)
    saved = download(page, "marked", tmp_path)
    source = saved.read_text("utf-8")
    assert not re.search(r"<script|\shref=\"(?!#)|\ssrc=|\son\w+=", source)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    assert [urlsplit(url).scheme for url in asked] == ["file"]
    assert page.locator(".text").evaluate("e => e.textContent") == text
    assert page.locator(".verdict .sentence").count() == 5
    page.click('[id="cell-licensing.decisions"]')
    target = page.locator(":target")
    assert target.inner_text() == "13872"
    assert target.evaluate("e => e.tagName") == "MARK"
    target.locator("a").click()
    assert page.locator(":target").inner_text() == "13,872"


def test_two_years_are_compared(open_page: OpenPage, live_service: LiveService) -> None:
    page = open_page()
    # The later year is opened first: the page puts the years in their order.
    for name in ("county-2022.txt", "county-2021.txt"):
        open_sample(page, name)
    page.click(".masthead nav a")
    assert page.locator("[data-part=compare]").is_disabled()
    for box in page.locator(".opened input").all():
        box.check()
    page.click("[data-part=compare]")
    expect(page.locator("h1:visible")).to_have_text("两个年度比较")
    ids = [live_service.post_text(read_sample(f"county-{year}.txt")).json()["id"] for year in (2021, 2022)]
    body = {"earlier": {"id": ids[0]}, "later": {"id": ids[1]}}
    comparison = live_service.request("POST", "/v1/comparisons", json=body).json()
    failed = [check["message"] for check in comparison["checks"] if check["status"] == "fail"]
    assert failed
    assert page.locator(".check.fail .sentence").all_inner_texts() == failed
    licensing = page.locator(".changes tr", has_text="行政许可")
    assert licensing.locator("td").all_inner_texts() == ["13,872", "15,240", "+1,368", "9.86%", "件"]
    assert page.locator(".changes tbody tr", has_text="自然人").count() == 0
    page.get_by_label("分列各类申请人").check()
    assert page.locator(".changes tbody tr", has_text="自然人").count() > 5
    page.get_by_label("只看有变化的").uncheck()
    assert page.locator(".changes tbody tr").count() == min(200, len(comparison["indicators"]))
    assert page.locator(".chart svg").count() == 3
    received = page.locator(".chart svg").first
    assert "新收 98 / 113" in (received.get_attribute("aria-label") or "")
    page.locator(".years a").first.click()
    expect(page.locator("h1:visible")).to_contain_text("2021")


def test_print_shows_everything_and_no_controls(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    page.evaluate("window.print = () => { window.printed = true }")
    page.click("[data-action=print]")
    assert page.evaluate("printed")
    page.emulate_media(media="print")
    for hidden in (".masthead", ".actions", "[role=tablist]", ".card"):
        assert page.locator(hidden).first.is_hidden()
    for shown in (".verdict", ".text", ".panel.form", ".panel.quantities", ".panel.contents"):
        assert page.locator(shown).is_visible()
    # Nothing scrolls on paper.
    cut = "[...document.querySelectorAll('.text, .panel, .scroll')].filter((e) => e.scrollHeight > e.clientHeight + 1)"
    assert page.evaluate(f"{cut}.length") == 0
    assert len(page.pdf()) > 50_000


@pytest.fixture(scope="module")
def keyed(run_service: RunService) -> Iterator[LiveService]:
    with run_service(API_KEYS=hash_secret(KEY)) as service:
        yield service


def test_the_key_is_asked_for_once_and_kept_in_the_session(open_page: OpenPage, keyed: LiveService) -> None:
    page = open_page(service=keyed)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 401 else None)
    content = read_sample("bureau-2016.txt").encode()
    files = [{"name": f"{i}.txt", "mimeType": "text/plain", "buffer": content} for i in range(3)]
    page.set_input_files("input[type=file]", files)
    page.fill("#key-field", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#key .problem")).to_be_visible()
    page.fill("#key-field", KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".opened tr.done")).to_have_count(3)
    expect(page.locator("#key")).to_be_hidden()
    asked = len(refused)
    page.locator(".opened a").first.click()
    page.reload()
    expect(page.locator(".text mark").first).to_be_visible()
    assert len(refused) == asked
    assert KEY in page.evaluate("Object.values(sessionStorage)")
    assert KEY not in page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")


def test_without_a_key_the_page_says_what_is_missing(open_page: OpenPage, keyed: LiveService) -> None:
    page = open_page(service=keyed)
    page.fill("textarea", "年度报告")
    page.click("button.primary")
    page.wait_for_selector("#key[open]")
    page.keyboard.press("Escape")
    expect(page.locator("#home .status")).to_have_text("这个服务需要密钥。")
