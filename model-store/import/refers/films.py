"""Films as the network is given them, and films that are drawn from a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .graphs import MEAN, STD


def draw(seed: int, side: int) -> Image.Image:
    """Smooth light and dark with some grain."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (5, 5), dtype=np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    grain = random.integers(-12, 13, (side, side))
    return Image.fromarray(np.clip(np.asarray(coarse).astype(int) + grain, 0, 255).astype(np.uint8))


def shrunk(film: Image.Image, side: int) -> Image.Image:
    """At the network's own size, without what the file said beside its pixels."""
    gray = film.convert("L")
    small = gray if gray.size == (side, side) else gray.resize((side, side), Image.Resampling.BILINEAR)
    return Image.fromarray(np.asarray(small))


def pixels_of(path: Path) -> np.ndarray:
    """uint8[3, side, side] in RGB."""
    return np.asarray(Image.open(path).convert("RGB")).transpose(2, 0, 1).copy()


def normalised(pixels: np.ndarray) -> Tensor:
    """uint8[n, 3, side, side] in RGB -> as the pre-training's loader gives them: channels as OpenCV reads them, ImageNet's numbers."""
    films = torch.from_numpy(pixels[:, ::-1].copy()).float() / 255
    return (films - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
