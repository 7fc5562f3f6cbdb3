"""How time and memory grow with the text: 1×, 4×, 16× and 64× of the same, per character.

A ratio of 1.0 means that a character costs the same in a long text as in a short one.
"""

import gc
import tracemalloc
from typing import Any

from bench.texts import OWN, read_texts
from bench.timing import time_in_turn
from service.extraction import parse_report

SIZES = (1, 4, 16, 64)


def _make_texts() -> dict[str, str]:
    """What is repeated: whole reports, prose, rows of a table, headings, and a text with nothing to read."""
    reports = read_texts(OWN)
    plain = [text for name, text in reports.items() if not text.lstrip().startswith("<")]
    longest = max(plain, key=len)
    return {
        "reports": "\n".join(plain[:2]) + "\n",
        "prose": "全年主动公开政府信息128条，其中网站公开96条，占75.0%；收到申请12件，均已按时答复。\n" * 40,
        "rows": "\n".join(line for line in longest.splitlines() if line.strip()) + "\n",
        "headings": "".join(f"（{number}）加强组织领导。各单位按要求落实。\n" for number in "一二三四五六七八九十") * 8,
        "digits": "1234567890 " * 300 + "\n",
        "cells": "<table>" + "<tr><td>一、本年新收政府信息公开申请数量</td><td>3</td></tr>" * 60 + "</table>\n",
        "brackets": "（《“" * 800 + "\n",
        # One indicator told again and again, a list without an end, one label, tags that are never closed.
        "told again": "收到政府信息公开申请12件，办结10件。\n" * 120,
        "endless list": "其中当面申请1件、" * 300,
        "one label": "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n" * 60,
        "open tags": "<table><tr><td>" * 160,
    }


def _peak_bytes(text: str) -> int:
    # Tuples and lists that earlier work left behind would be used again, and not be counted.
    gc.collect()
    tracemalloc.start()
    try:
        parse_report(text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure_growth(rounds: int) -> list[dict[str, Any]]:
    """For each kind of text: microseconds and peak bytes a character at each size, and the worst growth from 1×."""
    rows = []
    for name, text in _make_texts().items():
        texts = {str(size): text * size for size in SIZES}
        times = time_in_turn({size: lambda text=text: parse_report(text) for size, text in texts.items()}, rounds)
        cost = {size: times[size] * 1e6 / len(texts[size]) for size in texts}
        memory = {size: _peak_bytes(texts[size]) / len(texts[size]) for size in texts}
        rows.append(
            {
                "text": name,
                "characters": len(text),
                "us_per_character": cost,
                "peak_bytes_per_character": memory,
                "growth": cost[str(SIZES[-1])] / cost["1"],
                "memory_growth": memory[str(SIZES[-1])] / memory["1"],
            }
        )
    return rows
