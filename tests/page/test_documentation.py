"""The page that describes the API, in a real browser: drawn under its policy, it asks nobody else and tries a call."""

from tests.conftest import LiveService
from tests.page.conftest import TELL_REFUSALS, Browser


def test_every_operation_is_drawn_and_can_be_tried(browser: Browser, live_service: LiveService) -> None:
    faults: list[str] = []
    asked: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(TELL_REFUSALS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.text.startswith("policy") else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{live_service.url}/docs#/codebook/getForm")
        page.click(".try-out__btn")
        page.select_option(".parameters select", "2014")
        page.click("button.execute")
        page.wait_for_selector(".live-responses-table .response-col_status:has-text('200')")
        count = page.locator(".opblock").count()
    assert count == sum(len(methods) for methods in live_service.get("/openapi.json").json()["paths"].values())
    assert f"{live_service.url}/v1/forms/2014" in asked
    assert [url for url in asked if not url.startswith((f"{live_service.url}/", "data:"))] == []
    assert faults == []
