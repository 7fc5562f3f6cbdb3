"""`parse_report` against the two-pass floor, and its time split by step.

The floor is what any reader must at least do in the same process: find every number, find every row label.
"""

import re
import time
from collections.abc import Callable
from typing import Any

from bench.texts import OWN, SHARED, read_texts
from bench.timing import time_in_turn
from service.extraction import parse_report, pipeline
from service.extraction.codebook import load_entries

NUMBER_RE = re.compile(r"\d+(?:\.\d+)?")
STEPS = (
    "read_source",
    "read_tables",
    "read_prose",
    "find_headings",
    "read_document",
    "find_figures",
    "read_indicators",
    "reconcile",
    "find_derived",
    "find_checks",
    "find_items",
    "find_quantities",
    "find_citations",
    "to_sections",
    "hash_text",
)


def _label_re() -> re.Pattern[str]:
    """One alternation of all row labels, without their remarks and numbering, longest first."""
    labels = {part for entry in load_entries() for part in re.split(" / ", entry.label)}
    words = {re.sub(r"^[（(]?[一二三四五六七八九\d][）).、]|^其中：|[（(].*", "", label) for label in labels}
    return re.compile("|".join(sorted(map(re.escape, filter(None, words)), key=lambda word: (-len(word), word))))


LABEL_RE = _label_re()


def run_floor(text: str) -> None:
    """Two passes over the text: its numbers, its labels."""
    for _ in NUMBER_RE.finditer(text):
        pass
    for _ in LABEL_RE.finditer(text):
        pass


def split_by_step(text: str, rounds: int) -> dict[str, float]:
    """Median milliseconds that each step of the pipeline takes, by its name."""
    taken: dict[str, list[float]] = {step: [] for step in STEPS}
    kept = {step: getattr(pipeline, step) for step in STEPS}

    def timed(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            begin = time.thread_time()
            try:
                return function(*arguments)
            finally:
                taken[step].append(time.thread_time() - begin)

        return run

    try:
        for step, function in kept.items():
            setattr(pipeline, step, timed(step, function))
        for _ in range(rounds):
            pipeline.parse_report(text)
    finally:
        for step, function in kept.items():
            setattr(pipeline, step, function)
    return {step: sorted(times)[len(times) // 2] * 1e3 for step, times in taken.items()}


def measure_parse(rounds: int) -> list[dict[str, Any]]:
    """For each text: characters, milliseconds of floor and parse, their ratio, the steps."""
    rows = []
    for kind, folder in (("shared", SHARED), ("own", OWN)):
        for name, text in read_texts(folder).items():
            times = time_in_turn(
                {"floor": lambda text=text: run_floor(text), "parse": lambda text=text: parse_report(text)}, rounds
            )
            rows.append(
                {
                    "text": name,
                    "kind": kind,
                    "characters": len(text),
                    "floor_ms": times["floor"] * 1e3,
                    "parse_ms": times["parse"] * 1e3,
                    "ratio": times["parse"] / times["floor"],
                    "steps_ms": split_by_step(text, rounds),
                }
            )
    return rows
