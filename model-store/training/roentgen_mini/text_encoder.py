"""The prompt's side: a small transformer over the pack's own pieces, trained together with the denoiser."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..cxr_align.image_encoder import Layer
from ..cxr_align.tokenizer import MAX_LENGTH, PAD

WIDTH = 128


class TextEncoder(nn.Module):
    """int64 ids [n, MAX_LENGTH], padded, to float32 [n, MAX_LENGTH, WIDTH]; zeros where there is no piece."""

    def __init__(self, pieces: int, layers: int = 2) -> None:
        super().__init__()
        self.pieces = nn.Embedding(pieces, WIDTH, padding_idx=PAD)
        self.position = nn.Parameter(torch.randn(MAX_LENGTH, WIDTH) * 0.02)
        self.layers = nn.ModuleList(Layer(WIDTH, 4, 3 * WIDTH, dropout=0.05) for _ in range(layers))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, input_ids: Tensor) -> Tensor:
        mask = (input_ids != PAD).to(self.position.dtype)
        tokens = self.pieces(input_ids) + self.position
        for layer in self.layers:
            tokens = layer(tokens, mask)
        return self.norm(tokens) * mask[..., None]
