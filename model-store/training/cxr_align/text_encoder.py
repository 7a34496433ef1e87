"""The text's side: a small transformer over the pack's own pieces."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .image_encoder import Layer
from .tokenizer import MAX_LENGTH, PAD


class TextEncoder(nn.Module):
    """int64 ids and mask [n, length] to a global vector and a vector per token."""

    def __init__(self, pieces: int, width: int = 128, output: int = 256, layers: int = 2) -> None:
        super().__init__()
        self.pieces = nn.Embedding(pieces, width, padding_idx=PAD)
        self.position = nn.Parameter(torch.randn(MAX_LENGTH, width) * 0.02)
        self.layers = nn.ModuleList(Layer(width, 4, 3 * width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.to_global = nn.Linear(width, output)
        self.to_local = nn.Linear(width, output)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        mask = attention_mask.to(self.position.dtype)
        tokens = self.pieces(input_ids) + self.position[: input_ids.shape[1]]
        for layer in self.layers:
            tokens = layer(tokens, mask)
        tokens = self.norm(tokens)
        mean = (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return F.normalize(self.to_global(mean), dim=-1), self.to_local(tokens)
