"""Films and sentences as one batch of the network: what seeded weights take their statistics from."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .bert import TokenRows
from .plan import LVitPlan
from .reference import read_film
from .words import encode, merge


@torch.no_grad()
def first_batch(plan: LVitPlan, bert: TokenRows, tokenizer: Tokenizer, films: list[Path], sentences: list[str]) -> tuple[Tensor, Tensor]:
    """Images float32[n, 3, side, side] and words float32[n, words, text_dims], the sentences in turn."""
    vectors = []
    for text in sentences:
        sentence = encode(tokenizer, text)
        ids = torch.tensor([sentence.ids])
        vectors.append(merge(bert(ids, torch.ones_like(ids))[0], sentence.pieces, plan.words)[0])
    images = [torch.from_numpy(read_film(film, plan.image_side)[0]).permute(2, 0, 1).float() / 255 for film in films]
    words = [vectors[at % len(vectors)] for at in range(len(images))]
    return torch.stack(images), torch.stack(words)
