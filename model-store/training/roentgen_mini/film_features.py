"""cxr-align's first convolutions, read from its pack, as the measure of what a film looks like."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F


def two_views(film: Tensor) -> Tensor:
    """float32 [n,1,h,w] in 0..1 to cxr-align's two inputs: the film standardised, and its local contrast."""
    mean = film.mean((2, 3), keepdim=True)
    standard = (film - mean) / ((film - mean).square().mean((2, 3), keepdim=True) + 1e-4).sqrt()
    around = F.avg_pool2d(F.avg_pool2d(film, 8), 5, 1, 2, count_include_pad=False)
    detail = film - F.interpolate(around, size=film.shape[2:], mode="bilinear", align_corners=False)
    energy = F.avg_pool2d(F.avg_pool2d(detail.square(), 8), 5, 1, 2, count_include_pad=False)
    energy = F.interpolate(energy, size=film.shape[2:], mode="bilinear", align_corners=False)
    return torch.cat([standard, detail / (energy + 4e-4).sqrt()], 1)


class FilmFeatures(nn.Module):
    """Two levels of unit-length features; frozen."""

    def __init__(self, pack: Path) -> None:
        super().__init__()
        stored = {item.name: item for item in onnx.load(str(pack / "image.onnx")).graph.initializer}
        self.first, self.second = self.convolution(stored, "1.0", 1), self.convolution(stored, "3.0", 2)
        self.requires_grad_(False).eval()

    @staticmethod
    def convolution(stored: dict[str, onnx.TensorProto], name: str, stride: int) -> nn.Conv2d:
        def values(kind: str) -> Tensor:
            whole = f"image.stem.{name}.{kind}"
            return torch.from_numpy(numpy_helper.to_array(stored.get(whole) or stored[f"{whole}.half"]).copy()).float()

        weight = values("weight")
        layer = nn.Conv2d(weight.shape[1], weight.shape[0], 3, stride, 1)
        layer.weight.data, layer.bias.data = weight, values("bias")
        return layer

    def forward(self, film: Tensor) -> list[Tensor]:
        one = F.relu(self.first(F.pixel_unshuffle(two_views(film), 2)))
        return [F.normalize(level, dim=1) for level in (one, F.relu(self.second(one)))]

    def distance(self, first: Tensor, second: Tensor) -> Tensor:
        """Mean over cells of the squared distance, summed over levels; gradients flow to the first film only."""
        with torch.no_grad():
            wanted = self(second)
        return sum((one - other).square().sum(1).mean() for one, other in zip(self(first), wanted))
