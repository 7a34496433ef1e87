"""What a text can name: sixths of the height of either lung."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

SIXTHS = 6
RIGHT, LEFT = 0, 1
SIDES = {"right": (RIGHT,), "left": (LEFT,), "both": (RIGHT, LEFT)}
ZONES = {"whole": range(0, 6), "upper": range(0, 2), "middle": range(2, 4), "lower": range(4, 6), "upper half": range(0, 3), "lower half": range(3, 6)}


def region(side: str, *zones: str) -> np.ndarray:
    """bool [2, SIXTHS], patient's right and left; zones are joined."""
    parts = np.zeros((2, SIXTHS), bool)
    for zone in zones:
        for row in SIDES[side]:
            parts[row, list(ZONES[zone])] = True
    return parts


def nothing() -> np.ndarray:
    return np.zeros((2, SIXTHS), bool)


def soft_masks(lungs: Tensor, parts: Tensor) -> Tensor:
    """Lungs float [n,2,h,w] (0 or 1) and regions bool [n,2,SIXTHS] to targets [n,1,h,w].

    Each lung's own height is cut; a row that a cut crosses counts by the share of it that lies inside.
    """
    count, _, height, _ = lungs.shape
    rows = torch.arange(height, dtype=torch.float32)
    there = lungs.amax(3) > 0
    top = torch.where(there, rows, float("inf")).amin(2)
    bottom = torch.where(there, rows + 1, 0.0).amax(2)
    top = torch.where(there.any(2), top, 0.0)
    tall = (bottom - top).clamp(min=0)
    steps = torch.arange(SIXTHS + 1) / SIXTHS
    cuts = top[..., None] + tall[..., None] * steps
    upper, lower = cuts[..., :-1, None], cuts[..., 1:, None]
    cover = (torch.minimum(rows + 1, lower) - torch.maximum(rows, upper)).clamp(0, 1)
    weight = (cover * parts[..., None].float()).sum(2).clamp(max=1)
    return (lungs * weight[..., None]).sum(1, keepdim=True).clamp(max=1)


def hard_mask(lungs: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Lungs bool [2,h,w] at the film's own size and a region to a mask bool [h,w]; cuts are rounded to whole rows."""
    found = np.zeros(lungs.shape[1:], bool)
    for side in (RIGHT, LEFT):
        rows = np.flatnonzero(lungs[side].any(1))
        if not len(rows):
            continue
        top, tall = rows[0], rows[-1] + 1 - rows[0]
        for part in np.flatnonzero(parts[side]):
            start, stop = (top + int(round(tall * at / SIXTHS)) for at in (part, part + 1))
            found[start:stop] |= lungs[side, start:stop]
    return found
