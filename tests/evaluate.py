"""Score the reading core against gold: `make evaluate`.

In: the texts and gold files of `tests/corpus/`, of `../shared/gold` where it is at hand and, with
--frozen, of `tests/corpus/frozen/`. Out: one line a text and one a member on standard output, exit
status 1 when a set falls below `tests/corpus/floor.json`. A gold file says what a careful reader finds.
Figures are micro-averaged F1. It reads no network and changes nothing, but for --raise-floor.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from service.extraction import parse_report

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
FLOOR = CORPUS / "floor.json"
SHARED = ROOT.parent / "shared"
MEMBERS = ("cells", "prose", "grounded", "blanks", "quantities", "checks", "document", "sections")

Json = dict[str, Any]
TAG_RE = re.compile(r"<[^>]*>")
OFFICE_RE = re.compile("办公[室厅]$")
WORDED_RE = re.compile("[一二三四五六七八九十百千万亿两〇零元%.]")
ENTITIES = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True)
class Case:
    """One text with its gold."""

    name: str
    text: str
    gold: Json


@dataclass
class Tally:
    """Right, found and gold of one member, with a note for each miss."""

    hit: int = 0
    found: int = 0
    gold: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, hit: int, found: int, gold: int, notes: Iterable[str] = ()) -> None:
        self.hit += hit
        self.found += found
        self.gold += gold
        self.notes.extend(notes)

    @property
    def precision(self) -> float:
        return self.hit / self.found if self.found else float(self.gold == 0)

    @property
    def recall(self) -> float:
        return self.hit / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.hit or not self.gold else 0.0


Score = dict[str, Tally]


def squash(text: object) -> str:
    """Words without regard to markup, white space and width."""
    plain = TAG_RE.sub("", str(text or ""))
    for entity, character in ENTITIES:
        plain = plain.replace(entity, character)
    return "".join(unicodedata.normalize("NFKC", plain).split())


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(float(one) - float(other)) <= 1e-6 * max(1.0, abs(float(one)))


def by_key(indicators: Iterable[Json]) -> dict[tuple[str, str | None], Json]:
    return {(item["code"], item.get("applicant")): item for item in indicators}


def compare_counts(have: Counter[Any], want: Counter[Any], tally: Tally) -> None:
    notes = [f"missed {key} x{count}" for key, count in (want - have).items()]
    notes += [f"extra {key} x{count}" for key, count in (have - want).items()]
    tally.add((have & want).total(), have.total(), want.total(), notes)


def score_indicators(report: Json, gold: Json, score: Score) -> None:
    """Figures of tables and of prose apart, by the source that gold gives them, else the report."""
    stated = {
        key: item
        for key, item in by_key(report["indicators"]).items()
        if item["value"] is not None and item["source"] != "derived"
    }
    reported = {key: item for key, item in by_key(gold["indicators"]).items() if item["value"] is not None}
    accepted = {
        (code, round(float(quantity["value"]), 6))
        for quantity in gold["quantities"]
        if quantity.get("value") is not None
        for code in quantity.get("also_accept", [])
    }
    for member in ("cells", "prose"):
        want = {key: item for key, item in reported.items() if (item["source"] == "table") == (member == "cells")}
        have = {key: stated[key]["value"] for key in want if key in stated}
        right = {key for key in have if same(have[key], want[key]["value"])}
        wrong = [
            key
            for key in stated.keys() - reported.keys()
            if (stated[key]["source"] == "table") == (member == "cells")
            and (key[0], round(float(stated[key]["value"]), 6)) not in accepted
        ]
        notes = [f"{key} gold {want[key]['value']} got {have.get(key, 'nothing')}" for key in want if key not in right]
        notes += [f"{key} not in gold, got {stated[key]['value']}" for key in wrong]
        score[member].add(len(right), len(have) + len(wrong), len(want), notes)


def is_grounded(value: float, quote: str) -> bool:
    """Whether a quoted place can state a value, digits aside where it is told in words."""
    digits = quote.replace(",", "")
    plain = f"{value:g}" if abs(value) < 1e6 else f"{value:.10g}"
    return value == 0 or plain in digits or plain.rstrip("0").rstrip(".") in digits or bool(WORDED_RE.search(quote))


def score_grounding(report: Json, text: str, score: Score) -> None:
    for key, item in by_key(report["indicators"]).items():
        if item["value"] is None or item["source"] == "derived":
            continue
        start, end = item["span"] or (0, 0)
        if not 0 <= start < end <= len(text):
            score["grounded"].add(0, 0, 1, [f"{key} span {item['span']}"])
            continue
        quote = squash(text[start:end])
        right = is_grounded(item["value"], quote)
        score["grounded"].add(right, 1, 1, () if right else [f"{key} value {item['value']} span reads {quote[:40]}"])


def score_blanks(report: Json, gold: Json, score: Score) -> None:
    have = Counter(key for key, item in by_key(report["indicators"]).items() if item["value"] is None)
    want = Counter(key for key, item in by_key(gold["indicators"]).items() if item["value"] is None)
    compare_counts(have, want, score["blanks"])


def score_quantities(report: Json, gold: Json, score: Score) -> None:
    """By value and unit. Those marked optional, or read as an indicator in also_accept, count neither way."""

    def key(quantity: Json) -> tuple[float, str]:
        return round(float(quantity["value"]), 6), squash(quantity["unit"])

    told = {
        (item["code"], round(float(place["value"]), 6))
        for item in report["indicators"]
        for place in (item, *item["observations"])
        if place["value"] is not None
    }
    have = Counter(key(quantity) for quantity in report["quantities"])
    want: Counter[tuple[float, str]] = Counter()
    for quantity in gold["quantities"]:
        if quantity.get("value") is None:
            continue
        place = key(quantity)
        if any((code, place[0]) in told for code in quantity.get("also_accept", [])):
            continue
        if quantity.get("optional"):
            have -= Counter([place])
        else:
            want[place] += 1
    compare_counts(have, want, score["quantities"])


def score_checks(report: Json, gold: Json, score: Score) -> None:
    def key(check: Json) -> tuple[str, tuple[float, ...]]:
        figures = (check.get("expected"), check.get("actual"))
        return check["rule"], tuple(sorted(round(float(x), 4) for x in figures if isinstance(x, int | float)))

    have = Counter(key(check) for check in report["checks"] if check["status"] == "fail")
    compare_counts(have, Counter(key(check) for check in gold.get("checks_fail", [])), score["checks"])


def find_facts(document: Json) -> dict[str, object]:
    facts = {name: document.get(name) for name in ("title", "kind", "form", "year", "published_on")}
    for name in ("issuer", "region"):
        fact = document.get(name)
        facts[name] = fact.get("name") if isinstance(fact, dict) else fact
    for group, names in (
        ("period", ("start", "end")),
        ("contacts", ("address", "postcode", "phone", "fax", "email", "website")),
    ):
        facts |= {f"{group}.{name}": (document.get(group) or {}).get(name) for name in names}
    return facts


def is_same_fact(fact: str, want: object, have: object) -> bool:
    one, other = squash(want).rstrip("/"), squash(have).rstrip("/")
    if fact in ("issuer", "region") and one and other:
        # 铁东区 is 鞍山市铁东区, and an office speaks for its government.
        one, other = OFFICE_RE.sub("", one), OFFICE_RE.sub("", other)
        return one.endswith(other) or other.endswith(one)
    return one == other


def score_document(report: Json, gold: Json, score: Score) -> None:
    have = find_facts(report["document"])
    for fact, want in find_facts(gold["document"]).items():
        if want is None and have[fact] is None:
            continue
        right = is_same_fact(fact, want, have[fact])
        notes = () if right else [f"{fact} gold {want!r} got {have[fact]!r}"]
        score["document"].add(right, have[fact] is not None, want is not None, notes)


def score_sections(report: Json, gold: Json, score: Score) -> None:
    def keys(sections: Iterable[Json]) -> Counter[tuple[int, str]]:
        return Counter((item["level"], squash(item["title"]).rstrip("。:")) for item in sections if item["level"] <= 2)

    compare_counts(keys(report["sections"]), keys(gold.get("sections", [])), score["sections"])


def score_report(report: Json, case: Case) -> Score:
    """One report, as JSON values, against one gold."""
    score = {member: Tally() for member in MEMBERS}
    score_indicators(report, case.gold, score)
    score_grounding(report, case.text, score)
    score_blanks(report, case.gold, score)
    score_quantities(report, case.gold, score)
    score_checks(report, case.gold, score)
    score_document(report, case.gold, score)
    score_sections(report, case.gold, score)
    return score


def score_case(case: Case) -> Score:
    return score_report(msgspec.json.decode(msgspec.json.encode(parse_report(case.text))), case)


def add_scores(scores: dict[str, Score]) -> Score:
    total = {member: Tally() for member in MEMBERS}
    for name, score in scores.items():
        for member, tally in score.items():
            total[member].add(tally.hit, tally.found, tally.gold, (f"{name}: {note}" for note in tally.notes))
    return total


def load_cases(gold_folder: Path, text_folder: Path) -> list[Case]:
    """Every gold file of a folder with its text; a file that names no text, such as the floor, is no gold."""
    cases = []
    for path in sorted(gold_folder.glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        if "text" in gold:
            # Bytes, since a text file read as such would lose its carriage returns.
            cases.append(Case(gold["text"], (text_folder / gold["text"]).read_bytes().decode("utf-8-sig"), gold))
    return cases


def load_sets(frozen: bool = False) -> dict[str, list[Case]]:
    sets = {"corpus": load_cases(CORPUS, CORPUS), "shared": load_cases(SHARED / "gold", SHARED / "reports")}
    if frozen:
        sets["frozen"] = load_cases(CORPUS / "frozen", CORPUS / "frozen")
    return {name: cases for name, cases in sets.items() if cases}


def load_floor() -> dict[str, dict[str, float]]:
    floor: dict[str, dict[str, float]] = json.loads(FLOOR.read_text("utf-8"))
    return floor


def find_shortfalls(total: Score, floor: dict[str, float]) -> list[str]:
    """The members whose F1 is below the floor, said as sentences."""
    return [
        f"{member} {total[member].f1:.4f} is below the floor {least:.4f}"
        for member, least in floor.items()
        if total[member].f1 < least - 5e-5
    ]


def print_set(name: str, scores: dict[str, Score], detail: bool) -> Score:
    print(f"{name}: {len(scores)} texts")
    for text, score in scores.items():
        print(f"  {text:<44}" + "  ".join(f"{member} {tally.f1:.3f}" for member, tally in score.items()))
    total = add_scores(scores)
    for member, tally in total.items():
        figures = f"precision {tally.precision:.4f}  recall {tally.recall:.4f}  F1 {tally.f1:.4f}"
        print(f"  {member:<12}{figures}   ({tally.hit} right, {tally.found} found, {tally.gold} gold)")
        for note in tally.notes if detail else ():
            print(f"      {note}")
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the reading core against gold.")
    parser.add_argument("--frozen", action="store_true", help="score tests/corpus/frozen as well")
    parser.add_argument("--detail", action="store_true", help="list every miss")
    parser.add_argument("--raise-floor", action="store_true", help="write what is reached, where it is higher")
    arguments = parser.parse_args()
    floor, shortfalls = load_floor(), []
    for name, cases in load_sets(arguments.frozen).items():
        total = print_set(name, {case.name: score_case(case) for case in cases}, arguments.detail)
        least = floor.setdefault(name, {})
        shortfalls += [f"{name}: {shortfall}" for shortfall in find_shortfalls(total, least)]
        for member in MEMBERS:
            least[member] = max(least.get(member, 0.0), int(total[member].f1 * 10_000) / 10_000)
    for shortfall in shortfalls:
        print(shortfall, file=sys.stderr)
    if arguments.raise_floor and not shortfalls:
        FLOOR.write_text(json.dumps(floor, indent=2) + "\n", "utf-8")
    return 1 if shortfalls else 0


if __name__ == "__main__":
    sys.exit(main())
