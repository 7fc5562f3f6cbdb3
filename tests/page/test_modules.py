"""The modules that count characters, against Python's own counting, and their time on large texts."""

import random
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.page.conftest import OpenPage

OFFSETS = """async ([text, offsets]) => {
  const { toUnits } = await import("/assets/offsets.js");
  const convert = toUnits(text);
  return offsets.map(convert);
}"""
PIECES = """async (marks) => {
  const { toPieces } = await import("/assets/evidence.js");
  return toPieces(marks);
}"""
CHUNKS = """async (text) => (await import("/assets/text-pane.js")).toChunks(text)"""
TOKENS = """async (text) => (await import("/assets/markup.js")).findTokens(text)"""
# Thread time of a call in the page, in milliseconds, the least of three.
TIMED = """async ([module, name, unit, times]) => {
  const work = (await import(module))[name];
  const text = unit.repeat(times);
  const spent = [0, 1, 2].map(() => { const from = performance.now(); work(text); return performance.now() - from; });
  return Math.min(...spent);
}"""


def to_units(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


def test_code_points_become_units(page: Page) -> None:
    choice = random.Random(9)
    for alphabet in ("年a1", "😀𠮷件9\n", "𠮷"):
        text = "".join(choice.choices(alphabet, k=300))
        offsets = list(range(len(text) + 1))
        assert page.evaluate(OFFSETS, [text, offsets]) == [to_units(text, offset) for offset in offsets]


def make_marks(choice: random.Random) -> list[dict[str, Any]]:
    starts = [choice.randrange(60) for _ in range(20)]
    return [{"start": start, "end": start + choice.choice((0, 1, 3, 8, 20))} for start in starts]


def test_pieces_cover_what_the_marks_cover(page: Page) -> None:
    choice = random.Random(5)
    for _ in range(20):
        marks = make_marks(choice)
        found = page.evaluate(PIECES, marks)
        pieces = [(piece["start"], piece["end"]) for piece in found["pieces"]]
        assert pieces == sorted(pieces)
        assert all(before[1] <= after[0] for before, after in pairwise(pieces))
        for mark, own in zip(marks, found["piecesOf"], strict=True):
            covered = [pieces[index] for index in own]
            # An empty mark that stands inside another is a piece, and cuts it.
            assert covered[0][0] == mark["start"]
            assert covered[-1][1] == mark["end"] or mark["start"] == mark["end"]
            assert sum(end - start for start, end in covered) == mark["end"] - mark["start"]


@pytest.mark.parametrize("text", ["", "一行\n" * 5000, "无换行" * 9000, "😀" * 20_000, "a" * 2999 + "😀" * 4000])
def test_chunks_are_the_text_and_halve_no_character(page: Page, text: str) -> None:
    units = text.encode("utf-16-le")
    ends = page.evaluate(CHUNKS, text)
    bounds = list(zip([0, *ends], ends, strict=False))
    chunks = [units[2 * start : 2 * end].decode("utf-16-le") for start, end in bounds]
    assert "".join(chunks) == text
    assert all(0 < end - start <= 6001 for start, end in bounds)


@pytest.mark.parametrize(
    "text",
    [
        "<p>一</p><!-- 二 -->&nbsp;<td>3</td><td></td>",
        "<script>a<b</script >尾",
        "<!-- 没有结束 <p>",
        "<script>没有结束",
        "1 < 2 && 3 > 2 <",
        "&#20214;&#x4ef6;&unknown;&#0;&#xd800;",
    ],
)
def test_tokens_lie_in_order_within_the_text(page: Page, text: str) -> None:
    tokens = page.evaluate(TOKENS, text)
    ends = [0, *(token["end"] for token in tokens)]
    assert all(end <= token["start"] < token["end"] for end, token in zip(ends, tokens, strict=False))
    assert ends[-1] <= len(text)


@pytest.mark.parametrize(
    ("module", "name", "unit"),
    [
        ("offsets", "toUnits", "😀件"),
        ("markup", "findTokens", "<script>"),
        ("markup", "findTokens", "<td><b"),
        ("markup", "findTokens", "<!--"),
        ("markup", "findTokens", "&#20214;"),
        ("markup", "isMarkup", "</p "),
        ("text-pane", "toChunks", "没有换行"),
    ],
)
def test_time_grows_with_the_text(page: Page, module: str, name: str, unit: str) -> None:
    short, long = (page.evaluate(TIMED, [f"/assets/{module}.js", name, unit, times]) for times in (20_000, 160_000))
    # Eight times the text, with room for a busy machine; a quadratic step would take 64 times as long.
    assert long < 24 * max(short, 1)
