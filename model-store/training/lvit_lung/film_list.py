"""The card's films, masks and texts as the CSV that `radserve eval segmentation` reads."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
from PIL import Image

from .cases import CASES
from .regions import hard_mask
from .study import Study, drawn_lungs


def write_film_list(study: Study, folder: Path) -> Path:
    """One row for each film and region, in the wording that the study used; masks are written beside the list."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "films.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["image", "mask", "text", "text_type", "group"])
        for at, row in study.table.iterrows():
            lungs = drawn_lungs(study.data, row)
            image = os.path.relpath(study.data / row["file"], folder)
            for case in CASES:
                name = f"{row['id']}-{case.name.replace(' ', '-')}.png"
                Image.fromarray(hard_mask(lungs, case.parts).astype(np.uint8) * 255).convert("1").save(folder / name)
                lines.writerow([image, name, case.seen[at % len(case.seen)], case.name, row["patient_id"]])
    return path
