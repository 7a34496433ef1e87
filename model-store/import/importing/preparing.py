"""The steps of a manifest's `image` section as the reference libraries do them: OpenCV for `area` and `linear`, Pillow for the rest.

The goldens' films go through this; the service does the same steps with its own code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

Step = dict[str, Any]

OPENCV = {"area": cv2.INTER_AREA, "linear": cv2.INTER_LINEAR}
PILLOW = {
    "bilinear_aa": Image.Resampling.BILINEAR, "bicubic_aa": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS,
}


class FilmError(ValueError):
    """The file is no image that can be read."""


def read_film(path: Path) -> np.ndarray:
    """uint8[height, width] of a gray file, uint8[height, width, 3] in RGB of any other."""
    try:
        with Image.open(path) as image:
            return np.asarray(image if image.mode == "L" else image.convert("RGB")).copy()
    except OSError as cause:
        raise FilmError(f"{path.name} is no image that Pillow reads.") from cause


def prepare(film: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """What is left after the steps. `scale` and `normalize` are the graph's affair and not taken here."""
    for step in steps:
        film = STEPS[step["op"]](film, step)
    return film


def pixels(film: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """uint8[channels, height, width] as the image graph takes it."""
    made = prepare(film, steps)
    return made[None] if made.ndim == 2 else made.transpose(2, 0, 1).copy()


def golden_film(film: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """The film as far prepared as can be without changing what all steps make of it.

    Two implementations of a resize cannot differ over it, and neither the file's name nor what it said beside the pixels
    is kept: both can hold a patient's.
    """
    whole = prepare(film, steps)
    for taken in range(len(steps), 0, -1):
        made = prepare(film, steps[:taken])
        if np.array_equal(prepare(made, steps), whole):
            return made
    return film


def _gray(film: np.ndarray, _step: Step) -> np.ndarray:
    return film if film.ndim == 2 else np.asarray(Image.fromarray(film).convert("L")).copy()


def _channels(film: np.ndarray, step: Step) -> np.ndarray:
    return np.repeat(film[:, :, None], 3, 2) if step["count"] == 3 and film.ndim == 2 else film


def _resize(film: np.ndarray, step: Step) -> np.ndarray:
    height, width = film.shape[:2]
    size = _target(width, height, step)
    if size == (width, height):
        return film
    way = step["interpolation"]
    if way in OPENCV:
        return cv2.resize(film, size, interpolation=OPENCV[way])
    return np.asarray(Image.fromarray(film).resize(size, PILLOW[way])).copy()


def _target(width: int, height: int, step: Step) -> tuple[int, int]:
    size = step["size"]
    if step["mode"] == "exact":
        return tuple(size) if isinstance(size, (list, tuple)) else (size, size)
    whole: Callable[[float], int] = round if step.get("round") == "round" else int
    is_wide = width > height
    if step["mode"] == "short":
        # torchvision multiplies first.
        return (whole(size * width / height), size) if is_wide else (size, whole(size * height / width))
    if is_wide:
        return size, whole(height * (size / width))
    return whole(width * (size / height)), size


def _pad(film: np.ndarray, step: Step) -> np.ndarray:
    height, width = film.shape[:2]
    to = step["to"]
    to = max(width, height, step.get("least", 1)) if to == "square" else to
    to_width, to_height = to if isinstance(to, (list, tuple)) else (to, to)
    across, down = max(0, to_width - width), max(0, to_height - height)
    left, top = (across // 2, down // 2) if step["anchor"] == "center-floor" else (0, 0)
    edges = [(top, down - top), (left, across - left), *([(0, 0)] if film.ndim == 3 else [])]
    return np.pad(film, edges, constant_values=step["fill"])


def _crop(film: np.ndarray, step: Step) -> np.ndarray:
    height, width = film.shape[:2]
    size = step["size"]
    to_width, to_height = size if isinstance(size, (list, tuple)) else (size, size)
    whole: Callable[[float], int] = int if step.get("round") == "floor" else round
    left, top = whole((width - to_width) / 2), whole((height - to_height) / 2)
    return film[top : top + to_height, left : left + to_width]


STEPS: dict[str, Callable[[np.ndarray, Step], np.ndarray]] = {
    "gray": _gray, "channels": _channels, "resize": _resize, "pad": _pad, "crop": _crop,
    "scale": lambda film, _step: film, "normalize": lambda film, _step: film,
}
