"""Changes a radiograph can bear. Never flipped: the text's left and right, the heart's side and the marker would disagree."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..cxr_align.augment import even, frame, maybe, tone


def move(films: Tensor, lungs: Tensor) -> tuple[Tensor, Tensor]:
    """Rotation, scale, squash and shift of films [n,1,h,w] and lungs [n,2,h,w] together; lungs come out as 0 or 1."""
    count = len(films)
    angle = even(count, -0.16, 0.16).flatten()
    wide = even(count, 0.9, 1.28).flatten()
    tall = wide * even(count, 0.82, 1.2).flatten()
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = angle.cos() * wide, -angle.sin() * wide
    matrix[:, 1, 0], matrix[:, 1, 1] = angle.sin() * tall, angle.cos() * tall
    matrix[:, :, 2] = torch.rand(count, 2) * 0.18 - 0.09
    grid = F.affine_grid(matrix, list(films.shape), align_corners=False)
    edge = "border" if torch.rand(()) < 0.5 else "zeros"
    films = F.grid_sample(films, grid, padding_mode=edge, align_corners=False)
    return films, (F.grid_sample(lungs, grid, padding_mode="zeros", align_corners=False) > 0.5).float()


def haze(films: Tensor) -> Tensor:
    """Soft white clouds over a third of the films, as disease and scatter make them."""
    count, _, height, width = films.shape
    cloud = F.interpolate(torch.rand(count, 1, 5, 5), size=(height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    amount = torch.where(maybe(count, 0.35), even(count, 0.1, 0.6), torch.zeros(()))
    return films * (1 - amount * cloud) + amount * cloud * 190


def distort(films: Tensor, lungs: Tensor) -> tuple[Tensor, Tensor]:
    """Films float [n,1,h,w] in 0..255 and lungs [n,2,h,w] in 0..1, moved, hazed, toned and framed."""
    films, lungs = move(films, lungs)
    return frame(tone(haze(films)), lungs), lungs
