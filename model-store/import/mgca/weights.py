"""What each word counts in MGCA's word loss (`aggregate_tokens` and `forward` at 680fe4a), stated anew."""

from __future__ import annotations

import torch
from torch import Tensor

CLIPPED_TO = (0.1, 0.9)
"""Quantiles of the weights that are not zero."""


def of_words(attention: Tensor, pieces: list[str]) -> Tensor:
    """attention float32[pieces or more] -> one weight a word, CLS and SEP among them: the sum over its pieces."""
    sums: list[Tensor] = []
    for value, piece in zip(attention, pieces, strict=False):
        if piece.startswith("##") and sums:
            sums[-1] = sums[-1] + value
        else:
            sums.append(value)
    return torch.stack(sums)


def shifted(attention: Tensor, pieces: list[str]) -> Tensor:
    """As the released code: it drops the column of CLS and pairs the rest with the pieces from CLS on.

    `attention`: float32[slots], padding included. A text that fills all slots has a piece more than weights, so that SEP, with
    which a word is closed, is not met: the last word and SEP are lost.
    """
    moved = attention[1:]
    found = of_words(moved, pieces)
    if len(pieces) > len(moved):
        found = torch.cat([found[:-1], found.new_zeros(2)])
    return found


def clipped(weights: Tensor) -> Tensor:
    """Clipped to quantiles and made to add up to 1."""
    given = weights[weights != 0]
    if len(given) == 0:
        return torch.full_like(weights, 1 / len(weights))
    low, high = (torch.quantile(given, share) for share in CLIPPED_TO)
    made = torch.where(weights == 0, weights, weights.clip(low, high))
    return made / made.sum()
