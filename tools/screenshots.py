"""The pictures of the page in ``docs/screenshots``: a service, a Chromium, the samples, the main states.

In: the environment's CHROMIUM. Out: PNG files with constant names. `make screenshots` runs it.
"""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import start_service

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"


def open_sample(page: Page, name: str) -> None:
    page.goto(page.url.split("#")[0] + "#/")
    page.click(f'[data-sample="{name}"]')
    page.wait_for_selector(".panes")


def show_start(page: Page) -> None:
    page.wait_for_selector("[data-sample]")


def show_report(page: Page) -> None:
    open_sample(page, "county-2021.txt")
    page.locator(".verdict .sentence").nth(2).click()


def show_statistics(page: Page) -> None:
    open_sample(page, "bureau-2016.txt")
    page.click('[data-target="disclosure.channel.other"]')


def show_prose(page: Page) -> None:
    open_sample(page, "town-2012.html")
    page.locator(".text mark", has_text="没有收取").click()


def show_comparison(page: Page) -> None:
    for name in ("county-2021.txt", "county-2022.txt"):
        open_sample(page, name)
    page.select_option(".actions select", index=1)
    page.wait_for_selector(".changes")


def show_narrow(page: Page) -> None:
    show_report(page)
    page.locator(".text mark.lit").first.click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 360, "height": 740}
PICTURES: dict[str, tuple[Callable[[Page], None], dict[str, object]]] = {
    "start": (show_start, {}),
    "report": (show_report, {}),
    "report-dark": (show_report, {"color_scheme": "dark"}),
    "statistics": (show_statistics, {}),
    "prose": (show_prose, {}),
    "comparison": (show_comparison, {}),
    "narrow": (show_narrow, {"viewport": NARROW, "device_scale_factor": 2}),
}


def take(browser: Browser, url: str, name: str) -> None:
    show, options = PICTURES[name]
    page = browser.new_page(**{"viewport": WIDE} | options)  # type: ignore[arg-type]
    page.goto(url)
    show(page)
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
    page.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with start_service() as service, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=arguments)
        for name in PICTURES:
            take(browser, service.url, name)
        browser.close()


if __name__ == "__main__":
    main()
