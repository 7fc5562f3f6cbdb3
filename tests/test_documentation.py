"""The API described: the document as the service sends it, and the page that draws it, whose files are all local."""

import re
from urllib.parse import urljoin

import msgspec
import pytest

from service.routes.documentation import FILES
from tests.conftest import ROOT, LiveService

DOCUMENT = ROOT / "service" / "documentation" / "openapi.json"


def test_document_is_sent(live_service: LiveService) -> None:
    answer = live_service.get("/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == msgspec.json.decode(DOCUMENT.read_bytes())
    again = live_service.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert live_service.get("/openapi.json", headers={"Accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize("path", ["/docs", *(f"/docs/{name}" for name in FILES)])
def test_every_file_is_here_and_under_a_strict_policy(live_service: LiveService, path: str) -> None:
    answer = live_service.get(path)
    assert answer.status_code == 200
    assert len(answer.content) > 100
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[kind] for kind in ("script-src", "style-src", "connect-src")} == {"'self'"}
    again = live_service.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("path", "other"), [("/docs/", "/docs"), ("/openapi.yaml", "/openapi.json")])
def test_addresses_that_clients_guess_lead_on(live_service: LiveService, path: str, other: str) -> None:
    answer = live_service.get(path, allow_redirects=False)
    assert (answer.status_code, answer.content, "Content-Type" in answer.headers) == (308, b"", False)
    assert urljoin(answer.url, answer.headers["Location"]) == live_service.url + other
    assert live_service.get(path).content == live_service.get(other).content


@pytest.mark.parametrize("path", ["/docs/none.js", "/docs/%2e%2e/app.py", "/docs/swagger-ui.js.map"])
def test_what_is_no_file_is_unknown(live_service: LiveService, path: str) -> None:
    answer = live_service.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_page_asks_for_what_is_here() -> None:
    page = (ROOT / "service" / "documentation" / "index.html").read_text("utf-8")
    named = set(re.findall(r'(?:href|src)="([^"]+)"', page))
    assert named == {"assets/icon.svg", "openapi.json", *(f"docs/{name}" for name in FILES if name != "index.html")}
