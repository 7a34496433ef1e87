"""Residual blocks and changes of size, shared by denoiser and autoencoder. Attribute names are the state dict's."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class Residual(nn.Module):
    """float[rows, from, h, w] (and the embedded timestep, [rows, width]) -> float[rows, to, h, w]."""

    def __init__(self, from_channels: int, to_channels: int, groups: int, eps: float, time_width: int | None = None) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, from_channels, eps)
        self.conv1 = nn.Conv2d(from_channels, to_channels, 3, padding=1)
        self.time_emb_proj = nn.Linear(time_width, to_channels) if time_width else None
        self.norm2 = nn.GroupNorm(groups, to_channels, eps)
        self.conv2 = nn.Conv2d(to_channels, to_channels, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(from_channels, to_channels, 1) if from_channels != to_channels else None

    def forward(self, x: Tensor, time: Tensor | None = None) -> Tensor:
        inner = self.conv1(F.silu(self.norm1(x)))
        if self.time_emb_proj is not None:
            inner = inner + self.time_emb_proj(F.silu(time))[:, :, None, None]
        inner = self.conv2(F.silu(self.norm2(inner)))
        return inner + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Halved(nn.Module):
    """The autoencoder pads to the right and below alone, the denoiser on every side."""

    def __init__(self, channels: int, pads_after: bool) -> None:
        super().__init__()
        self.pads_after = pads_after
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=0 if pads_after else 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.pads_after else x)


class Doubled(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
