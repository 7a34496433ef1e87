"""Inputs of the pack and what PyTorch gives for them, for whoever loads the pack to compare with."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ..corpus.films import preprocess
from .reading import THRESHOLD, Reader

TEXTS = [
    "left lung", "Upper zone of the right lung.", "Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.", "both lungs except the left lower zone", "no region",
]
SAMPLES = [(40, 60), (60, 110), (80, 40), (100, 60), (110, 100), (120, 80)]
LARGEST = 30_000
TOLERANCE = 2e-3


def golden_films(table: pd.DataFrame, data: Path) -> pd.DataFrame:
    """The first small training film of a child and of an adult that have drawn lungs."""
    small = table[(table["part"] == "train") & table["mask_lung_left"].notna() & table["file"].map(lambda name: (data / name).stat().st_size <= LARGEST)]
    return pd.concat([small[small["source"].eq(source)].sort_values("id").iloc[[0]] for source in ("kermany", "hannover")])


def make_goldens(reader: Reader, table: pd.DataFrame, data: Path, out: Path) -> list[dict[str, object]]:
    """Copy the films into `goldens/` and return the manifest's section."""
    (out / "goldens").mkdir(parents=True, exist_ok=True)
    sections: list[dict[str, object]] = []
    for text in TEXTS:
        coding = reader.tokenizer.encode(text)
        sections.append({"kind": "text", "text": text, "ids": coding.ids, "words": coding.tokens, "tolerance": TOLERANCE})
    for source in golden_films(table, data)["file"]:
        name = f"goldens/{source.split('/')[-1]}"
        shutil.copyfile(data / source, out / name)
        with Image.open(out / name) as image:
            film = preprocess(image)
        for text, chance in zip(TEXTS, reader.probabilities(film, TEXTS)[:, 0].numpy()):
            sections.append({
                "kind": "segmentation", "image": name, "text": text, "tolerance": TOLERANCE, "probabilities_mean": rounded(chance.mean()),
                "samples": [[x, y, rounded(chance[y, x])] for x, y in SAMPLES],
                **({"area_fraction": rounded((chance > THRESHOLD).mean())}),
            })
    return sections


def rounded(value: np.floating) -> float:
    return round(float(value), 6)
