"""How unlike a film is to all training films, from what the image encoder says of it.

A film is told by its vector, and mean and spread of its cells. The score is Mahalanobis' distance to the training films'
mean within their principal directions, with what lies outside of these directions weighed like the last of them.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .features import WIDTH

DIRECTIONS = 160
TOLD_BY = 3 * WIDTH


def told(cells: Tensor, vectors: Tensor) -> Tensor:
    """[..., CELLS, WIDTH] and [..., WIDTH] to [..., TOLD_BY]."""
    mean = cells.mean(-2)
    spread = ((cells - mean[..., None, :]).square().mean(-2) + 1e-6).sqrt()
    return torch.cat([vectors, mean, spread], -1)


class OutlierScore(nn.Module):
    """`limit` is what validation's films exceed once in a hundred; the score is 1 there."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(TOLD_BY))
        self.register_buffer("scale", torch.ones(TOLD_BY))
        self.register_buffer("directions", torch.zeros(TOLD_BY, DIRECTIONS))
        self.register_buffer("inverse", torch.ones(DIRECTIONS))
        self.register_buffer("rest", torch.ones(1))
        self.register_buffer("limit", torch.ones(1))

    def forward(self, cells: Tensor, vectors: Tensor) -> Tensor:
        """[n, views]"""
        off = (told(cells, vectors) - self.middle) / self.scale
        along = off @ self.directions
        # Not the difference of both sums of squares: they are nearly equal, and little would be left of 24 bits.
        outside = (off - along @ self.directions.t()).square().sum(-1)
        return ((along.square() * self.inverse).sum(-1) + outside * self.rest).sqrt() / self.limit


def fitted(rows: np.ndarray, weights: np.ndarray) -> OutlierScore:
    """`rows` float [films, TOLD_BY] of training films; `weights` sum to 1 and even out the datasets."""
    score = OutlierScore()
    middle = weights @ rows
    scale = np.sqrt(weights @ (rows - middle) ** 2) + 1e-6
    off = (rows - middle) / scale
    values, vectors = np.linalg.eigh((off * weights[:, None]).T @ off)
    values, vectors = values[::-1], vectors[:, ::-1]
    for name, value in (("middle", middle), ("scale", scale), ("directions", vectors[:, :DIRECTIONS]), ("inverse", 1 / values[:DIRECTIONS]), ("rest", [1 / max(values[DIRECTIONS:].mean(), 1e-6)])):
        setattr(score, name, torch.tensor(np.array(value), dtype=torch.float32))
    return score
