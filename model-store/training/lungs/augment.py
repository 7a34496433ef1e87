"""Distortions wide enough to carry a segmenter from children's films over to adults'."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def spread(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """`count` even draws from low to high, shaped for images."""
    return (torch.rand(count, 1, 1, 1, generator=generator) * (high - low) + low)


def distort(films: Tensor, masks: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Films float [n,1,h,w] in 0..1 and masks [n,2,h,w]: moved together, then the films' tones changed."""
    count = len(films)
    angle = spread(count, -0.3, 0.3, generator).flatten()
    wide = spread(count, 0.72, 1.5, generator).flatten()
    tall = wide * spread(count, 0.75, 1.33, generator).flatten()
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = angle.cos() * wide, -angle.sin() * wide
    matrix[:, 1, 0], matrix[:, 1, 1] = angle.sin() * tall, angle.cos() * tall
    matrix[:, :, 2] = torch.rand(count, 2, generator=generator) * 0.36 - 0.18
    grid = F.affine_grid(matrix, list(films.shape), align_corners=False)
    border = "zeros" if torch.rand((), generator=generator) < 0.5 else "border"
    films = F.grid_sample(films, grid, padding_mode=border, align_corners=False)
    masks = (F.grid_sample(masks, grid, align_corners=False) > 0.5).float()
    return tone(films, generator), masks


def tone(films: Tensor, generator: torch.Generator) -> Tensor:
    """Gamma, haze over the lungs, a tilt of brightness, blur, noise."""
    count, _, height, width = films.shape
    films = films.clamp(1e-3, 1) ** spread(count, -0.9, 0.9, generator).exp()
    coarse = torch.rand(count, 1, 5, 5, generator=generator)
    haze = F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    amount = spread(count, -0.2, 0.6, generator).clamp(min=0)
    films = films * (1 - amount * haze) + amount * haze * 0.75
    tilt = torch.linspace(-1, 1, height)[:, None] * spread(count, -0.2, 0.2, generator)
    tilt = tilt + torch.linspace(-1, 1, width)[None] * spread(count, -0.2, 0.2, generator)
    films = films + tilt
    soft = F.avg_pool2d(films, 3, 1, 1)
    films = torch.where(spread(count, 0, 1, generator) < 0.4, soft, films)
    films = films * spread(count, 0.5, 1.2, generator) + spread(count, -0.15, 0.15, generator)
    return films + torch.randn(films.shape, generator=generator) * spread(count, 0, 0.06, generator)
