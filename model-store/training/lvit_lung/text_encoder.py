"""The words' side: what BERT's word vectors are to the original."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ..cxr_align.image_encoder import Layer
from .tokenizer import MAX_WORDS, PAD_ID

WORD = 96


def waves(strength: float = 0.7) -> Tensor:
    """Places of words as sines of many lengths, strong enough beside the words themselves that neighbours can be told from the start."""
    angles = torch.arange(MAX_WORDS)[:, None] * torch.exp(-math.log(40.0) * torch.arange(0, WORD, 2) / WORD)
    return strength * torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


class TextEncoder(nn.Module):
    """int64 ids and mask [n, length] to word vectors float32 [n, length, WORD]; zeros where there is no word."""

    def __init__(self, words: int, layers: int = 2) -> None:
        super().__init__()
        self.words = nn.Embedding(words, WORD, padding_idx=PAD_ID)
        self.position = nn.Parameter(waves())
        self.layers = nn.ModuleList(Layer(WORD, 4, 3 * WORD, dropout=0.05) for _ in range(layers))
        self.norm = nn.LayerNorm(WORD)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        mask = attention_mask.to(self.position.dtype)
        tokens = self.words(input_ids) + self.position[: input_ids.shape[1]]
        for layer in self.layers:
            tokens = layer(tokens, mask)
        return self.norm(tokens) * mask[..., None]
