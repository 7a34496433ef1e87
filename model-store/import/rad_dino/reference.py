"""What RAD-DINO in PyTorch makes of films: the source of the goldens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import RadDino


class Tower(nn.Module):
    """float32[rows, 3, side, side] -> global [rows, width], the class token, and local [rows, width, grid, grid], the patches."""

    def __init__(self, network: RadDino) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        rows = self.network(images)
        grid = self.network.plan.grid
        return rows[:, 0], rows[:, 1:].transpose(1, 2).unflatten(2, (grid, grid))


@dataclass(frozen=True)
class Reference:
    """A `Framework` that reads no texts."""

    network: RadDino
    image_graph: ImageGraph

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        rows = self.network(self.image_graph.prepared(pixels))
        grid = self.network.plan.grid
        return ImageVectors(rows[:, 0], rows[:, 1:].reshape(len(rows), grid, grid, -1))

    def text(self, text: str) -> TextVectors:
        raise NotImplementedError("RAD-DINO reads no texts.")

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        raise NotImplementedError("RAD-DINO reads no texts.")
