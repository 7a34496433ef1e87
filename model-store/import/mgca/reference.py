"""What MGCA in PyTorch makes of films and texts, in both modes: the source of the goldens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from gloria.words import cleaned, encode, merged
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import Mgca, MgcaPlan
from .weights import clipped, of_words, shifted

FIXED, COMPAT = "fixed", "compat"
MODES = (FIXED, COMPAT)


@dataclass(frozen=True)
class Reference:
    """A `WeightedFramework`. `compat` weighs words as the released code does, SEP among them and each by its neighbour's attention."""

    network: Mgca
    image_graph: ImageGraph
    tokenizer: Tokenizer
    mode: str

    @property
    def plan(self) -> MgcaPlan:
        return self.network.plan

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        vectors, cells = self.network.img_encoder_q(self.image_graph.prepared(pixels))
        return ImageVectors(vectors, cells.permute(0, 2, 3, 1))

    @torch.no_grad()
    def text(self, text: str) -> TextVectors:
        tower, slots = self.network.text_encoder_q, self.plan.max_tokens
        tokens = encode(self.tokenizer, cleaned(text) or text, slots)
        ids = torch.tensor([[*tokens.ids, *[0] * (slots - len(tokens.ids))]])
        rows, attention = tower(ids, (torch.arange(slots) < len(tokens.ids)).long()[None])
        sums, labels = merged(rows[0, : len(tokens.ids)], tokens.pieces)
        vector = tower.global_embed(sums[:1])[0]
        words = tower.local_embed(sums.t()[None])[0].t()
        if self.mode == COMPAT:
            weights = clipped(shifted(attention[0], tokens.pieces)[1:])
            return TextVectors(tokens.ids, vector, words[1:], labels[1:], weights)
        weights = clipped(of_words(attention[0], tokens.pieces)[1:-1])
        return TextVectors(tokens.ids, vector, words[1:-1], labels[1:-1], weights)

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        """The mean cosine, each word counting the same."""
        return float(self._cosines(cells, words).mean())

    def weighted_score(self, cells: Tensor, text: TextVectors) -> float:
        return sum(float(weight * cosine) for weight, cosine in zip(text.weights, self._cosines(cells, text.words), strict=True))

    def maps(self, cells: Tensor, words: Tensor) -> Tensor:
        """float32[words, cells], each word's cells adding up to 1."""
        similar = F.normalize(words, dim=-1) @ F.normalize(cells, dim=-1).t()
        return (similar / self.plan.temp_attention).softmax(dim=-1)

    def shares(self, vectors: Tensor) -> Tensor:
        """Of each prototype: float32[n, count] (MGCA's softmax form; its Sinkhorn codes need a batch)."""
        return (F.normalize(vectors, dim=-1) @ self.network.prototypes.t() / self.plan.temp_prototypes).softmax(-1)

    def class_score(self, image: ImageVectors, prompts: list[TextVectors]) -> float:
        return float(torch.stack([F.cosine_similarity(image.vectors[0], prompt.vector, dim=0) for prompt in prompts]).mean())

    def _cosines(self, cells: Tensor, words: Tensor) -> Tensor:
        """Of each word with what it sees of the film."""
        context = self.maps(cells, words) @ F.normalize(cells, dim=-1)
        return F.cosine_similarity(words, context, dim=-1)
