"""A film as it is, as other exposures would show it, and spoiled. Never flipped."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..corpus.films import SIZE
from ..cxr_align.augment import even, frame, maybe, move, tone

PLAIN, CHANGED, SPOILED = 1, 6, 2
VARIANTS = PLAIN + CHANGED + SPOILED
FEW_CHANGED = 3
"""Of films that are many and drawn seldom; of these only the last spoiled one."""


def variants_of(is_trained_on: np.ndarray, is_common: np.ndarray) -> np.ndarray:
    """bool [films, VARIANTS]: which are made. Films that are not trained on are needed as they are and spoiled only."""
    made = np.repeat(is_trained_on[:, None], VARIANTS, 1)
    made[is_common, PLAIN + FEW_CHANGED : -1] = False
    made[:, [0, -1]] = True
    return made


def middle(count: int) -> Tensor:
    """Where lungs may be, so that markers stay at the edges: float32 [count, 2, SIZE, SIZE]."""
    inside = torch.zeros(count, 2, SIZE, SIZE)
    inside[:, :, SIZE // 8 : -SIZE // 8, SIZE // 8 : -SIZE // 8] = 1
    return inside


def changed(films: Tensor) -> Tensor:
    """Moved, toned and framed: float32 [n, 1, SIZE, SIZE] in 0..255."""
    moved, _ = move(films, middle(len(films)))
    return frame(tone(moved), middle(len(films)))


def spoiled(films: Tensor) -> Tensor:
    """A bad twin: blurred, very noisy, washed out or half collimated away, at least one of them."""
    films = changed(films)
    count = len(films)
    which = torch.randint(0, 4, (count, 1, 1, 1))
    small = F.interpolate(films, size=(14, 14), mode="area")
    blurred = F.interpolate(small, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
    noisy = films + torch.randn(films.shape) * even(count, 35, 70)
    washed = even(count, 150, 215) + (films - films.mean((2, 3), keepdim=True)) * even(count, 0.03, 0.1) + torch.randn(films.shape) * 4
    place = torch.arange(SIZE).view(1, 1, 1, SIZE) / SIZE
    upright = torch.arange(SIZE).view(1, 1, SIZE, 1) / SIZE
    cut = even(count, 0.4, 0.6)
    hidden = torch.where(maybe(count, 0.5), (place < cut) ^ maybe(count, 0.5), (upright < cut) ^ maybe(count, 0.5))
    covered = torch.where(hidden, torch.zeros(()), films)
    result = torch.where(which == 0, blurred, torch.where(which == 1, noisy, torch.where(which == 2, washed, covered)))
    return result.clamp(0, 255)


def variant(films: np.ndarray, number: int, seed: int) -> np.ndarray:
    """uint8 [n, SIZE, SIZE] to the same; number 0 is the film as it is, the last SPOILED ones are spoiled."""
    if number < PLAIN:
        return films
    torch.manual_seed(seed)
    pixels = torch.from_numpy(films)[:, None].float()
    made = changed(pixels) if number < PLAIN + CHANGED else spoiled(pixels)
    return made.round().clamp(0, 255).to(torch.uint8)[:, 0].numpy()
