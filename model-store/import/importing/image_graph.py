"""An image tower as the graph that a pack holds: bytes in, vectors out, every fixed step between them inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Pixels:
    """What the tower was trained on, from a film as the manifest's steps give it."""

    side: int
    """Of the square that the service hands over, in pixels."""
    channels: int = 1
    """That the service hands over; 1 becomes 3 by repetition."""
    mean: Sequence[float] = (0.0,)
    std: Sequence[float] = (1.0,)
    """Of values divided by `divisor`; a number a channel, or one for all."""
    divisor: float = 255.0
    is_bgr: bool = False
    """The tower's channels are as OpenCV reads colour."""
    upsample: int | None = None
    """Side that the tower enlarges to, bilinear with corners aligned (GLoRIA, MGCA)."""


class ImageGraph(nn.Module):
    """pixels uint8[rows, channels, side, side] -> global float32[rows, dims] and, where the tower has cells, local [rows, h, w, dims].

    `tower`: float32[rows, 3, height, width] -> global [rows, dims], or that and local [rows, dims, h, w].
    """

    def __init__(self, tower: nn.Module, pixels: Pixels) -> None:
        super().__init__()
        self.tower = tower
        self.pixels = pixels
        self.register_buffer("mean", torch.tensor(pixels.mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(pixels.std).view(1, -1, 1, 1), persistent=False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        made = self.tower(self.prepared(pixels))
        return (made,) if isinstance(made, Tensor) else (made[0], made[1].permute(0, 2, 3, 1))

    def prepared(self, pixels: Tensor) -> Tensor:
        """float32[rows, 3, height, width], as the tower takes it."""
        values = pixels.float() / self.pixels.divisor
        if self.pixels.is_bgr:
            values = values.flip(1)
        values = (values - self.mean) / self.std
        if values.shape[1] == 1:
            values = values.expand(-1, 3, -1, -1)
        side = self.pixels.upsample
        return values if side is None else F.interpolate(values, (side, side), mode="bilinear", align_corners=True)

    def example(self) -> Tensor:
        """Two black films."""
        return torch.zeros(2, self.pixels.channels, self.pixels.side, self.pixels.side, dtype=torch.uint8)
