"""Similarity of cells and words: which cells a word looks at, and how well they answer it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LOOK_SHARPNESS = 12.0
WORD_SHARPNESS = 4.0


class LocalSimilarity(nn.Module):
    """Each word attends to the cells by cosine; its answer is the cosine with what it saw; words are pooled softly.

    look  = softmax over cells of LOOK_SHARPNESS * cos(word, cell)
    seen  = sum over cells of look * cell / |cell|
    score = log(mean over words of exp(WORD_SHARPNESS * cos(seen, word))) / WORD_SHARPNESS
    """

    def forward(self, cells: Tensor, words: Tensor, word_mask: Tensor) -> tuple[Tensor, Tensor]:
        cells, words = F.normalize(cells, dim=-1), F.normalize(words, dim=-1)
        flat = words.flatten(0, 1)
        looks = (cells @ flat.t() * LOOK_SHARPNESS).softmax(1).transpose(1, 2)
        seen = looks @ cells
        answer = (seen * flat[None]).sum(-1) / (seen.square().sum(-1) + 1e-8).sqrt()
        answer = answer.unflatten(1, word_mask.shape)
        maps = looks.unflatten(1, word_mask.shape) * word_mask[None, :, :, None]
        weighed = (answer * WORD_SHARPNESS).exp() * word_mask[None]
        score = (weighed.sum(-1) / word_mask.sum(-1).clamp(min=1)[None]).clamp(min=1e-6).log() / WORD_SHARPNESS
        return score, maps


class Prototypes(nn.Module):
    """Soft assignment of global vectors to unit prototypes."""

    def __init__(self, centres: Tensor, temperature: float = 0.2) -> None:
        super().__init__()
        self.register_buffer("centres", F.normalize(centres, dim=-1))
        self.temperature = temperature

    def forward(self, vectors: Tensor) -> Tensor:
        return (vectors @ self.centres.t() / self.temperature).softmax(-1)


def word_mask(input_ids: Tensor) -> Tensor:
    """1 for the words of a text: neither padding nor the start and end marks."""
    return ((input_ids != 0) & (input_ids != 2) & (input_ids != 3)).float()
