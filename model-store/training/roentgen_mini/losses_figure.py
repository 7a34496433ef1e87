"""The loss curves of all stages as one picture."""

from __future__ import annotations

import json
from pathlib import Path

from ..cxr_align.losses_figure import draw_panels


def draw_losses(logs: list[Path], picture: Path) -> None:
    """One small panel for each figure of each log, over steps."""
    panels = []
    for log in logs:
        rows = [json.loads(line) for line in log.read_text().splitlines()]
        names = dict.fromkeys(name for row in rows for name in row if name != "step")
        panels += [(f"{log.name.removesuffix('-losses.jsonl')}: {name}", [(row["step"], row[name]) for row in rows if name in row]) for name in names]
    draw_panels(panels, 3, "steps", picture, height=7)
