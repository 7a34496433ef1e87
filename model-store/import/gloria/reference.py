"""What GLoRIA in PyTorch makes of films and texts, in both modes: the source of the goldens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.image_graph import ImageGraph

from .network import Gloria, GloriaPlan
from .words import cleaned, encode, merged

FIXED, COMPAT = "fixed", "compat"
MODES = (FIXED, COMPAT)


@dataclass(frozen=True)
class Reference:
    """A `Framework`. `fixed` scores the words that training scored; `compat` as many columns as the prompt has characters."""

    network: Gloria
    image_graph: ImageGraph
    tokenizer: Tokenizer
    mode: str

    @property
    def plan(self) -> GloriaPlan:
        return self.network.plan

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        vectors, cells = self.network.img_encoder(self.image_graph.prepared(pixels))
        return ImageVectors(vectors, cells.permute(0, 2, 3, 1))

    @torch.no_grad()
    def text(self, text: str) -> TextVectors:
        plan = self.plan
        # What cleaning leaves nothing of, such as a single word, is read as it is; the released code reads an empty text.
        clean = cleaned(text) or (text if self.mode == FIXED else "")
        tokens = encode(self.tokenizer, clean, plan.slots)
        ids = torch.tensor([[*tokens.ids, *[0] * (plan.slots - len(tokens.ids))]])
        mask = (torch.arange(plan.slots) < len(tokens.ids)).long()[None]
        rows = self.network.text_encoder(ids, mask)[0, : len(tokens.ids)]
        sums, words = merged(rows, tokens.pieces)
        slots = torch.cat([sums, sums.new_zeros(plan.slots - len(sums), sums.shape[1])])
        if self.mode == COMPAT:
            count = max(1, min(sum(character != "[" for character in text), plan.slots - 1))
            shown = [*words[1:], *[""] * plan.slots][:count]
            return TextVectors(tokens.ids, slots.mean(0), slots[1 : 1 + count], shown)
        return TextVectors(tokens.ids, slots.mean(0), sums[:-1], words[:-1])

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        """Training sums over the words, the released zero-shot code takes the greatest and leaves the last temperature out."""
        return self.zero_shot_local(cells, words) if self.mode == COMPAT else self.retrieval_local(cells, words)

    def retrieval_local(self, cells: Tensor, words: Tensor) -> float:
        return float((self._similar(cells, words) * self.plan.temp_words).logsumexp(0) * self.plan.temp_score)

    def zero_shot_local(self, cells: Tensor, words: Tensor) -> float:
        return float((self._similar(cells, words) * self.plan.temp_words).max())

    def maps(self, cells: Tensor, words: Tensor) -> Tensor:
        """float32[words, cells], each word's cells adding up to 1: softmax over words, then over cells (`attention_fn`)."""
        over_words = (cells @ words.t()).softmax(dim=1)
        return (over_words.t() * self.plan.temp_attention).softmax(dim=1)

    def _similar(self, cells: Tensor, words: Tensor) -> Tensor:
        context = self.maps(cells, words) @ cells
        # Zero columns have a cosine of 0, not none.
        return F.cosine_similarity(words, context, dim=1, eps=1e-8)

    @torch.no_grad()
    def class_score(self, image: ImageVectors, prompts: list[TextVectors]) -> float:
        """Of one film: the greatest of its prompts' (local + global) / 2, unnormalised, as `zero_shot_classification`."""
        cells = image.cells[0].flatten(0, 1)
        pairs = [(self.zero_shot_local(cells, p.words), F.cosine_similarity(image.vectors[0], p.vector, dim=0)) for p in prompts]
        return max((local + float(cosine)) / 2 for local, cosine in pairs)
