"""The U-shaped CNN: blocks down, pixel-level attention on the skips, blocks up, and the way back from tokens to maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ConvNorm(nn.Module):
    """3×3 convolution, batch norm, ReLU."""

    def __init__(self, from_channels: int, to_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(from_channels, to_channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(to_channels)

    def forward(self, maps: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(maps)))


class DownBlock(nn.Module):
    """Half the size by the maximum of four, then two convolutions."""

    def __init__(self, from_channels: int, to_channels: int) -> None:
        super().__init__()
        self.nConvs = nn.Sequential(ConvNorm(from_channels, to_channels), ConvNorm(to_channels, to_channels))

    def forward(self, maps: Tensor) -> Tensor:
        return self.nConvs(F.max_pool2d(maps, 2))


class PixelAttention(nn.Module):
    """PLAM: one weight a pixel, from the mean and the maximum over two projections' channels and from their sum.

    As published the weight is not squashed: it can be negative or above one.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv_avg = nn.Conv2d(channels, channels, 1, bias=False)
        self.conv_max = nn.Conv2d(channels, channels, 1, bias=False)
        self.bottleneck = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 1))

    def forward(self, maps: Tensor) -> Tensor:
        mean = F.relu(self.conv_avg(maps)).mean(1)
        peak = F.relu(self.conv_max(maps)).amax(1)
        weight = self.bottleneck(torch.stack([mean, peak, peak + mean], dim=-1))
        return maps * weight.movedim(-1, 1)

    def declare_unused(self, channels: int) -> None:
        """The released network has a gate here that it never calls; checkpoints hold it."""
        self.conv_sig = nn.Sequential(nn.Conv2d(channels, channels, 1))


class UpBlock(nn.Module):
    """Twice the size by repetition, the attended skip in front, two convolutions."""

    def __init__(self, skip_channels: int, to_channels: int) -> None:
        super().__init__()
        self.pixModule = PixelAttention(skip_channels)
        self.nConvs = nn.Sequential(ConvNorm(2 * skip_channels, to_channels), ConvNorm(to_channels, to_channels))

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        enlarged = F.interpolate(deep, scale_factor=2.0, mode="nearest")
        return self.nConvs(torch.cat([self.pixModule(skip), enlarged], dim=1))


class Reconstruct(nn.Module):
    """Tokens back to a map of the skip's size: float32[n, tokens, c] -> float32[n, c, side · patch, side · patch]."""

    def __init__(self, dims: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.conv = nn.Conv2d(dims, dims, 1)
        self.norm = nn.BatchNorm2d(dims)

    def forward(self, tokens: Tensor) -> Tensor:
        side = int(tokens.shape[1] ** 0.5)
        small = tokens.transpose(1, 2).unflatten(2, (side, side))
        # Enlarged before the convolution, as published: the order changes nothing but the last bits.
        enlarged = F.interpolate(small, scale_factor=float(self.patch), mode="nearest")
        return F.relu(self.norm(self.conv(enlarged)))
