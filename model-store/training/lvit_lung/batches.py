"""What one step of training sees: films, and for each several texts with their masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from .augment import distort
from .grammar import Grammar
from .regions import soft_masks
from .tokenizer import encode

TEXTS_PER_FILM = 3
# Adults' films are rare among those with drawn lungs, and look different.
ADULT_WEIGHT = 4.0


@dataclass(frozen=True)
class Batch:
    """Films uint8-valued float [n,1,s,s]; ids, mask and targets of n * TEXTS_PER_FILM texts."""

    films: Tensor
    input_ids: Tensor
    attention_mask: Tensor
    targets: Tensor


class Batches:
    """Draws from films that have drawn lungs: films uint8 [m,s,s], lungs uint8 [m,2,s,s] of 0 or 255."""

    def __init__(self, films: np.ndarray, lungs: np.ndarray, sources: np.ndarray, tokenizer: Tokenizer, count: int) -> None:
        self.films, self.lungs, self.tokenizer, self.count = films, lungs, tokenizer, count
        weights = np.where(sources == "kermany", 1.0, ADULT_WEIGHT)
        self.odds = weights / weights.sum()

    def draw(self, draws: np.random.Generator) -> Batch:
        rows = draws.choice(len(self.films), self.count, replace=False, p=self.odds)
        films, lungs = distort(torch.from_numpy(self.films[rows, None]).float(), torch.from_numpy(self.lungs[rows]).float() / 255)
        grammar = Grammar(draws)
        said = [grammar.draw() for _ in range(self.count * TEXTS_PER_FILM)]
        input_ids, attention_mask = encode(self.tokenizer, [text for text, _ in said])
        parts = torch.from_numpy(np.stack([parts for _, parts in said]))
        targets = soft_masks(lungs.repeat_interleave(TEXTS_PER_FILM, 0), parts)
        return Batch(films.round(), input_ids, attention_mask, targets)
