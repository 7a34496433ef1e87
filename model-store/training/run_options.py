"""The arguments that every pack's training takes."""

from __future__ import annotations

import argparse
from pathlib import Path


def run_options(description: str | None, pack: str, minutes: float | None) -> argparse.ArgumentParser:
    """A parser that knows them; what only one pack takes is added to it. A pack that trains by steps has no minutes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv, images and masks")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pack")
    parser.add_argument("--work", type=Path, default=Path(".training") / pack, help="caches and checkpoints; never committed")
    if minutes is not None:
        parser.add_argument("--minutes", type=float, default=minutes, help="wall clock of the main training, all starts together")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--part", choices=("validation", "test"), default="test", help="films that the card's figures come from")
    parser.add_argument("--only-finish", action="store_true", help="export and evaluate the last checkpoint as it is")
    return parser
