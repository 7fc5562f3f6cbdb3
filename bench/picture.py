"""The figures of one run as pictures: where a parse spends its time, ratios against targets, memory over time."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt


def _draw_steps(axes: Any, rows: list[dict[str, Any]]) -> None:
    left = [0.0] * len(rows)
    for step in rows[0]["steps_ms"]:
        widths = [row["steps_ms"][step] for row in rows]
        axes.barh([row["text"][:24] for row in rows], widths, left=left, label=step)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_xlabel("milliseconds")
    axes.set_title("parse_report by step")
    axes.legend(fontsize="x-small", ncols=2)
    axes.invert_yaxis()


def _draw_targets(axes: Any, targets: list[dict[str, Any]]) -> None:
    names = [target["name"] for target in targets]
    # What must not exceed its target and what must reach it, both as a share of the target: 1 is the line.
    shares = [target["value"] / target["target"] for target in targets]
    colours = ["#2c7a4b" if target["met"] else "#b5442e" for target in targets]
    axes.barh(names, shares, color=colours)
    axes.axvline(1, color="#333333", linewidth=0.8)
    axes.set_title("measured / target (green: met)")
    axes.invert_yaxis()


def draw(result: dict[str, Any], path: Path) -> None:
    """Write the picture of a result as SVG."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(15, 7), layout="constrained")
    _draw_steps(left, result["parse"])
    _draw_targets(right, result["targets"])
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def draw_soak(result: dict[str, Any], path: Path) -> None:
    """Write the memory of each process over the time of a soak as SVG."""
    figure, axes = plt.subplots(figsize=(10, 5), layout="constrained")
    rows = result["memory_mb"]
    for name in (name for name in rows[-1] if name != "seconds"):
        axes.plot([row["seconds"] for row in rows], [row[name]["rss"] for row in rows], label=name)
    axes.set_xlabel("seconds")
    axes.set_ylabel("resident megabytes")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
