"""What holds for every text: the corpus, real reports where at hand, cut and mangled texts, texts that nobody wrote."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extraction import parse_report
from service.extraction.figures import Figure, find_figures
from service.extraction.layer import fold
from service.extraction.numerals import read_number
from service.extraction.outline import find_headings
from service.extraction.prose.indicators import read_indicators
from service.extraction.prose_text import Prose, read_prose
from service.extraction.quantities import find_quantities
from service.extraction.source import Source, read_source
from service.extraction.tables.forms import read_tables
from tests.conftest import ROOT

TEXTS = sorted(
    path
    for folder in (ROOT / "tests" / "corpus", ROOT.parent / "shared" / "reports")
    for path in folder.glob("*")
    if path.suffix in {".txt", ".md", ".html"}
)
REASONS = frozenset(
    (
        "date", "year", "time", "period", "document_number", "phone", "postcode", "address", "identifier", "ordinal",
        "list_number", "name", "set_phrase", "class_bound", "text_part", "fragment", "ratio", "indefinite", "malformed",
        "title", "table_cell", "word", "page",
    )
)  # fmt: skip
# A figure may stand on both sides of a page's number: `公开11`, `- 4 -`, `条`.
PLAIN_RE = re.compile(r"\n- \d{1,3} -(?=\n)|<[^>]*>|&[a-z]+;|&#\d+;|[\s\x00-\x1f\u200b-\u200f\ufeff]")


def read_text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig", "replace")


def mangle(text: str, seed: int) -> str:
    """The text as a bad copy: cut, lines torn and joined, characters lost, doubled, widened and made invisible."""
    dice = random.Random(seed)
    start = dice.randrange(max(1, len(text) // 2))
    characters = list(text[start : start + 3000])
    for _ in range(60):
        at = dice.randrange(len(characters))
        characters[at] = dice.choice(
            [
                "",
                "\n",
                "\t",
                " ",
                "\u200b",
                "\r\n",
                "　",
                "１",
                "9",
                "，",
                "<",
                "&",
                "《",
                "“",
                "零",
                "\x00",
                "\ud800",
                "%",
            ]
        )
    return "".join(characters)


SAMPLES = [pytest.param(read_text(path), id=path.name) for path in TEXTS]
MANGLED = [pytest.param(mangle(read_text(path), seed), id=f"{path.stem}-{seed}") for path in TEXTS for seed in range(3)]


def read_parts(text: str) -> tuple[Source, tuple[tuple[int, int], ...], Prose, tuple[Figure, ...]]:
    source = read_source(text)
    tables = read_tables(source)
    prose = read_prose(source, tables.regions)
    return source, tables.regions, prose, find_figures(prose)


def assert_sound(prose: Prose, figures: tuple[Figure, ...]) -> None:
    """Figures stand in order, apart, within the text, and each reads back as the number that it says."""
    for before, after in pairwise(figures):
        assert before.end <= after.start
    for figure in figures:
        assert 0 <= figure.start <= figure.number_start < figure.number_end <= figure.end <= len(prose.text)
        assert figure.step > 0
        assert figure.exclusion is None or figure.exclusion in REASONS
        if figure.exclusion is None:
            assert_reads_back(prose.text, figure)


def assert_reads_back(text: str, figure: Figure) -> None:
    """The printed number is the value but for powers of ten, multipliers that it shares and 元 in 万元, and for 半."""
    printed = re.sub("[余多几+]", "", text[figure.number_start : figure.number_end])
    number = read_number(printed) or read_number("一" + printed)
    assert number is not None
    value = figure.value - Decimal("0.5") if "半" in text[figure.number_end : figure.end] else figure.value
    if number.value == 0:
        assert value == 0
    else:
        ratio = abs(value) / number.value
        assert ratio.is_finite()
        assert ratio.normalize().as_tuple().digits == (1,)


@pytest.mark.parametrize("text", SAMPLES + MANGLED)
def test_figures_are_sound(text):
    _, _, prose, figures = read_parts(text)
    assert_sound(prose, figures)


def find_digit_runs(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer("[0-9]+", text))


@pytest.mark.parametrize("text", SAMPLES + MANGLED)
def test_every_digit_of_the_prose_is_in_one_figure(text):
    _, _, prose, figures = read_parts(text)
    for start, end in find_digit_runs(prose.text):
        holders = [figure for figure in figures if figure.start < end and start < figure.end]
        assert len(holders) >= 1, prose.text[start - 10 : end + 10]
        assert sum(min(end, f.end) - max(start, f.start) for f in holders) == end - start


@pytest.mark.parametrize("text", SAMPLES)
def test_every_digit_of_the_text_is_accounted_for(text):
    """Each run of digits is in a table or in one figure of the prose; the rest are page numbers and running heads."""
    source, regions, prose, figures = read_parts(text)
    spans = [*regions, *(prose.view_span(figure.start, figure.end) for figure in figures)]
    for start, end in find_digit_runs(source.text):
        holders = [span for span in spans if span[0] <= start and end <= span[1]]
        if not holders:
            first = source.text.rfind("\n", 0, start) + 1
            line = source.text[first : (source.text + "\n").index("\n", end)].strip()
            assert re.fullmatch(r"[-–—―─~·\s/第页共\d]+", line) or source.text.count(line) > 1, line
        assert len(holders) <= 1, source.text[start - 10 : end + 10]


@pytest.mark.parametrize("text", SAMPLES)
def test_every_figure_is_indicator_or_quantity_or_excluded(text):
    source, _, prose, figures = read_parts(text)
    headings = find_headings(source, prose)
    claimed = read_indicators(prose, headings, figures, None).claimed
    quantities = find_quantities(prose, headings, figures, claimed)
    measuring = {index for index, figure in enumerate(figures) if figure.exclusion is None}
    assert claimed <= measuring
    spans = [prose.span(figures[i].start, figures[i].end) for i in sorted(measuring - claimed)]
    assert [q.span[0] for q in quantities] == [start for start, _ in spans]
    # A second unit in brackets belongs to the quantity: 26台（套）.
    assert [q.span[1] for q in quantities if not q.text.endswith(")")] == [
        end for q, (_, end) in zip(quantities, spans, strict=True) if not q.text.endswith(")")
    ]


def to_plain(text: str) -> str:
    return PLAIN_RE.sub("", fold(text))


@pytest.mark.parametrize("text", SAMPLES + MANGLED)
def test_report_is_grounded(text):
    report = parse_report(text)
    spans = [member.span for member in (*report.sections, *report.quantities, *report.citations)]
    spans += [item.span for item in (*report.problems, *report.improvements)]
    spans += [o.span for indicator in report.indicators for o in indicator.observations if o.span]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    for quantity in report.quantities:
        start, end = quantity.span
        assert to_plain(text[start:end]) == to_plain(quantity.text)


DIGEST = """
import sys
import msgspec
from service.extraction import parse_report
for path in sys.argv[1:]:
    text = open(path, "rb").read().decode("utf-8-sig", "replace")
    print(msgspec.json.encode(parse_report(text)).decode())
"""


def test_two_hash_seeds_agree():
    def run(seed: str) -> str:
        command = [sys.executable, "-c", DIGEST, *map(str, TEXTS)]
        environ = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True, text=True).stdout

    first = run("1")
    assert len(first.splitlines()) == len(TEXTS)
    assert json.loads(first.splitlines()[0])["id"]
    assert run("2") == first


WORDS = st.sampled_from(
    [
        *"019一二十百万亿两零余多约近个件条元%年月日号第至-.,、。()《》“”A\n ",
        *("12", "2018", "超过", "以上", "公开", "部门"),
    ]
)


@given(st.lists(WORDS, max_size=40).map("".join))
def test_whatever_is_written_the_figures_are_sound(text):
    _, _, prose, figures = read_parts(text)
    assert_sound(prose, figures)
    covered = sum(len(re.findall("[0-9]", prose.text[f.start : f.end])) for f in figures)
    assert covered == len(re.findall("[0-9]", prose.text))


@given(st.text(max_size=200))
def test_no_text_raises(text):
    assert parse_report(text).id
