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
    panels = [(name, [(row["minutes"], row[name]) for row in rows if name in row]) for name in names]
    draw_panels(panels, 2, "minutes", picture)


def draw_panels(panels: list[tuple[str, list[tuple[float, float]]]], lines: int, across: str, picture: Path, height: float = 5) -> None:
    """Titled curves in `lines` rows of panels; `across` names what runs from left to right."""
    figure, axes = pyplot.subplots(lines, -(-len(panels) // lines), figsize=(15, height), constrained_layout=True)
    for axis, (title, points) in zip(axes.flat, panels):
        axis.plot(*zip(*points), linewidth=0.8)
        axis.set_title(title, fontsize=9)
        axis.tick_params(labelsize=7)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    figure.supxlabel(across, fontsize=8)
    figure.savefig(picture, dpi=70)
    pyplot.close(figure)
