"""What the frozen image encoder says of every film in every variant, kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from ..cxr_align.parity import session
from .variants import VARIANTS, variant

BLOCK = 60
CELLS, WIDTH = 100, 256


@dataclass
class Features:
    """float16: `vectors` [films, variants, WIDTH], `cells` [films, variants, CELLS, WIDTH]. Both are unit vectors."""

    vectors: np.ndarray
    cells: np.ndarray


def encode(encoder: onnxruntime.InferenceSession, films: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """uint8 [n, SIZE, SIZE] to float32 vectors and cells."""
    found = [encoder.run(None, {"pixels": films[at : at + 15, None]}) for at in range(0, len(films), 15)]
    return np.concatenate([vectors for vectors, _ in found]), np.concatenate([cells for _, cells in found])


def opened(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    return np.lib.format.open_memmap(path, "r+" if path.exists() else "w+", np.float16, shape)


def make_features(films: np.ndarray, wanted: np.ndarray, image_encoder: Path, work: Path) -> Features:
    """`wanted` bool [films, VARIANTS]. Goes on after the last whole block; each block and variant has a seed of its own."""
    work.mkdir(parents=True, exist_ok=True)
    vectors = opened(work / "vectors.npy", (len(films), VARIANTS, WIDTH))
    cells = opened(work / "cells.npy", (len(films), VARIANTS, CELLS, WIDTH))
    mark = work / "features.done"
    begin = int(mark.read_text()) if mark.exists() else 0
    encoder = session(image_encoder)
    for at in range(begin, len(films), BLOCK):
        block = np.asarray(films[at : at + BLOCK])
        for number in range(VARIANTS):
            rows = np.flatnonzero(wanted[at : at + len(block), number])
            if len(rows):
                made = variant(block, number, 1000 * at + number)[rows]
                vectors[at + rows, number], cells[at + rows, number] = encode(encoder, made)
        mark.write_text(str(min(at + BLOCK, len(films))))
        if at // BLOCK % 10 == 0:
            print(f"features {at + len(block)} of {len(films)} films", flush=True)
    vectors.flush()
    cells.flush()
    return Features(vectors, cells)
