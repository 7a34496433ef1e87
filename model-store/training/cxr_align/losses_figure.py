"""The loss curves as a picture."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def draw_losses(log: Path, picture: Path) -> None:
    """One small panel for each term of the loss, over minutes of training."""
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    names = [name for name in rows[-1] if name not in ("step", "minutes", "scale")]
    figure, axes = pyplot.subplots(2, (len(names) + 1) // 2, figsize=(15, 5), constrained_layout=True)
    for axis, name in zip(axes.flat, names):
        points = [(row["minutes"], row[name]) for row in rows if name in row]
        axis.plot(*zip(*points), linewidth=0.8)
        axis.set_title(name, fontsize=9)
        axis.tick_params(labelsize=7)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(names) :]:
        axis.axis("off")
    figure.supxlabel("minutes", fontsize=8)
    figure.savefig(picture, dpi=70)
    pyplot.close(figure)
