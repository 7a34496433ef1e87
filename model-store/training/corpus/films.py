"""Pixels of every film as the pack's own image steps make them, kept in one array on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

SIZE = 160


def preprocess(image: Image.Image, size: int = SIZE) -> np.ndarray:
    """8-bit grey, then both sides to `size` with Pillow's antialiased bilinear filter.

    The aspect ratio is dropped on purpose: most of the children's films were squashed to a square
    long before they came to us, so a kept ratio would tell the datasets and classes apart.
    """
    return np.asarray(image.convert("L").resize((size, size), Image.Resampling.BILINEAR), dtype=np.uint8)


def read_films(root: Path, table: pd.DataFrame, cache: Path, size: int = SIZE) -> np.ndarray:
    """uint8 [films, size, size] in the order of the table."""
    path = cache / f"films-{size}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        pixels = np.empty((len(table), size, size), np.uint8)
        for row, name in enumerate(table["file"]):
            with Image.open(root / name) as image:
                pixels[row] = preprocess(image, size)
        np.save(path, pixels)
    pixels = np.load(path)
    if len(pixels) != len(table):
        raise ValueError(f"{path} holds {len(pixels)} films, the manifest {len(table)}: delete it")
    return pixels


def read_true_masks(root: Path, table: pd.DataFrame, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """Rows that have a drawn lung mask, and uint8 [rows, 2, SIZE, SIZE] (patient's right, left), 0 or 255."""
    path = cache / f"true-masks-{SIZE}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        rows = np.flatnonzero(table["mask_lung_left"].notna() & table["mask_lung_right"].notna())
        masks = np.empty((len(rows), 2, SIZE, SIZE), np.uint8)
        for at, row in enumerate(rows):
            for side, column in enumerate(("mask_lung_right", "mask_lung_left")):
                with Image.open(root / table[column][row]) as image:
                    masks[at, side] = (preprocess(image) > 127) * np.uint8(255)
        np.savez_compressed(path, rows=rows, masks=masks)
    with np.load(path) as stored:
        return stored["rows"], stored["masks"]
