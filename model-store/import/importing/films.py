"""Films drawn from a seed: inputs of goldens that belong to nobody. Not radiographs, but as uneven as one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np


def draw(seed: int, width: int, height: int) -> np.ndarray:
    """uint8[height, width]: a bright body, two darker fields that differ, ribs, and some grain."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    y, x = y / height, x / width
    light = 70 + 110 * _blob(x - 0.5, y - 0.55, 0.42, 0.6)
    for side, centre in ((-1, 0.5 - random.uniform(0.17, 0.23)), (1, 0.5 + random.uniform(0.17, 0.23))):
        field = _blob(x - centre, y - random.uniform(0.42, 0.5), 0.13, random.uniform(0.22, 0.3))
        light -= random.uniform(80, 110) * field
        light += 14 * field * np.sin(2 * np.pi * (y * random.uniform(9, 12) + side * x))
        light += random.uniform(15, 60) * _blob(x - centre, y - random.uniform(0.3, 0.7), 0.05, 0.06)
    light += random.normal(0, 5, light.shape)
    return np.clip(np.rint(light), 0, 255).astype(np.uint8)


def write(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    _, encoded = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    # OpenCV's own writing leaves half a file on a full disk and says nothing.
    path.write_bytes(encoded.tobytes())
    return path


def _blob(dx: np.ndarray, dy: np.ndarray, wide: float, high: float) -> np.ndarray:
    """1 at the centre, falling to 0 well outside the ellipse."""
    return np.exp(-(((dx / wide) ** 2 + (dy / high) ** 2) ** 2))
