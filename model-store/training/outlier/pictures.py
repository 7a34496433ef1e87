"""The pictures that the score is measured on beside the corpus: made ones, and folders of files that somebody has put there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from ..corpus.films import preprocess
from ..refers_mini.strangers import strangers

COUNT = 100
FRONTAL = "frontal"
"""The folder whose pictures are films of other hospitals: to be let through."""


def made(films: np.ndarray, sources: np.ndarray, part: str) -> dict[str, np.ndarray]:
    """By kind; `films` are those of the part, which some kinds are made of."""
    some = np.asarray(films[:: max(1, len(films) // COUNT)])
    adults = films[sources != "kermany"]
    found = strangers(some, COUNT, seed=9 if part == "test" else 10)
    turned = {
        "adult's film inverted": 255 - adults, "adult's film turned by a quarter": np.rot90(adults, 1, (1, 2)),
        "adult's film upside down": adults[:, ::-1, ::-1], "film mirrored (not told, and not meant to be)": some[:, :, ::-1],
    }
    return found | {kind: np.ascontiguousarray(pictures) for kind, pictures in turned.items()}


def given(folder: Path) -> dict[str, np.ndarray]:
    """uint8 [pictures, SIZE, SIZE] by the name of the folder inside `folder`."""
    found = {}
    for kind in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = sorted(path for path in kind.rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
        if files:
            found[kind.name] = np.stack([preprocess(Image.open(path)) for path in files])
    return found
