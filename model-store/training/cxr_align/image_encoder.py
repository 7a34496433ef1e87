"""The film's side: convolutions, two transformer layers, pooling where the lungs are."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..corpus.films import SIZE

GRID = 10


class ConvNorm(nn.Sequential):
    """Convolution and batch norm, folded together at export."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = ConvNorm(channels, channels)
        self.second = ConvNorm(channels, channels)

    def forward(self, level: Tensor) -> Tensor:
        return F.relu(level + self.second(F.relu(self.first(level))))


class Layer(nn.Module):
    """A pre-norm transformer layer over all cells."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_hidden = nn.LayerNorm(width), nn.LayerNorm(width)
        self.inputs, self.outputs = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.hidden = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, cells: Tensor, mask: Tensor | None = None) -> Tensor:
        """`mask` is 1 for cells that count, [n, cells]."""
        count, length, width = cells.shape
        query, key, value = self.inputs(self.before_attention(cells)).view(count, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5
        if mask is not None:
            weights = weights + (mask[:, None, None] - 1) * 1e4
        mixed = (weights.softmax(-1) @ value).transpose(1, 2).reshape(count, length, width)
        cells = cells + self.dropout(self.outputs(mixed))
        return cells + self.dropout(self.hidden(self.before_hidden(cells)))


def two_views(pixels: Tensor) -> Tensor:
    """float [n,1,h,w] in 0..255 to two channels: the film standardised, and its local contrast."""
    pixels = pixels * (1 / 255)
    mean = pixels.mean((2, 3), keepdim=True)
    spread = ((pixels - mean).square().mean((2, 3), keepdim=True) + 1e-4).sqrt()
    standard = (pixels - mean) / spread
    coarse = F.avg_pool2d(pixels, 8)
    around = F.avg_pool2d(coarse, 5, 1, 2, count_include_pad=False)
    around = F.interpolate(around, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
    detail = pixels - around
    energy = F.avg_pool2d(F.avg_pool2d(detail.square(), 8), 5, 1, 2, count_include_pad=False)
    energy = F.interpolate(energy, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
    return torch.cat([standard, detail / (energy + 4e-4).sqrt()], 1)


class ImageEncoder(nn.Module):
    """uint8 or float [n,1,SIZE,SIZE] to a global vector, a vector per cell, and the lungs' logit per cell."""

    def __init__(self, width: int = 256, output: int = 256, layers: int = 2) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.PixelUnshuffle(2), ConvNorm(8, 32), nn.ReLU(), ConvNorm(32, 64, stride=2), nn.ReLU(), Residual(64), Residual(64),
            ConvNorm(64, 128, stride=2), nn.ReLU(), Residual(128), Residual(128), ConvNorm(128, width, stride=2), nn.ReLU(), Residual(width),
        )
        self.position = nn.Parameter(torch.randn(GRID * GRID, width) * 0.02)
        self.layers = nn.ModuleList(Layer(width, 4, 2 * width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.lung = nn.Linear(width, 1)
        self.queries = nn.Linear(width, 2)
        self.to_global = nn.Linear(4 * width, output)
        self.to_local = nn.Linear(width, output)

    def cells(self, pixels: Tensor) -> Tensor:
        level = self.stem(two_views(pixels.float()).contiguous(memory_format=torch.channels_last))
        cells = level.flatten(2).transpose(1, 2) + self.position
        for layer in self.layers:
            cells = layer(cells)
        return self.norm(cells)

    def pool(self, cells: Tensor) -> tuple[Tensor, Tensor]:
        """Mean over the lungs, two learned looks inside the lungs, mean over the film."""
        logits = self.lung(cells)
        inside = logits.sigmoid()
        lung_mean = (cells * inside).sum(1) / (inside.sum(1) + 1e-2)
        looks = (self.queries(cells) + F.logsigmoid(logits)).softmax(1)
        seen = (looks.transpose(1, 2) @ cells).flatten(1)
        return self.to_global(torch.cat([lung_mean, seen, cells.mean(1)], 1)), logits.squeeze(-1)

    def encode(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        cells = self.cells(pixels)
        vector, logits = self.pool(cells)
        return F.normalize(vector.float(), dim=-1), self.to_local(cells), logits

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        vector, local, _ = self.encode(pixels)
        return vector, F.normalize(local, dim=-1)
