"""What BioViL in PyTorch makes of films and texts: the source of the goldens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import Biovil


@dataclass(frozen=True)
class Reference:
    """A `Framework`. The one word of a text is its own vector."""

    network: Biovil
    image_graph: ImageGraph
    tokenizer: Tokenizer

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        vectors, cells = self.network.image(self.image_graph.prepared(pixels))
        return ImageVectors(vectors, cells.permute(0, 2, 3, 1))

    @torch.no_grad()
    def text(self, text: str) -> TextVectors:
        ids = self.tokenizer.encode(text.rstrip("!?.")).ids
        most = self.network.plan.bert.positions
        ids = ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
        rows = torch.tensor([ids])
        vector = self.network.text(rows, torch.ones_like(rows))[0]
        return TextVectors(ids, vector, vector[None], [text])

    def maps(self, cells: Tensor, words: Tensor) -> Tensor:
        """float32[words, cells]: the cosine of each cell, before it is smoothed for display."""
        return F.normalize(words, dim=1) @ F.normalize(cells, dim=1).t()

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        return float(self.maps(cells, words).max())
