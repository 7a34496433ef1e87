"""What MedCLIP in PyTorch makes of films and texts, in both modes: the source of the goldens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from gloria.words import encode
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import Medclip

FIXED, COMPAT = "fixed", "compat"
MODES = (FIXED, COMPAT)


@dataclass(frozen=True)
class Reference:
    """A `Framework`. `compat` pads the prompts of a class together and counts the padding in their means; `fixed` does not."""

    network: Medclip
    image_graph: ImageGraph
    tokenizer: Tokenizer
    mode: str

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        return ImageVectors(self.network.vision_model(self.image_graph.prepared(pixels)))

    def text(self, text: str) -> TextVectors:
        """By itself there is no padding, and the modes agree."""
        ids = self._ids(text)
        return TextVectors(ids, self._vector(ids, len(ids)))

    def group(self, texts: Sequence[str]) -> Tensor:
        """Vectors of the prompts of one class, float32[texts, dims]."""
        every = [self._ids(text) for text in texts]
        longest = max(map(len, every))
        return torch.stack([self._vector(ids, longest if self.mode == COMPAT else len(ids)) for ids in every])

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        raise NotImplementedError("MedCLIP has no local features.")

    @torch.no_grad()
    def class_score(self, image: ImageVectors, prompts: Tensor) -> float:
        """The mean cosine of one film with the prompts of a class: `PromptClassifier` with `ensemble`, without its scale."""
        return float(F.cosine_similarity(image.vectors, prompts, dim=1).mean())

    def _ids(self, text: str) -> list[int]:
        return encode(self.tokenizer, text, self.network.plan.max_tokens).ids

    @torch.no_grad()
    def _vector(self, ids: list[int], length: int) -> Tensor:
        padded = torch.tensor([[*ids, *[0] * (length - len(ids))]])
        rows = self.network.text_model(padded, (torch.arange(length) < len(ids)).long()[None])
        return self.network.text_model.projection_head(rows.mean(1))[0]
