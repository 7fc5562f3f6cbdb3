"""Three times the text, about three times the time, for texts made against every regular expression of the service.

They are found by listening: a process of its own imports every module, reads texts of every kind, and notes what is
compiled on the way, whether a module, a data file or a call made it. Many meet no more than a line or a sentence of
some length, or only where they would match; so a pattern that is slow on such a text is tried once more as it is used:
the whole reader gets the text.
"""

import json
import re
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import pytest

from service.decoding import decode_text
from service.extraction import parse_report
from tests.conftest import ROOT
from tests.patterns import Recipe, make_recipes

LISTEN = """
import importlib, json, pkgutil, re, sys
from pathlib import Path
seen, compile_ = {}, re._compile
def note(pattern, flags):
    frame = sys._getframe(1)
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] in ("re", "functools"):
        frame = frame.f_back
    compiled = compile_(pattern, flags)
    name = frame.f_globals.get("__name__", "") if frame else ""
    if name.partition(".")[0] == "service":
        is_bytes = isinstance(compiled.pattern, bytes)
        text = compiled.pattern.decode("latin-1") if is_bytes else compiled.pattern
        seen[text, compiled.flags, is_bytes] = name
    return compiled
re._compile = note
import service
for module in pkgutil.walk_packages(service.__path__, "service."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from service.decoding import decode_text
from service.extraction import parse_report
for path in sys.argv[1:]:
    parse_report(decode_text(Path(path).read_bytes()))
print(json.dumps([[name, *key] for key, name in seen.items()]))
"""
# At this length a quadratic pattern takes tens of milliseconds, a linear one less than this.
LENGTH = 7000
QUICK_SECONDS = 0.01
ENOUGH_SECONDS = 2 * QUICK_SECONDS
MOST_GROWTH = 4.5
TRIES = 4
# The whole reader: what a long text may cost before it is compared with one three times as long.
READER_LENGTH = 10_000
READER_SECONDS = 0.05
MOST_SECONDS = 5.0
# The rules' patterns match on templates, in which these stand for figures.
FIGURE_RE = re.compile("[\ue000-\ue0ff]")
LEADS = ("", "收到政府信息公开申请1件，")
# Their patterns meet what an operator writes, or the forms that come with the service.
TRUSTED = frozenset(("service.settings", "service.reference.forms"))


def find_patterns() -> list[tuple[str, str, int, bool]]:
    texts = [str(path) for path in sorted((ROOT / "tests" / "corpus").glob("*.[thm]*"))]
    command = [sys.executable, "-c", LISTEN, *texts]
    return [tuple(row) for row in json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)]


Compiled = re.Pattern[str] | re.Pattern[bytes]


class TooSlowError(Exception):
    """The time of one measurement is up."""


def stop(*_: object) -> None:
    raise TooSlowError


def measure(work: Callable[[], object], most: float = MOST_SECONDS) -> float:
    """Processor seconds, at most so many: an exponential pattern has no end."""
    before = signal.signal(signal.SIGPROF, stop)
    start = time.process_time()
    try:
        # The signal may also come when the work is done and the timer not yet stopped.
        try:
            signal.setitimer(signal.ITIMER_PROF, most)
            work()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TooSlowError:
        return most
    finally:
        signal.signal(signal.SIGPROF, before)
    return time.process_time() - start


def grows_too_fast(work: Callable[[int], Callable[[], object]], least: float = READER_SECONDS) -> bool:
    """Whether the reader takes much more than three times the time for three times the length."""
    once, thrice = measure(work(READER_LENGTH)), MOST_SECONDS
    for _ in range(TRIES):
        # A busy machine may disturb any measurement, hardly the best of several.
        if once < least or once >= MOST_SECONDS:
            break
        thrice = min(thrice, measure(work(3 * READER_LENGTH)))
        if thrice <= MOST_GROWTH * once:
            return False
        once = min(once, measure(work(READER_LENGTH)))
    return once >= least


def find_all(compiled: Compiled, recipe: Recipe) -> Callable[[], object]:
    text = recipe.write(LENGTH)
    data = text if isinstance(compiled.pattern, str) else text.encode("latin-1", "replace")
    return lambda: deque(compiled.finditer(data), 0)  # type: ignore[arg-type]  # Both are text or both bytes.


def read_whole(name: str, recipe: Recipe, lead: str, length: int) -> Callable[[], object]:
    """As a text comes in: its characters by the reader, for the others its bytes."""
    text = lead + FIGURE_RE.sub("1件", recipe.write(length))
    if name.startswith("service.extraction"):
        return lambda: parse_report(text)
    return lambda: decode_text(text.encode("utf-8", "replace"))


def find_slow(patterns: list[tuple[str, str, int, bool]]) -> list[tuple[str, str, Recipe]]:
    """The patterns that may be worse than linear, each with the text that says so."""
    slow = []
    for name, pattern, flags, is_bytes in patterns:
        compiled = re.compile(pattern.encode("latin-1") if is_bytes else pattern, flags)
        for recipe in make_recipes(pattern, flags):
            if measure(find_all(compiled, recipe), ENOUGH_SECONDS) > QUICK_SECONDS:
                slow.append((name, pattern, recipe))
                break
    return slow


def test_three_times_a_hostile_text_takes_about_three_times_the_time() -> None:
    patterns = [row for row in find_patterns() if row[0] not in TRUSTED]
    assert len(patterns) > 300
    parse_report("收到政府信息公开申请1件。")
    bad = [
        f"{name}: {pattern[:200]!r} on {lead!r} and {recipe}"
        for name, pattern, recipe in find_slow(patterns)
        for lead in LEADS
        if grows_too_fast(partial(read_whole, name, recipe, lead))
    ]
    assert not bad, "\n".join(bad)


def test_a_quadratic_pattern_is_found() -> None:
    """The texts are hostile enough, and the measure tells."""
    for pattern in (r"a+b", r"(?:政|公)+开", r"<!--.*?-->", r"\s+$", r"(\d+),(\d+)。", r"x[ab]*[bc]*y", r"(?:a|aa)+b"):
        assert find_slow([("here", pattern, re.DOTALL, False)]), pattern


@pytest.mark.parametrize(("power", "is_too_fast"), [(1.0, False), (1.2, False), (1.5, True), (2.0, True)])
def test_a_quadratic_reader_is_found(monkeypatch: pytest.MonkeyPatch, power: float, is_too_fast: bool) -> None:
    """By what it would take, not by what it takes: a busy machine may double any time."""
    monkeypatch.setattr(f"{__name__}.measure", lambda work: work())
    assert grows_too_fast(lambda length: lambda: (length / READER_LENGTH) ** power) is is_too_fast
