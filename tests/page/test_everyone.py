"""The page for everyone: keyboard, screen reader, narrow and wide, light and dark, two languages."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.conftest import OpenPage, open_sample, wait_until_in_view

AXE = Axe()


def show_home(page: Page) -> None:
    page.wait_for_selector("[data-sample]")


def show_list(page: Page) -> None:
    for name in ("county-2021.txt", "county-2022.txt"):
        open_sample(page, name)
    page.click(".masthead nav a")
    page.wait_for_selector(".opened")


def turn_to_data(page: Page) -> None:
    """Where one side shows at a time, the one with the results."""
    if page.locator(".switch").is_visible():
        page.click('.switch [data-side="data"]')


def show_selection(page: Page) -> None:
    open_sample(page, "county-2021.txt")
    turn_to_data(page)
    page.locator("[data-target].fails").first.click()
    page.locator(".verdict .check summary").first.click()


def show_statistics(page: Page) -> None:
    open_sample(page, "bureau-2016.txt")
    turn_to_data(page)


def show_tab(name: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        open_sample(page, "county-2021.txt")
        turn_to_data(page)
        page.click(f"#tab-{name}")

    return show


def show_link(page: Page) -> None:
    open_sample(page, "bureau-2016.txt")
    page.evaluate("sessionStorage.clear()")
    page.reload()
    page.wait_for_selector(".no-text", state="attached")
    if page.locator(".switch").is_visible():
        page.click('.switch [data-side="text"]')


def show_comparison(page: Page) -> None:
    show_list(page)
    for box in page.locator(".opened input").all():
        box.check()
    page.click("[data-part=compare]")
    page.wait_for_selector(".changes")


def show_expired(page: Page) -> None:
    page.goto(page.url.split("#")[0] + f"#/reports/{'0' * 64}")
    page.wait_for_selector(".message h1")


def show_dialog(page: Page) -> None:
    page.route("**/v1/**", lambda route: route.fulfill(status=401, body=""))
    page.fill("textarea", "年度报告")
    page.click("button.primary")
    page.wait_for_selector("#key[open]")


STATES = {
    "home": show_home,
    "list": show_list,
    "selection": show_selection,
    "statistics": show_statistics,
    "quantities": show_tab("quantities"),
    "checks": show_tab("checks"),
    "contents": show_tab("contents"),
    "charts": show_tab("charts"),
    "link": show_link,
    "comparison": show_comparison,
    "expired": show_expired,
    "dialog": show_dialog,
}
NARROW = {"viewport": {"width": 360, "height": 740}}
# The rules that hang on colours; all others see the same page in the dark.
ALL = {"resultTypes": ["violations"]}
COLOURS = ALL | {"runOnly": ["color-contrast", "link-in-text-block"]}


def assert_axe_finds_nothing(page: Page, options: dict[str, list[str]]) -> None:
    # Colours on their way to another are no colours yet.
    page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
    results = AXE.run(page, options=options)
    # What passes shows that there was something to look at.
    assert results.response["passes"]
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(open_page: OpenPage, state: str) -> None:
    page = open_page()
    STATES[state](page)
    assert_axe_finds_nothing(page, ALL)
    page.emulate_media(color_scheme="dark")
    assert_axe_finds_nothing(page, COLOURS)


# Narrow screens differ where one side shows at a time, and in the head.
@pytest.mark.parametrize("state", ["home", "selection", "link"])
def test_axe_finds_nothing_on_a_narrow_screen(open_page: OpenPage, state: str) -> None:
    page = open_page(**NARROW)
    STATES[state](page)
    assert_axe_finds_nothing(page, ALL)


@pytest.mark.parametrize("state", ["home", "list", "selection", "comparison"])
def test_nothing_is_wider_than_the_screen(open_page: OpenPage, state: str) -> None:
    page = open_page(**NARROW)
    STATES[state](page)
    for width in (360, 768, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("(width) => window.innerWidth === width", arg=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_narrow_screen_one_side_shows_and_selection_turns(open_page: OpenPage) -> None:
    page = open_page(**NARROW)
    open_sample(page, "county-2021.txt")
    expect(page.locator(".text-side")).to_be_visible()
    expect(page.locator(".data-side")).to_be_hidden()
    page.click('.switch [data-side="data"]')
    page.click('[data-target="licensing.decisions"]')
    expect(page.locator(".text mark.lit")).to_be_visible()
    page.click(".text mark.lit")
    wait_until_in_view(page, '[data-target="licensing.decisions"]')


def test_everything_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    sample = page.locator('[data-sample="county-2021.txt"]')
    for _ in range(12):
        page.keyboard.press("Tab")
        if sample.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".panes")
    expect(page.locator("h1:visible")).to_be_focused()
    page.locator("#tab-form").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-quantities")).to_be_focused()
    expect(page.locator("#panel-quantities")).to_be_visible()
    page.keyboard.press("Home")
    cell = page.locator('[data-target="licensing.decisions"]')
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".text mark.lit")).to_have_text("13872")
    expect(cell).to_be_focused()
    # One stop of the Tab key stands for all marks, the lit one; arrows go on from there.
    assert page.locator('.text mark[tabindex="0"]').count() == 1
    page.locator(".text mark.lit").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "946"
    page.keyboard.press("Enter")
    expect(page.locator('[data-target="penalties.decisions"]')).to_have_class("figure value table lit")


def test_cells_say_what_they_are(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    cell = page.get_by_role("button", name="收到政府信息公开申请数，自然人：86件，表格，核对不符")
    expect(cell).to_have_text("86")
    cell.click()
    expect(page.get_by_role("status").filter(has_text="requests.received")).to_contain_text("86件")


def test_english_is_a_switch_away_and_remembered(open_page: OpenPage) -> None:
    page = open_page()
    open_sample(page, "county-2021.txt")
    page.click("#language")
    expect(page.locator(".verdict h2")).to_contain_text("does not hold: 5")
    assert page.get_attribute("html", "lang") == "en"
    page.click('[data-target="licensing.decisions"]')
    expect(page.locator(".card")).to_contain_text("13,872")
    page.reload()
    expect(page.locator("#tab-form")).to_have_text("Form")
    page.click("#language")
    expect(page.locator("#tab-form")).to_have_text("表格")
