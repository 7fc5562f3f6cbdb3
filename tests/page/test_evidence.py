"""Text and result point at each other, and every mark shows the very characters that were read."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.conftest import LiveService
from tests.page.conftest import OpenPage, give, open_sample, read_sample, wait_until_in_view

# Each of these takes two UTF-16 units in a browser and one code point in a span.
ASTRAL = "😀𠮷🇨🇳"
READ_MARKS = """() => {
  const found = {};
  for (const element of document.querySelectorAll(".text mark")) {
    found[element.dataset.piece] = (found[element.dataset.piece] ?? "") + element.textContent;
  }
  return Object.values(found);
}"""


def find_spans(report: dict[str, Any]) -> set[tuple[int, int]]:
    spans = [seen["span"] for indicator in report["indicators"] for seen in indicator["observations"]]
    spans += [quantity["span"] for quantity in report["quantities"]]
    return {(start, end) for start, end in spans}


@pytest.mark.parametrize("sample", ["county-2021.txt", "bureau-2016.txt", "town-2012.html"])
@pytest.mark.parametrize("before", ["", ASTRAL], ids=["plain", "astral"])
def test_marks_show_what_was_read(open_page: OpenPage, live_service: LiveService, sample: str, before: str) -> None:
    text = before + read_sample(sample).replace("年", f"年{before}")
    page = open_page()
    give(page, text)
    assert page.evaluate("document.querySelector('.text').textContent") == text
    report = live_service.post_text(text).json()
    spans = find_spans(report)
    assert len(spans) > 20
    # A span that holds another is shown in pieces: those that hold none are one piece each.
    alone = {s for s in spans if not any(o != s and s[0] <= o[0] and o[1] <= s[1] for o in spans)}
    shown = page.evaluate(READ_MARKS)
    for start, end in alone:
        assert text[start:end] in shown


def test_cell_leads_to_its_evidence(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    page.click('[data-target="outcomes.unavailable.not_held|natural_person"]')
    expect(page.locator(".text mark.lit")).to_have_text("17")
    expect(page.locator(".card")).to_contain_text("本机关不掌握")
    expect(page.locator(".card blockquote")).to_contain_text("17")
    wait_until_in_view(page, ".text mark.lit")


def test_mark_leads_to_its_cell(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    page.click("#tab-contents")
    page.click('.text mark:text-is("13872")')
    cell = page.locator('[data-target="licensing.decisions"]')
    expect(cell).to_be_visible()
    expect(cell).to_have_class("figure value table lit")
    wait_until_in_view(page, '[data-target="licensing.decisions"]')


def test_mark_of_another_figure_leads_to_its_row(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    page.click('.text mark:text-is("126.4万次")')
    row = page.locator(".quantities tr", has_text="126.4万次")
    expect(row.locator(".figure")).to_have_class("figure quantity lit")
    expect(row).to_contain_text("访问量")


def test_a_clause_that_says_none_lights_each_of_its_zeros(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "town-2012.html")
    page.locator(".text mark", has_text="行政复议和行政诉讼").click()
    for code in ("review.total", "litigation.total"):
        expect(page.locator(f'[data-target="{code}"]')).to_have_class("figure zero prose lit")
        expect(page.locator(".card")).to_contain_text(code)


def test_failed_checks_stand_on_top_and_point_at_their_operands(open_page: OpenPage, live_service: LiveService) -> None:
    report = live_service.post_text(read_sample("county-2021.txt")).json()
    failed = [check for check in report["checks"] if check["status"] == "fail"]
    page = open_page()
    open_sample(page, "county-2021.txt")
    assert page.locator(".verdict .sentence").all_inner_texts() == [check["message"] for check in failed]
    balance = next(check for check in failed if check["rule"] == "balance")
    page.locator(".verdict .sentence", has_text=balance["message"]).click()
    figures = [str(operand["value"]) for operand in balance["operands"]]
    assert sorted(page.locator(".text mark.lit").all_inner_texts()) == sorted(figures)
    for operand in balance["operands"]:
        cell = page.locator(f'[data-target="{operand["code"]}|{operand["applicant"]}"]')
        expect(cell).to_have_class("figure value table fails lit")
    item = page.locator(".verdict .check", has_text=balance["message"])
    item.locator("summary").click()
    item.locator("button.operand").first.click()
    expect(page.locator(".text mark.lit")).to_have_text(figures[0])


def test_a_share_points_at_figures_of_the_prose(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    page.locator(".verdict .check", has_text="54.8%").locator(".sentence").click()
    assert page.locator(".text mark.lit").all_inner_texts() == ["97件", "44件", "54.8%"]
    page.locator(".verdict .check", has_text="54.8%").locator("summary").click()
    page.locator(".verdict .operand", has_text="54.8").click()
    expect(page.locator(".quantities .lit")).to_have_text("54.8%")
    expect(page.locator(".card blockquote")).to_contain_text("占办结总数的54.8%")


def test_blank_zero_inapplicable_and_absent_look_different(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "bureau-2016.txt")
    zero = page.locator('[data-target="disclosure.channel.gazette"]')
    blank = page.locator('[data-target="disclosure.channel.other"]')
    inapplicable = page.locator('[data-target="complaints.total"]')
    assert [each.inner_text() for each in (zero, blank, inapplicable)] == ["0", "空", "不适用"]
    backgrounds = {each.evaluate("e => getComputedStyle(e).background") for each in (zero, blank, inapplicable)}
    assert len(backgrounds) == 3
    assert "空" in (blank.get_attribute("aria-label") or "")
    blank.click()
    expect(page.locator(".text mark.lit.blank")).to_have_count(1)
    text = read_sample("county-2022.txt")
    cut = text[: text.index("四、政府信息公开行政复议")]
    page.goto(page.url.split("#")[0] + "#/")
    give(page, cut)
    expect(page.locator("table.remedies .figure.absent")).to_have_count(15)
    expect(page.locator(".panel.form .note")).to_contain_text("没有读到")


def test_a_link_opens_from_the_cache_and_takes_the_text_later(open_page: OpenPage, live_service: LiveService) -> None:
    text = read_sample("bureau-2016.txt") + "由链接打开。"
    report_id = live_service.post_text(text).json()["id"]
    page = open_page(f"#/reports/{report_id}")
    expect(page.locator("h1:visible")).to_contain_text("澄州市环境保护局")
    expect(page.locator('[data-target="disclosure.total"]')).to_have_text("2,846")
    assert page.locator(".text mark").count() == 0
    page.fill(".no-text textarea", text)
    page.click(".no-text button")
    page.click('[data-target="disclosure.total"]')
    expect(page.locator(".text mark.lit").first).to_contain_text("2846")
    # The tab keeps the text over a reload, for nobody else.
    page.reload()
    expect(page.locator(".text")).to_contain_text("由链接打开")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_an_expired_link_says_so(open_page: OpenPage) -> None:
    page = open_page(f"#/reports/{'0' * 64}")
    expect(page.locator("h1:visible")).to_have_text("这份结果已不在缓存里")


def test_two_megabytes_stay_responsive(open_page: OpenPage) -> None:
    line = "（{}）全年访问量126.4万次，比上年增长11.7%；公开专区接待群众6,130人次，办结5件。\n"
    text = read_sample("county-2021.txt") + "".join(map(line.format, range(17_000)))
    assert 1_900_000 < len(text.encode()) < 2_097_152
    page = open_page()
    page.evaluate("(text) => (document.querySelector('textarea').value = text)", text)
    # Time of the page's own thread: what else the machine does is not counted.
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.click("button.primary")
    page.wait_for_selector(".panes", timeout=120_000)
    page.wait_for_function("() => document.querySelector('.chunk:last-child').textContent.length > 0", timeout=60_000)
    assert page.locator("mark").count() > 60_000
    page.evaluate("document.querySelector('.chunk:last-child mark:last-of-type').click()")
    expect(page.locator(".quantities .lit")).to_have_text("5件")
    page.click("#tab-form")
    page.click('[data-target="licensing.decisions"]')
    wait_until_in_view(page, ".text mark.lit")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    assert metrics["TaskDuration"] < 8
