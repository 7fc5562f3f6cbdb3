"""Reports whose arithmetic holds raise no alarm; one figure changed raises exactly the alarms that it must.

The forms come from the form writer, the sentences from templates of our own. What must fail is worked out here a second
time, from the labels of the forms and with exact fractions, so that a slip of the rules shows.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from service.extraction import parse_report
from service.extraction.report import Check, Indicator, Observation
from tests.test_checks import check_indicators, check_text
from tests.writer import FormFigures, Key, make_figures, write
from tests.writer.labels import APPLICANTS, EDITIONS, MATRIX, REMEDIES, REMEDY_PARTS
from tests.writer.model import statistics_sums
from tests.writer.style import Style

Fault = tuple[str, float, float]
LARGEST = (10, 300, 2_000_000)


def to_indicators(figures: FormFigures) -> Iterator[Indicator]:
    for (code, applicant), cell in figures.cells.items():
        value = None if cell.value is None else int(cell.value) if cell.value % 1 == 0 else float(cell.value)
        seen = Observation(value, "exact", "table", (0, 1), "cell")
        yield Indicator(code, applicant, code, value, "件", cell.status, "exact", "table", (0, 1), (seen,))


def check_figures(figures: FormFigures) -> tuple[Check, ...]:
    return check_indicators(figures.edition, None, to_indicators(figures))


def faults_of(checks: tuple[Check, ...]) -> Counter[Fault]:
    failed = [check for check in checks if check.status == "fail"]
    return Counter((check.rule, float(check.expected), float(check.actual)) for check in failed)


@dataclass(frozen=True)
class Identity:
    """``left`` adds up to ``right``; ``at_most`` where the right side may only not exceed the left."""

    rule: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]


def find_identities(edition: str) -> Iterator[Identity]:
    """What the form says, from its labels."""
    if edition == "2014":
        for whole, parts in statistics_sums():
            yield Identity("sum", tuple((part, None) for part in parts), ((whole, None),))
        channels = ("gazette", "website", "weibo", "wechat", "other")
        left = tuple((f"disclosure.channel.{channel}", None) for channel in channels)
        yield Identity("at_most", left, (("disclosure.total", None),))
        for event in ("response.press_conferences", "response.online_interviews"):
            yield Identity("at_most", ((event, None),), ((f"{event}_by_leaders", None),))
        reasons = dict(statistics_sums())["outcomes.denied"]
        yield Identity("at_most", (("outcomes.denied", None),), tuple((reason, None) for reason in reasons))
        return
    rows = [entry.row.code for entry in MATRIX[edition] if entry.row.code]
    outcomes = [row for row in rows if row.startswith("outcomes.") and row != "outcomes.total"]
    for column in APPLICANTS:
        yield Identity("sum", tuple((row, column) for row in outcomes), (("outcomes.total", column),))
        came = (("requests.received", column), ("requests.carried_in", column))
        yield Identity("balance", came, (("outcomes.total", column), ("requests.carried_out", column)))
    for row in rows:
        yield Identity("applicants", tuple((row, column) for column in APPLICANTS[:-1]), ((row, "total"),))
    for _, kind in REMEDIES:
        yield Identity("sum", tuple((f"{kind}.{part}", None) for part in REMEDY_PARTS[:-1]), ((f"{kind}.total", None),))


IDENTITIES = {edition: tuple(find_identities(edition)) for edition in EDITIONS}


def find_faults(figures: FormFigures) -> Counter[Fault]:
    """The identities that the figures break; none where a row is left out or what must be there is blank."""
    faults: Counter[Fault] = Counter()
    cells = figures.cells
    for identity in IDENTITIES[figures.edition]:
        keys = (*identity.left, *identity.right)
        if any(key not in cells for key in keys) or all(cells[key].value is None for key in keys):
            continue
        left, right = (sum((cells[key].value or 0) for key in side) for side in (identity.left, identity.right))
        totals = identity.left if identity.rule == "at_most" else identity.right[:1]
        blank = all(cells[key].value is None for key in totals)
        if identity.rule == "balance":
            outcomes = [key for key in cells if key[0].startswith("outcomes.") and key[1] == totals[0][1]]
            blank = blank and any(cells[key].value is not None for key in outcomes)
        broken = right > left if identity.rule == "at_most" else left != right
        if broken and not blank:
            faults[identity.rule, float(left), float(right)] += 1
    return faults


def draw_figures(random: Random, edition: str) -> FormFigures:
    return make_figures(edition, random, random.choice(LARGEST), random.choice((0.0, 0.3, 0.9)))


@pytest.mark.parametrize("edition", EDITIONS)
def test_consistent_forms_raise_no_alarm(edition: str) -> None:
    random = Random(5)
    for _ in range(120):
        checks = check_figures(draw_figures(random, edition))
        assert faults_of(checks) == Counter()
        assert any(check.status == "pass" for check in checks)


def mutate(figures: FormFigures, key: Key, random: Random) -> FormFigures:
    """One cell changed as slips change it: a few more or less, a digit dropped or doubled, zero, blank."""
    value = figures.cells[key].value or Decimal(0)
    slips: tuple[Decimal | None, ...] = (
        value + random.randint(1, 9),
        max(value - random.randint(1, 9), Decimal(0)),
        Decimal(int(value) // 10),
        value * 10 + random.randint(0, 9),
        Decimal(0),
        None,
    )
    slip = random.choice([slip for slip in slips if slip != value or slip is None])
    return figures.having(*[key[0], slip, key[1]])


@pytest.mark.parametrize("edition", EDITIONS)
def test_one_changed_cell_fails_what_it_takes_part_in(edition: str) -> None:
    random = Random(55)
    linked = sorted({key for each in IDENTITIES[edition] for key in (*each.left, *each.right)}, key=str)
    shown = 0
    for number in range(800):
        figures = draw_figures(random, edition)
        mutated = mutate(figures, linked[number % len(linked)], random)
        want = find_faults(mutated)
        assert faults_of(check_figures(mutated)) == want
        shown += bool(want)
    assert shown > 500


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_row_left_out_is_unknown_and_named(edition: str) -> None:
    random = Random(555)
    codes = sorted({key[0] for each in IDENTITIES[edition] for key in (*each.left, *each.right)})
    for code in codes:
        figures = draw_figures(random, edition).without([code])
        checks = check_figures(figures)
        assert faults_of(checks) == Counter()
        touched = [check for check in checks if any(operand.code == code for operand in check.operands)]
        for check in touched:
            missing = next(operand for operand in check.operands if operand.code == code)
            assert check.status == "unknown"
            assert missing.label.partition("(")[0] in check.message


@pytest.mark.parametrize("edition", EDITIONS)
def test_printed_forms_tell_the_same(edition: str) -> None:
    """Through the text: written by tabs, read, checked."""
    random = Random(5555)
    for number in range(60):
        figures = make_figures(edition, random, random.choice((10, 300)))
        if number % 3:
            linked = sorted({key for each in IDENTITIES[edition] for key in (*each.left, *each.right)}, key=str)
            figures = mutate(figures, random.choice(linked), random)
        report = parse_report(write("tabs", figures, random, Style()).text)
        assert faults_of(report.checks) == find_faults(figures)


# --- prose ---


@dataclass(frozen=True)
class Sentence:
    """A template and its figures; ``judge`` says which checks must fail for given figures."""

    template: str
    figures: Mapping[str, Fraction]
    judge: Callable[[Mapping[str, Fraction]], Counter[Fault]]

    def text(self, figures: Mapping[str, Fraction]) -> str:
        return self.template.format(**{name: print_figure(value) for name, value in figures.items()})


def print_figure(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.1f}"


def print_share(part: Fraction, whole: Fraction) -> Fraction:
    """The percentage with one decimal, rounded half up."""
    return Fraction(int(part * 1000 / whole + Fraction(1, 2)), 10)


def judge_share(part: Fraction, whole: Fraction, percent: Fraction) -> Counter[Fault]:
    share = part * 100 / whole
    step = Fraction(1, 10) if percent.denominator != 1 else Fraction(1)
    if percent - step / 2 <= share < percent + step:
        return Counter()
    shown = Fraction(int(share / step + Fraction(1, 2))) * step
    return Counter({("share", float(shown), float(percent)): 1})


def judge_list(whole: Fraction, *parts: Fraction) -> Counter[Fault]:
    total = sum(parts)
    return Counter({("breakdown", float(whole), float(total)): 1} if total > whole else {})


LISTS = (
    "今年收到申请{w}件，其中当面申请{a}件，网络申请{b}件，信函申请{c}件。",
    "全年办结信访事项{w}件，其中按时办结{a}件、延期办结{b}件、转办{c}件，群众反映良好。",
    "公布建议提案办理结果{w}件（其中市级{a}件、县级{b}件、乡级{c}件），另有意见9件。",
    "全县办理行政复议{w}件，分别为维持{a}件、纠正{b}件、终止{c}件。",
    "印发文件{w}件。其中：规章类{a}件；通知类{b}件；批复类{c}件。",
    "共处理投诉{w}件，包括噪声类{a}件、油烟类{b}件、其他类{c}件；回访群众300人次。",
)
SHARES = (
    "全镇公开信息{w}条，其中动态类{a}条，占{x}%；政策类{b}条，占{y}%；其他类{c}条，占{z}%。",
    "全镇公开信息{w}条。其中，动态类{a}条（占{x}%）、政策类{b}条（占{y}%）、其他类{c}条（占{z}%）。",
    "收到申请{w}件，其中网上{a}件、当面{b}件、信函{c}件，分别占{x}%、{y}%和{z}%。",
    "全年印发通报{w}期，其中专刊{a}期，占总期数的{x}%；增刊{b}期，占{y}%；合刊{c}期，占{z}%。",
)
RATES = (
    "热线受理来电{w}件，按期办结{a}件，按期办结率{x}%。",
    "信箱收到来信{w}封，回复{a}封，回复率为{x}%。",
    "抽检样品{w}批次，合格{a}批次，合格率{x}%，结果全部公示。",
)


def draw_list(random: Random) -> dict[str, Fraction]:
    most = random.choice((20, 900, 90_000))
    parts = {name: Fraction(random.randint(1, most)) for name in "abc"}
    return {"w": sum(parts.values(), Fraction(0)), **parts}


def make_list(random: Random) -> Sentence:
    return Sentence(random.choice(LISTS), draw_list(random), lambda f: judge_list(f["w"], f["a"], f["b"], f["c"]))


def make_shares(random: Random) -> Sentence:
    figures = draw_list(random)
    for part, percent in zip("abc", "xyz", strict=True):
        figures[percent] = print_share(figures[part], figures["w"])

    def judge(f: Mapping[str, Fraction]) -> Counter[Fault]:
        faults = judge_list(f["w"], f["a"], f["b"], f["c"])
        for part, percent in zip("abc", "xyz", strict=True):
            faults += judge_share(f[part], f["w"], f[percent])
        return faults

    return Sentence(random.choice(SHARES), figures, judge)


def make_rate(random: Random) -> Sentence:
    whole = Fraction(random.randint(20, random.choice((90, 90_000))))
    part = whole - random.randint(0, int(whole) // 2)
    figures = {"w": whole, "a": part, "x": print_share(part, whole)}

    def judge(f: Mapping[str, Fraction]) -> Counter[Fault]:
        # More closed than came in: what was carried in is not told, so that nothing is shown.
        return Counter() if f["a"] > f["w"] else judge_share(f["a"], f["w"], f["x"])

    return Sentence(random.choice(RATES), figures, judge)


MAKERS = (make_list, make_shares, make_rate)


@pytest.mark.parametrize("make", MAKERS)
def test_consistent_sentences_raise_no_alarm(make: Callable[[Random], Sentence]) -> None:
    random = Random(6)
    for _ in range(150):
        sentence = make(random)
        text = sentence.text(sentence.figures)
        checks = check_text(text)
        assert [check.message for check in checks if check.status == "fail"] == [], text
        assert any(check.status == "pass" for check in checks), text


@pytest.mark.parametrize("make", MAKERS)
def test_one_changed_figure_of_a_sentence_fails_what_it_takes_part_in(make: Callable[[Random], Sentence]) -> None:
    random = Random(66)
    shown = 0
    for _ in range(400):
        sentence = make(random)
        name = random.choice(sorted(sentence.figures))
        change = random.choice((-1, 1)) * random.choice((1, 2, 5, 50))
        changed = sentence.figures[name] + (Fraction(change, 10) if name in "xyz" else change)
        figures = {**sentence.figures, name: max(changed, Fraction(1))}
        text = sentence.text(figures)
        want = sentence.judge(figures)
        assert faults_of(check_text(text)) == want, text
        shown += bool(want)
    assert shown > 150
