"""`make bench`: everything in one run; prints ratios with the absolute figures beside them, writes JSON and a picture.

In: the texts at hand. Out: standard output, ``docs/performance/bench.json`` and ``bench.svg``. With --quick, few rounds
and nothing written.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.answer import measure_answer
from bench.cost import measure_cost
from bench.growth import measure_growth
from bench.parse import measure_parse
from bench.texts import ROOT

FOLDER = ROOT / "docs" / "performance"


def describe_machine() -> dict[str, Any]:
    """What machine it ran on, without its name."""
    cpu = Path("/proc/cpuinfo")
    models = [line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def judge(result: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Every target with what was measured; ``at_most`` says which side of it is good."""
    shared = [row for row in result["parse"] if row["kind"] == "shared"] or result["parse"]
    shares = [max(row["steps_ms"].values()) / sum(row["steps_ms"].values()) for row in shared]
    figures: list[tuple[str, float, float, bool]] = [
        ("parse / two-pass floor, median report", statistics.median(row["ratio"] for row in shared), 10, True),
        ("largest step / all steps, median report", statistics.median(shares), 0.5, True),
        ("growth of time, worst text", max(row["growth"] for row in result["growth"]), 1.1, True),
        ("growth of memory, worst text", max(row["memory_growth"] for row in result["growth"]), 1.1, True),
        ("boot to first answer, s", result["cost"]["boot_seconds"], 1.5, True),
        ("worker after load, MB", result["cost"]["worker_mb_after_load"], 90, True),
        ("reader after load, MB", result["cost"]["reader_mb_after_load"], 90, True),
    ]
    if result["answer"]:
        ratios = result["answer"]["ratios"]
        targets = {
            "GET / Flask + Redis GET": (0.95, False),
            "304 / Flask + EXISTS": (0.95, False),
            "POST remembered / Flask: body, hash, GET": (0.9, False),
            "POST new / (1.15 parse + 1 ms)": (1.0, True),
        }
        figures += [(name, ratios[name], target, at_most) for name, (target, at_most) in targets.items()]
        figures.append(("stored result / its JSON", result["answer"]["bytes"]["stored / json"], 0.15, True))
    for name, value, target, at_most in figures:
        met = value <= target if at_most else value >= target
        yield {"name": name, "value": value, "target": target, "at_most": at_most, "met": met}


def print_result(result: dict[str, Any]) -> None:
    print(" ".join(f"{key}: {value}" for key, value in result["machine"].items()))
    print("\nparse                              characters  floor ms  parse ms  ratio")
    for row in result["parse"]:
        print(
            f"{row['text'][:34]:<34} {row['characters']:>10}  {row['floor_ms']:>8.2f}  {row['parse_ms']:>8.2f}"
            f"  {row['ratio']:>5.1f}   " + " ".join(f"{k} {v:.2f}" for k, v in row["steps_ms"].items() if v >= 0.1)
        )
    print("\ngrowth        us per character at 1, 4, 16, 64 times; time and memory at 64 against 1")
    for row in result["growth"]:
        costs = " ".join(f"{cost:.2f}" for cost in row["us_per_character"].values())
        print(f"{row['text']:<12}  {costs}   time {row['growth']:.2f}  memory {row['memory_growth']:.2f}")
    for kind, figure in result["answer"].get("loads", {}).items():
        print(
            f"{kind:<24} {figure['rate']:>7.0f} requests/s  p99 {figure['p99_ms']:.1f} ms  "
            f"{figure['per_core_second']:.0f} per core-second  busiest worker {figure['skew']:.2f}"
        )
    for part in ("new", "batch_texts_per_second", "bytes"):
        print(part, result["answer"].get(part))
    print("cost", result["cost"])
    print("\ntargets")
    for target in result["targets"]:
        sign = "<=" if target["at_most"] else ">="
        verdict = "met" if target["met"] else "MISSED"
        print(f"{target['name']:<46} {target['value']:>8.3f} {sign} {target['target']:<6} {verdict}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, write nothing")
    quick = parser.parse_args().quick
    result: dict[str, Any] = {
        "machine": describe_machine(),
        "parse": measure_parse(5 if quick else 21),
        "growth": measure_growth(3 if quick else 7),
        "answer": measure_answer(1 if quick else 13, 2),
        "cost": measure_cost(1 if quick else 5, 200 if quick else 2000),
    }
    result["targets"] = list(judge(result))
    print_result(result)
    if not quick:
        # Matplotlib takes longer to load than a quick run.
        from bench.picture import draw

        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "bench.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
        draw(result, FOLDER / "bench.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
