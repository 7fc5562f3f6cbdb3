"""Texts come in by paste, drop, choice and sample; what cannot be read is told; nothing in a text is ever markup."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.conftest import OpenPage, give, open_sample, read_sample

HOSTILE = '<img src=x onerror="window.taken=1"><script>window.taken=1</script><b onclick=alert(1)>粗</b>&lt;i&gt;'
DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const { name, bytes } of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }
}"""


def drop(page: Page, files: dict[str, bytes]) -> None:
    page.evaluate(DROP, [{"name": name, "bytes": list(content)} for name, content in files.items()])


def test_paste(open_page: OpenPage) -> None:
    page = open_page()
    page.fill("textarea", read_sample("bureau-2016.txt"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1:visible")).to_have_text("澄州市环境保护局2016年政府信息公开工作年度报告")
    assert page.title() == "公开 · 年度报告读数与核对"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_one_dropped_file_opens(open_page: OpenPage, encoding: str) -> None:
    page = open_page()
    drop(page, {"report.txt": read_sample("bureau-2016.txt").encode(encoding)})
    expect(page.locator("h1:visible")).to_contain_text("澄州市环境保护局")
    expect(page.locator('[data-target="disclosure.total"]')).to_have_text("2,846")


def test_several_dropped_files_are_listed_with_progress(open_page: OpenPage) -> None:
    page = open_page()
    names = ["county-2021.txt", "county-2022.txt", "bureau-2016.txt", "town-2012.html"]
    files = {name: read_sample(name).encode() for name in names}
    drop(page, files | {"scan.pdf": b"%PDF-1.7", "torn.txt": b"\xff\xfe\x00\xd8\x41", "none.md": b" \n"})
    expect(page.locator(".list [role=status]")).to_have_text("已处理 7 份，共 7 份")
    expect(page.locator(".list progress")).to_be_hidden()
    rows = page.locator(".opened tbody tr")
    assert rows.count() == 7
    expect(rows.filter(has_text="county-2021.txt").locator(".number.fails")).to_have_text("5")
    expect(rows.filter(has_text="scan.pdf")).to_contain_text("不是 txt、html 或 md 文件")
    expect(rows.filter(has_text="torn.txt")).to_contain_text("不是文本")
    expect(rows.filter(has_text="none.md")).to_contain_text("没有可读的文字")
    rows.filter(has_text="town-2012.html").locator("a").click()
    expect(page.locator("h1:visible")).to_contain_text("柳湾镇")


def test_chosen_files_are_read(open_page: OpenPage, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("一.txt", "二.htm")]
    paths[0].write_text(read_sample("bureau-2016.txt"), "utf-8")
    paths[1].write_bytes(read_sample("town-2012.html").encode("gb18030"))
    page = open_page()
    page.set_input_files("input[type=file]", paths)
    expect(page.locator(".opened tbody tr.done")).to_have_count(2)


def test_a_web_page_is_shown_as_it_reads(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "town-2012.html")
    shown = page.locator(".text").inner_text()
    assert "columnId" not in shown
    assert "<" not in shown.replace("&gt;", "")
    assert page.locator(".text").evaluate("e => e.textContent").startswith("<!DOCTYPE html>")
    page.click('.text mark:text-is("214条")')
    expect(page.locator(".card blockquote")).to_contain_text("其中通过县政府网站公开214条，通过公开栏等")


def test_hostile_text_stays_text(open_page: OpenPage) -> None:
    page = open_page()
    text = read_sample("county-2021.txt").replace("青岚县", f"青岚县{HOSTILE}").replace("5310条", f"5310条{HOSTILE}")
    give(page, text)
    for tab in ("quantities", "checks", "contents", "charts", "form"):
        page.click(f"#tab-{tab}")
    for mark in page.locator(".text mark").all()[:12]:
        mark.click()
    assert page.locator(".text").evaluate("e => e.textContent") == text
    drop(page, {f"{HOSTILE.replace('/', '')}.txt": text.encode(), "b.txt": b"1"})
    expect(page.locator(".opened tbody tr.done").first).to_be_visible()
    assert page.locator("main img, main script, main b[onclick]").count() == 0
    assert page.evaluate("window.taken") is None


def test_what_cannot_be_read_is_told(open_page: OpenPage) -> None:
    page = open_page()
    status = page.locator("#home .status")
    page.click("button.primary")
    expect(status).to_contain_text("没有可读的文字")
    page.fill("textarea", "件" * 750_000)
    page.click("button.primary")
    expect(status).to_contain_text("文本太长")
    page.route("**/v1/reports", lambda route: route.abort())
    page.fill("textarea", "年度报告")
    page.click("button.primary")
    expect(status).to_contain_text("连不上服务")
    assert page.input_value("textarea") == "年度报告"


def test_a_busy_service_is_asked_again(open_page: OpenPage) -> None:
    page = open_page()
    answers: list[int] = []

    def refuse_once(route: Route) -> None:
        answers.append(1)
        if len(answers) > 1:
            route.continue_()
            return
        route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body="{}")

    page.route("**/v1/reports", refuse_once)
    give(page, read_sample("bureau-2016.txt"))
    assert len(answers) == 2
