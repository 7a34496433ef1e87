"""A lesson for the words' side alone: every word's vector tells which parts its text names. Left behind at export."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .batches import Texts
from .regions import SIXTHS
from .text_encoder import WORD, TextEncoder


class PartsHead(nn.Linear):
    def __init__(self) -> None:
        super().__init__(WORD, 2 * SIXTHS)

    def loss(self, encoder: TextEncoder, texts: Texts) -> Tensor:
        """Binary cross-entropy over all words."""
        logits = self(encoder(texts.input_ids, texts.attention_mask))
        targets = texts.parts.flatten(1).float()[:, None].expand_as(logits)
        return F.binary_cross_entropy_with_logits(logits, targets, reduction="none").mean(2)[texts.attention_mask.bool()].mean()

    @torch.no_grad()
    def understood(self, encoder: TextEncoder, texts: Texts) -> Tensor:
        """bool [n]: whether the words together tell all parts rightly."""
        logits = (self(encoder(texts.input_ids, texts.attention_mask)) * texts.attention_mask[..., None]).sum(1)
        return ((logits > 0) == texts.parts.flatten(1)).all(1)
