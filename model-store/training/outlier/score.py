"""How unlike a film is to all training films, from what the image encoder says of it.

A film is told by its vector, and mean and spread of its cells. The score is Mahalanobis' distance to the training films'
mean within their principal directions, with what lies outside of these directions weighed like the last of them.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn


def spread_of(cells: Tensor) -> Tensor:
    """Mean and spread over the cells: [..., cells, width] to [..., 2 * width]."""
    mean = cells.mean(-2)
    spread = ((cells - mean[..., None, :]).square().mean(-2) + 1e-6).sqrt()
    return torch.cat([mean, spread], -1)


def told(cells: Tensor, vectors: Tensor) -> Tensor:
    """[..., cells, width] and [..., width] to [..., 3 * width]."""
    return torch.cat([vectors, spread_of(cells)], -1)


class OutlierScore(nn.Module):
    """The score is 1 at `limit`."""

    def __init__(self, told_by: int, directions: int) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(told_by))
        self.register_buffer("scale", torch.ones(told_by))
        self.register_buffer("directions", torch.zeros(told_by, directions))
        self.register_buffer("inverse", torch.ones(directions))
        self.register_buffer("rest", torch.ones(1))
        self.register_buffer("limit", torch.ones(1))

    def forward(self, cells: Tensor, vectors: Tensor) -> Tensor:
        """[n, views]"""
        return self.of_rows(told(cells, vectors))

    def of_rows(self, rows: Tensor) -> Tensor:
        """[..., told_by] to [...]."""
        off = (rows - self.middle) / self.scale
        along = off @ self.directions
        # Not the difference of both sums of squares: they are nearly equal, and little would be left of 24 bits.
        outside = (off - along @ self.directions.t()).square().sum(-1)
        return ((along.square() * self.inverse).sum(-1) + outside * self.rest).sqrt() / self.limit


def fitted(rows: np.ndarray, weights: np.ndarray, directions: int) -> OutlierScore:
    """`rows` float [films, told_by] of training films; `weights` sum to 1 and even out the datasets."""
    score = OutlierScore(rows.shape[1], directions)
    middle = weights @ rows
    scale = np.sqrt(weights @ (rows - middle) ** 2) + 1e-6
    off = (rows - middle) / scale
    values, vectors = np.linalg.eigh((off * weights[:, None]).T @ off)
    values, vectors = values[::-1], vectors[:, ::-1]
    for name, value in (("middle", middle), ("scale", scale), ("directions", vectors[:, :directions]), ("inverse", 1 / values[:directions]), ("rest", [1 / max(values[directions:].mean(), 1e-6)])):
        setattr(score, name, torch.tensor(np.array(value), dtype=torch.float32))
    return score


def even_weights(names: np.ndarray) -> np.ndarray:
    """Every dataset weighs the same; the sum is 1."""
    kinds, at, counts = np.unique(names, return_inverse=True, return_counts=True)
    return 1 / (len(kinds) * counts[at])
