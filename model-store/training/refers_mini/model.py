"""Fusion and decoder together, and reading a study as the service does: greedily, piece by piece."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .decoder import Decoder
from .fusion import ViewFusion
from .tokenizer import END, MAX_TOKENS, PAD, START


class RefersMini(nn.Module):
    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.fusion = ViewFusion()
        self.decoder = Decoder(pieces)


@torch.no_grad()
def write(model: RefersMini, memory: Tensor, limit: int = MAX_TOKENS) -> list[list[int]]:
    """Ids of the likeliest next pieces of each study, end left out."""
    tokens = torch.full((len(memory), 1), START)
    open_rows = torch.ones(len(memory), dtype=torch.bool)
    while open_rows.any() and tokens.shape[1] < limit:
        following = model.decoder(tokens, memory)[:, -1].argmax(-1).masked_fill(~open_rows, PAD)
        tokens = torch.cat([tokens, following[:, None]], 1)
        open_rows &= following != END
    return [[piece for piece in row if piece not in (START, END, PAD)] for row in tokens.tolist()]
