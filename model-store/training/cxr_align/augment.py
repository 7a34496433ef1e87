"""Changes a radiograph can bear: moved, toned, framed, marked. Never flipped."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


def even(count: int, low: float, high: float) -> Tensor:
    """One even draw per film, shaped for images."""
    return torch.rand(count, 1, 1, 1) * (high - low) + low


def maybe(count: int, chance: float) -> Tensor:
    return torch.rand(count, 1, 1, 1) < chance


@dataclass(frozen=True)
class Reach:
    """How far films are moved. Scales are of the window that is looked through: below 1 enlarges."""

    angle: float
    """Radians, either way."""
    wide: tuple[float, float]
    tall: tuple[float, float]
    """Height of the window over its width."""
    shift: float
    """Either way, in half sides."""
    border: float
    """Share of batches whose edges go on outside; in the others it is black there."""


REACH = Reach(angle=0.15, wide=(0.82, 1.15), tall=(0.88, 1.14), shift=0.1, border=0.6)


def move(films: Tensor, lungs: Tensor, reach: Reach = REACH) -> tuple[Tensor, Tensor]:
    """Small rotation, scale, squash and shift of films [n,1,h,w] and lung masks [n,2,h,w] together."""
    count = len(films)
    angle = even(count, -reach.angle, reach.angle).flatten()
    wide = even(count, *reach.wide).flatten()
    tall = wide * even(count, *reach.tall).flatten()
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = angle.cos() * wide, -angle.sin() * wide
    matrix[:, 1, 0], matrix[:, 1, 1] = angle.sin() * tall, angle.cos() * tall
    matrix[:, :, 2] = torch.rand(count, 2) * (2 * reach.shift) - reach.shift
    grid = F.affine_grid(matrix, list(films.shape), align_corners=False)
    edge = "border" if torch.rand(()) < reach.border else "zeros"
    films = F.grid_sample(films, grid, padding_mode=edge, align_corners=False)
    return films, F.grid_sample(lungs, grid, padding_mode="zeros", align_corners=False)


def tone(films: Tensor) -> Tensor:
    """Exposure: gamma, contrast, brightness, a slow tilt, blur and noise, on 0..255."""
    count, _, height, width = films.shape
    level = (films / 255).clamp(1e-3, 1) ** even(count, -0.45, 0.45).exp()
    tilt = torch.linspace(-1, 1, height)[:, None] * even(count, -0.1, 0.1) + torch.linspace(-1, 1, width) * even(count, -0.1, 0.1)
    level = level * even(count, 0.65, 1.15) + tilt + even(count, -0.08, 0.12)
    level = torch.where(maybe(count, 0.2), F.avg_pool2d(level, 3, 1, 1, count_include_pad=False), level)
    level = level + torch.randn(films.shape) * (even(count, -0.02, 0.03).clamp(min=0))
    return level.clamp(0, 1) * 255


def rectangles(count: int, size: int, low: float, high: float) -> Tensor:
    """Random boxes as masks [n,1,size,size], sides from low to high of the film."""
    place = torch.arange(size) / size
    inside = []
    for view in ((1, 1, size, 1), (1, 1, 1, size)):
        side, start = even(count, low, high), even(count, 0, 1)
        axis = place.view(view)
        inside.append((axis >= start - side / 2) & (axis < start + side / 2))
    return inside[0] & inside[1]


def frame(films: Tensor, lungs: Tensor) -> Tensor:
    """Black collimation at the edges and small bright or dark markers off the lungs."""
    count, _, size, _ = films.shape
    place = torch.arange(size) / size
    edge = even(count, 0, 0.07), even(count, 0, 0.07), even(count, 0, 0.09), even(count, 0, 0.09)
    rows, columns = place.view(1, 1, size, 1), place.view(1, 1, 1, size)
    dark = (rows < edge[0]) | (rows > 1 - edge[1]) | (columns < edge[2]) | (columns > 1 - edge[3])
    films = torch.where(dark & maybe(count, 0.3), even(count, 0, 25), films)
    free = lungs.amax(1, keepdim=True) < 0.2
    for _ in range(2):
        marker = rectangles(count, size, 0.02, 0.14) & free & maybe(count, 0.4)
        films = torch.where(marker, torch.where(maybe(count, 0.75), even(count, 180, 255), even(count, 0, 60)), films)
    return films
