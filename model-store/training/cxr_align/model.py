"""Both encoders, the local similarity and the scales learned with them."""

from __future__ import annotations

import math

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from .image_encoder import ImageEncoder
from .similarity import LocalSimilarity
from .text_encoder import TextEncoder


class CxrAlign(nn.Module):
    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.image = ImageEncoder()
        self.text = TextEncoder(pieces)
        self.local = LocalSimilarity()
        self.global_scale = nn.Parameter(torch.tensor(math.log(12.0)))
        self.local_scale = nn.Parameter(torch.tensor(math.log(12.0)))

    def scale(self) -> Tensor:
        return self.global_scale.exp().clamp(max=40)

    def scale_of_local(self) -> Tensor:
        return self.local_scale.exp().clamp(max=40)


def encode_texts(tokenizer: Tokenizer, texts: list[str], length: int | None = None) -> tuple[Tensor, Tensor]:
    """Ids and attention mask, int64 [texts, length]; as long as the longest where no length is given."""
    ids = [encoded.ids for encoded in tokenizer.encode_batch(texts)]
    length = length or max(map(len, ids))
    padded = torch.zeros(len(ids), length, dtype=torch.int64)
    for row, pieces in enumerate(ids):
        padded[row, : len(pieces)] = torch.tensor(pieces)
    return padded, (padded != 0).long()
