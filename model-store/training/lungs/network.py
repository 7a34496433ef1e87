"""A U-Net for the patient's right and left lung."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Block(nn.Sequential):
    """Two 3x3 convolutions."""

    def __init__(self, inputs: int, outputs: int) -> None:
        layers: list[nn.Module] = []
        for channels in (inputs, outputs):
            layers += [nn.Conv2d(channels, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
        super().__init__(*layers)


class LungNet(nn.Module):
    """float32 [n, 1, h, w] on any scale to logits [n, 2, h, w]; sides are multiples of 16."""

    def __init__(self, widths: tuple[int, ...] = (12, 24, 48, 80, 112)) -> None:
        super().__init__()
        self.down = nn.ModuleList(Block(a, b) for a, b in zip((1, *widths[:-1]), widths))
        self.up = nn.ModuleList(Block(a + b, b) for a, b in zip(widths[:0:-1], widths[-2::-1]))
        self.head = nn.Conv2d(widths[0], 2, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        mean = pixels.mean((2, 3), keepdim=True)
        spread = (pixels - mean).square().mean((2, 3), keepdim=True).sqrt()
        level = (pixels - mean) / (spread + 1e-3)
        kept: list[Tensor] = []
        for index, block in enumerate(self.down):
            level = block(F.max_pool2d(level, 2) if index else level)
            kept.append(level)
        for block, skip in zip(self.up, kept[-2::-1]):
            level = block(torch.cat([F.interpolate(level, scale_factor=2.0, mode="nearest"), skip], 1))
        return self.head(level)


def overlap_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Binary cross-entropy plus one minus Dice, per structure."""
    logits = logits.float()
    chance = logits.sigmoid()
    shared = (chance * target).sum((2, 3))
    dice = (2 * shared + 1) / (chance.sum((2, 3)) + target.sum((2, 3)) + 1)
    return F.binary_cross_entropy_with_logits(logits, target) + (1 - dice).mean()
