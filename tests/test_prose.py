"""The prose rules: every example reads, no counterexample does; the cases of `tests/cases/prose.toml`."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.extraction.codebook import load_toml
from service.extraction.codebook.rule_index import RuleIndex
from service.extraction.codebook.rules import ROW, TOPIC, Denial, Rule, load_matrix_codes, load_rulebook, read_rulebook
from service.extraction.figures import find_figures
from service.extraction.outline import Heading
from service.extraction.prose import indicators
from service.extraction.prose.indicators import ProseReading, read_indicators
from service.extraction.prose_text import read_prose
from service.extraction.report import Reading, Span
from service.extraction.source import read_source

CASES = tomllib.loads((Path(__file__).parent / "cases" / "prose.toml").read_text("utf-8"))["case"]
BOOK = load_rulebook()


def read_marks(example: str) -> tuple[str, list[Span]]:
    """An example without its 【 】, and the spans that they enclosed."""
    text = ""
    spans: list[Span] = []
    for piece in re.split("(【[^】]*】)", example):
        plain = piece.strip("【】")
        if piece != plain:
            spans.append((len(text), len(text) + len(plain)))
        text += plain
    return text, spans


def find_example_headings(lines: list[str]) -> Iterator[Heading]:
    """A line that begins with `# ` is a heading, each as deep as it has marks, over all that follows it."""
    offset = 0
    total = sum(len(line.lstrip("# ")) + 1 for line in lines)
    for line in lines:
        plain = line.lstrip("# ")
        if plain != line:
            yield Heading(len(line.split(" ")[0]), None, plain, offset, offset + len(plain), total, "一")
        offset += len(plain) + 1


def read_example(example: str, year: int | None) -> tuple[ProseReading, list[Span], str]:
    """What is read of an example, the spans it marks, and its plain text."""
    lines = example.split("\n")
    headings = tuple(find_example_headings([read_marks(line)[0] for line in lines]))
    text, spans = read_marks("\n".join(line.lstrip("# ") for line in lines))
    prose = read_prose(read_source(text), ())
    return read_indicators(prose, headings, find_figures(prose), year), spans, text


def year_of(rule: Rule | Denial) -> int:
    return rule.since or (rule.until if rule.until < 9999 else 2017)


def covers(reading: Reading, span: Span) -> bool:
    return reading.span[0] <= span[0] and span[1] <= reading.span[1]


EXAMPLES = [(rule, text) for rule in (*BOOK.rules, *BOOK.denials) for text in rule.yes]
COUNTEREXAMPLES = [(rule, text) for rule in (*BOOK.rules, *BOOK.denials) for text in rule.no]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", value))
def test_rule_reads_its_example(rule: Rule | Denial, example: str) -> None:
    told, spans, _ = read_example(example, year_of(rule))
    mine = [reading for reading in told.readings if reading.rule == rule.id]
    if isinstance(rule, Denial):
        assert [reading.value for reading in mine] == [0]
    else:
        assert spans, "an example marks the figure that the rule reads"
        assert all(any(covers(reading, span) for reading in mine) for span in spans)


@pytest.mark.parametrize(("rule", "example"), COUNTEREXAMPLES, ids=lambda value: getattr(value, "id", value))
def test_rule_leaves_its_counterexample(rule: Rule | Denial, example: str) -> None:
    told, spans, _ = read_example(example, year_of(rule))
    mine = [reading for reading in told.readings if reading.rule == rule.id]
    assert not [reading for reading in mine if not spans or any(covers(reading, span) for span in spans)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, object]) -> None:
    told, _, text = read_example(str(case["text"]), case.get("year", 2017))  # type: ignore[arg-type]
    got = {
        f"{reading.code}/{reading.applicant}" if reading.applicant else reading.code: (
            float(reading.value or 0),
            text[slice(*reading.span)],
        )
        for reading in told.readings
    }
    want = {str(code): (float(value), quote) for code, (value, quote) in case["want"].items()}  # type: ignore[attr-defined]
    assert got == want


# What was not done, or was only to be done, before the words that rules of all parts look for.
UNDONE = ("未", "尚未", "未能", "没有", "不予", "不再", "无法", "应", "应当", "拟")
DONE = (
    "2017年,我县{}主动公开政府信息1200条。",
    "# 主动公开情况\n政府网站{}发布信息310条。",
    "# 主动公开情况\n全年{}发布政策解读稿件12篇。",
    "# 依申请公开情况\n全年{}受理政府信息公开申请12件。",
    "# 依申请公开情况\n全年{}收到依申请公开12件。",
    "# 依申请公开情况\n全年{}答复政府信息公开申请12件。",
    "全年{}召开新闻发布会5次。",
    "全年{}举办政府信息公开培训班3期。",
)


@pytest.mark.parametrize("sentence", DONE)
def test_what_was_not_done_is_no_figure_of_what_was(sentence: str) -> None:
    assert read_example(sentence.format(""), 2017)[0].readings != ()
    told = {undone: read_example(sentence.format(undone), 2017)[0].readings for undone in UNDONE}
    assert told == dict.fromkeys(UNDONE, ())


def is_dispensable(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether all examples of a rule read the same where it is not there."""
    year = year_of(rule)
    others = RuleIndex([other for other in BOOK.rules if other.since <= year <= other.until and other is not rule])

    def find_stated() -> list[set[tuple[str, str | None, Span]]]:
        told = [read_example(example, year)[0] for example in rule.yes]
        return [{(reading.code, reading.applicant, reading.span) for reading in one.readings} for one in told]

    stated = find_stated()
    with monkeypatch.context() as patch:
        patch.setattr(indicators, "load_rule_index", lambda _: others)
        return find_stated() == stated


def test_every_rule_has_an_example_that_no_other_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [rule.id for rule in BOOK.rules if is_dispensable(rule, monkeypatch)] == []


def test_every_rule_has_examples_and_counterexamples() -> None:
    assert [rule.id for rule in (*BOOK.rules, *BOOK.denials) if not rule.yes or not rule.no] == []


def test_every_rule_has_a_counterexample_with_its_words() -> None:
    # A rule is not so much as tried on a sentence without them.
    told = {rule.id: "".join(rule.no) for rule in BOOK.rules if rule.words}
    assert [
        rule.id for rule in BOOK.rules if rule.words and not any(word in told[rule.id] for word in rule.words)
    ] == []


def find_codes(rule: Rule | Denial) -> set[str]:
    """The codes that a rule reads, whatever the topic and the row are."""
    if isinstance(rule, Denial):
        return {rule.code}
    codes = {code.replace(TOPIC, topic) for code in rule.codes for topic in rule.about or ("",)}
    return codes | (load_matrix_codes() if ROW in codes else set())


def test_every_rule_is_named_after_a_code_of_its_own() -> None:
    stray = [rule.id for rule in (*BOOK.rules, *BOOK.denials) if rule.id.rpartition("/")[0] not in find_codes(rule)]
    assert stray == []


def test_every_list_of_words_is_used() -> None:
    data = load_toml("prose.toml")
    # A denial without verbs of its own has these.
    assert data["words"].keys() - {"happen", *re.findall(r"\{([a-z_]+)\}", str(data))} == set()


def test_faults_of_the_rulebook_are_listed_together() -> None:
    fault = {"id": "a/b", "code": "no.such", "pattern": "(", "yes": [], "no": [], "colour": 1}
    tables = ("words", "topics", "objects", "title_topics", "guards", "context", "denying", "units")
    data = {**{key: {} for key in tables}, "rules": [fault], "denials": [fault]}
    with pytest.raises(ValueError, match="unknown key colour") as raised:
        read_rulebook(data)
    assert "no such code no.such" in str(raised.value)
    assert "stands twice" in str(raised.value)


def test_claimed_figures_are_those_that_were_read() -> None:
    prose = read_prose(read_source("全年主动公开政府信息120条,走访群众35户。"), ())
    figures = find_figures(prose)
    told = read_indicators(prose, (), figures, 2017)
    assert [figures[index].value for index in told.claimed] == [120]
