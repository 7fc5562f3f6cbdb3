"""The page as the service sends it: files, headers, and words; what it does in a browser is in ``tests/page``."""

import re

import pytest

from service.routes.page import ASSETS, MEDIA_TYPES
from tests.conftest import ROOT, LiveService

PAGE = ROOT / "service" / "page"
KEY_RE = re.compile(r'^  (?:"([\w.-]+)"|(\w+)):', re.MULTILINE)
VALUE_RE = re.compile(r"\{(\w+)\}")
# A word is asked for by its key, t("home.title"), or by its group and a value, term("state", …), t(`state.${…}`).
KEY_ASKED_RE = re.compile(r'(?<![\w.])t\("([\w.-]+)"|data-t(?:-label|-placeholder)?="([\w.-]+)"')
GROUP_ASKED_RE = re.compile(r'(?<![\w.])(?:t\(`([\w-]+)\.\$\{|term\("([\w-]+)")|_legend\([A-Z]+, "(\w+)"')
LITERAL_RE = re.compile(r'"([\w.-]+)"')
SCRIPTS = sorted(PAGE.rglob("*.js"))


def read_words(language: str) -> dict[str, str]:
    text = (PAGE / "i18n" / f"{language}.js").read_text("utf-8")
    starts = list(KEY_RE.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1] or match[2]: text[match.end() : end] for match, end in zip(starts, ends, strict=True)}


def find_all(pattern: re.Pattern[str]) -> set[str]:
    """What a pattern finds in the page's sources, the dictionaries apart."""
    sources = [path.read_text("utf-8") for path in (*SCRIPTS, PAGE / "index.html") if path.parent.name != "i18n"]
    return {next(filter(None, match.groups())) for source in sources for match in pattern.finditer(source)}


@pytest.mark.parametrize("path", ["/", *(f"/assets/{name}" for name in sorted(ASSETS))])
def test_every_file_is_sent_with_its_policy(live_service: LiveService, path: str) -> None:
    answer = live_service.get(path)
    assert answer.status_code == 200
    name = path.removeprefix("/assets/").removeprefix("/") or "index.html"
    assert answer.content == (PAGE / name).read_bytes()
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[kind] for kind in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in answer.headers["Cache-Control"]
    again = live_service.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = live_service.request("HEAD", path)
    assert {name: head.headers[name] for name in ("ETag", "Content-Length", "Content-Encoding")} == {
        name: answer.headers[name] for name in ("ETag", "Content-Length", "Content-Encoding")
    }
    plain = live_service.get(path, headers={"Accept-Encoding": "identity"})
    assert (plain.content, "Content-Encoding" in plain.headers) == (answer.content, False)


def test_a_sample_that_is_a_web_page_is_not_one_here(live_service: LiveService) -> None:
    kinds = {name: live_service.get(f"/assets/{name}").headers["Content-Type"] for name in ASSETS if "samples/" in name}
    pages = {kind for name, kind in kinds.items() if name.endswith(".html")}
    assert pages == {MEDIA_TYPES[".txt"]}


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/none.js", "/assets/../app.py", "/assets/%2e%2e/app.py", "/assets"]
)
def test_what_is_no_file_of_the_page_is_unknown(live_service: LiveService, path: str) -> None:
    answer = live_service.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    index = (PAGE / "index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|//", index)
    for script in SCRIPTS:
        assert not re.search(
            r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(", script.read_text("utf-8")
        )


def test_both_languages_say_the_same_things() -> None:
    chinese, english = read_words("zh"), read_words("en")
    assert chinese.keys() == english.keys()
    assert len(chinese) > 150
    for key, words in chinese.items():
        assert set(VALUE_RE.findall(words)) == set(VALUE_RE.findall(english[key])), key


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    words = set(read_words("zh"))
    groups = find_all(GROUP_ASKED_RE)
    assert find_all(KEY_ASKED_RE) <= words
    assert {group for group in groups if not any(word.startswith(f"{group}.") for word in words)} == set()
    assert words - find_all(LITERAL_RE) - {word for word in words if word.split(".")[0] in groups} == set()
