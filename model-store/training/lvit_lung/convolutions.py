"""The U of convolutions: LViT's encoder, which never sees the text, and its pixel-level attention."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (24, 48, 80, 112, 128)


class ConvNorm(nn.Sequential):
    """Convolution and batch norm, folded together at export."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two convolutions with norm and ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first, self.second = ConvNorm(inputs, outputs), ConvNorm(outputs, outputs)

    def forward(self, level: Tensor) -> Tensor:
        return F.relu(self.second(F.relu(self.first(level))))


class ImageEncoder(nn.Module):
    """Pixels [n,1,s,s] in 0..255 to five levels of features, the first at half the film's size."""

    def __init__(self) -> None:
        super().__init__()
        self.inward = nn.Sequential(nn.PixelUnshuffle(2), Block(4, WIDTHS[0]))
        self.down = nn.ModuleList(Block(a, b) for a, b in zip(WIDTHS, WIDTHS[1:]))

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        level = pixels.float() * (1 / 255)
        mean = level.mean((2, 3), keepdim=True)
        spread = ((level - mean).square().mean((2, 3), keepdim=True) + 1e-4).sqrt()
        levels = [self.inward(((level - mean) / spread).contiguous(memory_format=torch.channels_last))]
        for block in self.down:
            levels.append(block(F.max_pool2d(levels[-1], 2)))
        return tuple(levels)


class PixelAttention(nn.Module):
    """LViT's PLAM: mean and greatest channel of two branches weigh every pixel of the skip. No sigmoid, as published."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mean, self.most = nn.Conv2d(channels, channels, 1, bias=False), nn.Conv2d(channels, channels, 1, bias=False)
        self.hidden, self.weight = nn.Conv2d(3, 6, 1), nn.Conv2d(6, 1, 1)
        nn.init.ones_(self.weight.bias)

    def forward(self, skip: Tensor) -> Tensor:
        average = F.relu(self.mean(skip)).mean(1, keepdim=True)
        greatest = F.relu(self.most(skip)).amax(1, keepdim=True)
        return skip * self.weight(F.relu(self.hidden(torch.cat([average, greatest, average + greatest], 1))))


class Up(nn.Module):
    """Nearest doubling of the deep map beside the weighed skip, then two convolutions."""

    def __init__(self, deep: int, skip: int, outputs: int) -> None:
        super().__init__()
        self.attention = PixelAttention(skip)
        self.block = Block(deep + skip, outputs)

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        return self.block(torch.cat([self.attention(skip), F.interpolate(deep, scale_factor=2.0, mode="nearest")], 1))
