"""A real Chromium against a real service: `open_page` opens the page, in a browser context of its own.

Whatever the page reports as broken, an uncaught error or something that its policy refused, fails the test that saw it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import LiveService, start_service

SAMPLES = Path(__file__).resolve().parents[2] / "service" / "page" / "samples"
WAIT_MS = 15_000
TELL_REFUSALS = "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective))"

# The suggestions below the address bar are pages of their own, which each window loads: they cost more than the page
# that is tested. Of two lists Chromium takes the last, so that what keeps Playwright's off the network is named again.
FEATURES_OFF = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
    "HttpsUpgrades,MediaRouter,OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch"
)
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", f"--disable-features={FEATURES_OFF}"]

expect.set_options(timeout=WAIT_MS)
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "no Chromium: `make test-page` finds or installs one"
    # Chromium refuses its sandbox to root, and /dev/shm is small in containers.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_service() -> Iterator[LiveService]:
    """Patient: here a browser and a large text share the machine with other tests."""
    with start_service(PARSE_TIMEOUT_MS="120000") as service:
        yield service


@contextmanager
def open_pages(browser: Browser, live_service: LiveService) -> Iterator[OpenPage]:
    """Opens the page at a way such as ``#/reports/…``, of another service if one is given; options are a context's."""
    contexts = []
    faults: list[str] = []

    def open_page(way: str = "", service: LiveService = live_service, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(TELL_REFUSALS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.text.startswith("policy") else None)
        page.goto(f"{service.url}/{way}")
        page.wait_for_selector("main section:not([hidden]):not([aria-busy])")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def open_page(browser: Browser, live_service: LiveService) -> Iterator[OpenPage]:
    """A context of its own for each page: a test sees nothing of another's texts, keys and language."""
    with open_pages(browser, live_service) as opener:
        yield opener


def read_sample(name: str) -> str:
    return (SAMPLES / name).read_text("utf-8")


def give(page: Page, text: str) -> None:
    """Pastes a text and has it read."""
    page.fill("textarea", text)
    page.click("button.primary")
    page.wait_for_selector(".panes")


def open_sample(page: Page, name: str) -> None:
    page.goto(page.url.split("#")[0] + "#/")
    page.click(f'[data-sample="{name}"]')
    page.wait_for_selector(".panes")


def wait_until_in_view(page: Page, selector: str) -> None:
    """Until an element lies inside the pane that scrolls it."""
    page.wait_for_function(
        """(selector) => {
          const element = [...document.querySelectorAll(selector)].find((e) => e.getClientRects().length);
          if (!element) return false;
          const pane = element.closest(".text, .panel").getBoundingClientRect();
          const box = element.getBoundingClientRect();
          return box.top >= pane.top && box.bottom <= pane.bottom;
        }""",
        arg=selector,
    )
