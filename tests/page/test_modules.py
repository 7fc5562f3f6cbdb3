"""The modules that count characters, against Python's own counting, and their time on large texts."""

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import LiveService
from tests.page.conftest import open_pages

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
# One call on eight times the text against eight calls on the text, turn by turn: the least of five ratios.
GROWTH = """async ([module, name, unit, times]) => {
  const work = (await import(module))[name];
  const [short, long] = [unit.repeat(times), unit.repeat(8 * times)];
  const time = (text, calls) => {
    const from = performance.now();
    while (calls--) work(text);
    return performance.now() - from;
  };
  const ratios = [];
  for (let round = 0; round < 5; round++) ratios.push(time(long, 1) / Math.max(time(short, 8), 1));
  return Math.min(...ratios);
}"""


def to_units(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


@pytest.fixture(scope="module")
def page(browser: Browser, live_service: LiveService) -> Iterator[Page]:
    """One for all: these functions keep nothing, and a page takes longer to open than any of them to run."""
    with open_pages(browser, live_service) as open_page:
        yield open_page()


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


def show(text: str, tokens: list[dict[str, Any]]) -> str:
    """What a reader sees: breaks for tags, the rest as it is."""
    shown, position = "", 0
    for token in tokens:
        shown += text[position : token["start"]] + {"line": "/", "cell": "|", None: ""}[token["makes"]]
        shown += token.get("shown", "")
        position = token["end"]
    return "".join((shown + text[position:]).split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>一</p>\n<p>二</p>", "一/二"),
        ("<div><div><p>一</p></div></div><br><br>二", "一/二"),
        ("<tr><td><p>甲</p></td><td><p>1</p></td></tr><tr><td><p>乙</p></td><td><p>2</p></td></tr>", "甲|1/乙|2"),
        ("<tr><td>甲</td><td></td><td> </td><td>3</td></tr><tr><td>乙", "甲|||3/乙"),
        ("<p>表</p><table><tr><td></td><td>列</td></tr><tr><th>行</th><td>5</td></tr></table>后", "表/|列/行|5/后"),
        ("<table><tr><td><p>外一</p><p>外二</p></td></tr></table>", "外一/外二"),
        ("一&lt;二<script>三</script>", "一<二"),
    ],
)
def test_a_web_page_reads_as_it_looks(page: Page, text: str, shown: str) -> None:
    assert show(text, page.evaluate(TOKENS, text)) == shown


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
    # 1 is linear, 8 quadratic; what memory costs and what else the machine does lie between.
    assert page.evaluate(GROWTH, [f"/assets/{module}.js", name, unit, 20_000]) < 4
