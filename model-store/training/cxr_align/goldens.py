"""Inputs of the pack and what PyTorch gives for them, for whoever loads the pack to compare with."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image

from ..corpus.films import preprocess
from .model import encode_texts
from .reading import Combination, Reader
from .tokenizer import MAX_LENGTH

TEXTS = [
    "Chest radiograph, AP view. No finding.",
    "pneumonia in the right lower zone",
    "no evidence of pneumonia",
    "Findings: bacterial pneumonia, child",
    "pleural effusion, left hemithorax; tracheostomy",
]
LARGEST = 30_000
TOLERANCE = 1e-3


def golden_films(table: pd.DataFrame, data: Path) -> pd.DataFrame:
    """The first small films of training from three kinds: an NIH one, a normal child's, a child's pneumonia."""
    small = table[(table["part"] == "train") & table["file"].map(lambda name: (data / name).stat().st_size <= LARGEST)]
    kinds = [small["source"].eq("nih"), small["source"].eq("kermany") & small["labels"].eq("No Finding"), small["labels"].str.contains("Bacterial")]
    return pd.concat([small[kind].sort_values("id").iloc[[0]] for kind in kinds])


def make_goldens(reader: Reader, table: pd.DataFrame, data: Path, out: Path) -> list[dict[str, object]]:
    """Copy the films into `goldens/` and return the manifest's section."""
    films = golden_films(table, data)
    (out / "goldens").mkdir(parents=True, exist_ok=True)
    names = [f"goldens/{name.split('/')[-1]}" for name in films["file"]]
    pixels = []
    for source, name in zip(films["file"], names):
        shutil.copyfile(data / source, out / name)
        with Image.open(out / name) as image:
            pixels.append(preprocess(image))
    seen = reader.films(np.stack(pixels))
    sections: list[dict[str, object]] = [
        {"kind": "image", "image": name, "global": numbers(vector), "local_mean": numbers(cells.mean(0)), "tolerance": TOLERANCE}
        for name, vector, cells in zip(names, seen.vectors, seen.cells)
    ]
    ids, mask = encode_texts(reader.tokenizer, TEXTS, MAX_LENGTH)
    with torch.no_grad():
        vectors, _ = reader.model.text(ids, mask)
    for row, text in enumerate(TEXTS):
        pieces = ids[row][mask[row].bool()].tolist()
        sections.append({"kind": "text", "text": text, "ids": pieces, "global": numbers(vectors[row]), "tolerance": TOLERANCE})
    whole = reader.scores(seen, TEXTS, Combination(1, 0))
    local = reader.scores(seen, TEXTS, Combination(0, 1))
    sections.append(
        {
            "kind": "similarity", "images": names, "texts": TEXTS, "tolerance": TOLERANCE,
            "global": [numbers(row) for row in whole], "local": [numbers(row) for row in local],
        }
    )
    return sections


def numbers(values: torch.Tensor | np.ndarray) -> list[float]:
    return [round(float(value), 6) for value in values]
