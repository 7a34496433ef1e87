"""The loss curves of all stages as one picture."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def draw_losses(logs: list[Path], picture: Path) -> None:
    """One small panel for each figure of each log, over steps."""
    panels = []
    for log in logs:
        rows = [json.loads(line) for line in log.read_text().splitlines()]
        names = dict.fromkeys(name for row in rows for name in row if name != "step")
        panels += [(f"{log.name.removesuffix('-losses.jsonl')}: {name}", [(row["step"], row[name]) for row in rows if name in row]) for name in names]
    columns = 5
    figure, axes = pyplot.subplots((len(panels) + columns - 1) // columns, columns, figsize=(15, 7), constrained_layout=True)
    for axis, (title, points) in zip(axes.flat, panels):
        axis.plot(*zip(*points), linewidth=0.8)
        axis.set_title(title, fontsize=9)
        axis.tick_params(labelsize=7)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    figure.supxlabel("steps", fontsize=8)
    figure.savefig(picture, dpi=70)
    pyplot.close(figure)
