"""What one step of training sees: films, and for each several texts with their masks; beside them, texts alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from .augment import distort
from .grammar import ODDS, TEXT_ODDS, Grammar, Said
from .regions import soft_masks
from .tokenizer import encode
from .unseen import held_out, read

TEXTS_PER_FILM = 3
TEXTS_ALONE = 192
# Adults' films are rare among those with drawn lungs, and look different.
ADULT_WEIGHT = 4.0


@dataclass(frozen=True)
class Texts:
    """Ids and mask of n texts, and the parts that they name, bool [n,2,6]."""

    input_ids: Tensor
    attention_mask: Tensor
    parts: Tensor


@dataclass(frozen=True)
class Batch:
    """Films uint8-valued float [n,1,s,s]; n * TEXTS_PER_FILM texts with their targets."""

    films: Tensor
    texts: Texts
    targets: Tensor


class Batches:
    """Draws from films that have drawn lungs: films uint8 [m,s,s], lungs uint8 [m,2,s,s] of 0 or 255."""

    def __init__(self, films: np.ndarray, lungs: np.ndarray, sources: np.ndarray, tokenizer: Tokenizer, count: int) -> None:
        self.films, self.lungs, self.tokenizer, self.count = films, lungs, tokenizer, count
        self.held = held_out(tokenizer)
        weights = np.where(sources == "kermany", 1.0, ADULT_WEIGHT)
        self.odds = weights / weights.sum()

    def say(self, grammar: Grammar, odds: tuple[float, ...]) -> Said:
        """A text that is not held out."""
        while True:
            text, parts = grammar.draw(odds)
            if read(self.tokenizer, text) not in self.held:
                return text, parts

    def texts(self, draws: np.random.Generator, count: int = TEXTS_ALONE, odds: tuple[float, ...] = TEXT_ODDS) -> Texts:
        grammar = Grammar(draws)
        said = [self.say(grammar, odds) for _ in range(count)]
        return Texts(*encode(self.tokenizer, [text for text, _ in said]), torch.from_numpy(np.stack([parts for _, parts in said])))

    def draw(self, draws: np.random.Generator) -> Batch:
        rows = draws.choice(len(self.films), self.count, replace=False, p=self.odds)
        films, lungs = distort(torch.from_numpy(self.films[rows, None]).float(), torch.from_numpy(self.lungs[rows]).float() / 255)
        texts = self.texts(draws, self.count * TEXTS_PER_FILM, ODDS)
        return Batch(films.round(), texts, soft_masks(lungs.repeat_interleave(TEXTS_PER_FILM, 0), texts.parts))
