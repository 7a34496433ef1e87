"""Where the cells of a place in the chest are, from the lung masks."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .image_encoder import GRID

THIRDS = {"upper": (0.0, 1 / 3), "middle": (1 / 3, 2 / 3), "lower": (2 / 3, 1.0)}
SIDES = {"right": (0,), "left": (1,)}


def cell_share(mask: Tensor) -> Tensor:
    """[n,h,w] to the masked share of each cell, [n, cells]."""
    side = mask.shape[-1] // GRID
    return F.avg_pool2d(mask[:, None], side).flatten(1)


def third(lungs: Tensor, name: str) -> Tensor:
    """Each lung cut to a third of its own height, [n,2,h,w]."""
    low, high = THIRDS[name]
    rows = (lungs > 0.5).any(-1)
    height = rows.shape[-1]
    place = torch.arange(height).expand_as(rows)
    top = torch.where(rows, place, height).amin(-1, keepdim=True)
    bottom = torch.where(rows, place, -1).amax(-1, keepdim=True)
    share = (place - top) / (bottom - top + 1).clamp(min=1)
    return lungs * ((share >= low) & (share < high))[..., None]


def place_mask(lungs: Tensor, place: str) -> Tensor:
    """The mask [n,h,w] of a place such as "lungs", "left" or "right lower"."""
    words = place.split()
    zone = next((word for word in words if word in THIRDS), None)
    side = next((word for word in words if word in SIDES), None)
    part = third(lungs, zone) if zone else lungs
    return part[:, SIDES[side]].amax(1) if side else part.amax(1)


def place_targets(lungs: Tensor, places: list[str]) -> Tensor:
    """How a word for each place should spread its look over the cells: [n, places, cells], sums to 1."""
    found = {place: cell_share(place_mask(lungs, place)) for place in set(places)}
    targets = torch.stack([found[place] for place in places], 1).pow(3) + 1e-6
    return targets / targets.sum(-1, keepdim=True)
