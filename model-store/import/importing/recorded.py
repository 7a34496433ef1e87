"""What components were fed, as the service wrote it down: `runs.json` and a file of bytes for each tensor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

Feeds = dict[str, np.ndarray]


def read_runs(folder: Path) -> dict[str, list[Feeds]]:
    """By role, in the order in which they ran."""
    runs: dict[str, list[Feeds]] = {}
    for entry in json.loads((folder / "runs.json").read_text(encoding="utf-8")):
        feeds = {
            name: np.fromfile(folder / tensor["file"], dtype=np.dtype(tensor["dtype"]).newbyteorder("<")).reshape(tensor["dims"])
            for name, tensor in entry["feeds"].items()
        }
        runs.setdefault(entry["role"], []).append(feeds)
    return runs
