"""What ConVIRT in PyTorch makes of films and texts: the source of the goldens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from gloria.words import cleaned
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import Convirt


@dataclass(frozen=True)
class Reference:
    """A `Framework`."""

    network: Convirt
    image_graph: ImageGraph
    tokenizer: Tokenizer
    cleans: bool
    """Texts are cut into sentences and cleaned as GLoRIA's loader does, which MGCA took over."""

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        return ImageVectors(self.network.image(self.image_graph.prepared(pixels)))

    @torch.no_grad()
    def text(self, text: str) -> TextVectors:
        clean = cleaned(text) if self.cleans else ""
        ids = self.tokenizer.encode(clean or text).ids
        most = self.network.plan.max_length
        ids = ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
        rows = torch.tensor([ids])
        return TextVectors(ids, self.network.text(rows, torch.ones_like(rows))[0])

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        raise NotImplementedError("ConVIRT has no cells.")
